#include "libfilter/rules/vocabulary.hpp"

#include <limits>

#include "libfilter/dump/names.hpp"
#include "libfilter/io/failure.hpp"

namespace sluice {

// Where the search begins. Three of the bytes and the length tell SQL's keywords apart well enough.
std::size_t Vocabulary::slot_of(Class what, std::string_view text) const {
  constexpr unsigned kLowerCase = 0x20;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]) | kLowerCase; };
  const auto key = static_cast<std::uint32_t>(byte(0) | byte(text.size() / 2) << 8 |
                                              byte(text.size() - 1) << 16 | (text.size() & 0xff) << 24);
  const auto mixed = (key ^ static_cast<std::uint32_t>(what)) * 0x9e3779b1U;
  return (mixed >> 12) & (table_.size() - 1);
}

WordId Vocabulary::find(Class what, std::string_view text) const {
  if (text.empty()) return kNoWord;
  for (std::size_t slot = slot_of(what, text); table_[slot] != kNoWord; slot = (slot + 1) % table_.size()) {
    const Entry& entry = entries_[table_[slot]];
    if (entry.what == what && equal_ignoring_case(entry.text, text)) return table_[slot];
  }
  return kNoWord;
}

void Vocabulary::enter(WordId id) {
  std::size_t slot = slot_of(entries_[id].what, entries_[id].text);
  while (table_[slot] != kNoWord) slot = (slot + 1) % table_.size();
  table_[slot] = id;
}

WordId Vocabulary::add(Class what, std::string_view text) {
  if (const auto known = find(what, text); known != kNoWord) return known;
  if (entries_.size() > std::numeric_limits<WordId>::max())
    throw Failure(Failure::Kind::usage, "the rules' patterns have too many different words");
  const auto id = static_cast<WordId>(entries_.size());
  entries_.push_back({what, std::string(text)});
  if (entries_.size() * 2 > table_.size()) {
    table_.assign(table_.size() * 2, kNoWord);
    for (std::size_t i = 1; i < entries_.size(); ++i) enter(static_cast<WordId>(i));
  } else {
    enter(id);
  }
  return id;
}

}  // namespace sluice
