// The scanner's states, each with the few bytes that can end it:
//
//   between        nothing is open, or a space unit      any byte that is no white space
//   initial        in a statement, between tokens        every byte, by its class
//   quoted         '...' (plain, E'', bits), "..."       the quote; a backslash in E''
//   dollar         $tag$...$tag$                         $
//   comment        /* ... */, nested                     * and /
//   line_comment   --                                    LF, CR
//   meta_*         a meta-command's arguments or line    LF; an unquoted backslash
//   copy           COPY data                             LF \ .
//
// Every state also stops at LF, where psql samples the settings and where COPY data may begin, and at NUL,
// where psql loses the rest of the line.

#include "libfilter/lex/lexer.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "libfilter/lex/scan.hpp"

namespace sluice {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
constexpr std::string_view kDigits = "0123456789";

constexpr ByteSet kBlank(" \t\r\f\v");
constexpr ByteSet kWordStart = ByteSet(kLetters).with_high_bytes();
constexpr ByteSet kWordPart =
    ByteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$").with_high_bytes();
constexpr ByteSet kTagPart =
    ByteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789").with_high_bytes();
constexpr ByteSet kDigit(kDigits);
constexpr ByteSet kOperator("~!@#^&|`?+-*/%<>=");
constexpr std::string_view kStops("\n\0", 2);

constexpr ByteSet kInPlain(std::string_view("'\n\0", 3));
constexpr ByteSet kInEscapes(std::string_view("'\\\n\0", 4));
constexpr ByteSet kInName(std::string_view("\"\n\0", 3));
constexpr ByteSet kInDollar(std::string_view("$\n\0", 3));
constexpr ByteSet kInComment(std::string_view("*/\n\0", 4));
constexpr ByteSet kInLineComment(std::string_view("\n\r\0", 3));
constexpr ByteSet kInLine(kStops);

// Longer runs of operator characters are taken in pieces of this size, wherever the input was cut.
constexpr std::ptrdiff_t kLongestOperator = 512;
constexpr std::ptrdiff_t kLongestTag = 1000;
constexpr std::size_t kLineKept = 64 * 1024;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool same_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() &&
         std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return lower(a) == b; });
}

bool is_blank_or_line_feed(char c) { return kBlank.has(c) || c == '\n'; }

// "false", "off", "0" and their unique beginnings, as psql's ParseVariableBool(); what is neither is false too.
bool is_true(std::string_view text) {
  const auto begins = [&](std::string_view word, std::size_t least) {
    return text.size() >= least && text.size() <= word.size() && same_word(text, word.substr(0, text.size()));
  };
  return begins("true", 1) || begins("yes", 1) || begins("on", 2) || text == "1";
}

}  // namespace

// A stretch of the input and how far it is scanned.
class Lexer::Cursor {
 public:
  explicit Cursor(std::string_view bytes) : begin(bytes.data()), at(begin), end(begin + bytes.size()) {}
  const char* begin;
  const char* at;
  const char* end;

  std::ptrdiff_t left() const { return end - at; }
  std::uint64_t done() const { return static_cast<std::uint64_t>(at - begin); }
  std::string_view text(const char* from, const char* to) const {
    return {from, static_cast<std::size_t>(to - from)};
  }
};

Lexer::Lexer() = default;

void Lexer::apply(Settings settings) {
  settings_ = settings;
  if (input_ == 0) sampled_ = settings;
}

UnitKind Lexer::kind() const { return kind_; }
const std::vector<Token>& Lexer::tokens() const { return tokens_; }
Lexer::Flags Lexer::flags() const { return flags_; }
unsigned Lexer::copies_owed() const { return owed_; }
bool Lexer::copy_is_csv() const { return !pending_.empty() && pending_.front().csv; }
bool Lexer::copy_in_csv_quote() const { return copy_in_quote_; }
char Lexer::copy_csv_quote() const { return pending_.empty() ? '"' : pending_.front().quote; }

void Lexer::want_tokens(Wanted wanted, const void* context) {
  wanted_ = wanted;
  wanted_context_ = context;
}

Lexer::Result Lexer::scan(std::string_view bytes, End end) {
  Cursor in(bytes);
  Result result;
  final_ = end == End::last;
  if (unit_ended_) {
    if (kind_ == UnitKind::copy_data) {
      // Only now: copy_is_csv() is still asked of a block that has ended.
      pending_.pop_front();
      data_next_ = !pending_.empty();
    }
    unit_ended_ = false;
    unit_ = input_;
    flags_ = {};
    owed_ = 0;
    tokens_.clear();
    tokens_wanted_ = true;
    kind_ = UnitKind::space;
    flags_.on_copy_line = !pending_.empty();
    if (data_next_) {
      begin_copy();
    } else if (resume_statement_) {
      resume_statement_ = false;
      kind_ = UnitKind::statement;
      state_ = resume_state_;
      flags_.continues = true;
    }
  }
  while (in.at < in.end && run(in, result)) {
  }
  if (final_ && in.at == in.end && !result.unit_ended) {
    if (kind_ == UnitKind::meta_command) {
      end_argument(in);
      meta_done();
      result.unit_ended = true;
    } else if (state_ == State::between && !pending_.empty() && input_ + in.done() == unit_) {
      begin_copy();
    }
  }
  result.consumed = static_cast<std::size_t>(in.done());
  input_ += in.done();
  unit_ended_ = result.unit_ended;
  return result;
}

