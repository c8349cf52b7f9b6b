#include <doctest/doctest.h>

#include <string>

#include "libfilter/pg/words.hpp"

using namespace sluice;

namespace {

// "[SQLSTATE] text" for each part, so that a test compares one string.
std::string taken_apart(std::string_view message) {
  std::string out;
  for (const auto& one : words_of(message)) out += "[" + one.sqlstate + "] " + one.text + "|";
  return out;
}

}  // namespace

TEST_CASE("SQLSTATE comes out of a verbose message, and the server's source is left out") {
  CHECK(taken_apart("connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL:  28P01: password "
                    "authentication "
                    "failed for user \"u\"\nLOCATION:  auth_failed, auth.c:334\n") ==
        "[28P01] FATAL:  password authentication failed for user \"u\"|");
}

TEST_CASE("a server that speaks another language has its SQLSTATE too") {
  CHECK(taken_apart(
            "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: ВАЖНО:  3D000: база данных \"d\" "
            "не существует\n") == "[3D000] ВАЖНО:  база данных \"d\" не существует|");
}

TEST_CASE("what libpq tried first comes first, with the lines that belong to it") {
  CHECK(taken_apart(
            "connection to server at \"h\" (::1), port 1 failed: FATAL:  28000: no entry, SSL encryption\n"
            "DETAIL:  one\nHINT:  two\nLOCATION:  x, y.c:1\n"
            "connection to server at \"h\" (::1), port 1 failed: FATAL:  28000: no entry, no encryption\n") ==
        "[28000] FATAL:  no entry, SSL encryption\nDETAIL:  one\nHINT:  two|[28000] FATAL:  no entry, no "
        "encryption|");
}

TEST_CASE("libpq's own words have no SQLSTATE, and a tab before them stays for who shows them") {
  CHECK(taken_apart(
            "connection to server at \"h\" (10.0.0.1), port 1 failed: Connection refused\n\tIs the server "
            "running on that host and accepting TCP/IP connections?\n") ==
        "[] Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?|");
  CHECK(taken_apart("invalid sslmode value: \"foo\"\n") == "[] invalid sslmode value: \"foo\"|");
}

TEST_CASE("what only looks like an SQLSTATE stays in the words") {
  CHECK(taken_apart("FATAL:  short: x") == "[] FATAL:  short: x|");
  CHECK(taken_apart("FATAL:  28P01") == "[] FATAL:  28P01|");
  CHECK(taken_apart("FATAL:  no colon here") == "[] FATAL:  no colon here|");
}

TEST_CASE("of nothing there are no words") {
  CHECK(words_of("").empty());
  CHECK(words_of("\n\n").empty());
  CHECK(words_of("connection to server at \"h\" (10.0.0.1), port 1 failed: \n").empty());
}
