#include "libfilter/lex/insert_lines.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "libfilter/dump/unit_reader.hpp"
#include "libfilter/lex/kernel.hpp"
#include "tests/differential/split.hpp"
#include "tests/unit/io_fixture.hpp"
#include "tests/unit/lex_fixture.hpp"

namespace sluice {
namespace {

// What may be passed of TEXT, by the lexer: statements that begin with INSERT INTO, with a line feed right
// behind each, from the beginning on. The ends of all of them.
std::vector<std::size_t> ends_by_lexer(const std::string& text) {
  std::vector<std::size_t> ends;
  const auto split = testing::split(text);
  for (std::size_t i = 0; i + 1 < split.units.size(); i += 2) {
    const auto& statement = split.units[i];
    const auto& space = split.units[i + 1];
    const std::string_view words = std::string_view(text).substr(statement.offset, 12);
    if (statement.kind != UnitKind::statement || statement.open || words != "INSERT INTO ") break;
    if (space.kind != UnitKind::space || text[space.offset] != '\n') break;
    ends.push_back(space.offset + 1);
  }
  return ends;
}

// Every kernel passes the same, and as many statements as the lexer counts to an end that it knows too.
std::size_t passed(const std::string& text) {
  const InsertLines result = kernels().front().insert_lines(text, kInsertInto);
  for (const Kernel& one : kernels()) {
    CAPTURE(one.name);
    const InsertLines other = one.insert_lines(text, kInsertInto);
    CHECK(other.bytes == result.bytes);
    CHECK(other.statements == result.statements);
    CHECK(other.line_feeds == result.line_feeds);
  }
  const auto ends = ends_by_lexer(text);
  CHECK(result.statements <= ends.size());
  CHECK(result.bytes == (result.statements == 0 ? 0 : ends.at(result.statements - 1)));
  CHECK(result.line_feeds == count_line_feeds(std::string_view(text).substr(0, result.bytes)));
  return result.bytes;
}

TEST_CASE("INSERT statements as pg_dump writes them are passed, all that are whole") {
  const std::string one =
      "INSERT INTO public.t VALUES (1, 'it''s; (x', NULL, -5, '2020-01-01 -- \\ $$ \"q\" /*', '');\n";
  CHECK(passed(one) == one.size());
  CHECK(passed(one + one + one) == 3 * one.size());
  CHECK(passed(one + one.substr(0, one.size() - 1)) == one.size());
  CHECK(passed(one + "INSERT INTO t VALUES (1") == one.size());
  CHECK(passed(one + "\n" + one) == one.size());
  CHECK(passed(one + "SELECT 1;\n") == one.size());
  const std::string lines = "INSERT INTO t VALUES ('a\nb;\n'),\n\t('c');\n";
  CHECK(passed(lines + one) == lines.size() + one.size());
  CHECK(passed("") == 0);
}

TEST_CASE("the pass ends where another table's statements begin") {
  const std::string one = "INSERT INTO s.t VALUES (1);\n", other = "INSERT INTO s.tt VALUES (1);\n";
  for (const Kernel& kernel : kernels()) {
    CHECK(kernel.insert_lines(one + one + other + one, "INSERT INTO s.t ").bytes == 2 * one.size());
    CHECK(kernel.insert_lines(other + one, "INSERT INTO s.t ").bytes == 0);
  }
}

TEST_CASE("strings of every kind but E'' are passed") {
  const std::string one = "INSERT INTO t VALUES (B'01', x'00', N'a', U&'a\\0061', 'it''s', e.'f', '''');\n";
  CHECK(passed(one + one) == 2 * one.size());
}

TEST_CASE("names in quotes are passed in the head of a statement") {
  for (const std::string head : {"INSERT INTO public.\"Some Table\" VALUES ",
                                 "INSERT INTO \"a\".\"b\" (id, \"order\", \"when?\") VALUES ",
                                 "INSERT INTO \"a-- /* : \"\" b\" (\"-\") OVERRIDING SYSTEM VALUE VALUES ",
                                 "INSERT INTO t (\"\xC3\xA9\") VALUES\n\t"}) {
    CAPTURE(head);
    const std::string one = head + "(1, 'x; \"y'), (2, 'z');\n", plain = "INSERT INTO t VALUES (1);\n";
    const std::string other = "INSERT INTO \"other\" VALUES (-1, 'a');\n";
    const std::string text = one + one + plain + one + other + one + one + other + plain;
    CHECK(passed(text) == text.size());
    CHECK(passed(one + one + head + "(\"a\");\n" + one) == 2 * one.size());
  }
}

TEST_CASE("what is no head ends the pass before its statement") {
  const std::string one = "INSERT INTO \"t\" VALUES (1);\n";
  for (const char* strange :
       {"INSERT INTO \"t;\" VALUES (1);\n", "INSERT INTO \"t(\" VALUES (1);\n",
        "INSERT INTO \"t'\" VALUES (1);\n", "INSERT INTO \"t$\" VALUES (1);\n",
        "INSERT INTO \"t\n\" VALUES (1);\n", "INSERT INTO \"t\\\" VALUES (1);\n",
        "INSERT INTO U&\"t\" VALUES (1);\n", "INSERT INTO \"t\" SELECT 1;\n",
        "INSERT INTO \"t\"/**/ VALUES (1);\n", "INSERT INTO \"t\" ((a)) VALUES (1);\n",
        "INSERT INTO \"t\" -- \n VALUES (1);\n", "INSERT INTO \"t\" VALUES (\"a\");\n",
        "INSERT INTO \"t\" :a VALUES (1);\n", "INSERT INTO \"t\" VALUES (1) RETURNING \"a\";\n"}) {
    CAPTURE(strange);
    CHECK(passed(one + strange + one) == one.size());
  }
}

TEST_CASE("what parity does not tell ends the pass before its statement") {
  const std::string one = "INSERT INTO t VALUES (1);\n";
  for (const char* strange :
       {"INSERT INTO t VALUES (E'it\\'s; x');\n", "INSERT INTO t VALUES ($$;$$);\n",
        "INSERT INTO t VALUES (e'a');\n", "INSERT INTO \"a;b\" VALUES (1);\n",
        "INSERT INTO t VALUES (1) -- ;\n;\n", "INSERT INTO t VALUES (1 /* ; */);\n",
        "INSERT INTO t VALUES (1)\\g\n", "INSERT INTO t VALUES (1); SELECT 2;\n",
        "INSERT INTO t VALUES (1);\r\n", "INSERT INTO t VALUES (:a);\n", "INSERT INTO t VALUES (:'a');\n",
        "INSERT INTO t VALUES (1::int);\n", "INSERT INTO t VALUES ((1));\n", "INSERT INTO t VALUES (1));\n",
        "insert into t values (1);\n", " INSERT INTO t VALUES (1);\n"}) {
    CAPTURE(strange);
    CHECK(passed(one + strange + one) == one.size());
  }
  CHECK(passed(one + std::string("INSERT INTO t VALUES ('a\0b');\n", 30) + one) == one.size());
  CHECK(passed(one + std::string("INSERT INTO t VALUES (\0);\n", 26) + one) == one.size());
}

TEST_CASE("a semicolon in parentheses ends nothing, an unopened one closes nothing") {
  const std::string one = "INSERT INTO t VALUES (1);\n";
  const std::string inside = "INSERT INTO t VALUES (1;\n2);\n";
  CHECK(passed(inside + one) == inside.size() + one.size());
  CHECK(passed("INSERT INTO t VALUES )(;\n" + one) == 0);
}

TEST_CASE("wherever a text is cut, what is whole is passed, and no byte outside is read") {
  lex_test::GuardedText guarded;
  const std::string statements[] = {
      "INSERT INTO t VALUES (1);\n", "INSERT INTO t VALUES ('it''s', -1, NULL, '(;--\n\"');\n",
      "INSERT INTO \"T\" (\"a\") VALUES ('some longer text, so that it crosses a block', 7),\n\t('x');\n"};
  std::string text;
  std::vector<std::size_t> ends{0};
  for (int i = 0; i < 12; ++i) {
    text += statements[i % 3];
    ends.push_back(text.size());
  }
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto cut = std::string_view(text).substr(0, size);
    const auto whole = std::upper_bound(ends.begin(), ends.end(), size) - 1;
    for (const auto place : {&lex_test::GuardedText::at_begin, &lex_test::GuardedText::at_end}) {
      const auto bytes = (guarded.*place)(cut);
      for (const Kernel& one : kernels()) {
        CAPTURE(one.name);
        const InsertLines result = one.insert_lines(bytes, kInsertInto);
        REQUIRE(result.bytes == *whole);
        REQUIRE(result.statements == static_cast<std::size_t>(whole - ends.begin()));
      }
    }
  }
}

TEST_CASE("whatever comes, the pass ends where the lexer ends a statement") {
  const std::vector<std::string> pieces = {
      "'",
      "''",
      "'a'",
      ", ",
      "-",
      "12",
      " 'x",
      "'x', ",
      ");\n",
      "B'",
      "e'",
      "\"a\"",
      ");\nINSERT INTO t VALUES (",
      ");\nINSERT INTO \"t\" (\"a b\") VALUES (",
      "INSERT INTO ",
      "t ",
      "VALUES (",
      ")",
      ";",
      ";\n",
      "--",
      "\"",
      "$$",
      "E'",
      "\\",
      "\n",
      "(",
      "/*",
      "*/",
      "\r",
      ":a",
      "é",
      "U&'",
      "1e'",
      "_e'",
      "n'",
      "é'",
      "'\n'",
      "::",
      "\"\"",
      "U&\"",
      " VALUES ",
      std::string(1, '\0'),
      "some more words, to fill a block or so, without any meaning at all"};
  std::mt19937 random(7);
  std::size_t any = 0;
  for (int round = 0; round < 30'000; ++round) {
    // Where every piece may come little is passed; where a statement is not broken soon, more.
    const std::size_t most = round % 2 == 0 ? pieces.size() : 14;
    std::string text = round % 3 == 0 ? "INSERT INTO \"t\" (\"a b\") VALUES (" : "INSERT INTO t VALUES (";
    for (auto i = random() % 60; i > 0; --i) text += pieces[random() % most];
    any += passed(text) > 0 ? 1U : 0U;
  }
  CHECK(any > 3000);
}

TEST_CASE("statements of a dump, one broken here and there, are passed up to the broken one") {
  const std::string heads[] = {"INSERT INTO t VALUES (", "INSERT INTO public.\"T\" (\"a\", b) VALUES (",
                               "INSERT INTO s.\"t-\" VALUES ("};
  const std::string values[] = {
      "1",    "NULL",      "'text'",       "'it''s'", "-5",  "'2020-01-01 00:00:00'",
      "'--'", "'$1 \\ /'", "'a\nb; (\"c'", "''",      "true"};
  const std::string breaks[] = {"E'a'", "$1", "\"x\"", "(1)", "1 -- \n", "1::int", "/**/1", "'a", "\\g"};
  std::mt19937 random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    std::size_t whole = 0;
    bool broken = false;
    for (auto statements = 1 + random() % 20; statements > 0; --statements) {
      std::string statement = heads[random() % 3];
      for (auto columns = 1 + random() % 12; columns > 0; --columns)
        statement += values[random() % 11] + ", ";
      const bool breaks_here = random() % 30 == 0;
      statement += (breaks_here ? breaks[random() % 9] : "0") + ");\n";
      broken = broken || breaks_here;
      text += statement;
      if (!broken) whole = text.size();
    }
    REQUIRE(passed(text) == whole);
  }
}

