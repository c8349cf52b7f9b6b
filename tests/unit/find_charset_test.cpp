#include "libfilter/find/charset.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

namespace sluice {
namespace {

constexpr const char* kNames[] = {
    "LATIN1",  "LATIN2",  "LATIN3",  "LATIN4",       "LATIN5",     "LATIN6",         "LATIN7",
    "LATIN8",  "LATIN9",  "LATIN10", "ISO_8859_5",   "ISO_8859_6", "ISO_8859_7",     "ISO_8859_8",
    "WIN1250", "WIN1251", "WIN1252", "WIN1253",      "WIN1254",    "WIN1255",        "WIN1256",
    "WIN1257", "WIN1258", "WIN866",  "WIN874",       "KOI8R",      "KOI8U",          "EUC_JP",
    "EUC_CN",  "EUC_KR",  "EUC_TW",  "EUC_JIS_2004", "SJIS",       "SHIFT_JIS_2004", "BIG5",
    "GBK",     "UHC",     "GB18030", "JOHAB"};

std::string decoded(std::string_view encoding, std::string_view bytes) {
  return Converter::to_utf8(encoding).convert(bytes).value_or("none");
}

}  // namespace

TEST_CASE("iconv knows every encoding of PostgreSQL whose characters can be told") {
  for (const char* name : kNames) {
    CAPTURE(name);
    CHECK(Converter::to_utf8(name).known());
    CHECK(Converter::from_utf8(name).known());
  }
  for (const char* name : {"", "UTF8", "unicode", "SQL_ASCII", "MULE_INTERNAL", "no_such", "win1200"}) {
    CAPTURE(name);
    CHECK_FALSE(Converter::to_utf8(name).known());
    CHECK_FALSE(Converter::from_utf8(name).known());
  }
}

TEST_CASE("an encoding's other names are the same encoding") {
  CHECK(decoded("iso-8859-15", "\xa4") == "\u20ac");
  CHECK(decoded("'LATIN9'", "\xa4") == "\u20ac");
  CHECK(decoded("win", "\xff") == "\u044f");
  CHECK(decoded("abc", "\xd0") == decoded("WIN1258", "\xd0"));
  CHECK(decoded("Windows_932", "\x83\x5c") == "\u30bd");
}

TEST_CASE("characters are those of PostgreSQL's tables") {
  // What convert_from() makes of them; the standards have WAVE DASH and MINUS SIGN there.
  CHECK(decoded("EUC_JP", "\xa1\xc1\xa1\xdd") == "\uff5e\uff0d");
  CHECK(decoded("EUC_JP", "\xad\xa1") == "\u2460");
  CHECK(decoded("SJIS", "\x81\x60") == "\uff5e");
  CHECK(decoded("EUC_CN", "\xa1\xa4") == "\u30fb");
  CHECK(decoded("UHC", "\x81\x41") == "\uac02");
}

TEST_CASE("what cannot be converted is told by its place") {
  const auto converter = Converter::to_utf8("EUC_JP");
  std::string out = "<";
  CHECK(converter.append("\xa4\xa2\xff\xa4\xa2", out) == 2);
  CHECK(out == "<\u3042");
  CHECK(converter.append("\xa4", out) == 0);
  CHECK(converter.append("", out) == 0);
  CHECK(converter.append("\xa4\xa2", out) == 2);
  CHECK(out == "<\u3042\u3042");
  CHECK_FALSE(converter.convert("\xa4\xa2\xff").has_value());
  CHECK(converter.convert("") == "");
}

TEST_CASE("a character that the next one may change is not lost, and comes before what follows") {
  const auto converter = Converter::to_utf8("WIN1258");
  CHECK(converter.convert("a") == "a");
  CHECK(converter.convert("a\xec") == "\u00e1");  // with a combining acute
  std::string out;
  CHECK(converter.append("a\x8d", out) == 1);  // 8D is no character
  CHECK(out == "a");
}

TEST_CASE("a converter may be moved") {
  auto from = Converter::to_utf8("LATIN1");
  const auto converter = std::move(from);
  CHECK(converter.convert("\xe9") == "\u00e9");
}

TEST_CASE("ASCII is ASCII in every encoding") {
  std::string ascii;
  for (char c = 1; c < 0x7f; ++c) ascii += c;
  for (const char* name : kNames) {
    CAPTURE(name);
    CHECK(Charset(name).encode(ascii) == ascii);
  }
  CHECK(Charset("JOHAB").encode("\\\uac00\\") == "\\\x88\x61\\");
}

TEST_CASE("a charset has its characters' bytes, and its bytes' characters") {
  const Charset latin1("LATIN1"), sjis("SJIS"), utf8("UTF8"), unknown(""), bytes("SQL_ASCII");
  CHECK(latin1.is_one_byte());
  CHECK(latin1.encode("caf\u00e9!") == "caf\xe9!");
  CHECK_FALSE(latin1.encode("\u20ac").has_value());
  CHECK(latin1.encode_or_keep("\u20ac") == "\u20ac");
  CHECK(latin1.character(0xe9) == "\u00e9");
  CHECK(latin1.character('a') == "a");
  CHECK_FALSE(sjis.is_one_byte());
  CHECK(sjis.encode("\u30bd") == "\x83\x5c");
  CHECK(sjis.character(0xb1) == "");
  CHECK((utf8.is_utf8() && unknown.is_utf8() && !bytes.is_utf8() && !latin1.is_utf8()));
  for (const Charset* charset : {&utf8, &unknown, &bytes}) {
    CHECK_FALSE(charset->is_one_byte());
    CHECK(charset->encode("\u00e9") == "\u00e9");
  }
}

}  // namespace sluice
