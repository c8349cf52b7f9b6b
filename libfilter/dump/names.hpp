// SQL names and literals: what they mean, and how to write them.
// Source: PostgreSQL manual, 4.1 Lexical Structure; src/backend/parser/scansup.c (downcase_identifier).
#pragma once

#include <string>
#include <string_view>

#include "libfilter/lex/token.hpp"

namespace sluice {

// The name a token stands for: an unquoted one folded to lower case (ASCII only, as the server does for
// every multi-byte encoding), a quoted one without its quotes. U&"..." escapes are left as they are.
std::string name_of(TokenKind kind, std::string_view text);
void append_name(std::string& out, TokenKind kind, std::string_view text);

// The text of a string literal: quotes and doubling undone; backslash escapes of E'' too where they stand
// for one character (\n and the like); \ddd, \xhh and \u are left as they are.
std::string string_of(std::string_view text);

// 'text' or E'text': a literal that means TEXT under both settings of standard_conforming_strings.
std::string quote_literal(std::string_view text);

// "text": an identifier, quoted whether it needs it or not.
std::string quote_name(std::string_view text);

// The same as written by hand: quoted only where it must be (not lower case, odd characters, empty, a
// reserved word).
std::string write_name(std::string_view text);
// The same for a role: there public and none mean no role, unless they are quoted.
std::string write_role_name(std::string_view text);

bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string lower_case(std::string_view text);
std::string upper_case(std::string_view text);

// Shell-like pattern: * and ?, the rest literal.
bool glob_matches(std::string_view glob, std::string_view text);

}  // namespace sluice