TEST_CASE("a reader that need not tell of INSERT statements tells of everything else, in its place") {
  const io_test::Folder folder;
  std::string text = "SET lock_timeout = 0;\n\n";
  for (int i = 0; i < 3000; ++i)
    text += "INSERT INTO public.t VALUES (" + std::to_string(i) + ", 'some text');\n";
  text += "INSERT INTO public.t VALUES (E'needle\\'s');\nSELECT 1;\n";
  for (int i = 0; i < 3000; ++i) text += "INSERT INTO public.u VALUES (" + std::to_string(i) + ");\n";
  text += "COMMENT ON TABLE t IS 'end';\n";
  const auto needle = text.find("INSERT INTO public.t VALUES (E");
  for (const std::size_t read_size : {std::size_t{64}, std::size_t{4096}, std::size_t{1} << 20}) {
    const Source::Limits limits{read_size, 1 << 16, Source::Reading::copied};
    Source all_source = Source::open(folder.write("in", text), limits),
           source = Source::open(folder.path("in"), limits);
    UnitReader all(all_source, 1 << 16), some(source, 1 << 16);
    some.pass_inserts_before(needle);
    std::size_t told = 0, left_out = 0;
    while (const Unit* unit = some.next()) {
      ++told;
      const Unit* other = all.next();
      while (other != nullptr && other->offset != unit->offset) {
        CHECK((other->bytes.starts_with("INSERT INTO ") || other->bytes == "\n"));
        ++left_out;
        other = all.next();
      }
      REQUIRE(other != nullptr);
      CHECK(other->bytes == unit->bytes);
      CHECK(other->line == unit->line);
      CHECK(other->kind == unit->kind);
    }
    CHECK(all.next() == nullptr);
    CHECK(told >= 6000);  // those behind the needle
    CHECK(left_out >= 5900);
  }
}

}  // namespace
}  // namespace sluice
