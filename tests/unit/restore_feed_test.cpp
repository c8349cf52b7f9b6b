#include "libfilter/restore/feed.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <memory>

#include "libfilter/restore/copy_error.hpp"

namespace sluice {
namespace {

Step step(Step::Kind kind, std::uint64_t offset, std::uint64_t end, std::string text) {
  Step one;
  one.kind = kind;
  one.offset = offset;
  one.end = end;
  one.text = std::move(text);
  return one;
}

// A statement, three stretches of rows, their end, and the end, which has no extent.
struct Script {
  std::deque<Step> steps = {step(Step::Kind::copy, 0, 10, "COPY t"),  step(Step::Kind::rows, 10, 20, "first"),
                            step(Step::Kind::rows, 20, 30, "second"), step(Step::Kind::rows, 30, 40, "third"),
                            step(Step::Kind::copy_end, 40, 43, ""),   step(Step::Kind::end, 43, 43, "")};
  Feed feed{
      {[this] { return pop(); }, [this] { return steps.empty() ? std::nullopt : std::optional(pop()); }}};

  Step pop() {
    Step one = std::move(steps.front());
    steps.pop_front();
    return one;
  }
  std::string rest() {
    std::string texts;
    while (const Step* one = feed.try_next()) texts += "<" + one->text + ">";
    return texts;
  }
};

}  // namespace

TEST_CASE("what is not confirmed is given again, in its order") {
  Script script;
  for (int i = 0; i < 4; ++i) script.feed.next();
  script.feed.confirm(20);
  CHECK(script.feed.kept().size() == 2);
  REQUIRE(script.feed.rewind(20));
  CHECK(script.feed.kept().empty());
  CHECK(script.rest() == "<second><third><><>");
}

TEST_CASE("a rewind confirms what the journal has, though nobody has said so yet") {
  Script script;
  for (int i = 0; i < 4; ++i) script.feed.next();
  REQUIRE(script.feed.rewind(30));
  CHECK(script.rest() == "<third><><>");
}

TEST_CASE("the end is not done because what stands before it is") {
  Script script;
  for (int i = 0; i < 6; ++i) script.feed.next();
  script.feed.confirm(43);
  REQUIRE(script.feed.kept().size() == 1);
  CHECK(script.feed.kept().back().kind == Step::Kind::end);
}

TEST_CASE("rows that were put aside take no memory and come back as they were") {
  Script script;
  for (int i = 0; i < 3; ++i) script.feed.next();
  CHECK(script.feed.kept_bytes() == 17);
  REQUIRE(script.feed.put_aside());
  CHECK(script.feed.kept_bytes() == 6);
  CHECK(script.feed.bytes_aside() == 11);
  CHECK(script.feed.kept()[1].text.empty());
  CHECK(script.feed.text_of(script.feed.kept()[1]) == "first");
  REQUIRE(script.feed.rewind(10));
  CHECK(script.rest() == "<first><second><third><><>");
  CHECK(script.feed.bytes_aside() == 0);
}

TEST_CASE("the temporary file is used anew when all that is in it is done") {
  Script script;
  script.feed.next();
  script.feed.next();
  REQUIRE(script.feed.put_aside());
  script.feed.confirm(20);
  CHECK(script.feed.bytes_aside() == 0);
  script.feed.next();
  REQUIRE(script.feed.put_aside());
  CHECK(script.feed.text_of(script.feed.kept().back()) == "second");
}

TEST_CASE("where no temporary file can be made, rows stay in memory") {
  const char* before = std::getenv("TMPDIR");
  const std::string saved = before == nullptr ? "" : before;
  setenv("TMPDIR", "/nowhere", 1);
  Script script;
  script.feed.next();
  script.feed.next();
  CHECK_FALSE(script.feed.put_aside());
  if (before == nullptr)
    unsetenv("TMPDIR");
  else
    setenv("TMPDIR", saved.c_str(), 1);
  CHECK(script.feed.kept().back().text == "first");
}

TEST_CASE("what was forgotten cannot be given again, until it is confirmed") {
  Script script;
  for (int i = 0; i < 4; ++i) script.feed.next();
  script.feed.forget();
  CHECK(script.feed.kept().size() == 1);
  CHECK(script.feed.has_forgotten());
  CHECK_FALSE(script.feed.rewind(0));
  CHECK_FALSE(script.feed.rewind(20));
  CHECK(script.feed.rewind(30));
  CHECK(script.rest() == "<third><><>");
}

TEST_CASE("a step that is put back, or taken away, is not kept") {
  Script script;
  script.feed.next();
  script.feed.put_back();
  CHECK(script.feed.kept().empty());
  CHECK(script.feed.next()->text == "COPY t");
  script.feed.next();
  CHECK(script.feed.take_last().text == "first");
  CHECK(script.feed.kept().size() == 1);
  CHECK(script.rest() == "<second><third><><>");
}

TEST_CASE("the server's context tells the row and the column, in any language") {
  Step copy;
  copy.header.table.name = "odd, 7";
  const auto place = [&](const std::string& context) {
    ServerError error;
    error.context = context;
    const auto found = copy_place_of(error, copy);
    return found ? std::to_string(found->row) + "|" + found->column : "none";
  };
  CHECK(place("COPY odd, 7, line 3, column a b: \"x: y\"") == "3|a b");
  CHECK(place("COPY odd, 7, Zeile 12, Spalte größe: »x«") == "12|größe");
  CHECK(place("COPY odd, 7, line 5: \"1\t2\"") == "5|");
  CHECK(place("COPY odd, 7, line 5") == "5|");
  CHECK(place("PL/pgSQL function f() line 4 at RAISE\nCOPY odd, 7, line 9, column a: null input") == "9|a");
  CHECK(place("COPY other, line 3, column a") == "none");
  CHECK(place("COPY odd, 7, row ?") == "none");
  CHECK(place("") == "none");
}

TEST_CASE("a row is found by its number, though its stretches came one by one") {
  Step first = step(Step::Kind::rows, 100, 120, "");  // its extent begins before its bytes
  first.line = 10;
  first.ends_row = false;
  Step second = step(Step::Kind::rows, 120, 128, "");
  second.line = 12;
  RowFinder finder(CopyFormat{}, 3);
  finder.look(first, "one\ntwo\nthr");
  finder.look(second, "ee\nfour\n");
  Incident::Row row;
  finder.found(row);
  CHECK(row.bytes == "three");
  CHECK(row.line == 12);
  CHECK(row.offset == 117);
  RowFinder beyond(CopyFormat{}, 9);
  beyond.look(first, "one\n");
  Incident::Row untouched;
  beyond.found(untouched);
  CHECK(untouched.line == 0);
}

}  // namespace sluice
