#include "libfilter/lex/insert_lines.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "libfilter/dump/unit_reader.hpp"
#include "libfilter/lex/scan.hpp"
#include "tests/differential/split.hpp"
#include "tests/unit/io_fixture.hpp"

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

// Every form passes the same, and as many statements as the lexer counts to an end that it knows too.
std::size_t passed(const std::string& text) {
  const auto forms = insert_lines_forms();
  const InsertLines result = forms.front()(text, kInsertInto);
  for (const auto form : forms) {
    const InsertLines other = form(text, kInsertInto);
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
  for (const auto form : insert_lines_forms()) {
    CHECK(form(one + one + other + one, "INSERT INTO s.t ").bytes == 2 * one.size());
    CHECK(form(other + one, "INSERT INTO s.t ").bytes == 0);
  }
}

TEST_CASE("what a quote's parity does not tell ends the pass before its statement") {
  const std::string one = "INSERT INTO t VALUES (1);\n";
  for (const char* strange :
       {"INSERT INTO t VALUES (E'it\\'s; x');\n", "INSERT INTO t VALUES ($$;$$);\n",
        "INSERT INTO \"a;b\" VALUES (1);\n", "INSERT INTO t VALUES (1) -- ;\n;\n",
        "INSERT INTO t VALUES (1 /* ; */);\n", "INSERT INTO t VALUES (1)\\g\n",
        "INSERT INTO t VALUES (1); SELECT 2;\n", "INSERT INTO t VALUES (U&'a');\n",
        "INSERT INTO t VALUES (x'00');\n", "INSERT INTO t VALUES (:a);\n", "INSERT INTO t VALUES (:'a');\n",
        "INSERT INTO t VALUES (1::int);\n", "INSERT INTO t VALUES (1);\r\n", "insert into t values (1);\n",
        " INSERT INTO t VALUES (1);\n"})
    CHECK(passed(one + strange + one) == one.size());
  const std::string nul("INSERT INTO t VALUES ('a\0b');\n", 30);
  CHECK(passed(one + nul + one) == one.size());
}

TEST_CASE("a semicolon in parentheses ends nothing, an unopened one closes nothing") {
  const std::string one = "INSERT INTO t VALUES (1);\n";
  const std::string inside = "INSERT INTO t VALUES (1;\n2);\n";
  CHECK(passed(inside + one) == inside.size() + one.size());
  CHECK(passed("INSERT INTO t VALUES )(;\n" + one) == 0);
}

TEST_CASE("whatever comes, the pass ends where the lexer ends a statement") {
  const std::vector<std::string> pieces = {
      "INSERT INTO ", "t ",    "VALUES (", ")",  ";",  ";\n",  "'",
      "''",           "'a'",   ", ",       "-",  "--", "\"",   "$$",
      "E'",           "\\",    "\n",       "(",  "/*", "*/",   "12",
      " 'x",          "'x', ", "\r",       ":a", "é",  ");\n", ");\nINSERT INTO t VALUES ("};
  std::mt19937 random(7);
  std::size_t any = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "INSERT INTO t VALUES (";
    for (auto i = random() % 60; i > 0; --i) text += pieces[random() % pieces.size()];
    any += passed(text) > 0 ? 1U : 0U;
  }
  CHECK(any > 1000);
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
    CHECK((left_out >= 5900 || insert_lines_forms().size() == 1));
  }
}

}  // namespace
}  // namespace sluice
