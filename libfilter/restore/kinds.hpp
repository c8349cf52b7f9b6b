// What kind of statement this is for the server: how it has to be sent.
//
// Source: the calls of PreventInTransactionBlock() in PostgreSQL 12 to 18, and libpq's pipeline mode.
#pragma once

#include <span>
#include <string_view>

#include "libfilter/lex/token.hpp"
#include "libfilter/restore/step.hpp"

namespace sluice {

// TOKENS may be the first ones of a longer statement. Where a form runs in a transaction for some objects
// only (REINDEX and CLUSTER of a partitioned table cannot), it is `alone` for all.
enum class Transaction : std::uint8_t { none, open };  // of the script, before the statement
Way way_of(std::string_view text, std::span<const Token> tokens, Transaction transaction);

// A statement that may leave a temporary table behind, or that nobody can tell of: a name without a schema
// may mean that table afterwards.
bool may_make_temporary(std::string_view text, std::span<const Token> tokens, const Object& object);

}  // namespace sluice