bool Lexer::run(Cursor& in, Result& result) {
  if (skipping_nul_) {
    const char* line_end = static_cast<const char*>(std::memchr(in.at, '\n', static_cast<std::size_t>(in.left())));
    in.at = line_end == nullptr ? in.end : line_end + 1;
    skipping_nul_ = line_end == nullptr;
    return true;
  }
  switch (state_) {
    case State::between: return between(in, result);
    case State::initial: return initial(in, result);
    case State::quoted: return quoted(in, result);
    case State::dollar: return dollar(in, result);
    case State::comment: return comment(in, result);
    case State::line_comment:
      in.at = kInLineComment.find(in.at, in.end);
      if (in.at < in.end) state_ = State::initial;
      return true;
    case State::space_comment:
      in.at = kInLineComment.find(in.at, in.end);
      if (in.at < in.end) state_ = State::between;
      return true;
    case State::long_token: return long_token(in);
    case State::meta_arguments: return meta_arguments(in, result);
    case State::meta_line: return meta_line(in, result);
    case State::copy: return copy(in, result);
    case State::after_quit: {
      in.at = kInLine.find(in.at, in.end);
      if (in.at == in.end) return true;
      const bool line_feed = *in.at++ == '\n';
      return line_feed ? ends(result) : true;
    }
  }
  return false;
}

bool Lexer::ends(Result& result) {
  result.unit_ended = true;
  return false;
}

std::uint64_t Lexer::in_unit(const Cursor& in) const { return input_ + in.done() - unit_; }

// psql samples the settings here, and looks for COPY data.
void Lexer::line_ended() {
  sampled_ = settings_;
  data_next_ = !pending_.empty();
}

bool Lexer::skip_nul(Cursor& in) {
  flags_.nul = true;
  skipping_nul_ = true;
  ++in.at;
  return true;
}

void Lexer::begin_copy() {
  kind_ = UnitKind::copy_data;
  state_ = State::copy;
  copy_line_begin_ = true;
  copy_line_nul_ = false;
  copy_line_was_ended_ = true;
  copy_in_quote_ = false;
  copy_escaped_ = false;
}

// How many bytes a character has whose first is at AT (LEXER 10.2); never beyond a line feed.
std::size_t Lexer::character(const char* at, const char* end) const {
  const auto byte = [&](std::ptrdiff_t i) { return i < end - at ? static_cast<unsigned char>(at[i]) : 0U; };
  std::ptrdiff_t length = 1;
  switch (sampled_.encoding) {
    case Encoding::safe: return 1;
    case Encoding::sjis: length = byte(0) < 0x80 || (byte(0) >= 0xa1 && byte(0) <= 0xdf) ? 1 : 2; break;
    case Encoding::gb18030: length = byte(0) < 0x80 ? 1 : byte(1) >= 0x30 && byte(1) <= 0x39 ? 4 : 2; break;
    case Encoding::johab: length = byte(0) < 0x80 ? 1 : byte(0) == 0x8f ? 3 : 2; break;
    default: length = byte(0) < 0x80 ? 1 : 2;
  }
  for (std::ptrdiff_t i = 1; i < length; ++i)
    if (i >= end - at || at[i] == '\n' || at[i] == '\0') return static_cast<std::size_t>(i);
  return static_cast<std::size_t>(length);
}

// Steps over a character of more than one byte. False: its bytes are not all there yet.
bool Lexer::step(Cursor& in) const {
  constexpr std::ptrdiff_t kLongest = 4;
  if (sampled_.encoding == Encoding::safe) {
    ++in.at;
    return true;
  }
  const auto length = static_cast<std::ptrdiff_t>(character(in.at, in.end));
  if (in.left() < kLongest && in.at + length == in.end && !final_ && length > 0 &&
      std::memchr(in.at, '\n', static_cast<std::size_t>(in.left())) == nullptr &&
      static_cast<unsigned char>(*in.at) >= 0x80)
    return false;
  in.at += length;
  return true;
}

void Lexer::begin_statement() {
  kind_ = UnitKind::statement;
  state_ = State::initial;
  parens_ = 0;
  begins_ = 0;
  words_ = 0;
  last_word_ = Word::other;
  part_ = {};
  this_query_.clear();
  any_token_ = false;
  starts_with_select_ = has_into_ = false;
  first_word_.clear();
}

bool Lexer::between(Cursor& in, Result& result) {
  if (input_ == 0 && in.at == in.begin) {
    constexpr std::string_view kMark = "\xef\xbb\xbf";
    const auto have = std::min<std::ptrdiff_t>(in.left(), 3);
    if (in.text(in.at, in.at + have) == kMark.substr(0, static_cast<std::size_t>(have))) {
      if (have < 3 && !final_) return false;
      in.at += have;
      return true;
    }
  }
  in.at = kBlank.skip(in.at, in.end);
  if (in.at == in.end) return true;
  const char c = *in.at;
  if (c == '\n') {
    ++in.at;
    line_ended();
    return ends(result);
  }
  if (c == '\0') return skip_nul(in);
  if (c == '-' || c == '\\') {
    if (in.left() < 2 && !final_) return false;
  }
  const char next = in.left() > 1 ? in.at[1] : '\0';
  if (c == '-' && next == '-') {
    state_ = State::space_comment;
    return true;
  }
  if (in_unit(in) > 0) return ends(result);
  const bool meta = c == '\\' && next != ';' && next != ':';
  if (meta) return meta_begin(in, result);
  begin_statement();
  return true;
}

