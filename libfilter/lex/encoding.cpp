#include "libfilter/lex/encoding.hpp"

namespace sluice {

std::string bare_encoding_name(std::string_view name) {
  std::string bare;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') bare.push_back(static_cast<char>(c + ('a' - 'A')));
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) bare.push_back(c);
  }
  return bare;
}

// Only the client-only encodings with ASCII bytes in characters matter here.
Encoding encoding_by_name(std::string_view name) {
  const auto bare = bare_encoding_name(name);
  if (bare == "sjis" || bare == "shiftjis" || bare == "mskanji" || bare == "win932" || bare == "windows932" ||
      bare == "shiftjis2004")
    return Encoding::sjis;
  if (bare == "big5" || bare == "win950" || bare == "windows950") return Encoding::big5;
  if (bare == "gbk" || bare == "win936" || bare == "windows936") return Encoding::gbk;
  if (bare == "uhc" || bare == "win949" || bare == "windows949") return Encoding::uhc;
  if (bare == "gb18030") return Encoding::gb18030;
  if (bare == "johab") return Encoding::johab;
  return Encoding::safe;
}

}  // namespace sluice
