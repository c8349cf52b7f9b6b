#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/unit/restore_incident_fixture.hpp"
// The program's own sources are in no library.
#include "tools/pg-restore-stream/report.hpp"

namespace {

using namespace sluice;
using restore_test::incident;
using Parsed = nlohmann::json;

Step step(std::uint64_t line, const std::string& statement, const std::string& database = {}) {
  Step out;
  out.line = line;
  out.text = statement;
  const auto tokens = tokens_of(out.text);
  out.object = object_of(out.text, tokens);
  out.kind = Step::Kind::statement;
  if (const auto copies = copies_of(out.text, tokens); !copies.empty()) {
    out.kind = Step::Kind::copy;
    out.header = copies.front();
  }
  auto before = std::make_shared<SessionState>();
  before->database = database;
  out.before = before;
  return out;
}

Causes::Verdict verdict(Causes::Verdict::Kind kind, std::uint64_t root) { return {kind, root}; }

Said words(const std::string& message) {
  Said out;
  out.message = message;
  return out;
}

// The parts of JSON Schema that report.schema.json uses, but for patterns and sizes; tests of whole runs have
// the rest.
std::string fault(const Parsed& value, Parsed schema, const Parsed& root, const std::string& at) {
  if (schema.contains("$ref")) {
    const auto name = schema["$ref"].get<std::string>();
    schema = root.at(Parsed::json_pointer(name.substr(1)));
  }
  if (schema.contains("oneOf")) {
    for (const auto& one : schema["oneOf"])
      if (fault(value, one, root, at).empty()) return {};
    return at + ": fits none";
  }
  if (schema.contains("const")) return value == schema["const"] ? "" : at + ": is not the constant";
  if (schema.contains("enum")) {
    for (const auto& one : schema["enum"])
      if (one == value) return {};
    return at + ": is not of the list";
  }
  const auto is = [&](const std::string& type) {
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
           (type == "string" && value.is_string()) || (type == "null" && value.is_null()) ||
           (type == "boolean" && value.is_boolean()) || (type == "number" && value.is_number()) ||
           (type == "integer" && value.is_number_integer());
  };
  bool typed = false;
  if (schema["type"].is_array())
    for (const auto& type : schema["type"]) typed = typed || is(type.get<std::string>());
  else
    typed = is(schema["type"].get<std::string>());
  if (!typed) return at + ": has another type";
  if (value.is_array())
    for (const auto& item : value)
      if (auto found = fault(item, schema["items"], root, at + "[]"); !found.empty()) return found;
  if (value.is_object() && schema.contains("properties")) {
    for (const auto& name : schema["required"])
      if (!value.contains(name.get<std::string>())) return at + ": lacks " + name.get<std::string>();
    for (const auto& [name, inner] : value.items()) {
      if (!schema["properties"].contains(name)) return at + ": has " + name;
      if (auto found = fault(inner, schema["properties"][name], root, at + "." + name); !found.empty())
        return found;
    }
  }
  return {};
}

std::string against_schema(const RunReport& report) {
  std::ifstream file(PGSLUICE_SOURCE_DIR "/tools/pg-restore-stream/report.schema.json");
  const auto schema = Parsed::parse(file);
  return fault(Parsed::parse(as_json(report)), schema, schema, "report");
}

RunReport full_report() {
  RunReport report;
  Tally tally(report);
  report.input = {"dump.sql", std::string(64, 'a'), 1000, 20};
  report.target = {"db.example", "5432", "app", "15.20", "rds", {"shop", "postgres"}};
  report.options = {{"dbname", "***"}, {"jobs", "2"}};
  report.status = 1;
  report.started = 1'800'000'000;
  report.ended = 1'800'000'012;
  report.seconds = 12.3456;
  tally.done(step(3, "CREATE TABLE public.t (a integer)"), 0.25);
  tally.done(step(5, "COPY public.t (a) FROM stdin"), 2, 100, 1000);
  tally.done(step(8, "CREATE INDEX i ON public.t USING btree (a)"), 1.5);
  tally.done(step(9, "SET x = 1"), 0.1);
  auto row = incident(12, "COPY public.u (a) FROM stdin", "22P02", "no");
  row.row = {7, 19, 90, "secret row", "a"};
  row.rows_skipped = 3;
  tally.failed(row, words("no"), verdict(Causes::Verdict::Kind::root, 12));
  tally.failed(incident(30, "ALTER TABLE public.u ADD x integer", "42P01", "x"), words("x"),
               verdict(Causes::Verdict::Kind::consequence, 12));
  tally.failed(incident(31, "SELECT 1", "22P02", "no"), words("no"),
               verdict(Causes::Verdict::Kind::repeat, 12));
  tally.failed(incident(32, "CREATE ROLE r", "42710", "x"), words("x"),
               verdict(Causes::Verdict::Kind::ignored, 32));
  tally.skipped(4);
  report.resumed_from = {3, 40};
  report.rejects_file = "rejects.txt";
  report.rejected_rows = 2;
  report.verify = "digest";
  report.verified = {{"public.t", true, true, 100, 100, ""},
                     {"public.u", true, false, 5, 4, "a row is missing"}};
  tally.finish();
  return report;
}

}  // namespace

TEST_CASE("a report has what its schema asks for, empty or full") {
  CHECK(against_schema({}) == "");
  CHECK(against_schema(full_report()) == "");
}

