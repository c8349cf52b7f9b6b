// What of a statement nobody may read: passwords in PASSWORD '...', CONNECTION '...', OPTIONS (password
// '...') and in strings that look like a connection string.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/lex/token.hpp"

namespace sluice {

// The tokens of one statement, which may be cut short: a string that does not end is a token to the end.
std::vector<Token> tokens_of(std::string_view statement);

// Whether a column or an option of this name holds what nobody may read.
bool names_secret(std::string_view name);

class StatementSecrets {
 public:
  // STATEMENT must outlive it.
  StatementSecrets(std::string_view statement, std::span<const Token> tokens);

  struct Span {
    std::size_t begin, end;  // in bytes, quotes included
  };
  // Ascending.
  const std::vector<Span>& spans() const { return spans_; }

  // One more thing that must not be read, as it is meant (not as it is quoted).
  void add(std::string_view value);

  // TEXT, of the server, without what it repeats of them.
  std::string masked(std::string text) const;

 private:
  std::vector<Span> spans_;
  std::vector<std::string> values_;
};

}  // namespace sluice
