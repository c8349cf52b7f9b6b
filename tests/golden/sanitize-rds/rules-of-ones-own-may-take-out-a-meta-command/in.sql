SELECT 1;
\echo hi
SELECT 2;
