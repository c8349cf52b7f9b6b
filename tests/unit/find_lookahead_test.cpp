#include "libfilter/find/lookahead.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/unit/io_fixture.hpp"

namespace sluice {
namespace {

constexpr std::size_t kSize = 5 * 1024 * 1024;
constexpr std::size_t kStretch = 2 * 1024 * 1024;  // what is searched at once

// An input of kSize bytes, all 'x' but for "needle" at the places given.
std::string with_needles(std::initializer_list<std::size_t> places) {
  std::string text(kSize, 'x');
  for (const std::size_t place : places) text.replace(place, 6, "needle");
  return text;
}

Matcher matcher(const std::string& pattern) { return Matcher({pattern}, {}); }

TEST_CASE("a needle is found wherever it stands, across the stretches that are searched too") {
  const io_test::Folder folder;
  for (const std::size_t place : {std::size_t{0}, std::size_t{1}, kStretch - 6, kStretch - 5, kStretch - 3,
                                  kStretch - 1, kStretch, 2 * kStretch - 8, kSize - 6}) {
    CAPTURE(place);
    const Source source = Source::open(folder.write("in", with_needles({place})), {});
    const Matcher needle = matcher("needle");
    REQUIRE(Lookahead::possible(source, needle));
    Lookahead ahead(source, needle);
    CHECK(ahead.next(0) == place);
    CHECK(ahead.next(place) == place);
    CHECK_FALSE(ahead.next(place + 1).has_value());
  }
}

TEST_CASE("needles are found one after the other, and those that were passed are not") {
  const io_test::Folder folder;
  const Source source =
      Source::open(folder.write("in", with_needles({10, 1000, kStretch + 7, kSize - 100})), {});
  const Matcher needle = matcher("needle");
  Lookahead ahead(source, needle);
  CHECK(ahead.next(0) == 10);
  CHECK(ahead.next(500) == 1000);
  CHECK(ahead.next(2000) == kStretch + 7);
  CHECK(ahead.next(kStretch + 8) == kSize - 100);
  CHECK_FALSE(ahead.next(kSize - 99).has_value());
}

TEST_CASE(
    "only a large file is searched ahead, and only for what has a string of its own in every encoding") {
  const io_test::Folder folder;
  const Source large = Source::open(folder.write("large", with_needles({})), {});
  const Source small = Source::open(folder.write("small", "needle"), {});
  const Source compressed =
      Source::open(folder.write("zst", io_test::compress(Codec::zstd, with_needles({}))), {});
  CHECK(Lookahead::possible(large, matcher("needle")));
  CHECK(Lookahead::possible(large, matcher("need[a-z]*")));
  CHECK_FALSE(Lookahead::possible(small, matcher("needle")));
  CHECK_FALSE(Lookahead::possible(compressed, matcher("needle")));
  CHECK_FALSE(Lookahead::possible(large, matcher("[a-z]*")));
  CHECK_FALSE(Lookahead::possible(large, matcher("n\xc3\xa9"
                                                 "edle")));
  CHECK_FALSE(Lookahead::possible(large, matcher("n\\xe9"
                                                 "edle")));
}

TEST_CASE("an input that was cut off somewhere does not end well") {
  const io_test::Folder folder;
  const Matcher needle = matcher("needle");
  const auto ends_well = [&](const std::string& end) {
    const Source source = Source::open(folder.write("in", with_needles({}) + end), {});
    return Lookahead(source, needle).ends_well();
  };
  CHECK(ends_well("\nSELECT 1;\n"));
  CHECK(ends_well("\nSELECT 1;\r\n\n"));
  CHECK(ends_well("\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n"));
  CHECK(ends_well("\n--\n-- PostgreSQL database dump complete\n--\n\n"));
  CHECK(ends_well("\n\\.\n"));
  CHECK_FALSE(ends_well("\nSELECT 1;"));
  CHECK_FALSE(ends_well("\nSELECT 1\n"));
  CHECK_FALSE(ends_well("\n1\tone\n2\ttwo\n"));
  CHECK_FALSE(ends_well("\n1\tone\n2\ttw"));
  CHECK_FALSE(ends_well(""));
}

}  // namespace
}  // namespace sluice
