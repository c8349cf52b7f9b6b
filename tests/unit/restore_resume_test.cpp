// Sessions, and reading on from where a step begins.
#include <doctest/doctest.h>

#include "libfilter/restore/row_ends.hpp"
#include "tests/unit/restore_fixture.hpp"

namespace sluice::testing {
namespace {

// What the last step would have to be told.
std::string session_of(const std::string& text) {
  const Steps steps = steps_of(text);
  REQUIRE(told(steps).empty());
  std::string result;
  for (const auto& [name, statement] : steps.steps.back().before->settings)
    result += name + ": " + statement + '\n';
  return result;
}

TEST_CASE("F4: the settings of a script, by their names and in their order") {
  const std::pair<const char*, const char*> cases[] = {
      {"SET a = 1;\nset B to 2;\nSET SESSION c.d = 'x';\nSET a = 3;\n",
       "b: set B to 2\nc.d: SET SESSION c.d = 'x'\na: SET a = 3\n"},
      {"SELECT pg_catalog.set_config('search_path', '', false);\n",
       "search_path: SELECT pg_catalog.set_config('search_path', '', false)\n"},
      {"SELECT set_config('a', current_setting('b') || ',c', false);\n",
       "a: SELECT set_config('a', current_setting('b') || ',c', false)\n"},
      {"SELECT set_config('a', 'x', false), set_config('b', E'\\\\', false), f();\n",
       "a: SELECT pg_catalog.set_config('a', 'x', false)\nb: SELECT pg_catalog.set_config('b', E'\\\\', "
       "false)\n"},
      {"SELECT set_config('a', 'x', true);\nSET LOCAL b = 1;\n", ""},
      {"SET a = 1;\nSET b = 1;\nRESET a;\nSET b TO DEFAULT;\n", ""},
      {"SET a = 1;\nSET ROLE x;\nRESET ALL;\n", "role: SET ROLE x\n"},
      {"SET a = 1;\nSET ROLE x;\nDISCARD ALL;\n", ""},
      {"SET ROLE x;\nSET SESSION AUTHORIZATION 'y';\nSET ROLE z;\n",
       "session_authorization: SET SESSION AUTHORIZATION 'y'\nrole: SET ROLE z\n"},
      {"SET ROLE x;\nSET SESSION AUTHORIZATION 'y';\n",
       "session_authorization: SET SESSION AUTHORIZATION 'y'\n"},
      {"SET SESSION AUTHORIZATION 'y';\nSET ROLE z;\nRESET SESSION AUTHORIZATION;\n", ""},
      {"SET SESSION AUTHORIZATION DEFAULT;\n", ""},
      {"SET ROLE NONE;\n", "role: SET ROLE NONE\n"},
      {"SET ROLE x;\nRESET ROLE;\n", ""},
      {"SET NAMES 'latin1';\nSET TIME ZONE 'UTC';\nSET XML OPTION DOCUMENT;\nSET SCHEMA 'x';\n",
       "client_encoding: SET NAMES 'latin1'\ntimezone: SET TIME ZONE 'UTC'\nxmloption: SET XML OPTION "
       "DOCUMENT\nsearch_path: SET SCHEMA 'x'\n"},
      {"SET TIME ZONE 'UTC';\nSET TIME ZONE LOCAL;\n", ""},
      {"SET search_path = a, \"b c\";\n", "search_path: SET search_path = a, \"b c\"\n"},
      {"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;\n",
       "transaction read: SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY\n"},
      {"SET TRANSACTION READ ONLY;\nSET CONSTRAINTS ALL DEFERRED;\n", ""},
      {"BEGIN;\nSET a = 1;\nSAVEPOINT s;\nSET a = 2;\nSET b = 2;\nROLLBACK TO s;\nCOMMIT;\n",
       "a: SET a = 1\n"},
      {"SET a = 1;\nBEGIN;\nSET a = 2;\nROLLBACK;\n", "a: SET a = 1\n"},
      {"SET a = 1;\nBEGIN;\nRESET a;\nROLLBACK;\n", "a: SET a = 1\n"},
      {"SET a = 1\\; SET b = 2;\n", "a: SET a = 1\nb: SET b = 2\n"},
      {"SET a = 1;\n\\connect x\n", ""},
      // A statement means the same whatever is set behind it.
      {"SET a = 'x\\y';\n", "a: SET a = E'x\\\\y'\n"},
      {"SET standard_conforming_strings = off;\nSET a = 'it\\'s';\nSET standard_conforming_strings = on;\n",
       "a: SET a = E'it\\'s'\nstandard_conforming_strings: SET standard_conforming_strings = on\n"},
      {"SET client_encoding = latin1;\nSET a = '\xe9';\nSET client_encoding = utf8;\n",
       "client_encoding: SET client_encoding = latin1\na: SET a = '\xe9'\nclient_encoding: SET "
       "client_encoding = utf8\n"},
      {"SET client_encoding = latin1;\nSET a = 'e';\nSET client_encoding = utf8;\n",
       "a: SET a = 'e'\nclient_encoding: SET client_encoding = utf8\n"},
  };
  for (const auto& one : cases) {
    const char* const text = one.first;
    const char* const settings = one.second;
    CAPTURE(text);
    CHECK(session_of(text) == settings);
  }
}

TEST_CASE("the session before a step and behind it, shared while nothing changes") {
  const Steps steps = steps_of("SELECT 1;\nSET a = 1;\nSELECT 2;\n\\connect x\nSELECT 3;\n");
  REQUIRE(steps.steps.size() == 6);
  for (std::size_t i = 0; i + 1 < steps.steps.size(); ++i)
    CHECK(steps.steps[i].after == steps.steps[i + 1].before);
  CHECK(steps.steps[0].before == steps.steps[0].after);
  CHECK(steps.steps[1].before == steps.steps[0].after);
  CHECK(steps.steps[1].after->settings.size() == 1);
  CHECK(steps.steps[2].before == steps.steps[2].after);
  CHECK(steps.steps[3].before->database.empty());
  CHECK(steps.steps[3].after->database == "x");
  CHECK(steps.steps[3].after->settings.empty());
}

// Reading on from each step that can be begun at, against reading from the start.
void check_points(const std::string& text, const Read& read, std::size_t every = 1) {
  const Steps all = steps_of(text, read);
  std::size_t points = 0;
  for (std::size_t i = 0; i < all.steps.size(); ++i) {
    if (all.steps[i].resume_point.empty() || points++ % every != 0) continue;
    CAPTURE(i);
    CAPTURE(printable(text, 2000));
    REQUIRE(all_of(steps_from(text, all.steps[i].resume_point, read)) == all_of(all, i));
  }
}

TEST_CASE("reading on from a step gives what reading from the start gives") {
  const std::string texts[] = {
      "\xef\xbb\xbfSELECT 1;\nSELECT 2;\n",
      "SELECT 1; SELECT 2; -- x\n\n/* y */ SELECT 3;\n",
      "\\restrict k\nSELECT 1;\nSELECT 2;\n\\unrestrict k\nSELECT 3;\n",
      "\\restrict k\nSELECT 1;\n\\connect x\n",
      "SET standard_conforming_strings = off; SELECT 'a\\'; SELECT 'b\\';\nSELECT 'c\\'; SELECT ';';\n",
      "SET standard_conforming_strings = off;\nSELECT 'c\\'; SELECT ';';\nRESET standard_conforming_strings; "
      "SELECT 'x\\'y';\nSELECT 1;\n",
      "SET client_encoding = sjis; SELECT E'\x95\\'';\nSELECT E'\x95\\';\nCOPY t FROM "
      "stdin;\n\x95\\\n2\n\\.\nSELECT 1;\n",
      "SET search_path = app;\nCREATE INDEX i ON t (a);\nCREATE TEMP TABLE t (a int);\nCREATE INDEX j ON t "
      "(a);\n",
      "SELECT 1;\nCOPY public.t FROM stdin;\n1\n2\n3\n4\n\\.\n;;\nCOPY public.u FROM stdin;\n\\.\n",
      "SET ROLE a;\nBEGIN;\nSET b = 1;\nCOMMIT;\nSELECT 1;\n\\connect -reuse-previous=on \"dbname='a "
      "b'\"\nSET c = '\xe9\"';\nSELECT 1;\n\\c -\n",
      "SELECT 1;\nSELECT (2",
      "SELECT 1;\nCOPY t FROM stdin;\n1\n",
  };
  for (const auto& text : texts)
    for (const std::size_t read_size : {1U, 64U}) check_points(text, {{.stretch = 4}, read_size});
}

TEST_CASE("reading on from a step, over all scripts of the corpus") {
  std::size_t scripts = 0;
  for (const std::string& script : corpus_scripts()) {
    const bool large = script.size() > 10'000;
    check_points(script, {{.stretch = 100}, 4096}, large ? 499 : 1);
    scripts += !steps_of(script).failure;
  }
  CHECK(scripts > 20);
}

TEST_CASE("the steps of the corpus do not depend on how it comes in") {
  for (const std::string& script : corpus_scripts()) {
    if (script.size() > 10'000) continue;
    CAPTURE(printable(script, 1000));
    CHECK(all_of(steps_of(script, {{.stretch = 10}, 1})) ==
          all_of(steps_of(script, {{.stretch = 10}, 4096})));
  }
}

TEST_CASE("a resume point is one line of JSON, and what is none is refused") {
  ResumePoint point;
  point.offset = 12;
  point.session.database = "a\n\xff\"";
  point.session.settings = {{"a", "SET a = '\xe9'"}};
  point.restrict_key = "k";
  point.standard_conforming_strings = false;
  point.client_encoding = "SJIS";
  point.this_line = {false, Encoding::sjis};
  point.temporary = true;
  const std::string text = point.text();
  CHECK(text.find('\n') == text.npos);
  const ResumePoint again = ResumePoint::parse(text);
  CHECK(again.text() == text);
  CHECK(again.session == point.session);
  CHECK(again.this_line == point.this_line);
  for (const auto* none : {"", "{}", "[1]", "{\"offset\":1}"})
    CHECK(io_test::fails_as(Failure::Kind::usage, [&] { ResumePoint::parse(none); }));
}

// Where rows end, against the splitter that pgrep-dump uses.
TEST_CASE("row ends are those that a row splitter finds, in stretches of any size") {
  std::mt19937 random(7);
  const std::string_view bytes[] = {"a\\\n.\r*\x0e", "a\"\n,\\\r", "a\x95\\\n."};
  for (int round = 0; round < 3000; ++round) {
    const std::size_t kind = random() % 3;
    CopyFormat format;
    if (kind == 1) format.kind = CopyFormat::Kind::csv;
    if (kind == 2) format.encoding = Encoding::sjis;
    std::string data;
    for (std::size_t i = random() % 200; i > 0; --i) data += bytes[kind][random() % bytes[kind].size()];
    // What \. means is another matter, and so is a return behind a backslash.
    for (const auto* odd : {"\\.", "\\\r"})
      for (auto at = data.find(odd); at != data.npos; at = data.find(odd)) data.replace(at, 2, "aa");
    CAPTURE(printable(data, 1000));
    std::vector<std::size_t> expected, found;
    RowSplitter splitter(format, 10);
    std::string_view rest = data;
    RowSplitter::Row row;
    while (splitter.next(rest, row)) expected.push_back(data.size() - rest.size());
    const bool open = splitter.open_length() > 0;

    RowEnds ends(format);
    std::uint64_t rows = 0;
    std::size_t last = 0;
    const std::size_t most = 1 + random() % 70;
    for (std::size_t at = 0; at < data.size();) {
      const std::size_t length = std::min(data.size() - at, 1 + random() % most);
      const auto piece = ends.scan(std::string_view(data).substr(at, length));
      CHECK_FALSE(piece.marker);
      CHECK((piece.rows > 0) == (piece.end > 0));
      rows += piece.rows;
      if (piece.end > 0) last = at + piece.end;
      at += length;
    }
    CHECK(rows == expected.size());
    CHECK(last == (expected.empty() ? 0 : expected.back()));
    CHECK(ends.open() == open);
  }
}

}  // namespace
}  // namespace sluice::testing
