CREATE TABLE t (id int, tablespace text) TABLESPACE fast;
CREATE TABLE t (id int, tablespace text);
ALTER TABLE ONLY t ADD CONSTRAINT k PRIMARY KEY (id) USING INDEX TABLESPACE fast;
CREATE INDEX i ON t (a) WITH (fillfactor='70') TABLESPACE "my fast" WHERE (b > 1);
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY app.t USING btree (tablespace) TABLESPACE fast;
CREATE TABLE t (id int, CONSTRAINT k UNIQUE (id) WITH (fillfactor=70) USING INDEX TABLESPACE fast, EXCLUDE USING gist (c WITH &&) USING INDEX TABLESPACE fast WHERE (c > 1), tablespace text) TABLESPACE pg_default;
SET default_tablespace = fast;
SET default_tablespace = '';
SET default_tablespace TO 'my fast';
SET SESSION default_tablespace = "my fast";
SELECT pg_catalog.set_config('default_tablespace', 'fast', false);
SELECT set_config('default_tablespace', '', false);
SET temp_tablespaces = fast, slow;
SET default_tablespace = DEFAULT;
RESET default_tablespace;
SET default_table_access_method = heap;
CREATE DATABASE d WITH TEMPLATE = template0 ENCODING = 'UTF8' TABLESPACE = fast;
CREATE DATABASE d TABLESPACE fast OWNER app;
CREATE MATERIALIZED VIEW m TABLESPACE fast AS SELECT 'TABLESPACE x';
CREATE TABLE p (
    d date,
    tablespace text
)
PARTITION BY RANGE (d)
TABLESPACE fast;
CREATE TABLE q PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') TABLESPACE fast;
CREATE UNLOGGED TABLE u AS TABLE t;
CREATE TABLE c TABLESPACE fast AS SELECT tablespace fast FROM t;
CREATE TABLESPACE fast OWNER app LOCATION '/mnt; x';
COMMENT ON TABLESPACE fast IS 'two
lines;';
GRANT ALL ON TABLESPACE fast TO app;
REVOKE ALL ON TABLESPACE fast FROM app;
ALTER TABLESPACE fast SET (seq_page_cost=1.5);
ALTER TABLESPACE fast OWNER TO app;
ALTER TABLESPACE fast RENAME TO slow;
ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b;
ALTER INDEX ALL IN TABLESPACE a OWNED BY app SET TABLESPACE b NOWAIT;
ALTER INDEX i SET TABLESPACE b;
ALTER TABLE t SET TABLESPACE b;
ALTER MATERIALIZED VIEW m SET TABLESPACE b;
ALTER DATABASE d SET TABLESPACE b;
ALTER DATABASE d SET default_tablespace TO 'fast';
ALTER ROLE app SET temp_tablespaces TO 'fast', 'slow';
SECURITY LABEL FOR p ON TABLESPACE fast IS 'x';
DROP TABLESPACE IF EXISTS fast;
REINDEX (TABLESPACE fast) TABLE t;
REINDEX (VERBOSE, TABLESPACE fast) TABLE t;
ALTER TABLE t CLUSTER ON i, SET TABLESPACE fast;
CREATE FUNCTION f() RETURNS int LANGUAGE sql SET default_tablespace TO 'fast' AS $$SELECT 1$$;
--
-- Name: t; Type: TABLE; Schema: public; Owner: app; Tablespace: fast
--

COMMENT ON COLUMN t.a IS 'lives in TABLESPACE fast';
CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $$
CREATE TABLESPACE fast LOCATION '/x';
SET default_tablespace = fast;
$$;
INSERT INTO t VALUES ('SET default_tablespace = fast;
CREATE TABLESPACE fast LOCATION ''/x'';');
COPY t FROM stdin;
CREATE TABLESPACE fast LOCATION '/x';
SET default_tablespace = fast;
\.
