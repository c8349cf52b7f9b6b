// The head of an INSERT statement, up to its VALUES, where it has names in quotes.
//
//   INSERT INTO public."Order" (id, "when") VALUES (1, 'x');
//   head -------------------------------->
//
// A table's statements all begin with it. What was once seen to be names and punctuation alone need not be
// understood again: a statement that begins with the same bytes has the same tokens there.
#pragma once

#include <cstddef>
#include <string_view>

namespace sluice {

// The size of the head of STATEMENT, which begins with INSERT INTO; 0 where it has, before VALUES, anything
// but words, names in quotes, dots, commas, blanks and parentheses, closed and none inside another. No byte
// that could end a statement, a string or a line, and no parenthesis, is in its quotes.
std::size_t insert_head(std::string_view statement);

}  // namespace sluice
