-- Objects that only a superuser can make, on any version, so that no target with
-- an ordinary restoring user ever takes them, each with something that depends on
-- it. Filled by a superuser into an empty database of a cluster that has the role
-- `app_owner`. A filter has to take them out, say so, and not let their dependents
-- fail in silence.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA deep AUTHORIZATION app_owner;
SET search_path = deep, public;

CREATE TABLE plain (a int PRIMARY KEY, t text);
INSERT INTO plain SELECT g, 'kept ' || g FROM generate_series(1, 5) g;
ALTER TABLE plain OWNER TO app_owner;

-- functions in languages that are not trusted
CREATE FUNCTION upper_internal(text) RETURNS text LANGUAGE internal IMMUTABLE STRICT AS 'upper';
CREATE FUNCTION in_c() RETURNS trigger LANGUAGE c AS '$libdir/refint', 'check_primary_key';
GRANT EXECUTE ON FUNCTION upper_internal(text) TO app_owner;
COMMENT ON FUNCTION upper_internal(text) IS 'LANGUAGE internal;';
CREATE VIEW shouting AS SELECT upper_internal(t) AS t FROM plain;
CREATE INDEX shouting_index ON plain (upper_internal(t));

-- a base type, with a table and its rows
CREATE TYPE twin;
CREATE FUNCTION twin_in(cstring) RETURNS twin LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION twin_out(twin) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE twin (INPUT = twin_in, OUTPUT = twin_out, INTERNALLENGTH = variable, LIKE = text);
CREATE TABLE zz_of_twin (a int, b twin);
INSERT INTO zz_of_twin VALUES (1, 'x'), (2, 'CREATE TABLE;'), (3, '\.');
CREATE TYPE unfinished;
COMMENT ON TYPE twin IS 'a base type; of our own';

-- operator family and class, with an index
CREATE OPERATOR FAMILY reversed_ops USING btree;
CREATE FUNCTION reversed(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($2, $1)';
CREATE OPERATOR CLASS reversed_int FOR TYPE int USING btree FAMILY reversed_ops AS
  OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 reversed(int, int);
CREATE INDEX reversed_index ON plain (a reversed_int);
COMMENT ON OPERATOR CLASS reversed_int USING btree IS 'the other way; round';

-- casts and transforms on types of the system
CREATE CAST (int AS date) WITHOUT FUNCTION;
CREATE CAST (text AS inet) WITH INOUT AS ASSIGNMENT;

-- text search parser and template, with a configuration
CREATE TEXT SEARCH PARSER my_parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH TEMPLATE my_template (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY my_dictionary (TEMPLATE = my_template);
CREATE TEXT SEARCH CONFIGURATION my_config (PARSER = my_parser);
ALTER TEXT SEARCH CONFIGURATION my_config ADD MAPPING FOR word WITH my_dictionary;
COMMENT ON TEXT SEARCH PARSER my_parser IS 'parser;';

-- access method, language, foreign-data wrapper
CREATE ACCESS METHOD heap_two TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE on_heap_two (a int) USING heap_two;
INSERT INTO on_heap_two VALUES (1), (2);
ALTER TABLE on_heap_two OWNER TO app_owner;
CREATE LANGUAGE plpgsql_two HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION in_two() RETURNS int LANGUAGE plpgsql_two AS $$BEGIN RETURN 2; END$$;
CREATE FOREIGN DATA WRAPPER nothing OPTIONS (debug 'true; x');
CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
CREATE USER MAPPING FOR app_owner SERVER nowhere OPTIONS (password 's3cret; nowhere');
CREATE FOREIGN TABLE absent (a int) SERVER nowhere;
GRANT SELECT ON absent TO app_owner;
