// Searching in bytes: the loops in which the programs spend their time. The kernel in use (kernel.hpp) does
// it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

// One to four bytes that are rare where they are looked for: a vector of bytes is compared with each at once.
class RareBytes {
 public:
  constexpr explicit RareBytes(std::string_view bytes) {
    for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].fill(bytes[i < bytes.size() ? i : 0]);
  }

  // The first byte of [at, end) that is one of them, or end.
  const char* find(const char* at, const char* end) const;

  using Rows = std::array<std::array<char, 16>, 4>;  // each of them, as often as a vector wants it

 private:
  alignas(16) Rows rows_{};
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
  bool nul = false;            // whether a NUL does
};
EndMarker find_end_marker(std::string_view bytes);

// How many line feeds there are.
std::size_t count_line_feeds(std::string_view bytes);

// A byte that is wanted OFFSET behind a place: (byte | fold) == value.
struct WantedByte {
  std::size_t offset = 0;
  unsigned char value = 0, fold = 0;
  bool operator==(const WantedByte&) const = default;
};
using BytePair = std::array<WantedByte, 2>;
// The first place of [at, last] where both bytes stand, or null. No byte is read but those at the two
// distances behind these places.
const char* find_pair(const BytePair& pair, const char* at, const char* last);

}  // namespace sluice
