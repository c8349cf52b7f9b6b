// What is said of an error, as a whole: read it as somebody would who has to mend it at night.
#include <doctest/doctest.h>

#include <string>

#include "libfilter/restore/explain.hpp"
#include "libfilter/restore/terminal_text.hpp"
#include "tests/unit/restore_incident_fixture.hpp"

namespace {

using namespace sluice;
using restore_test::incident;

// One entry, so that the texts of rules/advice/ may change.
const AdviceBook& book() {
  static const AdviceBook kBook = AdviceBook::parse(
      "[[service]]\nid = \"rds\"\nname = \"Amazon RDS\"\nhost = \"*.rds.amazonaws.com\"\n"
      "[[advice]]\nid = \"full\"\nsqlstate = \"53100\"\nsummary = \"a disk is full\"\n"
      "causes = [\"The data.\", \"The log.\"]\nsteps = [\"Enlarge it.\", \"psql -d {database}\"]\n"
      "example = { text = \"e\" }\n",
      "test.toml");
  return kBook;
}

Explainer::Surroundings surroundings(const std::string& service = {}) {
  Explainer::Surroundings out;
  out.file = "dump.sql";
  out.service = service;
  out.values = {{"database", "shop"}};
  return out;
}

// Without what sanitize-rds could do about it.
Explainer::Surroundings plain() {
  auto out = surroundings();
  out.rules = nullptr;
  return out;
}

std::string text_of(const Said& said) {
  std::string out = said.error + "\n";
  for (const auto& detail : said.details) out += "detail: " + detail + "\n";
  for (const auto& hint : said.hints) out += "hint: " + hint + "\n";
  return out;
}

std::string said(const Incident& of) {
  Explainer explainer(book(), plain());
  return text_of(explainer.explain(of));
}

Said by_rules(const Incident& of, const std::string& service = {}, int version = 0) {
  auto around = surroundings(service);
  around.server_version = version;
  Explainer explainer(book(), around);
  return explainer.explain(of);
}

Incident at(Incident of, std::size_t position) {
  of.error.position = position;
  return of;
}

// "text|caret"
std::string excerpt(const std::string& sql, std::size_t position, std::size_t width = 100) {
  const auto found = excerpt_at(sql, position, {}, width);
  if (!found) return "none";
  return std::to_string(found->lines_before) + ":" + found->text + "|" + std::to_string(found->caret);
}

}  // namespace

TEST_CASE("an error names file, line, object, words and SQLSTATE, and shows the place") {
  CHECK(said(at(incident(120, "CREATE TABLE public.t (\n\ta integer,\n\tb nosuch)", "42704",
                         "type \"nosuch\" does not exist"),
                40)) ==
        "dump.sql:120: TABLE public.t: type \"nosuch\" does not exist (42704)\n"
        "detail: line 122:         b nosuch)\n"
        "detail:                     ^\n");
}

TEST_CASE("a COPY whose table is missing tells which rows were skipped (B9)") {
  auto of = incident(1, "COPY nosuch (a) FROM stdin", "42P01", "relation \"nosuch\" does not exist");
  of.rows_skipped = 1;
  of.last_line = 2;
  CHECK(said(of) ==
        "dump.sql:1: TABLE DATA nosuch: relation \"nosuch\" does not exist (42P01)\n"
        "detail: 1 data row skipped (lines 2-2)\n");
}

TEST_CASE("a bad row is told by its own line, its number, its byte, its column and value (B13)") {
  auto of = incident(46, "COPY public.t (id, a) FROM stdin", "22P02",
                     "invalid input syntax for type integer: \"x\"");
  of.row = {654321, 654367, 12345678, "7\tx", "a"};
  of.error.context = "COPY t, line 4321, column a: \"x\"";
  of.rows_loaded = 650000;
  of.rows_skipped = 350000;
  of.last_line = 1000046;
  CHECK(said(of) ==
        "dump.sql:654367: TABLE DATA public.t, row 654321: invalid input syntax for type integer: \"x\" "
        "(22P02)\n"
        "detail: the COPY is on line 46, the row begins at byte 12345678 of the input; column a: \"x\"\n"
        "detail: 350000 data rows skipped (up to line 1000046)\n"
        "detail: 650000 rows of it are loaded already and stay\n");
  of.rows_loaded = of.rows_skipped = of.last_line = 0;
  of.row->column.clear();
  of.row->bytes = "7";
  of.error.message = "missing data for column \"a\"";
  CHECK(said(of) ==
        "dump.sql:654367: TABLE DATA public.t, row 654321: missing data for column \"a\" (22P02)\n"
        "detail: the COPY is on line 46, the row begins at byte 12345678 of the input\n"
        "detail: the row: 7\n");
}

