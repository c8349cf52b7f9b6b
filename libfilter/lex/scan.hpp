// Searching in bytes: the loops in which the lexer spends its time.
#pragma once

#include <array>
#include <cstddef>
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

// The first line feed of [at, end) that is followed by a backslash and a dot, all three inside; or end. What
// may be the start of COPY's end marker.
const char* find_end_marker(const char* at, const char* end);

// How many line feeds there are.
std::size_t count_line_feeds(std::string_view bytes);

}  // namespace sluice
