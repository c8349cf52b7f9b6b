-- The database of self-hosted.sql that holds a bit of everything. Included by it,
-- as the superuser `postgres`; also good on its own once the roles exist.

SET client_min_messages = warning;
SET timezone = 'UTC';

-- -------------------------------------------------------------- extensions

CREATE SCHEMA ext AUTHORIZATION app_owner;
CREATE EXTENSION hstore WITH SCHEMA ext;
COMMENT ON EXTENSION hstore IS 'our comment; it''s changed
COMMENT ON EXTENSION x IS ''y'';';
CREATE EXTENSION pgcrypto WITH SCHEMA public;
CREATE EXTENSION pg_trgm WITH SCHEMA ext;
CREATE EXTENSION postgres_fdw WITH SCHEMA ext;
CREATE EXTENSION file_fdw WITH SCHEMA ext;
CREATE EXTENSION adminpack;
CREATE EXTENSION pageinspect WITH SCHEMA ext;
COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL; it''s
procedural';
REVOKE ALL ON FUNCTION public.digest(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.digest(text, text) TO reader;
GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO app_owner;

-- ----------------------------------------------------------------- schemas

CREATE SCHEMA app AUTHORIZATION app_owner;
CREATE SCHEMA secure AUTHORIZATION boss;
CREATE SCHEMA "we;ird -- ""x"" $$" AUTHORIZATION "it's";
CREATE SCHEMA "public " AUTHORIZATION "100%";
CREATE SCHEMA by_super;
CREATE SCHEMA grp_schema AUTHORIZATION grp;
COMMENT ON SCHEMA app IS 'application; schema';
COMMENT ON SCHEMA public IS 'not so standard any more';
GRANT USAGE ON SCHEMA app TO grp, reader, writer;
GRANT USAGE, CREATE ON SCHEMA app TO asset WITH GRANT OPTION;
GRANT USAGE ON SCHEMA secure TO reader, app_owner;
GRANT USAGE ON SCHEMA by_super TO PUBLIC;
GRANT ALL ON SCHEMA public TO grp;
REVOKE ALL ON SCHEMA grp_schema FROM grp;
GRANT USAGE ON SCHEMA grp_schema TO grp;
SET ROLE asset; GRANT USAGE ON SCHEMA app TO "100%"; RESET ROLE;

-- ------------------------------------------------------------------- types

CREATE TYPE app.mood AS ENUM ('sad', 'ok; fine', 'it''s "good"');
CREATE TYPE app.pair AS (a int, b text COLLATE "C");
CREATE TYPE app.shell_less_range AS RANGE (subtype = numeric);
CREATE DOMAIN app.email AS text COLLATE "C" DEFAULT 'x@y' NOT NULL
  CONSTRAINT has_at CHECK (VALUE LIKE '%@%') CHECK (VALUE <> 'ALTER ROLE x SUPERUSER;');
COMMENT ON CONSTRAINT has_at ON DOMAIN app.email IS 'an @; needed';
CREATE COLLATION app.c_like FROM "C";
ALTER TYPE app.mood OWNER TO grp;
ALTER TYPE app.pair OWNER TO app_owner;
ALTER TYPE app.shell_less_range OWNER TO boss;
ALTER DOMAIN app.email OWNER TO app_owner;
ALTER COLLATION app.c_like OWNER TO asset;
REVOKE ALL ON TYPE app.mood FROM PUBLIC;
GRANT USAGE ON TYPE app.mood TO reader;

-- --------------------------------------------------------------- functions

CREATE FUNCTION app.nested() RETURNS text LANGUAGE plpgsql AS $_$ BEGIN RETURN $q$a;b$q$ || $$;$$; END; $_$;
CREATE FUNCTION app.atomic(x int) RETURNS int LANGUAGE sql
BEGIN ATOMIC
  SELECT CASE WHEN x > 0 THEN 1 ELSE 2 END AS "end";
  SELECT x + 1;
END;
CREATE FUNCTION app.returning_expression(x int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN x * 2;
SET check_function_bodies = off;
CREATE FUNCTION app.doc() RETURNS text LANGUAGE sql AS $_$
-- header kept?
COMMENT ON EXTENSION x IS 'help text';
CREATE TABLE "demo" (i int);
   EXECUTE FUNCTION foo()
ALTER ROLE boss WITH SUPERUSER;
GRANT a TO b GRANTED BY postgres;
SET default_tablespace = fast;
\restrict abc
\connect nowhere
COPY t FROM stdin;
1
\.
$_$;
CREATE FUNCTION app.same_lines() RETURNS int LANGUAGE plpgsql AS $$
DECLARE i int := 0;
BEGIN
  i := i + 1;
  i := i + 1;



  RETURN i;
END$$;
CREATE FUNCTION app.leak(int) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT LEAKPROOF COST 5 AS 'SELECT $1 > 0';
CREATE FUNCTION app.quiet() RETURNS int LANGUAGE sql SET log_statement TO 'none' SET work_mem TO '1MB' AS 'SELECT 1';
CREATE FUNCTION app.two_settings() RETURNS int LANGUAGE sql SET search_path TO 'app', 'pg_temp'
  SET log_min_messages TO 'error' SET "app.tenant" TO 'a; b' AS $$SELECT 1 /* SET log_statement TO 'none' */$$;
CREATE FUNCTION app.definer() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path TO 'app' AS 'SELECT 1::bigint';
CREATE FUNCTION app.secret_count() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN RETURN (SELECT count(*) FROM secure.ledger); END$$;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.touched := '2020-01-01'; RETURN NEW; END$$;
CREATE FUNCTION app.variadic_out(IN a int, OUT b int, INOUT c text DEFAULT 'x;y', VARIADIC d int[] DEFAULT '{}') LANGUAGE sql AS 'SELECT a, c';
CREATE FUNCTION app.table_result(text) RETURNS TABLE (a int, b text) LANGUAGE sql ROWS 7 AS 'SELECT 1, $1';
CREATE PROCEDURE app.proc(INOUT a int) LANGUAGE plpgsql AS $$BEGIN a := a + 1; COMMIT; END$$;
CREATE FUNCTION app.evil() RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE 'ALTER ROLE x SUPERUSER'; END$$;
CREATE FUNCTION app.acc(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE app.total(int) (SFUNC = app.acc, STYPE = int, INITCOND = '0', SSPACE = 8);
CREATE FUNCTION app.near(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 3';
CREATE OPERATOR app.=~= (LEFTARG = int, RIGHTARG = int, FUNCTION = app.near, COMMUTATOR = OPERATOR(app.=~=));
CREATE CAST (app.pair AS text) WITH INOUT AS ASSIGNMENT;
CREATE CONVERSION app.my_conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
ALTER FUNCTION app.nested() OWNER TO app_owner;
ALTER FUNCTION app.atomic(int) OWNER TO grp;
ALTER FUNCTION app.leak(int) OWNER TO app_owner;
ALTER FUNCTION app.quiet() OWNER TO app_owner;
ALTER FUNCTION app.two_settings() OWNER TO asset;
ALTER FUNCTION app.definer() OWNER TO boss;
ALTER PROCEDURE app.proc(int) OWNER TO "it's";
ALTER AGGREGATE app.total(int) OWNER TO app_owner;
ALTER OPERATOR app.=~= (int, int) OWNER TO app_owner;
ALTER CONVERSION app.my_conversion OWNER TO app_owner;
REVOKE ALL ON FUNCTION app.leak(int) FROM PUBLIC;
REVOKE ALL ON FUNCTION app.definer() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.leak(int) TO reader WITH GRANT OPTION;
GRANT EXECUTE ON FUNCTION app.definer() TO app_owner;
GRANT EXECUTE ON FUNCTION app.quiet() TO reader;
GRANT ALL ON PROCEDURE app.proc(int) TO "a$$b";
SET ROLE reader; GRANT EXECUTE ON FUNCTION app.leak(int) TO writer; RESET ROLE;
COMMENT ON FUNCTION app.doc() IS 'CREATE ROLE x;
GRANT pg_checkpoint TO y;
';
COMMENT ON AGGREGATE app.total(int) IS 'sum;';
COMMENT ON OPERATOR app.=~= (int, int) IS 'near';
ALTER SCHEMA app OWNER TO app_owner;

-- ------------------------------------------------------------------ tables

CREATE SEQUENCE app.alone START 100 INCREMENT -5 MINVALUE -1000 MAXVALUE 1000 CYCLE CACHE 7;
SELECT nextval('app.alone') \g /dev/null
CREATE TABLE app.cust (
  id int GENERATED BY DEFAULT AS IDENTITY (START 10) PRIMARY KEY,
  always bigint GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  mail app.email,
  mood app.mood DEFAULT 'ok; fine',
  tags ext.hstore,
  pair app.pair,
  span app.shell_less_range,
  doubled int GENERATED ALWAYS AS (id * 2) STORED,
  tablespace text DEFAULT 'TABLESPACE fast',
  "SUPERUSER" boolean DEFAULT false,
  touched date,
  CONSTRAINT "check; it's" CHECK (name <> 'x;y')
) WITH (fillfactor = 70, autovacuum_enabled = off);
COMMENT ON TABLE app.cust IS 'COMMENT ON EXTENSION plpgsql IS ''x'';';
COMMENT ON COLUMN app.cust.tablespace IS 'lives in TABLESPACE fast';
COMMENT ON CONSTRAINT "check; it's" ON app.cust IS 'a
check';
ALTER TABLE app.cust ALTER name SET STORAGE EXTERNAL, ALTER mail SET STATISTICS 77, ALTER tablespace SET COMPRESSION pglz;
ALTER TABLE app.cust ALTER id SET (n_distinct = 5);
INSERT INTO app.cust (name, mail, tags, pair, span)
  SELECT 'name ' || g, g || '@example.com', ext.hstore('k' || g, 'v;' || g), ROW(g, 'b')::app.pair, app.shell_less_range(g, g + 1)
  FROM generate_series(1, 50) g;
ALTER TABLE app.cust OWNER TO app_owner;

CREATE TABLE app.ord (id serial PRIMARY KEY, cust int REFERENCES app.cust ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  at timestamptz DEFAULT '2020-01-01', amount numeric(10,2), UNIQUE (cust, at)) TABLESPACE fast;
CREATE INDEX ord_at ON app.ord (at DESC NULLS LAST) INCLUDE (amount) WITH (fillfactor = 80) TABLESPACE "my ""fast""" WHERE amount > 1;
CREATE UNIQUE INDEX ord_expr ON app.ord ((amount + 1), (id::text || ';')) NULLS NOT DISTINCT;
INSERT INTO app.ord (cust, at, amount) SELECT 10 + g % 50, '2020-01-01'::timestamptz + g * interval '1 hour', g / 3.0 FROM generate_series(1, 100) g;
ALTER TABLE app.ord CLUSTER ON ord_pkey;
ALTER INDEX app.ord_expr ALTER COLUMN 1 SET STATISTICS 99;
ALTER TABLE app.ord OWNER TO grp;
GRANT CREATE ON SCHEMA app TO writer;

CREATE TABLE app.events (id bigint, at date NOT NULL, kind text, PRIMARY KEY (id, at, kind)) PARTITION BY RANGE (at);
CREATE TABLE app.events_2020 PARTITION OF app.events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (kind) TABLESPACE fast;
CREATE TABLE app.events_2020_a PARTITION OF app.events_2020 FOR VALUES IN ('a', 'it''s; b');
CREATE TABLE app.events_2020_rest PARTITION OF app.events_2020 DEFAULT;
CREATE TABLE app.events_old PARTITION OF app.events (kind DEFAULT 'old') FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE app.hashed (a int, b text) PARTITION BY HASH (a);
CREATE TABLE app.hashed_0 PARTITION OF app.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE app.hashed_1 PARTITION OF app.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO app.events SELECT g, '2019-12-20'::date + g, (ARRAY['a', 'b', 'it''s; b'])[1 + g % 3] FROM generate_series(1, 60) g;
INSERT INTO app.hashed SELECT g, 'h' || g FROM generate_series(1, 20) g;
CREATE INDEX events_kind ON app.events (kind);
ALTER TABLE app.events OWNER TO app_owner;
ALTER TABLE app.events_2020 OWNER TO grp;
ALTER TABLE app.events_2020_a OWNER TO grp;
ALTER TABLE app.hashed OWNER TO boss;

CREATE TABLE public.t (a int, b text);
COPY public.t (a, b) FROM stdin;
1	-- not a comment
2	COPY x FROM stdin;
3	CREATE ROLE evil SUPERUSER;
4	$$
5	'
6	/*
7	\N
8	\\.
9	a\\
10	
11	\\restrict me
12	tab\there, newline\nhere, return\rhere
13	SET transaction_timeout = 0;
14	ALTER TABLE x OWNER TO postgres;
15	ünï€öde 表 🐘
16	\\N
17	\b\f\v
\.
CREATE TABLE public."COPY t FROM stdin;" ("FROM stdin;" text, "TABLESPACE" text, "a,b" text);
INSERT INTO public."COPY t FROM stdin;" VALUES ('\.', E'\\.\n', E'a\tb'), (E'\r\\restrict x', '', NULL);
ALTER TABLE public."COPY t FROM stdin;" OWNER TO "it's";
CREATE TABLE public.one_column (a text);
COPY public.one_column FROM stdin;
-- not a comment
COPY x FROM stdin;
CREATE ROLE evil SUPERUSER;
$$
'
/*

\N
\\.
a\\
\.
ALTER TABLE public.one_column OWNER TO "a$$b";
CREATE TABLE public.no_columns ();
INSERT INTO public.no_columns DEFAULT VALUES;
INSERT INTO public.no_columns DEFAULT VALUES;
CREATE UNLOGGED TABLE public.unlogged (a int, b bytea);
INSERT INTO public.unlogged VALUES (1, '\x00ff5c');
ALTER TABLE public.unlogged OWNER TO "100%";
CREATE TABLE public.rds_reports (a int);
ALTER TABLE public.rds_reports OWNER TO cards_reader;
GRANT SELECT ON TABLE public.rds_reports TO records_ro;
CREATE TABLE public.by_ops (a int);
ALTER TABLE public.by_ops OWNER TO ops;
CREATE TABLE public.by_odd (a int);
ALTER TABLE public.by_odd OWNER TO U&"new\000Aline";
CREATE TABLE public.by_asset (a serial, b jsonb DEFAULT '{"a": "TABLESPACE; x"}');
ALTER TABLE public.by_asset OWNER TO asset;
INSERT INTO public.by_asset (b) VALUES ('{"k": "line\nbreak \\. \u00e9"}'), (DEFAULT);
CREATE TABLE public.by_noinherit (a int);
ALTER TABLE public.by_noinherit OWNER TO grp_noinherit;
CREATE TABLE public.by_current (a int);
ALTER TABLE public.by_current OWNER TO "current_user";
CREATE TABLE "we;ird -- ""x"" $$"."COPY x FROM stdin;" ("COPY x FROM stdin;" int);
CREATE TABLE "public ".t (a int);
CREATE TABLE grp_schema.t (a int);
ALTER TABLE grp_schema.t OWNER TO grp;
CREATE TABLE by_super.t (a int, b int DEFAULT nextval('app.alone'));
INSERT INTO by_super.t VALUES (1, 2);
GRANT SELECT, INSERT ON TABLE by_super.t TO app_owner WITH GRANT OPTION;
REVOKE ALL ON TABLE by_super.t FROM postgres;
GRANT SELECT ON TABLE by_super.t TO postgres;

CREATE TABLE secure.ledger (id int PRIMARY KEY, who name, amount money);
INSERT INTO secure.ledger VALUES (1, 'reader', '1.50'), (2, 'writer', '2.25'), (3, 'boss', '1000');
ALTER TABLE secure.ledger OWNER TO boss;
GRANT SELECT (id, who), UPDATE (amount) ON TABLE secure.ledger TO reader;
GRANT SELECT ON TABLE secure.ledger TO app_owner WITH GRANT OPTION;
SET ROLE app_owner; GRANT SELECT ON TABLE secure.ledger TO writer; RESET ROLE;
CREATE TABLE secure.child (extra int) INHERITS (secure.ledger);
ALTER TABLE secure.child OWNER TO asset;
CREATE TABLE app.inherits_two (c int, LIKE app.hashed INCLUDING ALL) INHERITS (app.ord);
ALTER TABLE app.inherits_two OWNER TO app_owner;

CREATE TABLE app.excl (a int, p point, EXCLUDE USING gist (p WITH ~=));
ALTER TABLE app.excl REPLICA IDENTITY FULL, OWNER TO app_owner;
CREATE TABLE app.ident (a int NOT NULL, b text NOT NULL);
CREATE UNIQUE INDEX ident_a ON app.ident (a);
ALTER TABLE app.ident REPLICA IDENTITY USING INDEX ident_a;
ALTER TABLE app.ident OWNER TO asset;
CREATE TABLE app.typed OF app.pair (PRIMARY KEY (a));
ALTER TABLE app.typed OWNER TO app_owner;
ALTER TABLE app.typed ADD CONSTRAINT late CHECK (b <> ';') NOT VALID;
CREATE TABLE app.toasty (a text) WITH (toast.autovacuum_enabled = false, toast_tuple_target = 256);
INSERT INTO app.toasty SELECT string_agg(md5(g::text) || E'\n', ';') FROM generate_series(1, 400) g;
ALTER TABLE app.toasty OWNER TO app_owner;

-- Chains of grants: pg_dump writes SET SESSION AUTHORIZATION for these.
GRANT SELECT, UPDATE ON TABLE app.cust TO asset WITH GRANT OPTION;
SET ROLE asset; GRANT SELECT ON TABLE app.cust TO "100%" WITH GRANT OPTION; RESET ROLE;
SET ROLE "100%"; GRANT SELECT ON TABLE app.cust TO "it's"; RESET ROLE;
GRANT ALL ON TABLE app.cust TO boss WITH GRANT OPTION;
SET ROLE boss; RESET ROLE;
GRANT SELECT (name), REFERENCES (id) ON TABLE app.cust TO reader, "grüße";
GRANT USAGE, SELECT ON SEQUENCE app.ord_id_seq TO reader;
GRANT TRIGGER, TRUNCATE ON TABLE app.ord TO "NOREPLICATION NOBYPASSRLS";
GRANT SELECT ON TABLE app.ord TO boss WITH GRANT OPTION;
GRANT SELECT ON TABLE public.t TO PUBLIC;
REVOKE INSERT ON TABLE public.by_asset FROM asset;

-- ------------------------------------------- indexes, statistics, text search

CREATE STATISTICS app.cust_stats (ndistinct, dependencies, mcv) ON id, name FROM app.cust;
CREATE STATISTICS app.cust_expr ON (id % 3), (name || ';') FROM app.cust;
ALTER STATISTICS app.cust_stats SET STATISTICS 200;
ALTER STATISTICS app.cust_stats OWNER TO app_owner;
COMMENT ON STATISTICS app.cust_stats IS 'mcv;';
CREATE TEXT SEARCH CONFIGURATION app.english_plus (COPY = pg_catalog.english);
CREATE TEXT SEARCH DICTIONARY app.stem (TEMPLATE = pg_catalog.snowball, language = 'german', stopwords = 'german');
ALTER TEXT SEARCH CONFIGURATION app.english_plus ALTER MAPPING FOR asciiword WITH app.stem, pg_catalog.english_stem;
ALTER TEXT SEARCH CONFIGURATION app.english_plus OWNER TO app_owner;
ALTER TEXT SEARCH DICTIONARY app.stem OWNER TO asset;
CREATE INDEX cust_fts ON app.cust USING gin (to_tsvector('app.english_plus', name));
CREATE INDEX cust_trgm ON app.cust USING gin (name ext.gin_trgm_ops);

-- ------------------------------------------------- views, rules, triggers, RLS

CREATE VIEW app.barrier WITH (security_barrier) AS SELECT id, name FROM app.cust WHERE id > 12 WITH LOCAL CHECK OPTION;
CREATE VIEW app.invoker WITH (security_invoker) AS SELECT * FROM app.cust;
CREATE VIEW app.spaces AS SELECT pg_tables.tablespace, 'SUPERUSER; TABLESPACE fast' AS t FROM pg_tables;
CREATE RECURSIVE VIEW app.numbers (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5;
CREATE MATERIALIZED VIEW app.mat TABLESPACE fast AS SELECT 'TABLESPACE x'::text AS t, count(*) FROM app.cust;
CREATE MATERIALIZED VIEW app.mat_grp AS SELECT count(*) AS n FROM app.ord WITH NO DATA;
CREATE MATERIALIZED VIEW secure.mat_boss AS SELECT who, sum(amount) AS s FROM secure.ledger GROUP BY who;
CREATE MATERIALIZED VIEW by_super.mat_postgres AS SELECT count(*) AS n FROM app.cust, secure.ledger;
CREATE UNIQUE INDEX mat_boss_who ON secure.mat_boss (who);
ALTER VIEW app.barrier OWNER TO app_owner;
ALTER VIEW app.invoker OWNER TO asset;
ALTER VIEW app.spaces OWNER TO grp;
ALTER VIEW app.numbers OWNER TO boss;
ALTER MATERIALIZED VIEW app.mat OWNER TO app_owner;
ALTER MATERIALIZED VIEW app.mat_grp OWNER TO grp;
ALTER MATERIALIZED VIEW secure.mat_boss OWNER TO boss;
ALTER VIEW app.barrier ALTER name SET DEFAULT 'x; y';
GRANT SELECT ON app.mat, secure.mat_boss TO reader;
COMMENT ON VIEW app.spaces IS 'pg_tables.tablespace';
COMMENT ON MATERIALIZED VIEW app.mat IS 'TABLESPACE fast;';

CREATE RULE notify_two AS ON INSERT TO public.t DO ALSO (NOTIFY a; NOTIFY b;);
CREATE RULE barrier_del AS ON DELETE TO app.barrier DO INSTEAD NOTHING;
ALTER TABLE public.t DISABLE RULE notify_two;
COMMENT ON RULE barrier_del ON app.barrier IS 'no; deletes';
CREATE TRIGGER touch BEFORE UPDATE OF name ON app.cust FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name) EXECUTE FUNCTION app.touch();
CREATE TRIGGER touch_always BEFORE INSERT ON app.cust FOR EACH ROW EXECUTE FUNCTION app.touch('it''s; arg');
CREATE CONSTRAINT TRIGGER deferred AFTER INSERT ON app.ord DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE TRIGGER off AFTER TRUNCATE ON app.ord EXECUTE FUNCTION app.touch();
ALTER TABLE app.cust ENABLE ALWAYS TRIGGER touch;
ALTER TABLE app.cust DISABLE TRIGGER touch_always;
ALTER TABLE app.ord DISABLE TRIGGER off;
COMMENT ON TRIGGER touch ON app.cust IS 'touches;';

ALTER TABLE secure.ledger ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON secure.ledger USING (who = CURRENT_USER) WITH CHECK (who = CURRENT_USER);
CREATE POLICY readers ON secure.ledger AS RESTRICTIVE FOR SELECT TO reader, writer, "it's" USING (amount < '100'::money);
COMMENT ON POLICY own ON secure.ledger IS 'own; rows';
ALTER TABLE app.ord ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_of_grp ON app.ord TO grp, boss USING (true);
CREATE TABLE app.forced (a int);
INSERT INTO app.forced VALUES (1), (2);
ALTER TABLE app.forced OWNER TO app_owner;
ALTER TABLE app.forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY nobody ON app.forced FOR ALL TO nosuperuser_app USING (false);

-- ---------------------------------------------------------- event triggers

CREATE FUNCTION app.makes_triggers() RETURNS void LANGUAGE plpgsql AS $$BEGIN
CREATE EVENT TRIGGER et ON ddl_command_end
         WHEN TAG IN ('CREATE TABLE')
   EXECUTE FUNCTION public.f();
ALTER EVENT TRIGGER et OWNER TO postgres;
END$$;
CREATE FUNCTION public.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN PERFORM 1; END$$;
CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION public.on_ddl();
COMMENT ON EVENT TRIGGER et IS 'x;
y';
CREATE EVENT TRIGGER boss_et ON sql_drop EXECUTE FUNCTION public.on_ddl();
ALTER EVENT TRIGGER boss_et OWNER TO boss;
ALTER EVENT TRIGGER boss_et DISABLE;

-- ------------------------------------------------- publications, subscription

CREATE PUBLICATION pub_one FOR TABLE app.cust (id, name), app.ord WHERE (id > 5) WITH (publish = 'insert, update');
CREATE PUBLICATION pub_owned FOR TABLE app.ident;
CREATE PUBLICATION pub_all FOR ALL TABLES WITH (publish_via_partition_root = true);
CREATE PUBLICATION pub_schema FOR TABLES IN SCHEMA app, public;
CREATE PUBLICATION pub_mixed FOR TABLE secure.ledger, TABLES IN SCHEMA grp_schema;
CREATE PUBLICATION pub_empty;
ALTER PUBLICATION pub_owned OWNER TO asset;
ALTER PUBLICATION pub_empty OWNER TO grp;
COMMENT ON PUBLICATION pub_all IS 'all; of it';
COMMENT ON PUBLICATION pub_one IS 'one';
SET client_min_messages = error;
CREATE SUBSCRIPTION sub CONNECTION 'host=publisher.example user=u password=s3cret''; dbname=x' PUBLICATION p1, "p;2"
  WITH (connect = false, slot_name = 'sub_slot', streaming = true);
RESET client_min_messages;
COMMENT ON SUBSCRIPTION sub IS 'from; there';

-- ----------------------------------------------------------- foreign data

CREATE SERVER remote TYPE 'pg' VERSION '15' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h;x', dbname 'd');
ALTER SERVER remote OWNER TO app_owner;
GRANT USAGE ON FOREIGN SERVER remote TO reader;
COMMENT ON SERVER remote IS 'far; away';
CREATE USER MAPPING FOR app_owner SERVER remote OPTIONS (user 'u', password 's3cret; it''s');
CREATE USER MAPPING FOR boss SERVER remote OPTIONS (user 'b', password_required 'false');
CREATE USER MAPPING FOR PUBLIC SERVER remote OPTIONS (user 'p');
CREATE FOREIGN TABLE app.far (id int OPTIONS (column_name 'i;d'), t text DEFAULT 'x') SERVER remote OPTIONS (schema_name 's', table_name 't');
ALTER FOREIGN TABLE app.far OWNER TO app_owner;
GRANT SELECT ON TABLE app.far TO reader;
COMMENT ON FOREIGN TABLE app.far IS 'far table;';
COMMENT ON COLUMN app.far.t IS 'far column';
CREATE VIEW app.far_view AS SELECT id FROM app.far;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE app.passwd (line text) SERVER files OPTIONS (filename '/etc/passwd', format 'text');
ALTER FOREIGN TABLE app.passwd OWNER TO app_owner;

-- ----------------------------------------------------------- large objects

SELECT lo_create(424242), lo_create(424243), lo_create(424244) \g /dev/null
SELECT lo_put(424242, 0, decode(repeat('00ff5c2e0a', 5000), 'hex')), lo_put(424243, 0, convert_to('\. ; $$', 'UTF8')) \g /dev/null
ALTER LARGE OBJECT 424242 OWNER TO app_owner;
ALTER LARGE OBJECT 424243 OWNER TO boss;
GRANT SELECT ON LARGE OBJECT 424242 TO reader;
GRANT ALL ON LARGE OBJECT 424243 TO grp WITH GRANT OPTION;
COMMENT ON LARGE OBJECT 424242 IS 'large; object';

-- ------------------------------------------------------ default privileges

ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA app GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE grp IN SCHEMA app GRANT USAGE ON SEQUENCES TO writer WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE boss IN SCHEMA public GRANT ALL ON TABLES TO app_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT USAGE ON TYPES TO "it's";
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA by_super GRANT SELECT ON TABLES TO reader, boss;
ALTER DEFAULT PRIVILEGES FOR ROLE "it's" GRANT USAGE ON SCHEMAS TO "100%";
ALTER DEFAULT PRIVILEGES FOR ROLE reader IN SCHEMA secure GRANT SELECT ON TABLES TO PUBLIC;

-- ------------------------------------ left owners who cannot create here any more

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA app FROM writer;
