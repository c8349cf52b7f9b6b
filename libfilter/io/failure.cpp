#include "libfilter/io/failure.hpp"

#include <algorithm>

namespace sluice {

namespace {

// What a terminal or a viewer obeys, or nobody can see: marks and overrides of direction, line and paragraph
// separators, zero width, tags. With them a name can look like another one.
bool is_hidden(unsigned code) {
  struct Range {
    unsigned first, last;
  };
  static constexpr Range kHidden[] = {{0xad, 0xad},       {0x61c, 0x61c},   {0x180e, 0x180e},
                                      {0x200b, 0x200f},   {0x2028, 0x202e}, {0x2060, 0x206f},
                                      {0xd800, 0xdfff},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
                                      {0xe0000, 0xe007f}, {0x110000, ~0U}};
  return std::ranges::any_of(
      kHidden, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

// Bytes of the character of UTF-8 at the beginning of TEXT; 0 where there is none, or one that is not shown
// as it is: U+0000 to U+001F, U+007F to U+009F, and those of is_hidden().
std::size_t harmless(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7f ? 1 : 0;
  const std::size_t size = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc0 || byte(0) > 0xf4 || text.size() < size) return 0;
  unsigned code = byte(0) & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3fU);
  }
  const unsigned least = size == 2 ? 0xa0 : size == 3 ? 0x800 : 0x10000;
  return code >= least && !is_hidden(code) ? size : 0;
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  constexpr char kHex[] = "0123456789abcdef";
  while (!text.empty()) {
    if (out.size() >= limit) return out + "...";
    const std::size_t size = harmless(text);
    const auto byte = static_cast<unsigned char>(text.front());
    if (size > 0) {
      out += text.substr(0, size);
    } else if (byte == '\n') {
      out += "\\n";
    } else {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    }
    text.remove_prefix(size > 0 ? size : 1);
  }
  return out;
}

std::string printable_lines(std::string_view text, std::size_t limit) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (!line.empty()) out += (out.empty() ? "" : "\n") + printable(line, limit);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace sluice
