// The scalar kernel: every loop of a Kernel a byte at a time, or by what the standard library has. The vector
// forms use these for the few bytes that fill no vector.
#pragma once

#include "libfilter/lex/kernel.hpp"

namespace sluice::plain {

const char* find_rare(const RareBytes::Rows& rows, const char* at, const char* end);
StopMasks find_stops(const char* bytes);
EndMarker find_end_marker(std::string_view bytes);
std::size_t count_line_feeds(std::string_view bytes);
InsertLines insert_lines(std::string_view bytes, std::string_view begin);
const char* find_pair(const BytePair& pair, const char* at, const char* last);

}  // namespace sluice::plain
