// Names of objects as statements have them, read from their tokens. What cannot be read is empty.
#pragma once

#include <string>
#include <string_view>

#include "libfilter/dump/object.hpp"
#include "libfilter/dump/token_reader.hpp"

namespace sluice {

// schema.name; of more parts the last two. The name may be an operator.
ObjectName qualified_name(TokenReader& in);

// [ONLY] schema.name [*]
ObjectName relation_name(TokenReader& in);

// The table of schema.table.column.
ObjectName table_of_column(TokenReader& in);

// The name that a string holds ("public.s"), as the server's regclass reads it.
ObjectName name_in(std::string_view text);

// A list between parentheses in one spelling, however it is written, so that lists can be compared as text;
// an argument's default is left out. Empty, and nothing is taken, where no parenthesis opens.
std::string argument_list(TokenReader& in);

// What stands before WORD, in that spelling; WORD is not taken.
std::string spelled_until(TokenReader& in, std::string_view word);

// The type in WORD = type, of a definition that IN stands before; "NONE" without one.
std::string operand_type(TokenReader in, std::string_view word);

}  // namespace sluice
