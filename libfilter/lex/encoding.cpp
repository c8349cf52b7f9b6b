#include <string>

#include "libfilter/lex/lexer.hpp"

namespace sluice {

// Names as pg_char_to_encoding() takes them: case and everything but letters and digits are ignored
// (src/common/encnames.c). Only the client-only encodings with ASCII bytes in characters matter here.
Encoding encoding_by_name(std::string_view name) {
  std::string clean;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') clean.push_back(static_cast<char>(c + ('a' - 'A')));
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) clean.push_back(c);
  }
  if (clean == "sjis" || clean == "shiftjis" || clean == "mskanji" || clean == "win932" ||
      clean == "windows932" || clean == "shiftjis2004")
    return Encoding::sjis;
  if (clean == "big5" || clean == "win950" || clean == "windows950") return Encoding::big5;
  if (clean == "gbk" || clean == "win936" || clean == "windows936") return Encoding::gbk;
  if (clean == "uhc" || clean == "win949" || clean == "windows949") return Encoding::uhc;
  if (clean == "gb18030") return Encoding::gb18030;
  if (clean == "johab") return Encoding::johab;
  return Encoding::safe;
}

}  // namespace sluice
