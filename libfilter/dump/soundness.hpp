// Whether an input is a whole SQL dump at all, and the words for it when it is not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libfilter/dump/unit_reader.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/io/source.hpp"

namespace sluice {

// Looks at the first bytes. Throws Failure::unsound_input for what is no SQL text: a custom-format archive,
// UTF-16.
void refuse_foreign(Source& source);

// The input called NAME ends inside of something: what, and where it began.
Failure ends_inside(const std::string& name, const UnitReader::OpenThing& open);

// A statement, or the space before one, has a NUL byte.
Notice nul_in_sql(std::uint64_t line);

// Put behind an input that ends inside a statement or COPY data, so that a reader runs nothing of it.
// No SQL grammar has a brace; COPY's text format refuses \0 in every encoding; an open CSV quote is refused.
std::string statement_poison(std::string_view tool);
inline constexpr std::string_view kCopyTextPoison = "\n\\0\n";
std::string copy_csv_poison(char quote);
// The same for an input that ends before the first byte of COPY data, behind the line of the COPY or in it.
std::string bare_copy_poison(bool csv, char quote);
std::string copy_poison_before_data(std::string_view tool, bool csv, char quote);

}  // namespace sluice
