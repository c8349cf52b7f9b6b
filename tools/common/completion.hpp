// Completions for the shells, made from a program's declaration.
#pragma once

#include <string>

#include "tools/common/option_list.hpp"

namespace sluice {

enum class Shell { bash, zsh, fish };

// A script for PROGRAM: to be put where the shell looks for it, or to be sourced. What the program can tell
// better (ids of rules, services) the script asks it for when somebody completes.
std::string completion(const ProgramSpec& program, Shell shell);

}  // namespace sluice
