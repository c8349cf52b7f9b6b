#include "libfilter/find/matcher.hpp"

#include <doctest/doctest.h>
#include <re2/re2.h>

#include <random>
#include <string>
#include <vector>

#include "libfilter/io/failure.hpp"

namespace sluice {
namespace {

constexpr Matcher::Options kFixed{.fixed = true}, kAnyCase{.ignore_case = true};
constexpr Matcher::Options kFixedAnyCase{.fixed = true, .ignore_case = true};

// The text with its first match in brackets; "no" for none.
std::string marked(const Matcher& matcher, const std::string& text, std::size_t from = 0) {
  const auto match = matcher.find(text, from);
  CHECK(matcher.find(text).has_value() == matcher.matches(text));
  if (!match) return "no";
  CHECK(matcher.candidate(text, from) != text.npos);
  return text.substr(0, match->begin) + "[" + text.substr(match->begin, match->end - match->begin) + "]" +
         text.substr(match->end);
}
std::string marked(const std::string& pattern, const std::string& text, Matcher::Options options = {}) {
  return marked(Matcher({pattern}, options), text);
}
std::string marked_in(const std::string& encoding, const std::string& pattern, const std::string& text,
                      Matcher::Options options = {}) {
  Matcher matcher({pattern}, options);
  matcher.set_encoding(encoding);
  return marked(matcher, text);
}

}  // namespace

TEST_CASE("the leftmost match is found, from any place on") {
  const Matcher matcher({"us[a-z]+"}, {});
  const std::string text = "all users trust us";
  CHECK(marked(matcher, text) == "all [users] trust us");
  CHECK(marked(matcher, text, 4) == "all [users] trust us");
  CHECK(marked(matcher, text, 5) == "all users tr[ust] us");
  CHECK(marked(matcher, text, 13) == "no");
  CHECK(marked(matcher, text, text.size()) == "no");
  CHECK_FALSE(matcher.find(text, text.size() + 1).has_value());
}

TEST_CASE("^ and $ are the ends of the text, wherever the search begins") {
  CHECK(marked("^b", "ab") == "no");
  CHECK(marked(Matcher({"^b"}, {}), "ab", 1) == "no");
  CHECK(marked("a$", "a\na") == "a\n[a]");
  CHECK(marked(Matcher({"\\bb"}, {}), "ab", 1) == "no");
}

TEST_CASE("a match may be empty") {
  CHECK(marked("x*", "abc") == "[]abc");
  CHECK(marked("x*", "") == "[]");
  CHECK(marked(Matcher({"x*"}, {}), "axx", 1) == "a[xx]");
  CHECK(marked(Matcher({"x*"}, {}), "a", 1) == "a[]");
  CHECK(marked("", "abc") == "[]abc");
  CHECK(marked("", "abc", kFixed) == "[]abc");
}

TEST_CASE("without a pattern nothing matches") {
  const Matcher none({}, {});
  CHECK(marked(none, "abc") == "no");
  CHECK(none.candidate("abc") == std::string_view::npos);
  CHECK(none.can_skip());
}

TEST_CASE("an empty text without an address is searched as any other") {
  CHECK(Matcher({"x*"}, {}).find(std::string_view()).value().end == 0);
  CHECK_FALSE(Matcher({"x"}, {}).matches(std::string_view()));
  CHECK_FALSE(Matcher({"x", "yz+"}, {}).matches(std::string_view()));
}

TEST_CASE("-F takes every sign for itself") {
  CHECK(marked("a.b*", "aab a.b* a.b", kFixed) == "aab [a.b*] a.b");
  CHECK(marked("\\Q\\x41", "A \\Q\\x41", kFixed) == "A [\\Q\\x41]");
  CHECK(marked("(U.", "a (u.", kFixedAnyCase) == "a [(u.]");
  CHECK(marked(std::string("a\0b", 3), std::string("b a\0b", 5), kFixed) == std::string("b [a\0b]", 7));
}

TEST_CASE("of several patterns the leftmost match counts, and the longest at one place") {
  CHECK(marked(Matcher({"user", "users", "all"}, kFixed), "the users all") == "the [users] all");
  CHECK(marked(Matcher({"USER", "USERS", "all"}, kFixedAnyCase), "the users all") == "the [users] all");
  CHECK(marked(Matcher({"us+er", "user[a-z]", "x"}, {}), "the users all") == "the [users] all");
  CHECK(marked(Matcher({"(?i)A", "B"}, {}), "b a B") == "b [a] B");
  CHECK(marked(Matcher({"\\Qa.", "b"}, {}), "ab a.") == "a[b] a.");
  std::vector<std::string> many;
  for (int i = 10; i < 100; ++i) many.push_back("word" + std::to_string(i));
  CHECK(marked(Matcher(many, kFixed), "word9 word77 word10") == "word9 [word77] word10");
}

TEST_CASE("one pattern matches as RE2 does: the first alternative, as little as *? takes") {
  CHECK(marked("a|ab", "ab") == "[a]b");
  CHECK(marked("a.*?b", "aabb") == "[aab]b");
}

TEST_CASE("a bad pattern is refused in RE2's words") {
  const auto fault = [](const std::vector<std::string>& patterns) -> std::string {
    try {
      Matcher matcher(patterns, {});
    } catch (const Failure& failure) {
      CHECK(failure.kind == Failure::Kind::usage);
      return std::string(failure.what()) + " / " + failure.detail;
    }
    return "none";
  };
  CHECK(fault({"fine", "a(b"}) == "bad pattern: missing ): a(b / pattern: a(b");
  CHECK(fault({"a)|(b", "x"}) == "bad pattern: unexpected ): a)|(b / pattern: a)|(b");
  CHECK(fault({"\\"}) == "bad pattern: trailing \\ / pattern: \\");
  CHECK(fault({"(\xE9"}) == "bad pattern: missing ): (\\xe9 / pattern: (\\xe9");
}

TEST_CASE("UTF-8 is matched as characters") {
  CHECK(marked("M.ller", "Frau M\u00FCller") == "Frau [M\u00FCller]");
  CHECK(marked("M\u00DCLLER", "Frau M\u00FCller", kAnyCase) == "Frau [M\u00FCller]");
  CHECK(marked("m\u00FCller", "Frau M\u00FCller") == "no");
  CHECK(marked("[\u00E4\u00FC]l", "M\u00FCller") == "M[\u00FCl]ler");
  CHECK(marked_in("UTF8", "\\pL+", "1 \u0416\u0416") == "1 [\u0416\u0416]");
}

TEST_CASE("k and s also are the kelvin sign and the long s where case is ignored") {
  CHECK(marked("users", "the u\u017FerS", kAnyCase) == "the [u\u017FerS]");
  CHECK(marked("(?i)kelvin", "\u212Aelvin") == "[\u212Aelvin]");
  CHECK(marked("KISS", "\u212Ai\u017F\u017F", kFixedAnyCase) == "[\u212Ai\u017F\u017F]");
  CHECK(marked("kelvin", "\u212Aelvin") == "no");
  CHECK(marked("\\x{212A}elvin", "kelvin \u212Aelvin") == "kelvin [\u212Aelvin]");
  CHECK(marked("\u212Ael.in", "kelvin \u212Aelvin") == "kelvin [\u212Aelvin]");
}

TEST_CASE("no other character beyond ASCII folds to a letter of ASCII, as the prefilter relies on") {
  std::string all, folded;
  for (unsigned c = 0x80; c < 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    if (c >= 0x10000)
      all += {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 63))};
    else if (c >= 0x800)
      all += static_cast<char>(0xE0 | c >> 12);
    all += static_cast<char>(c < 0x800 ? 0xC0 | c >> 6 : 0x80 | (c >> 6 & 63));
    all += static_cast<char>(0x80 | (c & 63));
  }
  re2::StringPiece rest(all), found;
  const RE2 letters("(?i)([a-z])");
  while (RE2::FindAndConsume(&rest, letters, &found)) folded += found.ToString();
  CHECK(folded == "\u017F\u212A");
}

