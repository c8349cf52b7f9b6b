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

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/lex/token.hpp"
#include "libfilter/rules/vocabulary.hpp"

namespace sluice {

// A statement as the matcher sees it.
struct TokenText {
  std::string_view text;
  std::span<const Token> tokens;
  bool complete = true;  // false: only a head; more tokens follow

  std::string_view of(const Token& token) const { return token.of(text); }
  bool is_comma(std::size_t at) const {
    return tokens[at].kind == TokenKind::mark && text[tokens[at].begin] == ',';
  }
};

// Puts the numbers of the statement's tokens into WORDS.
StatementShape look_up(const Vocabulary& vocabulary, const TokenText& statement, std::vector<WordId>& words);

// Tokens [first, last).
struct TokenRange {
  std::size_t first = 0;
  std::size_t last = 0;
  bool empty() const { return first == last; }
};

struct Capture {
  bool set = false;
  TokenRange range;
};
// By their numbers in the rule.
using Captures = boost::container::small_vector<Capture, 8>;

// The elements of what was captured: those between the commas of a list, or the whole.
using Elements = boost::container::small_vector<TokenRange, 4>;
Elements elements_of(const TokenText& statement, const Capture& capture);

enum class Matched { no, yes, undecided };  // undecided: the head ends before the answer

class Pattern {
 public:
  // NAMES numbers the captures: those that it lacks are put behind the others. Throws Failure::usage naming
  // the column and what was expected.
  Pattern(std::string_view source, std::vector<std::string>& names);

  // Numbers the pattern's words. Has to be called once, before any of the questions below.
  void bind(Vocabulary& vocabulary);

  struct Match {
    Matched matched = Matched::no;
    TokenRange range;
    Captures captures;
  };
  // Tries the pattern at token FIRST. WORDS are the tokens' numbers in the vocabulary. The match begins with
  // the captures of OUTER that the pattern does not name itself.
  Match match(const TokenText& statement, std::span<const WordId> words, std::size_t first = 0,
              const Captures& outer = {}) const;

  // Whether a statement of this shape can match, at its first token.
  bool may_match(const StatementShape& shape) const;
  // Whether a statement with these words can match, anywhere.
  bool may_match(const WordSet& words) const { return words.contains(required_); }

  // Whether the first token can be this word and nothing else.
  bool begins_only_with(WordId word) const { return first_words_.size() == 1 && first_words_[0] == word; }

  bool captures(std::size_t number) const;

 private:
  friend class PatternCompiler;
  friend class PatternMatcher;
  enum class Op : std::uint8_t {
    literal,
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
    Vocabulary::Class what = Vocabulary::Class::none;  // of a literal's texts
    std::vector<std::string> texts = {};               // any of these
    std::vector<WordId> words = {};                    // the same, when bound
    std::size_t a = 0;                                 // capture's number; split and jump: first target
    std::size_t b = 0;                                 // split: second target
  };
  std::vector<WordId> first_words(std::size_t at) const;
  WordSet required_from_start() const;

  std::vector<Step> steps_;
  std::vector<std::size_t> captured_;               // their numbers
  std::vector<WordId> first_words_, second_words_;  // that these tokens may be; empty: any
  WordSet required_;
};

}  // namespace sluice
