#include "libfilter/lex/plain.hpp"

#include <algorithm>
#include <cstring>

#include "libfilter/lex/insert_head.hpp"

namespace sluice::plain {

const char* find_rare(const RareBytes::Rows& rows, const char* at, const char* end) {
  const auto is_one = [&](char c) {
    return c == rows[0][0] || c == rows[1][0] || c == rows[2][0] || c == rows[3][0];
  };
  while (at < end && !is_one(*at)) ++at;
  return at;
}

StopMasks find_stops(const char* bytes) {
  static constexpr ByteSet kStops(std::string_view("'\"$;()\\-/:\0", 11));
  StopMasks masks;
  for (unsigned i = 0; i < kMaskedBytes; ++i) {
    masks.stops |= std::uint64_t{kStops.has(bytes[i])} << i;
    masks.quotes |= std::uint64_t{bytes[i] == '\'' || bytes[i] == '\0'} << i;
  }
  return masks;
}

EndMarker find_end_marker(std::string_view bytes) {
  EndMarker found;
  std::size_t at = 0;
  for (;; ++at, ++found.line_feeds) {
    at = std::min(bytes.find('\n', at), bytes.size());
    if (at == bytes.size() || bytes.substr(at + 1, 2) == "\\.") break;
  }
  found.at = at;
  found.nul = bytes.substr(0, at).find('\0') != std::string_view::npos;
  return found;
}

std::size_t count_line_feeds(std::string_view bytes) {
  return static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

const char* find_pair(const BytePair& pair, const char* at, const char* last) {
  const auto is_there = [](const WantedByte& wanted, const char* place) {
    return (static_cast<unsigned char>(place[wanted.offset]) | wanted.fold) == wanted.value;
  };
  for (; at <= last; ++at)
    if (is_there(pair[0], at) && is_there(pair[1], at)) return at;
  return nullptr;
}

namespace {

// Where the INSERT statement at the front of BYTES ends, its line feed included; 0 where it does not, or has
// something that ends the pass.
std::size_t insert_end(std::string_view bytes) {
  bool in_parentheses = false;
  std::size_t head = 0;
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    switch (bytes[i]) {
      case '\'':
        if (bytes[i - 1] == 'e' || bytes[i - 1] == 'E') return 0;
        i = bytes.find_first_of(std::string_view("'\0", 2), i + 1);
        if (i == std::string_view::npos || bytes[i] == '\0') return 0;
        break;
      case '(':
        if (in_parentheses) return 0;
        in_parentheses = true;
        break;
      case ')':
        if (!in_parentheses) return 0;
        in_parentheses = false;
        break;
      case ';':
        if (in_parentheses) break;
        return bytes.substr(i + 1, 1) == "\n" ? i + 2 : 0;
      case '-':
        if (bytes[i - 1] == '-' && i >= head) return 0;
        break;
      case '"':
        if (head == 0) head = insert_head(bytes);
        [[fallthrough]];
      case '$':
      case '/':
      case '\\':
      case ':':
      case '\0':
        if (i >= head) return 0;
        break;
      default:
        break;
    }
  }
  return 0;
}

}  // namespace

InsertLines insert_lines(std::string_view bytes, std::string_view begin) {
  InsertLines done;
  while (bytes.starts_with(begin)) {
    const std::size_t end = insert_end(bytes);
    if (end == 0) break;
    done.bytes += end;
    ++done.statements;
    done.line_feeds += count_line_feeds(bytes.substr(0, end));
    bytes.remove_prefix(end);
  }
  return done;
}

}  // namespace sluice::plain
