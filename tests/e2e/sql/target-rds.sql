-- An empty instance like RDS, for a restore. Bootstrap superuser `rdsadmin`;
-- psql variable `restorer`: the master user, who is no superuser. Majors 15 to 18.
-- What RDS adds to PostgreSQL's own permissions is not imitated: a server of
-- this kind refuses event triggers, say, which RDS would take.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
\ir rds-roles.sql
CREATE ROLE :"restorer" LOGIN CREATEROLE CREATEDB PASSWORD 'the restorer''s own secret' VALID UNTIL 'infinity';
GRANT rds_superuser TO :"restorer";
ALTER DATABASE postgres OWNER TO :"restorer";
ALTER DATABASE template1 OWNER TO :"restorer";
CREATE DATABASE rdsadmin;
REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC;
