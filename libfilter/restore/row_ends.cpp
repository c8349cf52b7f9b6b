#include "libfilter/restore/row_ends.hpp"

#include <cstring>

#include "libfilter/lex/scan.hpp"

namespace sluice {
namespace {

// A backslash and LF or a dot; and 0E and * too, which are rare enough behind a backslash.
constexpr BytePair kSuspect = {{{0, '\\', 0}, {1, '.', '.' ^ '\n'}}};

}  // namespace

RowEnds::RowEnds(const CopyFormat& format) : format_(format) { restart(); }

void RowEnds::restart() {
  open_ = escaped_ = false;
  mark_ = Mark::none;
  trail_ = 0;
  if (format_.kind == CopyFormat::Kind::csv) csv_.emplace(format_, 1);
}

RowEnds::Found RowEnds::scan(std::string_view bytes) {
  Found found;
  if (bytes.empty()) return found;
  if (csv_) {
    rows(bytes, found);
  } else if (format_.encoding == Encoding::safe) {
    text(bytes, found);
  } else {
    text_by_character(bytes, found);
  }
  open_ = found.end != bytes.size();
  return found;
}

// The server's CopyReadLineText(): a backslash takes the next byte with it, whatever it is.
void RowEnds::one(std::string_view bytes, std::size_t at, Found& found) {
  const char c = bytes[at];
  if (escaped_) {
    escaped_ = false;
    if (c == '.') mark_ = Mark::seen;
    return;
  }
  if (mark_ != Mark::none) {
    if (c == '\n') {
      found.marker = at;
      return;
    }
    const bool may_go_on = mark_ == Mark::seen && c == '\r';
    mark_ = may_go_on ? Mark::and_return : Mark::none;
    if (may_go_on) return;
  }
  if (c == '\\') {
    escaped_ = true;
  } else if (c == '\n') {
    ++found.rows;
    found.end = at + 1;
  }
}

void RowEnds::text(std::string_view bytes, Found& found) {
  const auto count = [&](std::size_t from, std::size_t to) {
    const auto feeds = count_line_feeds(bytes.substr(from, to - from));
    found.rows += feeds;
    if (feeds > 0) found.end = bytes.rfind('\n', to - 1) + 1;
  };
  std::size_t at = 0;
  while (at < bytes.size() && !found.marker) {
    if (!neutral()) {
      one(bytes, at++, found);
      continue;
    }
    // No backslash before `at` counts here.
    const char* const from = bytes.data() + at;
    const char* const last = bytes.data() + bytes.size() - 2;
    const char* const suspect = from <= last && bytes.size() > 1 ? find_pair(kSuspect, from, last) : nullptr;
    const std::size_t stop =
        suspect == nullptr ? bytes.size() : static_cast<std::size_t>(suspect - bytes.data());
    count(at, stop);
    std::size_t run = 0;
    while (stop - run > at && bytes[stop - run - 1] == '\\') ++run;
    escaped_ = run % 2 == 1;
    at = stop;
    // The suspect's backslash: alone it begins something, else it is the second of two.
    if (suspect != nullptr) one(bytes, at++, found);
  }
}

void RowEnds::text_by_character(std::string_view bytes, Found& found) {
  for (std::size_t at = 0; at < bytes.size() && !found.marker; ++at) {
    // A character that a line feed cuts short is none: the server refuses it.
    if (trail_ > 0 && bytes[at] != '\n') {
      --trail_;
      continue;
    }
    trail_ = 0;
    one(bytes, at, found);
    if (const auto trail = trail_bytes(bytes[at], format_.encoding); trail > 0) trail_ = trail;
  }
}

void RowEnds::rows(std::string_view bytes, Found& found) {
  std::string_view rest = bytes;
  RowSplitter::Row row;
  while (csv_->next(rest, row)) {
    ++found.rows;
    found.end = bytes.size() - rest.size();
  }
}

}  // namespace sluice