TEST_CASE("characters are looked for as the dump's encoding writes them") {
  CHECK(marked_in("LATIN1", "caf\u00E9", "un caf\xE9!") == "un [caf\xE9]!");
  CHECK(marked_in("iso-8859-1", "caf\u00E9+", "caf\xE9\xE9") == "[caf\xE9\xE9]");
  CHECK(marked_in("WIN1251", "\u0416\u0443\u043A", "\xC6\xF3\xEA") == "[\xC6\xF3\xEA]");
  CHECK(marked_in("KOI8R", "\u0416", "\xC6\xF6") == "\xC6[\xF6]");
  CHECK(marked_in("SJIS", "\u8868", "x\x95\x5C") == "x[\x95\x5C]");
  CHECK(marked_in("EUC_JP", "\u65E5\u672C?", "\xC6\xFC") == "[\xC6\xFC]");
  CHECK(marked_in("SQL_ASCII", "caf\u00E9", "caf\u00E9") == "[caf\u00E9]");
  CHECK(marked_in("LATIN1", "caf\u00E9", "caf\u00E9") == "no");
  CHECK(marked_in("LATIN1", "\u0416", "\u0416") == "[\u0416]");  // not in LATIN1: as in UTF-8
  CHECK(marked_in("LATIN1", "\u0416x+", "\u0416x") == "[\u0416x]");
}

