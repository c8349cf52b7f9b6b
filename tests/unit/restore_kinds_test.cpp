#include "libfilter/restore/kinds.hpp"

#include <doctest/doctest.h>

#include "tests/unit/restore_fixture.hpp"

namespace sluice::testing {
namespace {

// Of the last statement.
Step last_of(const std::string& text) {
  const Steps steps = steps_of(text + ";\n");
  REQUIRE(steps.steps.size() > 1);
  REQUIRE(steps.failed().empty());
  return steps.steps[steps.steps.size() - 2];
}

void check(Way way, std::initializer_list<const char*> texts, const std::string& before = "") {
  for (const auto* text : texts) {
    CAPTURE(text);
    CHECK(last_of(before + text).way == way);
  }
}

TEST_CASE("most statements are piped") {
  check(Way::piped, {"SELECT 1",
                     "CREATE TABLE a (b int)",
                     "CREATE INDEX concurrently_not ON t (a)",
                     "CREATE UNIQUE INDEX \"concurrently\" ON t (a)",
                     "ALTER TABLE a DETACH PARTITION b",
                     "ALTER DATABASE d SET x = 1",
                     "ALTER DATABASE tablespace OWNER TO x",
                     "DROP TABLE a",
                     "DROP INDEX i",
                     "SET x = 1",
                     "SAVEPOINT a",
                     "RELEASE a",
                     "DO $$ BEGIN PERFORM committed(); END $$",
                     "DO 'BEGIN NULL; END'",
                     "PREPARE transaction_x AS SELECT 1",
                     "COPY t FROM '/x'",
                     "COPY t TO '/x'",
                     "INSERT INTO t VALUES ('$1')",
                     "SELECT '$1', $$ $1 $$",
                     "LOCK TABLE x",
                     "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
                     "ALTER TYPE t ADD VALUE 'x'",
                     "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
                     "SET transaction_timeout = 0",
                     "ANALYZE",
                     "SELECT pg_catalog.lo_create('1')",
                     "CREATE DATABASE_x"});
}

TEST_CASE("what cannot run in a transaction, or ends it, runs alone") {
  check(Way::alone, {"CREATE DATABASE a",
                     "/* x */ create /* y */ database a",
                     "DROP DATABASE IF EXISTS a",
                     "ALTER DATABASE a SET TABLESPACE b",
                     "ALTER DATABASE \"a b\" SET TABLESPACE b",
                     "CREATE TABLESPACE a LOCATION 'x'",
                     "DROP TABLESPACE a",
                     "ALTER SYSTEM SET a = 1",
                     "VACUUM",
                     "VACUUM (FULL) a",
                     "CREATE INDEX CONCURRENTLY ON a (b)",
                     "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON a (b)",
                     "DROP INDEX CONCURRENTLY i",
                     "REINDEX DATABASE a",
                     "REINDEX (CONCURRENTLY) INDEX i",
                     "REINDEX TABLE t",
                     "CLUSTER",
                     "CLUSTER t",
                     "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
                     "ALTER SUBSCRIPTION s ENABLE",
                     "DROP SUBSCRIPTION s",
                     "ALTER TABLE ONLY a.b DETACH PARTITION c.d CONCURRENTLY",
                     "COMMIT PREPARED 'x'",
                     "ROLLBACK PREPARED 'x'",
                     "PREPARE TRANSACTION 'x'",
                     "CALL p()",
                     "DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; END $$",
                     "DO LANGUAGE plpgsql 'BEGIN Rollback; END'",
                     "DISCARD ALL",
                     "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
                     "SET LOCAL transaction_isolation = 'serializable'"});
}

TEST_CASE("what needs all answers before it") {
  check(Way::drained, {"ROLLBACK TO a", "ROLLBACK WORK TO SAVEPOINT a", "ABORT TRANSACTION TO a",
                       "DISCARD PLANS", "DEALLOCATE x", "DEALLOCATE ALL"});
  check(Way::drained, {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SET transaction_read_only = off"},
        "BEGIN;\n");
}

TEST_CASE("what the extended protocol does not take") {
  check(Way::query, {"SELECT 1\\; SELECT 2", "PREPARE x AS SELECT $1", "COPY t TO STDOUT",
                     "COPY (SELECT 1) TO stdout", "COPY t (a) TO stdin CSV"});
}

TEST_CASE("the ends of transactions") {
  check(Way::begin, {"BEGIN", "BEGIN ISOLATION LEVEL SERIALIZABLE", "START TRANSACTION", "begin work"});
  check(Way::commit, {"COMMIT", "END", "COMMIT WORK", "END TRANSACTION", "COMMIT AND CHAIN"});
  check(Way::rollback, {"ROLLBACK", "ABORT", "ROLLBACK WORK", "ROLLBACK AND CHAIN"});
}

std::string shared(const std::string& text) {
  const Step step = last_of(text);
  if (!step.side_by_side) return "barrier";
  std::string relations;
  for (const auto& relation : step.relations) relations += (relations.empty() ? "" : " ") + relation;
  return relations;
}

TEST_CASE("statements that may run side by side, and what they share") {
  const std::pair<const char*, const char*> cases[] = {
      {"CREATE INDEX i ON public.t USING btree (a)", "public.t public.i"},
      {"CREATE UNIQUE INDEX \"I x\" ON ONLY public.\"T\" (a)", "public.T public.I x"},
      {"ALTER TABLE ONLY public.t ADD CONSTRAINT k PRIMARY KEY (a, b)", "public.t public.k"},
      {"ALTER TABLE public.t ADD CONSTRAINT k UNIQUE (a) USING INDEX TABLESPACE x", "public.t public.k"},
      {"ALTER TABLE public.t ADD CONSTRAINT k EXCLUDE USING gist (a WITH =)", "public.t public.k"},
      {"ALTER TABLE public.t ADD CONSTRAINT k CHECK ((a > 1)) NOT VALID", "public.t"},
      {"ALTER TABLE ONLY public.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES other.p(b) ON DELETE CASCADE",
       "public.t other.p"},
      {"ALTER INDEX public.p_i ATTACH PARTITION public.c_i", "public.p_i public.c_i"},
      {"SELECT pg_catalog.setval('public.s', 42, true)", "public.s"},
      {"SELECT pg_catalog.setval('public.\"S x\"', -42, false)", "public.S x"},
      {"ALTER TABLE public.t CLUSTER ON i", "public.t public.i"},
      {"ALTER TABLE ONLY public.t ALTER COLUMN a SET STATISTICS 9", "public.t"},
      {"ALTER INDEX public.i ALTER COLUMN 1 SET STATISTICS 9", "public.i"},
      {"ALTER TABLE ONLY public.t REPLICA IDENTITY FULL", "public.t"},
      {"ALTER TABLE ONLY public.t REPLICA IDENTITY USING INDEX i", "public.t public.i"},
      {"CREATE TRIGGER g BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.f()", "public.t"},
      {"CREATE STATISTICS public.s (mcv) ON a, b FROM public.t", "public.t"},
      {"COMMENT ON TABLE public.t IS 'x'", "public.t"},
      {"COMMENT ON COLUMN public.t.a IS 'x'", "public.t"},
      {"COMMENT ON INDEX public.i IS 'x'", "public.i"},
      {"COMMENT ON CONSTRAINT c ON public.t IS 'x'", "public.t"},
      {"COMMENT ON TRIGGER g ON public.t IS 'x'", "public.t"},
  };
  for (const auto& one : cases) {
    const char* const text = one.first;
    const char* const relations = one.second;
    CAPTURE(text);
    CHECK(shared(text) == relations);
    // Not in a transaction of the script.
    CHECK(shared("BEGIN; " + std::string(text)) == "barrier");
  }
}

TEST_CASE("everything else is a barrier") {
  for (const auto* text : {"CREATE TABLE public.t (a int)",
                           "CREATE INDEX ON public.t (a)",
                           "CREATE INDEX IF NOT EXISTS i ON public.t (a)",
                           "CREATE INDEX CONCURRENTLY i ON public.t (a)",
                           "ALTER TABLE public.t ADD CONSTRAINT k UNIQUE USING INDEX i",
                           "ALTER TABLE public.t ADD CONSTRAINT a CHECK (true), ADD CONSTRAINT b FOREIGN KEY "
                           "(a) REFERENCES public.p",
                           "ALTER TABLE public.t ADD PRIMARY KEY (a)",
                           "ALTER TABLE public.t ADD COLUMN a int",
                           "ALTER TABLE public.t OWNER TO x",
                           "ALTER TABLE ONLY public.p ATTACH PARTITION public.c FOR VALUES IN (1)",
                           "SELECT pg_catalog.setval('public.s', f())",
                           "SELECT pg_catalog.setval('public.s', 1), f()",
                           "SELECT other.setval('public.s', 1)",
                           "SELECT setval('public.s', 1) FROM t",
                           "CREATE STATISTICS s ON a, b FROM public.t, public.u",
                           "COMMENT ON CONSTRAINT c ON DOMAIN public.d IS 'x'",
                           "COMMENT ON FUNCTION f() IS 'x'",
                           "INSERT INTO public.t VALUES (1)",
                           "UPDATE public.t SET a = 1",
                           "GRANT SELECT ON TABLE public.t TO x",
                           "CREATE INDEX i ON t (a)",
                           "ALTER TABLE public.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p(b)",
                           "REFRESH MATERIALIZED VIEW public.m",
                           "CREATE INDEX i ON pg_temp.t (a)",
                           "DO $$ x $$"}) {
    CAPTURE(text);
    CHECK(shared(text) == "barrier");
  }
}

TEST_CASE("a name without a schema is search_path's, if that is one and no table may be temporary") {
  const std::pair<const char*, const char*> cases[] = {
      {"SET search_path = app; CREATE INDEX i ON t (a)", "app.t app.i"},
      {"SET search_path = \"App\", pg_catalog; CREATE INDEX i ON t (a)", "App.t App.i"},
      {"SET SESSION search_path TO 'a b'; CREATE INDEX i ON t (a)", "a b.t a b.i"},
      {"SET SCHEMA 'app'; CREATE INDEX i ON t (a)", "app.t app.i"},
      {"SELECT pg_catalog.set_config('search_path', 'app, pg_catalog', false); CREATE INDEX i ON t (a)",
       "app.t app.i"},
      {"SELECT pg_catalog.set_config('search_path', '', false); CREATE INDEX i ON t (a)", "barrier"},
      {"SET search_path = app, public; CREATE INDEX i ON t (a)", "barrier"},
      {"SET search_path = \"$user\"; CREATE INDEX i ON t (a)", "barrier"},
      {"SET search_path = app; RESET search_path; CREATE INDEX i ON t (a)", "barrier"},
      {"SET search_path = app; CREATE TEMP TABLE t (a int); CREATE INDEX i ON t (a)", "barrier"},
      {"SET search_path = app; SELECT f(); CREATE INDEX i ON t (a)", "barrier"},
      {"SET search_path = app; SELECT 1 INTO TEMP t; CREATE INDEX i ON t (a)", "barrier"},
      {"SET search_path = app; CREATE TABLE t (a int); CREATE INDEX i ON t (a)", "app.t app.i"},
  };
  for (const auto& one : cases) {
    const char* const text = one.first;
    const char* const relations = one.second;
    CAPTURE(text);
    CHECK(shared(text) == relations);
  }
  const Steps steps = steps_of(
      "COPY public.t FROM stdin;\n\\.\nSET search_path = app;\nCOPY t FROM stdin;\n\\.\nBEGIN;\nCOPY "
      "public.t FROM stdin;\n\\.\nCOMMIT;\n");
  const auto copies = steps.of(Step::Kind::copy);
  REQUIRE(copies.size() == 3);
  CHECK(copies[0].relations == std::vector<std::string>{"public.t"});
  CHECK(copies[1].relations == std::vector<std::string>{"app.t"});
  CHECK_FALSE(copies[2].side_by_side);
}

}  // namespace
}  // namespace sluice::testing