void Lexer::record(TokenKind kind, std::uint64_t begin, std::uint64_t end, std::uint32_t depth) {
  any_token_ = true;
  if (end > std::numeric_limits<std::uint32_t>::max()) return;
  if (tokens_.size() >= (tokens_wanted_ ? kMostTokens : kHeadTokens)) return;
  tokens_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin),
                     static_cast<std::uint16_t>(std::min<std::uint32_t>(depth, 0xffff)), kind});
}

void Lexer::record_here(Cursor& in, TokenKind kind, std::ptrdiff_t length) {
  const auto begin = in_unit(in);
  record(kind, begin, begin + static_cast<std::uint64_t>(length), parens_);
  in.at += length;
}

bool Lexer::initial(Cursor& in, Result& result) {
  for (;;) {
    in.at = kBlank.skip(in.at, in.end);
    if (in.at == in.end) return true;
    const char c = *in.at;
    switch (c) {
      case '\n':
        ++in.at;
        line_ended();
        if (data_next_) return cut_for_copy(result);
        continue;
      case '\0': return skip_nul(in);
      case '\'': {
        const auto kind = sampled_.standard_conforming_strings ? Quote::plain : Quote::escapes;
        return open_quote(in, 0, kind);
      }
      case '"': return open_quote(in, 0, Quote::name);
      case '$':
        if (!dollar_sign(in)) return false;
        if (state_ != State::initial) return true;
        continue;
      case '(':
        record_here(in, TokenKind::mark, 1);
        ++parens_;
        continue;
      case ')':
        if (parens_ > 0) --parens_;
        record_here(in, TokenKind::mark, 1);
        continue;
      case ';':
        record_here(in, TokenKind::mark, 1);
        if (parens_ > 0 || begins_ > 0) continue;
        return end_statement(result);
      case '\\': return meta_begin(in, result);
      case ':':
        if (!colon(in)) return false;
        continue;
      case '.':
        if (in.left() < 2 && !final_) return false;
        if (in.left() > 1 && in.at[1] == '.') {
          record_here(in, TokenKind::op, 2);
        } else {
          record_here(in, TokenKind::mark, 1);
        }
        continue;
      default: break;
    }
    if (kWordStart.has(c)) {
      if (!word(in)) return false;
    } else if (kDigit.has(c)) {
      if (!number(in)) return false;
    } else if (kOperator.has(c)) {
      if (!operators(in)) return false;
    } else {
      record_here(in, TokenKind::mark, 1);
    }
    if (state_ != State::initial) return true;
  }
}

// :: and := are operators. A single colon before a name is a psql variable, set or not: the name is no word of
// the statement, begins no E'' and ends before a dollar sign. :'name', :"name" and :{?name} are variables too.
bool Lexer::colon(Cursor& in) {
  if (in.left() < 3 && !final_) return false;
  const char next = in.left() > 1 ? in.at[1] : '\0';
  if (next == ':' || next == '=') {
    record_here(in, TokenKind::op, 2);
    return true;
  }
  const char* at = in.at + 1;
  const char* limit = in.left() > kLongestTag ? in.at + kLongestTag : in.end;
  while (at < limit && kTagPart.has(*at)) at += character(at, in.end);
  if (at == in.end && !final_) return false;
  record_here(in, TokenKind::mark, 1);
  const bool named = at > in.at;
  const bool asks = next == '{' && in.left() > 1 && in.at[1] == '?';
  if (named || asks || next == '\'' || next == '"') flags_.psql_variable = true;
  if (named) record_here(in, kDigit.has(next) ? TokenKind::number : TokenKind::word, at - in.at);
  return true;
}

bool Lexer::end_statement(Result& result) {
  end_part();
  owed_ = static_cast<unsigned>(this_query_.size());
  pending_.insert(pending_.end(), this_query_.begin(), this_query_.end());
  last_query_ = this_query_;
  state_ = State::between;
  return ends(result);
}

bool Lexer::cut_for_copy(Result& result) {
  flags_.interrupted = true;
  resume_statement_ = true;
  resume_state_ = state_;
  return ends(result);
}

// The statement, or a part of it before \;, is complete: does COPY data belong to it?
void Lexer::end_part() {
  if (is_copy_in() && active()) {
    part_.binary = part_.binary || slots_[1] == Word::binary;
    this_query_.push_back(part_);
  }
  words_ = 0;
  part_ = {};
}

bool Lexer::is_copy_in() const {
  if (words_ < 3 || slots_[0] != Word::copy) return false;
  for (unsigned i = 1; i <= 6 && i + 1 < words_; ++i)
    if (slots_[i] == Word::from) return slots_[i + 1] == Word::stdin_;
  return false;
}

bool Lexer::is_create_function() const {
  if (words_ < 2 || slots_[0] != Word::create) return false;
  if (slots_[1] == Word::function) return true;
  return words_ >= 4 && slots_[1] == Word::or_ && slots_[2] == Word::replace && slots_[3] == Word::function;
}

