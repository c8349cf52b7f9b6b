// The fast way through a statement whose tokens nobody wants: INSERT, CREATE TABLE, COMMENT and the like.
//
// Words, numbers and most operators cannot change where such a statement ends. What can are eleven bytes;
// they are looked for sixty-four bytes at a time, and the gaps between them are never looked at. Parentheses,
// plain strings, names in quotes and :: are dealt with here. Whatever is less frequent is left to the code
// that takes tokens apart, which goes on from there and gives back when it is past it.
//
// That code has to begin where a token begins, and some bytes mean something else with a word before them:
//
//   name = E'it\'s'     1$$ ... $$     a$$     U&"d\0061"     1.e'x'
//          ^            ^              ^       ^              ^
//
// So it begins with the word, the numbers and the dots that the byte is glued to; and where the stretch ends
// inside of such a run, before the run, whose prefix the next stretch would miss. This is why skipping must
// begin between two tokens, and why a run is looked back on no further than to there.
//
// Left out on purpose: strings with escapes, COPY and CREATE FUNCTION (their words decide what follows),
// encodings with ASCII bytes inside of characters, and lines whose end matters.

#include <bit>
#include <cstring>

#include "libfilter/lex/cursor.hpp"

namespace sluice {
namespace {

constexpr ByteSet kPrefix =
    ByteSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$&").with_high_bytes();

// Where the words, numbers and dots begin that AT is glued to.
const char* begin_of_run(const char* from, const char* at) {
  while (at > from && (kPrefix.has(at[-1]) || at[-1] == '.')) --at;
  return at;
}

// The stops of a stretch, block by block.
class Stops {
 public:
  Stops(const char* at, const char* end) : end_(end) { load(at); }

  // The first stop that has not been passed, or null.
  const char* next() {
    while (masks_.stops == 0) {
      if (end_ - block_ <= kBlock) return nullptr;
      load(block_ + kBlock);
    }
    return block_ + std::countr_zero(masks_.stops);
  }

  void pass(const char* stop) { go_to(stop + 1); }

  void go_to(const char* at) {
    if (at - block_ >= kBlock) return load(at);
    masks_.stops &= from(at);
  }

  // Where a string that holds AT ends, or is cut by a NUL; null when that is not near.
  const char* string_end(const char* at) {
    if (at - block_ < kBlock) {
      if (const auto quotes = masks_.quotes & from(at); quotes != 0) return block_ + std::countr_zero(quotes);
    }
    load(at);
    return masks_.quotes != 0 ? block_ + std::countr_zero(masks_.quotes) : nullptr;
  }

 private:
  static constexpr auto kBlock = static_cast<std::ptrdiff_t>(kMaskedBytes);

  std::uint64_t from(const char* at) const { return ~std::uint64_t{0} << (at - block_); }

  void load(const char* at) {
    block_ = at;
    if (end_ - at >= kBlock) {
      masks_ = find_stops(at);
      return;
    }
    std::array<char, kMaskedBytes> last;
    last.fill(' ');
    std::memcpy(last.data(), at, static_cast<std::size_t>(end_ - at));
    masks_ = find_stops(last.data());
  }

  const char* block_;
  const char* end_;
  StopMasks masks_;
};

}  // namespace

// Whether a word to come can still change something: that of COPY and of CREATE FUNCTION, the INTO of a
// SELECT, and every first one; or the end of a line, or any byte that may belong to a character.
bool Lexer::words_matter() const {
  if (words_ == 0 || starts_with_select_ || slots_[0] == Word::copy) return true;
  if (slots_[0] == Word::create && (words_ < 2 || slots_[1] == Word::function || slots_[1] == Word::or_))
    return true;
  return sampled_.encoding != Encoding::safe || line_end_matters();
}

// Skips to the beginning of a token and returns an address behind it, up to which tokens have to be taken
// apart.
const char* Lexer::skip_tokens(Cursor& in) {
  static constexpr RareBytes kNameEnd(std::string_view("\"\0", 2));
  const char* const from = in.at;
  Stops stops(from, in.end);
  while (const char* stop = stops.next()) {
    const bool last = stop + 1 == in.end;
    const char next = last ? '\0' : stop[1];
    const bool prefixed = stop > from && kPrefix.has(stop[-1]);
    const char* close = nullptr;  // of what is quoted
    switch (*stop) {
      case '(':
        open_parenthesis();
        stops.pass(stop);
        continue;
      case ')':
        close_parenthesis();
        stops.pass(stop);
        continue;
      case ';':
        if (parens_ == 0) break;
        stops.pass(stop);
        continue;
      case '-':
        if (last || next == '-') break;
        stops.pass(stop);
        continue;
      case '/':
        if (last || next == '*') break;
        stops.pass(stop);
        continue;
      case ':':
        if (next != ':') break;
        stops.go_to(stop + 2);
        continue;
      case '\'':
        if (!prefixed && !last && sampled_.standard_conforming_strings) close = stops.string_end(stop + 1);
        break;
      case '"':
        if (!prefixed) close = kNameEnd.find(stop + 1, in.end);
        break;
      default:
        break;
    }
    // A string may go on behind white space.
    if (close != nullptr && in.end - close > 1 && *close == *stop && close[1] != *stop &&
        (*stop == '"' || !(kBlank.has(close[1]) || close[1] == '-'))) {
      stops.go_to(close + 1);
      continue;
    }
    const bool looks_back = *stop == '\'' || *stop == '"' || *stop == '$';
    in.at = prefixed && looks_back ? begin_of_run(from, stop) : stop;
    return stop + 1;
  }
  in.at = begin_of_run(from, in.end);
  return in.end;
}

}  // namespace sluice
