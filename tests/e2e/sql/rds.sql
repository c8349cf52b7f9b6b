-- A cluster as RDS has it, filled by its users. Run by the bootstrap superuser
-- `rdsadmin`. psql variables: `master`, the master user's name; `tsdir`, a
-- directory of the server's user.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
\ir rds-roles.sql

-- ------------------------------------------------------------------- roles

CREATE ROLE :"master" LOGIN CREATEROLE CREATEDB PASSWORD 'master secret' VALID UNTIL 'infinity';
GRANT rds_superuser TO :"master";
SET ROLE :"master";
CREATE ROLE app LOGIN PASSWORD 'app secret' CONNECTION LIMIT 20;
CREATE ROLE app_iam LOGIN;
CREATE ROLE app_repl LOGIN PASSWORD 'repl secret';
CREATE ROLE reporting NOLOGIN;
CREATE ROLE cards_reader LOGIN PASSWORD 'cards secret' VALID UNTIL '2035-01-01 00:00:00+00';
CREATE ROLE rds_reports LOGIN PASSWORD 'reports secret';
CREATE ROLE "rdsadmin " LOGIN;
CREATE ROLE "100%";
CREATE ROLE "it's" LOGIN PASSWORD 'quote secret';
GRANT app TO :"master";
GRANT reporting TO app, cards_reader WITH ADMIN OPTION;
GRANT rds_iam TO app_iam;
GRANT rds_replication TO app_repl;
GRANT pg_read_all_data, pg_monitor TO reporting;
GRANT rds_superuser TO "it's";
RESET ROLE;
GRANT rds_password TO app;
GRANT app TO rdstopmgr;
ALTER ROLE app SET search_path TO sales, public;
ALTER ROLE app SET temp_tablespaces TO 'rds_temp_tablespace';
ALTER ROLE app SET "rds.custom" TO 'x';
ALTER ROLE "it's" SET session_replication_role TO 'replica';
COMMENT ON ROLE app IS 'not rdsadmin;';
COMMENT ON ROLE rds_superuser IS 'of RDS';
GRANT SET ON PARAMETER session_replication_role TO :"master" WITH GRANT OPTION;

-- -------------------------------------------------- tablespaces and databases

\set tmp :tsdir '/rds_temp'
\set own :tsdir '/own'
SELECT format('COPY (SELECT 1) TO PROGRAM %L', format('cat >/dev/null; mkdir "%s" "%s"', :'tmp', :'own')) \gexec
CREATE TABLESPACE rds_temp_tablespace OWNER rds_superuser LOCATION :'tmp';
GRANT ALL ON TABLESPACE rds_temp_tablespace TO PUBLIC;
CREATE TABLESPACE own_space OWNER :"master" LOCATION :'own';
GRANT CREATE ON TABLESPACE own_space TO app;

ALTER DATABASE postgres OWNER TO :"master";
ALTER DATABASE template1 OWNER TO :"master";
CREATE DATABASE rdsadmin TEMPLATE template0;
REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC;
ALTER DATABASE rdsadmin SET log_min_messages TO 'panic';
GRANT CONNECT ON DATABASE rdsadmin TO rdstopmgr;
CREATE DATABASE sales OWNER app TEMPLATE template0 TABLESPACE own_space;
CREATE DATABASE accounts OWNER :"master" TEMPLATE template0;
CREATE DATABASE "rds admin; notes" OWNER "it's" TEMPLATE template0;
GRANT CONNECT ON DATABASE sales TO reporting, rds_iam;
ALTER DATABASE sales SET search_path TO sales, public;
ALTER DATABASE sales SET temp_tablespaces TO 'rds_temp_tablespace';
ALTER DATABASE sales SET "rds.force_ssl" TO '1';
COMMENT ON DATABASE sales IS 'no copy of rdsadmin
\connect rdsadmin';

