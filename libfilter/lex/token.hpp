// What a statement is made of. White space and comments are no tokens.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

enum class TokenKind : std::uint8_t {
  word,         // unquoted identifier or keyword, as written
  quoted_name,  // "..." or U&"...", quotes included
  string,       // '...', E'', U&'', B'', X'', N'' (prefix included), $tag$...$tag$
  number,
  parameter,  // $1
  op,         // a run of operator characters, ::, :=, .., =>
  mark,       // one of ( ) [ ] , ; . : and any other single byte
  meta,       // a meta-command's name with its backslash: \connect, \., \; and \: too
  argument,   // a meta-command's argument as written (quotes included)
};

// Offsets are in bytes from the start of the token's unit; a unit whose tokens are recorded is at most
// --max-statement bytes long, so 32 bits are enough.
struct Token {
  std::uint32_t begin = 0;
  std::uint32_t length = 0;
  std::uint16_t depth =
      0;  // parentheses open around it, capped at 65535; "(" and ")" themselves count as outside
  TokenKind kind = TokenKind::mark;

  std::uint32_t end() const { return begin + length; }
  std::string_view of(std::string_view unit) const { return unit.substr(begin, length); }
};

}  // namespace sluice
