// psql's meta-commands in a dump: the three that are obeyed, and the words for those that are not.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "libfilter/io/failure.hpp"
#include "libfilter/lex/token.hpp"

namespace sluice {

// WHERE is "FILE:LINE: ", of the command's own line; NAME has its backslash.
Failure refused_command(const std::string& where, std::string_view name);

// The database that \connect opens: its arguments are as written. "" is that of the command line, CURRENT the
// one that the script is connected to. Only a database of the same server under the same user: throws
// Failure::unsound_input for whatever says more, and for what psql would read as a connection string without
// being told to keep the server. Nothing is ever expanded.
std::string database_to_connect(const std::string& where, std::string_view text,
                                std::span<const Token> arguments, const std::string& current);

// The encoding that an \encoding asks for, TOKENS being all of it; empty when it is no plain name.
std::string encoding_named(std::string_view text, std::span<const Token> tokens);

// The key of \restrict or \unrestrict.
std::string restrict_key(const std::string& where, std::string_view text, std::span<const Token> tokens);

}  // namespace sluice