Lexer::Word Lexer::word_of(std::string_view text) {
  static constexpr std::pair<std::string_view, Word> kWords[] = {
      {"or", Word::or_},           {"end", Word::end},         {"csv", Word::csv},
      {"copy", Word::copy},        {"from", Word::from},       {"case", Word::case_},
      {"into", Word::into},        {"stdin", Word::stdin_},    {"begin", Word::begin},
      {"quote", Word::quote},      {"stdout", Word::stdin_},   {"create", Word::create},
      {"select", Word::select},    {"binary", Word::binary},   {"escape", Word::escape},
      {"replace", Word::replace},  {"function", Word::function}, {"procedure", Word::function}};
  if (text.size() < 2 || text.size() > 9) return Word::other;
  const char first = lower(text.front());
  for (const auto& [word, meaning] : kWords)
    if (word.front() == first && word.size() == text.size() && same_word(text, word)) return meaning;
  return Word::other;
}

void Lexer::count_word(std::string_view text) {
  // Behind the words that are looked at, only a function's body and COPY's options are of interest.
  if (words_ == 8 && slots_[0] != Word::copy && slots_[0] != Word::create && !starts_with_select_) return;
  const Word word = word_of(text);
  last_word_ = word;
  if (!any_token_) starts_with_select_ = word == Word::select;
  if (word == Word::into) has_into_ = true;
  if (words_ >= 3 && slots_[0] == Word::copy && is_copy_in()) {
    part_.csv = part_.csv || word == Word::csv;
    part_.binary = part_.binary || word == Word::binary;
  }
  if (parens_ > 0) return;
  if (words_ < 8) slots_[words_++] = word;
  if (begins_ == 0 && word != Word::begin) return;
  if (!is_create_function()) return;
  if (word == Word::begin || (word == Word::case_ && begins_ > 0)) ++begins_;
  if (word == Word::end && begins_ > 0) --begins_;
}

void Lexer::ask_for_tokens(std::string_view text) {
  if (wanted_ == nullptr || tokens_.size() > 1) return;
  if (tokens_.empty()) {
    first_word_ = text;
  } else if (!first_word_.empty()) {
    tokens_wanted_ = wanted_(wanted_context_, first_word_, text);
  }
}

// The end of the word or number that begins at FROM. Null: it may go on behind this stretch.
const char* Lexer::word_end(Cursor& in, const char* from) {
  const char* at = from;
  while (at < in.end && kWordPart.has(*at)) {
    if (sampled_.encoding != Encoding::safe && static_cast<unsigned char>(*at) >= 0x80) {
      at += character(at, in.end);
    } else {
      ++at;
    }
  }
  return at == in.end && !final_ ? nullptr : at;
}

bool Lexer::begin_long_token(Cursor& in, TokenKind kind) {
  if (in.left() < static_cast<std::ptrdiff_t>(kLookahead)) return false;
  long_kind_ = kind;
  const char* half = in.at + kLookahead / 2;
  token_begin_ = in_unit(in);
  state_ = State::long_token;
  long_has_letters_ = kWordStart.find(in.at, half) < half;
  in.at = half;
  return true;
}

bool Lexer::long_token(Cursor& in) {
  // One character at a time where they have several bytes: a byte of ASCII may belong to one.
  while (in.at < in.end) {
    long_has_letters_ = long_has_letters_ || kWordStart.has(*in.at);
    if (!(long_has_letters_ ? kWordPart : kDigit).has(*in.at)) break;
    if (!step(in)) return false;
  }
  if (in.at == in.end && !final_) return true;
  if (long_kind_ == TokenKind::word) count_word("");
  record(long_kind_, token_begin_, in_unit(in), parens_);
  state_ = State::initial;
  return true;
}

bool Lexer::word(Cursor& in) {
  const char* end = word_end(in, in.at);
  if (end == nullptr) return begin_long_token(in, TokenKind::word);
  if (end - in.at >= static_cast<std::ptrdiff_t>(kLookahead)) return begin_long_token(in, TokenKind::word);
  const auto text = in.text(in.at, end);
  if (text.size() == 1 && end < in.end) {
    const char letter = lower(*in.at);
    if (*end == '\'') {
      if (letter == 'e') return open_quote(in, 1, Quote::escapes);
      if (letter == 'b' || letter == 'x') return open_quote(in, 1, Quote::bits);
      if (letter == 'n')
        return open_quote(in, 1, sampled_.standard_conforming_strings ? Quote::plain : Quote::escapes);
    }
    if (letter == 'u' && *end == '&') {
      if (end + 1 == in.end && !final_) return false;
      if (end + 1 < in.end && end[1] == '\'') return open_quote(in, 2, Quote::plain);
      if (end + 1 < in.end && end[1] == '"') return open_quote(in, 2, Quote::name);
    }
  }
  count_word(text);
  ask_for_tokens(text);
  record_here(in, TokenKind::word, end - in.at);
  return true;
}

// Digits with what is glued to them: 1.5, 0x1f, 1e5; never a dollar sign right behind the digits.
bool Lexer::number(Cursor& in) {
  const char* at = kDigit.skip(in.at, in.end);
  if (in.end - at < 2 && !final_) return begin_long_token(in, TokenKind::number);
  if (at < in.end && *at == '.' && (at + 1 == in.end || at[1] != '.')) at = kDigit.skip(at + 1, in.end);
  if (at == in.end && !final_) return begin_long_token(in, TokenKind::number);
  if (at < in.end && kWordStart.has(*at)) {
    at = word_end(in, at);
    if (at == nullptr) return begin_long_token(in, TokenKind::number);
  }
  if (at - in.at >= static_cast<std::ptrdiff_t>(kLookahead)) return begin_long_token(in, TokenKind::number);
  record_here(in, TokenKind::number, at - in.at);
  return true;
}

