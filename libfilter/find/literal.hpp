// Finding a string in bytes, faster than they can be read from a disk.
//
// A string stands somewhere only if two of its bytes, their distance kept, stand there. Two bytes that are
// rare in dumps are compared at 16 to 64 places at once, and hardly a place is left to be compared in full:
//
//   "users", by its 'u' and its last 's', 4 apart
//   bytes at p      t h e   u s e r s      == 'u' :  0 0 0 0 1 0 0 0 0
//   bytes at p + 4  u s e r s              == 's' :  0 1 0 0 1
//
// Case is ignored by setting the bit 0x20 of both sides where the wanted byte is a letter: 'U' | 0x20 is 'u'.
// Only ASCII letters have a case here. Where most places of a text pass the test (a text of zeros, searched
// for one zero more), libc's memmem takes over.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/lex/scan.hpp"

namespace sluice {

enum class LetterCase { kept, ignored };

class Literal {
 public:
  // BYTES must not be empty.
  Literal(std::string_view bytes, LetterCase letter_case);

  // The first place of [at, end) where the whole string stands, inside; or end. No byte outside is read.
  const char* find(const char* at, const char* end) const;
  // Whether it stands at AT, and ends at END or before.
  bool stands_at(const char* at, const char* end) const;

  std::size_t size() const { return bytes_.size(); }
  // A guess at how many of a dump's places pass the test of two bytes, to choose among strings.
  double commonness() const { return commonness_; }
  bool operator==(const Literal&) const = default;

 private:
  std::string bytes_;  // in lower case when that is ignored
  LetterCase letter_case_;
  BytePair pair_;
  double commonness_ = 0;
};

// A few strings at once.
class LiteralSet {
 public:
  LiteralSet() = default;
  explicit LiteralSet(std::vector<Literal> literals);

  // The first place of [at, end) where one of them stands, or end.
  const char* find(const char* at, const char* end) const;
  // The size of the longest that stands at AT; 0 for none.
  std::size_t longest_at(const char* at, const char* end) const;

  bool empty() const { return literals_.empty(); }
  std::size_t longest() const { return longest_; }

 private:
  std::vector<Literal> literals_;  // the most common first
  std::size_t longest_ = 0;
};

}  // namespace sluice
