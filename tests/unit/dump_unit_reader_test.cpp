#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/dump/unit_reader.hpp"
#include "tests/differential/split.hpp"

namespace sluice::testing {
namespace {

// A script as a Source and its UnitReader; a small `hold` makes heads and pieces out of short statements.
class Script {
 public:
  Script(std::string_view script, std::size_t hold, std::size_t read_size)
      : source_(
            Source::open(file_.write(script), {.read_size = read_size, .hold = hold + Lexer::kLookahead})),
        reader_(source_, hold) {}

  UnitReader& reader() { return reader_; }
  const Unit* next() { return reader_.next(); }

 private:
  class File {
   public:
    File() {
      path_ = (std::filesystem::temp_directory_path() / "unit_reader_test.XXXXXX").string();
      const int descriptor = mkstemp(path_.data());
      REQUIRE(descriptor >= 0);
      close(descriptor);
    }
    ~File() { std::filesystem::remove(path_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    const std::string& write(std::string_view bytes) {
      std::ofstream(path_, std::ios::binary) << bytes;
      return path_;
    }

   private:
    std::string path_;
  };

  File file_;
  Source source_;
  UnitReader reader_;
};

std::string_view name_of(Part part) {
  constexpr std::string_view kNames[] = {"whole", "head", "piece", "tail"};
  return kNames[static_cast<int>(part)];
}

// One line a part: "head statement 3 @20 [select]" with the unit's line and the part's offset.
std::string parts_of(std::string_view script, std::size_t hold, std::size_t read_size) {
  Script input(script, hold, read_size);
  std::string text;
  while (const Unit* unit = input.next()) {
    if (unit->trailing) text += "trailing ";
    text += std::string(name_of(unit->part)) + ' ' + std::string(name_of_kind(unit->kind)) + ' ' +
            std::to_string(unit->line) + " @" + std::to_string(unit->offset) + " [" + printable(unit->bytes) +
            "]\n";
  }
  return text;
}

constexpr std::size_t kAmple = 4096;
constexpr std::size_t kSizes[] = {1, 2, 3, 7, 64, 4096};

}  // namespace

TEST_CASE("units come whole, with their lines and offsets") {
  CHECK(parts_of("-- c\nselect\n1; select 2;\n\\echo x\n", kAmple, kAmple) ==
        "whole space 1 @0 [-- c\\n]\n"
        "whole statement 2 @5 [select\\n1;]\n"
        "whole space 3 @14 [ ]\n"
        "whole statement 3 @15 [select 2;]\n"
        "whole space 3 @24 [\\n]\n"
        "whole meta_command 4 @25 [\\\\echo x]\n"
        "whole space 4 @32 [\\n]\n");
  CHECK(parts_of("", kAmple, kAmple) == "");
}

TEST_CASE("a unit longer than the hold comes as a head, pieces and a tail") {
  const std::string statement = "'0123456789\n0123456789\n" + std::string(100, 'x') + "\n';";
  constexpr std::size_t kHold = 8, kRead = 4;
  Script input("\n" + statement + "\n;", kHold, kRead);
  std::string joined, parts;
  while (const Unit* unit = input.next()) {
    if (unit->kind != UnitKind::statement || unit->part == Part::whole) continue;
    CHECK(unit->line == 2);
    CHECK(unit->offset == 1 + joined.size());
    if (!unit->ends()) CHECK(unit->bytes.size() >= kHold);
    CHECK(unit->bytes.size() <= kHold + kRead);
    joined += unit->bytes;
    parts += name_of(unit->part).front();
  }
  CHECK(joined == statement);
  CHECK(parts == "h" + std::string(parts.size() - 2, 'p') + "t");
}

TEST_CASE("COPY data comes as it is read, whatever the hold") {
  std::string data;
  for (int i = 0; i < 1000; ++i) data += "0123456789\n";
  data += "\\.\n";
  Script input("copy t from stdin;\n" + data + ";", kAmple, 64);
  std::string joined, parts;
  while (const Unit* unit = input.next()) {
    if (unit->kind != UnitKind::copy_data) continue;
    CHECK(unit->line == 2);
    CHECK(unit->bytes.size() <= 128);
    joined += unit->bytes;
    parts += name_of(unit->part).front();
  }
  CHECK(joined == data);
  CHECK(parts == "h" + std::string(parts.size() - 2, 'p') + "t");
}

TEST_CASE("the unit that the input ends in is trailing, and what is open there has its line and offset") {
  CHECK(
      parts_of("select 1;\ndrop 'a", kAmple, kAmple) ==
      "whole statement 1 @0 [select 1;]\nwhole space 1 @9 [\\n]\ntrailing whole statement 2 @10 [drop 'a]\n");
  CHECK(parts_of("select 1; -- c", kAmple, kAmple) ==
        "whole statement 1 @0 [select 1;]\nwhole space 1 @9 [ -- c]\n");

  Script open_string("select 1;\nselect\n/* c */\n 'a\nb", kAmple, kAmple);
  while (open_string.next() != nullptr) {
  }
  CHECK(open_string.reader().open_thing().what.what == Lexer::Open::What::string);
  CHECK(open_string.reader().open_thing().line == 4);
  CHECK(open_string.reader().open_thing().offset == 26);

  Script open_body("select 1;\ndo $fn$ 0123456789\n0123456789\n", 8, 4);
  while (open_body.next() != nullptr) {
  }
  CHECK(open_body.reader().open_thing().what.delimiter == "$fn$");
  CHECK(open_body.reader().open_thing().line == 2);
  CHECK(open_body.reader().open_thing().offset == 13);

  Script open_copy("copy t from stdin;\n1\n2\n", kAmple, kAmple);
  while (open_copy.next() != nullptr) {
  }
  CHECK(open_copy.reader().open_thing().what.what == Lexer::Open::What::copy_data);
  CHECK(open_copy.reader().open_thing().line == 2);

  Script whole("select 1;\n", kAmple, kAmple);
  while (whole.next() != nullptr) {
  }
  CHECK(whole.reader().open_thing().what.what == Lexer::Open::What::nothing);
}

TEST_CASE("COPY data that the input owes and does not have is a trailing unit of no bytes") {
  CHECK(parts_of("copy t from stdin;\n", kAmple, kAmple) ==
        "whole statement 1 @0 [copy t from stdin;]\nwhole space 1 @18 [\\n]\ntrailing whole copy_data 2 @19 "
        "[]\n");
}

TEST_CASE("the session follows the units, and the lexer follows the session") {
  Script input(
      "set standard_conforming_strings = off;\n\\connect foo\nset standard_conforming_strings = off;\nselect "
      "'a\\';';\n",
      kAmple, kAmple);
  std::vector<std::string> databases;
  std::string last;
  while (const Unit* unit = input.next()) {
    if (unit->kind == UnitKind::space) continue;
    databases.push_back(input.reader().session().database().value_or("-"));
    last = unit->bytes;
  }
  CHECK(databases == std::vector<std::string>{"-", "foo", "foo", "foo"});
  CHECK(last == "select 'a\\';';");
}

TEST_CASE("tokens point into the unit, also of one behind others in the window") {
  Script input("select 1;\ncreate table t ();\n", kAmple, kAmple);
  std::string tokens;
  while (const Unit* unit = input.next())
    for (const Token& token : unit->tokens) tokens += std::string(token.of(unit->bytes)) + "|";
  CHECK(tokens == "select|1|;|create|table|t|(|)|;|");
}

TEST_CASE("the parts, joined, are the input, for every hold and every read size") {
  std::string script;
  for (int i = 0; i < 40; ++i)
    script +=
        "select 'a;\nb', $x$ ; $x$; -- c\r\ncopy t from stdin; select /* ;\n1\t2\n\\.\n*/ 1;\n\\echo a "
        "'b'\\\\;;\n\n";
  const auto expected = split(script).units;
  for (const std::size_t hold : kSizes)
    for (const std::size_t read_size : kSizes) {
      CAPTURE(hold);
      CAPTURE(read_size);
      Script input(script, hold, read_size);
      std::string joined;
      std::size_t count = 0, wrong_lines = 0, wrong_order = 0;
      bool open = false;
      while (const Unit* unit = input.next()) {
        if (unit->begins() == open) ++wrong_order;
        open = !unit->ends();
        if (unit->begins()) {
          const auto lines = static_cast<std::uint64_t>(std::ranges::count(joined, '\n'));
          if (unit->line != 1 + lines) ++wrong_lines;
          REQUIRE(count < expected.size());
          CHECK(unit->offset == expected[count].offset);
          CHECK(unit->kind == expected[count].kind);
          ++count;
        }
        joined += unit->bytes;
      }
      CHECK(wrong_lines == 0);
      CHECK(wrong_order == 0);
      CHECK(count == expected.size());
      CHECK(joined == script);
    }
}

}  // namespace sluice::testing
