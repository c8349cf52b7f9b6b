// Client encodings by their names, as far as they change how bytes are read.
// Source: PostgreSQL's src/common/encnames.c (pg_char_to_encoding) and wchar.c (the mblen functions).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

// Client encodings whose characters may contain ASCII bytes behind the first (LEXER 10.2); every other
// encoding is `safe`: plain byte lexing is right.
enum class Encoding : std::uint8_t { safe, sjis, big5, gbk, uhc, gb18030, johab };

// A name as pg_char_to_encoding() compares it: letters in lower case, and digits; nothing else counts
// ("Shift_JIS_2004", "'gbk'").
std::string bare_encoding_name(std::string_view name);

Encoding encoding_by_name(std::string_view name);

// How many bytes behind LEAD belong to its character in an encoding whose characters may hold ASCII bytes;
// such a byte is no delimiter, quote or backslash. 0 in the encodings where nothing has to be known. Four
// bytes of GB18030 count as two characters of two: their third byte is a lead as well.
inline std::size_t trail_bytes(char lead, Encoding encoding) {
  const auto byte = static_cast<unsigned char>(lead);
  if (encoding == Encoding::safe || byte < 0x80) return 0;
  if (encoding == Encoding::sjis && byte >= 0xa1 && byte <= 0xdf) return 0;  // half-width katakana
  return encoding == Encoding::johab && byte == 0x8f ? 2 : 1;
}

}  // namespace sluice