// $1, $tag$ or a dollar sign alone.
bool Lexer::dollar_sign(Cursor& in) {
  if (in.left() < 2 && !final_) return false;
  const char* at = in.at + 1;
  if (at < in.end && kDigit.has(*at)) {
    const char* limit = in.end - in.at > kLongestTag ? in.at + kLongestTag : in.end;
    at = kDigit.skip(at, limit);
    if (at == in.end && !final_) return false;
    if (at < limit && kWordStart.has(*at)) ++at;
    record_here(in, TokenKind::parameter, at - in.at);
    return true;
  }
  const char* limit = in.end - in.at > kLongestTag ? in.at + kLongestTag : in.end;
  if (at < limit && kWordStart.has(*at)) {
    while (at < limit && kTagPart.has(*at)) {
      if (sampled_.encoding != Encoding::safe && static_cast<unsigned char>(*at) >= 0x80) {
        at += character(at, in.end);
      } else {
        ++at;
      }
    }
    at = std::min(at, limit);
  }
  if (at == in.end && !final_) return false;
  if (at == limit || *at != '$') {
    record_here(in, TokenKind::mark, 1);
    return true;
  }
  ++at;
  delimiter_ = in.text(in.at, at);
  token_begin_ = in_unit(in);
  in.at = at;
  state_ = State::dollar;
  return true;
}

// A run of operator characters, cut before a comment that begins inside it.
bool Lexer::operators(Cursor& in) {
  const char* limit = in.left() > kLongestOperator ? in.at + kLongestOperator : in.end;
  const char* at = in.at;
  for (; at < limit && kOperator.has(*at); ++at) {
    if (*at != '-' && *at != '/') continue;
    if (at + 1 == in.end) {
      if (!final_) return false;
      continue;
    }
    if ((*at == '-' && at[1] == '-') || (*at == '/' && at[1] == '*')) break;
  }
  if (at == in.end && !final_) return false;
  if (at > in.at) {
    record_here(in, TokenKind::op, at - in.at);
    return true;
  }
  if (*at == '-') {
    state_ = State::line_comment;
  } else {
    state_ = State::comment;
    comment_depth_ = 1;
    token_begin_ = in_unit(in);
  }
  in.at += 2;
  return true;
}

bool Lexer::open_quote(Cursor& in, std::ptrdiff_t prefix, Quote kind) {
  // COPY's QUOTE and ESCAPE options: the character is the one behind the opening quote.
  if (in.left() < prefix + 2 && !final_) return false;
  if (kind != Quote::name && is_copy_in() && in.left() > prefix + 1) {
    if (last_word_ == Word::quote) part_.quote = in.at[prefix + 1];
    if (last_word_ == Word::quote && !part_.has_escape) part_.escape = part_.quote;
    if (last_word_ == Word::escape) part_.escape = in.at[prefix + 1], part_.has_escape = true;
  }
  last_word_ = Word::other;
  token_begin_ = in_unit(in);
  in.at += prefix + 1;
  quote_ = kind;
  state_ = State::quoted;
  return true;
}

bool Lexer::quoted(Cursor& in, Result& result) {
  static constexpr ByteSet kHighPlain = kInPlain.with_high_bytes();
  static constexpr ByteSet kHighEscapes = kInEscapes.with_high_bytes();
  static constexpr ByteSet kHighName = kInName.with_high_bytes();
  const bool safe = sampled_.encoding == Encoding::safe;
  const ByteSet& stops = quote_ == Quote::name      ? (safe ? kInName : kHighName)
                         : quote_ == Quote::escapes ? (safe ? kInEscapes : kHighEscapes)
                                                    : (safe ? kInPlain : kHighPlain);
  for (;;) {
    in.at = stops.find(in.at, in.end);
    if (in.at == in.end) return true;
    const char c = *in.at;
    if (c == '\n') {
      ++in.at;
      line_ended();
      if (data_next_) return cut_for_copy(result);
      if (sampled_.encoding != Encoding::safe && safe) return true;  // other stops from here
    } else if (c == '\0') {
      return skip_nul(in);
    } else if (c == '\\') {
      if (in.left() < 2 && !final_) return false;
      ++in.at;
      if (in.at < in.end && *in.at != '\n' && *in.at != '\0' && !step(in)) {
        --in.at;
        return false;
      }
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      if (!step(in)) return false;
    } else {
      const auto closed = closing_quote(in);
      if (closed == Closing::need_more) return false;
      if (closed == Closing::closed) {
        record(quote_ == Quote::name ? TokenKind::quoted_name : TokenKind::string, token_begin_, in_unit(in), parens_);
        state_ = State::initial;
        return true;
      }
    }
  }
}

// At a quote inside a quoted thing: a doubled one, the end, or the end of one piece of a string that goes on
// behind white space with a lone CR in it.
Lexer::Closing Lexer::closing_quote(Cursor& in) {
  if (in.left() < 2 && !final_) return Closing::need_more;
  const char next = in.left() > 1 ? in.at[1] : '\0';
  if (next == *in.at && quote_ != Quote::bits) {
    in.at += 2;
    return Closing::goes_on;
  }
  const auto closed = [&] {
    ++in.at;
    return Closing::closed;
  };
  if (quote_ == Quote::name || !(kBlank.has(next) || next == '-')) return closed();
  const char* limit = in.left() > static_cast<std::ptrdiff_t>(kLookahead) / 2 ? in.at + kLookahead / 2 : in.end;
  bool carriage_return = false;
  const char* at = in.at + 1;
  for (;;) {
    const char* from = at;
    at = kBlank.skip(at, limit);
    carriage_return = carriage_return || in.text(from, at).find('\r') != std::string_view::npos;
    if ((at == in.end || (*at == '-' && at + 1 == in.end)) && !final_) return Closing::need_more;
    if (limit - at < 2 || *at != '-' || at[1] != '-') break;
    at = kInLineComment.find(at, limit);
    if (at == in.end && !final_) return Closing::need_more;
    if (at == limit || *at != '\r') return closed();
  }
  if (at == limit || *at != '\'' || !carriage_return) return closed();
  in.at = at + 1;
  return Closing::goes_on;
}

