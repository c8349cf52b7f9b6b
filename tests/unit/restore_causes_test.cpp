#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "libfilter/io/failure.hpp"
#include "libfilter/restore/causes.hpp"
#include "tests/unit/restore_incident_fixture.hpp"

namespace {

using namespace sluice;
using restore_test::incident;

// "root", "consequence of 3", "repeat of 3", "ignored"
std::string judged(Causes& causes, const Incident& of) {
  const auto verdict = causes.judge(of);
  const auto line = std::to_string(verdict.root_line);
  switch (verdict.kind) {
    case Causes::Verdict::Kind::root:
      CHECK(verdict.root_line == of.line);
      return "root";
    case Causes::Verdict::Kind::consequence:
      return "consequence of " + line;
    case Causes::Verdict::Kind::repeat:
      return "repeat of " + line;
    case Causes::Verdict::Kind::ignored:
      return "ignored";
  }
  return "?";
}

std::string fault(const std::string& text) {
  try {
    (void)Ignored::parse(text);
  } catch (const Failure& failure) {
    CHECK(failure.kind == Failure::Kind::usage);
    return failure.what();
  }
  return "none";
}

bool covers(const std::string& option, const Incident& of) { return Ignored::parse(option).covers(of); }

}  // namespace

TEST_CASE("what depends on a table that failed is counted as its consequence (F6)") {
  Causes causes;
  CHECK(judged(causes, incident(3, "CREATE TABLE public.t1 (a public.mood)", "42704",
                                "type \"public.mood\" does not exist")) == "root");
  CHECK(judged(causes, incident(5, "ALTER TABLE public.t1 OWNER TO app", "42P01",
                                "relation \"public.t1\" does not exist")) == "consequence of 3");
  CHECK(judged(causes, incident(7, "COPY public.t1 (a) FROM stdin", "42P01",
                                "relation \"public.t1\" does not exist")) == "consequence of 3");
  CHECK(judged(causes, incident(20, "ALTER TABLE ONLY public.t1 ADD CONSTRAINT t1_pkey PRIMARY KEY (a)",
                                "42P01", "relation \"public.t1\" does not exist")) == "consequence of 3");
  CHECK(judged(causes, incident(22,
                                "ALTER TABLE ONLY public.t2 ADD CONSTRAINT t2_fk FOREIGN KEY (a) REFERENCES "
                                "public.t1(a)",
                                "42P01", "relation \"public.t1\" does not exist")) == "consequence of 3");
  CHECK(judged(causes, incident(24, "CREATE INDEX i ON public.t1 USING btree (a)", "42P01",
                                "relation \"public.t1\" does not exist")) == "consequence of 3");
  CHECK(judged(causes, incident(26, "CREATE VIEW public.v AS SELECT a FROM public.t1", "42P01",
                                "relation \"public.t1\" does not exist")) == "consequence of 3");
  // The view is gone by the same root.
  CHECK(judged(causes, incident(28, "GRANT SELECT ON TABLE public.v TO app", "42P01",
                                "relation \"public.v\" does not exist")) == "consequence of 3");
  CHECK(causes.roots() == 1);
  CHECK(causes.consequences() == 7);
}

TEST_CASE("a table that nobody failed to make is a root, whatever its name resembles") {
  Causes causes;
  CHECK(judged(causes, incident(3, "CREATE TABLE public.t1 (a nosuch)", "42704",
                                "type \"nosuch\" does not exist")) == "root");
  CHECK(judged(causes, incident(5, "COPY other.t1 (a) FROM stdin", "42P01",
                                "relation \"other.t1\" does not exist")) == "root");
  CHECK(judged(causes, incident(8, "GRANT SELECT ON TABLE public.x TO t1", "42704",
                                "role \"t1\" does not exist")) == "root");
  // The statement names the table that failed, but the message is about another one.
  CHECK(judged(causes, incident(9, "CREATE VIEW public.v AS SELECT t1 FROM public.y", "42P01",
                                "relation \"public.y\" does not exist")) == "root");
  CHECK(judged(causes, incident(10, "ALTER TABLE public.t1 ADD x y z", "42601",
                                "syntax error at or near \"z\"")) == "root");
}

