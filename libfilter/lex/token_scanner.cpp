// The lexer's tokens: words, numbers, operators, dollar signs, and the long things that quotes and comments
// are.

#include <algorithm>
#include <cstring>

#include "libfilter/lex/cursor.hpp"

namespace sluice {
// The end of the word or number that begins at FROM. Null: it may go on behind this stretch.
const char* Lexer::word_end(Cursor& in, const char* from) {
  const char* at = kWordPart.skip(from, in.end);
  if (sampled_.encoding != Encoding::safe) {
    // A byte of ASCII may belong to a character.
    for (at = from; at < in.end && kWordPart.has(*at);)
      at += static_cast<unsigned char>(*at) >= 0x80 ? character(at, in.end) : 1;
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
  if (!asked_) ask_for_tokens(text);
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
  seen_delimiter_ = delimiter_;
  if (sampled_.encoding != Encoding::safe) mask_trail_bytes(seen_delimiter_);
  token_begin_ = in_unit(in);
  in.at = at;
  state_ = State::dollar;
  return true;
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
  const bool asks = next == '{' && in.left() > 2 && in.at[2] == '?';
  const char* const name = in.at + (asks ? 3 : 1);
  const char* at = name;
  const char* limit = in.left() > kLongestTag ? in.at + kLongestTag : in.end;
  while (at < limit && kTagPart.has(*at)) at += character(at, in.end);
  if (at == in.end && !final_) return false;
  const bool named = !asks && at > in.at + 1;
  const bool variable = named || asks || next == '\'' || next == '"';
  flags_.psql_variable = flags_.psql_variable || variable;
  // psql may put anything in its place: which one it is has to be known whatever tokens are wanted.
  if (variable && recording_)
    most_tokens_ = std::min(std::max(most_tokens_, tokens_.size() + 2), kMostTokens);
  if (asks && at > name && at < limit && *at == '}') {
    record_here(in, TokenKind::op, at + 1 - in.at);
    return true;
  }
  record_here(in, TokenKind::mark, 1);
  if (named) record_here(in, kDigit.has(next) ? TokenKind::number : TokenKind::word, at - in.at);
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

// Line feeds are looked at only where psql's settings change with the line or COPY data follows it.
std::optional<bool> Lexer::find_end(Cursor& in, Result& result, const Ends& stops) {
  for (;;) {
    if (sampled_.encoding != Encoding::safe) {
      in.at = stops.characters().find(in.at, in.end);
    } else {
      in.at = (line_end_matters() ? stops.lines() : stops.quiet()).find(in.at, in.end);
    }
    if (in.at == in.end) return true;
    if (*in.at == '\n') {
      ++in.at;
      line_ended();
      if (data_next_) return cut_for_copy(result);
    } else if (*in.at == '\0') {
      return skip_nul(in);
    } else if (static_cast<unsigned char>(*in.at) < 0x80) {
      return std::nullopt;
    } else if (!step(in)) {
      return false;
    }
  }
}

bool Lexer::quoted(Cursor& in, Result& result) {
  static constexpr Ends kPlain("'"), kEscapes("'\\"), kName("\"");
  const Ends& stops = quote_ == Quote::name ? kName : quote_ == Quote::escapes ? kEscapes : kPlain;
  for (;;) {
    if (const auto answer = find_end(in, result, stops)) return *answer;
    if (*in.at == '\\') {
      if (in.left() < 2 && !final_) return false;
      ++in.at;
      if (in.at < in.end && *in.at != '\n' && *in.at != '\0' && !step(in)) {
        --in.at;
        return false;
      }
      continue;
    }
    const auto closed = closing_quote(in);
    if (closed == Closing::need_more) return false;
    if (closed == Closing::closed) {
      record(quote_ == Quote::name ? TokenKind::quoted_name : TokenKind::string, token_begin_, in_unit(in),
             parens_);
      state_ = State::initial;
      return true;
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
  const char* limit =
      in.left() > static_cast<std::ptrdiff_t>(kLookahead) / 2 ? in.at + kLookahead / 2 : in.end;
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

// psql's scanner sees each byte of a character behind its first as 0xFF.
void Lexer::mask_trail_bytes(std::string& text) const {
  const char* const end = text.data() + text.size();
  for (std::size_t i = 0; i < text.size();) {
    const auto next = i + character(text.data() + i, end);
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(i) + 1,
              text.begin() + static_cast<std::ptrdiff_t>(next), '\xff');
    i = next;
  }
}

// It is what psql sees that closes: $tag$ with a character whose first byte alone is the same closes, too.
bool Lexer::begins_delimiter(std::string_view bytes) const {
  if (sampled_.encoding == Encoding::safe)
    return std::memcmp(bytes.data(), seen_delimiter_.data(), bytes.size()) == 0;
  std::string seen(bytes);
  mask_trail_bytes(seen);
  return seen_delimiter_.starts_with(seen);
}

bool Lexer::dollar(Cursor& in, Result& result) {
  static constexpr Ends kDollar("$");
  for (;;) {
    if (const auto answer = find_end(in, result, kDollar)) return *answer;
    const auto have = std::min<std::size_t>(static_cast<std::size_t>(in.left()), delimiter_.size());
    if (!begins_delimiter({in.at, have})) {
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

bool Lexer::comment(Cursor& in, Result& result) {
  static constexpr Ends kStarOrSlash("*/");
  for (;;) {
    if (const auto answer = find_end(in, result, kStarOrSlash)) return *answer;
    if (in.left() < 2 && !final_) return false;
    const char next = in.left() > 1 ? in.at[1] : '\0';
    if (*in.at == '*' && next == '/') {
      in.at += 2;
      if (--comment_depth_ == 0) {
        state_ = State::initial;
        return true;
      }
    } else if (*in.at == '/' && next == '*') {
      in.at += 2;
      ++comment_depth_;
    } else {
      ++in.at;
    }
  }
}

bool Lexer::line_comment(Cursor& in, State behind) {
  in.at = kInLineComment.find(in.at, in.end);
  if (in.at < in.end) state_ = behind;
  return true;
}

}  // namespace sluice
