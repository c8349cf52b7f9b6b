#include <doctest/doctest.h>

#include "libfilter/io/failure.hpp"
#include "libfilter/lex/lexer.hpp"
#include "libfilter/rules/pattern.hpp"

namespace {

using namespace sluice;

// "no", "undecided", or the captures: "role=app list=a|b".
std::string matched(const std::string& pattern_text, const std::string& statement, bool complete = true) {
  std::vector<std::string> names;
  Pattern pattern(pattern_text, names);
  Vocabulary vocabulary;
  pattern.bind(vocabulary);
  Lexer lexer;
  (void)lexer.scan(statement, Lexer::End::last);
  const TokenText text{statement, lexer.tokens(), complete};
  std::vector<WordId> words;
  const StatementShape shape = look_up(vocabulary, text, words);
  const auto match = pattern.match(text, words);
  // What is known from the words alone must never rule out a match.
  if (match.matched == Matched::yes) CHECK(pattern.may_match(shape));
  if (match.matched == Matched::no) return "no";
  if (match.matched == Matched::undecided) return "undecided";
  std::string out = "yes";
  for (std::size_t i = 0; i < match.captures.size(); ++i) {
    if (!match.captures[i].set) continue;
    out += " " + names[i] + "=";
    std::string elements;
    for (const auto& element : elements_of(text, match.captures[i])) {
      const auto begin = text.tokens[element.first].begin;
      elements += (elements.empty() ? "" : "|") +
                  statement.substr(begin, text.tokens[element.last - 1].end() - begin);
    }
    out += elements;
  }
  return out;
}

std::string fault(const std::string& pattern) {
  try {
    std::vector<std::string> names;
    Pattern compiled(pattern, names);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("keywords match in any case, and never a quoted name or a string") {
  CHECK(matched("ALTER ROLE {role}", "alter Role app;") == "yes role=app");
  CHECK(matched("ALTER ROLE {role}", "ALTER \"ROLE\" app;") == "no");
  CHECK(matched("ALTER ROLE {role}", "ALTER /* ROLE */ USER app;") == "no");
  CHECK(matched("ALTER ROLE|USER {role}", "ALTER USER \"SUPERUSER\" WITH LOGIN;") ==
        "yes role=\"SUPERUSER\"");
}

TEST_CASE("optional parts are tried with and without") {
  CHECK(matched("DROP ROLE [IF EXISTS] {role}", "DROP ROLE IF EXISTS a;") == "yes role=a");
  CHECK(matched("DROP ROLE [IF EXISTS] {role}", "DROP ROLE a;") == "yes role=a");
  CHECK(matched("A [B|C]* D", "a b c b d;") == "yes");
  CHECK(matched("A [B|C]* D", "a b e d;") == "no");
}

TEST_CASE("groups choose between sequences") {
  const auto* pattern = "ALTER ( TABLE [ONLY] | MATERIALIZED VIEW | OPERATOR CLASS|FAMILY ) {x:qname}";
  CHECK(matched(pattern, "ALTER TABLE ONLY a.b OWNER TO c;") == "yes x=a.b");
  CHECK(matched(pattern, "ALTER MATERIALIZED VIEW m;") == "yes x=m");
  CHECK(matched(pattern, "ALTER OPERATOR FAMILY f;") == "yes x=f");
  CHECK(matched(pattern, "ALTER OPERATOR f;") == "no");
}

TEST_CASE("anything stays outside parentheses that were opened since") {
  CHECK(matched("CREATE TABLE ... TABLESPACE {ts}", "CREATE TABLE t (tablespace text) TABLESPACE fast;") ==
        "yes ts=fast");
  CHECK(matched("CREATE TABLE ... TABLESPACE {ts}", "CREATE TABLE t (tablespace text);") == "no");
  CHECK(matched("ALTER ... OWNER TO {role}", "ALTER FUNCTION f(a integer) OWNER TO \"it's\";") ==
        "yes role=\"it's\"");
}

TEST_CASE("lists are taken whole, element by element") {
  CHECK(matched("GRANT {roles:names} TO {members:names}", "GRANT a, \"b,c\" TO d, e WITH ADMIN OPTION;") ==
        "yes roles=a|\"b,c\" members=d|e");
  CHECK(matched("GRANT {roles:names} TO {members:names}", "GRANT SELECT ON t TO a;") == "no");
  CHECK(matched("X {v:values}", "x 'a', 1, -2, \"B\", c;") == "yes v='a'|1|-2|\"B\"|c");
  CHECK(matched("X {t:qnames}", "x a.b, \"c\".d;") == "yes t=a.b|\"c\".d");
}

TEST_CASE("strings, marks, the statement's end and meta-commands") {
  CHECK(matched("DO {body:string} ';'", "DO $x$a;b$x$;") == "yes body=$x$a;b$x$");
  CHECK(matched("OWNER '=' {x}", "owner = a;") == "yes x=a");
  CHECK(matched("A ';'", "a b;") == "no");
  CHECK(matched("\\connect {d:token}", "\\connect rdsadmin") == "yes d=rdsadmin");
}

TEST_CASE("of a head alone the answer may still be open") {
  CHECK(matched("CREATE TABLE {t} ... TABLESPACE {ts}", "CREATE TABLE t (a int", false) == "undecided");
  CHECK(matched("CREATE INDEX", "CREATE TABLE t (a int", false) == "no");
  CHECK(matched("CREATE TABLE {t}", "CREATE TABLE t (a int", false) == "yes t=t");
}

TEST_CASE("a bad pattern is told with its column and what was expected") {
  CHECK(fault("ALTER [ROLE") == "bad pattern at column 12: expected ']'");
  CHECK(fault("ALTER {role") == "bad pattern at column 8: expected '}'");
  CHECK(fault("ALTER {role:person}").starts_with("bad pattern at column 8: expected a type: name, qname"));
  CHECK(fault("") == "bad pattern at column 1: expected at least one word");
  CHECK(fault("A ) B").starts_with("bad pattern at column 3: expected a word"));
}
