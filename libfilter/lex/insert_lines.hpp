// Passing over INSERT statements as pg_dump --inserts writes them, many at a time, where nobody wants to see
// them.
//
// Their strings are plain, one after the other, so that a quote's parity tells whether a byte stands in a
// string; their parentheses stand side by side, so that one subtraction tells whether a byte stands in them.
// Sixty-four bytes are decided at once, and only the ends of statements are looked at one by one.
//
//   bytes      (1, 'it''s; x', -5);     the lowest bit is drawn left
//   quotes     00001001100001000000
//   inside     00001110111110000000      prefix sums of the quotes, modulo 2
//   open       10000000000000000000      ( that are not inside
//   close      00000000000000000010      ) that are not inside
//   enclosed   11111111111111111100      close - open
//   ends       00000000000000000001      semicolons that are neither inside nor enclosed
//
// A parenthesis that stands in another shows: where one is opened the difference has no bit, where one is
// closed that was not opened it has. Nothing before it is wrong, since a subtraction borrows upwards only.
//
// Whatever else there is (E'', $$, comments, backslashes and colons outside of strings, NUL, parentheses in
// parentheses) ends the pass before the statement that has it; the lexer goes on from there, and tells of
// psql's variables. Names in quotes are passed where they stand in a head (insert_head.hpp) that the next
// statements have too.
#pragma once

#include <cstddef>
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

}  // namespace sluice
