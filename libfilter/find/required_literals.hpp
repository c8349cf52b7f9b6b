// The strings that every match of an expression contains.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <string>
#include <vector>

#include "libfilter/find/literal.hpp"

namespace sluice {

inline constexpr std::size_t kMostLiterals = 8;  // with more RE2 is about as fast as the search for them

// Literals one of which stands in every match of EXPRESSION, which RE2 takes with OPTIONS; about
// kMostLiterals at most. None when there are no such, when they would be too many, or stand at every other
// place.
std::vector<Literal> required_literals(const std::string& expression, const RE2::Options& options);

}  // namespace sluice
