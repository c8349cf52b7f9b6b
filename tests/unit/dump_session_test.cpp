// What a script does to its psql session. The scripts go through the lexer, as they do in the programs.
#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

#include "libfilter/dump/session.hpp"
#include "tests/differential/split.hpp"

namespace sluice::testing {
namespace {

Session after(const std::string& script) { return split(script + "\n").session; }

bool scs_after(const std::string& script) {
  return after(script).lexer_settings().standard_conforming_strings;
}

std::string encoding_after(const std::string& script) { return after(script).client_encoding(); }

std::string database_after(const std::string& script) {
  return after(script).database().value_or("(unknown)");
}

// Behind `set standard_conforming_strings = off;`, so that a change can be seen.
const std::string kOff = "set standard_conforming_strings = off;\n";

}  // namespace

TEST_CASE("a session begins with the server's defaults, connected to nothing that is known") {
  const Session session;
  CHECK(session.lexer_settings() == Lexer::Settings{});
  CHECK(session.client_encoding() == "");
  CHECK_FALSE(session.database());
  CHECK_FALSE(session.restrict_key());
  CHECK_FALSE(session.in_transaction());
}

TEST_CASE("SET takes booleans in every spelling the server knows") {
  for (const char* value : {"off", "OFF", "of", "'off'", "\"off\"", "false", "f", "'fal'", "no", "n", "0",
                            "'0'", "e'off'", "n'off'", "$$off$$"}) {
    CAPTURE(value);
    CHECK_FALSE(scs_after("set standard_conforming_strings = " + std::string(value) + ";"));
  }
  for (const char* value :
       {"on", "On", "'on'", "true", "t", "tRu", "yes", "y", "1", "'1'", "default", "DEFAULT"}) {
    CAPTURE(value);
    CHECK(scs_after(kOff + "set standard_conforming_strings = " + value + ";"));
  }
  for (const char* value : {"o", "''", "2", "'maybe'", "offf", "null"}) {
    CAPTURE(value);
    CHECK(scs_after("set standard_conforming_strings = " + std::string(value) + ";"));
    CHECK_FALSE(scs_after(kOff + "set standard_conforming_strings = " + value + ";"));
  }
}

TEST_CASE("SET takes the name in every spelling, with TO or =, with SESSION or without") {
  for (const char* statement :
       {"SET STANDARD_CONFORMING_STRINGS TO off;", "set \"standard_conforming_strings\" to off;",
        "set \"Standard_Conforming_Strings\"=off;", "set session standard_conforming_strings=off;",
        "set/* c */standard_conforming_strings -- c\n= off;",
        "/* c */ set standard_conforming_strings = off;"}) {
    CAPTURE(statement);
    CHECK_FALSE(scs_after(statement));
  }
}

TEST_CASE("other statements change nothing") {
  for (const char* statement :
       {"set standard_conforming_string = off;",
        "set x.standard_conforming_strings = off;",
        "set session authorization off;",
        "set session characteristics as transaction read only;",
        "set time zone 'off';",
        "alter role a set standard_conforming_strings = off;",
        "alter database a set standard_conforming_strings = off;",
        "create function f() returns int language sql set standard_conforming_strings = off return 1;",
        "select 'set standard_conforming_strings = off';",
        "select f('standard_conforming_strings', 'off', false);",
        "do $$ set standard_conforming_strings = off; $$;",
        ";",
        "set;",
        "set local;",
        "reset;",
        "set standard_conforming_strings;",
        "set standard_conforming_strings =;",
        "set standard_conforming_strings = off, on;",
        "set standard_conforming_strings = off off;",
        "begin; set local"}) {
    CAPTURE(statement);
    CHECK(scs_after(statement));
  }
}

TEST_CASE("RESET and DISCARD ALL go back to the default") {
  const std::string both = kOff + "set client_encoding = latin1;\n";
  for (const char* statement : {"reset all;", "RESET ALL;", "discard all;"}) {
    CAPTURE(statement);
    CHECK(scs_after(both + statement));
    CHECK(encoding_after(both + statement) == "");
  }
  CHECK(scs_after(both + "reset standard_conforming_strings;"));
  CHECK(encoding_after(both + "reset standard_conforming_strings;") == "latin1");
  CHECK_FALSE(scs_after(both + "reset \"client_encoding\";"));
  CHECK_FALSE(scs_after(both + "discard temp;"));
}

TEST_CASE("set_config() sets too, wherever it stands in a query") {
  for (const char* statement :
       {"select set_config('standard_conforming_strings', 'off', false);",
        "SELECT pg_catalog.set_config('STANDARD_CONFORMING_STRINGS', 'off', false);",
        "select distinct \"pg_catalog\".\"set_config\"('standard_conforming_strings', e'off', 'f');",
        "select 1, (select set_config('standard_conforming_strings', '0', false));",
        "with x as (select set_config('standard_conforming_strings', 'off', false)) select * from x;",
        "values (set_config('standard_conforming_strings', 'off', false));",
        "select set_config('search_path', '', false), set_config('standard_conforming_strings', 'off', "
        "false);",
        "select set_config('standard_conforming_strings', 'off', false) \\gset\n"}) {
    CAPTURE(statement);
    CHECK_FALSE(scs_after(statement));
  }
  CHECK(scs_after("select set_config('standard_conforming_strings', 'off', true);"));
  CHECK_FALSE(scs_after("begin; select set_config('standard_conforming_strings', 'off', true);"));
  CHECK(scs_after("begin; select set_config('standard_conforming_strings', 'off', true); commit;"));
  CHECK(scs_after(kOff + "select set_config('standard_conforming_strings', null, false);"));
  CHECK(scs_after("select set_config('search_path', '', false);"));
}

TEST_CASE("SET LOCAL holds in a transaction, and ends with it") {
  const std::string local = "set local standard_conforming_strings = off;";
  CHECK(scs_after(local));
  CHECK_FALSE(scs_after("begin;" + local));
  CHECK(scs_after("begin;" + local + "commit;"));
  CHECK(scs_after("begin;" + local + "rollback;"));
  CHECK_FALSE(scs_after("begin;" + local + kOff + "commit;"));
  CHECK_FALSE(scs_after("begin;" + kOff + "set local standard_conforming_strings = on; commit;"));
  CHECK(scs_after("begin;" + kOff + "set local standard_conforming_strings = on;"));
}

TEST_CASE("ROLLBACK takes back what SET did in the transaction, COMMIT keeps it") {
  for (const char* end :
       {"rollback;", "ABORT;", "rollback work;", "rollback transaction;", "abort and no chain;"}) {
    CAPTURE(end);
    CHECK(scs_after("begin;" + kOff + end));
    CHECK_FALSE(scs_after(kOff + "begin; set standard_conforming_strings = on;" + end));
  }
  for (const char* end :
       {"commit;", "END;", "commit work;", "end transaction;", "prepare transaction 'x';"}) {
    CAPTURE(end);
    CHECK_FALSE(scs_after("begin;" + kOff + end));
    CHECK_FALSE(after("begin;" + kOff + end).in_transaction());
  }
  CHECK_FALSE(scs_after(kOff + "rollback;"));
}

TEST_CASE("savepoints restore the settings, by name and in their order") {
  const std::string on = "set standard_conforming_strings = on;";
  CHECK(scs_after("begin; savepoint a;" + kOff + "rollback to a;"));
  CHECK(scs_after("begin; savepoint a;" + kOff + "rollback to savepoint A;"));
  CHECK(scs_after("begin; savepoint \"A b\";" + kOff + "rollback work to savepoint \"A b\";"));
  CHECK(scs_after("begin; savepoint savepoint;" + kOff + "rollback to savepoint;"));
  CHECK_FALSE(scs_after("begin; savepoint a;" + kOff + "rollback to b;"));
  CHECK_FALSE(scs_after("begin; savepoint \"A\";" + kOff + "rollback to a;"));
  CHECK_FALSE(scs_after("begin; savepoint a;" + kOff + "release a; commit;"));
  CHECK_FALSE(scs_after("begin; savepoint a;" + kOff + "release savepoint a; rollback to a;"));
  // An older savepoint of the same name comes back when the newer one is released.
  CHECK_FALSE(scs_after("begin; savepoint a;" + kOff + "savepoint a;" + on + "rollback to a;"));
  CHECK(scs_after("begin; savepoint a;" + kOff + "savepoint a; release a; rollback to a;"));
  // Rolling back to a savepoint keeps it, and forgets the later ones.
  CHECK(scs_after("begin; savepoint a;" + kOff + "rollback to a;" + kOff + "rollback to a;"));
  CHECK(scs_after("begin; savepoint a;" + kOff + "savepoint b; rollback to a; rollback to b;"));
  CHECK(scs_after("begin; savepoint a; set local standard_conforming_strings = off; rollback to a;"));
  CHECK(scs_after("savepoint a;" + kOff + "begin;" + on + "commit; rollback to a;"));
}

TEST_CASE("it is known whether a transaction is open") {
  for (const char* script :
       {"begin;", "BEGIN WORK;", "begin isolation level serializable;", "start transaction;",
        "start transaction read only;", "begin; begin;", "begin; commit and chain;",
        "begin; rollback and chain;", "begin; savepoint a; rollback to a;", "begin; rollback prepared 'x';",
        "begin; commit prepared 'x';", "begin; commit; begin;", "select 1\\; begin;"}) {
    CAPTURE(script);
    CHECK(after(script).in_transaction());
  }
  for (const char* script :
       {"commit and chain;", "begin; commit and no chain;", "begin; commit; commit;", "begin; begin; commit;",
        "start;", "begin\\; commit;", "create function f() begin atomic select 1; end;",
        "select 1\\; select 2;", "begin; \\connect x", "begin \\r"}) {
    CAPTURE(script);
    CHECK_FALSE(after(script).in_transaction());
  }
}

TEST_CASE("statements joined with \\; count one by one") {
  CHECK_FALSE(scs_after("select 1\\; set standard_conforming_strings = off;"));
  CHECK(scs_after("set standard_conforming_strings = off\\; set standard_conforming_strings = on;"));
  // The server runs them in one transaction, which a ROLLBACK among them ends.
  CHECK(scs_after("set standard_conforming_strings = off\\; rollback;"));
  CHECK(scs_after("set local standard_conforming_strings = off\\; select 1;"));
  CHECK_FALSE(scs_after("set local standard_conforming_strings = off\\; begin;"));
}

TEST_CASE("a meta-command inside of a statement comes before it") {
  CHECK(encoding_after("select \\encoding latin1\n1;") == "latin1");
  CHECK(encoding_after("set client_encoding = latin2 \\encoding latin1\n;") == "latin2");
  CHECK(database_after("select \\c foo\n1;") == "foo");
  CHECK_FALSE(scs_after("set standard_conforming_strings = \\echo x\noff;"));
  CHECK(scs_after("set standard_conforming_strings = off \\r"));
}

TEST_CASE("client_encoding is followed in all its spellings") {
  for (const char* script :
       {"set client_encoding = 'SJIS';", "set client_encoding to SJIS;", "SET NAMES 'SJIS';",
        "set session names 'SJIS';", "select set_config('client_encoding', 'SJIS', false);",
        "\\encoding SJIS", "\\encoding 'SJIS'", "set \"client_encoding\" to \"SJIS\";",
        "begin; set client_encoding = 'SJIS'; commit;"}) {
    CAPTURE(script);
    CHECK(encoding_after(script) == "SJIS");
    CHECK(after(script).lexer_settings().encoding == Encoding::sjis);
  }
  for (const char* script : {"set names default;", "set names;", "reset client_encoding;",
                             "set client_encoding = default;", "\\connect x", "\\c"}) {
    CAPTURE(script);
    CHECK(encoding_after(std::string("set names sjis;\n") + script) == "");
    CHECK(after(std::string("set names sjis;\n") + script).lexer_settings().encoding == Encoding::safe);
  }
  CHECK(encoding_after("begin; set names 'sjis'; rollback;") == "");
  CHECK(encoding_after("begin; set local client_encoding = 'sjis'; commit;") == "");
  CHECK(encoding_after("begin;\n\\encoding sjis\nrollback;") == "");
  CHECK(encoding_after("set names sjis;\n\\encoding") == "sjis");
  CHECK(after("set names gb18030;").lexer_settings().encoding == Encoding::gb18030);
}

TEST_CASE("\\connect names the database, in every spelling") {
  CHECK(database_after("\\connect foo") == "foo");
  CHECK(database_after("\\c foo") == "foo");
  CHECK(database_after("\\connect Foo;") == "Foo");
  CHECK(database_after("\\connect foo user host 5432") == "foo");
  CHECK(database_after("\\connect \"Foo bar\"") == "Foo bar");
  CHECK(database_after("\\connect \"a\"\"b;\"") == "a\"b;");
  CHECK(database_after("\\connect 'a b'") == "a b");
  CHECK(database_after("\\connect 'it''s \\'it\\' \\101\\x42'") == "it's 'it' AB");
  CHECK(database_after("\\connect a'b 'c") == "ab c");
  CHECK(database_after("\\connect '-'") == "-");
  CHECK(database_after("select 1; \\connect foo \\\\ select 1;") == "foo");
}

TEST_CASE("\\connect takes conninfo strings and URIs") {
  CHECK(database_after("\\connect 'host=h dbname=foo'") == "foo");
  CHECK(database_after("\\connect \"dbname = 'a b' user=u\"") == "a b");
  CHECK(database_after("\\connect \"dbname=a\\ b\"") == "a b");
  CHECK(database_after("\\connect -reuse-previous=on \"dbname='odd \"\"db\"\" \\'name\\''\"") ==
        "odd \"db\" 'name'");
  CHECK(database_after("\\connect -reuse-previous=on \"dbname='a\\\\\\\\b=c'\"") == "a\\\\b=c");
  CHECK(database_after("\\connect -reuse-previous=off foo") == "foo");
  CHECK(database_after("\\connect postgresql://u:p?w@h:5432/foo") == "foo");
  CHECK(database_after("\\connect postgres://h/a%20b?sslmode=disable") == "a b");
  CHECK(database_after("\\connect postgresql:///?host=h&dbname=foo") == "foo");
  CHECK(database_after("\\connect postgresql://[::1]/foo") == "foo");
}

TEST_CASE("\\connect keeps the database when none is given") {
  const std::string foo = "\\connect foo\n";
  for (const char* line :
       {"\\connect", "\\connect -", "\\connect - user", "\\c - - host", "\\connect -reuse-previous=on host=h",
        "\\connect -reuse-previous=on postgresql://h", "\\connect -reuse-previous=nonsense x", "\\Connect x",
        "\\cd x", "\\connectx y"}) {
    CAPTURE(line);
    CHECK(database_after(foo + line) == "foo");
  }
  for (const char* line : {"\\connect host=h", "\\connect postgresql://h", "\\connect postgresql://h/",
                           "\\connect -reuse-previous=off -", "\\connect `cat name`", "\\connect :name"}) {
    CAPTURE(line);
    CHECK(database_after(foo + line) == "(unknown)");
  }
}

TEST_CASE("\\connect begins a new session") {
  const Session session = after(kOff + "set names sjis;\nbegin; savepoint a;\n\\connect foo");
  CHECK(session.lexer_settings() == Lexer::Settings{});
  CHECK_FALSE(session.in_transaction());
}

TEST_CASE("between \\restrict and \\unrestrict with its key psql obeys no other meta-command") {
  CHECK(after("\\restrict abc").restrict_key() == "abc");
  CHECK(after("\\restrict abc\n\\unrestrict abc").restrict_key() == std::nullopt);
  CHECK(after("\\restrict abc\n\\unrestrict abd").restrict_key() == "abc");
  CHECK(after("\\restrict abc\n\\unrestrict").restrict_key() == "abc");
  CHECK(after("\\restrict abc\n\\restrict x").restrict_key() == "abc");
  CHECK(after("\\restrict").restrict_key() == std::nullopt);
  CHECK(after("\\unrestrict abc").restrict_key() == std::nullopt);
  CHECK(database_after("\\restrict abc\n\\connect x") == "(unknown)");
  CHECK(database_after("\\restrict abc\n\\unrestrict abc\n\\connect x\n\\restrict def") == "x");
  CHECK(encoding_after("\\restrict abc\n\\encoding sjis") == "");
  CHECK_FALSE(scs_after("\\restrict abc\n" + kOff));
}

TEST_CASE("a false \\if branch does nothing") {
  CHECK(database_after("\\if false\n\\connect a\n\\endif") == "(unknown)");
  CHECK(database_after("\\if true\n\\connect a\n\\else\n\\connect b\n\\endif") == "a");
  CHECK(database_after("\\if 0\n\\connect a\n\\elif yes\n\\connect b\n\\elif yes\n\\connect "
                       "c\n\\else\n\\connect d\n\\endif") == "b");
  CHECK(database_after(
            "\\if 0\n\\if 1\n\\connect a\n\\else\n\\connect b\n\\endif\n\\else\n\\connect c\n\\endif") ==
        "c");
  CHECK(database_after("\\if :{?x}\n\\connect a\n\\endif\n") == "(unknown)");
  CHECK(database_after("\\endif\n\\else\n\\connect a") == "a");
  CHECK(scs_after("\\if off\n" + kOff + "\\endif"));
  CHECK_FALSE(scs_after("\\if off\n\\endif\n" + kOff));
  CHECK(after("\\if off\n\\restrict k\n\\endif").restrict_key() == std::nullopt);
}

TEST_CASE("the first tokens of a statement are enough, and none are no statement") {
  Session session;
  const std::string text = "set standard_conforming_strings = off";
  const Token tokens[] = {{0, 3, 0, TokenKind::word},
                          {4, 27, 0, TokenKind::word},
                          {32, 1, 0, TokenKind::op},
                          {34, 3, 0, TokenKind::word}};
  for (std::size_t count = 0; count < std::size(tokens); ++count) session.statement(text, {tokens, count});
  session.meta_command("", {});
  CHECK(session.lexer_settings().standard_conforming_strings);
  session.statement(text, tokens);
  CHECK_FALSE(session.lexer_settings().standard_conforming_strings);
}

}  // namespace sluice::testing
