#include "libfilter/find/literal.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/unit/lex_fixture.hpp"

namespace sluice {
namespace {

using lex_test::GuardedText;
using lex_test::InUse;

template <typename Finder>
std::size_t find(const Finder& finder, std::string_view text) {
  const char* end = text.data() + text.size();
  const char* found = finder.find(text.data(), end);
  return found == end ? text.npos : static_cast<std::size_t>(found - text.data());
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::size_t plain_find(const std::string& text, const std::string& wanted, LetterCase letter_case) {
  return letter_case == LetterCase::kept ? text.find(wanted) : lower(text).find(lower(wanted));
}

constexpr LetterCase kCases[] = {LetterCase::kept, LetterCase::ignored};

}  // namespace

TEST_CASE("a literal is found at every place of every short text, and no byte outside is read") {
  GuardedText guarded;
  for (const Kernel& one : kernels()) {
    CAPTURE(one.name);
    const InUse in_use(one);
    for (const LetterCase letter_case : kCases) {
      for (const std::string wanted :
           {"x", "xy", "x-y", "Quarter", "a string as long as a vector is: 40 bytes"}) {
        const Literal literal(wanted, letter_case);
        for (std::size_t size = 0; size <= 200; ++size) {
          std::string text(size, '.');
          REQUIRE(find(literal, guarded.at_begin(text)) == text.npos);
          REQUIRE(find(literal, guarded.at_end(text)) == text.npos);
          for (std::size_t place = 0; place + wanted.size() <= size; ++place) {
            text.replace(place, wanted.size(), wanted);
            REQUIRE(find(literal, guarded.at_begin(text)) == place);
            REQUIRE(find(literal, guarded.at_end(text)) == place);
            text.assign(size, '.');
          }
        }
      }
    }
  }
}

TEST_CASE("a literal that the end cuts off is not found") {
  GuardedText guarded;
  for (const Kernel& one : kernels()) {
    CAPTURE(one.name);
    const InUse in_use(one);
    for (std::size_t before = 0; before <= 200; ++before)
      REQUIRE(find(Literal("users", LetterCase::kept), guarded.at_end(std::string(before, ' ') + "user")) ==
              std::string::npos);
  }
}

TEST_CASE("case is ignored for ASCII letters only") {
  const auto found = [](std::string_view wanted, std::string_view text) {
    return find(Literal(wanted, LetterCase::ignored), text) != text.npos;
  };
  CHECK(found("Create Table", "-- CREATE TABLE t"));
  CHECK(found("[a", "[A"));
  CHECK_FALSE(found("[a", "{a"));
  CHECK_FALSE(found("{a", "[a"));
  CHECK_FALSE(found("@a", "`a"));
  CHECK_FALSE(found("1", "\x11"));
  CHECK_FALSE(found("\xE9t", "\xC9t"));
  CHECK_FALSE(find(Literal("a", LetterCase::kept), "A") != std::string::npos);
}

TEST_CASE("all kernels find in random texts what a plain search finds") {
  std::mt19937 random(1);
  const auto random_text = [&](std::size_t size, std::string_view alphabet) {
    std::string text(size, '\0');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    return text;
  };
  GuardedText guarded;
  for (int round = 0; round < 20'000; ++round) {
    const auto alphabet = std::string_view("abABk\xE9{[").substr(0, 2 + random() % 7);
    const auto text = random_text(random() % 200, alphabet);
    const auto wanted = random_text(1 + random() % 6, alphabet);
    for (const LetterCase letter_case : kCases) {
      const auto expected = plain_find(text, wanted, letter_case);
      for (const Kernel& one : kernels()) {
        INFO(wanted, " in ", text, " by kernel ", one.name);
        const InUse in_use(one);
        REQUIRE(find(Literal(wanted, letter_case), guarded.at_end(text)) == expected);
      }
    }
  }
}

TEST_CASE("where nearly every place passes the first test, the right one is still found") {
  std::string text;
  while (text.size() < 100'000) text += "01";
  for (const LetterCase letter_case : kCases) {
    const Literal literal("0101010100", letter_case);
    CHECK(find(literal, text) == text.npos);
    CHECK(find(literal, text + "00") == text.size() - 8);
  }
}

TEST_CASE("of a set the leftmost is found, and the longest at one place") {
  const auto kept = [](std::string_view bytes) { return Literal(bytes, LetterCase::kept); };
  const LiteralSet set({kept("user"), kept("users"), kept("table")});
  const std::string text = "a table of users";
  CHECK(find(set, text) == 2);
  CHECK(find(set, "users and a table") == 0);
  CHECK(find(set, "a chair of use") == text.npos);
  CHECK(set.longest_at(text.data() + 11, text.data() + 16) == 5);
  CHECK(set.longest_at(text.data() + 11, text.data() + 15) == 4);
  CHECK(set.longest_at(text.data() + 12, text.data() + 16) == 0);
  CHECK(set.longest() == 5);
  CHECK(find(LiteralSet(), text) == text.npos);
}

TEST_CASE("a set finds its strings across the blocks in which it looks for them") {
  const LiteralSet set({Literal("needle", LetterCase::kept), Literal("x", LetterCase::kept)});
  for (const std::size_t border : {256u, 768u, 8192u, 16128u, 20000u})
    for (std::size_t place = border - 8; place <= border + 8; ++place) {
      std::string text(place, '.');
      REQUIRE(find(set, text + "needle") == place);
      REQUIRE(find(set, text + "needlx") == place + 5);
      REQUIRE(find(set, text + "needl" + std::string(9000, '.')) == text.npos);
    }
}

}  // namespace sluice
