// The object that a statement is about. Statements go through the lexer, as they do in the programs; each is
// described in one readable line.
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "libfilter/dump/object.hpp"
#include "tests/differential/split.hpp"

namespace sluice::testing {
namespace {

Object object_in(const std::string& statement) {
  const Split parts = split(statement);
  for (const SplitUnit& unit : parts.units)
    if (unit.kind == UnitKind::statement)
      return object_of(std::string_view(statement).substr(unit.offset, unit.length), unit.tokens);
  return {};
}

std::string_view word_of(Object::Act act) {
  static constexpr std::string_view kWords[] = {"none",     "define", "own",  "alter",   "drop",
                                                "describe", "grant",  "load", "setting", "transaction"};
  return kWords[static_cast<int>(act)];
}

std::string written(const ObjectName& name) {
  return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

// "define TABLE public.t"; what is empty or follows from the type is left out, the table when it is the name.
std::string about(const std::string& statement) {
  const Object object = object_in(statement);
  std::string line(word_of(object.act));
  const auto add = [&](std::string_view word, std::string_view value) {
    if (value.empty()) return;
    if (!word.empty()) line.append(" ").append(word);
    line.append(" ").append(value);
  };
  add("", object.type);
  add("of", object.of == object.type ? std::string_view() : object.of);
  add("", written(object.name) + object.signature);
  for (const ObjectName& more : object.more_names) add("and", written(more));
  add("on", object.table == object.name ? std::string() : written(object.table));
  add("in", written(object.parent));
  add("to", written(object.references));
  for (const Object::Also& also : object.also) add("also", written(also.name));
  add("owner", object.owner);
  if (object.primary_key) line += " key";
  if (object.owned_by) line += " owned";
  return line;
}

Section section_of(const std::string& statement) { return object_in(statement).section; }
NameSpace space_of(const std::string& statement) { return object_in(statement).space; }

}  // namespace

TEST_CASE("CREATE TABLE names the table, in every spelling") {
  for (const char* statement :
       {"CREATE TABLE public.t (a int);", "create table PUBLIC.T();",
        "CREATE TABLE \"public\".\"t\" (a int);", "CREATE UNLOGGED TABLE public.t (a int);",
        "CREATE TABLE IF NOT EXISTS public.t (a int);", "CREATE GLOBAL TEMPORARY TABLE public.t (a int);",
        "CREATE TEMP TABLE db.public.t AS SELECT 1;", "CREATE /* TABLE x */ TABLE -- y\n public . t (a int);",
        "CREATE TABLE U&\"public\".t (a int);"}) {
    CAPTURE(statement);
    CHECK(about(statement) == "define TABLE public.t");
    CHECK(section_of(statement) == Section::pre_data);
    CHECK(space_of(statement) == NameSpace::relation);
  }
  CHECK(about("CREATE TABLE \"a.\"\"b\".\"C; --\" ();") == "define TABLE a.\"b.C; --");
  CHECK(about("CREATE TABLE t (a int);") == "define TABLE t");
  CHECK(object_in("CREATE TABLE public.t ();").table == ObjectName{"public", "t"});
}

TEST_CASE("CREATE TABLE tells of the indexes and sequences that it names") {
  CHECK(
      about(
          "CREATE TABLE s.t (a int CONSTRAINT pk PRIMARY KEY, b int CONSTRAINT c CHECK (b > 0), CONSTRAINT u "
          "UNIQUE (b), CONSTRAINT e EXCLUDE (b WITH =));") == "define TABLE s.t also s.pk also s.u also s.e");
  CHECK(about("CREATE TABLE s.t (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s.q START 1));") ==
        "define TABLE s.t also s.q");
  CHECK(about("CREATE TABLE s.t (sequence name, x int);") == "define TABLE s.t");
  CHECK(about("CREATE TABLE s.p PARTITION OF s.t FOR VALUES IN (1);") == "define TABLE s.p in s.t");
}

TEST_CASE("CREATE knows every kind of object") {
  CHECK(about("CREATE VIEW s.v WITH (security_barrier='true') AS SELECT 1;") == "define VIEW s.v");
  CHECK(about("CREATE OR REPLACE RECURSIVE VIEW s.v(n) AS SELECT 1;") == "define VIEW s.v");
  CHECK(about("CREATE MATERIALIZED VIEW s.m AS SELECT 1 WITH NO DATA;") == "define MATERIALIZED VIEW s.m");
  CHECK(about("CREATE FOREIGN TABLE s.f (a int) SERVER x;") == "define FOREIGN TABLE s.f");
  CHECK(about("CREATE SEQUENCE s.q START WITH 1;") == "define SEQUENCE s.q");
  CHECK(about("CREATE TYPE s.e AS ENUM ('a');") == "define TYPE s.e");
  CHECK(about("CREATE TYPE s.r AS RANGE (subtype = text, multirange_type_name = s.m);") ==
        "define TYPE s.r also s.m");
  CHECK(about("CREATE TYPE s.base;") == "define SHELL TYPE of TYPE s.base");
  CHECK(about("CREATE DOMAIN s.d AS text;") == "define DOMAIN s.d");
  CHECK(about("CREATE COLLATION s.c (locale = 'C');") == "define COLLATION s.c");
  CHECK(about("CREATE DEFAULT CONVERSION s.c FOR 'LATIN1' TO 'UTF8' FROM f;") == "define CONVERSION s.c");
  CHECK(about("CREATE CAST (s.a AS integer) WITH FUNCTION s.f(s.a);") == "define CAST (s.a AS integer)");
  CHECK(about("CREATE TRANSFORM FOR s.a LANGUAGE l (FROM SQL WITH FUNCTION f(internal));") ==
        "define TRANSFORM s.a LANGUAGE l");
  CHECK(about("CREATE OPERATOR CLASS s.c DEFAULT FOR TYPE int USING btree AS STORAGE int;") ==
        "define OPERATOR CLASS s.c");
  CHECK(about("CREATE OPERATOR FAMILY s.f USING btree;") == "define OPERATOR FAMILY s.f");
  CHECK(about("CREATE TEXT SEARCH CONFIGURATION s.x (PARSER = p);") ==
        "define TEXT SEARCH CONFIGURATION s.x");
  CHECK(about("CREATE TEXT SEARCH DICTIONARY s.x (TEMPLATE = t);") == "define TEXT SEARCH DICTIONARY s.x");
  CHECK(about("CREATE TEXT SEARCH PARSER s.x (START = f);") == "define TEXT SEARCH PARSER s.x");
  CHECK(about("CREATE TEXT SEARCH TEMPLATE s.x (LEXIZE = f);") == "define TEXT SEARCH TEMPLATE s.x");
  CHECK(about("CREATE SCHEMA IF NOT EXISTS s AUTHORIZATION bob;") == "define SCHEMA s owner bob");
  CHECK(about("CREATE SCHEMA AUTHORIZATION bob;") == "define SCHEMA bob owner bob");
  CHECK(about("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA s;") == "define EXTENSION uuid-ossp");
  CHECK(about("CREATE OR REPLACE TRUSTED PROCEDURAL LANGUAGE l;") == "define PROCEDURAL LANGUAGE l");
  CHECK(about("CREATE ACCESS METHOD m TYPE INDEX HANDLER h;") == "define ACCESS METHOD m");
  CHECK(about("CREATE FOREIGN DATA WRAPPER w;") == "define FOREIGN DATA WRAPPER w");
  CHECK(about("CREATE SERVER x FOREIGN DATA WRAPPER w;") == "define SERVER x");
  CHECK(about("CREATE USER MAPPING FOR bob SERVER x;") == "define USER MAPPING bob SERVER x");
  CHECK(about("CREATE PUBLICATION p FOR ALL TABLES;") == "define PUBLICATION p");
  CHECK(about("CREATE SUBSCRIPTION p CONNECTION '' PUBLICATION q;") == "define SUBSCRIPTION p");
  CHECK(about("CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION s.f();") ==
        "define EVENT TRIGGER e");
  CHECK(about("CREATE DATABASE d WITH TEMPLATE = template0 OWNER = bob;") == "define DATABASE d owner bob");
  CHECK(about("CREATE ROLE \"Bob\";") == "define ROLE Bob");
  CHECK(about("CREATE USER bob PASSWORD 'x';") == "define ROLE bob");
  CHECK(about("CREATE TABLESPACE ts OWNER bob LOCATION '/x';") == "define TABLESPACE ts owner bob");
  CHECK(about("CREATE STATISTICS s.x (mcv) ON a, b FROM s.t;") == "define STATISTICS s.x on s.t");
}

TEST_CASE("what belongs to a table has the table and its schema") {
  CHECK(about("CREATE INDEX i ON public.t USING btree (a);") == "define INDEX public.i on public.t");
  CHECK(about("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY s.t (a);") ==
        "define INDEX s.i on s.t");
  CHECK(object_in("CREATE INDEX ON s.t (a);").table == ObjectName{"s", "t"});
  CHECK(object_in("CREATE INDEX ON s.t (a);").name.empty());
  CHECK(about("CREATE TRIGGER g BEFORE UPDATE OF a, b ON s.t FOR EACH ROW EXECUTE FUNCTION s.f();") ==
        "define TRIGGER s.g on s.t");
  CHECK(about("CREATE CONSTRAINT TRIGGER g AFTER INSERT ON s.t FROM s.u EXECUTE FUNCTION f();") ==
        "define TRIGGER s.g on s.t");
  CHECK(about("CREATE RULE \"R r\" AS ON INSERT TO s.t DO ALSO (SELECT 1; SELECT 2);") ==
        "define RULE s.R r on s.t");
  CHECK(about("CREATE RULE r AS ON INSERT TO t DO NOTHING;") == "define RULE r on t");
  CHECK(about("CREATE POLICY p ON t TO bob USING (true);") == "define POLICY p on t");
  CHECK(section_of("CREATE INDEX i ON t (a);") == Section::post_data);
}

TEST_CASE("a routine's signature is the same however and wherever it is written") {
  const std::string f = "FUNCTION s.f(a integer, OUT b text, VARIADIC \"C d\" numeric[])";
  CHECK(about("CREATE FUNCTION s.f(a integer DEFAULT g(1, 2), OUT b text, VARIADIC \"C d\" numeric[] = '{}') "
              "RETURNS "
              "text LANGUAGE sql AS $$SELECT 'CREATE TABLE x'$$;") == "define " + f);
  CHECK(about("COMMENT ON FUNCTION s.f(a integer, OUT b text, VARIADIC \"C d\" numeric[]) IS 'x';") ==
        "describe COMMENT of " + f);
  CHECK(about("create or replace function S.F ( A INTEGER , out b\ntext,variadic \"C d\" numeric [] );") ==
        "define " + f);
  CHECK(about("ALTER FUNCTION s.f(a integer, OUT b text, VARIADIC \"C d\" numeric[]) OWNER TO bob;") ==
        "own " + f + " owner bob");
  CHECK(about("GRANT ALL ON FUNCTION s.f(a integer), s.g(text) TO bob;") ==
        "grant ACL of FUNCTION s.f(a integer) and s.g");
  CHECK(about("CREATE FUNCTION s.f(a text := ',)', b numeric(10,2)) RETURNS int;") ==
        "define FUNCTION s.f(a text, b numeric(10, 2))");
  CHECK(about("CREATE PROCEDURE s.p() LANGUAGE sql BEGIN ATOMIC SELECT 1; END;") == "define PROCEDURE s.p()");
  CHECK(about("CREATE AGGREGATE s.a(*) (SFUNC = f, STYPE = int);") == "define AGGREGATE s.a(*)");
  CHECK(about("COMMENT ON AGGREGATE s.a(double precision order by integer) IS '';") ==
        "describe COMMENT of AGGREGATE s.a(double precision ORDER BY integer)");
  CHECK(about("CREATE OPERATOR s.=== (FUNCTION = s.f, LEFTARG = s.a, RIGHTARG = double precision);") ==
        "define OPERATOR s.===(s.a, double precision)");
  CHECK(about("COMMENT ON OPERATOR s.!! (none, s.a) IS '';") ==
        "describe COMMENT of OPERATOR s.!!(NONE, s.a)");
  CHECK(about("CREATE OPERATOR s.!! (FUNCTION = s.f, RIGHTARG = s.a);") == "define OPERATOR s.!!(NONE, s.a)");
}

TEST_CASE("ALTER ... OWNER TO says whose it is") {
  CHECK(about("ALTER TABLE public.t OWNER TO \"Bob\";") == "own TABLE public.t owner Bob");
  CHECK(about("ALTER TABLE IF EXISTS ONLY public.t * OWNER TO bob;") == "own TABLE public.t owner bob");
  CHECK(about("ALTER OPERATOR s.+ (integer, NONE) OWNER TO bob;") ==
        "own OPERATOR s.+(integer, NONE) owner bob");
  CHECK(about("ALTER OPERATOR CLASS s.c USING btree OWNER TO bob;") == "own OPERATOR CLASS s.c owner bob");
  CHECK(about("ALTER LARGE OBJECT 42 OWNER TO bob;") == "own BLOB 42 owner bob");
  CHECK(about("ALTER DATABASE d OWNER TO bob;") == "own DATABASE d owner bob");
  CHECK(about("ALTER TEXT SEARCH CONFIGURATION s.x OWNER TO bob;") ==
        "own TEXT SEARCH CONFIGURATION s.x owner bob");
}

TEST_CASE("an ALTER that belongs to the object's own entry has its type") {
  for (const char* action : {"ALTER COLUMN a SET STORAGE EXTERNAL", "REPLICA IDENTITY FULL", "INHERIT s.u",
                             "ADD COLUMN b int", "FORCE ROW LEVEL SECURITY", "SET SCHEMA u", "RENAME TO u",
                             "ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY"}) {
    CAPTURE(action);
    CHECK(about(std::string("ALTER TABLE ONLY s.t ") + action + ";") == "alter TABLE s.t");
  }
  CHECK(about("ALTER TYPE s.e ADD VALUE 'x' BEFORE 'y';") == "alter TYPE s.e");
  CHECK(about("ALTER TEXT SEARCH CONFIGURATION s.x ADD MAPPING FOR word WITH simple;") ==
        "alter TEXT SEARCH CONFIGURATION s.x");
  CHECK(about("ALTER OPERATOR FAMILY s.f USING btree ADD OPERATOR 1 <(int,int);") ==
        "alter OPERATOR FAMILY s.f");
  CHECK(about("ALTER ROLE bob WITH SUPERUSER;") == "alter ROLE bob");
  CHECK(about("ALTER TABLE s.t CLUSTER ON i;") == "alter INDEX s.i on s.t");
  CHECK(about("ALTER TABLE ONLY s.t REPLICA IDENTITY USING INDEX i;") == "alter INDEX s.i on s.t");
  CHECK(about("ALTER TABLE s.t DISABLE TRIGGER g;") == "alter TRIGGER s.g on s.t");
  CHECK(about("ALTER TABLE s.t ENABLE REPLICA RULE r;") == "alter RULE s.r on s.t");
  CHECK(about("ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b;") == "alter TABLE");
}

TEST_CASE("an ALTER that makes an entry of its own defines") {
  CHECK(about("ALTER TABLE ONLY s.t ADD CONSTRAINT c PRIMARY KEY (a);") ==
        "define CONSTRAINT s.c on s.t also s.c key");
  CHECK(about("ALTER TABLE ONLY s.t ADD CONSTRAINT c EXCLUDE USING gist (a WITH &&);") ==
        "define CONSTRAINT s.c on s.t also s.c");
  CHECK(about("ALTER TABLE ONLY s.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES r.u(b);") ==
        "define FK CONSTRAINT of CONSTRAINT s.c on s.t to r.u");
  CHECK(about("ALTER TABLE s.t ADD CONSTRAINT c CHECK ((a > 0)) NOT VALID;") ==
        "define CHECK CONSTRAINT of CONSTRAINT s.c on s.t");
  CHECK(about("ALTER TABLE s.t ADD CONSTRAINT c NOT NULL a NOT VALID;") == "define CONSTRAINT s.c on s.t");
  CHECK(about("ALTER DOMAIN s.d ADD CONSTRAINT c CHECK (VALUE > 0);") ==
        "define CHECK CONSTRAINT of CONSTRAINT s.c on s.d");
  CHECK(object_in("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;").type == "FK CONSTRAINT");
  CHECK(about("ALTER TABLE ONLY s.t ALTER COLUMN a SET DEFAULT 1;") == "define DEFAULT of TABLE s.t");
  CHECK(
      about("ALTER TABLE s.t ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s.q START 1);") ==
      "define SEQUENCE s.q on s.t");
  CHECK(about("ALTER SEQUENCE s.q OWNED BY s.t.a;") ==
        "define SEQUENCE OWNED BY of SEQUENCE s.q on s.t owned");
  CHECK(about("ALTER TABLE ONLY s.t ATTACH PARTITION s.p DEFAULT;") ==
        "define TABLE ATTACH of TABLE s.p in s.t");
  CHECK(about("ALTER INDEX s.i ATTACH PARTITION s.j;") == "define INDEX ATTACH of INDEX s.j");
  CHECK(about("ALTER TABLE s.t ENABLE ROW LEVEL SECURITY;") == "define ROW SECURITY of TABLE s.t");
  CHECK(about("ALTER PUBLICATION p ADD TABLE ONLY s.t (a) WHERE (a > 0);") ==
        "define PUBLICATION TABLE of PUBLICATION p on s.t");
  CHECK(object_in("ALTER PUBLICATION p ADD TABLES IN SCHEMA s;").type == "PUBLICATION TABLES IN SCHEMA");
  CHECK(object_in("ALTER PUBLICATION p ADD TABLES IN SCHEMA s;").table.schema == "s");
  CHECK(about("ALTER DATABASE d SET work_mem TO '1MB';") == "define DATABASE PROPERTIES of DATABASE d");
  CHECK(about("ALTER ROLE bob IN DATABASE d SET work_mem TO '1MB';") ==
        "define DATABASE PROPERTIES of DATABASE d");
  CHECK(section_of("ALTER INDEX s.i ATTACH PARTITION s.j;") == Section::post_data);
  CHECK(section_of("ALTER TABLE ONLY s.t ATTACH PARTITION s.p DEFAULT;") == Section::pre_data);
}

TEST_CASE("DROP, and what pg_dump --clean writes besides, drops") {
  CHECK(about("DROP TABLE IF EXISTS s.a, \"B\".c CASCADE;") == "drop TABLE s.a and B.c");
  CHECK(about("DROP FUNCTION IF EXISTS s.f(a integer, b text);") == "drop FUNCTION s.f(a integer, b text)");
  CHECK(about("DROP TRIGGER IF EXISTS g ON s.t;") == "drop TRIGGER s.g on s.t");
  CHECK(about("DROP INDEX CONCURRENTLY IF EXISTS s.i;") == "drop INDEX s.i");
  CHECK(about("DROP CAST IF EXISTS (s.a AS text);") == "drop CAST (s.a AS text)");
  CHECK(about("DROP USER MAPPING IF EXISTS FOR bob SERVER x;") == "drop USER MAPPING bob SERVER x");
  CHECK(about("DROP ROLE a, b;") == "drop ROLE a and b");
  CHECK(about("ALTER TABLE IF EXISTS ONLY s.t DROP CONSTRAINT IF EXISTS c;") == "drop CONSTRAINT s.c on s.t");
  CHECK(about("ALTER TABLE s.t ALTER COLUMN a DROP DEFAULT;") == "drop DEFAULT of TABLE s.t");
  CHECK(about("ALTER TABLE s.t DISABLE ROW LEVEL SECURITY;") == "drop ROW SECURITY of TABLE s.t");
  CHECK(about("SELECT pg_catalog.lo_unlink('42');") == "drop BLOB 42");
  CHECK(about("SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata WHERE oid = '42';") ==
        "drop BLOB 42");
}

TEST_CASE("COMMENT and SECURITY LABEL describe") {
  CHECK(about("COMMENT ON TABLE s.t IS 'x';") == "describe COMMENT of TABLE s.t");
  CHECK(about("COMMENT ON COLUMN s.t.\"a.b\" IS 'x';") == "describe COMMENT of TABLE s.t");
  CHECK(about("COMMENT ON COLUMN t.a IS 'x';") == "describe COMMENT of TABLE t");
  CHECK(about("COMMENT ON CONSTRAINT c ON s.t IS 'x';") == "describe COMMENT of CONSTRAINT s.c on s.t");
  CHECK(about("COMMENT ON CONSTRAINT c ON DOMAIN s.d IS 'x';") ==
        "describe COMMENT of CONSTRAINT s.c on s.d");
  CHECK(about("COMMENT ON CONSTRAINT c ON domain IS 'x';") == "describe COMMENT of CONSTRAINT c on domain");
  CHECK(about("COMMENT ON TRIGGER g ON s.t IS 'x';") == "describe COMMENT of TRIGGER s.g on s.t");
  CHECK(about("COMMENT ON LARGE OBJECT 42 IS 'x';") == "describe COMMENT of BLOB 42");
  CHECK(about("COMMENT ON LANGUAGE l IS 'x';") == "describe COMMENT of PROCEDURAL LANGUAGE l");
  CHECK(about("SECURITY LABEL FOR 'p' ON COLUMN s.t.a IS 'x';") == "describe SECURITY LABEL of TABLE s.t");
  CHECK(section_of("COMMENT ON TABLE s.t IS 'x';") == Section::pre_data);
  CHECK(section_of("COMMENT ON INDEX s.i IS 'x';") == Section::post_data);
  CHECK(section_of("GRANT SELECT ON TABLE s.t TO bob;") == Section::pre_data);
}

TEST_CASE("GRANT and REVOKE name what they are about, or the member of a role") {
  CHECK(about("GRANT SELECT(a),UPDATE(\"on\") ON TABLE s.t TO bob WITH GRANT OPTION;") ==
        "grant ACL of TABLE s.t");
  CHECK(about("REVOKE GRANT OPTION FOR ALL ON s.a, s.b FROM PUBLIC;") == "grant ACL of TABLE s.a and s.b");
  CHECK(about("GRANT ALL ON type TO bob;") == "grant ACL of TABLE type");
  CHECK(about("GRANT ALL ON TYPE s.e TO bob;") == "grant ACL of TYPE s.e");
  CHECK(about("GRANT ALL ON ALL TABLES IN SCHEMA a, b TO bob;") == "grant ACL of SCHEMA a and b");
  CHECK(about("GRANT ALL ON FOREIGN SERVER x TO bob;") == "grant ACL of SERVER x");
  CHECK(about("GRANT ALL ON LARGE OBJECT 1, 2 TO bob;") == "grant ACL of BLOB 1 and 2");
  CHECK(about("GRANT SET ON PARAMETER my.guc TO bob;") == "grant ACL of PARAMETER my.guc");
  CHECK(about("GRANT a, b TO \"Bob\", eve WITH ADMIN OPTION GRANTED BY x;") == "grant ROLE Bob and eve");
  CHECK(about("ALTER DEFAULT PRIVILEGES FOR ROLE bob IN SCHEMA s GRANT SELECT ON TABLES TO eve;") ==
        "grant DEFAULT ACL of ROLE s.bob");
  CHECK(about("ALTER DEFAULT PRIVILEGES IN SCHEMA s FOR USER bob, eve REVOKE ALL ON TABLES FROM x;") ==
        "grant DEFAULT ACL of ROLE s.bob and eve");
  CHECK(section_of("ALTER DEFAULT PRIVILEGES FOR ROLE bob GRANT SELECT ON TABLES TO eve;") ==
        Section::post_data);
  CHECK(section_of("GRANT a TO b;") == Section::none);
}

TEST_CASE("what loads has the data's entry") {
  CHECK(about("COPY s.t (a, \"to\") FROM stdin;") == "load TABLE DATA of TABLE s.t");
  CHECK(about("COPY BINARY t FROM 'x';") == "load TABLE DATA of TABLE t");
  CHECK(about("COPY binary FROM stdin;") == "load TABLE DATA of TABLE binary");
  CHECK(about("COPY s.t (a) TO stdout;") == "none COPY");
  CHECK(about("COPY (SELECT 1) TO stdout;") == "none COPY");
  CHECK(about("INSERT INTO s.t VALUES (1);") == "load TABLE DATA of TABLE s.t");
  CHECK(about("ALTER TABLE s.t DISABLE TRIGGER ALL;") == "load TABLE DATA of TABLE s.t");
  CHECK(about("REFRESH MATERIALIZED VIEW CONCURRENTLY s.m;") ==
        "load MATERIALIZED VIEW DATA of MATERIALIZED VIEW s.m");
  CHECK(about("SELECT pg_catalog.setval('s.\"Q.''q\"\"\"', 1, true);") ==
        "load SEQUENCE SET of SEQUENCE s.Q.'q\"");
  CHECK(about("SELECT setval('Q', 1);") == "load SEQUENCE SET of SEQUENCE q");
  CHECK(about("SELECT setval(pg_get_serial_sequence('s.t', 'a'), 1);") ==
        "load SEQUENCE SET of SEQUENCE on s.t");
  CHECK(about("SELECT pg_catalog.lo_create('42');") == "define BLOB 42");
  CHECK(about("SELECT pg_catalog.lo_open('42', 131072);") == "load BLOBS of BLOB 42");
  CHECK(object_in("SELECT pg_catalog.lowrite(0, '\\x00');").type == "BLOBS");
  CHECK(about("SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180000'::integer, "
              "'schemaname', 's', "
              "'relname', 't');") == "load STATISTICS DATA of TABLE s.t");
  CHECK(section_of("COPY t FROM stdin;") == Section::data);
  CHECK(section_of("REFRESH MATERIALIZED VIEW m;") == Section::post_data);
}

TEST_CASE("settings, transactions and everything else are about no object") {
  for (const char* statement : {"SET x = 1;", "RESET ALL;", "SELECT pg_catalog.set_config('a', '', false);"})
    CHECK(about(statement) == "setting");
  for (const char* statement : {"BEGIN;", "start transaction;", "COMMIT;", "ROLLBACK TO a;",
                                "PREPARE TRANSACTION 'x';", "SET TRANSACTION READ ONLY;"})
    CHECK(about(statement) == "transaction");
  CHECK(about("update s.t SET a = 1;") == "none UPDATE");
  CHECK(about("SELECT s.setval('x');") == "none SELECT");
  CHECK(about("ALTER SYSTEM SET a = 1;") == "none ALTER");
  CHECK(about("DROP OWNED BY bob;") == "none DROP");
  CHECK(about("PREPARE x AS SELECT 1;") == "none PREPARE");
  CHECK(about("frobnicate t;") == "none");
  CHECK(about(";") == "none");
}

TEST_CASE("a statement cut short says what it can") {
  const std::string whole =
      "CREATE FUNCTION s.f(a integer DEFAULT 1) RETURNS int; ALTER TABLE ONLY s.t ADD CONSTRAINT c FOREIGN "
      "KEY (a) "
      "REFERENCES s.u(b); CREATE OPERATOR s.+ (LEFTARG = a); GRANT a ON TABLE t TO b; COMMENT ON TRIGGER g "
      "ON s.t IS "
      "'x'; CREATE TRANSFORM FOR s.a LANGUAGE l; SELECT lo_unlink('1'); ALTER TABLE t ALTER a ADD GENERATED "
      "ALWAYS AS "
      "IDENTITY (SEQUENCE NAME q); CREATE USER MAPPING FOR a SERVER b; SECURITY LABEL FOR x ON TABLE t IS "
      "'x'; SELECT "
      "pg_restore_relation_stats('schemaname', 's'); CREATE TYPE r AS RANGE (multirange_type_name = m);";
  const Split parts = split(whole);
  for (const SplitUnit& unit : parts.units) {
    const auto text = std::string_view(whole).substr(unit.offset, unit.length);
    for (std::size_t count = 0; count <= unit.tokens.size(); ++count)
      CHECK_NOTHROW(object_of(text, std::span(unit.tokens).first(count)));
  }
  CHECK(about("CREATE TABLE s.t (a int") == "define TABLE s.t");
  CHECK(about("CREATE FUNCTION s.f(a int") == "define FUNCTION s.f(a int");
  CHECK(about("COPY s.t (a, b") == "load TABLE DATA of TABLE s.t");
  CHECK(about("CREATE") == "none CREATE");
}

TEST_CASE("of statements joined with \\; the first counts, and meta-commands are passed over") {
  CHECK(about("CREATE TABLE a ()\\; DROP TABLE b;") == "define TABLE a");
  CHECK(about("DROP TABLE a \\; , b;") == "drop TABLE a");
  CHECK(about("CREATE\n\\echo VIEW v\nTABLE t ();") == "define TABLE t");
}

TEST_CASE("sections have pg_dump's words") {
  CHECK(sluice::word_of(Section::pre_data) == "pre-data");
  CHECK(sluice::word_of(Section::data) == "data");
  CHECK(sluice::word_of(Section::post_data) == "post-data");
  CHECK(sluice::word_of(Section::none).empty());
}

}  // namespace sluice::testing
