#include "libfilter/restore/copy_error.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace sluice {

// Of a row, in a message.
static constexpr std::size_t kShown = 1000;

// "COPY t, line 3, column a: ..." in the server's language; the table's name as it is.
std::optional<CopyPlace> copy_place_of(const ServerError& error, const Step& copy) {
  const std::string begin = "COPY " + copy.header.table.name + ", ";
  const auto at = error.context.rfind(begin);
  if (at == std::string::npos) return std::nullopt;
  auto rest = std::string_view(error.context).substr(at + begin.size());
  rest = rest.substr(0, rest.find('\n'));
  const auto digit = rest.find_first_of("0123456789");
  if (digit == rest.npos) return std::nullopt;
  CopyPlace place;
  place.row = std::strtoull(std::string(rest.substr(digit)).c_str(), nullptr, 10);
  if (place.row == 0) return std::nullopt;
  place.column = error.column;
  // ", column a: ..."
  rest = rest.substr(std::min(rest.find_first_not_of("0123456789", digit), rest.size()));
  if (const auto word = rest.find(' ', 2); rest.starts_with(", ") && word != rest.npos)
    if (const auto end = rest.find(':', word); end != rest.npos)
      place.column = rest.substr(word + 1, end - word - 1);
  return place;
}

RowFinder::RowFinder(const CopyFormat& format, std::uint64_t number)
    : splitter_(format, kShown), number_(number) {}

void RowFinder::look(const Step& step, std::string_view text) {
  if (!any_) {
    any_ = true;
    first_line_ = step.line;
    first_offset_ = step.offset;
  }
  RowSplitter::Row one;
  while (!found_ && (splitter_.next(text, one) || (step.ends_row && splitter_.last(one)))) {
    if (++seen_ < number_) continue;
    found_ = true;
    row_.line = first_line_ + one.lines;
    row_.offset = first_offset_ + one.offset;
    row_.bytes.assign(one.bytes);
  }
}

void RowFinder::found(Incident::Row& row) const {
  if (!found_) return;
  row.line = row_.line;
  row.offset = row_.offset;
  row.bytes = row_.bytes;
}

}  // namespace sluice
