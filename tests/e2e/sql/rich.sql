-- A database in which things need one another in every way that pg_dump knows: for restorable_test, which
-- takes
-- its relations out of a dump one by one. Loaded by a superuser; the psql variable `csv` names a file that
-- the
-- server may read.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET timezone = 'UTC';

SELECT 'CREATE ROLE ' || name FROM (VALUES ('rich_owner'), ('rich_reader'),
  ('"rich role, with ""quotes"""')) r (name)
 WHERE to_regrole(name) IS NULL \gexec

-- --------------------------------------------------------------- extensions

CREATE SCHEMA ext;
CREATE EXTENSION citext WITH SCHEMA public;
CREATE EXTENSION hstore WITH SCHEMA ext;
CREATE EXTENSION btree_gist WITH SCHEMA ext;
CREATE EXTENSION btree_gin WITH SCHEMA public;
CREATE EXTENSION pg_trgm WITH SCHEMA ext;
CREATE EXTENSION postgres_fdw WITH SCHEMA ext;
CREATE EXTENSION file_fdw;
COMMENT ON EXTENSION hstore IS 'pairs; "of" all''s kinds';

CREATE SCHEMA rich AUTHORIZATION rich_owner;
CREATE SCHEMA lib;
CREATE SCHEMA "Odd Schema, ""x"".y";
COMMENT ON SCHEMA rich IS 'all''s here';
GRANT USAGE ON SCHEMA rich, lib TO rich_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE rich_owner IN SCHEMA rich GRANT SELECT ON TABLES TO rich_reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- -------------------------------------------------------------------- types

CREATE TYPE lib.mood AS ENUM ('sad', 'so, so', 'it''s "fine"');
CREATE TYPE lib.part AS (amount numeric, mood lib.mood);
CREATE TYPE lib.whole AS (parts lib.part[], name public.citext);
COMMENT ON TYPE lib.mood IS 'a mood';

