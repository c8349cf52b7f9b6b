#include <doctest/doctest.h>

#include "libfilter/rules/marks.hpp"

using namespace sluice;

TEST_CASE("marks are told from comments that only look like them") {
  const auto kind = [](std::string_view text) { return read_mark(text, "sanitize-rds").kind; };
  CHECK(kind("--@ sanitize-rds removed [x]: why\n") == MarkKind::removed);
  CHECK(kind("--@ sanitize-rds data [x]\n") == MarkKind::data);
  CHECK(kind("--@ sanitize-rds changed 3 [x]\n") == MarkKind::changed);
  CHECK(read_mark("--@ sanitize-rds changed 3 [x]\n", "sanitize-rds").statements == 3);
  CHECK(kind("--@| CREATE ROLE x;\n") == MarkKind::original);
  CHECK(kind("  --@+ sanitize-rds\n") == MarkKind::front);
  CHECK(read_mark("  --@+ sanitize-rds\n", "sanitize-rds").begin == 2);
  CHECK(kind("--@. sanitize-rds\n") == MarkKind::behind);
  CHECK(kind("--@ strip-tablespaces removed [x]\n") == MarkKind::none);
  CHECK(kind("--@ sanitize-rds changed x\n") == MarkKind::none);
  CHECK(kind("-- @ sanitize-rds removed\n") == MarkKind::none);
  CHECK(kind("\n") == MarkKind::none);
}

TEST_CASE("what would end a comment line early is written so that it does not, and comes back") {
  OriginalDecoder decoder;
  std::string out;
  decoder.decode("a\x10", out);
  decoder.decode(
      "rb\x10"
      "0c\x10\x10"
      "d",
      out);
  CHECK(out == std::string("a\rb\0c\x10"
                           "d",
                           7));
}
