#include "libfilter/rules/rule_set.hpp"

#include <algorithm>

#include "libfilter/dump/names.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/rules/builtin.hpp"
#include "libfilter/rules/toml_file.hpp"

namespace sluice {

RuleFile read_rule_file(const std::string& path) {
  return RuleFile::parse(read_text_file(path, "the rule file"), path);
}

RuleLibrary RuleLibrary::builtin() {
  RuleLibrary library;
  for (const auto& file : builtin_rule_files())
    library.files_.push_back(RuleFile::parse(file.text, "built-in " + std::string(file.name)));
  return library;
}

RuleLibrary RuleLibrary::folder(const std::string& folder) {
  RuleLibrary library;
  for (const auto& path : toml_files(folder, "the folder of rules"))
    library.files_.push_back(read_rule_file(path));
  return library;
}

const RuleFile* RuleLibrary::find(std::string_view name, RuleFile::Direction direction) const {
  const auto found = std::find_if(files_.begin(), files_.end(), [&](const auto& file) {
    return file.name == name && file.direction == direction;
  });
  return found == files_.end() ? nullptr : &*found;
}

const RuleFile& RuleLibrary::profile(std::string_view name, RuleFile::Direction direction) const {
  if (const auto* file = find(name, direction)) return *file;
  std::string known = direction == RuleFile::Direction::from ? "any" : "";
  for (const auto& file : files_)
    if (file.direction == direction) known += (known.empty() ? "" : ", ") + file.name;
  const std::string option = direction == RuleFile::Direction::to ? "--to" : "--from";
  throw Failure(Failure::Kind::usage, "unknown service '" + std::string(name) + "' for " + option,
                "known: " + known, "--list-profiles says what each is");
}

void RuleLibrary::collect(const RuleFile& file, std::vector<const RuleFile*>& into) const {
  if (std::find(into.begin(), into.end(), &file) != into.end()) return;
  into.push_back(&file);
  for (const auto& name : file.includes) {
    const auto* part = find(name, RuleFile::Direction::part);
    if (part == nullptr)
      throw Failure(Failure::Kind::usage,
                    file.name + ": include: there is no rule file '" + name + "' with direction 'part'");
    collect(*part, into);
  }
}

RuleSet RuleLibrary::select(const Selection& selection) const {
  std::vector<const RuleFile*> files;
  for (const auto& part : selection.parts) {
    const auto* file = find(part, RuleFile::Direction::part);
    if (file == nullptr) throw Failure(Failure::Kind::usage, "there is no rule file '" + part + "'");
    collect(*file, files);
  }
  if (!selection.to.empty()) {
    for (const auto& file : files_)
      if (file.direction == RuleFile::Direction::always) collect(file, files);
    for (const auto& file : selection.user_files) files.push_back(&file);
    collect(profile(selection.to, RuleFile::Direction::to), files);
  }
  if (selection.from == "any") {
    for (const auto& file : files_)
      if (file.direction == RuleFile::Direction::from) collect(file, files);
  } else if (!selection.from.empty()) {
    collect(profile(selection.from, RuleFile::Direction::from), files);
  }

  // Known is what any file has: a script may disable a rule for two targets of which one has it.
  std::set<std::string> ids;
  for (const auto* list : {&files_, &selection.user_files})
    for (const auto& file : *list)
      for (const auto& rule : file.rules) ids.insert(rule.id);
  for (const auto* list : {&selection.only, &selection.disabled})
    for (const auto& id : *list)
      if (!ids.contains(id))
        throw Failure(Failure::Kind::usage, "unknown rule '" + id + "'", {},
                      "--list-rules names those that hold for a target");

  RuleSet set;
  for (const auto* file : files) set.add(*file, selection);
  for (const auto& [name, members] : selection.sets) {
    set.set(name).members.insert(members.begin(), members.end());
    set.set(name).given.insert(members.begin(), members.end());
  }
  set.order();
  set.bind();
  return set;
}

void RuleSet::add(const RuleFile& file, const Selection& selection) {
  for (const auto& [name, members] : file.sets) set(name).members.insert(members.begin(), members.end());
  for (const auto& name : file.per_database) set(name).per_database = true;
  for (const auto& rule : file.rules) {
    const bool chosen =
        (selection.only.empty() || selection.only.contains(rule.id)) && !selection.disabled.contains(rule.id);
    const bool asked = rule.option.empty() || selection.options.contains(rule.option);
    const bool service =
        rule.to.empty() || std::find(rule.to.begin(), rule.to.end(), selection.to) != rule.to.end();
    const bool version =
        rule.target.any() || (selection.target_version != 0 && rule.target.holds(selection.target_version));
    if (asked && service && version && (chosen || rule.action == Action::note)) rules_.push_back(rule);
  }
}

// What is remembered of a statement is remembered of it as it was, not as other rules leave it; but names
// that the user has changed are the new ones for all that follows.
void RuleSet::order() {
  const auto rank = [](const Rule& rule) {
    if (rule.option == "rename-role") return 0;
    return rule.action == Action::note ? 1 : 2;
  };
  std::stable_sort(rules_.begin(), rules_.end(),
                   [&](const Rule& a, const Rule& b) { return rank(a) < rank(b); });
}

std::size_t RuleSet::set_number(const std::string& name) {
  std::size_t number = 0;
  while (number < sets_.size() && sets_[number].name != name) ++number;
  if (number == sets_.size()) sets_.push_back({name, {}, {}, false});
  return number;
}

NameSet& RuleSet::set(const std::string& name) { return sets_[set_number(name)]; }

// Gives words and sets their numbers.
void RuleSet::bind() {
  for (auto& rule : rules_) {
    for (auto& pattern : rule.match) pattern.bind(vocabulary_);
    for (auto& clause : rule.clauses) clause.pattern.bind(vocabulary_);
    for (auto& pattern : rule.until) pattern.bind(vocabulary_);
    for (auto& condition : rule.where)
      if (condition.test == Condition::Test::in_set) condition.set_number = set_number(condition.set);
    if (!rule.before.empty()) {
      const auto& text = rule.before.parts.front().text;
      const auto word = lower_case(std::string_view(text).substr(0, text.find(' ')));
      injections_.insert(vocabulary_.add(Vocabulary::Class::word, word));
    }
    for (auto& memo : rule.remember) memo.set_number = set_number(memo.set);
    for (auto& memo : rule.forget) memo.set_number = set_number(memo.set);
  }
}

bool RuleSet::any_for(WordId first, WordId second) const {
  auto& by_second = by_pair_[first];
  if (by_second.empty()) by_second.assign(vocabulary_.size(), Known::not_yet);
  auto& known = by_second[second];
  if (known == Known::not_yet)
    known = for_shape({first, second, WordSet::all()}).empty() ? Known::none : Known::some;
  return known == Known::some;
}

const std::vector<std::size_t>& RuleSet::for_shape(const StatementShape& shape) const {
  if (const auto known = by_shape_.find(shape); known != by_shape_.end()) return known->second;
  last_.clear();
  for (std::size_t i = 0; i < rules_.size(); ++i)
    if (rules_[i].may_concern(shape)) last_.push_back(i);
  return by_shape_.size() < kShapesKept ? by_shape_.emplace(shape, last_).first->second : last_;
}

}  // namespace sluice
