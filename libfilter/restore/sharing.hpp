// Which statements may run beside others, and what they share: the relations that each of them reads or
// locks.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/dump/object.hpp"
#include "libfilter/lex/token.hpp"

namespace sluice {

// For Step::side_by_side and Step::relations.
struct Sharing {
  bool side_by_side = false;
  std::vector<std::string> relations;
};

// TOKENS are all of the statement's. SCHEMA completes names without one; empty: nobody knows, and a statement
// with such a name is a barrier. So is everything that is not known to be safe.
Sharing sharing_of(std::string_view text, std::span<const Token> tokens, const Object& object,
                   const std::string& schema);

// The schema in which a name without one is found, by the statement that has set search_path: that of a path
// with one schema (pg_catalog behind it does not count). Empty: nobody knows.
std::string only_schema(std::string_view statement);

}  // namespace sluice
