// The rule files known, and the rules that hold for one run.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
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

// Names that a rule's conditions ask for. What is learned from the dump is the Engine's.
struct NameSet {
  std::string name;
  std::unordered_set<std::string> members;  // by the files and the selection
  std::set<std::string> given;              // those that the selection brought
  bool per_database = false;                // what is learned is forgotten when the database changes
};

// Rules in the order they are tried. Owns them.
class RuleSet {
 public:
  const std::vector<Rule>& rules() const { return rules_; }
  // By the numbers that the rules call them by.
  const std::vector<NameSet>& sets() const { return sets_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  // Indexes into rules(), ascending, of those that a statement of this shape has to be shown to. However many
  // rules there are, a dump has few shapes, and each is asked for once. Valid until the next call.
  const std::vector<std::size_t>& for_shape(const StatementShape& shape) const;
  // Whether there are any for a statement that begins with these words.
  bool any_for(WordId first, WordId second) const;
  // Whether a statement that begins with this word may be one that a rule has injected.
  bool may_be_injected(WordId first) const { return injections_.contains(first); }

 private:
  friend class RuleLibrary;
  void add(const RuleFile& file, const Selection& selection);
  void order();
  void bind();
  NameSet& set(const std::string& name);
  std::size_t set_number(const std::string& name);

  std::vector<Rule> rules_;
  std::vector<NameSet> sets_;
  Vocabulary vocabulary_;
  std::set<WordId> injections_;  // what they begin with
  // What for_shape() has found, for as many as are kept: names that are keywords make shapes too.
  static constexpr std::size_t kShapesKept = 2048;
  mutable std::unordered_map<StatementShape, std::vector<std::size_t>, StatementShape::Hash> by_shape_;
  mutable std::vector<std::size_t> last_;
  // What any_for() has found, by the second word, for each first word that was asked for.
  enum class Known : std::uint8_t { not_yet, none, some };
  mutable std::map<WordId, std::vector<Known>> by_pair_;
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