TEST_CASE("a value that is long, NULL or no text is shown so that it cannot hurt") {
  auto of = incident(1, "COPY t (a, b) FROM stdin", "22P02", "no");
  of.row = {1, 2, 26, "\\N\t" + std::string(500, 'y'), "a"};
  CHECK(said(of).find("column a: NULL\n") != std::string::npos);
  of.row->column = "b";
  CHECK(said(of).find("column b: \"" + std::string(80, 'y') + "...\"\n") != std::string::npos);
  of.row->bytes = "1\tx\x1b[2J\xff";
  CHECK(said(of).find("column b: \"x\\x1b[2J\\xff\"\n") != std::string::npos);
}

TEST_CASE("the server's detail, hint and context are told, and what COPY says of its lines is not") {
  auto of = incident(9, "SELECT public.f()", "P0001", "boom", "some\ndetail");
  of.error.hint = "do this";
  of.error.context = "PL/pgSQL function f() line 3 at RAISE\nSQL statement \"SELECT 1\"";
  CHECK(said(of) ==
        "dump.sql:9: SELECT: boom (P0001)\n"
        "detail: line 9: SELECT public.f()\n"
        "detail: some; detail\n"
        "detail: context: PL/pgSQL function f() line 3 at RAISE\n"
        "detail: context: SQL statement \"SELECT 1\"\n"
        "hint: the server's own: do this\n");
}

TEST_CASE("a mistake inside of what a function runs is shown there") {
  auto of = incident(9, "SELECT public.f()", "42703", "column \"x\" does not exist");
  of.error.internal_query = "SELECT x FROM t";
  of.error.internal_position = 8;
  CHECK(said(of) ==
        "dump.sql:9: SELECT: column \"x\" does not exist (42703)\n"
        "detail: which runs: SELECT x FROM t\n"
        "detail:                    ^\n");
}

TEST_CASE("advice is given once, and named by its line when it is needed again") {
  Explainer explainer(book(), plain());
  CHECK(text_of(explainer.explain(
            incident(3, "CREATE INDEX i ON public.t USING btree (a)", "53100", "no space"))) ==
        "dump.sql:3: INDEX public.i on public.t: no space (53100)\n"
        "detail: a disk is full\n"
        "detail: likely: The data.\n"
        "detail: or: The log.\n"
        "hint: 1. Enlarge it.\n"
        "hint: 2. psql -d shop\n");
  CHECK(text_of(explainer.explain(incident(9,
                                           "ALTER TABLE ONLY public.c ADD CONSTRAINT k FOREIGN KEY (a) "
                                           "REFERENCES public.t(a)",
                                           "53100", "no space"))) ==
        "dump.sql:9: FK CONSTRAINT k on public.c: no space (53100)\n"
        "detail: a disk is full\n"
        "hint: what to do: as for the error of line 3\n");
  for (std::uint64_t i = 2; i < Explainer::kMostAdvised; ++i)
    CHECK(explainer.explain(incident(i, "SELECT 1", "53100", "no space")).advice == "full");
  CHECK(explainer.explain(incident(99, "SELECT 1", "53100", "no space")).advice.empty());
}

TEST_CASE("no password is shown, neither where the statement is nor where the server repeats it") {
  const auto hidden = [](const std::string& statement, const std::string& message, std::size_t position) {
    const auto text = said(at(incident(1, statement, "42601", message), position));
    CAPTURE(text);
    CHECK(text.find("geheim") == std::string::npos);
    return text;
  };
  CHECK(hidden("ALTER ROLE app PASSWORD 'geheim' foo", "syntax error at or near \"foo\"", 34) ==
        "dump.sql:1: ROLE app: syntax error at or near \"foo\" (42601)\n"
        "detail: line 1: ALTER ROLE app PASSWORD '***' foo\n"
        "detail:                                       ^\n");
  hidden("ALTER ROLE app PASSWORD foo 'geheim'", "syntax error at or near \"'geheim'\"", 29);
  hidden("ALTER ROLE app PASSWORD E'ge\\'heim geheim'", "near \"geheim\"", 0);
  hidden("ALTER ROLE app PASSWORD \"geheim\"", "syntax error at or near \"\"geheim\"\"", 25);
  hidden("CREATE SUBSCRIPTION s CONNECTION 'host=h password=geheim' PUBLICATION p",
         "could not connect to the publisher: host=h password=geheim user=x", 34);
  hidden("CREATE SUBSCRIPTION s CONNECTION 'geheim' PUBLICATION p",
         "invalid connection string syntax: missing \"=\" after \"geheim\" in connection info string", 34);
  hidden("CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'u', password 'geheim', x 'y'", "x", 1);
  hidden("ALTER USER MAPPING FOR u SERVER s OPTIONS (SET \"password\" 'geheim')", "x", 1);
  hidden("SELECT dblink('postgresql://u:geheim@h/d', 'x')", "x", 1);
  hidden("SELECT f()", "could not connect to \"postgresql://u:geheim@h/d\"", 1);
  hidden("ALTER ROLE app PASSWORD 'geheim", "unterminated quoted string", 25);  // cut
  hidden("ALTER ROLE app PASSWORD 'x\ngeheim' foo", "no", 36);
  // A short one does not blot out the words.
  CHECK(hidden("ALTER ROLE app PASSWORD 'a' foo", "a bad day", 29).find("a bad day") != std::string::npos);
}

