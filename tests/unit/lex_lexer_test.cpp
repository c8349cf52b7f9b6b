// Each rule of how psql splits a script, with the smallest scripts that show it. The expected values come
// from psql's behaviour (psqlscan.l, psqlscanslash.l, mainloop.c, copy.c), not from what the lexer gives.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/differential/split.hpp"

namespace sluice::testing {
namespace {

using std::string_literals::operator""s;
using What = Lexer::Open::What;

// The units but for the space between them: "select 1;|select 2;".
std::string statements(std::string_view script) {
  std::string text;
  for (const SplitUnit& unit : split(script).units) {
    if (unit.kind == UnitKind::space) continue;
    if (!text.empty()) text += '|';
    text += script.substr(unit.offset, unit.length);
  }
  return text;
}

SplitUnit first_of(UnitKind kind, std::string_view script) {
  const Split parts = split(script);
  const auto found = std::ranges::find(parts.units, kind, &SplitUnit::kind);
  REQUIRE(found != parts.units.end());
  return *found;
}

Lexer::Flags statement_flags(std::string_view script) { return first_of(UnitKind::statement, script).flags; }

std::string open_thing(std::string_view script) {
  const Split parts = split(script);
  constexpr const char* kNames[] = {"nothing",     "harmless",      "statement",    "string",
                                    "quoted_name", "dollar_string", "comment",      "parentheses",
                                    "atomic_body", "copy_data",     "meta_argument"};
  return kNames[static_cast<int>(parts.open.what)] + ("@" + std::to_string(parts.open_offset)) +
         (parts.open.delimiter.empty() ? "" : " " + parts.open.delimiter);
}

const std::string kScsOff = "set standard_conforming_strings = off;\n";

// The statements behind the first line.
std::string statements_behind(const std::string& first_line, const std::string& script) {
  const std::string all = statements(first_line + script);
  const auto bar = all.find('|');
  return bar == all.npos ? "" : all.substr(bar + 1);
}

}  // namespace

TEST_CASE("1: a line is read without its line feed, and empty lines are skipped or kept") {
  CHECK(units_of("select 1;\n") == "statement[select 1;] space[\n]");
  CHECK(units_of("\n\nselect 1;\n") == "space[\n] space[\n] statement[select 1;] space[\n]");
  CHECK(units_of("select\n\n1;") == "statement[select\n\n1;]");
  CHECK(units_of("  \t\n  select 1;") == "space[  \t\n] space[  ] statement[select 1;]");
  CHECK(units_of("") == "");
}

TEST_CASE("1.3: a carriage return is white space and ends a -- comment, but no line") {
  CHECK(units_of("select 1;\r\nselect 2;\r\n") ==
        "statement[select 1;] space[\r\n] statement[select 2;] space[\r\n]");
  CHECK(units_of("-- x\rselect 1;\n") == "space[-- x\r] statement[select 1;] space[\n]");
  CHECK(units_of("select 1 -- ;\r;\n") == "statement[select 1 -- ;\r;] space[\n]");
  CHECK(units_of("\\echo a\rselect 1;\nselect 2;\n") ==
        "meta_command[\\echo a\rselect 1;] space[\n] statement[select 2;] space[\n]");
  CHECK(units_of("copy t from stdin;\rselect 1;\nd\n\\.\n") ==
        "statement[copy t from stdin;] space[\r] statement[select 1;] space[\n] copy_data[d\n\\.\n]");
}

TEST_CASE("1.4: from a NUL on the rest of the line is lost, its line feed too") {
  CHECK(statements("select 1, \0 2; 'x\n3; select 4;"s) == "select 1, \0 2; 'x\n3;|select 4;"s);
  CHECK(statements("select 'a\0b';\n, 5;'; select 6;"s) == "select 'a\0b';\n, 5;';|select 6;"s);
  CHECK(statement_flags("select 1, \0 2;\n3;"s).nul);
  CHECK_FALSE(statement_flags("select 1;").nul);
}

TEST_CASE("1.5: a byte order mark is dropped at the start of the script, and elsewhere begins a name") {
  CHECK(units_of("\xEF\xBB\xBFselect 1;") == "space[\xEF\xBB\xBF] statement[select 1;]");
  CHECK(units_of("\n\xEF\xBB\xBFselect 1;") == "space[\n] statement[\xEF\xBB\xBFselect 1;]");
  CHECK(statements("\n\xEF\xBB\xBF\\echo x\n;") == "\xEF\xBB\xBF\\echo x\n;");
}

TEST_CASE("1.7: the session's settings are sampled once a line") {
  CHECK(statements("set standard_conforming_strings = off; select 'a\\'; select 1;\nselect 'a\\'; x';") ==
        "set standard_conforming_strings = off;|select 'a\\';|select 1;|select 'a\\'; x';");
  CHECK(statements("set client_encoding = 'SJIS'; select e'\x83\\'; x';\nselect e'\x83\\'; select 1;") ==
        "set client_encoding = 'SJIS';|select e'\x83\\'; x';|select e'\x83\\';|select 1;");
}

TEST_CASE("2.1: a statement begins behind white space and -- comments, but with a /* */ comment") {
  CHECK(units_of("-- c\n select 1;") == "space[-- c\n] space[ ] statement[select 1;]");
  CHECK(units_of("/* c; */ select 1;") == "statement[/* c; */ select 1;]");
  CHECK(statements("select -- ;\n1 /* ; */;") == "select -- ;\n1 /* ; */;");
}

TEST_CASE("2.2: a statement ends at a semicolon outside parentheses, and may be empty") {
  CHECK(units_of("; ;;") == "statement[;] space[ ] statement[;] statement[;]");
  CHECK(statements("create rule r as on insert to t do (a; b;); select 1;") ==
        "create rule r as on insert to t do (a; b;);|select 1;");
}

TEST_CASE("2.3: only ( and ) count, a ) too many does not, and the depth lasts over lines") {
  CHECK(statements("select [1; select {1;") == "select [1;|select {1;");
  CHECK(statements("select 1); select (2;\n3);") == "select 1);|select (2;\n3);");
}

TEST_CASE("2.4: \\; joins statements, and \\: is a plain colon") {
  CHECK(statements("select 1\\; select 2; select 3;") == "select 1\\; select 2;|select 3;");
  CHECK(statements("\\;\\; select 4;") == "\\;\\; select 4;");
  CHECK(statements("select a\\:b; select 1;") == "select a\\:b;|select 1;");
  CHECK(statement_flags("select 1\\; select 2;").holds_meta);
  CHECK_FALSE(statement_flags("select 1;").holds_meta);
}

TEST_CASE("2.5: at the end of the script what stands in the buffer is open") {
  CHECK(units_of("drop table t") == "open statement[drop table t]");
  CHECK(units_of("-- c") == "space[-- c]");
  CHECK(units_of("select 1;  ") == "statement[select 1;] space[  ]");
  CHECK(open_thing("drop table t") == "statement@0");
  CHECK(open_thing("select 1;") == "nothing@9");
  CHECK(open_thing("drop 'abc; ") == "string@5");
  CHECK(open_thing("drop \"abc; ") == "quoted_name@5");
  CHECK(open_thing("; do $fn$ abc; $f$") == "dollar_string@5 $fn$");
  CHECK(open_thing("drop /* a /* b */ c") == "comment@5");
  CHECK(open_thing("create table t (a int;").starts_with("parentheses@"));
  CHECK(open_thing("create function f() begin atomic select 1;\n").starts_with("atomic_body@"));
  CHECK(open_thing("copy t from stdin;\n1\n2\n") == "copy_data@19");
  CHECK(open_thing("copy t from stdin;\n").starts_with("copy_data@"));
  CHECK(open_thing("copy t from stdin;").starts_with("copy_data@"));
}

TEST_CASE("2.6: the rest of the line behind a semicolon is the next statement") {
  CHECK(units_of("select 1;select 2; select 3;\n") ==
        "statement[select 1;] statement[select 2;] space[ ] statement[select 3;] space[\n]");
}

TEST_CASE("3: plain strings know doubled quotes only, while standard_conforming_strings is on") {
  CHECK(statements("select 'a;''b;'; select 1;") == "select 'a;''b;';|select 1;");
  CHECK(statements("select 'a\\'; select 1;") == "select 'a\\';|select 1;");
  CHECK(statements("select 'a;\n;b'; select 1;") == "select 'a;\n;b';|select 1;");
}

TEST_CASE("3: with standard_conforming_strings off a backslash hides the next byte") {
  CHECK(statements_behind(kScsOff, "select 'a\\'; x'; select 1;") == "select 'a\\'; x';|select 1;");
  CHECK(statements_behind(kScsOff, "select 'a\\\\'; select 1;") == "select 'a\\\\';|select 1;");
  CHECK(statements_behind(kScsOff, "select n'a\\'; x'; select 1;") == "select n'a\\'; x';|select 1;");
  CHECK(statements_behind(kScsOff, "select u&'a\\'; select 1;") == "select u&'a\\';|select 1;");
  CHECK(statements_behind(kScsOff, "select b'a\\'; select 1;") == "select b'a\\';|select 1;");
}

TEST_CASE("3: E strings know backslashes under either setting") {
  CHECK(statements("select e'a\\'; x'; select 1;") == "select e'a\\'; x';|select 1;");
  CHECK(statements("select E'a\\\\'; select 1;") == "select E'a\\\\';|select 1;");
  CHECK(statements("select E'a'';'; select 1;") == "select E'a'';';|select 1;");
}

TEST_CASE("3: U& strings and names know doubled quotes and no backslash") {
  CHECK(statements("select U&'a\\'; select 1;") == "select U&'a\\';|select 1;");
  CHECK(statements("select u&\"a\\\"\";\" uescape '!'; select 1;") ==
        "select u&\"a\\\"\";\" uescape '!';|select 1;");
  CHECK(tokens_of("u&'a' u & 'a' U&\"b\";") ==
        "string(u&'a') word(u) op(&) string('a') quoted_name(U&\"b\") mark(;)");
}

TEST_CASE("3: bit strings know no doubled quote: the second one begins a plain string") {
  CHECK(tokens_of("select b'1''0', X'f';") ==
        "word(select) string(b'1') string('0') mark(,) string(X'f') mark(;)");
  CHECK(statements_behind(kScsOff, "select b'1''0\\'; x'; select 1;") == "select b'1''0\\'; x';|select 1;");
}

TEST_CASE("3: N strings follow the plain rule") {
  CHECK(statements("select n'a\\'; select 1;") == "select n'a\\';|select 1;");
  CHECK(tokens_of("select N'a';") == "word(select) string(N'a') mark(;)");
}

TEST_CASE("3: quoted names hold everything but a single double quote") {
  CHECK(statements("select \"a;\"\"';\"; select 1;") == "select \"a;\"\"';\";|select 1;");
  CHECK(tokens_of("\"a\"\"b\".c;") == "quoted_name(\"a\"\"b\") mark(.) word(c) mark(;)");
}

TEST_CASE("3.1: prefix letters count only as a token of their own") {
  CHECK(statements("select te'a\\'; select 1;") == "select te'a\\';|select 1;");
  CHECK(statements("select 1e'a\\'; select 1;") == "select 1e'a\\';|select 1;");
  CHECK(statements("select $1e'a\\'; select 1;") == "select $1e'a\\';|select 1;");
  CHECK(statements("select e 'a\\'; select 1;") == "select e 'a\\';|select 1;");
}

TEST_CASE("3.2: a string goes on behind a lone carriage return, but psql forgets its kind at a line feed") {
  CHECK(statements("select e'a'\r'b\\'; c'; select 2;") == "select e'a'\r'b\\'; c';|select 2;");
  CHECK(statements("select e'a' \r \t 'b\\'; c'; select 2;") == "select e'a' \r \t 'b\\'; c';|select 2;");
  CHECK(statements("select e'a' -- x\r'b\\'; c'; select 2;") == "select e'a' -- x\r'b\\'; c';|select 2;");
  CHECK(statements("select e'a'--;\r-- x\r'b\\'; c'; select 2;") ==
        "select e'a'--;\r-- x\r'b\\'; c';|select 2;");
  CHECK(statements("select e'a'\r-- x\n'b\\'; select 2;") == "select e'a'\r-- x\n'b\\';|select 2;");
  CHECK(statements("select e'a' - 'b\\'; select 2;") == "select e'a' - 'b\\';|select 2;");
  CHECK(statements("select e'a' 'b\\'; select 2;") == "select e'a' 'b\\';|select 2;");
  CHECK(statements("select e'a'\n'b\\'; select 2;") == "select e'a'\n'b\\';|select 2;");
  CHECK(statements("select e'a'\r\n'b\\'; select 2;") == "select e'a'\r\n'b\\';|select 2;");
}

TEST_CASE("3.3: a backslash inside of quotes, comments and dollar bodies is no meta-command") {
  CHECK(statements("select '\\q', \"\\q\", $$\\q$$, /* \\q */ 1; -- \\q\nselect 2;") ==
        "select '\\q', \"\\q\", $$\\q$$, /* \\q */ 1;|select 2;");
}

TEST_CASE("4: standard_conforming_strings is followed in all its spellings") {
  for (const std::string first_line :
       {"SET standard_conforming_strings TO off;\n",
        "set session \"standard_conforming_strings\" = 'false';\n",
        "select pg_catalog.set_config('standard_conforming_strings', 'off', false);\n",
        "set /* c */ STANDARD_CONFORMING_STRINGS = 0;\n"}) {
    CAPTURE(first_line);
    CHECK(statements_behind(first_line, "select 'a\\'; x'; select 1;") == "select 'a\\'; x';|select 1;");
  }
  CHECK(statements("begin;\nset standard_conforming_strings = off;\nrollback;\nselect 'a\\'; select 1;") ==
        "begin;|set standard_conforming_strings = off;|rollback;|select 'a\\';|select 1;");
}

TEST_CASE("5.1: a dollar-quoted body ends at its own delimiter only") {
  CHECK(statements("do $$ ; ' \" -- /* \\q \n$$; select 1;") == "do $$ ; ' \" -- /* \\q \n$$;|select 1;");
  CHECK(statements("do $a$ ; $$ ; $b$ ; $A$ ; $a$; select 1;") == "do $a$ ; $$ ; $b$ ; $A$ ; $a$;|select 1;");
  CHECK(statements("do $a$..$junk$a$; select 1;") == "do $a$..$junk$a$;|select 1;");
  CHECK(statements("do $a$;$a$a$; select 1;") == "do $a$;$a$a$;|select 1;");
  CHECK(statements("do $_1\xC3\xA9$ ; $_1\xC3\xA9$; select 1;") ==
        "do $_1\xC3\xA9$ ; $_1\xC3\xA9$;|select 1;");
  CHECK(statements("do $a\r$;$a\r$;") == "do $a\r$;|$a\r$;");
}

TEST_CASE("5.2: parameters, names and numbers with dollar signs are no delimiters") {
  CHECK(tokens_of("select $1, $22;") == "word(select) parameter($1) mark(,) parameter($22) mark(;)");
  CHECK(statements("select $1$; select 1;") == "select $1$;|select 1;");
  CHECK(statements("select $tag; select $2;") == "select $tag;|select $2;");
  CHECK(statements("select foo$$; select a$b$c;") == "select foo$$;|select a$b$c;");
  CHECK(statements("select foo $$;$$; select 1;") == "select foo $$;$$;|select 1;");
  CHECK(statements("select 1$$;$$; select 1;") == "select 1$$;$$;|select 1;");
  CHECK(statements("select 1.5$$;$$; select 1;") == "select 1.5$$;$$;|select 1;");
  CHECK(statements("select 0x1f$$; select 1;") == "select 0x1f$$;|select 1;");
  CHECK(statements("select 1$a; select 1;") == "select 1$a;|select 1;");
}

TEST_CASE("5: names and numbers longer than the lexer's lookahead keep these rules") {
  const std::string ones(Lexer::kLookahead + 5, '1'), letters(Lexer::kLookahead + 5, 'a');
  CHECK(statements("select " + ones + "$$;$$; select 1;") == "select " + ones + "$$;$$;|select 1;");
  CHECK(statements("select 1a" + ones + "$$; select 1;") == "select 1a" + ones + "$$;|select 1;");
  CHECK(statements("select " + letters + "$$; select 1;") == "select " + letters + "$$;|select 1;");
  CHECK(statements("select '" + letters + ";'; select 1;") == "select '" + letters + ";';|select 1;");
  CHECK(tokens_of("select " + letters + ";") == "word(select) word(" + letters + ") mark(;)");
}

TEST_CASE("6.1: comments nest, and */ closes wherever it stands") {
  CHECK(statements("/* /* ; */ ; */ select 1; select 2;") == "/* /* ; */ ; */ select 1;|select 2;");
  CHECK(statements("/*/ ; */ select 1; select 2;") == "/*/ ; */ select 1;|select 2;");
  CHECK(statements("/**/ select 1; select 2;") == "/**/ select 1;|select 2;");
  CHECK(statements("/* ; **/ select 1; select 2;") == "/* ; **/ select 1;|select 2;");
  CHECK(statements("/* /*/ ; */ ; */ ; select 2;") == "/* /*/ ; */ ; */ ;|select 2;");
  CHECK(statements("/* ' \" $$ -- */ ; select 2;") == "/* ' \" $$ -- */ ;|select 2;");
  CHECK(statements("select 1 --/*\n; select 2;") == "select 1 --/*\n;|select 2;");
}

TEST_CASE("6.2: a comment may begin inside a run of operator characters") {
  CHECK(statements("select 1+--x;\n2; select 3;") == "select 1+--x;\n2;|select 3;");
  CHECK(statements("select @/*c;*/ 1; select 3;") == "select @/*c;*/ 1;|select 3;");
  CHECK(statements("select 5 */*c;*/ 6; select 3;") == "select 5 */*c;*/ 6;|select 3;");
  CHECK(statements("select 1 */ 2; select 3;") == "select 1 */ 2;|select 3;");
  CHECK(statements("select `; select `;") == "select `;|select `;");
  CHECK(tokens_of("a::b := c => d .. e <= -1;") ==
        "word(a) op(::) word(b) op(:=) word(c) op(=>) word(d) op(..) word(e) op(<=) op(-) number(1) mark(;)");
}

TEST_CASE("6.3: numbers take the letters that are glued to them") {
  CHECK(tokens_of("1 1.5 1e5 0x1f 1..2 a1;") ==
        "number(1) number(1.5) number(1e5) number(0x1f) number(1) op(..) number(2) word(a1) mark(;)");
}

TEST_CASE("7: the body of a function of standard SQL is one statement") {
  const std::string body = "() begin atomic select 1; select case when a then 2 end; end;";
  for (const std::string head :
       {"create function f", "CREATE PROCEDURE f", "create or replace function f",
        "Create Or Replace Procedure f", "/* c */ create -- c\nfunction \"begin\""}) {
    CAPTURE(head);
    CHECK(statements(head + body + " select 3;") == head + body + "|select 3;");
  }
}

TEST_CASE("7.1: quoted names, strings and what stands in parentheses are no words of it") {
  CHECK(statements("create function \"begin\"(begin int) returns int as 'begin' language sql; select 1;") ==
        "create function \"begin\"(begin int) returns int as 'begin' language sql;|select 1;");
  CHECK(statements(
            "create function f() returns int begin atomic select (select case when b then 1 end); end; x;") ==
        "create function f() returns int begin atomic select (select case when b then 1 end); end;|x;");
}

TEST_CASE("7.2: other statements have no such body, and an alias named end closes it early") {
  CHECK(statements("create temp function f() begin atomic; select 1; end;") ==
        "create temp function f() begin atomic;|select 1;|end;");
  CHECK(statements("begin; select 1; end;") == "begin;|select 1;|end;");
  CHECK(statements("create table begin (a int); select 1;") == "create table begin (a int);|select 1;");
  CHECK(statements("create function f() begin atomic select 1 as end; select 2; end;") ==
        "create function f() begin atomic select 1 as end;|select 2;|end;");
}

TEST_CASE("7.3: the words are counted anew behind ; and behind \\; outside of a body") {
  CHECK(statements("create; function f() begin; end;") == "create;|function f() begin;|end;");
  CHECK(statements("select 1\\; create function f() begin atomic select 1; end; select 2;") ==
        "select 1\\; create function f() begin atomic select 1; end;|select 2;");
  CHECK(statements("create function f() begin atomic select 1\\; select 2; end; select 3;") ==
        "create function f() begin atomic select 1\\; select 2; end;|select 3;");
}

TEST_CASE("7.4: without its END the body is the rest of the script") {
  CHECK(units_of("create function f() begin atomic select 1;\nselect 2;\n") ==
        "open statement[create function f() begin atomic select 1;\nselect 2;\n]");
}

TEST_CASE("8.1: COPY ... FROM STDIN owns the lines behind it, in all its spellings") {
  for (const std::string copy :
       {"copy t from stdin;", "COPY s.t (a, b) FROM STDIN;", "copy t from stdout;",
        "copy \"from\" (stdin) from stdin;", "copy /* from file */ t -- x\nfrom stdin with (format csv);",
        "copy a.b.c.d.e from stdin delimiter ',';", "Copy a.b.c.d from StdIn;",
        "copy t (\"a;b\", c) from stdin;", "copy t  from stdin;"}) {
    CAPTURE(copy);
    CHECK(units_of(copy + "\n1;\n\\.\nselect 1;") ==
          "statement[" + copy + "] space[\n] copy_data[1;\n\\.\n] statement[select 1;]");
    CHECK(first_of(UnitKind::statement, copy + "\n").copies_owed == 1);
  }
}

TEST_CASE("8.1: no other COPY does") {
  for (const std::string copy :
       {"copy from from stdin;", "copy t from \"stdin\";", "copy t from 'f';", "copy t from program 'stdin';",
        "copy (select a from stdin) to stdout;", "copy t to stdin;", "copy t from 'stdin';",
        "select 'copy t from stdin';", "copy a b c d e f from stdin;",
        "create function f() as $$copy t from stdin;$$;", "do 'copy t from stdin;';",
        "explain copy t from stdin;", "copy;"}) {
    CAPTURE(copy);
    CHECK(units_of(copy + "\n1;") == "statement[" + copy + "] space[\n] statement[1;]");
    CHECK(first_of(UnitKind::statement, copy).copies_owed == 0);
  }
}

TEST_CASE("8.2: each part of statements joined with \\; owns its data, and so do statements that \\g ends") {
  CHECK(units_of("select 1\\; copy a from stdin\\; copy b from stdin;\n1\n\\.\n2\n\\.\n;") ==
        "statement[select 1\\; copy a from stdin\\; copy b from stdin;] space[\n] copy_data[1\n\\.\n] "
        "copy_data[2\n\\.\n] statement[;]");
  CHECK(units_of("copy t from stdin \\g\n1\n\\.\nselect 1;") ==
        "statement[copy t from stdin ] meta_command[\\g] space[\n] copy_data[1\n\\.\n] statement[select 1;]");
  CHECK(units_of("select 1 \\; copy t from stdin \\g\n1\n\\.\nselect 1;") ==
        "statement[select 1 \\; copy t from stdin ] meta_command[\\g] space[\n] copy_data[1\n\\.\n] "
        "statement[select 1;]");
  CHECK(units_of("copy t from stdin \\gset\n1\n\\.\n;") ==
        "statement[copy t from stdin ] meta_command[\\gset] space[\n] copy_data[1\n\\.\n] statement[;]");
  CHECK(first_of(UnitKind::statement, "copy a from stdin\\; copy b from stdin;\n").copies_owed == 2);
}

TEST_CASE("8.3: the data begins behind the line that the COPY ends on") {
  CHECK(units_of("copy t from stdin; select 1;\nd\n\\.\nselect 2;") ==
        "statement[copy t from stdin;] space[ ] statement[select 1;] space[\n] copy_data[d\n\\.\n] "
        "statement[select 2;]");
  CHECK(units_of("copy t from stdin; copy t from stdin;\n1\n\\.\n2\n\\.\n;") ==
        "statement[copy t from stdin;] space[ ] statement[copy t from stdin;] space[\n] copy_data[1\n\\.\n] "
        "copy_data[2\n\\.\n] statement[;]");
  CHECK(units_of("copy t from stdin; -- c\nd\n\\.\n") ==
        "statement[copy t from stdin;] space[ -- c\n] copy_data[d\n\\.\n]");
}

TEST_CASE("8.3: a statement that begins on the line of the COPY is cut by its data") {
  CHECK(units_of("copy t from stdin; select 'a\nd\n\\.\nb'; select 2;") ==
        "statement[copy t from stdin;] space[ ] statement[select 'a\n] copy_data[d\n\\.\n] statement[b';] "
        "space[ ] "
        "statement[select 2;]");
  const Split parts = split("copy t from stdin; select\nd\n\\.\n2;");
  REQUIRE(parts.units.size() == 5);
  CHECK(parts.units[2].flags.interrupted);
  CHECK_FALSE(parts.units[2].flags.continues);
  CHECK(parts.units[2].flags.on_copy_line);
  CHECK_FALSE(parts.units[0].flags.on_copy_line);
  CHECK(parts.units[4].flags.continues);
  CHECK_FALSE(parts.units[4].flags.interrupted);
  CHECK(statements("copy t from stdin; select\nd\n\\.\n\\g\nselect 1;") ==
        "copy t from stdin;|select\n|d\n\\.\n|\\g|select 1;");
}

TEST_CASE("8.4: only a line that is exactly \\. ends the data") {
  const std::string copy = "copy t from stdin;\n";
  const auto data = [&](const std::string& lines) { return statements_behind(copy, lines); };
  CHECK(data("\\.\nselect 1;") == "\\.\n|select 1;");
  CHECK(data("a\r\n\\.\r\nselect 1;") == "a\r\n\\.\r\n|select 1;");
  CHECK(data(" \\.\n\\. \nx\\.\n\\.;\n\\.\rx\n\\.\nselect 1;") ==
        " \\.\n\\. \nx\\.\n\\.;\n\\.\rx\n\\.\n|select 1;");
  CHECK(data("\\\\.\n\\.x\n\\.\nselect 1;") == "\\\\.\n\\.x\n\\.\n|select 1;");
  CHECK(data("\n\n\\.\n\\echo x\n") == "\n\n\\.\n|\\echo x");
  CHECK(units_of(copy + "a\n\\.") == "statement[copy t from stdin;] space[\n] open copy_data[a\n\\.]");
  CHECK(units_of(copy + "a") == "statement[copy t from stdin;] space[\n] open copy_data[a]");
  CHECK(statements_behind("copy t from stdin csv;\n", "\"a\n\\.\nselect 1;") == "\"a\n\\.\n|select 1;");
}

TEST_CASE("8.4: CSV data is known as such") {
  CHECK(first_of(UnitKind::copy_data, "copy t from stdin csv;\na\n\\.\n").copy_is_csv);
  CHECK(first_of(UnitKind::copy_data, "copy t from stdin with (format csv, header);\na\n\\.\n").copy_is_csv);
  CHECK_FALSE(first_of(UnitKind::copy_data, "copy t from stdin;\na\n\\.\n").copy_is_csv);
  CHECK_FALSE(first_of(UnitKind::copy_data, "copy csv (csv) from stdin;\na\n\\.\n").copy_is_csv);
}

TEST_CASE("8.5: behind a line with a NUL a marker is not seen") {
  CHECK(statements_behind("copy t from stdin;\n", "a\0b\n\\.\nc\n\\.\nselect 1;"s) ==
        "a\0b\n\\.\nc\n\\.\n|select 1;"s);
}

TEST_CASE("8.6: data is bytes: no quotes, no comments, no encodings") {
  CHECK(statements_behind("copy t from stdin;\n", "' \" $$ /* -- \\N ; (\n\\.\nselect 1;") ==
        "' \" $$ /* -- \\N ; (\n\\.\n|select 1;");
  CHECK(statements("set client_encoding = sjis;\ncopy t from stdin;\n\x83\n\\.\nselect 1;") ==
        "set client_encoding = sjis;|copy t from stdin;|\x83\n\\.\n|select 1;");
}

TEST_CASE("8.7: binary data runs to the end of the script, and is not open there") {
  CHECK(statements_behind("copy binary t from stdin;\n", "\\.\nselect 1;\n") == "\\.\nselect 1;\n");
  CHECK(statements_behind("copy t from stdin (format binary);\n", "\\.\nselect 1;\n") == "\\.\nselect 1;\n");
  CHECK(split("copy t from stdin (format binary);\nx").open.what == What::nothing);
}

TEST_CASE("8.9: \\copy ... from stdin reads the script too") {
  for (const std::string copy :
       {"\\copy t from stdin", "\\COPY s.t(a) FROM STDIN with csv", "\\copy t from stdin;"}) {
    CAPTURE(copy);
    CHECK(units_of(copy + "\na\n\\.\n;") ==
          "meta_command[" + copy + "] space[\n] copy_data[a\n\\.\n] statement[;]");
  }
  for (const std::string copy :
       {"\\copy t from pstdin", "\\copy t from 'stdin'", "\\copy t from program 'stdin'",
        "\\copy (select 1 from stdin) to f", "\\copy t to stdin"}) {
    CAPTURE(copy);
    CHECK(units_of(copy + "\n;") == "meta_command[" + copy + "] space[\n] statement[;]");
  }
}

TEST_CASE("8.10: in a false branch a COPY owns no data") {
  CHECK(statements("\\if false\ncopy t from stdin;\nselect 1;\n\\endif\nselect 2;") ==
        "\\if false|copy t from stdin;|select 1;|\\endif|select 2;");
  CHECK(statements("\\if true\ncopy t from stdin;\nselect 1;\n\\.\n\\endif\nselect 2;") ==
        "\\if true|copy t from stdin;|select 1;\n\\.\n|\\endif|select 2;");
}

TEST_CASE("9.1: a backslash begins a meta-command anywhere, and a statement around it goes on") {
  CHECK(units_of("\\echo x\n") == "meta_command[\\echo x] space[\n]");
  CHECK(statements("select 1, \\echo x\n2; select 3;") == "select 1, \\echo x\n2;|select 3;");
  CHECK(statements("select (\\echo )\n;); select 3;") == "select (\\echo )\n;);|select 3;");
  CHECK(statements("\\echo;select 1;\nselect 2;") == "\\echo;select 1;|select 2;");
  CHECK(statements("select 1;\\echo x\nselect 2;") == "select 1;|\\echo x|select 2;");
  CHECK(statement_flags("select 1, \\echo x\n2;").holds_meta);
  CHECK(tokens_of("select \\echo a 'b c'\n2;") ==
        "word(select) meta(\\echo) argument(a) argument('b c') number(2) mark(;)");
}

TEST_CASE("9.2: arguments end at a line feed or at a backslash outside of quotes") {
  CHECK(units_of("\\echo a \\\\ select 1; \\echo b\\\\select 2;") ==
        "meta_command[\\echo a \\\\] space[ ] statement[select 1;] space[ ] meta_command[\\echo b\\\\] "
        "statement[select 2;]");
  CHECK(units_of("\\echo one \\echo two\n;") ==
        "meta_command[\\echo one ] meta_command[\\echo two] space[\n] statement[;]");
  CHECK(statements("\\echo 'a\\'b;\\\\' \"c\\d;\" 'it''s'\\\\select 1;") ==
        "\\echo 'a\\'b;\\\\' \"c\\d;\" 'it''s'\\\\|select 1;");
  CHECK(statements("\\echo `a;\\\\'b` \\\\select 1;") == "\\echo `a;\\\\'b` \\\\|select 1;");
  CHECK(statements("\\echo 'open \\\\ select 1;\nselect 2;") == "\\echo 'open \\\\ select 1;|select 2;");
  CHECK(tokens_of("\\connect -reuse-previous=on \"dbname='odd \"\"db\"\" \\'name\\''\"\n") ==
        "meta(\\connect) argument(-reuse-previous=on) argument(\"dbname='odd \"\"db\"\" \\'name\\''\")");
  CHECK(tokens_of("\\c a'b c'd e\n") == "meta(\\c) argument(a'b c'd) argument(e)");
}

TEST_CASE("9.3: some meta-commands take the whole line") {
  for (const std::string name : {"copy t to f", "! ls", "h", "help", "ef", "ev", "sf", "sf+", "sv", "sv+",
                                 "g |cat", "o |cat", "w |cat", "gx |cat"}) {
    const std::string line = "\\" + name + " a \\\\ select 1; \\echo b";
    CAPTURE(line);
    CHECK(statements(line + "\nselect 2;") == line + "|select 2;");
  }
  CHECK(statements("\\o f \\\\ select 1;\n") == "\\o f \\\\|select 1;");
  CHECK(statements("select 1 \\g (format=csv tuples_only) \\\\ select 2;\n") ==
        "select 1 |\\g (format=csv tuples_only) \\\\|select 2;");
}

TEST_CASE("9.4: an unknown meta-command throws away the rest of its line and keeps the statement") {
  CHECK(statements("select 1 \\foo bar \\\\ ; select 2;\n; select 3;") ==
        "select 1 \\foo bar \\\\ ; select 2;\n;|select 3;");
  CHECK(statements("\\.\nselect 1;") == "\\.|select 1;");
  CHECK(statements("\\\\select 4;\nselect 1;") == "\\\\select 4;|select 1;");
  CHECK(statements("\\ select 5;\nselect 1;") == "\\ select 5;|select 1;");
  CHECK(statements("select 2;\\echo(x)\nselect 3;") == "select 2;|\\echo(x)|select 3;");
}

TEST_CASE("9.5: \\g and the like end the statement, other meta-commands do not") {
  for (const std::string name :
       {"\\g", "\\gx", "\\gset", "\\gexec", "\\gdesc", "\\crosstabview", "\\g f", "\\gset p_"}) {
    CAPTURE(name);
    CHECK(units_of("select 1 " + name + "\nselect 2;") ==
          "statement[select 1 ] meta_command[" + name + "] space[\n] statement[select 2;]");
    CHECK(statement_flags("select 1 " + name + "\n").by_meta);
    CHECK(first_of(UnitKind::meta_command, "select 1 " + name + "\n").flags.sends);
  }
  for (const std::string name : {"\\p", "\\w f", "\\echo x", "\\set a b", "\\bind 1"}) {
    CAPTURE(name);
    CHECK(statements("select 1\n" + name + "\n, 2; select 3;") == "select 1\n" + name + "\n, 2;|select 3;");
  }
  CHECK(statements("create function f() begin atomic select (1; \\g\nselect 2; select 3;") ==
        "create function f() begin atomic select (1; |\\g|select 2;|select 3;");
  CHECK_FALSE(statement_flags("select 1;").by_meta);
  CHECK_FALSE(first_of(UnitKind::meta_command, "\\echo x\n").flags.sends);
}

TEST_CASE("9.5: \\g with nothing before it repeats the last query, its COPY data too") {
  CHECK(statements("copy t from stdin \\g\na\n\\.\n\\g\nb\n\\.\nselect 1;") ==
        "copy t from stdin |\\g|a\n\\.\n|\\g|b\n\\.\n|select 1;");
  CHECK(statements("select 1;\n\\g\nselect 2;") == "select 1;|\\g|select 2;");
}

TEST_CASE("9.5: \\r throws the statement away, its parentheses too") {
  CHECK(statements("select (1; select 2;\n\\r\nselect 3; select 4;") ==
        "select (1; select 2;\n\\r|select 3;|select 4;");
}

TEST_CASE("9.6: what stands between \\if and \\endif is always lexed") {
  CHECK(statements("\\if false\nselect 'a;\n\\endif\n'; select 1;\n\\endif\n") ==
        "\\if false|select 'a;\n\\endif\n';|select 1;|\\endif");
  CHECK(statements("\\if 0\nselect 1;\n\\else\nselect 2;\n\\endif\nselect 3;") ==
        "\\if 0|select 1;|\\else|select 2;|\\endif|select 3;");
  CHECK(statements(
            "\\if 0\n\\if 1\ncopy t from stdin;\n\\endif\n\\else\ncopy t from stdin;\n;\n\\.\n\\endif\n") ==
        "\\if 0|\\if 1|copy t from stdin;|\\endif|\\else|copy t from stdin;|;\n\\.\n|\\endif");
  CHECK(statements("\\if 1\n\\elif 1\ncopy t from stdin;\n\\endif\n;") ==
        "\\if 1|\\elif 1|copy t from stdin;|\\endif|;");
}

TEST_CASE("9.6: an unknown meta-command in a false branch eats its line too, and a pipe the line") {
  CHECK(statements("\\if false\n\\foo bar \\\\ \\endif\n\\endif\nselect 1;") ==
        "\\if false|\\foo bar \\\\ \\endif|\\endif|select 1;");
  CHECK(statements("\\if false\n\\o |cat \\\\ \\endif\n\\endif\nselect 1;") ==
        "\\if false|\\o |cat \\\\ \\endif|\\endif|select 1;");
  CHECK(statements("\\if 'on'\ncopy t from stdin;\n;\n\\.\n\\endif") ==
        "\\if 'on'|copy t from stdin;|;\n\\.\n|\\endif");
}

TEST_CASE("9.7: between \\restrict and \\unrestrict every other meta-command is refused") {
  CHECK(
      statements("\\restrict k\n\\echo no \\\\ select 2;\n\\unrestrict x\nselect 1 \\g\n;\n\\unrestrict "
                 "k\n\\echo y \\\\ ;") ==
      "\\restrict k|\\echo no \\\\ select 2;|\\unrestrict x|select 1 \\g\n;|\\unrestrict k|\\echo y \\\\|;");
  CHECK(statements("\\restrict 'k'\n\\unrestrict k\n\\echo y \\\\ ;") ==
        "\\restrict 'k'|\\unrestrict k|\\echo y \\\\|;");
  CHECK(statements("\\restrict k;\n\\unrestrict k\n\\echo y \\\\ ;") ==
        "\\restrict k;|\\unrestrict k|\\echo y \\\\|;");
  CHECK(statements("\\restrict k\ncopy t from stdin;\na\n\\.\nselect 1\\; select a\\:b;\n") ==
        "\\restrict k|copy t from stdin;|a\n\\.\n|select 1\\; select a\\:b;");
}

TEST_CASE("9.8: what psql's variables could change is flagged") {
  for (const std::string statement :
       {"select :x;", "select :'x';", "select :\"x\";", "select a[1:2];", "select :1;", "select :{?x};"}) {
    CAPTURE(statement);
    CHECK(statement_flags(statement).psql_variable);
  }
  for (const std::string statement :
       {"select a::x;", "select ':x';", "select $$:x$$;", "select 1 /* :x */;", "select a[1 : 2];", "x := y;",
        "select :{x};", "select \":x\";", "select 1 -- :x\n;"}) {
    CAPTURE(statement);
    CHECK_FALSE(statement_flags(statement).psql_variable);
  }
}

TEST_CASE("9.8: a variable's name is no word, begins no E string and ends before a dollar sign") {
  CHECK(statements("select :v$$;$$; select 1;") == "select :v$$;$$;|select 1;");
  CHECK(statements("select :1e$$;$$; select 1;") == "select :1e$$;$$;|select 1;");
  CHECK(statements("select :e'a\\'; select 1;") == "select :e'a\\';|select 1;");
  CHECK(statements("create function f() :begin; select 1;") == "create function f() :begin;|select 1;");
  CHECK(statements("select a::v$$; select 1;") == "select a::v$$;|select 1;");
  CHECK(tokens_of("a[1:2] :x;") ==
        "word(a) mark([) number(1) mark(:) number(2) mark(]) mark(:) word(x) mark(;)");
}

TEST_CASE("10: characters whose later bytes are ASCII hide these bytes") {
  const auto in = [](const std::string& encoding, const std::string& script) {
    return statements_behind("set client_encoding = '" + encoding + "';\n", script);
  };
  CHECK(in("SJIS", "select e'\x83\\'; select 1;") == "select e'\x83\\';|select 1;");
  CHECK(in("SJIS", "select e'\xB1\\'; x'; select 1;") == "select e'\xB1\\'; x';|select 1;");
  CHECK(in("SHIFT_JIS_2004", "select e'\x83\\'; select 1;") == "select e'\x83\\';|select 1;");
  CHECK(in("BIG5", "select e'\xB1\\'; select 1;") == "select e'\xB1\\';|select 1;");
  CHECK(in("GBK", "select e'\xB1\\'; select 1;") == "select e'\xB1\\';|select 1;");
  CHECK(in("uhc", "select e'\xB1\\'; select 1;") == "select e'\xB1\\';|select 1;");
  CHECK(in("GB18030", "select e'\xB1\\'; select 1;") == "select e'\xB1\\';|select 1;");
  CHECK(in("GB18030", "select e'\x81\x30\x81\\'; select 1;") == "select e'\x81\x30\x81\\';|select 1;");
  CHECK(in("JOHAB", "select e'\x8F\x31\\'; select 1;") == "select e'\x8F\x31\\';|select 1;");
  CHECK(in("JOHAB", "select e'\xB1\\'; select 1;") == "select e'\xB1\\';|select 1;");
  CHECK(in("UTF8", "select e'\x83\\'; x'; select 1;") == "select e'\x83\\'; x';|select 1;");
}

TEST_CASE("10.2: the byte behind a lead byte is swallowed whatever it is, but never a line feed") {
  const auto in_sjis = [](const std::string& script) {
    return statements_behind("\\encoding SJIS\n", script);
  };
  CHECK(in_sjis("select '\x83'; x'; select 1;") == "select '\x83'; x';|select 1;");
  CHECK(in_sjis("select \x83\\echo;\nselect 1;") == "select \x83\\echo;|select 1;");
  CHECK(in_sjis("select \"\x83\"\";\"; select 1;") == "select \"\x83\"\";|\"; select 1;");
  CHECK(in_sjis("\\echo \x83\\echo b\nselect 1;") == "\\echo \x83\\echo b|select 1;");
  CHECK(in_sjis("\\echo '\x83\\' \\echo b\nselect 1;") == "\\echo '\x83\\' |\\echo b|select 1;");
  CHECK(in_sjis("\\echo '\x83' \\\\select 1;'\nselect 2;") == "\\echo '\x83' \\\\select 1;'|select 2;");
  CHECK(in_sjis("\\echo \"\x83\"\\\\select 1;\"\nselect 2;") == "\\echo \"\x83\"\\\\select 1;\"|select 2;");
  CHECK(in_sjis("\\ec\x83\\echo b\nselect 2;") == "\\ec\x83\\echo b|select 2;");
  CHECK(in_sjis("/* \x83*/ */ select 1; select 2;") == "/* \x83*/ */ select 1;|select 2;");
  CHECK(in_sjis("select 1 -- \x83\n; select 2;") == "select 1 -- \x83\n;|select 2;");
  CHECK(in_sjis("do $\x83`$;$\x83`$; select 2;") == "do $\x83`$;$\x83`$;|select 2;");
  CHECK(in_sjis("do $$\x83$$;$$; select 2;") == "do $$\x83$$;$$;|select 2;");
}

TEST_CASE("a statement's tokens have their places and depths") {
  const std::string script = "select f(a, (b));";
  const SplitUnit unit = first_of(UnitKind::statement, script);
  std::string depths;
  for (const Token& token : unit.tokens)
    depths += std::string(token.of(script)) + std::to_string(token.depth) + " ";
  CHECK(depths == "select0 f0 (0 a1 ,1 (1 b2 )1 )0 ;0 ");
}

TEST_CASE("every script of these tests is cut the same in stretches of any size") {
  const std::vector<std::string> scripts = {
      "select e'a' \r -- x\r 'b\\'; c'; select 2;", "copy t from stdin; select 'a\nd\n\\.\nb'; select 2;",
      "copy t from stdin;\na\r\n\\.\r\nselect 1;", "do $a$..$junk$a$; select 1$$;$$;",
      "select 5 */*c;*/ 6; -- x\r\n\\echo a\\\\;"};
  for (const auto& script : scripts)
    for (const std::size_t stretch : kStretches) {
      CAPTURE(stretch);
      CHECK(units_of(script, stretch) == units_of(script));
    }
}

// The tokens of SCRIPT's first unit, of which no more than MOST are wanted.
std::string recorded(std::string_view script, std::size_t most) {
  Lexer lexer;
  lexer.want_tokens([](const void* context, std::string_view,
                       std::string_view) { return *static_cast<const std::size_t*>(context); },
                    &most);
  (void)lexer.scan(script, Lexer::End::last);
  std::string text;
  for (const Token& token : lexer.tokens())
    text += (text.empty() ? "" : " ") + std::string(token.of(script.substr(0, token.end())));
  return text;
}

TEST_CASE("no more tokens are recorded than wanted, but for those that were known before the question") {
  CHECK(recorded("insert into t values (1);", Lexer::kAllTokens) == "insert into t values ( 1 ) ;");
  CHECK(recorded("insert into t values (1);", 4) == "insert into t values");
  CHECK(recorded("insert into t values (1);", 0) == "insert");
  CHECK(recorded("insert /* into */ into t values (1);", 1) == "insert");
  CHECK(recorded("values (1), (2);", 0) == "values ( 1 ) , ( 2 ) ;");
}

TEST_CASE(
    "meta-commands are recorded whatever is wanted, and statements joined with \\; are asked about each") {
  CHECK(recorded("insert into t values \\echo x\n (1);", 0) == "insert \\echo x");
  CHECK(recorded("insert into t select 1\\; set x to off;", 0) == "insert \\; set");
  CHECK(recorded("insert into t select 1\\; set x to off;", 3) == "insert into t \\; set x to");
}

TEST_CASE("parentheses that stand in no others are counted, with tokens and without") {
  const auto groups = [](std::string_view script) {
    const auto all = first_of(UnitKind::statement, script).groups;
    for (const std::size_t stretch : kStretches)
      CHECK(split(script, stretch, Recorded::least).units.front().groups == all);
    return all;
  };
  CHECK(groups("insert into t (a, b) values (1, f(2)), ('(', 3),\n(4, \"(\");") == 4);
  CHECK(groups("insert into t values (-1 /* ( */, $$($$, e'\\'(') -- (\n, (now());") == 2);
  CHECK(groups("create table t (a int check (a > (0)), b text);") == 1);
  CHECK(groups("insert into t values 1);") == 0);
  CHECK(groups("insert into t values ((1") == 1);
}

TEST_CASE("what is open at the end is told alike, with tokens and without") {
  for (const std::string_view script :
       {"insert into t values ('a' \r 'b", "insert into t values ('a'--x\r'b", "insert into t values (u&'a",
        "insert into t values (u&\"a", "insert into t values (n'a", "insert into t values (1, e'a\\'",
        "insert into t values (1.e'a\\'", "insert into t values (1)", "insert into t values (1 /* a",
        "create table t (a int", "create table t (a$$ int", "comment on table t is 'a''",
        "alter table t /"}) {
    CAPTURE(script);
    for (const std::size_t stretch : kStretches)
      CHECK(in_full(split(script, stretch, Recorded::least), Detail::no_tokens) ==
            in_full(split(script), Detail::no_tokens));
  }
}

TEST_CASE("a SELECT whose tokens are not wanted is still known to have an INTO") {
  const auto open = [](std::string_view script) {
    Lexer lexer;
    lexer.want_tokens([](const void*, std::string_view, std::string_view) { return std::size_t{0}; },
                      nullptr);
    (void)lexer.scan(script, Lexer::End::last);
    return lexer.open().what;
  };
  CHECK(open("select a from t") == What::harmless);
  CHECK(open("select a into u from t") == What::statement);
}

}  // namespace sluice::testing
