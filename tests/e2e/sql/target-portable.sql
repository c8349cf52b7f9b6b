-- A server on which one is nobody special: no superuser, no member of anything.
-- psql variable `restorer`: LOGIN CREATEROLE CREATEDB and no more.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE ROLE :"restorer" LOGIN CREATEROLE CREATEDB PASSWORD 'the restorer''s own secret';
