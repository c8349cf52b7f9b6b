// --units: the input as the lexer sees it.
#pragma once

#include <string_view>

#include "libfilter/io/sink.hpp"
#include "libfilter/io/source.hpp"

namespace sluice {

// Writes "kind TAB offset TAB length LF" for each unit, in the order of the offsets, PREFIX before each.
// Kinds: statement, copy-data, meta-command, space, and trailing for what is open at the end. Together they
// are the input, byte for byte. Throws Failure::unsound_input behind the last line when something is open.
void write_units(Source& source, Sink& sink, std::string_view prefix);

}  // namespace sluice
