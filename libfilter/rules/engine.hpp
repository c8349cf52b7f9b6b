// Weighs one statement after the other against the rules.
//
// One pass, no look-ahead: what later statements need to know (who was a superuser, who owns a schema) is
// kept in named sets by the rules themselves. Each rule sees the statement as the rules before it left it: a
// changed text is lexed anew, so that edits never overlap. Memory grows with what is remembered (roles,
// schemas, databases), never with rows.
//
// A rule is asked only when the statement has the words that its patterns cannot do without
// (RuleSet::for_shape) and when the sets that its conditions ask for have members: what most statements cost
// is to look up their words.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "libfilter/lex/lexer.hpp"
#include "libfilter/rules/rule_set.hpp"

namespace sluice {

class Scope;

struct Finding {
  const Rule* rule = nullptr;
  std::string what;  // never a literal of the dump: names only
};

struct Verdict {
  enum class Fate : std::uint8_t { pass, change, remove } fate = Fate::pass;
  bool keep_original = true;               // remove: as a comment when the mode says so
  bool skip_database = false;              // everything goes from here to the next database
  std::string text;                        // change: the statement's new text, with its ';'
  std::vector<std::string> before, after;  // change: statements of ours, with their ';'
  std::vector<Finding> findings;
  std::vector<const Rule*> undecided;  // head only: rules whose answer lies behind its end
};

class Engine {
 public:
  // TOOL signs the warnings that the server raises. RENAMES: for {x:renamed}. RULES must outlive the engine.
  Engine(const RuleSet& rules, std::string tool, std::map<std::string, std::string> renames);

  // DATABASE: the current one, empty when it is not known.
  Verdict weigh(const TokenText& statement, std::string_view database, Lexer::Settings settings);

  // A statement that an earlier run has made: what it would become. It is remembered as one that stood there,
  // and teaches nothing: its original has.
  Verdict weigh_made(const TokenText& statement, std::string_view database, Lexer::Settings settings);

  // The current database has changed.
  void database_changed();

  // Names that the user gave (NameSet::given) and that no statement had.
  std::vector<std::string> unmet() const;

  // Whether any rule can hold for a statement that begins with these words.
  bool wants(std::string_view first, std::string_view second) const;

 private:
  struct Working;

  bool can_hold(const Rule& rule) const;
  bool holds(const Condition& condition, Scope& scope) const;
  bool applies(const Rule& rule, Scope& scope) const;
  void apply(const Rule& rule, Scope& scope, Working& working, Verdict& verdict);
  bool edit(const Rule& rule, Scope& scope, Working& working, Verdict& verdict, std::string& what);
  std::string what_of(const Rule& rule, Scope& scope) const;
  bool inject(const Rule& rule, Scope& scope, Working& working, Verdict& verdict);
  void memorize(const Rule& rule, Scope& scope);
  void look_at(Working& working);
  bool ask(const Rule& rule, std::string_view database, Working& working, Verdict& verdict);
  bool contains(std::size_t set, const std::string& value) const;
  std::string in_do_block(const Working& working) const;

  const RuleSet& rules_;
  std::string tool_;
  std::map<std::string, std::string> renames_;
  // By the numbers of the rules' sets.
  std::vector<std::unordered_set<std::string>> learned_;
  std::vector<std::unordered_set<std::string>> unlearned_;  // members of fixed sets taken out
  std::vector<WordId> words_;                               // of the statement being weighed
  mutable std::set<std::string> met_;                       // members of given sets that a statement had
  std::unordered_set<std::string> done_once_;
  bool learns_ = true;
  std::array<std::size_t, 4>
      recent_{};  // hashes of the last statements: an injection that stands there is not repeated
  std::size_t recent_at_ = 0;
};

}  // namespace sluice
