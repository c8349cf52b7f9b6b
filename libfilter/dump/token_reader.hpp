// The tokens of one statement, read from left to right. Each take_...() steps over what it asks for if that
// stands there, and says whether it did; behind the last token nothing matches and names are empty, so that a
// statement cut short needs no care. Copying a reader is cheap: that is how to look ahead.
//
// psql runs a meta-command inside of a statement when it reads it, and the server never sees it: such tokens
// are passed over. Only \; is seen, as the end of a part.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "libfilter/dump/names.hpp"
#include "libfilter/lex/token.hpp"

namespace sluice {

class TokenReader {
 public:
  // Both must outlive the reader.
  TokenReader(std::string_view text, std::span<const Token> tokens) : text_(text), tokens_(tokens) {
    pass_meta_commands();
  }

  // No token left in this part.
  bool at_end() const { return at_ >= tokens_.size() || tokens_[at_].kind == TokenKind::meta; }
  bool done() const { return at_end() || is_mark(';'); }

  // Not at_end().
  const Token& token() const { return tokens_[at_]; }
  std::string_view token_text() const { return token().of(text_); }

  bool is(TokenKind kind) const { return !at_end() && token().kind == kind; }
  bool is(TokenKind kind, std::string_view text) const {
    return at_ < tokens_.size() && token().kind == kind && token().length == text.size() &&
           equal_ignoring_case(token_text(), text);
  }
  bool is_word(std::string_view word) const { return is(TokenKind::word, word); }
  bool is_mark(char mark) const {
    return at_ < tokens_.size() && token().kind == TokenKind::mark && text_[token().begin] == mark;
  }

  void skip() {
    if (at_end()) return;
    ++at_;
    pass_meta_commands();
  }
  TokenReader behind() const {
    TokenReader next = *this;
    next.skip();
    return next;
  }

  bool take(TokenKind kind, std::string_view text) { return is(kind, text) && (skip(), true); }
  bool take_word(std::string_view word) { return take(TokenKind::word, word); }
  bool take_mark(char mark) { return is_mark(mark) && (skip(), true); }

  // All of them, with one blank between ("IF NOT EXISTS"), or none.
  bool take_words(std::string_view words);

  // A word that is not the last one: SAVEPOINT in ROLLBACK TO SAVEPOINT x, but not in ROLLBACK TO savepoint.
  bool take_word_before_name(std::string_view word) { return !behind().done() && take_word(word); }

  // Goes behind the first such word that stands outside of all parentheses; to the end when there is none.
  bool skip_to(std::string_view word);

  // (...), if it begins here.
  void skip_parentheses();

  // A word or a quoted name as the server compares names; empty, and nothing is taken, for anything else.
  std::string name();

  // The next part of a statement joined with \;, if there is one.
  bool next_part();

 private:
  void pass_meta_commands() {
    while (at_ < tokens_.size() && (tokens_[at_].kind == TokenKind::argument ||
                                    (tokens_[at_].kind == TokenKind::meta && token_text() != "\\;")))
      ++at_;
  }

  std::string_view text_;
  std::span<const Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace sluice
