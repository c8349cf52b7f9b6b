// UnitReader::pass_quiet() against the same reader without it: what passes in blocks is what may, and nothing
// else changes.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "libfilter/dump/unit_reader.hpp"
#include "tests/unit/io_fixture.hpp"

namespace sluice {
namespace {

constexpr std::string_view kExcept = "--@";
constexpr std::size_t kHold = 1 << 16;

struct Tally {
  std::size_t units = 0;       // told
  std::size_t passed = 0;      // bytes that passed in blocks
  std::size_t statements = 0;  // among them
};

// Reads TEXT in both ways and compares unit by unit.
Tally compare(const io_test::Folder& folder, const std::string& text, std::size_t read_size,
              UnitReader::Inserts inserts) {
  const Source::Limits limits{read_size, kHold + Lexer::kLookahead, Source::Reading::copied};
  Source all_source = Source::open(folder.write("in", text), limits),
         source = Source::open(folder.path("in"), limits);
  UnitReader all(all_source, kHold), some(source, kHold);
  Tally tally;
  std::uint64_t at = 0;
  bool in_parts = false;
  for (;;) {
    const auto quiet = some.pass_quiet(inserts, kExcept);
    const std::uint64_t quiet_end = at + quiet.bytes.size();
    if (!quiet.bytes.empty()) {
      CHECK(!in_parts);
      CHECK(quiet.offset == at);
      CHECK(quiet.bytes == std::string_view(text).substr(at, quiet.bytes.size()));
    }
    std::size_t statements = 0;
    while (at < quiet_end) {
      const Unit* passed = all.next();
      REQUIRE(passed != nullptr);
      CHECK(passed->part == Part::whole);
      at += passed->bytes.size();
      statements += passed->kind == UnitKind::statement ? 1U : 0U;
      if (passed->kind == UnitKind::statement) {
        CHECK(passed->bytes.starts_with("INSERT INTO "));
        CHECK(inserts == UnitReader::Inserts::pass);
        CHECK_FALSE(passed->flags.psql_variable);
      } else {
        CHECK(passed->kind == UnitKind::space);
        CHECK_FALSE(passed->bytes.starts_with(kExcept));
      }
      CHECK_FALSE(passed->flags.nul);
    }
    CHECK(at == quiet_end);
    CHECK(quiet.statements == statements);
    tally.passed += quiet.bytes.size();
    tally.statements += statements;
    const Unit* unit = some.next();
    const Unit* other = all.next();
    REQUIRE((unit == nullptr) == (other == nullptr));
    if (unit == nullptr) break;
    CHECK(unit->kind == other->kind);
    CHECK(unit->part == other->part);
    CHECK(unit->offset == other->offset);
    CHECK(unit->line == other->line);
    CHECK(unit->bytes == other->bytes);
    CHECK(unit->trailing == other->trailing);
    at += unit->bytes.size();
    in_parts = !unit->ends();
    ++tally.units;
  }
  CHECK(at == text.size());
  return tally;
}

}  // namespace

TEST_CASE("empty lines, comments and rows pass in blocks, marks and statements do not") {
  const io_test::Folder folder;
  const std::string text =
      "--\n-- dump\n--\n\nSET lock_timeout = 0;\n\n"
      "INSERT INTO t VALUES (1, 'a;b');\nINSERT INTO t VALUES (2);\n\n"
      "--@ sanitize-rds removed [x]: why\n--@| DROP ROLE a;\n\n-- end\n\n";
  const auto rows = compare(folder, text, 4096, UnitReader::Inserts::pass);
  CHECK(rows.statements == 2);
  CHECK(rows.units == 4);  // the first line, which has to be read first, SET, and two lines of marks
  const auto no_rows = compare(folder, text, 4096, UnitReader::Inserts::stay);
  CHECK(no_rows.statements == 0);
  CHECK(no_rows.units == 6);  // and the rows
}

TEST_CASE("whatever stands around them, only lines that tell nothing pass") {
  const io_test::Folder folder;
  const std::string row = "INSERT INTO t VALUES (1, 'a;b');\n";
  const std::vector<std::string> pieces = {row,
                                           row,
                                           row,
                                           row,
                                           row,
                                           row,
                                           "\n",
                                           "\n",
                                           "-- Name: t\n",
                                           "-- Name: t\n",
                                           "\n",
                                           "\n",
                                           "\n",
                                           "--\n",
                                           "-- Name: t; Type: TABLE\n",
                                           "--@ mark\n",
                                           "--@| a\n",
                                           " --@ mark\n",
                                           "-- a\r\n",
                                           "-- a\rselect 1;\n",
                                           "--",
                                           " ",
                                           "\t\n",
                                           "\r\n",
                                           std::string("-- n\0l\n", 7),
                                           "/* c\n-- d\n */\n",
                                           "INSERT INTO t VALUES (1);\n",
                                           "INSERT INTO t VALUES ('it''s', -2);\n",
                                           "INSERT INTO t VALUES (E'\\'');\n",
                                           "INSERT INTO t VALUES (:a, ':b');\n",
                                           "INSERT INTO t VALUES (1); ",
                                           "select 1;\n",
                                           "select '\n-- x\n\n';\n",
                                           "select $$\n\n--\n$$;",
                                           "copy t from stdin;\n-- data\n\n\\.\n",
                                           "copy t from stdin; -- c\n\n\\.\n",
                                           "SET client_encoding = 'SJIS';\n",
                                           "SET client_encoding = 'UTF8';\n",
                                           "SET standard_conforming_strings = off;\n",
                                           "RESET ALL;\n",
                                           "\\echo a\n",
                                           "\\if false\n",
                                           "\\endif\n",
                                           "begin; -- x\n",
                                           "end",
                                           ";",
                                           "\xef\xbb\xbf"};
  std::mt19937 random(11);
  Tally sum;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (auto i = random() % 40; i > 0; --i) text += pieces[random() % pieces.size()];
    CAPTURE(text);
    const std::size_t read_size = round % 3 == 0 ? 4096 : 1 + random() % 100;
    const auto tally = compare(folder, text, read_size,
                               round % 2 == 0 ? UnitReader::Inserts::pass : UnitReader::Inserts::stay);
    sum.passed += tally.passed;
    sum.statements += tally.statements;
  }
  CHECK(sum.passed > 50'000);
  CHECK(sum.statements > 1000);
}

TEST_CASE("the scripts of the corpus are read alike with and without") {
  const io_test::Folder folder;
  std::size_t scripts = 0, passed = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(PGSLUICE_TEST_DATA "/differential/corpus")) {
    if (entry.path().extension() != ".sql") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    CAPTURE(entry.path().string());
    passed += compare(folder, text.str(), 64, UnitReader::Inserts::pass).passed;
    passed += compare(folder, text.str(), 1 << 18, UnitReader::Inserts::pass).passed;
    ++scripts;
  }
  CHECK(scripts > 100);
  CHECK(passed > 10'000);
}

}  // namespace sluice