bool Lexer::dollar(Cursor& in, Result& result) {
  static constexpr ByteSet kHigh = kInDollar.with_high_bytes();
  for (;;) {
    in.at = (sampled_.encoding == Encoding::safe ? kInDollar : kHigh).find(in.at, in.end);
    if (in.at == in.end) return true;
    const char c = *in.at;
    if (c == '\n') {
      ++in.at;
      line_ended();
      if (data_next_) return cut_for_copy(result);
    } else if (c == '\0') {
      return skip_nul(in);
    } else if (c != '$') {
      if (!step(in)) return false;
    } else {
      const auto have = std::min<std::size_t>(static_cast<std::size_t>(in.left()), delimiter_.size());
      if (std::memcmp(in.at, delimiter_.data(), have) != 0) {
        ++in.at;
        continue;
      }
      if (have < delimiter_.size()) {
        if (!final_) return false;
        ++in.at;
        continue;
      }
      in.at += have;
      record(TokenKind::string, token_begin_, in_unit(in), parens_);
      state_ = State::initial;
      return true;
    }
  }
}

bool Lexer::comment(Cursor& in, Result& result) {
  static constexpr ByteSet kHigh = kInComment.with_high_bytes();
  for (;;) {
    in.at = (sampled_.encoding == Encoding::safe ? kInComment : kHigh).find(in.at, in.end);
    if (in.at == in.end) return true;
    const char c = *in.at;
    if (c == '\n') {
      ++in.at;
      line_ended();
      if (data_next_) return cut_for_copy(result);
      continue;
    }
    if (c == '\0') return skip_nul(in);
    if (static_cast<unsigned char>(c) >= 0x80) {
      if (!step(in)) return false;
      continue;
    }
    if (in.left() < 2 && !final_) return false;
    const char next = in.left() > 1 ? in.at[1] : '\0';
    if (c == '*' && next == '/') {
      in.at += 2;
      if (--comment_depth_ == 0) {
        state_ = State::initial;
        return true;
      }
    } else if (c == '/' && next == '*') {
      in.at += 2;
      ++comment_depth_;
    } else {
      ++in.at;
    }
  }
}

