#include "libfilter/find/charset.hpp"

#include <iconv.h>

#include <algorithm>

#include "libfilter/lex/encoding.hpp"

namespace sluice {
namespace {

std::size_t character_length(std::string_view text, std::size_t at, Encoding encoding) {
  return std::min(text.size() - at, 1 + trail_bytes(text[at], encoding));
}

enum class Width { one_byte, several_bytes };

// The names of src/common/encnames.c, bare, separated by blanks. Where several of iconv's encodings come into
// question it is the one whose characters are those of PostgreSQL's own tables
// (src/backend/utils/mb/Unicode): they follow the vendors' code pages, in EUC_JP too. BIG5 has no better one
// than CP950, which differs in punctuation.
struct Entry {
  std::string_view names;
  const char* iconv_name;
  Width width;
};
constexpr Entry kEntries[] = {
    {"latin1 iso88591", "ISO-8859-1", Width::one_byte},
    {"latin2 iso88592", "ISO-8859-2", Width::one_byte},
    {"latin3 iso88593", "ISO-8859-3", Width::one_byte},
    {"latin4 iso88594", "ISO-8859-4", Width::one_byte},
    {"iso88595", "ISO-8859-5", Width::one_byte},
    {"iso88596", "ISO-8859-6", Width::one_byte},
    {"iso88597", "ISO-8859-7", Width::one_byte},
    {"iso88598", "ISO-8859-8", Width::one_byte},
    {"latin5 iso88599", "ISO-8859-9", Width::one_byte},
    {"latin6 iso885910", "ISO-8859-10", Width::one_byte},
    {"latin7 iso885913", "ISO-8859-13", Width::one_byte},
    {"latin8 iso885914", "ISO-8859-14", Width::one_byte},
    {"latin9 iso885915", "ISO-8859-15", Width::one_byte},
    {"latin10 iso885916", "ISO-8859-16", Width::one_byte},
    {"win1250 windows1250", "CP1250", Width::one_byte},
    {"win1251 windows1251 win", "CP1251", Width::one_byte},
    {"win1252 windows1252", "CP1252", Width::one_byte},
    {"win1253 windows1253", "CP1253", Width::one_byte},
    {"win1254 windows1254", "CP1254", Width::one_byte},
    {"win1255 windows1255", "CP1255", Width::one_byte},
    {"win1256 windows1256", "CP1256", Width::one_byte},
    {"win1257 windows1257", "CP1257", Width::one_byte},
    {"win1258 windows1258 abc tcvn tcvn5712 vscii", "CP1258", Width::one_byte},
    {"win866 windows866 alt", "CP866", Width::one_byte},
    {"win874 windows874", "CP874", Width::one_byte},
    {"koi8r koi8", "KOI8-R", Width::one_byte},
    {"koi8u", "KOI8-U", Width::one_byte},
    {"eucjp", "EUC-JP-MS", Width::several_bytes},
    {"eucjis2004", "EUC-JISX0213", Width::several_bytes},
    {"euccn", "EUC-CN", Width::several_bytes},
    {"euckr", "EUC-KR", Width::several_bytes},
    {"euctw", "EUC-TW", Width::several_bytes},
    {"sjis shiftjis mskanji win932 windows932", "CP932", Width::several_bytes},
    {"shiftjis2004", "SHIFT_JISX0213", Width::several_bytes},
    {"big5 win950 windows950", "CP950", Width::several_bytes},
    {"gbk win936 windows936", "CP936", Width::several_bytes},
    {"uhc win949 windows949", "CP949", Width::several_bytes},
    {"gb18030", "GB18030", Width::several_bytes},
    {"johab", "JOHAB", Width::several_bytes},
};

bool has_name(const Entry& entry, std::string_view name) {
  for (auto rest = entry.names;;) {
    const auto blank = rest.find(' ');
    if (rest.substr(0, blank) == name) return true;
    if (blank == rest.npos) return false;
    rest.remove_prefix(blank + 1);
  }
}

const Entry* find_entry(std::string_view client_encoding) {
  const auto name = bare_encoding_name(client_encoding);
  const auto* found =
      std::ranges::find_if(kEntries, [&](const Entry& entry) { return has_name(entry, name); });
  return found != std::end(kEntries) ? found : nullptr;
}

constexpr const char* kUtf8 = "UTF-8";

}  // namespace

void Converter::Close::operator()(void* handle) const { iconv_close(handle); }

Converter::Converter(const char* to, const char* from) {
  if (to == nullptr || from == nullptr) return;
  const iconv_t handle = iconv_open(to, from);
  if (handle != reinterpret_cast<iconv_t>(-1)) handle_.reset(handle);
}

Converter Converter::to_utf8(std::string_view client_encoding) {
  const Entry* entry = find_entry(client_encoding);
  return {kUtf8, entry != nullptr ? entry->iconv_name : nullptr};
}

Converter Converter::from_utf8(std::string_view client_encoding) {
  const Entry* entry = find_entry(client_encoding);
  return {entry != nullptr ? entry->iconv_name : nullptr, kUtf8};
}

Converter::Done Converter::run(std::string_view text, std::string& out) const {
  constexpr std::size_t kMostForOne = 4, kMostHeldBack = 16;
  iconv(handle_.get(), nullptr, nullptr, nullptr, nullptr);
  const auto begin = out.size();
  out.resize(begin + text.size() * kMostForOne + kMostHeldBack);
  char* from = const_cast<char*>(text.data());  // iconv's declaration: it does not write there
  char* to = out.data() + begin;
  std::size_t left = text.size(), room = out.size() - begin;
  bool exact = iconv(handle_.get(), &from, &left, &to, &room) == 0;
  // Some hold a character back that the next one may change.
  exact = iconv(handle_.get(), nullptr, nullptr, &to, &room) == 0 && exact;
  out.resize(out.size() - room);
  return {text.size() - left, exact};
}

std::size_t Converter::append(std::string_view text, std::string& out) const { return run(text, out).bytes; }

std::optional<std::string> Converter::convert(std::string_view text) const {
  std::string out;
  const auto done = run(text, out);
  if (!done.exact || done.bytes != text.size()) return std::nullopt;
  return out;
}

Charset::Charset(std::string_view client_encoding) : encoder_(Converter::from_utf8(client_encoding)) {
  const auto name = bare_encoding_name(client_encoding);
  const Entry* entry = find_entry(name);
  is_utf8_ = name.empty() || name == "utf8" || name == "unicode";
  is_one_byte_ = entry != nullptr && entry->width == Width::one_byte && encoder_.known();
  for (std::size_t byte = 0; byte < 0x80; ++byte) characters_[byte] = std::string(1, static_cast<char>(byte));
  if (!is_one_byte_) return;
  const auto decoder = Converter::to_utf8(name);
  for (std::size_t byte = 0x80; byte < 0x100; ++byte)
    characters_[byte] = decoder.convert(std::string(1, static_cast<char>(byte))).value_or("");
}

// ASCII is ASCII in every encoding PostgreSQL has, but JOHAB has no backslash for iconv.
std::optional<std::string> Charset::encode(std::string_view utf8) const {
  if (!encoder_.known()) return std::string(utf8);
  std::string out;
  for (std::size_t at = 0; at < utf8.size();) {
    auto end = at;
    while (end < utf8.size() && is_ascii(utf8[end])) ++end;
    out.append(utf8.substr(at, end - at));
    at = end;
    while (end < utf8.size() && !is_ascii(utf8[end])) ++end;
    const auto bytes = encoder_.convert(utf8.substr(at, end - at));
    if (!bytes) return std::nullopt;
    out += *bytes;
    at = end;
  }
  return out;
}

ToUtf8::ToUtf8(std::string_view client_encoding)
    : encoding_(encoding_by_name(client_encoding)), converter_(Converter::to_utf8(client_encoding)) {}

// ASCII is ASCII in every encoding PostgreSQL has, but not in every one of iconv's: for JOHAB and
// SHIFT_JISX0213 it takes a backslash for a currency sign. So it is kept from iconv.
std::string ToUtf8::of(std::string_view text) const {
  if (!converter_.known()) return std::string(text);
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_ascii(text[end])) ++end;
    out.append(text.substr(at, end - at));
    at = end;
    while (end < text.size() && !is_ascii(text[end])) end += character_length(text, end, encoding_);

    while (at < end) {
      at += converter_.append(text.substr(at, end - at), out);
      if (at == end) break;
      out += kReplacement;
      at += std::min(end - at, character_length(text, at, encoding_));
    }
  }
  return out;
}

}  // namespace sluice
