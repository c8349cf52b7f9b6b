// COPY data: bytes up to the line that ends them. Nothing else is looked at, but for the quotes of CSV, which
// say at the end of a cut input whether a field is open.

#include <cstring>

#include "libfilter/lex/cursor.hpp"

namespace sluice {

void Lexer::begin_copy() {
  kind_ = UnitKind::copy_data;
  state_ = State::copy;
  copy_line_begin_ = true;
  copy_line_nul_ = false;
  copy_line_was_ended_ = true;
  copy_in_quote_ = false;
  copy_escaped_ = false;
}

// COPY data: bytes up to a line that is exactly \. (LF or CR LF behind it).
bool Lexer::copy(Cursor& in, Result& result) {
  const auto& block = pending_.front();
  if (block.binary) {
    result.line_feeds += count_line_feeds(in.text(in.at, in.end));
    in.at = in.end;
    return true;
  }
  const char* from = in.at;
  bool ended = false;
  while (in.at < in.end) {
    if (copy_line_begin_ && *in.at == '\\') {
      constexpr std::ptrdiff_t kLongestMarker = 4;
      if (in.left() < kLongestMarker && !final_ &&
          std::string_view("\\.\r\n").starts_with(in.text(in.at, in.end)))
        break;
      const auto rest = in.text(in.at, in.end);
      const std::size_t length = rest.starts_with("\\.\n") ? 3 : rest.starts_with("\\.\r\n") ? 4 : 0;
      if (length > 0 && !copy_line_nul_) {
        count_csv_quotes(in.text(from, in.at));
        in.at += length;
        ++result.line_feeds;
        from = in.at;
        ended = true;
        break;
      }
    }
    const auto marker = find_end_marker(in.text(in.at, in.end));
    const char* line = in.at + marker.at;
    result.line_feeds += marker.line_feeds + (line < in.end ? 1 : 0);
    copy_line_begin_ = line < in.end;
    const char* next = line < in.end ? line + 1 : in.end;
    if (line == in.end) {
      // The stretch may end with the first bytes of a marker.
      copy_line_begin_ = in.end[-1] == '\n';
      if (!final_ && in.left() > 1 && in.end[-2] == '\n' && in.end[-1] == '\\') {
        copy_line_begin_ = true;
        next = in.end - 1;
      }
    }
    if (marker.nul || copy_line_nul_) note_copy_nul(in.text(in.at, next));
    in.at = next;
    if (line == in.end) break;
  }
  count_csv_quotes(in.text(from, in.at));
  if (!ended) return false;
  state_ = State::between;
  return ends(result);
}

// psql does not see the end of a line that has a NUL in it, nor, then, a marker on the next.
void Lexer::note_copy_nul(std::string_view bytes) {
  if (bytes.empty()) return;
  // The line that the next byte stands behind: the last whole one, or the one still open.
  const auto last = bytes.back() == '\n' ? bytes.size() - 1 : bytes.size();
  const auto line = bytes.substr(0, last).rfind('\n');
  if (line != std::string_view::npos) {
    copy_line_nul_ = false;
    bytes.remove_prefix(line + 1);
  } else if (copy_line_was_ended_) {
    copy_line_nul_ = false;
  }
  copy_line_was_ended_ = bytes.back() == '\n';
  if (std::memchr(bytes.data(), '\0', bytes.size()) != nullptr) copy_line_nul_ = true;
}

void Lexer::count_csv_quotes(std::string_view bytes) {
  const auto& block = pending_.front();
  if (!block.csv) return;
  for (const char c : bytes) {
    if (copy_escaped_) {
      copy_escaped_ = false;
    } else if (copy_in_quote_ && c == block.escape && block.escape != block.quote) {
      copy_escaped_ = true;
    } else if (c == block.quote) {
      copy_in_quote_ = !copy_in_quote_;
    }
  }
}

}  // namespace sluice
