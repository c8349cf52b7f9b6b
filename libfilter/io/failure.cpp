#include "libfilter/io/failure.hpp"

namespace sluice {

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  constexpr char kHex[] = "0123456789abcdef";
  for (const char c : text) {
    if (out.size() >= limit) return out + "...";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace sluice
