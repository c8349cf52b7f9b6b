// A regular expression over characters, as one over bytes.
//
// RE2 matches UTF-8 as characters, and bytes where it is told that the text is Latin-1. A dump in another
// encoding, and a pattern that means bytes, are for the second way: there a character beyond ASCII is written
// as the bytes that stand for it, é as \xE9 in LATIN1 and as \xC3\xA9 in a dump without an encoding, and a
// class becomes the bytes, or the sequences of bytes, of its members.
//
// What is left out: in an encoding of several bytes a character, `.` is one byte, and so is each of the many
// characters beyond ASCII of a class like [^a] or \pL; and a match may begin inside a character.
#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "libfilter/find/charset.hpp"
#include "libfilter/find/literal.hpp"

namespace sluice {

inline constexpr std::int64_t kExpressionMemory = 4 << 20;  // for the expressions of one encoding

// How every expression is compiled, to be matched over characters (UTF-8) or bytes (Latin-1).
RE2::Options expression_options(RE2::Options::Encoding encoding, LetterCase letter_case);

struct ByteExpression {
  std::string text;          // for RE2 over bytes; case is still its options' matter
  bool names_bytes = false;  // \xHH with HH >= 80 occurs: it stands for the byte as well as for U+00HH
};

// SOURCE must be an expression that RE2 takes, in UTF-8. What CHARSET lacks stays as it is in UTF-8.
ByteExpression byte_expression(std::string_view source, const Charset& charset, LetterCase letter_case);

}  // namespace sluice
