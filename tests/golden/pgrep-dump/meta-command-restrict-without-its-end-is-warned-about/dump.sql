\restrict k
SET a = 1;
