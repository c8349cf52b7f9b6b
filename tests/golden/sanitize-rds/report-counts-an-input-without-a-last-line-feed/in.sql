SELECT 1;
-- no line feed at the end