-- Values of every kind of type, and text that looks like everything else: for restore_test. Loaded by a
-- superuser into an empty UTF-8 database.

\set ON_ERROR_STOP on
SET client_min_messages = warning;

CREATE TYPE mood AS ENUM ('sad', 'so, so', 'it''s "fine"', '');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN positive AS numeric CHECK (VALUE > 0);

CREATE TABLE kinds (
  id integer PRIMARY KEY,
  b boolean, i2 smallint, i8 bigint, n numeric, r real, d double precision, m money,
  c "char", bp character(5), v character varying(80), t text, by bytea,
  da date, ti time, tz time with time zone, ts timestamp, tstz timestamptz, iv interval,
  u uuid, j json, jb jsonb, x xml, bi bit(7), vb bit varying,
  ip inet, ci cidr, ma macaddr, m8 macaddr8,
  po point, li line, ls lseg, bo box, pa path, pl polygon, ce circle,
  tv tsvector, tq tsquery, ir int4range, nr nummultirange, e mood, p pair, dom positive,
  ai integer[], at text[], ae mood[], ap pair[], l pg_lsn, o oid, rc regclass
);
INSERT INTO kinds VALUES (
  1, true, -32768, 9223372036854775807, 'NaN', 'Infinity', '-1e-307', 12.34,
  E'\x01', 'ab', 'v', E'tab\t new\nline cr\r back\\slash \b\f\v \x7f \\. \\N', '\x000102ff5c2e0a',
  'infinity', '24:00', '23:59:60+15:59', '-infinity', '0044-03-15 00:00:00+00 BC', '-1 year 2 mons -3 days 04:05:06.7',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a" : [1, null, "\\u00e4\n"]}', '{"b": "\\\\."}', '<a>&amp;</a>',
  '1010101', '', '::1/128', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05',
  '(1,2)', '{1,2,3}', '[(1,2),(3,4)]', '((1,2),(3,4))', '[(1,2),(3,4)]', '((1,2),(3,4),(5,6))', '<(1,2),3>',
  $$'a' 'it''s':1A,2B$$, $$'a' & !'b' <-> 'c'$$, 'empty', '{[1,2),[3,)}', 'it''s "fine"',
  '(1,"a ""b"" \\ c, d")', 0.0000000001, '[5:6]={1,NULL}', ARRAY['', 'NULL', NULL, '{}', E'\\', '"', E'\n', E'\\.'],
  '{"so, so",""}', ARRAY[(1, 'x')::pair, (NULL, '')::pair], '16/B374D848', 4294967295, 'pg_class');
INSERT INTO kinds (id) VALUES (2);

-- Rows that look like the rest of a dump.
CREATE TABLE looks (line text);
INSERT INTO looks VALUES
  ('-- not a comment'), ('COPY x FROM stdin;'), ('CREATE ROLE evil SUPERUSER;'), ('$$'), (''''), ('/*'), (''), (NULL),
  (E'\\.'), (E'\\N'), (E'a\\'), (E'\r'), (E'\restrict me'), (E'\\restrict me'), (E'\\connect evil'), (E'x\n\\.\ny'),
  (E'\\! touch evil'), ('SET transaction_timeout = 0;'), (repeat('long ', 20000)), (U&'\00e4\20ac\+01F600'),
  (E'\x01\x02\x1b[31m'), ('.'), (E'\\'), (';'), ('BEGIN; DROP TABLE looks;'), (E'\t'), (':x :''y'' :"z"');
-- Tables whose COPY has few bytes.
CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;
INSERT INTO no_columns DEFAULT VALUES;
CREATE TABLE empty_texts (a text);
INSERT INTO empty_texts SELECT '' FROM generate_series(1, 5);
CREATE TABLE empty (a integer, b text);
CREATE UNLOGGED TABLE "un ""logged"", 100%" ("a b" text, "USER" text);
INSERT INTO "un ""logged"", 100%" VALUES ('x', 'y');
CREATE TABLE U&"two\000Alines; DROP TABLE kinds" (U&"a\000Ab" text DEFAULT '$$');
INSERT INTO U&"two\000Alines; DROP TABLE kinds" VALUES (DEFAULT);

-- Larger than a piece of 4 MiB; the second one with triggers, so that it may be no pieces.
CREATE TABLE large (id integer PRIMARY KEY, t text NOT NULL);
INSERT INTO large SELECT i, repeat(chr(97 + i % 26), 80 + i % 41) FROM generate_series(1, 70000) i;
CREATE INDEX large_t ON large (t, id);
CREATE TABLE counted (n bigint);
CREATE TABLE guarded (id integer, of_large integer REFERENCES large);
INSERT INTO guarded SELECT i, 1 + i % 70000 FROM generate_series(1, 20000) i;
CREATE FUNCTION count_rows() RETURNS trigger LANGUAGE plpgsql
  AS $fn$BEGIN INSERT INTO public.counted SELECT count(*) FROM added; RETURN NULL; END$fn$;
CREATE TRIGGER counting AFTER INSERT ON guarded REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
CREATE TABLE wide (id integer, t text);
INSERT INTO wide VALUES (1, repeat('0123456789', 900000)), (2, 'small');

-- Large objects: none, small, more than one page, odd names in their comments.
SELECT lo_from_bytea(70001, '') \g /dev/null
SELECT lo_from_bytea(70002, '\x00275c0a5c2e0aff') \g /dev/null
SELECT lo_from_bytea(70003, convert_to(repeat('large; $$ ''object'' ', 20000), 'UTF8')) \g /dev/null
COMMENT ON LARGE OBJECT 70002 IS E'it''s\n\\.\nlarge';

-- A foreign key of a table to itself, a circle of two, and one that is looked at in the end.
CREATE TABLE tree (id integer PRIMARY KEY, up integer REFERENCES tree);
INSERT INTO tree SELECT i, CASE WHEN i > 1 THEN i / 2 END FROM generate_series(1, 2000) i;
CREATE TABLE first (id integer PRIMARY KEY, of_second integer);
CREATE TABLE second (id integer PRIMARY KEY, of_first integer REFERENCES first DEFERRABLE INITIALLY DEFERRED);
INSERT INTO first SELECT i, i FROM generate_series(1, 100) i;
INSERT INTO second SELECT i, i FROM generate_series(1, 100) i;
ALTER TABLE first ADD FOREIGN KEY (of_second) REFERENCES second;
CREATE SEQUENCE counts START 5 INCREMENT -3 MINVALUE -1000 MAXVALUE 10;
SELECT nextval('counts'), nextval('counts') \g /dev/null
