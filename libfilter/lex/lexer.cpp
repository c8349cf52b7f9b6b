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
#include <array>
#include <cstring>

#include "libfilter/lex/cursor.hpp"

namespace sluice {

Lexer::Lexer() = default;

void Lexer::apply(Settings settings) {
  settings_ = settings;
  if (input_ == 0) sampled_ = settings;
}

void Lexer::begin_inside(const Start& start) {
  input_ = start.offset;
  sampled_ = start.this_line;
  settings_ = start.settings;
  restrict_key_ = start.restrict_key;
}

UnitKind Lexer::kind() const { return kind_; }
const std::vector<Token>& Lexer::tokens() const { return tokens_; }
Lexer::Flags Lexer::flags() const { return flags_; }

// Between two units, and the end of a line changes nothing.
bool Lexer::nothing_pending() const {
  return unit_ended_ && state_ == State::between && settings_ == sampled_ && !skipping_nul_ && !data_next_ &&
         pending_.empty() && !resume_statement_ && branches_.empty();
}

InsertLines Lexer::pass_inserts(std::string_view bytes, std::string_view begin) {
  const bool simple = nothing_pending() && sampled_ == Settings{};
  const InsertLines passed = simple ? insert_lines(bytes, begin) : InsertLines{};
  if (passed.bytes == 0) return {};
  input_ += passed.bytes;
  owed_ = 0;
  last_query_.clear();  // what \g with nothing before it would send again
  return passed;
}

std::size_t Lexer::pass_comments(std::string_view bytes, std::string_view except) {
  if (!nothing_pending()) return 0;
  const char* const end = bytes.data() + bytes.size();
  const char* passed = bytes.data();
  for (;;) {
    const char* at = kBlank.skip(passed, end);
    const std::string_view line(at, static_cast<std::size_t>(end - at));
    if (line.starts_with("--") && at == passed && (except.empty() || !line.starts_with(except))) {
      at = kInLineComment.find(at, end);
      if (end - at > 1 && *at == '\r') ++at;
    }
    if (at == end || *at != '\n') break;
    passed = at + 1;
  }
  const auto size = static_cast<std::size_t>(passed - bytes.data());
  input_ += size;
  if (size > 0) owed_ = 0;
  return size;
}

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
    recording_ = true;
    begin_part();
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
  if (kind_ != UnitKind::copy_data) result.line_feeds = count_line_feeds(bytes.substr(0, result.consumed));
  input_ += in.done();
  unit_ended_ = result.unit_ended;
  return result;
}

