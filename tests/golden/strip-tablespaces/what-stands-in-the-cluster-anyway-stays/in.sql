CREATE TABLE t (a int) TABLESPACE pg_default;
SET default_tablespace = pg_default;
ALTER TABLE t SET TABLESPACE pg_default;
GRANT CREATE ON TABLESPACE pg_default TO app;
