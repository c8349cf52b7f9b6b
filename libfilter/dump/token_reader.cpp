#include "libfilter/dump/token_reader.hpp"

#include <algorithm>

namespace sluice {

bool TokenReader::take_words(std::string_view words) {
  const auto first = words.substr(0, words.find(' '));
  if (!is_word(first)) return false;
  TokenReader ahead = behind();
  for (words.remove_prefix(first.size()); !words.empty();) {
    words.remove_prefix(1);
    const auto word = words.substr(0, words.find(' '));
    if (!ahead.take_word(word)) return false;
    words.remove_prefix(word.size());
  }
  *this = ahead;
  return true;
}

bool TokenReader::skip_to(std::string_view word) {
  while (!done() && !(token().depth == 0 && is_word(word))) skip();
  return take_word(word);
}

void TokenReader::skip_parentheses() {
  if (!is_mark('(')) return;
  const auto outside = token().depth;
  do {
    skip();
  } while (!at_end() && token().depth > outside);
  take_mark(')');
}

std::string TokenReader::name() {
  if (!is(TokenKind::word) && !is(TokenKind::quoted_name)) return {};
  std::string name = name_of(token().kind, token_text());
  skip();
  return name;
}

bool TokenReader::next_part() {
  while (!at_end()) skip();
  if (at_ >= tokens_.size()) return false;
  ++at_;
  pass_meta_commands();
  return true;
}

}  // namespace sluice