TEST_CASE("a flood of one and the same error is one root, told once") {
  Causes causes;
  const auto flood = [&](std::uint64_t line, const std::string& role) {
    return judged(causes, incident(line, "ALTER TABLE public.t" + std::to_string(line) + " OWNER TO " + role,
                                   "42704", "role \"" + role + "\" does not exist"));
  };
  CHECK(flood(10, "app") == "root");
  for (std::uint64_t line = 11; line < 500; ++line) CHECK(flood(line, "app") == "repeat of 10");
  CHECK(flood(600, "other") == "root");
  CHECK(causes.roots() == 2);
  CHECK(causes.repeats() == 489);
}

TEST_CASE("a role that could not be made is the root of all that names it") {
  Causes causes;
  CHECK(judged(causes, incident(2, "CREATE ROLE app", "42501", "permission denied to create role")) ==
        "root");
  CHECK(judged(causes, incident(3, "ALTER ROLE app WITH LOGIN", "42704", "role \"app\" does not exist")) ==
        "consequence of 2");
  CHECK(judged(causes, incident(4, "SET ROLE app", "22023", "role \"app\" does not exist")) ==
        "consequence of 2");
  causes.connected();  // roles are of the whole cluster
  CHECK(judged(causes, incident(9, "ALTER TABLE public.t OWNER TO app", "42704",
                                "role \"app\" does not exist")) == "consequence of 2");
}

TEST_CASE("another database has other tables") {
  Causes causes;
  CHECK(judged(causes, incident(2, "CREATE TABLE public.t (a x)", "42704", "type \"x\" does not exist")) ==
        "root");
  causes.connected();
  CHECK(judged(causes, incident(9, "COPY public.t (a) FROM stdin", "42P01",
                                "relation \"public.t\" does not exist")) == "root");
}

TEST_CASE("what exists already is no consequence, and many of them are one root") {
  Causes causes;
  CHECK(judged(causes, incident(2, "CREATE TABLE public.a (a integer)", "42P07",
                                "relation \"a\" already exists")) == "root");
  CHECK(judged(causes, incident(4, "CREATE TABLE public.b (a integer)", "42P07",
                                "relation \"b\" already exists")) == "repeat of 2");
  CHECK(judged(causes, incident(6, "COPY public.b (a) FROM stdin", "23505",
                                "duplicate key value violates unique constraint \"b_pkey\"")) ==
        "consequence of 2");
  CHECK(judged(causes, incident(9, "COPY public.b (a, z) FROM stdin", "42703",
                                "column \"z\" of relation \"b\" does not exist")) == "consequence of 2");
  // That the role is there already is not why it may not be altered.
  CHECK(judged(causes, incident(12, "CREATE ROLE app", "42710", "role \"app\" already exists")) == "root");
  CHECK(judged(causes, incident(13, "ALTER ROLE app WITH SUPERUSER", "42501",
                                "must be superuser to alter superuser roles")) == "root");
}

TEST_CASE("in a failed transaction every error is a consequence of the one that aborted it") {
  Causes causes;
  CHECK(judged(causes, incident(2, "SELECT 1/0", "22012", "division by zero")) == "root");
  const std::string aborted =
      "current transaction is aborted, commands ignored until end of transaction block";
  CHECK(judged(causes, incident(3, "CREATE TABLE public.t ()", "25P02", aborted)) == "consequence of 2");
  CHECK(judged(causes, incident(4, "COPY ba FROM stdin", "25P02", aborted)) == "consequence of 2");
  CHECK(judged(causes, incident(9, "COPY public.t FROM stdin", "42P01",
                                "relation \"public.t\" does not exist")) == "consequence of 2");
}