TEST_CASE("classes, case and escapes hold for the characters of the encoding") {
  CHECK(marked_in("LATIN1", "[\u00E0-\u00FF]+", "CAF\xC9 caf\xE9") == "CAF\xC9 caf[\xE9]");
  CHECK(marked_in("LATIN1", "caf\u00E9", "CAF\xC9", kAnyCase) == "[CAF\xC9]");
  CHECK(marked_in("LATIN1", "(?i)caf\u00E9", "CAF\xC9") == "[CAF\xC9]");
  CHECK(marked_in("LATIN1", "((?i)c)af\u00E9", "Caf\xC9 Caf\xE9") == "Caf\xC9 [Caf\xE9]");
  CHECK(marked_in("LATIN1", "(?i:c)af\u00E9", "Caf\xC9 Caf\xE9") == "Caf\xC9 [Caf\xE9]");
  CHECK(marked_in("WIN1251", "\u0436+", "\xC6\xE6", kAnyCase) == "[\xC6\xE6]");
  CHECK(marked_in("WIN1251", "\\pL+", "1\xC6\xE6") == "1[\xC6\xE6]");
  CHECK(marked_in("WIN1251", "[^\u0436]", "\xE6\xC6") == "\xE6[\xC6]");
  CHECK(marked_in("WIN1251", "[[:alpha:]\u0436]+", "1\xE6z") == "1[\xE6z]");
  CHECK(marked_in("LATIN1", "(?P<word>\\Q\u00E9.\\E)+", "\xE9x\xE9.\xE9.") == "\xE9x[\xE9.\xE9.]");
  CHECK(marked_in("SQL_ASCII", "m[\u00F6\u00FC]ller", "m\u00FCller") == "[m\u00FCller]");
  CHECK(marked_in("SQL_ASCII", "M\u00DCLLER", "m\u00FCller", kAnyCase) == "[m\u00FCller]");
  CHECK(marked_in("EUC_JP", "[\u3041-\u3093]+", "\xA5\xA2\xA4\xA2\xA4\xA4") == "\xA5\xA2[\xA4\xA2\xA4\xA4]");
  CHECK(marked_in("EUC_JP", "a[^b]", "ab a\xA4\xA2") == "ab [a\xA4]\xA2");
}