TEST_CASE("the check against the schema can fail") {
  auto schema = Parsed::parse(R"({"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}})");
  CHECK(fault(Parsed::parse(R"({"a":1})"), schema, schema, "r") == "");
  CHECK(fault(Parsed::parse(R"({"a":"1"})"), schema, schema, "r") == "r.a: has another type");
  CHECK(fault(Parsed::parse(R"({})"), schema, schema, "r") == "r: lacks a");
  CHECK(fault(Parsed::parse(R"({"a":1,"b":2})"), schema, schema, "r") == "r: has b");
}

TEST_CASE("a report counts statements, rows, phases, tables and errors") {
  const auto report = Parsed::parse(as_json(full_report()));
  CHECK(report["started"] == "2027-01-15T08:00:00Z");
  CHECK(report["seconds"] == 12.346);
  CHECK(report["statements"] == Parsed::parse(R"({"run":4,"failed":3,"ignored":1,"skipped":4})"));
  CHECK(report["rows"] == 100);
  CHECK(report["phases"]["data"] == Parsed::parse(R"({"seconds":2.0,"statements":1,"rows":100})"));
  CHECK(report["phases"]["post-data"]["seconds"] == 1.5);
  CHECK(report["phases"]["other"]["statements"] == 1);
  CHECK(report["slowest"][0] == Parsed::parse(R"({"line":5,"object":"TABLE DATA public.t","seconds":2.0})"));
  CHECK(report["slowest"][1]["object"] == "INDEX public.i on public.t");
  CHECK(report["tables"] ==
        Parsed::parse(R"([{"name":"public.t","copies":1,"rows":100,"bytes":1000,"seconds":2.0}])"));
  CHECK(report["errors_total"] == 1);
  const auto& error = report["errors"][0];
  CHECK(error["row"] == Parsed::parse(R"({"number":7,"line":19,"offset":90,"column":"a"})"));
  CHECK(error["consequences"] == Parsed::parse(R"({"count":1,"lines":[30]})"));
  CHECK(error["repeats"] == Parsed::parse(R"({"count":1,"lines":[31]})"));
  CHECK(as_json(full_report()).find("secret row") == std::string::npos);
}

TEST_CASE("parts of one COPY are one statement, and only rows of tables are rows") {
  RunReport report;
  Tally tally(report);
  tally.done(step(5, "COPY public.t (a) FROM stdin"), 1, 100, 1000);
  tally.done(step(5, "COPY public.t (a) FROM stdin"), 1, 20, 200);
  tally.done(step(9, "INSERT INTO public.t VALUES (1), (2)"), 1, 2);
  tally.done(step(10, "SELECT pg_catalog.set_config('search_path', '', false)"), 1, 1);
  tally.done(step(11, "UPDATE public.t SET a = 1"), 1, 122);
  tally.finish();
  CHECK(report.statements.run == 4);
  CHECK(report.rows == 122);
  CHECK(report.copies == 1);
  CHECK(report.tables.at(0).second.copies == 1);
  CHECK(report.tables.at(0).second.rows == 120);
}

TEST_CASE("the slowest statements are kept in their order, ten of them") {
  RunReport report;
  Tally tally(report);
  for (std::uint64_t i = 1; i <= 50; ++i) tally.done(step(i, "SELECT 1"), static_cast<double>(i * 37 % 51));
  REQUIRE(report.slowest.size() == 10);
  for (std::size_t i = 0; i < 10; ++i)
    CHECK(report.slowest[i].seconds == doctest::Approx(static_cast<double>(50 - i)));
}

TEST_CASE("tables and errors are bounded, and what did not fit is counted") {
  RunReport report;
  Tally tally(report);
  for (std::size_t i = 0; i < Tally::kMostTables + 5; ++i)
    tally.done(step(i, "COPY public.t" + std::to_string(i) + " FROM stdin"), 0.5, 2, 10);
  tally.done(step(1, "COPY public.t0 FROM stdin"), 0.5, 2, 10);
  for (std::uint64_t line = 1; line <= Tally::kMostErrors + 3; ++line)
    tally.failed(incident(line, "SELECT 1", "22012", "x"), words("x"),
                 verdict(Causes::Verdict::Kind::root, line));
  for (std::uint64_t i = 0; i < 100; ++i)
    tally.failed(incident(9000 + i, "SELECT 1", "25P02", "x"), words("x"),
                 verdict(Causes::Verdict::Kind::consequence, 7));
  tally.finish();
  CHECK(report.tables.size() == Tally::kMostTables);
  CHECK(report.tables.front().first == "public.t0");
  CHECK(report.tables.front().second.rows == 4);
  CHECK(report.other_tables.copies == 5);
  CHECK(report.other_tables.rows == 10);
  CHECK(report.errors.size() == Tally::kMostErrors);
  CHECK(report.errors_total == Tally::kMostErrors + 3);
  CHECK(report.errors[6].consequences.count == 100);
  CHECK(report.errors[6].consequences.lines.size() == Tally::kMostLines);
}

TEST_CASE("the same name in two databases is two tables") {
  RunReport report;
  Tally tally(report);
  tally.done(step(1, "COPY public.t FROM stdin", "a"), 0, 1, 1);
  tally.done(step(2, "COPY public.t FROM stdin", "b"), 0, 1, 2);
  tally.finish();
  REQUIRE(report.tables.size() == 2);
  CHECK(report.tables[0].first == "b: public.t");
  CHECK(report.tables[1].first == "a: public.t");
}

TEST_CASE("a report is written whole, and replaces the one before") {
  const auto path = "/tmp/pgsluice-report-" + std::to_string(getpid());
  RunReport report;
  write_report(report, path);
  report.input.name = "caf\xe9";
  write_report(report, path);
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::remove(path.c_str());
  CHECK(text.str() == as_json(report));
  CHECK(Parsed::parse(text.str())["input"]["name"] == "caf\xef\xbf\xbd");
}