TEST_CASE("a foreign key without its referenced key, or without rows, is a consequence") {
  Causes causes;
  CHECK(
      judged(causes, incident(2, "ALTER TABLE ONLY public.parent ADD CONSTRAINT parent_pkey PRIMARY KEY (id)",
                              "23505", "could not create unique index \"parent_pkey\"")) == "root");
  CHECK(judged(causes, incident(4,
                                "ALTER TABLE ONLY public.child ADD CONSTRAINT child_fk FOREIGN KEY (p) "
                                "REFERENCES public.parent(id)",
                                "42830",
                                "there is no unique constraint matching given keys for referenced table "
                                "\"parent\"")) == "consequence of 2");
  CHECK(judged(causes, incident(6, "COPY public.p2 (id) FROM stdin", "22P02",
                                "invalid input syntax for type integer: \"x\"")) == "root");
  const std::string violates = "insert or update on table \"c2\" violates foreign key constraint \"c2_fk\"";
  const std::string absent = "Key (p)=(1) is not present in table \"p2\".";
  CHECK(judged(causes, incident(8,
                                "ALTER TABLE ONLY public.c2 ADD CONSTRAINT c2_fk FOREIGN KEY (p) REFERENCES "
                                "public.p2(id)",
                                "23503", violates, absent)) == "consequence of 6");
  CHECK(judged(causes, incident(9, "COPY public.c2 (p) FROM stdin", "23503", violates, absent)) ==
        "consequence of 6");
  CHECK(judged(causes, incident(10, "COPY public.c3 (p) FROM stdin", "23503",
                                "insert or update on table \"c3\" violates foreign key constraint \"c3_fk\"",
                                "Key (p)=(1) is not present in table \"p9\".")) == "root");
}

TEST_CASE("a failed schema, database, function or type is found by its name in the message") {
  Causes causes;
  CHECK(judged(causes, incident(1, "CREATE SCHEMA s", "42501", "permission denied for database d")) ==
        "root");
  CHECK(judged(causes, incident(2, "CREATE TABLE s.t ()", "3F000", "schema \"s\" does not exist")) ==
        "consequence of 1");
  CHECK(judged(causes,
               incident(3, "CREATE FUNCTION public.f(integer) RETURNS integer LANGUAGE plpython3u AS 'x'",
                        "42704", "language \"plpython3u\" does not exist")) == "root");
  CHECK(judged(causes, incident(4, "ALTER FUNCTION public.f(integer) OWNER TO app", "42883",
                                "function public.f(integer) does not exist")) == "consequence of 3");
  CHECK(judged(causes, incident(5,
                                "CREATE TRIGGER tr BEFORE INSERT ON public.x FOR EACH ROW EXECUTE FUNCTION "
                                "public.f()",
                                "42883", "function public.f() does not exist")) == "consequence of 3");
  CHECK(judged(causes, incident(6, "CREATE DOMAIN public.d AS nosuch", "42704",
                                "type \"nosuch\" does not exist")) == "root");
  CHECK(judged(causes, incident(7, "CREATE TABLE public.u (a public.d)", "42704",
                                "type \"public.d\" does not exist")) == "consequence of 6");
}

TEST_CASE("types and functions that nobody made are an extension's that failed") {
  Causes causes;
  CHECK(judged(causes, incident(1, "CREATE TABLE public.a (g public.geometry)", "42704",
                                "type \"public.geometry\" does not exist")) == "root");
  CHECK(judged(causes, incident(3, "CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public", "0A000",
                                "extension \"postgis\" is not available")) == "root");
  CHECK(judged(causes, incident(4, "COMMENT ON EXTENSION postgis IS 'x'", "42704",
                                "extension \"postgis\" does not exist")) == "consequence of 3");
  CHECK(judged(causes, incident(5, "CREATE TABLE public.b (g public.geography)", "42704",
                                "type \"public.geography\" does not exist")) == "consequence of 3");
  CHECK(judged(causes, incident(7, "CREATE SERVER s FOREIGN DATA WRAPPER nosuch", "42704",
                                "foreign-data wrapper \"nosuch\" does not exist")) == "root");
  CHECK(judged(causes, incident(8, "ALTER TABLE public.c OWNER TO postgis_reader", "42704",
                                "role \"postgis_reader\" does not exist")) == "root");
  CHECK(judged(causes, incident(6, "ALTER TABLE public.c OWNER TO app", "42704",
                                "role \"app\" does not exist")) == "root");
}