TEST_CASE("\\xHH stands for the byte and for the character") {
  for (const std::string encoding : {"", "UTF8", "LATIN1", "WIN1251", "SQL_ASCII", "EUC_JP"}) {
    INFO(encoding);
    CHECK(marked_in(encoding, "caf\\xe9", "un caf\xE9") == "un [caf\xE9]");
    CHECK(marked_in(encoding, "caf[\\xe8-\\xea]", "un caf\xE9") == "un [caf\xE9]");
  }
  for (const std::string encoding : {"", "UTF8", "SQL_ASCII"}) {
    INFO(encoding);
    CHECK(marked_in(encoding, "caf\\xe9", "un caf\u00E9") == "un [caf\u00E9]");
    CHECK(marked_in(encoding, "caf[\\xe8-\\xea]", "un caf\u00E9") == "un [caf\u00E9]");
  }
  CHECK(marked("caf\\x{e9}", "caf\xE9 caf\u00E9") == "caf\xE9 [caf\u00E9]");
  CHECK(marked("\\x41b", "aAb") == "a[Ab]");
  CHECK(marked_in("LATIN9", "\\xa4", "\xA4") == "[\xA4]");
}

TEST_CASE("a pattern that is no UTF-8 is bytes") {
  CHECK(marked("caf\xE9", "caf\u00E9 caf\xE9") == "caf\u00E9 [caf\xE9]");
  CHECK(marked("caf\xE9+", "caf\xE9\xE9") == "[caf\xE9\xE9]");
  CHECK(marked("caf\xE9", "caf\xE9", kFixed) == "[caf\xE9]");
  CHECK(marked_in("EUC_JP", "\xA4", "\xA4\xA2") == "[\xA4]\xA2");
  CHECK(marked(Matcher({"\xE9+", "\u00E9+"}, {}), "\u00E9 \xE9") == "[\u00E9] \xE9");
}

TEST_CASE("the encoding may change, and change back") {
  Matcher matcher({"caf\u00E9"}, {});
  for (int i = 0; i < 3; ++i) {
    for (const char* encoding : {"LATIN1", "WIN1252", "latin-1"}) {
      matcher.set_encoding(encoding);
      CHECK(marked(matcher, "caf\u00E9 caf\xE9") == "caf\u00E9 [caf\xE9]");
    }
    matcher.set_encoding("");
    CHECK(marked(matcher, "caf\xE9 caf\u00E9") == "caf\xE9 [caf\u00E9]");
  }
}

TEST_CASE("every match contains one of the strings that are looked for") {
  const auto place = [](const std::string& pattern, const std::string& text, Matcher::Options options = {}) {
    const Matcher matcher({pattern}, options);
    return matcher.can_skip() ? static_cast<int>(matcher.candidate(text)) : -2;
  };
  CHECK(place("users", "all users") == 4);
  CHECK(place("[a-z]+\\.users", "all public.users") == 10);
  CHECK(place("(foo|bar)[0-9]", "a bard") == 2);
  CHECK(place("(foo|bar)[0-9]", "a bad fool") == 6);
  CHECK(place("(foo|bar)[0-9]", "a bad fo") == -1);
  CHECK(place("user[0-9]@x", "a user, a user1@x") == 2);
  CHECK(place("[0-9]users", "a users") == 2);
  CHECK(place("(user|role)[0-9]x", "a role") == 2);
  CHECK(place("[0-9]user[0-9]", "a use, a user") == 9);
  CHECK(place("(abc|[0-9])", "abc") == -2);
  CHECK(place(".", "abc") == -2);
  CHECK(place("TABLE [a-z]*", "CREATE TABLE t") == 7);
  CHECK(Matcher({"[a-z]+users[0-9]*"}, {}).overlap() == 4);
  CHECK(Matcher({"ab", "abcdefgh"}, kFixed).overlap() == 7);
  CHECK(Matcher({"."}, {}).overlap() == 0);
}

