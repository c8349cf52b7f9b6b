#include "libfilter/rules/engine.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "libfilter/dump/names.hpp"
#include "libfilter/rules/scope.hpp"

namespace sluice {
namespace {

struct Edit {
  std::size_t begin = 0, end = 0;  // bytes of the statement
  std::string with;
};

std::vector<Token> tokens_of(std::string_view text, Lexer::Settings settings) {
  Lexer lexer;
  lexer.apply(settings);
  (void)lexer.scan(text, Lexer::End::last);
  return lexer.tokens();
}

}  // namespace

// The statement on its way through the rules.
struct Engine::Working {
  TokenText statement;
  StatementShape shape;
  std::string text;  // owns statement.text once it was edited
  std::vector<Token> tokens;
  Lexer::Settings settings;
  bool edited = false;
  bool unseen = false;  // it was edited since its words were looked up
  struct Handler {
    const Rule* rule;
    std::string otherwise;
  };
  std::vector<std::string> guards;
  std::vector<Handler> handlers;
  std::vector<std::string> keys;  // of injections; used up only when the statement stays

  void become(std::string changed) {
    text = std::move(changed);
    tokens = tokens_of(text, settings);
    statement.text = text;
    statement.tokens = tokens;
    edited = unseen = true;
  }
};

Engine::Engine(const RuleSet& rules, std::string tool, std::map<std::string, std::string> renames)
    : rules_(rules),
      tool_(std::move(tool)),
      renames_(std::move(renames)),
      learned_(rules.sets().size()),
      unlearned_(rules.sets().size()) {}

bool Engine::wants(std::string_view first, std::string_view second) const {
  const auto word = [&](std::string_view text) {
    return rules_.vocabulary().find(Vocabulary::Class::word, text);
  };
  return rules_.any_for(word(first), word(second));
}

void Engine::database_changed() {
  for (std::size_t set = 0; set < learned_.size(); ++set)
    if (rules_.sets()[set].per_database) learned_[set].clear();
}

bool Engine::contains(std::size_t set, const std::string& value) const {
  const auto has = [&](const auto& names) { return !names.empty() && names.contains(value); };
  if (has(learned_[set])) return true;
  const auto& known = rules_.sets()[set];
  if (!has(known.members) || has(unlearned_[set])) return false;
  if (!known.given.empty()) met_.insert(value);
  return true;
}

std::vector<std::string> Engine::unmet() const {
  std::set<std::string> out;
  for (const auto& set : rules_.sets())
    for (const auto& member : set.given) {
      const bool new_name =
          std::any_of(renames_.begin(), renames_.end(), [&](const auto& r) { return r.second == member; });
      if (!met_.contains(member) && !new_name) out.insert(member);
    }
  return {out.begin(), out.end()};
}

// Without a look at the statement: many rules wait for a name that most dumps never bring. What a rule
// remembers does not depend on the conditions of its clauses.
bool Engine::can_hold(const Rule& rule) const {
  if (!rule.clauses.empty() && !(rule.remember.empty() && rule.forget.empty())) return true;
  return std::all_of(rule.where.begin(), rule.where.end(), [&](const Condition& condition) {
    return condition.test != Condition::Test::in_set || condition.negated ||
           !learned_[condition.set_number].empty() || !rules_.sets()[condition.set_number].members.empty();
  });
}

bool Engine::holds(const Condition& condition, Scope& scope) const {
  const auto test = [&] {
    const auto value = scope.value_of(condition.subject);
    bool found = false;
    switch (condition.test) {
      case Condition::Test::in_set:
        found = contains(condition.set_number, value);
        break;
      case Condition::Test::in_list:
        found = std::find(condition.values.begin(), condition.values.end(), value) != condition.values.end();
        break;
      case Condition::Test::like:
        found =
            std::any_of(condition.values.begin(), condition.values.end(),
                        [text = lower_case(value)](const auto& glob) { return glob_matches(glob, text); });
        break;
    }
    return found != condition.negated;
  };
  // A list holds by those of its elements that do; the rule is about these from here on.
  for (const auto& part : condition.subject.parts) {
    if (!part.is_capture()) continue;
    if (!scope.is_set(part.capture)) return condition.negated;
    if (!scope.has_chosen(part.capture) && scope.is_one(part.capture)) {
      scope.choose_whole(part.capture);
      continue;
    }
    const auto all = scope.all_elements(part.capture);
    Scope::Chosen passing;
    for (const auto i : scope.elements(part.capture))
      scope.with_element(part.capture, all[i], [&] {
        if (test()) passing.push_back(i);
      });
    const bool any = !passing.empty();
    scope.choose(part.capture, std::move(passing));
    return any;
  }
  return test();
}

// Conditions on captures of the match alone; those on a clause's captures are asked at the clause.
bool Engine::applies(const Rule& rule, Scope& scope) const {
  return std::all_of(rule.where.begin(), rule.where.end(), [&](const Condition& condition) {
    const auto mine = [&](const Template::Part& part) {
      return !part.is_capture() || scope.names(part.capture);
    };
    const auto& parts = condition.subject.parts;
    return !std::all_of(parts.begin(), parts.end(), mine) || holds(condition, scope);
  });
}

void Engine::memorize(const Rule& rule, Scope& scope) {
  for (const auto& memo : rule.remember)
    scope.for_each_element({&memo.value}, [&] {
      const auto value = scope.value_of(memo.value);
      learned_[memo.set_number].insert(value);
      unlearned_[memo.set_number].erase(value);
    });
  for (const auto& memo : rule.forget)
    scope.for_each_element({&memo.value}, [&] {
      const auto value = scope.value_of(memo.value);
      learned_[memo.set_number].erase(value);
      unlearned_[memo.set_number].insert(value);
    });
}

// strip, take and replace. False when nothing was found to change.
bool Engine::edit(const Rule& rule, Scope& scope, Working& working, Verdict& verdict, std::string& what) {
  const auto& tokens = working.statement.tokens;
  std::vector<Edit> edits;
  // Takes out tokens and the white space before them.
  const auto remove = [&](std::size_t begin, std::size_t end) {
    while (begin > 0 &&
           std::string_view(" \t\r\n\f\v").find(working.statement.text[begin - 1]) != std::string_view::npos)
      --begin;
    edits.push_back({begin, end, {}});
  };
  bool all_taken = false;

  if (rule.action == Action::take) {
    if (!scope.is_set(*rule.take)) return false;
    const auto list = scope.all_elements(*rule.take);
    const auto gone = scope.elements(*rule.take);
    all_taken = gone.size() == list.size();
    std::vector<bool> is_gone(list.size());
    for (const auto i : gone) is_gone[i] = true;
    // An element goes with the comma before it; while none stays before it, with the comma behind it.
    bool stays_before = false;
    for (std::size_t i = 0; i < list.size() && !all_taken; ++i) {
      if (!is_gone[i]) {
        stays_before = true;
      } else if (stays_before) {
        edits.push_back({tokens[list[i - 1].last - 1].end(), tokens[list[i].last - 1].end(), {}});
      } else {
        edits.push_back({tokens[list[i].first].begin, tokens[list[i + 1].first].begin, {}});
      }
    }
  }
  for (const auto& [capture, with] : rule.replace) {
    const auto all = scope.all_elements(capture);
    for (const auto i : scope.elements(capture)) {
      if (i >= all.size()) continue;
      scope.with_element(capture, all[i], [&, text = &with] {
        Edit change{tokens[all[i].first].begin, tokens[all[i].last - 1].end(), scope.render(*text)};
        if (working.statement.text.substr(change.begin, change.end - change.begin) != change.with)
          edits.push_back(std::move(change));
      });
    }
  }
  if (!rule.clauses.empty()) {
    std::size_t at = scope.matched().last;
    const auto base = at < tokens.size() ? tokens[at].depth : 0;
    const auto matches = [&](const Pattern& pattern) {
      return scope.match_clause(pattern, at).matched == Matched::yes;
    };
    bool ended = false;
    while (at < tokens.size() && !ended) {
      std::size_t next = at + 1;
      if (rule.anywhere || tokens[at].depth == base) {
        if (tokens[at].depth == base && std::any_of(rule.until.begin(), rule.until.end(), matches)) {
          ended = true;
          break;
        }
        for (const auto& clause : rule.clauses) {
          auto found = scope.match_clause(clause.pattern, at);
          if (found.matched != Matched::yes || found.range.empty()) continue;
          Scope inner = scope.inside_clause(clause.pattern, std::move(found));
          // The conditions on the clause's own captures, which had to wait.
          if (!std::all_of(rule.where.begin(), rule.where.end(),
                           [&](const Condition& c) { return holds(c, inner); }))
            continue;
          if (edits.empty()) what = what_of(rule, inner);
          const auto range = inner.matched();
          if (clause.with.empty()) {
            remove(tokens[range.first].begin, tokens[range.last - 1].end());
          } else {
            edits.push_back(
                {tokens[range.first].begin, tokens[range.last - 1].end(), inner.render(clause.with)});
          }
          next = range.last;
          break;
        }
      }
      at = next;
    }
    if (!ended && !working.statement.complete) verdict.undecided.push_back(&rule);
  }

  if (all_taken) {
    verdict.fate = Verdict::Fate::remove;
    return true;
  }
  if (edits.empty()) return false;
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
  std::string changed;
  std::size_t done = 0;
  for (const auto& e : edits) {
    if (e.begin < done) continue;
    changed += working.statement.text.substr(done, e.begin - done);
    changed += e.with;
    done = e.end;
  }
  changed += working.statement.text.substr(done);
  working.become(std::move(changed));
  return true;
}

bool Engine::inject(const Rule& rule, Scope& scope, Working& working, Verdict& verdict) {
  bool any = false;
  // One insertion for each element of the list that any of the texts names.
  scope.for_each_element({&rule.before, &rule.after, &rule.once}, [&] {
    if (!rule.once.empty()) {
      auto key = rule.id + '\n' + scope.value_of(rule.once);
      if (done_once_.contains(key)) return;
      working.keys.push_back(std::move(key));
    }
    auto before = scope.render(rule.before);
    if (!before.empty()) {
      const auto hash = std::hash<std::string>{}(before);
      if (std::find(recent_.begin(), recent_.end(), hash) != recent_.end()) return;
      verdict.before.push_back(std::move(before));
    }
    auto after = scope.render(rule.after);
    if (!after.empty()) verdict.after.insert(verdict.after.begin(), std::move(after));
    any = true;
  });
  return any;
}

std::string Engine::what_of(const Rule& rule, Scope& scope) const {
  std::string what;
  scope.for_each_element({&rule.what}, [&] {
    if (!what.empty()) what += "; ";
    what += scope.render(rule.what);
  });
  return what.empty() ? rule.summary : what;
}

void Engine::apply(const Rule& rule, Scope& scope, Working& working, Verdict& verdict) {
  if (rule.action == Action::note || rule.action == Action::keep) return;
  if (rule.action == Action::inject && !inject(rule, scope, working, verdict)) return;
  bool changed = true;
  std::string what = what_of(rule, scope);  // names as they are before the edit

  switch (rule.action) {
    case Action::drop:
      verdict.keep_original = false;
      [[fallthrough]];
    case Action::comment:
      verdict.fate = Verdict::Fate::remove;
      break;
    case Action::skip_database:
      verdict.fate = Verdict::Fate::remove;
      verdict.skip_database = true;
      break;
    case Action::strip:
    case Action::take:
    case Action::replace:
      changed = edit(rule, scope, working, verdict, what);
      break;
    case Action::wrap:
    case Action::attempt:
      if (!rule.guard.empty()) {
        scope.for_each_element({&rule.guard}, [&] {
          auto guard = scope.render(rule.guard);
          if (std::find(working.guards.begin(), working.guards.end(), guard) == working.guards.end())
            working.guards.push_back(std::move(guard));
        });
      }
      if (!rule.refusals.empty()) working.handlers.push_back({&rule, scope.render(rule.otherwise)});
      break;
    default:
      break;
  }
  if (!changed) return;
  if (rule.secret) verdict.keep_original = false;
  if (verdict.fate == Verdict::Fate::remove) verdict.findings.clear();
  verdict.findings.push_back({&rule, std::move(what)});
}

std::string Engine::in_do_block(const Working& working) const {
  std::string body;
  if (!working.guards.empty()) {
    body += "IF ";
    for (const auto& guard : working.guards)
      body += (&guard == &working.guards.front() ? "" : " AND ") + guard;
    body += " THEN ";
  }
  body += working.statement.text;
  if (!working.guards.empty()) body += " END IF;";
  std::set<std::string> handled;
  std::string handlers;
  for (const auto& handler : working.handlers) {
    std::string conditions;
    for (const auto& refusal : handler.rule->refusals)
      if (handled.insert(refusal).second) conditions += (conditions.empty() ? "" : " OR ") + refusal;
    if (conditions.empty()) continue;
    handlers += " WHEN " + conditions + " THEN ";
    handlers += handler.rule->action == Action::attempt
                    ? "RAISE WARNING '" + tool_ + " [" + handler.rule->id + "]: %', SQLERRM;"
                : handler.otherwise.empty() ? "NULL;"
                                            : handler.otherwise;
  }
  if (!handlers.empty()) body += " EXCEPTION" + handlers;
  const auto tag = unused_tag(body);
  return "DO " + tag + "BEGIN " + body + " END" + tag + ";";
}

void Engine::look_at(Working& working) {
  working.shape = look_up(rules_.vocabulary(), working.statement, words_);
  working.unseen = false;
}

Verdict Engine::weigh(const TokenText& statement, std::string_view database, Lexer::Settings settings) {
  Verdict verdict;
  if (statement.tokens.empty()) return verdict;
  const auto& first = statement.tokens.front();
  if (first.kind != TokenKind::word && first.kind != TokenKind::meta) return verdict;
  Working working;
  working.statement = statement;
  working.settings = settings;
  look_at(working);
  if (!statement.complete && statement.tokens.size() < 2) {
    // Nothing is known yet but the first word.
    for (const auto& rule : rules_.rules())
      if (verdict.undecided.empty() && rule.match.front().begins_only_with(working.shape.first))
        verdict.undecided.push_back(&rule);
    return verdict;
  }
  const bool may_be_injected = statement.complete && rules_.may_be_injected(working.shape.first);
  const auto& rules = rules_.rules();
  const auto* concerned = &rules_.for_shape(working.shape);
  for (std::size_t next = 0; next < concerned->size();) {
    const auto index = (*concerned)[next++];
    if (ask(rules[index], database, working, verdict)) break;
    if (!working.unseen) continue;
    // The rules behind see another statement.
    look_at(working);
    concerned = &rules_.for_shape(working.shape);
    next = static_cast<std::size_t>(std::upper_bound(concerned->begin(), concerned->end(), index) -
                                    concerned->begin());
  }
  if (may_be_injected) {
    recent_[recent_at_] = std::hash<std::string_view>{}(working.statement.text);
    recent_at_ = (recent_at_ + 1) % recent_.size();
  }
  if (verdict.fate == Verdict::Fate::remove) return verdict;
  if (learns_) done_once_.insert(working.keys.begin(), working.keys.end());
  const bool wrapped = !working.guards.empty() || !working.handlers.empty();
  if (working.edited || wrapped || !verdict.before.empty() || !verdict.after.empty()) {
    verdict.fate = Verdict::Fate::change;
    verdict.text = wrapped ? in_do_block(working) : std::string(working.statement.text);
  }
  return verdict;
}

Verdict Engine::weigh_made(const TokenText& statement, std::string_view database, Lexer::Settings settings) {
  learns_ = false;
  Verdict verdict = weigh(statement, database, settings);
  learns_ = true;
  return verdict;
}

// Whether the rule has settled the matter.
bool Engine::ask(const Rule& rule, std::string_view database, Working& working, Verdict& verdict) {
  if (working.statement.complete && !can_hold(rule)) return false;
  for (const auto& pattern : rule.match) {
    if (!pattern.may_match(working.shape)) continue;
    auto match = pattern.match(working.statement, words_);
    if (match.matched == Matched::undecided && rule.action != Action::note)
      verdict.undecided.push_back(&rule);
    if (match.matched != Matched::yes) continue;
    Scope scope(working.statement, words_, pattern, std::move(match), database, renames_);
    if (!applies(rule, scope)) continue;
    if (learns_) memorize(rule, scope);
    apply(rule, scope, working, verdict);
    return rule.action == Action::keep || verdict.fate == Verdict::Fate::remove;
  }
  return false;
}

}  // namespace sluice
