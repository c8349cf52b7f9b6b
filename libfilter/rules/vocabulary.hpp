// The keywords, marks and meta-commands that the patterns of a rule set name, by number.
//
// A statement's tokens are looked up once; from there on patterns compare numbers, and what a statement can
// be is known from the set of its words before any pattern is tried: "... TABLESPACE {name}" needs not be
// tried on a statement in which TABLESPACE does not stand.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/lex/token.hpp"

namespace sluice {

using WordId = std::uint16_t;
inline constexpr WordId kNoWord = 0;  // a token that no pattern names

class Vocabulary {
 public:
  // A word in quotes is no keyword, and ',' no operator's name: each class has its own numbers.
  enum class Class : std::uint8_t { none, word, mark, meta };

  Vocabulary() : table_(kLeastTable), entries_(1) {}

  // TEXT in lower case. The number it has, or gets. Throws Failure::usage when there are too many.
  WordId add(Class what, std::string_view text);

  // How many numbers there are, with that of no word.
  std::size_t size() const { return entries_.size(); }

  // In any case.
  WordId find(Class what, std::string_view text) const {
    if (text.empty()) return kNoWord;
    const auto key = key_of(what, text);
    for (auto at = slot_of(key); table_[at].id != kNoWord; at = (at + 1) & (table_.size() - 1))
      if (table_[at].key == key && is(table_[at].id, text)) return table_[at].id;
    return kNoWord;
  }
  WordId find(const Token& token, std::string_view statement) const {
    const auto what = class_of(token.kind);
    return what == Class::none ? kNoWord : find(what, token.of(statement));
  }

 private:
  static constexpr std::size_t kLeastTable = 1024, kRoom = 8;
  struct Slot {
    std::uint32_t key = 0;
    WordId id = kNoWord;
  };
  struct Entry {
    Class what = Class::none;
    std::string text;
  };

  static constexpr Class class_of(TokenKind kind) {
    switch (kind) {
      case TokenKind::word:
        return Class::word;
      case TokenKind::mark:
      case TokenKind::op:
        return Class::mark;
      case TokenKind::meta:
        return Class::meta;
      default:
        return Class::none;
    }
  }
  // Three of the bytes, in lower case, and the length tell SQL's keywords apart well enough.
  static std::uint32_t key_of(Class what, std::string_view text) {
    constexpr unsigned kLowerCase = 0x20;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]) | kLowerCase; };
    return byte(0) | byte(text.size() / 2) << 8 | byte(text.size() - 1) << 16 |
           static_cast<std::uint32_t>(text.size() & 0x3f) << 24 | static_cast<std::uint32_t>(what) << 30;
  }
  std::size_t slot_of(std::uint32_t key) const { return (key * 0x9e3779b1U >> 12) & (table_.size() - 1); }
  bool is(WordId id, std::string_view text) const {
    const std::string& word = entries_[id].text;
    return word.size() == text.size() &&
           std::equal(text.begin(), text.end(), word.begin(), [](char c, char wanted) {
             return c == wanted || (c >= 'A' && c <= 'Z' && c + ('a' - 'A') == wanted);
           });
  }
  void enter(WordId id);

  std::vector<Slot> table_;  // open addressing, kRoom slots a word: most words are not here, and seen to be
                             // so at the first slot; its size is a power of two
  std::vector<Entry> entries_;
};

// Words of a statement, or of a pattern. Numbers beyond kBits share the bits of smaller ones: contains() may
// be true though a word is missing, never the other way round.
class WordSet {
 public:
  static WordSet all() {
    WordSet set;
    set.bits_.fill(~std::uint64_t{0});
    return set;
  }

  void add(WordId id) { bits_[id % kBits / 64] |= std::uint64_t{1} << (id % 64); }

  bool contains(const WordSet& other) const {
    std::uint64_t missing = 0;
    for (std::size_t i = 0; i < bits_.size(); ++i) missing |= other.bits_[i] & ~bits_[i];
    return missing == 0;
  }

  WordSet& operator&=(const WordSet& other) {
    for (std::size_t i = 0; i < bits_.size(); ++i) bits_[i] &= other.bits_[i];
    return *this;
  }
  bool operator==(const WordSet&) const = default;

  std::size_t hash() const {
    std::uint64_t sum = 0;
    for (const auto bits : bits_) sum = (sum ^ bits) * 0x9e3779b97f4a7c15U, sum ^= sum >> 29;
    return static_cast<std::size_t>(sum);
  }

 private:
  static constexpr std::size_t kBits = 512;
  std::array<std::uint64_t, kBits / 64> bits_{};
};

// What of a statement decides which rules it has to be shown to.
struct StatementShape {
  WordId first = kNoWord, second = kNoWord;
  WordSet words;
  bool operator==(const StatementShape&) const = default;

  struct Hash {
    std::size_t operator()(const StatementShape& shape) const {
      return shape.words.hash() + shape.first * std::size_t{31} + shape.second;
    }
  };
};

}  // namespace sluice