TEST_CASE("a server that speaks another language is understood by names and states") {
  Causes causes;
  CHECK(judged(causes, incident(3, "CREATE TABLE public.t1 (a nosuch)", "42704",
                                "Typ »nosuch« existiert nicht")) == "root");
  CHECK(judged(causes, incident(5, "COPY public.t1 (a) FROM stdin", "42P01",
                                "Relation »public.t1« existiert nicht")) == "consequence of 3");
  CHECK(judged(causes, incident(6, "CREATE VIEW public.v AS SELECT * FROM public.t1", "42P01",
                                "la relation « public.t1 » n'existe pas")) == "consequence of 3");
  CHECK(judged(causes, incident(7, "CREATE VIEW public.w AS SELECT * FROM public.t1", "42P01",
                                "リレーションは存在しません")) == "consequence of 3");
}

TEST_CASE("a broken default or owner does not make the table's own errors consequences") {
  Causes causes;
  CHECK(judged(
            causes,
            incident(3, "ALTER TABLE ONLY public.t ALTER COLUMN id SET DEFAULT nextval('public.s'::regclass)",
                     "42P01", "relation \"public.s\" does not exist")) == "root");
  CHECK(judged(causes,
               incident(4, "COPY public.t (id) FROM stdin", "23502",
                        "null value in column \"id\" of relation \"t\" violates not-null constraint")) ==
        "root");
}

TEST_CASE("an ignored error is harmless, and what fails for want of it is not") {
  Causes causes({Ignored::parse("42710:ROLE"), Ignored::parse("0A000:create extension")});
  CHECK(judged(causes, incident(1, "CREATE ROLE app", "42710", "role \"app\" already exists")) == "ignored");
  CHECK(judged(causes, incident(2, "CREATE TYPE public.x AS ENUM ()", "42710",
                                "type \"x\" already exists")) == "root");
  CHECK(judged(causes, incident(3, "CREATE EXTENSION postgis", "0A000",
                                "extension \"postgis\" is not available")) == "ignored");
  CHECK(judged(causes, incident(4, "CREATE TABLE public.b (g public.geometry)", "42704",
                                "type \"public.geometry\" does not exist")) == "root");
  CHECK(causes.ignored() == 2);
}

TEST_CASE("--ignore knows the state, the command's first words and pg_dump's word, in any case") {
  const auto role = incident(1, "CREATE /* x */ ROLE app", "42710", "role \"app\" already exists");
  for (const auto* option : {"42710", "42710:CREATE", "42710:create role", "42710:Role"})
    CHECK(covers(option, role));
  for (const auto* option : {"42P07", "42710:ALTER", "42710:CREATE USER", "42710:CREAT", "42710:TABLE"})
    CHECK_FALSE(covers(option, role));
  CHECK(covers("42p01:table data", incident(1, "COPY public.t FROM stdin", "42P01", "x")));
  const std::string bad = "bad value for --ignore: '";
  for (const auto* text : {"", "42", "42*", "4271", "427100", "4271-", "ROLE", "42710:", ":ROLE"})
    CHECK(fault(text) == bad + text + "'");
}

TEST_CASE("what is remembered is bounded, and what is behind the bound counts as a root") {
  Causes causes;
  for (std::uint64_t i = 1; i <= Causes::kMostNames; ++i)
    causes.judge(incident(i, "CREATE TABLE public.t" + std::to_string(i) + " (a nosuch)", "42704",
                          "type \"nosuch\" does not exist"));
  CHECK(judged(causes, incident(30'000, "COPY public.t1 FROM stdin", "42P01",
                                "relation \"public.t1\" does not exist")) == "consequence of 1");
  CHECK(judged(causes,
               incident(30'001, "COPY public.t" + std::to_string(Causes::kMostNames) + " FROM stdin", "42P01",
                        "relation \"public.t" + std::to_string(Causes::kMostNames) + "\" does not exist")) ==
        "root");
}