CREATE FUNCTION lib.deepest(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT length($1) > 1';
CREATE FUNCTION lib.deep(x text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
  AS $fn$BEGIN RETURN lib.deepest(x) AND x <> 'nothing'; END$fn$;
CREATE DOMAIN lib.word AS text COLLATE "C" CONSTRAINT "long enough" CHECK (lib.deep(VALUE));
CREATE DOMAIN lib.capital AS lib.word DEFAULT 'Word' CHECK (VALUE ~ '^[A-Z]');
ALTER DOMAIN lib.capital ADD CONSTRAINT "no ""B""" CHECK (VALUE <> 'B B') NOT VALID;
COMMENT ON CONSTRAINT "long enough" ON DOMAIN lib.word IS 'two at least';

CREATE FUNCTION lib.days(a date, b date) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT
  RETURN (a - b)::double precision;
CREATE TYPE lib.days_range AS RANGE (subtype = date, subtype_diff = lib.days, multirange_type_name =
  lib.days_ranges);

CREATE TYPE lib.cents;
CREATE FUNCTION lib.cents_in(cstring) RETURNS lib.cents LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION lib.cents_out(lib.cents) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE lib.cents (input = lib.cents_in, output = lib.cents_out, like = integer);
CREATE FUNCTION lib.cents_lt(lib.cents, lib.cents) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS
  'int4lt';
CREATE FUNCTION lib.cents_le(lib.cents, lib.cents) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS
  'int4le';
CREATE FUNCTION lib.cents_eq(lib.cents, lib.cents) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS
  'int4eq';
CREATE FUNCTION lib.cents_ge(lib.cents, lib.cents) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS
  'int4ge';
CREATE FUNCTION lib.cents_gt(lib.cents, lib.cents) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS
  'int4gt';
CREATE FUNCTION lib.cents_cmp(lib.cents, lib.cents) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS
  'btint4cmp';
CREATE FUNCTION lib.cents_hash(lib.cents, bigint) RETURNS bigint LANGUAGE internal IMMUTABLE STRICT
  AS 'hashint4extended';
CREATE FUNCTION lib.cents_hash(lib.cents) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'hashint4';
CREATE OPERATOR lib.< (LEFTARG = lib.cents, RIGHTARG = lib.cents, FUNCTION = lib.cents_lt, COMMUTATOR =
  OPERATOR(lib.>));
CREATE OPERATOR lib.<= (LEFTARG = lib.cents, RIGHTARG = lib.cents, FUNCTION = lib.cents_le);
CREATE OPERATOR lib.= (LEFTARG = lib.cents, RIGHTARG = lib.cents, FUNCTION = lib.cents_eq, COMMUTATOR =
  OPERATOR(lib.=),
  RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR lib.>= (LEFTARG = lib.cents, RIGHTARG = lib.cents, FUNCTION = lib.cents_ge);
CREATE OPERATOR lib.> (LEFTARG = lib.cents, RIGHTARG = lib.cents, FUNCTION = lib.cents_gt);
CREATE OPERATOR FAMILY lib.cents_family USING btree;
CREATE OPERATOR CLASS lib.cents_ops DEFAULT FOR TYPE lib.cents USING btree FAMILY lib.cents_family AS
  OPERATOR 1 lib.<, OPERATOR 2 lib.<=, OPERATOR 3 lib.=, OPERATOR 4 lib.>=, OPERATOR 5 lib.>, FUNCTION 1
  lib.cents_cmp;
CREATE OPERATOR CLASS lib.cents_hash_ops DEFAULT FOR TYPE lib.cents USING hash AS
  OPERATOR 1 lib.=, FUNCTION 1 lib.cents_hash (lib.cents), FUNCTION 2 lib.cents_hash (lib.cents, bigint);
CREATE OPERATOR CLASS lib.backwards FOR TYPE integer USING btree AS
  OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp;
CREATE CAST (integer AS lib.cents) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE FUNCTION lib.to_cents(lib.part) RETURNS lib.cents LANGUAGE sql IMMUTABLE
  AS $$SELECT (($1).amount * 100)::integer::lib.cents$$;
CREATE CAST (lib.part AS lib.cents) WITH FUNCTION lib.to_cents (lib.part) AS IMPLICIT;
CREATE FUNCTION lib.mood_number(lib.mood) RETURNS integer LANGUAGE sql IMMUTABLE
  BEGIN ATOMIC SELECT CASE $1 WHEN 'sad' THEN 0 ELSE length($1::text) END; END;
CREATE CAST (lib.mood AS integer) WITH FUNCTION lib.mood_number (lib.mood) AS ASSIGNMENT;
CREATE FUNCTION lib.cents_add(lib.cents, lib.cents) RETURNS lib.cents LANGUAGE internal IMMUTABLE STRICT AS
  'int4pl';
CREATE AGGREGATE lib.total (lib.cents) (SFUNC = lib.cents_add, STYPE = lib.cents, INITCOND = '0');
CREATE FUNCTION lib.near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS
  'SELECT abs($1 - $2) < 3';
CREATE OPERATOR lib.~=~ (LEFTARG = integer, RIGHTARG = integer, FUNCTION = lib.near, COMMUTATOR =
  OPERATOR(lib.~=~));
COMMENT ON OPERATOR lib.~=~ (integer, integer) IS 'near';

CREATE COLLATION lib.sorted (provider = libc, locale = 'C');
CREATE TEXT SEARCH DICTIONARY lib.plain_words (template = pg_catalog.simple);
CREATE TEXT SEARCH CONFIGURATION lib.words (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION lib.words ALTER MAPPING FOR asciiword WITH lib.plain_words;
CREATE FUNCTION lib.heap_handler(internal) RETURNS table_am_handler LANGUAGE internal AS
  'heap_tableam_handler';
CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER lib.heap_handler;
CREATE FUNCTION lib.pl_call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql',
  'plpgsql_call_handler';
CREATE FUNCTION lib.pl_validate(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE LANGUAGE plother HANDLER lib.pl_call VALIDATOR lib.pl_validate;

-- ---------------------------------------------------------------- functions

CREATE FUNCTION lib.inner_sql(integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 + 1;
CREATE FUNCTION lib.outer_atomic(x integer) RETURNS integer LANGUAGE sql IMMUTABLE
  BEGIN ATOMIC SELECT lib.inner_sql(x) * 2; END;
CREATE FUNCTION lib.outer_string(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS
  'SELECT lib.outer_atomic($1)';
CREATE FUNCTION lib.outer_pl(i integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE
  AS $$DECLARE r integer; BEGIN EXECUTE 'SELECT lib.outer_string($1)' INTO r USING i; RETURN r; END$$;
CREATE FUNCTION lib.on_path(integer) RETURNS integer LANGUAGE sql IMMUTABLE SET search_path TO 'lib',
  'pg_temp'
  AS 'SELECT outer_atomic($1) + inner_sql(1)';
CREATE FUNCTION lib.other_language(integer) RETURNS integer LANGUAGE plother IMMUTABLE AS
  'BEGIN RETURN $1; END';
CREATE FUNCTION lib."Odd Function, %1$s"(a integer DEFAULT 1, VARIADIC b integer[] DEFAULT '{}') RETURNS
  integer
  LANGUAGE sql IMMUTABLE AS 'SELECT $1 + cardinality($2)';
CREATE FUNCTION lib.no_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN coalesce(NEW, OLD); END$$;
CREATE FUNCTION lib.count_rows() RETURNS trigger LANGUAGE plpgsql
  AS $$BEGIN PERFORM count(*) FROM added; RETURN NULL; END$$;

-- ---------------------------------------------------------------- sequences

CREATE SEQUENCE rich.shared AS smallint START 7 INCREMENT 3 MAXVALUE 700 CYCLE;
CREATE SEQUENCE rich."Free ""Seq"", 1.x";
SELECT setval('rich.shared', 70), nextval('rich."Free ""Seq"", 1.x"') \g /dev/null
GRANT USAGE ON SEQUENCE rich.shared TO rich_reader;
COMMENT ON SEQUENCE rich.shared IS 'for two';

CREATE TABLE rich.shares_1 (id integer DEFAULT nextval('rich.shared') PRIMARY KEY, v text);
CREATE TABLE rich.shares_2 (id bigint DEFAULT nextval('rich.shared'::text), n integer DEFAULT
  lib.outer_pl(3));
INSERT INTO rich.shares_1 (v) VALUES ('a'), (NULL), (E'tab\t, back\\slash, new\nline, \\. and \\N');
INSERT INTO rich.shares_1 VALUES (2, 'two');
INSERT INTO rich.shares_2 DEFAULT VALUES;

CREATE TABLE rich.serials (
  id serial PRIMARY KEY,
  small smallserial,
  always bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 5),
  by_default integer GENERATED BY DEFAULT AS IDENTITY UNIQUE,
  name text UNIQUE NULLS NOT DISTINCT
);
INSERT INTO rich.serials (name) SELECT 'name ' || i FROM generate_series(1, 5) i;
ALTER SEQUENCE rich.serials_small_seq RENAME TO "Renamed, Seq";
COMMENT ON TABLE rich.serials IS 'COPY rich.serials FROM stdin;';
COMMENT ON COLUMN rich.serials.id IS 'a number';
COMMENT ON SEQUENCE rich.serials_id_seq IS 'owned';
COMMENT ON CONSTRAINT serials_pkey ON rich.serials IS 'the key';
GRANT USAGE ON SEQUENCE rich.serials_id_seq TO rich_reader;

-- ------------------------------------------------------- types and functions

CREATE TABLE rich.moods (
  mood lib.mood DEFAULT 'so, so' CHECK (mood::integer >= 0),
  part lib.part,
  whole lib.whole,
  price lib.cents DEFAULT 5,
  word lib.capital,
  days lib.days_range,
  several lib.days_ranges,
  moods lib.mood[],
  sorted text COLLATE lib.sorted
);
INSERT INTO rich.moods VALUES
  ('sad', (1.5, 'sad'), row(ARRAY[(2, 'sad')::lib.part], 'Name')::lib.whole, 3, 'Aa',
  '[2020-01-01,2020-02-01)',
   '{[2020-01-01,2020-02-01)}', '{sad,"so, so"}', 'z'),
  ('it''s "fine"', NULL, NULL, 1, 'Cc', NULL, NULL, NULL, NULL);
CREATE INDEX moods_price ON rich.moods (price);
CREATE INDEX moods_part ON rich.moods ((part::lib.cents));
CREATE INDEX moods_days ON rich.moods USING gist (days);
CREATE INDEX moods_mood ON rich.moods ((mood::integer)) WHERE price OPERATOR(lib.>) 0::lib.cents;

CREATE TABLE rich.calls (
  a integer CONSTRAINT "a, checked" CHECK (lib.outer_pl(a) > 0),
  b integer GENERATED ALWAYS AS (lib.outer_string(a)) STORED,
  c integer DEFAULT lib.on_path(2),
  d integer,
  e integer,
  CHECK (lib.other_language(d) IS NOT NULL),
  CHECK (d OPERATOR(lib.~=~) e) NO INHERIT
);
INSERT INTO rich.calls (a, d, e) VALUES (1, 2, 3), (4, 5, 6);
CREATE INDEX calls_on_path ON rich.calls (lib.on_path(a));
CREATE INDEX calls_odd ON rich.calls (lib."Odd Function, %1$s"(a, d));
CREATE INDEX calls_backwards ON rich.calls (a lib.backwards DESC NULLS LAST) INCLUDE (b) WITH (fillfactor =
  70);
CREATE STATISTICS lib.calls_stats ON a, d FROM rich.calls;
CREATE STATISTICS rich.calls_expression (mcv) ON (lib.outer_atomic(a)), e FROM rich.calls;
ALTER STATISTICS lib.calls_stats SET STATISTICS 50;
COMMENT ON STATISTICS lib.calls_stats IS 'two';
COMMENT ON INDEX rich.calls_odd IS 'odd';
COMMENT ON CONSTRAINT "a, checked" ON rich.calls IS 'by a function';
ALTER INDEX rich.calls_on_path ALTER COLUMN 1 SET STATISTICS 77;
ALTER TABLE rich.calls CLUSTER ON calls_backwards;
ALTER TABLE rich.calls ALTER COLUMN a SET STATISTICS 33, ALTER COLUMN d SET STORAGE PLAIN, SET
  (autovacuum_enabled = off);

CREATE TABLE rich.extended (
  email public.citext PRIMARY KEY,
  tags ext.hstore DEFAULT 'a=>1',
  room integer,
  during tsrange,
  body text,
  CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 0) DEFERRABLE
);
INSERT INTO rich.extended VALUES ('A@b.c', 'x=>"y, z"', 1, '[2020-01-01,2020-01-02)', 'some words here');
CREATE INDEX extended_trgm ON rich.extended USING gin (body ext.gin_trgm_ops);
CREATE INDEX extended_gin ON rich.extended USING gin (room);
CREATE INDEX extended_tags ON rich.extended USING gist (tags);
CREATE INDEX extended_words ON rich.extended USING gin (to_tsvector('lib.words'::regconfig, body));
CREATE TABLE rich.exclusive (a integer, EXCLUDE USING gist (a WITH =));
INSERT INTO rich.exclusive VALUES (1);
CREATE TABLE rich.overlapping (p point, s tsvector, EXCLUDE USING gist (p WITH ~=));
CREATE TABLE rich.heaped (a integer) USING other_heap;
INSERT INTO rich.heaped VALUES (1), (2);
CREATE TABLE rich.typed OF lib.part (PRIMARY KEY (amount), mood DEFAULT 'sad');
INSERT INTO rich.typed VALUES (1, 'sad');

-- --------------------------------------------------------------- partitions

CREATE TABLE rich.part_root (id bigint NOT NULL, k text NOT NULL, day date NOT NULL, n serial, PRIMARY KEY
  (id, k, day))
  PARTITION BY RANGE (day);
CREATE INDEX part_root_n ON rich.part_root (n);
CREATE INDEX part_root_expression ON rich.part_root (lib.outer_atomic(n));
CREATE TABLE rich.aaa_first PARTITION OF rich.part_root FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE rich.part_2021 PARTITION OF rich.part_root FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')
  PARTITION BY LIST (k);
CREATE TABLE lib."Part, ""2021"".a" PARTITION OF rich.part_2021 FOR VALUES IN ('a', 'it''s');
CREATE TABLE rich.part_2021_h PARTITION OF rich.part_2021 FOR VALUES IN ('h') PARTITION BY HASH (id);
CREATE TABLE rich.part_2021_h0 PARTITION OF rich.part_2021_h FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE rich.part_2021_h1 PARTITION OF rich.part_2021_h FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE rich.part_2021_default PARTITION OF rich.part_2021 DEFAULT;
CREATE TABLE rich.zzz_attached (own serial, day date NOT NULL, k text NOT NULL, id bigint NOT NULL DEFAULT
  9, n integer NOT NULL);
ALTER TABLE rich.zzz_attached DROP COLUMN own, ADD CHECK (day IS NOT NULL);
ALTER TABLE rich.part_root ATTACH PARTITION rich.zzz_attached DEFAULT;
CREATE UNIQUE INDEX only_here ON rich.aaa_first (n, day);
ALTER TABLE rich.aaa_first ALTER COLUMN n SET DEFAULT 4;
CREATE SEQUENCE rich.of_partition OWNED BY rich.part_2021_h0.n;
ALTER TABLE rich.part_2021_h0 ALTER COLUMN n SET DEFAULT nextval('rich.of_partition');
INSERT INTO rich.part_root (id, k, day)
  SELECT i, (ARRAY['a', 'h', 'it''s', 'other'])[i % 4 + 1], date '2020-01-01' + i * 37 FROM
  generate_series(1, 40) i;
CREATE TRIGGER part_row AFTER INSERT ON rich.part_root FOR EACH ROW EXECUTE FUNCTION lib.no_change();
CREATE TRIGGER part_here BEFORE UPDATE ON rich.part_2021_h0 FOR EACH ROW WHEN (lib.inner_sql(NEW.n) > 0)
  EXECUTE FUNCTION lib.no_change();
ALTER TABLE rich.aaa_first DISABLE TRIGGER part_row;
COMMENT ON TABLE rich.part_2021_default IS 'the rest';
COMMENT ON INDEX rich.part_root_n IS 'of all';
GRANT SELECT (id, day) ON rich.part_root TO rich_reader;
GRANT ALL ON rich.part_2021_h1 TO rich_reader;

CREATE TABLE rich.by_price (price lib.cents, mood lib.mood) PARTITION BY RANGE (price);
CREATE TABLE rich.by_price_low PARTITION OF rich.by_price FOR VALUES FROM ('0') TO ('100');
CREATE TABLE rich.by_price_high PARTITION OF rich.by_price FOR VALUES FROM ('100') TO (MAXVALUE) PARTITION
  BY HASH (price);
CREATE TABLE rich.by_price_h0 PARTITION OF rich.by_price_high FOR VALUES WITH (MODULUS 1, REMAINDER 0);
INSERT INTO rich.by_price VALUES (5, 'sad'), (500, 'so, so');
CREATE TABLE rich.by_call (a integer) PARTITION BY RANGE (lib.outer_atomic(a));
CREATE TABLE rich.by_call_all PARTITION OF rich.by_call FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
INSERT INTO rich.by_call VALUES (1);
CREATE TABLE rich.no_partitions (a integer PRIMARY KEY) PARTITION BY HASH (a);

-- -------------------------------------------------------------- inheritance

CREATE TABLE rich.parent_1 (a integer NOT NULL CHECK (a > 0), b text DEFAULT 'b' || lib.inner_sql(1),
  CONSTRAINT named CHECK (b <> ''));
CREATE TABLE lib.parent_2 (a integer NOT NULL, c lib.mood);
CREATE TABLE rich.child_of_1 (d integer) INHERITS (rich.parent_1);
CREATE TABLE rich."Child, of both" (e serial, b text DEFAULT 'other') INHERITS (rich.parent_1, lib.parent_2);
CREATE TABLE rich.a_grandchild (PRIMARY KEY (a)) INHERITS (rich.child_of_1);
INSERT INTO rich.parent_1 VALUES (1, 'x');
INSERT INTO rich.child_of_1 VALUES (2, 'y', 3);
INSERT INTO rich."Child, of both" (a, c) VALUES (4, 'sad');
INSERT INTO rich.a_grandchild VALUES (5);

-- ------------------------------------------------------------- foreign keys

CREATE TABLE rich.tree (id integer PRIMARY KEY, up integer REFERENCES rich.tree DEFERRABLE INITIALLY
  DEFERRED);
INSERT INTO rich.tree VALUES (1, 2), (2, NULL);
CREATE TABLE rich.couple (a integer, b lib.mood, c integer, PRIMARY KEY (a, b), UNIQUE (c));
INSERT INTO rich.couple VALUES (1, 'sad', 10);
CREATE TABLE rich.refers (
  a integer, b lib.mood, c integer REFERENCES rich.couple (c) ON DELETE CASCADE, t integer REFERENCES
  rich.tree,
  CONSTRAINT "both; of them" FOREIGN KEY (a, b) REFERENCES rich.couple MATCH FULL ON UPDATE SET NULL
);
INSERT INTO rich.refers VALUES (1, 'sad', 10, 2);
COMMENT ON CONSTRAINT "both; of them" ON rich.refers IS 'two columns';
ALTER TABLE rich.refers ADD CONSTRAINT unproven FOREIGN KEY (t) REFERENCES rich.shares_1 NOT VALID;
CREATE TABLE rich.round_1 (id integer PRIMARY KEY, other integer);
CREATE TABLE rich.round_2 (id integer PRIMARY KEY, other integer REFERENCES rich.round_1);
INSERT INTO rich.round_1 VALUES (1, 1);
INSERT INTO rich.round_2 VALUES (1, 1);
ALTER TABLE rich.round_1 ADD FOREIGN KEY (other) REFERENCES rich.round_2;
CREATE TABLE rich.part_refers (id bigint, k text, day date, FOREIGN KEY (id, k, day) REFERENCES
  rich.part_root)
  PARTITION BY LIST (k);
CREATE TABLE rich.part_refers_h PARTITION OF rich.part_refers FOR VALUES IN ('h');
CREATE TABLE rich.part_refers_rest PARTITION OF rich.part_refers DEFAULT;
INSERT INTO rich.part_refers SELECT id, k, day FROM rich.part_root;
CREATE TABLE rich.refers_to_leaf (n integer, day date, FOREIGN KEY (n, day) REFERENCES rich.aaa_first (n,
  day));

-- ---------------------------------------------------------- views and rules

CREATE VIEW rich.by_mood AS SELECT mood, lib.total(price) AS total, count(*) FROM rich.moods GROUP BY mood;
CREATE VIEW rich.over_view WITH (security_barrier) AS SELECT * FROM rich.by_mood JOIN rich.couple ON mood = b;
CREATE VIEW lib."View, of; all" AS SELECT s.id, v.total FROM rich.serials s, rich.over_view v WHERE s.id
  OPERATOR(lib.~=~) v.a;
CREATE VIEW rich.by_key AS SELECT s.*, count(*) FROM rich.serials s JOIN rich.tree USING (id) GROUP BY s.id;
CREATE VIEW rich.over_by_key AS SELECT name FROM rich.by_key;
CREATE RECURSIVE VIEW rich.ancestors (id, up) AS
  SELECT id, up FROM rich.tree UNION ALL SELECT a.id, t.up FROM ancestors a JOIN rich.tree t ON t.id = a.up;
CREATE FUNCTION rich.reads_calls() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM rich.calls';
CREATE FUNCTION rich.reads_on_path() RETURNS bigint LANGUAGE plpgsql STABLE SET search_path TO rich
  AS $$BEGIN RETURN (SELECT count(*) FROM shares_2); END$$;
CREATE FUNCTION rich.reads_atomic() RETURNS SETOF rich.couple LANGUAGE sql STABLE
  BEGIN ATOMIC SELECT * FROM rich.couple; END;
CREATE VIEW rich.calling AS SELECT rich.reads_calls(), f.* FROM rich.reads_atomic() f;
CREATE MATERIALIZED VIEW rich.kept AS
  SELECT m.mood, lib.inner_sql(1) AS one, rich.reads_calls(), rich.reads_on_path() FROM rich.by_mood m;
CREATE UNIQUE INDEX kept_mood ON rich.kept (mood);
CREATE MATERIALIZED VIEW rich.kept_kept AS SELECT count(*) FROM rich.kept;
CREATE MATERIALIZED VIEW rich.not_filled AS SELECT * FROM rich.calling WITH NO DATA;
CREATE MATERIALIZED VIEW rich.kept_by_key AS SELECT id, v FROM rich.shares_1 GROUP BY id;
CREATE INDEX ON rich.kept_by_key (v);
-- is filled by somebody who may read by a grant alone
CREATE MATERIALIZED VIEW rich.kept_by_reader AS SELECT count(*) FROM rich.calls;
GRANT SELECT ON rich.calls TO rich_reader;
COMMENT ON MATERIALIZED VIEW rich.kept IS 'kept';
COMMENT ON COLUMN rich.by_mood.total IS 'in cents';
GRANT SELECT ON rich.by_mood, rich.kept TO rich_reader;
ALTER MATERIALIZED VIEW rich.kept_by_reader OWNER TO rich_reader;
ALTER VIEW rich.over_view OWNER TO rich_owner;
ALTER VIEW rich.over_view ALTER COLUMN total SET DEFAULT '7';

-- The table's row type is the function's, and the view reads the function that reads the view.
CREATE TABLE rich.circle (a integer);
CREATE VIEW rich.circle_view AS SELECT a FROM rich.circle;
CREATE FUNCTION rich.circle_function() RETURNS SETOF rich.circle_view LANGUAGE sql AS
  'SELECT * FROM rich.circle_view';
CREATE OR REPLACE VIEW rich.circle_view AS SELECT a FROM rich.circle UNION SELECT a FROM
  rich.circle_function() WHERE false;
CREATE FUNCTION rich.of_row(rich.circle) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.a';
ALTER TABLE rich.circle ADD CHECK (rich.of_row(circle) > 0);
CREATE INDEX circle_row ON rich.circle (rich.of_row(circle));
INSERT INTO rich.circle VALUES (1);

CREATE RULE logged AS ON INSERT TO rich.tree WHERE NEW.id < 0 DO ALSO INSERT INTO rich.round_1 VALUES
  (NEW.id);
CREATE RULE redirected AS ON UPDATE TO rich.by_mood DO INSTEAD UPDATE rich.moods SET mood = NEW.mood;
COMMENT ON RULE logged ON rich.tree IS 'a rule';
ALTER TABLE rich.tree DISABLE RULE logged;

-- ------------------------------------------------------ triggers and policies

CREATE TRIGGER row_when BEFORE INSERT OR UPDATE OF name ON rich.serials FOR EACH ROW
  WHEN (NEW.name <> 'x;') EXECUTE FUNCTION lib.no_change('an; argument', '2');
CREATE CONSTRAINT TRIGGER constrained AFTER INSERT ON rich.refers FROM rich.tree DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION lib.no_change();
CREATE TRIGGER statement_new AFTER INSERT ON rich.calls REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION lib.count_rows();
CREATE TRIGGER instead INSTEAD OF INSERT ON rich.over_view FOR EACH ROW EXECUTE FUNCTION lib.no_change();
ALTER TABLE rich.calls ENABLE ALWAYS TRIGGER statement_new;
COMMENT ON TRIGGER row_when ON rich.serials IS 'a trigger';

CREATE TABLE rich.guarded (id integer PRIMARY KEY, who name DEFAULT current_user, secret text);
INSERT INTO rich.guarded VALUES (1, 'rich_reader', 's'), (2, 'postgres', 't');
ALTER TABLE rich.guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY readers ON rich.guarded FOR SELECT TO rich_reader, "rich role, with ""quotes"""
  USING (EXISTS (SELECT FROM rich.tree t WHERE t.id = guarded.id) AND lib.inner_sql(id) > 0);
CREATE POLICY "write; it" ON rich.guarded AS RESTRICTIVE FOR INSERT WITH CHECK (id IN (SELECT a FROM
  rich.by_call));
COMMENT ON POLICY readers ON rich.guarded IS 'a policy';
GRANT SELECT, INSERT (id, secret) ON rich.guarded TO rich_reader, "rich role, with ""quotes""" WITH GRANT
  OPTION;
REVOKE DELETE ON rich.guarded FROM postgres;
ALTER TABLE rich.guarded REPLICA IDENTITY FULL;

-- ------------------------------------------------------------ foreign tables

CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN DATA WRAPPER idle OPTIONS (debug 'true');
CREATE SERVER "Idle Server" FOREIGN DATA WRAPPER idle OPTIONS (host 'a, b');
CREATE USER MAPPING FOR rich_owner SERVER "Idle Server" OPTIONS (password 'none');
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'nowhere');
CREATE USER MAPPING FOR PUBLIC SERVER far;
CREATE FOREIGN TABLE rich.from_file (a integer, b lib.mood DEFAULT 'sad') SERVER files OPTIONS (filename
  :'csv', format 'csv');
CREATE FOREIGN TABLE rich."Far, away" (a integer CHECK (lib.inner_sql(a) > 0), b text OPTIONS (column_name
  'c'))
  SERVER far OPTIONS (table_name 'x;y');
CREATE FOREIGN TABLE rich.idle (a integer) SERVER "Idle Server";
CREATE VIEW rich.over_file AS SELECT * FROM rich.from_file;
CREATE TABLE rich.mixed (a integer) PARTITION BY LIST (a);
CREATE TABLE rich.mixed_1 PARTITION OF rich.mixed FOR VALUES IN (1);
CREATE FOREIGN TABLE rich.mixed_far PARTITION OF rich.mixed FOR VALUES IN (2) SERVER "Idle Server";
INSERT INTO rich.mixed VALUES (1);

-- ----------------------------------------------------------------- odd names

CREATE TABLE rich."Order Items" ("Order, Id" serial PRIMARY KEY, "per ""cent"" %" integer, "a.b" text,
  "select" text);
ALTER TABLE rich."Order Items" OWNER TO rich_owner;
INSERT INTO rich."Order Items" ("per ""cent"" %", "a.b") VALUES (1, 'x'), (2, 'y');
CREATE TABLE "Odd Schema, ""x"".y"."Table. with, ""all"" of 'it' $$ %1$s * ? [a] \ ; --" (
  id integer GENERATED ALWAYS AS IDENTITY, ref integer REFERENCES rich."Order Items");
INSERT INTO "Odd Schema, ""x"".y"."Table. with, ""all"" of 'it' $$ %1$s * ? [a] \ ; --" (ref) VALUES (1);
CREATE INDEX "Odd; index" ON
  "Odd Schema, ""x"".y"."Table. with, ""all"" of 'it' $$ %1$s * ? [a] \ ; --" (ref);
CREATE TABLE rich.U&"new\000Aline" (a serial);
INSERT INTO rich.U&"new\000Aline" VALUES (DEFAULT);
CREATE TABLE rich."rich" (lib integer, rich text);
INSERT INTO rich."rich" VALUES (1, 'r');
CREATE TABLE rich."table" ("language" integer, "schema" text, "group" text, "from" integer);
CREATE TABLE rich."größe" ("länge" integer);
CREATE TABLE rich.no_columns ();
INSERT INTO rich.no_columns DEFAULT VALUES;
CREATE TABLE public.in_public (a integer PRIMARY KEY, b text DEFAULT lib.inner_sql(1)::text);
INSERT INTO public.in_public VALUES (1);
CREATE UNLOGGED TABLE rich.unlogged (a integer);
INSERT INTO rich.unlogged VALUES (1);
ALTER TABLE rich.unlogged OWNER TO rich_owner;
CREATE TABLE rich.copies (LIKE rich.serials INCLUDING ALL EXCLUDING IDENTITY);

-- ---------------------------------------------------- what no table brings

SELECT lo_from_bytea(4711, 'a large object') \g /dev/null
COMMENT ON LARGE OBJECT 4711 IS 'large';
CREATE PUBLICATION two_tables FOR TABLE rich.tree, rich.part_root;
CREATE PUBLICATION schemas FOR TABLES IN SCHEMA lib;
CREATE FUNCTION lib.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER on_ddl ON ddl_command_start EXECUTE FUNCTION lib.on_ddl();
CREATE PROCEDURE rich.lonely(INOUT a integer) LANGUAGE plpgsql AS 'BEGIN a := lib.inner_sql(a); END';
CREATE FUNCTION rich.lonely(a integer, b text) RETURNS text LANGUAGE sql AS 'SELECT b';