Lexer::MetaKind Lexer::meta_kind(std::string_view name) {
  static constexpr std::string_view kSends[] = {"g", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch"};
  static constexpr std::string_view kWholeLine[] = {"!", "help", "h", "ef", "ev", "sf", "sf+", "sv", "sv+"};
  static constexpr std::string_view kMayPipe[] = {"o", "out", "w", "write"};
  static constexpr std::string_view kBranch[] = {"if", "elif", "else", "endif"};
  static constexpr std::string_view kPlain[] = {
      "a",       "bind",    "C",        "c",          "connect", "conninfo", "cd",     "copyright", "e",
      "edit",    "echo",    "encoding", "errverbose", "f",       "getenv",   "H",      "html",      "i",
      "include", "ir",      "include_relative", "l",  "list",    "l+",       "list+",  "p",         "print",
      "password", "prompt", "pset",     "qecho",      "warn",    "restrict", "unrestrict", "s",     "set",
      "setenv",  "t",       "T",        "timing",     "unset",   "x",        "z",      "zS",        "?"};
  const auto in = [&](const auto& list) { return std::find(std::begin(list), std::end(list), name) != std::end(list); };
  if (in(kSends)) return MetaKind::sends;
  if (in(kWholeLine) || same_word(name, "copy")) return MetaKind::whole_line;
  if (in(kMayPipe)) return MetaKind::may_pipe;
  if (in(kBranch)) return MetaKind::branch;
  if (name == "r" || name == "reset") return MetaKind::resets;
  if (name == "q" || name == "quit") return MetaKind::quits;
  if (in(kPlain) || (!name.empty() && name.front() == 'd') || name.starts_with("lo_")) return MetaKind::plain;
  return MetaKind::unknown;
}

// At a backslash outside everything.
bool Lexer::meta_begin(Cursor& in, Result& result) {
  if (in.left() < 2 && !final_) return false;
  bool in_statement = kind_ == UnitKind::statement;
  const char next = in.left() > 1 ? in.at[1] : '\0';
  if (in_statement && (next == ';' || next == ':')) {
    flags_.holds_meta = flags_.holds_meta || next == ';';
    record_here(in, TokenKind::meta, 2);
    if (next == ';' && parens_ == 0 && begins_ == 0) end_part();
    return true;
  }
  const char* at = in.at + 1;
  while (at < in.end && !is_blank_or_line_feed(*at) && *at != '\\' && *at != '\0' && at - in.at < kLongestTag)
    at += character(at, in.end);
  if (at == in.end && !final_) return false;
  meta_name_ = in.text(in.at + 1, at);
  meta_ = meta_kind(meta_name_);
  if (!restrict_key_.empty() && meta_name_ != "unrestrict") meta_ = MetaKind::unknown;
  // In a false branch a command is read as ever, an unknown one too, but not obeyed.
  if (!active() && (meta_ == MetaKind::sends || meta_ == MetaKind::resets || meta_ == MetaKind::quits))
    meta_ = MetaKind::plain;

  if (meta_ == MetaKind::sends && in_statement) {
    // The statement ends here; the meta-command is a unit of its own.
    flags_.by_meta = true;
    sent_by_meta_ = true;
    end_statement(result);
    if (in_unit(in) > 0) return false;
    // Only COPY data stood between the two: what is left of the statement is no unit.
    result.unit_ended = false;
    flags_ = {};
    owed_ = 0;
    in_statement = false;
  }
  meta_inner_ = in_statement;
  if (in_statement) {
    flags_.holds_meta = true;
  } else {
    kind_ = UnitKind::meta_command;
    any_token_ = false;
  }
  if (meta_ == MetaKind::sends) {
    flags_.sends = true;
    if (!sent_by_meta_) pending_.insert(pending_.end(), last_query_.begin(), last_query_.end());
  }
  sent_by_meta_ = false;
  record_here(in, TokenKind::meta, at - in.at);
  meta_quote_ = 0;
  meta_in_argument_ = false;
  meta_first_argument_ = true;
  meta_argument_.clear();
  meta_line_.clear();
  state_ = meta_ == MetaKind::unknown || meta_ == MetaKind::whole_line ? State::meta_line : State::meta_arguments;
  return true;
}

bool Lexer::meta_end(Result& result) {
  meta_done();
  if (!meta_inner_) return ends(result);
  if (meta_ == MetaKind::resets) {
    state_ = State::between;
    return ends(result);
  }
  return true;
}

void Lexer::end_argument(const Cursor& in) {
  if (!meta_in_argument_) return;
  record(TokenKind::argument, token_begin_, in_unit(in), parens_);
  meta_in_argument_ = false;
  meta_first_argument_ = false;
}

// Steps over one character of an argument; the first argument's text is kept, but for its single quotes.
bool Lexer::keep_argument(Cursor& in) {
  const char* from = in.at;
  if (!step(in)) return false;
  if (meta_first_argument_ && meta_argument_.size() < kLookahead) meta_argument_ += in.text(from, in.at);
  return true;
}

bool Lexer::meta_arguments(Cursor& in, Result& result) {
  while (in.at < in.end) {
    const char c = *in.at;
    if (c == '\0') return skip_nul(in);
    if (c == '\n') {
      end_argument(in);
      return meta_end(result);
    }
    if (meta_quote_ != 0) {
      if (c == '\\' && meta_quote_ == '\'') {
        if (in.left() < 2 && !final_) return false;
        const bool escapes = in.left() > 1 && in.at[1] != '\n';
        if (escapes) ++in.at;
        if (keep_argument(in)) continue;
        if (escapes) --in.at;
        return false;
      }
      if (c != meta_quote_) {
        if (!keep_argument(in)) return false;
        continue;
      }
      meta_quote_ = 0;
      if (c == '\'') {
        ++in.at;
      } else if (!keep_argument(in)) {
        return false;
      }
      continue;
    }
    if (kBlank.has(c)) {
      end_argument(in);
      ++in.at;
      continue;
    }
    if (c == '\\') {
      if (in.left() < 2 && !final_) return false;
      end_argument(in);
      if (in.left() > 1 && in.at[1] == '\\') in.at += 2;
      return meta_end(result);
    }
    const bool pipes = meta_ == MetaKind::may_pipe || meta_name_ == "g" || meta_name_ == "gx";
    if (!meta_in_argument_) {
      if (c == '|' && pipes && meta_first_argument_) {
        state_ = State::meta_line;
        return true;
      }
      meta_in_argument_ = true;
      token_begin_ = in_unit(in);
    }
    if (c == '\'' || c == '"' || c == '`') meta_quote_ = c;
    if (c == '\'') {
      ++in.at;
    } else if (!keep_argument(in)) {
      return false;
    }
  }
  return true;
}

bool Lexer::meta_line(Cursor& in, Result& result) {
  const char* line_end = kInLine.find(in.at, in.end);
  if (meta_line_.size() < kLineKept) meta_line_ += in.text(in.at, line_end);
  in.at = line_end;
  if (in.at == in.end) return true;
  if (*in.at == '\0') return skip_nul(in);
  return meta_end(result);
}

// What a complete meta-command does to the lexer.
void Lexer::meta_done() {
  state_ = meta_inner_ ? State::initial : State::between;
  if (meta_ == MetaKind::unknown) return;
  if (meta_ == MetaKind::branch) return branch();
  if (!active()) return;
  if (meta_name_ == "restrict" || meta_name_ == "unrestrict")
    meta_argument_.erase(meta_argument_.find_last_not_of(';') + 1);
  if (meta_ == MetaKind::quits) {
    state_ = State::after_quit;
  } else if (meta_name_ == "restrict" && restrict_key_.empty()) {
    restrict_key_ = meta_argument_;
  } else if (meta_name_ == "unrestrict" && restrict_key_ == meta_argument_) {
    restrict_key_.clear();
  } else if (same_word(meta_name_, "copy")) {
    copy_from_script();
  }
}

void Lexer::branch() {
  if (meta_name_ == "if") {
    const bool value = is_true(meta_argument_) && active();
    branches_.push_back({value, value, active(), parens_});
    return;
  }
  if (branches_.empty()) return;
  auto& here = branches_.back();
  // What an inactive branch left open is forgotten.
  if (!here.active) parens_ = here.parens;
  if (meta_name_ == "endif") {
    branches_.pop_back();
  } else if (meta_name_ == "elif") {
    here.active = here.parent_active && !here.taken && is_true(meta_argument_);
    here.taken = here.taken || here.active;
  } else {
    here.active = here.parent_active && !here.taken;
    here.taken = true;
  }
}

// \copy table [(columns)] from stdin [options]: psql reads the script, as for COPY.
void Lexer::copy_from_script() {
  Lexer words;
  meta_line_.erase(0, meta_line_.find_first_not_of(" \t\r\f\v"));  // else the blanks would be a unit of their own
  (void)words.scan(meta_line_, End::last);
  CopyBlock block;
  bool from = false, found = false;
  for (const auto& token : words.tokens()) {
    const auto text = token.of(meta_line_);
    if (token.kind == TokenKind::word && from && !found && same_word(text, "stdin")) found = true;
    from = token.kind == TokenKind::word && token.depth == 0 && same_word(text, "from");
    if (found && token.kind == TokenKind::word) {
      block.csv = block.csv || same_word(text, "csv");
      block.binary = block.binary || same_word(text, "binary");
    }
  }
  if (found) pending_.push_back(block);
}

// COPY data: bytes up to a line that is exactly \. (LF or CR LF behind it).
bool Lexer::copy(Cursor& in, Result& result) {
  const auto& block = pending_.front();
  if (block.binary) {
    in.at = in.end;
    return true;
  }
  const char* from = in.at;
  bool ended = false;
  while (in.at < in.end) {
    if (copy_line_begin_ && *in.at == '\\') {
      constexpr std::ptrdiff_t kLongestMarker = 4;
      if (in.left() < kLongestMarker && !final_ &&
          std::string_view("\\.\r\n").starts_with(in.text(in.at, in.end)))
        break;
      const auto rest = in.text(in.at, in.end);
      const std::size_t length = rest.starts_with("\\.\n") ? 3 : rest.starts_with("\\.\r\n") ? 4 : 0;
      if (length > 0 && !copy_line_nul_) {
        count_csv_quotes(in.text(from, in.at));
        in.at += length;
        from = in.at;
        ended = true;
        break;
      }
    }
    const char* line = find_end_marker(in.at, in.end);
    copy_line_begin_ = line < in.end;
    const char* next = line < in.end ? line + 1 : in.end;
    if (line == in.end) {
      // The stretch may end with the first bytes of a marker.
      copy_line_begin_ = in.end[-1] == '\n';
      if (!final_ && in.left() > 1 && in.end[-2] == '\n' && in.end[-1] == '\\') {
        copy_line_begin_ = true;
        next = in.end - 1;
      }
    }
    note_copy_nul(in.text(in.at, next));
    in.at = next;
    if (line == in.end) break;
  }
  count_csv_quotes(in.text(from, in.at));
  if (!ended) return false;
  state_ = State::between;
  return ends(result);
}

// psql does not see the end of a line that has a NUL in it, nor, then, a marker on the next.
void Lexer::note_copy_nul(std::string_view bytes) {
  if (bytes.empty()) return;
  // The line that the next byte stands behind: the last whole one, or the one still open.
  const auto last = bytes.back() == '\n' ? bytes.size() - 1 : bytes.size();
  const auto line = bytes.substr(0, last).rfind('\n');
  if (line != std::string_view::npos) {
    copy_line_nul_ = false;
    bytes.remove_prefix(line + 1);
  } else if (copy_line_was_ended_) {
    copy_line_nul_ = false;
  }
  copy_line_was_ended_ = bytes.back() == '\n';
  if (std::memchr(bytes.data(), '\0', bytes.size()) != nullptr) copy_line_nul_ = true;
}

void Lexer::count_csv_quotes(std::string_view bytes) {
  const auto& block = pending_.front();
  if (!block.csv) return;
  for (const char c : bytes) {
    if (copy_escaped_) {
      copy_escaped_ = false;
    } else if (copy_in_quote_ && c == block.escape && block.escape != block.quote) {
      copy_escaped_ = true;
    } else if (c == block.quote) {
      copy_in_quote_ = !copy_in_quote_;
    }
  }
}

Lexer::Open Lexer::open() const {
  Open open;
  if (unit_ended_) return open;
  if (state_ == State::copy) {
    if (!pending_.front().binary) open.what = Open::What::copy_data;
    return open;
  }
  if (kind_ != UnitKind::statement) return open;
  open.offset = token_begin_;
  switch (state_) {
    case State::quoted:
      open.what = quote_ == Quote::name ? Open::What::quoted_name : Open::What::string;
      return open;
    case State::dollar:
      open.what = Open::What::dollar_string;
      open.delimiter = delimiter_;
      return open;
    case State::comment: open.what = Open::What::comment; return open;
    default: break;
  }
  open.offset = 0;
  if (!any_token_) {
    open.what = Open::What::nothing;
  } else if (begins_ > 0) {
    open.what = Open::What::atomic_body;
  } else if (parens_ > 0) {
    open.what = Open::What::parentheses;
  } else {
    open.what = starts_with_select_ && !has_into_ ? Open::What::harmless : Open::What::statement;
  }
  return open;
}

}  // namespace sluice
