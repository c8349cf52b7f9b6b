// The rule files known, and the rules that hold for one run.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libfilter/rules/rule.hpp"

namespace sluice {

// What a run asks for.
struct Selection {
  std::vector<std::string> parts;        // files by name, for a tool with one fixed set of rules
  std::string to, from;                  // profiles; "any" as FROM: every known source; empty: none
  int target_version = 0;                // the target's major version; 0: not known
  std::set<std::string> options;         // names that Rule::option may ask for
  std::set<std::string> only, disabled;  // rule ids; `only` empty: all
  std::vector<RuleFile> user_files;      // tried before the built-in ones, in this order
  std::map<std::string, std::vector<std::string>>
      sets;  // more members of sets (renamed roles, kept tablespaces)
};

// Rules in the order they are tried. Owns them.
class RuleSet {
 public:
  const std::vector<Rule>& rules() const { return rules_; }
  const std::map<std::string, std::set<std::string>>& sets() const { return sets_; }
  // Those members that the selection brought.
  const std::map<std::string, std::set<std::string>>& given() const { return given_; }
  const std::set<std::string>& per_database() const { return per_database_; }
  // Indexes into rules() of those that a statement beginning with these words (lower case; empty for a second
  // token that is no word) has to be shown to. Valid until the next call.
  const std::vector<std::size_t>& for_words(std::string_view first, std::string_view second) const;
  // Whether there are any for this first word.
  bool any_for(std::string_view first) const;

 private:
  friend class RuleLibrary;
  void add(const RuleFile& file, const Selection& selection);
  void order();
  void index();

  std::vector<Rule> rules_;
  std::map<std::string, std::set<std::string>> sets_;
  std::map<std::string, std::set<std::string>> given_;
  std::set<std::string> per_database_;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::vector<std::size_t>, Hash, std::equal_to<>> by_word_;
  std::vector<std::size_t> for_any_word_;
  // What for_words() has found, for as many pairs as are kept: second words may be names.
  static constexpr std::size_t kPairsKept = 1024;
  mutable std::unordered_map<std::string, std::vector<std::size_t>, Hash, std::equal_to<>> by_pair_;
  mutable std::vector<std::size_t> last_;
  mutable std::string pair_;
};

class RuleLibrary {
 public:
  // The rules built into the program.
  static RuleLibrary builtin();
  // Every *.toml file of a folder. Throws Failure (io, usage).
  static RuleLibrary folder(const std::string& path);

  const std::vector<RuleFile>& files() const { return files_; }
  // Throws Failure::usage for an unknown profile or rule id, naming those that there are.
  RuleSet select(const Selection& selection) const;

 private:
  const RuleFile* find(std::string_view name, RuleFile::Direction direction) const;
  const RuleFile& profile(std::string_view name, RuleFile::Direction direction) const;
  void collect(const RuleFile& file, std::vector<const RuleFile*>& into) const;

  std::vector<RuleFile> files_;
};

// Reads a rule file from disk. Throws Failure (io, usage).
RuleFile read_rule_file(const std::string& path);

}  // namespace sluice
