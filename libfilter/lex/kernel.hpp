// The loops in which the programs spend their time, each in several forms, and the choice among them.
//
// Problem: the widest vectors of a machine are several times faster than those that every machine has, and a
// program is built once for all of them. Method: the loops are written once, for vectors of any width
// (Highway), and compiled once for each kind of them; a Kernel is one such set, and the fastest that this
// processor can run is chosen when the program starts. The plain kernel beside them is written a byte at a
// time, by other means: what the others are tested against. Cost: a call through a pointer, which is too
// little to measure beside the sixty-four bytes that the shortest of these loops looks at.
//
// Left out on purpose: Highway's own choice among targets. It stands in its library, which Debian has as a
// shared one alone: every program would have to load it for one number, and no static program could use it.
#pragma once

#include <span>
#include <string_view>

#include "libfilter/lex/insert_lines.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice {

// What each does stands in scan.hpp and insert_lines.hpp, beside the function of its name.
struct Kernel {
  std::string_view name;
  const char* (*find_rare)(const RareBytes::Rows& rows, const char* at, const char* end);
  StopMasks (*find_stops)(const char* bytes);
  EndMarker (*find_end_marker)(std::string_view bytes);
  std::size_t (*count_line_feeds)(std::string_view bytes);
  InsertLines (*insert_lines)(std::string_view bytes, std::string_view begin);
  const char* (*find_pair)(const BytePair& pair, const char* at, const char* last);
};

// Those that this machine can run: "scalar" first, the fastest last.
std::span<const Kernel> kernels();

// The one in use: the fastest, until another one of kernels() is told to be. That is for the start of a
// program, and for tests: no other thread may be scanning.
const Kernel& kernel();
void use_kernel(const Kernel& kernel);

}  // namespace sluice
