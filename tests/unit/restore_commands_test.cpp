// Which of psql's commands are obeyed, and how the others are refused.
#include <doctest/doctest.h>

#include "tests/unit/restore_fixture.hpp"

namespace sluice::testing {
namespace {

// The databases that the script connects to, or the failure.
std::string databases(const std::string& text) {
  const Steps steps = steps_of(text);
  std::string names;
  for (const Step& step : steps.of(Step::Kind::connect)) names += '<' + step.text + '>';
  return names + told(steps);
}

TEST_CASE("C6: \\connect opens a database by its name") {
  CHECK(databases("\\connect name\n") == "<name>");
  CHECK(databases("\\connect MyName\n") == "<MyName>");
  CHECK(databases("\\connect \"na me\"\n") == "<na me>");
  CHECK(databases("\\connect \"na\"\"me\"\n") == "<na\"me>");
  CHECK(databases("\\connect 'x'\n") == "<x>");
  CHECK(databases("\\connect -reuse-previous=on \"dbname='my db'\"\n") == "<my db>");
  CHECK(databases("\\connect -reuse-previous=on \"dbname='it\\'s \"\"x\"\" \\\\'\"\n") == "<it's \"x\" \\>");
  CHECK(databases("\\c -reuse-previous=on plain\n") == "<plain>");
  CHECK(databases("\\connect -reuse-previous=on \"dbname='host=evil port=1 dbname=x'\"\n") ==
        "<host=evil port=1 dbname=x>");
  CHECK(databases("\\connect name - - -\n") == "<name>");
  CHECK(databases("\\c a\n\\c -\n\\connect \"-\"\n") == "<a><a><->");
  CHECK(databases("\\c -\n") == "<>");
  CHECK(databases("\\c a;\r\n") == "<a>");
}

TEST_CASE("C6, G6: \\connect never changes the server or the user") {
  const std::pair<const char*, const char*> cases[] = {
      {"a user", "\\connect with a user: a dump may only choose a database"},
      {"- user", "\\connect with a user: a dump may only choose a database"},
      {"a - host", "\\connect with a host: a dump may only choose a database"},
      {"a - - 5433", "\\connect with a port: a dump may only choose a database"},
      {"a - - - x", "\\connect with too many arguments: a dump may only choose a database"},
      {"\"host=evil dbname=x\"", "\\connect with a name that psql takes for a connection string"},
      {"postgresql://evil/x", "\\connect with a name that psql takes for a connection string"},
      {"'postgresql://evil/x'", "\\connect with a name that psql takes for a connection string"},
      {"-reuse-previous=off a", "\\connect with -reuse-previous=off: a dump may not choose the server"},
      {"-reuse-previous=on \"dbname=x host=evil\"",
       "\\connect with host in it: a dump may only choose a database"},
      {"-reuse-previous=on \"dbname=x user=evil\"",
       "\\connect with user in it: a dump may only choose a database"},
      {"-reuse-previous=on \"dbname=x service=evil\"",
       "\\connect with service in it: a dump may only choose a database"},
      {"-reuse-previous=on 'postgresql://evil/x'",
       "\\connect with host in it: a dump may only choose a database"},
      {"-reuse-previous=on \"dbname=x nonsense=evil\"",
       "\\connect has a connection string that cannot be read"},
      {"-reuse-previous=on \"port=\"", "\\connect with port in it: a dump may only choose a database"},
      {"-reuse-previous=on \"dbname=''\"", "\\connect names no database"},
      {"\"\"", "\\connect names no database"},
      {"`id`", "\\connect with a variable or a command of the shell in it"},
      {":DBNAME", "\\connect with a variable or a command of the shell in it"},
      {"x:DBNAME", "\\connect with a variable or a command of the shell in it"},
  };
  for (const auto& one : cases) {
    const char* const arguments = one.first;
    const char* const message = one.second;
    CAPTURE(arguments);
    CHECK(databases("SELECT 1;\n\\connect " + std::string(arguments) + "\nSELECT 2;\n") ==
          std::string("in.sql:2: ") + message);
  }
  CHECK(databases("BEGIN;\n\\connect a\n") ==
        "in.sql:2: \\connect inside a transaction: what that did would be lost");
}

TEST_CASE("C1, C5: \\restrict and \\unrestrict, and their keys") {
  const std::pair<const char*, const char*> cases[] = {
      {"\\restrict\n", "in.sql:1: \\restrict without its key"},
      {"\\restrict a b\n", "in.sql:1: \\restrict with more than a key"},
      {"\\restrict `id`\n", "in.sql:1: the key of \\restrict is not letters and digits"},
      {"\\restrict :x\n", "in.sql:1: the key of \\restrict is not letters and digits"},
      {"\\restrict a\n\\unrestrict b\n", "in.sql:2: the key of \\unrestrict is not that of \\restrict"},
      {"\\restrict a\n\\unrestrict\n", "in.sql:2: \\unrestrict without its key"},
      {"\\restrict a\n\\unrestrict `id`\n", "in.sql:2: the key of \\unrestrict is not letters and digits"},
      {"\\unrestrict a\n", "in.sql:1: \\unrestrict without a \\restrict before it"},
      {"\\restrict a\n\\unrestrict a\n\\unrestrict a\n",
       "in.sql:3: \\unrestrict without a \\restrict before it"},
      {"\\restrict a\n\\restrict b\n",
       "in.sql:2: \\restrict: backslash commands are restricted behind \\restrict"},
      {"\\restrict a\n\\connect b\n",
       "in.sql:2: \\connect: backslash commands are restricted behind \\restrict"},
      {"\\restrict a\n\\unrestrict a\n\\restrict b\nSELECT 1;\n\\unrestrict b\n\\connect c\n", "<c>"},
  };
  for (const auto& one : cases) {
    const char* const text = one.first;
    const char* const result = one.second;
    CAPTURE(text);
    CHECK(databases(text) == result);
  }
}

TEST_CASE("C2 to C4, C10, B14: all other commands are refused, wherever they stand, with their own line") {
  struct Case {
    const char *text, *message, *hint;
  };
  const Case cases[] = {
      {"select 1\\echo MIDLINE\n;\n", "2: \\echo", "take it out"},
      {"select 1\n  , 2 \\echo x\n;\n", "3: \\echo", "take it out"},
      {"SELECT 2; \\! rm -rf ~\n", "2: \\!", "the shell"},
      {"\\i x.sql\n", "2: \\i", "the file's text"},
      {"\\copy t from 'x'\n", "2: \\copy", "COPY ... FROM stdin"},
      {"\\if false\n", "2: \\if", "branch"},
      {"\\set a 1\n", "2: \\set", "variables"},
      {"\\encoding\n", "2: \\encoding", "SET client_encoding"},
      {"\\encoding :x\n", "2: \\encoding", "SET client_encoding"},
      {"\\encoding `id`\n", "2: \\encoding", "SET client_encoding"},
      {"select 5 \\gexec\n", "2: \\gexec", "semicolon"},
      {"select 5\n\\g |cmd\n", "3: \\g", "semicolon"},
      {"\\o |cmd\n", "2: \\o", "files"},
      {"\\N\t1\n", "2: \\N", "COPY data without its COPY above?"},
      {"\\.\n", "2: \\.", "COPY data without its COPY above?"},
      {"\\q\n", "2: \\q", "cut"},
      {"\\nonsense\x01 x\n", "2: \\nonsense\\x01", "only \\connect"},
      {"\\\\ select 3;\n", "2: a backslash outside of strings", ""},
      {"select 5 \\i x\n\\; select 6;\n", "2: \\i", "the file's text"},
  };
  for (const Case& one : cases) {
    const char* const text = one.text;
    const char* const message = one.message;
    const char* const hint = one.hint;
    CAPTURE(text);
    const Steps steps = steps_of("SELECT 1;\n" + std::string(text));
    CHECK(told(steps).starts_with(std::string("in.sql:") + message));
    CHECK(steps.failure->hint.find(hint) != std::string::npos);
    CHECK(steps.failure->kind == Failure::Kind::unsound_input);
    for (const Step& step : steps.steps) CHECK((step.text == "SELECT 1" || step.text == "SELECT 2"));
  }
  CHECK(steps_of("SELECT $$\n\\echo in_dollar\n$$, '\\i x', /* \\! */ 1; -- \\q\n").failed().empty());
}

TEST_CASE("a command in a statement longer than what is held is refused with its own line") {
  const std::string text =
      "SELECT '" + std::string(1000, 'x') + "',\n'" + std::string(1000, 'y') + "'\n\\echo x\n, 1;\n";
  CHECK(told(steps_of(text, {.options = {.hold = 64}, .read_size = 64})) ==
        "in.sql:3: \\echo is a command for psql, and is not run here");
  CHECK(told(steps_of(text)) == "in.sql:3: \\echo is a command for psql, and is not run here");
}

TEST_CASE("C8, C9: psql's variables are none: the text is the server's") {
  const Steps steps = steps_of("SELECT a[1:\"USER\"], ':x', :x;\n");
  CHECK(steps.steps[0].text == "SELECT a[1:\"USER\"], ':x', :x");
}

TEST_CASE("\\encoding, as pg_dumpall writes it, is a SET") {
  const auto steps = steps_of("\\encoding SQL_ASCII\n\\connect a\nSELECT 1;\n");
  CHECK(steps.failed() == "");
  REQUIRE(steps.steps.size() == 4);
  CHECK(steps.steps[0].text == "SET client_encoding = 'SQL_ASCII'");
  REQUIRE(steps.steps[1].before->settings.size() == 1);
  CHECK(steps.steps[1].before->settings[0].second == "SET client_encoding = 'SQL_ASCII'");
  CHECK(steps.steps[1].after->settings.empty());
}

}  // namespace
}  // namespace sluice::testing
