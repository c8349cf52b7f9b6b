// Searching in bytes: the loops in which the lexer spends its time. Each has a vector form for x86-64 and a
// plain one for the rest, with the same results.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sluice {

// A set of bytes, as a table.
class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view bytes) {
    for (const char c : bytes) table_[static_cast<unsigned char>(c)] = true;
  }
  constexpr bool has(char c) const { return table_[static_cast<unsigned char>(c)]; }
  constexpr ByteSet with_high_bytes() const {
    ByteSet out = *this;
    for (std::size_t i = 0x80; i < 256; ++i) out.table_[i] = true;
    return out;
  }

  // The first byte of [at, end) that is in the set, or end.
  const char* find(const char* at, const char* end) const {
    while (at < end && !has(*at)) ++at;
    return at;
  }
  // The first that is not.
  const char* skip(const char* at, const char* end) const {
    while (at < end && has(*at)) ++at;
    return at;
  }

 private:
  std::array<bool, 256> table_{};
};

// One to four bytes that are rare where they are looked for: sixteen bytes are compared with each at once.
class RareBytes {
 public:
  constexpr explicit RareBytes(std::string_view bytes) {
    for (std::size_t i = 0; i < kMost; ++i) rows_[i].fill(bytes[i < bytes.size() ? i : 0]);
  }

  // The first byte of [at, end) that is one of them, or end.
  const char* find(const char* at, const char* end) const;

 private:
  static constexpr std::size_t kMost = 4, kLane = 16;
  alignas(kLane) std::array<std::array<char, kLane>, kMost> rows_{};
};

// Which of sixty-four bytes can mean something to a statement whose words cannot: bit i tells of the i-th.
//
//   bytes     5, 'it''s', -1);         the lowest bit is drawn left
//   stops     0001001101001011       ' " $ ; ( ) \ - / : and NUL
//   quotes    0001001101000000       ' and NUL, what can end a string
struct StopMasks {
  std::uint64_t stops = 0;
  std::uint64_t quotes = 0;
};
inline constexpr std::size_t kMaskedBytes = 64;
StopMasks find_stops(const char* bytes);

// What may be the start of COPY's end marker: a line feed of the bytes that is followed by a backslash and a
// dot, all three inside.
struct EndMarker {
  std::size_t at = 0;          // of the first one's line feed; all bytes when there is none
  std::size_t line_feeds = 0;  // how many stand before it
};
EndMarker find_end_marker(std::string_view bytes);

// The forms of it that this processor can run, for the tests; find_end_marker() is the last.
using EndMarkerSearch = EndMarker (*)(std::string_view bytes);
std::span<const EndMarkerSearch> end_marker_searches();

// How many line feeds there are.
std::size_t count_line_feeds(std::string_view bytes);

}  // namespace sluice
