-- What people leave where it does not belong; run after self-hosted.sql, in the
-- cluster's database `postgres`. A server on which one is nobody special takes
-- nothing of this: `postgres` and `template1` belong to its owner. And pg_dumpall
-- --clean cannot load it twice, not even as a superuser (a template database
-- cannot be dropped).

\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE DATABASE blueprint TEMPLATE template0 IS_TEMPLATE true;
ALTER DATABASE blueprint OWNER TO ops;

\connect blueprint
CREATE TABLE standard (a int);

\connect postgres
CREATE TABLE public.left_over (a int, b text);
INSERT INTO public.left_over VALUES (1, 'house keeping');
ALTER TABLE public.left_over OWNER TO ops;
CREATE EXTENSION pg_stat_statements;

\connect template1
CREATE SCHEMA every_database;
CREATE TABLE every_database.defaults (k text PRIMARY KEY, v text);
INSERT INTO every_database.defaults VALUES ('a', 'b');
