// The pattern language of the rule files: a pattern over a statement's tokens.
//
//   ALTER ROLE         keywords: unquoted, in any case
//   ROLE|USER          one of them
//   [WITH]             optional
//   ( A B | C )        a group of alternatives (blanks around the parentheses and bars)
//   [ ',' {x} ]*       any number of times
//   ...                anything, as little as will do, that stands outside parentheses opened since
//   '('  ','  '='  ';' a mark or an operator; ';' is the end of the statement
//   {role}             a name; {t:qname} with dots; {r:names}, {t:qnames} lists of them; {s:string} a
//                      string literal; {v:token} any token; {v:values} a list of literals and names
//
// A pattern is anchored at the statement's first token and need not reach its end. It is compiled to a
// short program for a backtracking matcher; every list is taken whole, so that only options and `...` branch.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/lex/token.hpp"

namespace sluice {

// A statement as the matcher sees it.
struct TokenText {
  std::string_view text;
  std::span<const Token> tokens;
  bool complete = true;  // false: only a head; more tokens follow

  std::string_view of(const Token& token) const { return token.of(text); }
};

// Tokens [first, last).
struct TokenRange {
  std::size_t first = 0;
  std::size_t last = 0;
  bool empty() const { return first == last; }
};

struct Capture {
  bool set = false;
  TokenRange range;
  std::vector<TokenRange> elements;  // one, or those of a list
};

enum class Matched { no, yes, undecided };  // undecided: the head ends before the answer

class Pattern {
 public:
  // Throws Failure::usage naming the column and what was expected.
  explicit Pattern(std::string_view source);

  struct Match {
    Matched matched = Matched::no;
    TokenRange range;
    std::vector<Capture> captures;  // in the order of capture_names()
  };
  // Tries the pattern at token FIRST.
  Match match(const TokenText& statement, std::size_t first = 0) const;

  const std::vector<std::string>& capture_names() const { return names_; }
  // The keywords, in lower case, that the first token may be; empty when it may be anything.
  const std::vector<std::string>& first_words() const { return first_words_; }
  // The same for the second token. WORD in lower case; empty for a token that is no word.
  bool second_may_be(std::string_view word) const;

 private:
  friend class PatternCompiler;
  friend class PatternMatcher;
  enum class Op : std::uint8_t {
    word,
    mark,
    meta,
    name,
    qname,
    names,
    qnames,
    string,
    token,
    values,
    gap,
    split,
    jump,
    done
  };
  struct Step {
    Op op;
    std::vector<std::string> texts;  // word, mark, meta: any of these
    std::size_t a = 0;               // capture index; split and jump: first target
    std::size_t b = 0;               // split: second target
  };
  std::vector<Step> steps_;
  std::vector<std::string> names_;
  std::vector<std::string> first_words_, second_words_;
};

}  // namespace sluice
