// Passing over INSERT statements as pg_dump --inserts writes them, many at a time, where nobody wants to see
// them.
//
// Their strings are plain, one after the other and with a blank, a comma or a parenthesis before each, so
// that a quote's parity tells whether a byte stands in a string: sixty-four bytes are decided at once.
// Whatever else there is (E'', $$, "names", comments, backslashes and colons outside of strings, NUL) ends
// the pass before the statement that has it; the lexer goes on from there, and tells of psql's variables.
//
//   bytes      (1, 'it''s; x', -5);     the lowest bit is drawn left
//   quotes     0000100110000100000
//   inside     0000111011111000000      prefix sums of the quotes, modulo 2
//   statement ends: semicolons that are not inside and not in parentheses
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace sluice {

// What has been passed.
struct InsertLines {
  std::size_t bytes = 0;
  std::size_t statements = 0;
  std::size_t line_feeds = 0;
};

// What of the front of BYTES is INSERT statements, each ended by a semicolon and a line feed behind it and
// each the whole of its lines. BYTES begin with a line; standard_conforming_strings is on, the encoding is
// safe (LEXER 10.1).
// BEGIN is what each has to begin with, itself beginning with that.
inline constexpr std::string_view kInsertInto = "INSERT INTO ";
InsertLines insert_lines(std::string_view bytes, std::string_view begin = kInsertInto);

// The forms of it that this processor can run, for the tests. insert_lines() is the last, and passes nothing
// where that is the plain one.
using InsertLinesForm = InsertLines (*)(std::string_view bytes, std::string_view begin);
std::span<const InsertLinesForm> insert_lines_forms();

}  // namespace sluice