bool Lexer::run(Cursor& in, Result& result) {
  if (skipping_nul_) {
    const char* line_end =
        static_cast<const char*>(std::memchr(in.at, '\n', static_cast<std::size_t>(in.left())));
    in.at = line_end == nullptr ? in.end : line_end + 1;
    skipping_nul_ = line_end == nullptr;
    return true;
  }
  switch (state_) {
    case State::between:
      return between(in, result);
    case State::initial:
      return initial(in, result);
    case State::quoted:
      return quoted(in, result);
    case State::dollar:
      return dollar(in, result);
    case State::comment:
      return comment(in, result);
    case State::line_comment:
      return line_comment(in, State::initial);
    case State::space_comment:
      return line_comment(in, State::between);
    case State::long_token:
      return long_token(in);
    case State::meta_arguments:
      return meta_arguments(in, result);
    case State::meta_line:
      return meta_line(in, result);
    case State::copy:
      return copy(in, result);
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

// How many bytes a character has whose first is at AT (LEXER 10.2); never beyond a line feed. psql tells the
// four bytes of GB18030 by the second, and does not look at the others.
std::size_t Lexer::character(const char* at, const char* end) const {
  auto length = static_cast<std::ptrdiff_t>(1 + trail_bytes(*at, sampled_.encoding));
  if (length == 1) return 1;
  if (sampled_.encoding == Encoding::gb18030 && end - at > 1 && kDigit.has(at[1])) length = 4;
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
  groups_ = 0;
  begins_ = 0;
  words_ = 0;
  last_word_ = Word::other;
  part_ = {};
  this_query_.clear();
  any_token_ = false;
  starts_with_select_ = has_into_ = false;
}

// Its tokens are recorded until it is known what it is.
void Lexer::begin_part() {
  most_tokens_ = kAllTokens;
  asked_ = false;
  part_begin_ = tokens_.size();
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

bool Lexer::initial(Cursor& in, Result& result) {
  const char* one_by_one = in.at;  // up to here tokens are taken apart
  for (;;) {
    if (in.at >= one_by_one && !wants_more() && !words_matter()) one_by_one = skip_tokens(in);
    in.at = kBlank.skip(in.at, in.end);
    if (in.at == in.end) return true;
    const char c = *in.at;
    switch (c) {
      case '\n':
        ++in.at;
        line_ended();
        if (data_next_) return cut_for_copy(result);
        continue;
      case '\0':
        return skip_nul(in);
      case '\'': {
        const auto kind = sampled_.standard_conforming_strings ? Quote::plain : Quote::escapes;
        return open_quote(in, 0, kind);
      }
      case '"':
        return open_quote(in, 0, Quote::name);
      case '$':
        if (!dollar_sign(in)) return false;
        if (state_ != State::initial) return true;
        continue;
      case '(':
        record_here(in, TokenKind::mark, 1);
        open_parenthesis();
        continue;
      case ')':
        close_parenthesis();
        record_here(in, TokenKind::mark, 1);
        continue;
      case ';':
        record_here(in, TokenKind::mark, 1);
        if (parens_ > 0 || begins_ > 0) continue;
        return end_statement(result);
      case '\\':
        return meta_begin(in, result);
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
      default:
        break;
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

// :: and := are operators. A single colon before a name is a psql variable, set or not: the name is no word
// of the statement, begins no E'' and ends before a dollar sign. :'name', :"name" and :{?name} are variables
// too.
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
  const bool named = at > in.at + 1;
  const bool asks = next == '{' && in.left() > 2 && in.at[2] == '?';
  const bool variable = named || asks || next == '\'' || next == '"';
  flags_.psql_variable = flags_.psql_variable || variable;
  // psql may put anything in its place: which one it is has to be known whatever tokens are wanted.
  if (variable && recording_)
    most_tokens_ = std::min(std::max(most_tokens_, tokens_.size() + 2), kMostTokens);
  record_here(in, TokenKind::mark, 1);
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
  // By length, the first of each length in kFirst.
  static constexpr std::pair<std::string_view, Word> kWords[] = {
      {"or", Word::or_},          {"end", Word::end},           {"csv", Word::csv},
      {"copy", Word::copy},       {"from", Word::from},         {"case", Word::case_},
      {"into", Word::into},       {"stdin", Word::stdin_},      {"begin", Word::begin},
      {"quote", Word::quote},     {"stdout", Word::stdin_},     {"create", Word::create},
      {"select", Word::select},   {"binary", Word::binary},     {"escape", Word::escape},
      {"replace", Word::replace}, {"function", Word::function}, {"procedure", Word::function}};
  static constexpr auto kFirst = [] {
    std::array<std::uint8_t, 11> first{};
    for (std::size_t length = 0; length < first.size(); ++length)
      while (first[length] < std::size(kWords) && kWords[first[length]].first.size() < length)
        ++first[length];
    return first;
  }();
  if (text.size() + 1 >= kFirst.size()) return Word::other;
  const char first = lower(text.front());
  for (std::size_t i = kFirst[text.size()]; i < kFirst[text.size() + 1]; ++i)
    if (kWords[i].first.front() == first && same_word(text, kWords[i].first)) return kWords[i].second;
  return Word::other;
}

void Lexer::count_word(std::string_view text) {
  // Only these statements' further words are of interest: a function's body, COPY's options, SELECT INTO.
  const bool begun = words_ > 0 && !starts_with_select_ && slots_[0] != Word::copy;
  if (begun && (slots_[0] != Word::create || (words_ >= 4 && !is_create_function()))) return;
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
  if (wanted_ == nullptr || !recording_) return;
  const auto known = tokens_.size() - part_begin_;
  if (known == 0) first_word_ = text;
  if (known != 1 || first_word_.empty()) return;
  asked_ = true;
  most_tokens_ = std::min(part_begin_ + wanted_(wanted_context_, first_word_, text), kMostTokens);
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
    case State::comment:
      open.what = Open::What::comment;
      return open;
    default:
      break;
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
