// The expression is read token by token, as RE2 would. All syntax is passed on but for what stands for one
// character and may be one beyond ASCII: é  \xHH  \x{HHHH}  \pL  [à-ÿ]. Of such a token RE2 itself is asked
// which characters it takes, one after the other, so that classes, their negation and letter case mean here
// what they mean there.
#include "libfilter/find/byte_expression.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace sluice {
namespace {

bool is_hex(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

std::string utf8_of(std::uint32_t c) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

std::string escaped(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

class Rewriter {
 public:
  Rewriter(std::string_view source, const Charset& charset, LetterCase letter_case)
      : source_(source), charset_(charset), folding_(letter_case == LetterCase::ignored) {
    while (at_ < source_.size()) step();
  }

  ByteExpression result() && { return {std::move(out_), names_bytes_}; }

 private:
  void step() {
    const char c = source_[at_];
    if (c == '\\') return escape();
    if (c == '[') return character_class();
    if (c == '(') return open_group();
    if (c == ')' && !outer_folding_.empty()) {
      folding_ = outer_folding_.back();
      outer_folding_.pop_back();
    }
    if (!is_ascii(c)) return literal(take(character_size()));
    out_ += take(1);
  }

  std::string_view take(std::size_t size) {
    const auto part = source_.substr(at_, size);
    at_ += part.size();
    return part;
  }
  bool looking_at(std::string_view text) const { return source_.substr(at_).starts_with(text); }
  std::size_t character_size() const {
    std::size_t size = 1;
    while (at_ + size < source_.size() && (source_[at_ + size] & 0xC0) == 0x80) ++size;
    return size;
  }

  void escape() {
    if (looking_at("\\Q")) return quoted();
    const auto begin = at_;
    const auto token = take(escape_size(begin));
    const char kind = token[1];
    if (kind == 'p' || kind == 'P' || (kind == 'x' && (token[2] == '{' || token[2] >= '8')))
      one_of(token, kind == 'P');
    else
      out_ += token;
  }

  // Of the escape at BEGIN, in a class or outside.
  std::size_t escape_size(std::size_t begin) const {
    const auto rest = source_.substr(begin);
    if (rest.size() < 3 || std::string_view("xpP").find(rest[1]) == std::string_view::npos) return 2;
    if (rest[2] == '{') return rest.find('}') + 1;
    return rest[1] == 'x' ? 4 : 3;
  }

  void quoted() {
    at_ += 2;
    while (at_ < source_.size() && !looking_at("\\E")) {
      const auto character = take(character_size());
      if (is_ascii(character[0]))
        out_ += RE2::QuoteMeta(re2::StringPiece(character.data(), character.size()));
      else
        literal(character);
    }
    take(2);
  }

  // (  (?P<name>  (?i)  (?i:
  void open_group() {
    const bool outer = folding_;
    if (looking_at("(?P<")) {
      take(source_.find('>', at_) + 1 - at_);  // nobody asks for it, and names may be beyond ASCII
      out_ += '(';
    } else if (looking_at("(?")) {
      const auto flags = take(source_.find_first_of(":)", at_) + 1 - at_);
      const auto off = flags.find('-'), i = flags.find('i');
      if (i != std::string_view::npos) folding_ = i < off;
      out_ += flags;
      if (flags.back() == ')') return;  // lasts until the group around it ends
    } else {
      out_ += take(1);
    }
    outer_folding_.push_back(outer);
  }

  void character_class() {
    const auto begin = at_;
    auto end = begin + 1;
    const bool negated = end < source_.size() && source_[end] == '^';
    if (negated) ++end;
    bool plain = !negated;
    for (const auto first = end; end < source_.size() && (source_[end] != ']' || end == first);) {
      const auto named_end = source_.substr(end, 2) == "[:" ? source_.find(":]", end + 2) : source_.npos;
      if (named_end != source_.npos) {
        if (source_[end + 2] == '^') plain = false;
        end = named_end + 2;
      } else if (source_[end] == '\\') {
        // \x and \p name characters beyond ASCII, \D, \S and \W hold some
        if (std::string_view("xpPDSW").find(source_[end + 1]) != std::string_view::npos) plain = false;
        end += escape_size(end);
      } else {
        if (!is_ascii(source_[end])) plain = false;
        ++end;
      }
    }
    const auto token = take(end + 1 - begin);
    if (plain)
      out_ += token;
    else
      one_of(token, negated);
  }

  void literal(std::string_view character) {
    if (folding_) return one_of(character, false);
    out_ += "(?:" + escaped(charset_.encode_or_keep(character)) + ")";
  }

  // TOKEN stands for one character: what RE2 takes for it is tried out.
  void one_of(std::string_view token, bool negated) {
    const RE2 characters(
        std::string(token),
        expression_options(RE2::Options::EncodingUTF8, folding_ ? LetterCase::ignored : LetterCase::kept));
    std::array<bool, 256> members{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::string& character = charset_.character(byte);
      members[byte] = !character.empty() && RE2::FullMatch(character, characters);
    }
    std::string sequences;
    if (!charset_.is_one_byte()) {
      if (const auto listed = members_beyond_ascii(characters)) {
        for (const std::string& character : *listed)
          if (const auto bytes = charset_.encode(character)) sequences += "|" + escaped(*bytes);
        // A letter that the encoding lacks is looked for as it is in UTF-8.
        if (sequences.empty() && !is_ascii(token[0])) sequences = "|" + escaped(token);
      } else {
        std::fill(members.begin() + 0x80, members.end(), true);
      }
    } else if (!is_ascii(token[0]) && !charset_.encode(token)) {
      sequences = "|" + escaped(token);
    }
    add_named_bytes(token, negated, members);
    // Here every letter has got all its cases, and none is to get one by being taken for Latin-1.
    out_ += "(?-i:" + class_of(members) + sequences + ")";
  }

  // What \xHH stands for as a byte: TOKEN is read once more, over bytes, without its other characters.
  void add_named_bytes(std::string_view token, bool negated, std::array<bool, 256>& members) {
    std::string over_bytes;
    bool named = false;
    for (std::size_t i = 0; i < token.size(); ++i) {
      if (!is_ascii(token[i])) continue;
      if (token[i] == '\\' && i + 3 < token.size() && token[i + 1] == 'x' && token[i + 2] >= '8' &&
          is_hex(token[i + 2]) && is_hex(token[i + 3]))
        named = true;
      over_bytes += token[i];
      if (token[i] == '\\' && i + 1 < token.size()) over_bytes += token[++i];
    }
    if (!named) return;
    names_bytes_ = true;
    const RE2 bytes(over_bytes, expression_options(RE2::Options::EncodingLatin1, LetterCase::kept));
    if (!bytes.ok()) return;
    for (std::size_t byte = 0x80; byte < 256; ++byte) {
      const bool is_member = RE2::FullMatch(std::string(1, static_cast<char>(byte)), bytes);
      members[byte] = negated ? members[byte] && is_member : members[byte] || is_member;
    }
  }

  // None when they are too many to be listed.
  static std::optional<std::vector<std::string>> members_beyond_ascii(const RE2& characters) {
    constexpr std::size_t kMost = 256;
    std::string all;
    for (std::uint32_t c = 0x80; c < 0x20000; ++c)
      if (c < 0xD800 || c > 0xDFFF) all += utf8_of(c);
    std::vector<std::string> members;
    re2::StringPiece rest(all), member;
    while (characters.Match(rest, 0, rest.size(), RE2::UNANCHORED, &member, 1)) {
      if (members.size() == kMost) return std::nullopt;
      members.emplace_back(member.data(), member.size());
      rest.remove_prefix(static_cast<std::size_t>(member.data() + member.size() - rest.data()));
    }
    return members;
  }

  static std::string class_of(const std::array<bool, 256>& members) {
    std::string out;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      if (!members[byte]) continue;
      const auto first = byte;
      while (byte + 1 < 256 && members[byte + 1]) ++byte;
      const char ends[] = {static_cast<char>(first), static_cast<char>(byte)};
      out += escaped({ends, 1}) + "-" + escaped({ends + 1, 1});
    }
    return out.empty() ? "[^\\x00-\\xff]" : "[" + out + "]";
  }

  std::string_view source_;
  const Charset& charset_;
  bool folding_;
  std::vector<bool> outer_folding_;
  std::size_t at_ = 0;
  std::string out_;
  bool names_bytes_ = false;
};

}  // namespace

RE2::Options expression_options(RE2::Options::Encoding encoding, LetterCase letter_case) {
  RE2::Options options;
  options.set_encoding(encoding);
  options.set_case_sensitive(letter_case == LetterCase::kept);
  options.set_log_errors(false);
  options.set_max_mem(kExpressionMemory);
  return options;
}

ByteExpression byte_expression(std::string_view source, const Charset& charset, LetterCase letter_case) {
  return Rewriter(source, charset, letter_case).result();
}

}  // namespace sluice
