#include <doctest/doctest.h>

#include <string>

#include "libfilter/io/failure.hpp"

using namespace sluice;

TEST_CASE("what a terminal obeys is escaped, in one byte or in two") {
  CHECK(printable("a\x1b[31m\x7f\n\t") == "a\\x1b[31m\\x7f\\n\\x09");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\xc2\\x9b31m");  // CSI, U+009B
  CHECK(printable("\x9b"
                  "31m") == "\\x9b31m");
  CHECK(printable("\xe0\x82\x9b") == "\\xe0\\x82\\x9b");  // the same, longer than it has to be
  CHECK(printable("\xf0\x80\x82\x9b") == "\\xf0\\x80\\x82\\x9b");
  CHECK(printable(std::string("a\0b", 3)) == "a\\x00b");
}

TEST_CASE("what turns the direction of text, or cannot be seen, is escaped") {
  CHECK(printable("a\xe2\x80\xae"
                  "b\xe2\x81\xa6"
                  "c") == "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6c");  // U+202E, U+2066
  CHECK(printable("\xe2\x80\xa8") == "\\xe2\\x80\\xa8");         // a line separator
  CHECK(printable("\xef\xbb\xbf") == "\\xef\\xbb\\xbf");
  CHECK(printable("\xf3\xa0\x81\x81") == "\\xf3\\xa0\\x81\\x81");  // a tag
  CHECK(printable("\xed\xa0\x80\xf4\x90\x80\x80") ==
        "\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80");  // no characters at all
  const std::string joiners = "\xe2\x80\x8c\xe2\x80\x8d";
  CHECK(printable(joiners) == joiners);
}

TEST_CASE("JSON is shown without what a terminal obeys, and means the same") {
  CHECK(escaped_json("{\"a\": \"x\xc2\x9b\x7f\xe2\x80\xae\"}\n") == "{\"a\": \"x\\u009b\\u007f\\u202e\"}\n");
  CHECK(escaped_json("\"\xf3\xa0\x81\x81\"") == "\"\\udb40\\udc41\"");  // U+E0041, as two halves
  CHECK(escaped_json("\"ä 大 \\u001b\"") == "\"ä 大 \\u001b\"");
}

TEST_CASE("letters of every language pass, and what is no UTF-8 is escaped") {
  const std::string letters = "Größe, размер, 大小, \xf0\x9f\x90\x98";
  CHECK(printable(letters) == letters);
  CHECK(printable("gr\xf6\xdf"
                  "e") == "gr\\xf6\\xdfe");
  CHECK(printable("\xc3") == "\\xc3");
  CHECK(printable("\xf5\x80\x80\x80\xff") == "\\xf5\\x80\\x80\\x80\\xff");
}

TEST_CASE("a text is not cut inside a letter") { CHECK(printable("ääää", 3) == "ää..."); }

TEST_CASE("lines stay lines, without what begins them and without empty ones") {
  CHECK(printable_lines("refused\n\tIs the server running?\n\n", 100) == "refused\nIs the server running?");
  CHECK(printable_lines("\x1b[2J\n", 100) == "\\x1b[2J");
  CHECK(printable_lines("", 100).empty());
}
