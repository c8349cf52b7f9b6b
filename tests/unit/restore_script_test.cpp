#include <doctest/doctest.h>

#include <string>

#include "tests/unit/restore_fixture.hpp"

namespace sluice::testing {
namespace {

constexpr char kStdin[] = "COPY t FROM stdin;\n";

TEST_CASE("statements are given without their semicolon, from their first token, and stand for all bytes") {
  const std::string text =
      "-- head\n\n/* one */ SELECT 1; SELECT /* in */ ';'\n  ;;\n ; \nSELECT 3 -- tail\n;\n\n-- end\n";
  const Steps steps = steps_of(text);
  CHECK(outline(steps) ==
        "statement SELECT 1\nstatement SELECT /* in */ ';'\\n  \nstatement SELECT 3 -- tail\\n\nend\n");
  REQUIRE(steps.steps.size() == 4);
  std::uint64_t at = 0;
  for (const Step& step : steps.steps) {
    CHECK(step.offset == at);
    at = step.end;
    Sha256 digest;
    digest.update(std::string_view(text).substr(0, at));
    CHECK(step.sha256 == digest.hex());
  }
  CHECK(at == text.size());
  CHECK(steps.steps[0].line == 3);
  CHECK(steps.steps[1].line == 3);
  CHECK(steps.steps[1].end_line == 4);
  CHECK(steps.steps[2].line == 6);
  CHECK(steps.steps[3].end_line == 10);
}

TEST_CASE("comments, space and \\restrict belong to the step behind them") {
  const std::string text = "\\restrict k1\n-- x\nSET a = 1;\n\\unrestrict k1\n";
  const Steps steps = steps_of(text);
  CHECK(outline(steps) == "statement SET a = 1\nend\n");
  CHECK(steps.steps[0].offset == 0);
  CHECK(steps.steps[0].line == 3);
  CHECK(steps.steps[1].end == text.size());
  CHECK_FALSE(steps.restrict_open);
  CHECK(steps_of("\\restrict k1\nSET a = 1;\n").restrict_open);
}

TEST_CASE("a statement that is longer than what is held is gathered, and is the same as a whole one") {
  const std::string body(5000, 'x');
  const std::string text = "SELECT 1;\n/* " + body + " */ CREATE FUNCTION public.f() RETURNS text AS $$" +
                           body + "$$;\nINSERT INTO public.t VALUES ('" + body + "');\nSELECT 2;\n";
  const Steps whole = steps_of(text);
  CHECK(whole.steps.size() == 5);
  CHECK(whole.steps[1].object.type == "FUNCTION");
  CHECK(all_of(steps_of(text, {.options = {.hold = 64}, .read_size = 100})) == all_of(whole));
}

TEST_CASE("a statement longer than the server takes is refused where it begins") {
  const std::string text = "SELECT 1;\n\nINSERT INTO t VALUES ('" + std::string(3000, 'x') + "');\n";
  const Steps steps = steps_of(text, {.options = {.hold = 64, .longest_statement = 1000}, .read_size = 100});
  CHECK(outline(steps) == "statement SELECT 1\nfailure\n");
  CHECK(told(steps).starts_with("in.sql:3: a statement longer than the server takes"));
}

TEST_CASE("B1: rows that look like everything else are rows") {
  const std::string rows =
      "-- not a comment\nCOPY x FROM stdin;\nCREATE ROLE evil SUPERUSER;\n$$\n'\n/*\n\n\\N\n\\\\.\na\\\\\n";
  const Steps steps = steps_of("COPY public.t (a) FROM stdin;\n" + rows + "\\.\nSELECT 1;\n");
  REQUIRE(steps.steps.size() == 5);
  CHECK(steps.steps[0].kind == Step::Kind::copy);
  CHECK(steps.steps[0].text == "COPY public.t (a) FROM stdin");
  CHECK(steps.steps[0].header.table == ObjectName{"public", "t"});
  CHECK(steps.steps[0].line == 1);
  CHECK(steps.steps[1].text == rows);
  CHECK(steps.steps[1].rows == 10);
  CHECK(steps.steps[1].ends_row);
  CHECK(steps.steps[1].line == 2);
  CHECK(steps.steps[1].end_line == 12);
  CHECK(steps.steps[2].kind == Step::Kind::copy_end);
  CHECK(steps.steps[2].line == 12);
  CHECK(steps.steps[2].end_line == 13);
  CHECK(steps.steps[3].text == "SELECT 1");
}

TEST_CASE("B2, C7: in COPY data nothing is a command") {
  const Steps steps =
      steps_of("COPY public.t (a) FROM stdin;\n\\restrict me\n\\unrestrict x\n\\connect evil\n\\.\n");
  CHECK(steps.of(Step::Kind::rows)[0].rows == 3);
  CHECK(steps.failed().empty());
}

TEST_CASE("B3, B4: what has data behind it") {
  for (const auto* head :
       {"copy t from stdin with (format csv, delimiter ';')", "COPY t\n  (a)\n  FROM -- why\n  STDIN\n",
        "COPY \"a b\".\"c;d\" (\"e,f\") FROM stdin", "COPY t FROM STDIN WHERE a <> 'FROM stdin;'",
        "COPY t FROM STDOUT"}) {
    CAPTURE(head);
    const Steps steps = steps_of(std::string(head) + ";\nDROP TABLE x;\n\\.\n");
    CHECK(steps.of(Step::Kind::copy).size() == 1);
    CHECK(steps.of(Step::Kind::rows)[0].text == "DROP TABLE x;\n");
    CHECK(steps.of(Step::Kind::statement).empty());
  }
  for (const auto* head :
       {"COPY (SELECT 'stdin from') TO stdout", "COPY t FROM '/x/stdin'", "COPY t FROM PROGRAM 'cat'",
        "COPY t TO STDOUT", "COMMENT ON TABLE t IS 'COPY t FROM stdin;'",
        "CREATE TABLE \"COPY t FROM stdin;\" ()"}) {
    CAPTURE(head);
    CHECK(steps_of(std::string(head) + ";\nDROP TABLE x;\n").of(Step::Kind::statement).size() == 2);
  }
}

TEST_CASE("a COPY without rows has one step of none") {
  CHECK(outline(steps_of("COPY t FROM stdin;\n\\.\n")) == "copy COPY t FROM stdin\nrows\ncopy_end\nend\n");
}

TEST_CASE("B5: what else stands on a COPY's line is refused before anything of it is given") {
  const Steps steps = steps_of("SELECT 1;\nCOPY c FROM stdin; SELECT 42;\nrow1\n\\.\n");
  CHECK(outline(steps) == "statement SELECT 1\nfailure\n");
  CHECK(told(steps).starts_with("in.sql:2: something else on the line of a COPY"));
  CHECK(told(steps_of("COPY c FROM stdin; COPY d FROM stdin;\n\\.\n\\.\n")).starts_with("in.sql:1: "));
  CHECK(told(steps_of("COPY c FROM stdin; \\echo x\nrow1\n\\.\n")).starts_with("in.sql:1: "));
  CHECK(told(steps_of("COPY c FROM stdin; SELECT\nrow1\n\\.\n42;\n")).starts_with("in.sql:1: "));
  CHECK(told(steps_of("SELECT 1\\; COPY c FROM stdin;\nrow1\n\\.\n")) ==
        "in.sql:1: a COPY with data joined to other commands");
  CHECK(outline(steps_of("COPY c FROM stdin; -- fine\n1\n\\.\n")) ==
        "copy COPY c FROM stdin\nrows 1\\n\ncopy_end\nend\n");
}

TEST_CASE("B6: only a line that is \\. alone ends the data") {
  const Steps steps = steps_of("COPY t FROM stdin;\r\n1\t\\\\.\r\n2\r\n\\.\r\nSELECT 1;\r\n");
  CHECK(outline(steps).ends_with("copy_end\nstatement SELECT 1\nend\n"));
  CHECK(steps.steps[1].text == "1\t\\\\.\r\n2\r\n");
  CHECK(steps.steps[1].rows == 2);
  for (const auto* end : {"\n", "\r\n"}) {
    const Steps bad = steps_of("SELECT 1;\nCOPY t FROM stdin;\na\nb\nx\\." + std::string(end) + "y\n\\.\n");
    CHECK(told(bad) == "in.sql:5: a row of COPY data ends with \\.");
    CHECK(bad.of(Step::Kind::copy_end).empty());
  }
  CHECK(steps_of("COPY t FROM stdin;\nx\\.y\nx\\\\.\n\\.\n").failed().empty());
  CHECK(steps_of("SET client_encoding = sjis;\nCOPY t FROM stdin;\n\x95\\.\n\\.\n").failed().empty());
  CHECK_FALSE(steps_of("COPY t FROM stdin;\n\x95\\.\n\\.\n").failed().empty());
  CHECK_FALSE(
      steps_of("SET client_encoding = sjis;\nCOPY t FROM stdin;\n\x95\x5c\\.\n\\.\n").failed().empty());
}

TEST_CASE("B7: CSV data that ends within quotes is refused") {
  const Steps steps = steps_of("COPY c FROM stdin WITH (FORMAT csv);\nz\n\"a\n\\.\nb\"\n\\.\n");
  CHECK(told(steps).starts_with("in.sql:"));
  CHECK(told(steps).find("ends inside a quoted value") != std::string::npos);
  CHECK(steps.of(Step::Kind::copy_end).empty());
  const Steps sound = steps_of("COPY c FROM stdin CSV;\n\"a\nb\",1\nx\\.\n\\.\n");
  CHECK(sound.of(Step::Kind::rows)[0].rows == 2);
}

TEST_CASE("B8, B10: of COPY data that is cut off whole rows are given, and no end") {
  const Steps steps = steps_of("COPY eofc FROM stdin;\nrow1\nrow2-trunc");
  CHECK(outline(steps) == "copy COPY eofc FROM stdin\nrows row1\\n\nfailure\n");
  CHECK(told(steps) == "in.sql:2: the input ends inside COPY data");
  CHECK(outline(steps_of("COPY nosuch FROM stdin;\nCREATE TABLE z();\n")) ==
        "copy COPY nosuch FROM stdin\nrows CREATE TABLE z();\\n\nfailure\n");
  CHECK(outline(steps_of("COPY t FROM stdin;")) == "copy COPY t FROM stdin\nfailure\n");
  CHECK(outline(steps_of("COPY t FROM stdin;\n")) == "copy COPY t FROM stdin\nfailure\n");
  CHECK(outline(steps_of("COPY t FROM stdin;\n1\n\\.")) == "copy COPY t FROM stdin\nrows 1\\n\nfailure\n");
  CHECK(outline(steps_of("COPY t FROM stdin")) == "failure\n");
}

TEST_CASE("an input that ends inside of anything is refused, a SELECT too") {
  for (const auto* text :
       {"SELECT 'x", "SELECT (1", "DELETE FROM t", "SELECT 10", "/* ...", "SELECT $a$ x $b$;",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;", "SELECT \"x;\n"}) {
    CAPTURE(text);
    const Steps steps = steps_of("SELECT 1;\n" + std::string(text));
    CHECK(outline(steps) == "statement SELECT 1\nfailure\n");
    CHECK(told(steps).starts_with("in.sql:2: the input ends inside "));
    CHECK(steps.failure->kind == Failure::Kind::unsound_input);
    CHECK(steps.failure->hint == "was the dump cut off?");
  }
  CHECK(outline(steps_of("SELECT 1;\n/* no statement */")) == "statement SELECT 1\nend\n");
  CHECK(outline(steps_of("")) == "end\n");
}

TEST_CASE("B12: a row longer than a stretch comes in pieces, and rows are cut at their ends otherwise") {
  const std::string giant(1000, 'x');
  const std::string text = std::string(kStdin) + "1\n2\n3\n" + giant + "\n4\n5\n\\.\n";
  const Steps steps = steps_of(text, {.options = {.stretch = 100}});
  const auto rows = steps.of(Step::Kind::rows);
  REQUIRE(rows.size() == 12);
  CHECK(rows[0].text == "1\n2\n3\n");
  CHECK(rows[0].rows == 3);
  CHECK(rows[0].ends_row);
  for (std::size_t i = 1; i <= 10; ++i) {
    CHECK(rows[i].text == std::string(100, 'x'));
    CHECK(rows[i].rows == 0);
    CHECK_FALSE(rows[i].ends_row);
    CHECK(rows[i].line == 5);
  }
  CHECK(rows[11].text == "\n4\n5\n");
  CHECK(rows[11].rows == 3);
  CHECK(rows[11].ends_row);
}

TEST_CASE("a line feed behind a backslash is data, and the end of the data ends the last row") {
  const Steps steps =
      steps_of("COPY t FROM stdin;\na\\\nb\n\\\\\nc\\\\\\\n\\.\n", {.options = {.stretch = 3}});
  std::uint64_t count = 0;
  std::string text;
  for (const Step& step : steps.of(Step::Kind::rows)) {
    count += step.rows;
    text += step.text;
    CHECK(step.ends_row == (step.rows > 0));
  }
  CHECK(text == "a\\\nb\n\\\\\nc\\\\\\\n");
  CHECK(count == 3);
}

TEST_CASE("the steps are the same however the input comes in") {
  std::string text = "\xef\xbb\xbfSET client_encoding = 'UTF8';\n\\restrict k\n";
  for (int i = 0; i < 5; ++i)
    text += "CREATE TABLE public.t" + std::to_string(i) + " (a int, b text);\nCOPY public.t" +
            std::to_string(i) +
            " (a, b) FROM stdin;\n1\tx\\\\\n2\t\\N\n33333333333333333333333333333333\ty\\\nz\n\\.\n\n";
  text +=
      "BEGIN;\nSET x = 1;\nROLLBACK;\n\\unrestrict k\n\\connect -reuse-previous=on \"dbname='my "
      "db'\"\nSELECT 1;\n";
  const Script::Options options{.hold = 1 << 16, .stretch = 16};
  const std::string expected = all_of(steps_of(text, {options, 1 << 16}));
  CHECK(expected.find("in.sql") == std::string::npos);
  for (const std::size_t read_size : {1U, 2U, 3U, 7U, 64U})
    CHECK(all_of(steps_of(text, {options, read_size})) == expected);
  CHECK(all_of(steps_of(text, {{.hold = 10, .stretch = 16}, 1})) != "");
}

TEST_CASE("what is no SQL text is told apart") {
  CHECK(steps_of("PGDMP\1\2\3").failed().find("custom-format") != std::string::npos);
  CHECK(steps_of(std::string_view("\xff\xfeS\0E\0", 6)).failed().find("UTF-16") != std::string::npos);
  CHECK(outline(steps_of("\xef\xbb\xbfSELECT 9;\r\nSELECT 10;\r\n")) ==
        "statement SELECT 9\nstatement SELECT 10\nend\n");
}

TEST_CASE("A19: a NUL byte in SQL is refused with its line and its place") {
  for (const auto text : {std::string_view("SELECT 1;\nSELECT 'a\nb\0c';\n", 26),
                          std::string_view("SELECT 1;\n\n \0;\n", 15)}) {
    const Steps steps = steps_of(text);
    CHECK(outline(steps) == "statement SELECT 1\nfailure\n");
    CHECK(told(steps) == "in.sql:3: a NUL byte in SQL text");
    CHECK(steps.failure->detail.find("byte " + std::to_string(text.find('\0'))) != std::string::npos);
  }
  std::string big = "INSERT INTO t VALUES ('" + std::string(500, 'x') + "\n";
  big.push_back('\0');
  big += "');\n";
  CHECK(told(steps_of(big, {.options = {.hold = 64}, .read_size = 64})) ==
        "in.sql:2: a NUL byte in SQL text");
}

TEST_CASE("whether a transaction of the script is open") {
  const Steps steps = steps_of(
      "SELECT 1; BEGIN; SELECT 2; COPY t FROM stdin;\n1\n\\.\nCOMMIT; SELECT 3; SELECT 4\\; SELECT 5; SELECT "
      "6;");
  std::string open;
  for (const Step& step : steps.steps) open += step.in_transaction ? '1' : '0';
  CHECK(open == "00111110000");
  for (const Step& step : steps.steps)
    CHECK(step.resume_point.empty() ==
          (step.in_transaction || step.kind == Step::Kind::rows || step.kind == Step::Kind::copy_end));
}

TEST_CASE("settings of the connection count from the first line on") {
  CHECK(steps_of("SELECT 'a\\'; SELECT ';\n", {.options = {.standard_conforming_strings = false}})
            .steps.size() == 2);
  CHECK(told(steps_of("SELECT 'a\\'; SELECT ';\n")) == "in.sql:1: the input ends inside a quoted string");
  CHECK(steps_of("SELECT E'\x95\\';\n", {.options = {.client_encoding = "SJIS"}}).failed().empty());
  CHECK_FALSE(steps_of("SELECT E'\x95\\';\n").failed().empty());
  CHECK(steps_of("SET client_encoding = utf8;\nRESET client_encoding;\nSELECT E'\x95\\';\n\\connect "
                 "x\nSELECT E'\x95\\';\n",
                 {.options = {.client_encoding = "SJIS"}})
            .failed()
            .empty());
}

}  // namespace
}  // namespace sluice::testing
