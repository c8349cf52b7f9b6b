// Foreign text on a terminal: how wide it is, and where a caret has to stand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libfilter/restore/secrets.hpp"

namespace sluice {

// Columns that TEXT, which went through printable(), takes. East Asian characters take two, combining ones
// none.
std::size_t columns_of(std::string_view text);

// TEXT, which went through printable(), cut to COLUMNS; what is cut shows as "...".
std::string cut_to_columns(std::string_view text, std::size_t columns);

// A line of SQL with a place in it.
struct Excerpt {
  std::uint64_t lines_before = 0;  // lines of the text before this one
  std::string text;                // printable, tabs spread, at most about as wide as was asked for
  std::size_t caret = 0;           // columns of `text` before the place
};

// The line of SQL that has POSITION, which counts characters from 1 as the server does; bytes where SQL is no
// UTF-8. What is HIDDEN shows as '***'. Nothing when SQL (cut, perhaps) does not reach that far.
std::optional<Excerpt> excerpt_at(std::string_view sql, std::size_t position,
                                  std::span<const StatementSecrets::Span> hidden, std::size_t width = 100);

}  // namespace sluice
