// What the lexer's files share: bytes by their class, and the stretch being scanned.
#pragma once

#include <algorithm>
#include <string_view>

#include "libfilter/lex/lexer.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice {

inline constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
inline constexpr std::string_view kDigits = "0123456789";

inline constexpr ByteSet kBlank(" \t\r\f\v");
inline constexpr ByteSet kWordStart = ByteSet(kLetters).with_high_bytes();
inline constexpr ByteSet kWordPart =
    ByteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$").with_high_bytes();
inline constexpr ByteSet kTagPart =
    ByteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789").with_high_bytes();
inline constexpr ByteSet kDigit(kDigits);
inline constexpr ByteSet kOperator("~!@#^&|`?+-*/%<>=");
inline constexpr std::string_view kStops("\n\0", 2);

inline constexpr ByteSet kInPlain(std::string_view("'\n\0", 3));
inline constexpr ByteSet kInEscapes(std::string_view("'\\\n\0", 4));
inline constexpr ByteSet kInName(std::string_view("\"\n\0", 3));
inline constexpr ByteSet kInDollar(std::string_view("$\n\0", 3));
inline constexpr ByteSet kInComment(std::string_view("*/\n\0", 4));
inline constexpr ByteSet kInLineComment(std::string_view("\n\r\0", 3));
inline constexpr ByteSet kInLine(kStops);

// Longer runs of operator characters are taken in pieces of this size, wherever the input was cut.
inline constexpr std::ptrdiff_t kLongestOperator = 512;
inline constexpr std::ptrdiff_t kLongestTag = 1000;
inline constexpr std::size_t kLineKept = 64 * 1024;

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline bool same_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() &&
         std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return lower(a) == b; });
}

inline bool is_blank_or_line_feed(char c) { return kBlank.has(c) || c == '\n'; }

// A stretch of the input and how far it is scanned.
class Lexer::Cursor {
 public:
  explicit Cursor(std::string_view bytes) : begin(bytes.data()), at(begin), end(begin + bytes.size()) {}
  const char* begin;
  const char* at;
  const char* end;

  std::ptrdiff_t left() const { return end - at; }
  std::uint64_t done() const { return static_cast<std::uint64_t>(at - begin); }
  std::string_view text(const char* from, const char* to) const {
    return {from, static_cast<std::size_t>(to - from)};
  }
};

}  // namespace sluice
