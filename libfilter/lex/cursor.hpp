// What the lexer's files share: bytes by their class, and the stretch being scanned.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
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
inline constexpr RareBytes kInLineComment(std::string_view("\n\r\0", 3));
inline constexpr ByteSet kInLine(std::string_view("\n\0", 2));

// Longer runs of operator characters are taken in pieces of this size, wherever the input was cut.
inline constexpr std::ptrdiff_t kLongestOperator = 512;
inline constexpr std::ptrdiff_t kLongestTag = 1000;
// Where a token begins whose first half stands in the unit before, with COPY data between: it is none.
inline constexpr std::uint64_t kBegunBefore = std::numeric_limits<std::uint64_t>::max();
inline constexpr std::size_t kLineKept = 64 * 1024;

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

inline bool same_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() &&
         std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return lower(a) == b; });
}

inline bool is_blank_or_line_feed(char c) { return kBlank.has(c) || c == '\n'; }

// The one or two bytes that can end a long thing, and with them what has to be seen inside of it.
class Lexer::Ends {
 public:
  constexpr explicit Ends(std::string_view ends)
      : quiet_(with(ends, std::string_view("\0", 1)).view()),
        lines_(with(ends, std::string_view("\n\0", 2)).view()),
        characters_(ByteSet(with(ends, std::string_view("\n\0", 2)).view()).with_high_bytes()) {}

  const RareBytes& quiet() const { return quiet_; }          // NUL
  const RareBytes& lines() const { return lines_; }          // and line feeds
  const ByteSet& characters() const { return characters_; }  // and all that begin characters of several bytes

 private:
  struct Bytes {
    std::array<char, 4> bytes{};
    std::size_t size = 0;
    constexpr std::string_view view() const { return {bytes.data(), size}; }
  };
  static constexpr Bytes with(std::string_view ends, std::string_view more) {
    Bytes all;
    for (const char c : ends) all.bytes[all.size++] = c;
    for (const char c : more) all.bytes[all.size++] = c;
    return all;
  }

  RareBytes quiet_, lines_;
  ByteSet characters_;
};

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

// For every token: here, so that the scanner's files need no call.
inline void Lexer::record(TokenKind kind, std::uint64_t begin, std::uint64_t end, std::uint32_t depth) {
  any_token_ = true;
  if (!wants_more()) {
    const bool always = recording_ && (kind == TokenKind::meta || kind == TokenKind::argument);
    if (!always || tokens_.size() >= kMostTokens) return;
  }
  if (begin > end || end > std::numeric_limits<std::uint32_t>::max()) return;
  tokens_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin),
                     static_cast<std::uint16_t>(std::min<std::uint32_t>(depth, 0xffff)), kind});
}

inline void Lexer::record_here(Cursor& in, TokenKind kind, std::ptrdiff_t length) {
  const auto begin = input_ + in.done() - unit_;
  record(kind, begin, begin + static_cast<std::uint64_t>(length), parens_);
  in.at += length;
}

}  // namespace sluice
