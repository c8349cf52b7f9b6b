-- nothing
SET a = 1;
