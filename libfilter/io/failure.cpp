#include "libfilter/io/failure.hpp"

#include <algorithm>

namespace sluice {

namespace {

// What a terminal or a viewer obeys, or nobody can see: marks and overrides of direction, line and paragraph
// separators, an empty space, tags. With them a name can look like another one. The joiners of Persian and
// Hindi, U+200C and U+200D, are letters there.
bool is_hidden(unsigned code) {
  struct Range {
    unsigned first, last;
  };
  static constexpr Range kHidden[] = {{0xad, 0xad},     {0x61c, 0x61c},     {0x180e, 0x180e},
                                      {0x200b, 0x200b}, {0x200e, 0x200f},   {0x2028, 0x202e},
                                      {0x2060, 0x206f}, {0xd800, 0xdfff},   {0xfeff, 0xfeff},
                                      {0xfff9, 0xfffb}, {0xe0000, 0xe007f}, {0x110000, ~0U}};
  return std::ranges::any_of(
      kHidden, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

// The character of UTF-8 at the beginning of TEXT; of size 0 where there is none.
struct Character {
  std::size_t size = 0;
  unsigned code = 0;
};

Character character_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {1, byte(0)};
  const std::size_t size = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (byte(0) < 0xc0 || byte(0) > 0xf4 || text.size() < size) return {};
  unsigned code = byte(0) & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fU);
  }
  const unsigned least = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
  return code >= least ? Character{size, code} : Character{};
}

// U+0000 to U+001F, U+007F to U+009F, and those of is_hidden().
bool is_shown(unsigned code) { return code >= 0x20 && (code < 0x7f || code >= 0xa0) && !is_hidden(code); }

std::size_t harmless(std::string_view text) {
  const auto character = character_of(text);
  return is_shown(character.code) ? character.size : 0;
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

std::string escaped_json(std::string_view json) {
  std::string out;
  constexpr char kHex[] = "0123456789abcdef";
  const auto escape = [&](unsigned unit) {
    out += {'\\', 'u', kHex[unit >> 12 & 15], kHex[unit >> 8 & 15], kHex[unit >> 4 & 15], kHex[unit & 15]};
  };
  while (!json.empty()) {
    const auto character = character_of(json);
    const auto size = std::max<std::size_t>(character.size, 1);
    if (character.size == 0 || character.code < 0x20 || is_shown(character.code)) {
      out += json.substr(0, size);
    } else if (character.code < 0x10000) {
      escape(character.code);
    } else {
      escape(0xd800 + ((character.code - 0x10000) >> 10));
      escape(0xdc00 + ((character.code - 0x10000) & 0x3ff));
    }
    json.remove_prefix(size);
  }
  return out;
}

}  // namespace sluice
