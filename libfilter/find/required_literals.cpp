// RE2's own analysis (FilteredRE2) names strings, its atoms, and tells for any set of them whether a text
// that holds no other can match. A set whose absence rules a match out is made as small and as rare as can
// be: the most common atoms are left out first, as long as those that stay suffice.
//
// Atoms are in lower case, so they are searched for ignoring case, and with two traps: under (?i) the letters
// k and s are also the KELVIN SIGN and the LONG S.
#include "libfilter/find/required_literals.hpp"

#include <re2/filtered_re2.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "libfilter/find/charset.hpp"

namespace sluice {
namespace {

// Whether a letter of the expression may also match as another character, in the other case or beyond ASCII.
// May say so when it is not.
bool may_fold(std::string_view expression, LetterCase letter_case) {
  if (letter_case == LetterCase::ignored) return true;
  for (const std::string_view sign : {"\\x", "\\p", "\\P"})
    if (expression.find(sign) != std::string_view::npos) return true;
  for (auto at = expression.find("(?"); at != std::string_view::npos; at = expression.find("(?", at + 1))
    if (expression.substr(at + 2, 1) != ":") return true;
  return !std::ranges::all_of(expression, is_ascii);
}

// What to search for to find STRING, in lower case, in any case: it stands only where one of them does. None
// when that would be at every other place.
std::vector<Literal> literals_for(std::string_view string, RE2::Options::Encoding encoding, bool folding) {
  const bool kelvin = folding && encoding == RE2::Options::EncodingUTF8;
  const auto rarest_part = [&](auto is_safe) {
    std::optional<Literal> rarest;
    for (std::size_t begin = 0; begin < string.size();) {
      auto end = begin;
      while (end < string.size() && is_safe(string[end])) ++end;
      if (end - begin >= 2) {
        const Literal part(string.substr(begin, end - begin), LetterCase::ignored);
        if (!rarest || part.commonness() < rarest->commonness()) rarest = part;
      }
      begin = end + 1;
    }
    return rarest;
  };
  const auto safe = rarest_part([&](char c) { return is_ascii(c) && !(kelvin && (c == 'k' || c == 's')); });
  if (safe && (!kelvin || safe->size() >= 4)) return {*safe};
  const auto whole = rarest_part(is_ascii);
  if (!whole) return {};
  std::vector<Literal> literals = {*whole};
  if (kelvin) {
    if (string.find('k') != string.npos) literals.emplace_back("\u212A", LetterCase::kept);
    if (string.find('s') != string.npos) literals.emplace_back("\u017F", LetterCase::kept);
  }
  return literals;
}

// At most MOST strings, by taking what strings begin with for themselves: user0 user1 ... user9 by "user".
// Wherever one of the many stands, one of the few does. None when they would be too short. STRINGS are
// sorted.
std::vector<std::string> common_beginnings(std::vector<std::string> strings, std::size_t most) {
  constexpr std::size_t kShortest = 2;
  while (strings.size() > most) {
    std::string longest;
    for (std::size_t i = 1; i < strings.size(); ++i) {
      const std::string &a = strings[i - 1], &b = strings[i];
      const auto common = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
      if (common > longest.size()) longest = a.substr(0, common);
    }
    if (longest.size() < kShortest) return {};
    std::erase_if(strings, [&](const std::string& string) { return string.starts_with(longest); });
    strings.insert(std::ranges::lower_bound(strings, longest), longest);
  }
  return strings;
}

std::vector<std::string> common_parts(std::vector<std::string> strings, std::size_t most) {
  const auto reverse_all = [&] {
    for (std::string& string : strings) std::ranges::reverse(string);
    std::ranges::sort(strings);
  };
  std::ranges::sort(strings);
  auto parts = common_beginnings(strings, most);
  if (!parts.empty()) return parts;
  reverse_all();
  strings = common_beginnings(strings, most);
  reverse_all();
  return strings;
}

}  // namespace

std::vector<Literal> required_literals(const std::string& expression, const RE2::Options& options) {
  constexpr std::size_t kMostAtoms = 64;
  const bool folding =
      may_fold(expression, options.case_sensitive() ? LetterCase::kept : LetterCase::ignored);

  re2::FilteredRE2 filter(1);
  int id = 0;
  if (filter.Add(expression, options, &id) != RE2::NoError) return {};
  std::vector<std::string> atoms;
  filter.Compile(&atoms);
  if (atoms.size() > kMostAtoms) return {};

  struct Atom {
    int index = 0;
    double commonness = 0;
    bool required = false;  // of those that are, one must be there
  };
  std::vector<Atom> choice;
  for (const std::string& atom : atoms) {
    Atom& entry = choice.emplace_back();
    entry.index = static_cast<int>(choice.size() - 1);
    const auto literals = literals_for(atom, options.encoding(), folding);
    for (const Literal& literal : literals) entry.commonness += literal.commonness();
    entry.required = !literals.empty();
  }
  const auto suffices = [&] {
    std::vector<int> others, potentials;
    for (const Atom& atom : choice)
      if (!atom.required) others.push_back(atom.index);
    filter.AllPotentials(others, &potentials);
    return potentials.empty();
  };
  if (!suffices()) return {};
  std::ranges::sort(choice, std::ranges::greater{}, &Atom::commonness);
  for (Atom& atom : choice) {
    if (!atom.required) continue;
    atom.required = false;
    if (!suffices()) atom.required = true;
  }

  std::vector<std::string> strings;
  for (const Atom& atom : choice)
    if (atom.required) strings.push_back(atoms[static_cast<std::size_t>(atom.index)]);
  std::vector<Literal> literals;
  for (const std::string& string : common_parts(std::move(strings), kMostLiterals)) {
    const auto some = literals_for(string, options.encoding(), folding);
    if (some.empty()) return {};
    for (const Literal& literal : some)
      if (std::ranges::find(literals, literal) == literals.end()) literals.push_back(literal);
  }
  return literals;
}

}  // namespace sluice