TEST_CASE("random patterns: the same matches as RE2's, and never one without a candidate") {
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  const std::vector<std::string> letters = {"a", "b",      "k",      "s",      "A",     "K",
                                            "S", "\u00E9", "\u00C9", "\u212A", "\u017F"};
  const auto letter = [&] { return letters[below(static_cast<unsigned>(letters.size()))]; };
  const auto word = [&](unsigned most) {
    std::string out;
    for (unsigned left = below(most) + 1; left > 0; --left) out += letter();
    return out;
  };
  const auto expression = [&](auto& self, int depth) -> std::string {
    switch (below(depth > 0 ? 9 : 3)) {
      case 0:
      case 1:
        return word(3);
      case 2:
        return "[" + std::string(below(4) == 0 ? "^" : "") + word(2) + "]";
      case 3:
        return "(?:" + self(self, depth - 1) + ")" + std::string(1, "*+?"[below(3)]);
      case 4:
        return "(" + self(self, depth - 1) + "|" + self(self, depth - 1) + ")";
      case 5:
        return "(?i:" + self(self, depth - 1) + ")";
      case 6:
        return "." + self(self, depth - 1);
      default:
        return self(self, depth - 1) + self(self, depth - 1);
    }
  };
  int matches = 0, skipping = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::string pattern = expression(expression, 3);
    const bool ignore_case = below(2) == 0;
    RE2::Options options;
    options.set_case_sensitive(!ignore_case);
    const RE2 plain(pattern, options);
    Matcher matcher({pattern}, {.ignore_case = ignore_case});
    skipping += matcher.can_skip() ? 1 : 0;
    for (int i = 0; i < 4; ++i) {
      const std::string text = word(20);
      const std::size_t from = below(static_cast<unsigned>(text.size()));
      INFO(pattern, " in ", text, " from ", from, " ignoring case: ", ignore_case);
      re2::StringPiece expected;
      const bool is_there = plain.Match(text, from, text.size(), RE2::UNANCHORED, &expected, 1);
      const auto found = matcher.find(text, from);
      REQUIRE(found.has_value() == is_there);
      if (!is_there) continue;
      ++matches;
      REQUIRE(found->begin == static_cast<std::size_t>(expected.data() - text.data()));
      REQUIRE(found->end == found->begin + expected.size());
      REQUIRE(matcher.candidate(text, from) >= from);
      REQUIRE(matcher.candidate(text, from) < found->end + (matcher.can_skip() ? 0 : 1));
    }
  }
  CHECK(matches > 2000);
  CHECK(skipping > 1000);
}

TEST_CASE("random patterns: a text in LATIN1 matches where the same text in UTF-8 does") {
  std::mt19937 random(9);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  struct Letter {
    std::string utf8, latin1;
  };
  const std::vector<Letter> letters = {{"a", "a"},         {"B", "B"},         {"\u00E9", "\xE9"},
                                       {"\u00C9", "\xC9"}, {"\u00FC", "\xFC"}, {"t", "t"}};
  const auto letter = [&] { return letters[below(static_cast<unsigned>(letters.size()))]; };
  for (int round = 0; round < 1000; ++round) {
    std::string pattern;
    for (int i = 0; i < 4; ++i) {
      switch (below(6)) {
        case 0:
          pattern += "[" + letter().utf8 + letter().utf8 + "]";
          break;
        case 1:
          pattern += "[^" + letter().utf8 + letter().utf8 + "]";
          break;
        case 2:
          pattern += letter().utf8 + "?";
          break;
        case 3:
          pattern += "(?i:" + letter().utf8 + ")";
          break;
        default:
          pattern += letter().utf8;
      }
    }
    const Matcher::Options options{.ignore_case = below(2) == 0};
    const Matcher over_characters({pattern}, options);
    Matcher over_bytes({pattern}, options);
    over_bytes.set_encoding("LATIN1");
    for (int i = 0; i < 8; ++i) {
      std::string utf8, latin1;
      for (int n = 0; n < 6; ++n) {
        const Letter next = letter();
        utf8 += next.utf8, latin1 += next.latin1;
      }
      INFO(pattern, " in ", utf8, " ignoring case: ", options.ignore_case);
      REQUIRE(over_bytes.matches(latin1) == over_characters.matches(utf8));
    }
  }
}

}  // namespace sluice
