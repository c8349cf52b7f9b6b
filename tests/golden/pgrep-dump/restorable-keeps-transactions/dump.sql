SELECT pg_catalog.lo_create('16400');
ALTER LARGE OBJECT 16400 OWNER TO shop;
CREATE TABLE t ();
BEGIN;
SELECT pg_catalog.lo_open('16400', 131072);
SELECT pg_catalog.lowrite(0, '\x00ff');
SELECT pg_catalog.lo_close(0);
COMMIT;
CREATE TABLE u ();
