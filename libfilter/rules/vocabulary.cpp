#include "libfilter/rules/vocabulary.hpp"

#include <limits>

#include "libfilter/io/failure.hpp"

namespace sluice {

void Vocabulary::enter(WordId id) {
  const auto key = key_of(entries_[id].what, entries_[id].text);
  auto at = slot_of(key);
  while (table_[at].id != kNoWord) at = (at + 1) & (table_.size() - 1);
  table_[at] = {key, id};
}

WordId Vocabulary::add(Class what, std::string_view text) {
  if (const auto known = find(what, text); known != kNoWord) return known;
  if (entries_.size() > std::numeric_limits<WordId>::max())
    throw Failure(Failure::Kind::usage, "the rules' patterns have too many different words");
  const auto id = static_cast<WordId>(entries_.size());
  entries_.push_back({what, std::string(text)});
  if (entries_.size() * kRoom > table_.size()) {
    table_.assign(table_.size() * 2, {});
    for (std::size_t i = 1; i < entries_.size(); ++i) enter(static_cast<WordId>(i));
  } else {
    enter(id);
  }
  return id;
}

}  // namespace sluice
