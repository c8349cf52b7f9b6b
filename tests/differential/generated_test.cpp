// Scripts of a grammar that knows where their units begin and end (generated.hpp), against what the lexer
// finds, fed in stretches of several sizes, with and without tokens. PGSLUICE_GENERATED=FIRST:COUNT runs
// other cases than the first ten thousand.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string>

#include "libfilter/dump/unit_reader.hpp"
#include "tests/differential/generated.hpp"
#include "tests/differential/split.hpp"
#include "tests/unit/io_fixture.hpp"

namespace sluice::testing {
namespace {

constexpr std::uint64_t kCases = 10'000;
constexpr int kFailuresShown = 3;

struct Range {
  std::uint64_t first = 0, count = kCases;
};

Range range() {
  const char* given = std::getenv("PGSLUICE_GENERATED");
  if (given == nullptr) return {};
  char* colon = nullptr;
  Range range;
  range.first = std::strtoull(given, &colon, 10);
  range.count = *colon == ':' ? std::strtoull(colon + 1, nullptr, 10) : 1;
  return range;
}

std::string words(std::uint64_t offset, std::uint64_t length, UnitKind kind) {
  return std::string(name_of_kind(kind)) + ' ' + std::to_string(offset) + ' ' + std::to_string(length);
}

std::string in_words(const Generated& script) {
  std::string text;
  for (const TrueUnit& unit : script.units) {
    text += words(unit.offset, unit.length, unit.kind);
    if (unit.open) text += " open";
    if (unit.by_meta) text += " by_meta";
    if (unit.interrupted) text += " interrupted";
    if (unit.continues) text += " continues";
    if (unit.sends) text += " sends";
    if (unit.csv) text += " csv";
    if (unit.copies_owed > 0) text += " owes " + std::to_string(unit.copies_owed);
    if (unit.groups > 0) text += " groups " + std::to_string(unit.groups);
    text += '\n';
  }
  if (script.open != Lexer::Open::What::nothing)
    text += "open: " + std::to_string(static_cast<int>(script.open)) + " since " +
            std::to_string(script.open_offset) + ' ' + printable(script.delimiter) + '\n';
  return text;
}

std::string in_words(const Split& split, const Generated& script) {
  std::string text;
  for (const SplitUnit& unit : split.units) {
    text += words(unit.offset, unit.length, unit.kind);
    if (unit.open) text += " open";
    if (unit.flags.by_meta) text += " by_meta";
    if (unit.flags.interrupted) text += " interrupted";
    if (unit.flags.continues) text += " continues";
    if (unit.flags.sends) text += " sends";
    if (unit.copy_is_csv) text += " csv";
    if (unit.copies_owed > 0) text += " owes " + std::to_string(unit.copies_owed);
    if (unit.kind == UnitKind::statement && unit.groups > 0) text += " groups " + std::to_string(unit.groups);
    text += '\n';
  }
  if (split.open.what != Lexer::Open::What::nothing) {
    // Where a string began that COPY data stands in is not known any more.
    const bool told =
        std::ranges::none_of(split.units, [](const SplitUnit& u) { return u.flags.interrupted; });
    text += "open: " + std::to_string(static_cast<int>(split.open.what)) + " since " +
            std::to_string(told ? split.open_offset : script.open_offset) + ' ' +
            printable(split.open.delimiter) + '\n';
  }
  return text + split.fault;
}

// What differs, or nothing.
std::string complaint(const Generated& script) {
  const auto expected = in_words(script);
  for (const Recorded recorded : {Recorded::all, Recorded::least}) {
    for (const std::size_t stretch : std::array{kWholeScript, std::size_t{1}, std::size_t{5}}) {
      const auto found = in_words(split(script.text, stretch, recorded), script);
      if (found == expected) continue;
      return "made:\n" + expected + "found, in stretches of " + std::to_string(stretch) +
             (recorded == Recorded::all ? "" : ", with few tokens") + ":\n" + found;
    }
  }
  return {};
}

// The shortest script of this number that is told wrong.
Generated shortest(std::uint64_t number, Readers readers) {
  for (std::size_t most = 0;; ++most) {
    const auto script = generate(number, readers, most);
    if (!complaint(script).empty() || most > 100'000) return script;
  }
}

void check(Readers readers) {
  const auto cases = range();
  int failures = 0;
  std::uint64_t units = 0;
  for (std::uint64_t i = cases.first; i < cases.first + cases.count && failures < kFailuresShown; ++i) {
    const auto script = generate(i, readers);
    units += script.units.size();
    if (complaint(script).empty()) continue;
    ++failures;
    const auto least = shortest(i, readers);
    FAIL_CHECK("case " << i << ", shortened to " << least.text.size() << " bytes: " << printable(least.text)
                       << '\n'
                       << complaint(least));
  }
  CHECK(units >= cases.count);
}

}  // namespace

TEST_CASE("generated scripts are cut where they were put together") { check(Readers::lexer); }

TEST_CASE("generated scripts that a real psql can run are cut where they were put together") {
  check(Readers::psql);
}

TEST_CASE("a generated script is the same for the same number, and the units of one add up to it") {
  for (std::uint64_t number = 0; number < 300; ++number) {
    const auto script = generate(number, Readers::lexer);
    REQUIRE(script.text == generate(number, Readers::lexer).text);
    std::uint64_t end = 0;
    for (const TrueUnit& unit : script.units) {
      REQUIRE(unit.offset == end);
      end += unit.length;
    }
    REQUIRE(end == script.text.size());
  }
}

}  // namespace sluice::testing
