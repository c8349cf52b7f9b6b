-- A self-hosted PostgreSQL 15 cluster as one meets it after ten years: the
-- superuser `postgres` filled in `tsdir` (psql variable: a directory of the
-- server's user). What only a superuser can ever create, and nobody on a managed
-- service, stands in superuser-only.sql.
--
-- Passwords are listed in passwords.tsv, for the login test.

\set ON_ERROR_STOP on
SET client_min_messages = warning;

-- ---------------------------------------------------------------- roles

ALTER ROLE postgres PASSWORD 'postgres secret';
CREATE ROLE boss SUPERUSER NOCREATEROLE NOCREATEDB LOGIN CONNECTION LIMIT 40 PASSWORD 'boss secret';
CREATE ROLE app_owner LOGIN CREATEDB CONNECTION LIMIT 17 PASSWORD 'app; secret' VALID UNTIL '2035-01-01 00:00:00+00';
CREATE ROLE asset LOGIN CREATEROLE PASSWORD 'it''s; --secret';
CREATE ROLE nosuperuser_app LOGIN BYPASSRLS PASSWORD 'bypass secret';
CREATE ROLE repl LOGIN REPLICATION CONNECTION LIMIT 3 PASSWORD 'repl secret';
CREATE ROLE expired LOGIN PASSWORD 'too late' VALID UNTIL '2001-02-03 04:05:06+00';
CREATE ROLE forever LOGIN PASSWORD 'forever secret' VALID UNTIL 'infinity';
CREATE ROLE passwordless LOGIN;
CREATE ROLE grp;
CREATE ROLE grp_noinherit NOINHERIT;
CREATE ROLE reader LOGIN PASSWORD 'reader secret';
CREATE ROLE writer LOGIN NOINHERIT PASSWORD 'writer secret';
CREATE ROLE ops LOGIN CREATEROLE CREATEDB PASSWORD 'ops secret';
CREATE ROLE limit_zero LOGIN CONNECTION LIMIT 0 PASSWORD 'no seat';
CREATE ROLE super_nologin SUPERUSER NOINHERIT NOLOGIN REPLICATION BYPASSRLS;
SET password_encryption = 'md5';
CREATE ROLE old_hash LOGIN PASSWORD 'md5 secret';
RESET password_encryption;

CREATE ROLE "100%" LOGIN PASSWORD 'percent secret';
CREATE ROLE "a$$b" LOGIN PASSWORD 'dollar secret';
CREATE ROLE "a$do$b$_$c";
CREATE ROLE "it's" LOGIN PASSWORD 'quote secret';
CREATE ROLE "dq""in""side" LOGIN PASSWORD 'dquote secret';
CREATE ROLE U&"new\000Aline" LOGIN PASSWORD 'newline secret';
CREATE ROLE "back\slash" LOGIN PASSWORD 'backslash \ secret';
CREATE ROLE "SUPERUSER" LOGIN PASSWORD 'SUPERUSER';
CREATE ROLE "x SUPERUSER y";
CREATE ROLE "NOREPLICATION NOBYPASSRLS" NOINHERIT;
CREATE ROLE "PASSWORD" LOGIN PASSWORD 'WITH SUPERUSER REPLICATION';
CREATE ROLE "semi;colon -- no comment /*";
CREATE ROLE "current_user";
CREATE ROLE "user";
CREATE ROLE "with" LOGIN PASSWORD 'with secret';
CREATE ROLE "Public";
CREATE ROLE "pg custom";
CREATE ROLE "grüße" LOGIN PASSWORD 'grüße secret';
CREATE ROLE "GRANTED BY postgres";
CREATE ROLE " leading space";
CREATE ROLE cards_reader;
CREATE ROLE records_ro;
CREATE ROLE rdsadministrator;
CREATE ROLE a_name_of_sixty_three_bytes_which_is_all_that_a_name_can_have__;

COMMENT ON ROLE app_owner IS 'owns the shop';
COMMENT ON ROLE boss IS 'a superuser; SUPERUSER NOCREATEDB';
COMMENT ON ROLE postgres IS 'the first of all';
COMMENT ON ROLE asset IS 'it''s the asset role;
CREATE ROLE evil SUPERUSER;
GRANT pg_checkpoint TO evil;
-- end of comment';
COMMENT ON ROLE "100%" IS E'per\\cent % %% $$ $do$';
COMMENT ON ROLE U&"new\000Aline" IS 'a name of two lines';

-- settings: harmless, superuser's, dotted, of several lines, lists, empty
ALTER ROLE postgres SET work_mem TO '32MB';
ALTER ROLE postgres SET log_statement TO 'ddl';
ALTER ROLE boss SET search_path TO 'app', 'public';
ALTER ROLE boss SET statement_timeout TO '1h';
ALTER ROLE boss SET log_duration TO 'on';
ALTER ROLE app_owner SET search_path TO app, public, "$user";
ALTER ROLE app_owner SET session_preload_libraries TO 'auto_explain';
ALTER ROLE app_owner SET log_min_duration_statement TO '5s';
ALTER ROLE app_owner SET application_name TO E'line1\nGRANT pg_monitor TO evil;\n\\connect nowhere\nline4';
ALTER ROLE app_owner SET lock_timeout TO '7s';
ALTER ROLE asset SET log_statement TO 'all';
ALTER ROLE asset SET "app.tenant" TO 'acme; DROP';
ALTER ROLE asset SET DateStyle TO 'ISO, DMY';
ALTER ROLE asset SET temp_tablespaces TO 'fast', 'slow; disk';
ALTER ROLE asset SET default_tablespace TO 'fast';
ALTER ROLE reader SET default_transaction_read_only TO 'on';
ALTER ROLE reader SET plpgsql.extra_warnings TO 'shadowed_variables';
ALTER ROLE reader SET pg_trgm.similarity_threshold TO '0.5';
ALTER ROLE reader SET role TO 'grp';
ALTER ROLE writer SET session_replication_role TO 'replica';
ALTER ROLE writer SET search_path TO '';
ALTER ROLE writer SET jit TO 'off';
ALTER ROLE "100%" SET work_mem TO '6MB';
ALTER ROLE "it's" SET application_name TO 'it''s "here"';
ALTER ROLE U&"new\000Aline" SET search_path TO "new", U&"line\000Atwo";
ALTER ROLE "x SUPERUSER y" SET search_path TO a;
ALTER ROLE "x SUPERUSER y" SET log_error_verbosity TO 'verbose';
ALTER ROLE ops SET row_security TO 'off';
ALTER ROLE ALL SET idle_session_timeout TO '0';

-- memberships: options, other grantors, predefined roles, into and out of superusers
GRANT grp TO app_owner WITH ADMIN OPTION;
GRANT grp TO asset WITH ADMIN OPTION;
GRANT grp TO reader, writer, "100%", "it's", "a$$b", U&"new\000Aline", "x SUPERUSER y";
GRANT app_owner TO ops;
GRANT app_owner TO boss WITH ADMIN OPTION;
GRANT asset TO boss;
GRANT reader TO writer;
GRANT "SUPERUSER" TO reader;
GRANT "100%" TO "it's" WITH ADMIN OPTION;
GRANT "GRANTED BY postgres" TO "dq""in""side";
GRANT boss TO ops;
GRANT postgres TO expired;
GRANT repl TO postgres WITH ADMIN OPTION;
SET ROLE asset; GRANT grp TO forever; RESET ROLE;
SET ROLE app_owner; GRANT grp TO cards_reader WITH ADMIN OPTION; RESET ROLE;
SET ROLE "it's"; GRANT "100%" TO "back\slash"; RESET ROLE;
GRANT pg_monitor TO ops WITH ADMIN OPTION;
GRANT pg_read_all_data TO reader;
GRANT pg_write_all_data TO writer;
GRANT pg_signal_backend TO app_owner;
GRANT pg_checkpoint TO ops;
GRANT pg_read_all_settings, pg_read_all_stats, pg_stat_scan_tables TO ops;
GRANT pg_execute_server_program, pg_write_server_files TO boss;
GRANT pg_read_server_files TO app_owner;
GRANT pg_write_all_data TO boss;

-- parameters
GRANT SET ON PARAMETER log_statement TO app_owner;
GRANT SET, ALTER SYSTEM ON PARAMETER work_mem TO "it's" WITH GRANT OPTION;
GRANT ALTER SYSTEM ON PARAMETER log_duration TO grp;
GRANT SET ON PARAMETER "app.tenant" TO asset;
GRANT SET ON PARAMETER session_replication_role TO writer;

-- ---------------------------------------------------------- tablespaces

\set fast :tsdir '/fast; x'
\set slow :tsdir '/slow'
\set mine :tsdir '/my'
SELECT format('COPY (SELECT 1) TO PROGRAM %L', format('cat >/dev/null; mkdir "%s" "%s" "%s"', :'fast', :'slow', :'mine')) \gexec
CREATE TABLESPACE fast OWNER app_owner LOCATION :'fast';
CREATE TABLESPACE "slow; disk" LOCATION :'slow' WITH (seq_page_cost = 1.5, random_page_cost = 3);
CREATE TABLESPACE "my ""fast""" OWNER boss LOCATION :'mine';
GRANT CREATE ON TABLESPACE fast TO grp, "it's" WITH GRANT OPTION;
GRANT CREATE ON TABLESPACE "slow; disk" TO PUBLIC;
COMMENT ON TABLESPACE fast IS 'fast; it''s
CREATE TABLESPACE evil LOCATION ''/x'';';

-- ------------------------------------------------------------ databases

CREATE DATABASE shop OWNER app_owner TEMPLATE template0;
CREATE DATABASE "odd db" OWNER asset TEMPLATE template0 TABLESPACE fast CONNECTION LIMIT 5;
CREATE DATABASE "it's ""db"" \ % $$" OWNER "it's" TEMPLATE template0;
CREATE DATABASE latin OWNER grp TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TABLESPACE "my ""fast""";
CREATE DATABASE ascii OWNER boss TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C';
CREATE DATABASE collated OWNER reader TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
CREATE DATABASE icudb TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US';

COMMENT ON DATABASE shop IS 'the shop;
DROP DATABASE shop;
\connect nowhere';
COMMENT ON DATABASE "odd db" IS 'it''s odd';
COMMENT ON DATABASE postgres IS 'house keeping';

ALTER DATABASE shop SET search_path TO app, public;
ALTER DATABASE shop SET log_min_error_statement TO 'panic';
ALTER DATABASE shop SET "app.region" TO 'eu; west';
ALTER DATABASE shop SET timezone TO 'Europe/Berlin';
ALTER DATABASE shop SET default_tablespace TO 'slow; disk';
ALTER DATABASE shop SET bytea_output TO 'escape';
ALTER DATABASE "odd db" SET temp_tablespaces TO 'fast';
ALTER DATABASE "odd db" SET statement_timeout TO '10min';
ALTER DATABASE postgres SET work_mem TO '5MB';
ALTER ROLE asset IN DATABASE shop SET work_mem TO '8MB';
ALTER ROLE asset IN DATABASE shop SET default_tablespace TO 'fast';
ALTER ROLE asset IN DATABASE shop SET log_min_messages TO 'error';
ALTER ROLE boss IN DATABASE shop SET work_mem TO '9MB';
ALTER ROLE app_owner IN DATABASE shop SET search_path TO app;
ALTER ROLE "it's" IN DATABASE "it's ""db"" \ % $$" SET search_path TO 'a;b';
ALTER ROLE ALL IN DATABASE shop SET enable_seqscan TO 'on';

REVOKE ALL ON DATABASE shop FROM PUBLIC;
GRANT CONNECT ON DATABASE shop TO reader, writer, "100%", grp;
GRANT CREATE, TEMPORARY ON DATABASE shop TO grp WITH GRANT OPTION;
GRANT CREATE ON DATABASE shop TO boss;
GRANT ALL ON DATABASE "odd db" TO boss;
SET ROLE asset; GRANT CONNECT ON DATABASE "odd db" TO cards_reader; RESET ROLE;
REVOKE ALL ON DATABASE ascii FROM boss;
GRANT CONNECT ON DATABASE ascii TO boss;

-- --------------------------------------------------- what is in the databases

\connect shop
\ir shop.sql

\connect "odd db"
SET client_min_messages = warning;
-- a database in a tablespace of its own, and objects back in the default one
CREATE SCHEMA "Sche;ma" AUTHORIZATION asset;
CREATE TABLE "Sche;ma"."Ta""ble" ("Co;l" int, "--" text) TABLESPACE pg_default;
INSERT INTO "Sche;ma"."Ta""ble" VALUES (1, 'x'), (2, E'\\.'), (3, NULL);
CREATE INDEX "in;dex" ON "Sche;ma"."Ta""ble" ("--") TABLESPACE "my ""fast""";
ALTER TABLE "Sche;ma"."Ta""ble" OWNER TO "x SUPERUSER y";
CREATE TABLE public.t (a int);
INSERT INTO public.t SELECT g FROM generate_series(1, 10) g;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO asset;

\connect "it's ""db"" \ % $$"
SET client_min_messages = warning;
CREATE SCHEMA AUTHORIZATION "it's";
CREATE TABLE "it's".t (a text DEFAULT 'it''s');
ALTER TABLE "it's".t OWNER TO "it's";
INSERT INTO "it's".t VALUES (DEFAULT), ('$$'), ('\'), ('%');

\connect latin
SET client_min_messages = warning;
SET client_encoding = 'UTF8';
CREATE TABLE "Größe" ("Länge" text);
ALTER TABLE "Größe" OWNER TO grp;
INSERT INTO "Größe" VALUES ('café'), ('ÿ'), (E'\u00a0');
COMMENT ON TABLE "Größe" IS 'Maße; "é"';

\connect ascii
SET client_min_messages = warning;
SET client_encoding = 'SQL_ASCII';
CREATE TABLE raw (a text);
INSERT INTO raw VALUES (E'\xE9'), (E'\xC3\xA9'), (E'\xFF\xFE'), (E'\x95\\');
COMMENT ON TABLE raw IS E'caf\xE9; it''s';

\connect collated
SET client_min_messages = warning;
CREATE COLLATION german (provider = icu, locale = 'de-u-co-phonebk');
CREATE TABLE names (n text COLLATE german PRIMARY KEY, c text COLLATE "C");
ALTER TABLE names OWNER TO reader;
ALTER COLLATION german OWNER TO reader;
INSERT INTO names VALUES ('Ärger', 'a'), ('Arger', 'b');

\connect icudb
CREATE TABLE u (a text PRIMARY KEY);
INSERT INTO u VALUES ('ä'), ('z');