\connect rdsadmin
SET client_min_messages = warning;
CREATE SCHEMA rds_internal;
CREATE TABLE rds_internal.heartbeat (id int PRIMARY KEY, at timestamptz);
INSERT INTO rds_internal.heartbeat SELECT g, '2020-01-01' FROM generate_series(1, 20) g;
CREATE TABLE rds_internal.notes (a text);
COPY rds_internal.notes FROM stdin;
\\connect sales
CREATE DATABASE sales;
\.
SET check_function_bodies = off;
CREATE FUNCTION rds_internal.f() RETURNS int LANGUAGE sql AS $$SELECT 1;
\connect sales
CREATE DATABASE sales;
$$;
GRANT SELECT ON rds_internal.heartbeat TO rdstopmgr, rds_superuser;
SELECT lo_create(777) \g /dev/null

\connect sales
SET client_min_messages = warning;
CREATE SCHEMA sales AUTHORIZATION app;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION hstore WITH SCHEMA sales;
COMMENT ON EXTENSION pgcrypto IS 'changed; comment';
CREATE TABLE sales.orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, who text, tags sales.hstore, tablespace text) TABLESPACE own_space;
INSERT INTO sales.orders (who, tags, tablespace) SELECT 'rdsadmin', 'a=>b', 'rds_temp_tablespace' FROM generate_series(1, 30);
CREATE TABLE sales.internal (a int);
INSERT INTO sales.internal VALUES (1);
CREATE TABLE public.by_master (a int);
ALTER TABLE sales.orders OWNER TO app;
ALTER TABLE public.by_master OWNER TO :"master";
CREATE VIEW sales.all_orders AS SELECT * FROM sales.orders;
ALTER VIEW sales.all_orders OWNER TO app;
CREATE MATERIALIZED VIEW sales.per_who AS SELECT who, count(*) FROM sales.orders GROUP BY who;
ALTER MATERIALIZED VIEW sales.per_who OWNER TO app;
GRANT SELECT ON sales.orders TO reporting, rds_superuser, rdsadmin;
GRANT SELECT ON sales.internal TO app, rdstopmgr;
GRANT UPDATE (who) ON sales.orders TO rds_superuser, cards_reader;
ALTER TABLE sales.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON sales.orders TO app, rds_superuser USING (who = CURRENT_USER OR true);
CREATE POLICY theirs ON sales.orders TO rdsadmin USING (true);
ALTER DEFAULT PRIVILEGES FOR ROLE rdsadmin IN SCHEMA public GRANT SELECT ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA sales GRANT SELECT ON TABLES TO reporting, rds_superuser;
CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN PERFORM 'rdsadmin'; END$$;
CREATE EVENT TRIGGER rds_watch ON ddl_command_end EXECUTE FUNCTION public.watch();
COMMENT ON EVENT TRIGGER rds_watch IS 'of rdsadmin';
ALTER EVENT TRIGGER rds_watch DISABLE;
CREATE PUBLICATION everything FOR ALL TABLES;
ALTER PUBLICATION everything OWNER TO rdsadmin;
CREATE PUBLICATION orders FOR TABLE sales.orders;
ALTER PUBLICATION orders OWNER TO app;
SELECT lo_create(888) \g /dev/null
ALTER LARGE OBJECT 888 OWNER TO app;
COMMENT ON TABLE sales.orders IS 'GRANT rds_superuser TO x GRANTED BY rdsadmin;
CREATE ROLE rdsadmin;';

\connect accounts
SET client_min_messages = warning;
CREATE TABLE public.rds_accounts (a text);
COPY public.rds_accounts FROM stdin;
CREATE ROLE rdsadmin;
\\connect rdsadmin
ALTER ROLE rdsadmin SET x TO y;
\.
ALTER TABLE public.rds_accounts OWNER TO :"master";
GRANT SELECT ON public.rds_accounts TO rds_reports, "rdsadmin ";

\connect "rds admin; notes"
SET client_min_messages = warning;
CREATE SCHEMA rdsadmin AUTHORIZATION "it's";
CREATE TABLE rdsadmin.rds_superuser (rdsadmin int);
INSERT INTO rdsadmin.rds_superuser VALUES (1);
ALTER TABLE rdsadmin.rds_superuser OWNER TO "it's";
