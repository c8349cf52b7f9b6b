\connect x
\echo connect
SELECT 1
\g
SELECT 2 \echo connect
;
