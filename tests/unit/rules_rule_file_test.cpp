#include <doctest/doctest.h>

#include "libfilter/dump/names.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/rules/rule_set.hpp"

namespace {

using namespace sluice;

std::string fault(const std::string& text) {
  try {
    (void)RuleFile::parse(text, "my.toml");
  } catch (const Failure& failure) {
    CHECK(failure.kind == Failure::Kind::usage);
    return std::string(failure.what()) + (failure.detail.empty() ? "" : " | " + failure.detail);
  }
  return "none";
}

const std::string kRule = "[[rule]]\nid = \"x\"\nsummary = \"s\"\n";

}  // namespace

TEST_CASE("a rule file that is no TOML is told with its line") {
  CHECK(fault("[profile\nname = 1").starts_with("my.toml:1: "));
  CHECK(fault("\n\nname = = 1").starts_with("my.toml:3: "));
}

TEST_CASE("letters beyond ASCII may stand in strings and comments alone") {
  const std::string rest = "action = \"drop\"\nmatch = \"A\"\n";
  for (const std::string good : {"# é\n", "why = \"é \\\" é\" # é \"\n", "why = 'é \\' # '\n",
                                 "why = \"\"\"\né \"\" \\\"\"\" é\n\"\"\"\"\" # é\n",
                                 "why = '''\n'é'\n''' # é\n", "why = \"\" # é\n"}) {
    CAPTURE(good);
    CHECK(fault(kRule + good + rest) == "none");
  }
  for (const std::string bad :
       {"é = 1\n", "why = \"a\" é\n", "why = 'a' é # é\n", "why = \"\"\"a\"\"\" é\n"}) {
    CAPTURE(bad);
    CHECK(fault(kRule + bad + rest).starts_with("my.toml:4: a letter beyond ASCII outside of strings"));
  }
  CHECK(fault(kRule + "why = \"\"\"\n\\\n\n\"\"\" é\n").starts_with("my.toml:7: a letter beyond ASCII"));
}

TEST_CASE("what a rule file must not say is told with its line and what was expected") {
  CHECK(fault(kRule + "action = \"coment\"\nmatch = \"A\"\n")
            .starts_with(
                "my.toml:4: unknown action 'coment' | expected one of: note, keep, comment, drop, strip,"));
  CHECK(fault(kRule + "action = \"drop\"\nmatch = \"A [B\"\n")
            .starts_with("my.toml:5: match: bad pattern at column 5: expected ']'"));
  CHECK(fault(kRule + "action = \"drop\"\nmatch = \"A\"\ncolour = 1\n")
            .starts_with(
                "my.toml:6: unknown key 'colour' in [[rule]] | expected one of: id, action, summary,"));
  CHECK(fault(kRule + "action = \"drop\"\nmatch = 7\n") ==
        "my.toml:5: expected a string or a list of strings");
  CHECK(fault(kRule + "action = \"drop\"\n") == "my.toml:1: rule 'x' needs a match");
  CHECK(fault("[[rule]]\nid = \"x\"\naction = \"drop\"\nmatch = \"A\"\n") ==
        "my.toml:1: rule 'x' needs a summary");
  CHECK(fault(kRule + "action = \"strip\"\nmatch = \"A\"\n") ==
        "my.toml:1: rule 'x' needs strip = [...], the clauses to take out");
  CHECK(fault(kRule + "action = \"drop\"\nmatch = \"A {b}\"\nwhere = [\"{c} in d\"]\n") ==
        "my.toml:1: {c} is captured by no pattern of rule 'x'");
  CHECK(fault(kRule + "action = \"drop\"\nmatch = \"A {b}\"\nwhere = [\"{b} is d\"]\n")
            .starts_with("my.toml:6: where: expected"));
  CHECK(fault(kRule + "action = \"drop\"\nmatch = \"A\"\ntarget = \"=15\"\n")
            .starts_with("my.toml:6: target: expected a version"));
  CHECK(fault("[profile]\nname = \"a\"\ndirection = \"up\"\n")
            .starts_with("my.toml:3: unknown direction 'up'"));
  const std::string twice = kRule + "action = \"drop\"\nmatch = \"A\"\n";
  CHECK(fault(twice + twice) == "my.toml:6: rule id 'x' is used twice");
}

TEST_CASE("a sound rule file is no fault") {
  CHECK(fault(kRule + "action = \"drop\"\nmatch = \"A\"\n") == "none");
}

TEST_CASE("an unknown service or rule is told with those that there are") {
  const auto library = RuleLibrary::builtin();
  Selection selection;
  selection.to = "rsd";
  CHECK_THROWS_WITH_AS((void)library.select(selection), "unknown service 'rsd' for --to", Failure);
  selection.to = "rds";
  selection.only = {"no-such-rule"};
  CHECK_THROWS_WITH_AS((void)library.select(selection), "unknown rule 'no-such-rule'", Failure);
}

TEST_CASE("names mean what the server takes them for") {
  CHECK(name_of(TokenKind::word, "FooBar") == "foobar");
  CHECK(name_of(TokenKind::quoted_name, "\"Foo\"\"Bar\"") == "Foo\"Bar");
  CHECK(name_of(TokenKind::quoted_name, "U&\"d\\0061t\"") == "d\\0061t");
  CHECK(string_of("'it''s'") == "it's");
  CHECK(string_of("E'a\\nb\\'c'") == "a\nb'c");
  CHECK(string_of("$a$x$$y$a$") == "x$$y");
  CHECK(quote_literal("it's") == "'it''s'");
  CHECK(quote_literal("a\\b'") == "E'a\\\\b'''");
  CHECK(write_name("plain_1") == "plain_1");
  CHECK(write_name("Not Plain") == "\"Not Plain\"");
  CHECK(write_name("order") == "\"order\"");
  CHECK(write_name("9lives") == "\"9lives\"");
  CHECK(write_name("public") == "public");
  CHECK(write_role_name("public") == "\"public\"");
  CHECK(write_role_name("none") == "\"none\"");
  CHECK(write_role_name("user") == "\"user\"");
  CHECK(write_role_name("app_1") == "app_1");
  CHECK(glob_matches("a*c?", "abbbcd"));
  CHECK_FALSE(glob_matches("a*c?", "abbbc"));
}
