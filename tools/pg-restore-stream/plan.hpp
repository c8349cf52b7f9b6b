// --plan: what would run, on standard output.
#pragma once

#include "libfilter/io/source.hpp"
#include "tools/common/messages.hpp"
#include "tools/pg-restore-stream/config.hpp"

namespace sluice {

// Reads SOURCE to its end, and connects to nothing. The exit status. Throws Failure: unsound_input for what a
// restore would refuse, behind the lines of what it would do before that.
int print_plan(Source source, const Config& config, const Messages& messages);

}  // namespace sluice