TEST_CASE("a column whose name says that it is secret does not show its value") {
  auto of = incident(1, "COPY public.users (id, password) FROM stdin", "22001", "invalid input: \"geheim\"");
  of.row = {1, 2, 44, "1\tgeheim", "password"};
  const auto text = said(of);
  CAPTURE(text);
  CHECK(text.find("geheim") == std::string::npos);
  CHECK(text.find("column password: ***") != std::string::npos);
}

TEST_CASE("the caret stands under the place, behind tabs, wide letters and bytes that are no UTF-8") {
  CHECK(excerpt("SELECT x", 8) == "0:SELECT x|7");
  CHECK(excerpt("SELECT\n\tx,\r\n  y", 9) == "1:        x,|8");
  CHECK(excerpt("a\tb", 3) == "0:a       b|8");
  CHECK(excerpt("日本 x", 4) == "0:日本 x|5");
  CHECK(excerpt("e\u0301 x", 4) == "0:e\u0301 x|2");  // a combining accent
  CHECK(excerpt("\xe4\xe4 x", 4) == "0:\\xe4\\xe4 x|9");
  CHECK(excerpt("SELECT", 7) == "0:SELECT|6");
  CHECK(excerpt("SELECT", 8) == "none");
  CHECK(excerpt("SELECT", 0) == "none");
  CHECK(excerpt("a\n", 3) == "1:|0");
}

TEST_CASE("a long line is cut around the place") {
  const auto line = "x" + std::string(500, 'a') + "HERE" + std::string(500, 'b');
  const auto found = excerpt_at(line, 502, {}, 100);
  REQUIRE(found);
  CHECK(found->text.size() == 100);
  CHECK(found->text.substr(found->caret, 4) == "HERE");
  CHECK(found->text.starts_with("...aaa"));
  CHECK(found->text.ends_with("bbb..."));
  CHECK(excerpt("1234567890" + std::string(100, 'c'), 1, 20) == "0:1234567890cccc...|0");
  CHECK(excerpt(std::string(100, 'c') + "1234567890", 110, 20) == "0:...cccc1234567890|16");
}

TEST_CASE("text is cut to columns, not bytes") {
  CHECK(cut_to_columns("abcdef", 6) == "abcdef");
  CHECK(cut_to_columns("abcdefg", 6) == "abc...");
  CHECK(cut_to_columns("日本語日本語", 8) == "日本...");
  CHECK(cut_to_columns("abcdef", 2) == "..");
}

TEST_CASE("a statement that sanitize-rds would have changed is told with the rule and the profile") {
  const auto superuser = incident(4, "ALTER ROLE boss WITH SUPERUSER INHERIT LOGIN", "42501",
                                  "must be superuser to alter superuser roles or change superuser attribute");
  const auto said = by_rules(superuser, "rds", 150004);
  REQUIRE(said.hints.size() == 1);
  CHECK(
      said.hints.front() ==
      "sanitize-rds --to rds --to-version 15 changes this (rules role-superuser, role-not-ours): put it into "
      "the pipe before pg-restore-stream");
  CHECK(by_rules(superuser).hints.front().starts_with("sanitize-rds --to portable changes this (rule"));
  CHECK(by_rules(incident(4, "CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION public.f()",
                          "42501", "permission denied to create event trigger \"et\""))
            .hints.front() ==
        "sanitize-rds --to portable takes this out (rule event-trigger): put it into the pipe before "
        "pg-restore-stream");
  CHECK(by_rules(incident(4, "SET transaction_timeout = 0", "42704",
                          "unrecognized configuration parameter \"transaction_timeout\""),
                 {}, 160003)
            .hints.size() == 1);
}

TEST_CASE("no rule is named that would not have helped") {
  CHECK(by_rules(incident(4, "CREATE ROLE app SUPERUSER x", "42601", "unrecognized role option \"x\""))
            .hints.empty());
  CHECK(by_rules(incident(4, "ALTER TABLE public.t OWNER TO app", "42704", "role \"app\" does not exist"))
            .hints.empty());
  // A guard for roles that exist does not help against other errors.
  CHECK(by_rules(incident(4, "CREATE ROLE app", "42501", "permission denied to create role")).hints.empty());
  CHECK(by_rules(incident(4, "CREATE ROLE app", "42710", "role \"app\" already exists")).hints.size() == 1);
  CHECK(by_rules(incident(4, "CREATE TABLE public.t (a nosuch)", "42704", "type \"nosuch\" does not exist"))
            .hints.empty());
  CHECK(by_rules(incident(4, "SET transaction_timeout = 0", "42704", "unrecognized configuration parameter"),
                 {}, 170000)
            .hints.empty());
}
