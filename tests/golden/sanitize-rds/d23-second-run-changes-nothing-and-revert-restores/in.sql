ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE CREATEDB LOGIN NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 20 PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy' VALID UNTIL '2030-01-01';
ALTER ROLE boss WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS PASSWORD 'NOSUPERUSER REPLICATION';
CREATE ROLE asset; ALTER ROLE asset WITH LOGIN;
CREATE ROLE asset;
ALTER ROLE asset WITH LOGIN;
ALTER ROLE nosuperuser_app WITH LOGIN;
CREATE ROLE "SUPERUSER";
ALTER ROLE "x SUPERUSER y" SET search_path TO a;
ALTER ROLE app SET search_path TO 'app', 'public';
ALTER ROLE app SET log_statement TO 'all';
ALTER ROLE app SET session_preload_libraries TO 'auto_explain';
ALTER ROLE app IN DATABASE d SET work_mem TO '8MB';
ALTER ROLE app SET application_name TO 'line1
GRANT pg_monitor TO evil';
ALTER ROLE app SET log_statement TO 'line1
GRANT pg_monitor TO evil';
CREATE ROLE "100%"; CREATE ROLE "a$$b"; CREATE ROLE "it's";
CREATE ROLE "a$do$b";
CREATE ROLE "two
lines";
COMMENT ON TABLE t IS 'x
CREATE ROLE x;
GRANT pg_checkpoint TO y;
';
GRANT app TO asset WITH ADMIN OPTION, INHERIT TRUE GRANTED BY rdsadmin;
GRANT app TO asset WITH ADMIN OPTION, INHERIT TRUE GRANTED BY rdsadministrator;
GRANT "pg_read_server_files", app TO asset;
GRANT "pg_read_all_data", app TO asset;
GRANT SELECT ON TABLE "rds_reports" TO app;
GRANT CREATE ON TABLESPACE rds_temp TO app;
CREATE ROLE rdsadmin;
CREATE ROLE "pg_custom";
CREATE ROLE rds_superuser;
ALTER ROLE "pg_custom" WITH LOGIN PASSWORD 'secret';
ALTER TABLE public.t OWNER TO rdsadmin;
ALTER TABLE public.u OWNER TO "pg_custom";
GRANT SELECT ON TABLE public.t TO pg_custom, app;
GRANT pg_custom TO app;
GRANT app TO pg_custom;
ALTER DEFAULT PRIVILEGES FOR ROLE pg_custom GRANT SELECT ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO rdsadmin;
COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL; it''s
procedural';
COMMENT ON TABLE t IS 'COMMENT ON EXTENSION plpgsql IS ''x''';
CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
CREATE EXTENSION IF NOT EXISTS adminpack WITH SCHEMA pg_catalog;
CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;
CREATE FUNCTION public.f() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'CREATE EVENT TRIGGER et ON ddl_command_end
         WHEN TAG IN (''CREATE TABLE'')
   EXECUTE FUNCTION public.f()';
END;
$$;
CREATE EVENT TRIGGER et ON ddl_command_end
         WHEN TAG IN ('CREATE TABLE')
   EXECUTE FUNCTION public.f();
ALTER EVENT TRIGGER et OWNER TO postgres;
COMMENT ON EVENT TRIGGER et IS 'x';
ALTER DEFAULT PRIVILEGES FOR ROLE rdsadmin IN SCHEMA public GRANT SELECT ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public GRANT SELECT ON TABLES TO reader;
ALTER DEFAULT PRIVILEGES FOR ROLE app, rdsadmin IN SCHEMA public GRANT SELECT ON TABLES TO reader;
SET transaction_timeout = 0;
COPY t FROM stdin;
SET transaction_timeout = 0;
\.
SELECT pg_catalog.set_config('transaction_timeout','0',false);
SET statement_timeout = 0;
CREATE SUBSCRIPTION s CONNECTION 'host=h password=s3cret' PUBLICATION p;
CREATE USER MAPPING FOR app SERVER far OPTIONS (password 's3cret');
CREATE USER MAPPING FOR app SERVER far OPTIONS ("user" 'u', password 's3cret');
ALTER SUBSCRIPTION s OWNER TO app;
SECURITY LABEL FOR anon ON COLUMN t.email IS 'MASKED WITH FUNCTION anon.fake_email()';
ALTER DATABASE app SET TABLESPACE fast;
ALTER DATABASE app SET rds.force_ssl TO '1';
ALTER DATABASE app SET search_path TO x;
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
COMMENT ON SCHEMA public IS 'standard public schema';
CREATE SCHEMA "public ";
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$
DECLARE i int;
BEGIN
  i := i + 1;
  i := i + 1;
END;
$$;
COPY t FROM stdin;
1
1
\.
DO $$
BEGIN
  EXECUTE 'ALTER ROLE x SUPERUSER';
END;
$$;
DO $$BEGIN ALTER ROLE x SUPERUSER; END$$;
