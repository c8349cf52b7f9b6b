#include "libfilter/rules/engine.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "libfilter/dump/names.hpp"

namespace sluice {
namespace {

struct Edit {
  std::size_t begin = 0, end = 0;  // bytes of the statement
  std::string with;
};

// A dollar-quote tag whose delimiter occurs nowhere in the texts.
std::string unused_tag(std::initializer_list<std::string_view> texts) {
  for (int i = 0;; ++i) {
    std::string tag = i == 0 ? "$do$" : "$do" + std::to_string(i) + "$";
    const auto occurs = [&](std::string_view text) { return text.find(tag) != std::string_view::npos; };
    if (std::none_of(texts.begin(), texts.end(), occurs)) return tag;
  }
}

std::vector<Token> tokens_of(std::string_view text, Lexer::Settings settings) {
  Lexer lexer;
  lexer.apply(settings);
  (void)lexer.scan(text, Lexer::End::last);
  return lexer.tokens();
}

}  // namespace

// What the captures of a pattern (and of one of the rule's clauses) stand for in this statement.
struct Engine::Scope {
  const TokenText& statement;
  const Pattern* pattern = nullptr;
  Pattern::Match match;
  const Pattern* clause_pattern = nullptr;
  Pattern::Match clause;
  std::string_view database;
  std::map<std::string, std::vector<std::size_t>> chosen;  // elements of a list that meet the conditions
  std::map<std::string, std::size_t> current;              // the element a text is being made for

  const Capture* capture(const std::string& name) const {
    const auto in = [&](const Pattern* p, const Pattern::Match& m) -> const Capture* {
      if (p == nullptr) return nullptr;
      const auto& names = p->capture_names();
      const auto at = std::find(names.begin(), names.end(), name);
      return at == names.end() ? nullptr : &m.captures[static_cast<std::size_t>(at - names.begin())];
    };
    const auto* found = in(clause_pattern, clause);
    return found != nullptr ? found : in(pattern, match);
  }

  // The elements that a rule is about: those chosen by its conditions, all when there was none.
  std::vector<std::size_t> elements(const std::string& name) const {
    const auto found = chosen.find(name);
    if (found != chosen.end()) return found->second;
    std::vector<std::size_t> all;
    if (const auto* c = capture(name); c != nullptr && c->set)
      for (std::size_t i = 0; i < c->elements.size(); ++i) all.push_back(i);
    return all;
  }

  TokenRange range(const std::string& name) const {
    const auto* c = capture(name);
    if (c == nullptr || !c->set) return {};
    const auto at = current.find(name);
    return at == current.end() ? c->range : c->elements[at->second];
  }

  std::string_view text_of(TokenRange range) const {
    if (range.empty()) return {};
    const auto begin = statement.tokens[range.first].begin;
    return statement.text.substr(begin, statement.tokens[range.last - 1].end() - begin);
  }

  // Dotted names: the parts' names with dots between; a literal: its text.
  std::string value(TokenRange range) const {
    std::string out;
    for (auto i = range.first; i < range.last; ++i) {
      const auto& token = statement.tokens[i];
      out += name_of(token.kind, statement.of(token));
    }
    return out;
  }

  // The part of a dotted name before (schema) or behind (last) its last dot.
  TokenRange part(TokenRange range, std::string_view how) const {
    if (range.empty()) return range;
    if (how == "last") return {range.last - 1, range.last};
    return range.last - range.first < 3 ? TokenRange{range.first, range.first}
                                        : TokenRange{range.first, range.last - 2};
  }

  // Calls ACT once for each element of the one list capture that TEXT names, or once.
  template <class Act>
  void for_each_element(const Template& text, Act act) {
    for (const auto& p : text.parts) {
      if (p.capture.empty() || p.capture == "$" || p.capture == "@database" || current.contains(p.capture))
        continue;
      const auto* c = capture(p.capture);
      if (c == nullptr || !c->set || c->elements.size() + (chosen.contains(p.capture) ? 1 : 0) < 2) continue;
      for (const auto i : elements(p.capture)) {
        current[p.capture] = i;
        act();
      }
      current.erase(p.capture);
      return;
    }
    act();
  }
};

// The statement on its way through the rules.
struct Engine::Working {
  TokenText statement;
  std::string text;  // owns statement.text once it was edited
  std::vector<Token> tokens;
  Lexer::Settings settings;
  bool edited = false;
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
    edited = true;
  }
};

Engine::Engine(const RuleSet& rules, std::string tool, std::map<std::string, std::string> renames)
    : rules_(rules), tool_(std::move(tool)), renames_(std::move(renames)) {}

bool Engine::wants(std::string_view first_word) const { return rules_.any_for(lower_case(first_word)); }

void Engine::database_changed() {
  for (const auto& name : rules_.per_database()) learned_.erase(name);
}

bool Engine::contains(const std::string& set, const std::string& value) const {
  if (const auto found = learned_.find(set); found != learned_.end() && found->second.contains(value))
    return true;
  if (const auto found = unlearned_.find(set); found != unlearned_.end() && found->second.contains(value))
    return false;
  const auto fixed = rules_.sets().find(set);
  const bool found = fixed != rules_.sets().end() && fixed->second.contains(value);
  if (found && rules_.given().contains(set)) met_.insert(value);
  return found;
}

std::vector<std::string> Engine::unmet() const {
  std::set<std::string> out;
  for (const auto& [set, members] : rules_.given())
    for (const auto& member : members) {
      const bool new_name =
          std::any_of(renames_.begin(), renames_.end(), [&](const auto& r) { return r.second == member; });
      if (!met_.contains(member) && !new_name) out.insert(member);
    }
  return {out.begin(), out.end()};
}

std::string Engine::value_of(const Template& text, const Scope& scope) const {
  std::string out;
  for (const auto& part : text.parts) {
    if (part.capture.empty()) {
      out += part.literal;
    } else if (part.capture == "@database") {
      out += scope.database;
    } else {
      auto range = scope.range(part.capture);
      if (part.how == "schema" || part.how == "last") range = scope.part(range, part.how);
      out += scope.value(range);
    }
  }
  return out;
}

std::string Engine::render(const Template& text, const Scope& scope) const {
  std::string out;
  bool tagged = false;
  for (const auto& part : text.parts) {
    if (part.capture == "$") {
      tagged = true;
    } else if (part.capture.empty()) {
      out += part.literal;
    } else if (part.capture == "@database") {
      out += scope.database;
    } else {
      const auto range = scope.range(part.capture);
      if (part.how == "literal") {
        out += quote_literal(scope.value(range));
      } else if (part.how == "value") {
        out += scope.value(range);
      } else if (part.how == "renamed") {
        const auto renamed = renames_.find(scope.value(range));
        out +=
            renamed == renames_.end() ? std::string(scope.text_of(range)) : write_role_name(renamed->second);
      } else if (part.how.empty()) {
        out += scope.text_of(range);
      } else {
        out += scope.text_of(scope.part(range, part.how));
      }
    }
  }
  if (!tagged) return out;
  const auto tag = unused_tag({out});
  Template with_tag = text;
  for (auto& part : with_tag.parts)
    if (part.capture == "$") part = {tag, {}, {}};
  return render(with_tag, scope);
}

bool Engine::holds(const Condition& condition, Scope& scope) const {
  const auto test = [&] {
    const auto value = value_of(condition.subject, scope);
    bool found = false;
    switch (condition.test) {
      case Condition::Test::in_set:
        found = contains(condition.set, value);
        break;
      case Condition::Test::in_list:
        found = std::find(condition.values.begin(), condition.values.end(), value) != condition.values.end();
        break;
      case Condition::Test::like:
        found = std::any_of(
            condition.values.begin(), condition.values.end(),
            [text = lower_case(value)](const auto& glob) { return glob_matches(lower_case(glob), text); });
        break;
    }
    return found != condition.negated;
  };
  // A list holds by those of its elements that do; the rule is about these from here on.
  for (const auto& part : condition.subject.parts) {
    if (part.capture.empty() || part.capture == "@database") continue;
    const auto* c = scope.capture(part.capture);
    if (c == nullptr || !c->set) return condition.negated;
    if (c->elements.size() < 2 && !scope.chosen.contains(part.capture)) {
      if (c->elements.size() == 1) scope.chosen[part.capture] = {0};
      continue;
    }
    std::vector<std::size_t> passing;
    for (const auto i : scope.elements(part.capture)) {
      scope.current[part.capture] = i;
      if (test()) passing.push_back(i);
    }
    scope.current.erase(part.capture);
    scope.chosen[part.capture] = passing;
    return !passing.empty();
  }
  return test();
}

// Conditions on captures of the match alone; those on a clause's captures are asked at the clause.
bool Engine::applies(const Rule& rule, Scope& scope) const {
  return std::all_of(rule.where.begin(), rule.where.end(), [&](const Condition& condition) {
    const auto mine = [&](const Template::Part& part) {
      return part.capture.empty() || part.capture == "@database" || scope.capture(part.capture) != nullptr;
    };
    const auto& parts = condition.subject.parts;
    return !std::all_of(parts.begin(), parts.end(), mine) || holds(condition, scope);
  });
}

void Engine::memorize(const Rule& rule, Scope& scope) {
  for (const auto& memo : rule.remember)
    scope.for_each_element(memo.value, [&] {
      const auto value = value_of(memo.value, scope);
      learned_[memo.set].insert(value);
      unlearned_[memo.set].erase(value);
    });
  for (const auto& memo : rule.forget)
    scope.for_each_element(memo.value, [&] {
      const auto value = value_of(memo.value, scope);
      learned_[memo.set].erase(value);
      unlearned_[memo.set].insert(value);
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
    const auto* list = scope.capture(rule.take);
    if (list == nullptr || !list->set) return false;
    const auto gone = scope.elements(rule.take);
    all_taken = gone.size() == list->elements.size();
    std::vector<bool> is_gone(list->elements.size());
    for (const auto i : gone) is_gone[i] = true;
    // An element goes with the comma before it; while none stays before it, with the comma behind it.
    bool stays_before = false;
    for (std::size_t i = 0; i < list->elements.size() && !all_taken; ++i) {
      if (!is_gone[i]) {
        stays_before = true;
      } else if (stays_before) {
        edits.push_back(
            {tokens[list->elements[i - 1].last - 1].end(), tokens[list->elements[i].last - 1].end(), {}});
      } else {
        edits.push_back(
            {tokens[list->elements[i].first].begin, tokens[list->elements[i + 1].first].begin, {}});
      }
    }
  }
  for (const auto& [name, text] : rule.replace) {
    const auto* captured = scope.capture(name);
    if (captured == nullptr || !captured->set) continue;
    for (const auto i : scope.elements(name)) {
      scope.current[name] = i;
      const auto range = captured->elements[i];
      const Edit change{tokens[range.first].begin, tokens[range.last - 1].end(), render(text, scope)};
      if (working.statement.text.substr(change.begin, change.end - change.begin) != change.with)
        edits.push_back(change);
    }
    scope.current.erase(name);
  }
  if (!rule.clauses.empty()) {
    std::size_t at = scope.match.range.last;
    const auto base = at < tokens.size() ? tokens[at].depth : 0;
    const auto matches = [&](const Pattern& pattern) {
      return pattern.match(working.statement, at).matched == Matched::yes;
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
          auto found = clause.pattern.match(working.statement, at);
          if (found.matched != Matched::yes || found.range.empty()) continue;
          Scope inner = scope;
          inner.clause_pattern = &clause.pattern;
          inner.clause = std::move(found);
          // The conditions on the clause's own captures, which had to wait.
          if (!std::all_of(rule.where.begin(), rule.where.end(),
                           [&](const Condition& c) { return holds(c, inner); }))
            continue;
          if (edits.empty()) what = what_of(rule, inner);
          const auto range = inner.clause.range;
          if (clause.with.empty()) {
            remove(tokens[range.first].begin, tokens[range.last - 1].end());
          } else {
            edits.push_back(
                {tokens[range.first].begin, tokens[range.last - 1].end(), render(clause.with, inner)});
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
  struct Insertion {
    std::string before, after, key;
  };
  std::vector<Insertion> insertions;
  // One insertion for each element of the list that any of the texts names.
  const auto add = [&] {
    Insertion one{render(rule.before, scope), render(rule.after, scope), {}};
    if (!rule.once.empty()) one.key = rule.id + '\n' + value_of(rule.once, scope);
    insertions.push_back(std::move(one));
  };
  Template all = rule.before;
  for (const auto* text : {&rule.after, &rule.once})
    all.parts.insert(all.parts.end(), text->parts.begin(), text->parts.end());
  scope.for_each_element(all, add);

  bool any = false;
  for (auto& one : insertions) {
    if (!one.key.empty() && done_once_.contains(one.key)) continue;
    if (!one.key.empty()) working.keys.push_back(one.key);
    if (!one.before.empty()) {
      const auto hash = std::hash<std::string>{}(one.before);
      if (std::find(recent_.begin(), recent_.end(), hash) != recent_.end()) continue;
      verdict.before.push_back(std::move(one.before));
    }
    if (!one.after.empty()) verdict.after.insert(verdict.after.begin(), std::move(one.after));
    any = true;
  }
  return any;
}

std::string Engine::what_of(const Rule& rule, Scope& scope) const {
  std::string what;
  scope.for_each_element(rule.what, [&] {
    if (!what.empty()) what += "; ";
    what += render(rule.what, scope);
  });
  return what.empty() ? rule.summary : what;
}

void Engine::apply(const Rule& rule, Scope& scope, Working& working, Verdict& verdict) {
  bool changed = true;
  std::string what = what_of(rule, scope);  // names as they are before the edit

  switch (rule.action) {
    case Action::note:
    case Action::keep:
      changed = false;
      break;
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
        scope.for_each_element(rule.guard, [&] {
          auto guard = render(rule.guard, scope);
          if (std::find(working.guards.begin(), working.guards.end(), guard) == working.guards.end())
            working.guards.push_back(std::move(guard));
        });
      }
      if (!rule.refusals.empty()) working.handlers.push_back({&rule, render(rule.otherwise, scope)});
      break;
    case Action::inject:
      changed = inject(rule, scope, working, verdict);
      break;
    case Action::warn:
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
  const auto tag = unused_tag({body});
  return "DO " + tag + "BEGIN " + body + " END" + tag + ";";
}

Verdict Engine::weigh(const TokenText& statement, std::string_view database, Lexer::Settings settings) {
  Verdict verdict;
  Working working;
  working.statement = statement;
  working.settings = settings;
  if (statement.tokens.empty()) return verdict;
  const auto& first = statement.tokens.front();
  if (first.kind != TokenKind::word && first.kind != TokenKind::meta) return verdict;
  bool settled = false;
  const std::string first_word = lower_case(statement.of(first));
  const bool has_second = statement.tokens.size() > 1 && statement.tokens[1].kind == TokenKind::word;
  const std::string second_word = has_second ? lower_case(statement.of(statement.tokens[1])) : std::string();
  if (!statement.complete && statement.tokens.size() < 2) {
    // Nothing is known yet but the first word.
    for (const auto& rule : rules_.rules())
      if (verdict.undecided.empty() && rule.match.front().first_words() == std::vector{first_word})
        verdict.undecided.push_back(&rule);
    return verdict;
  }
  for (const auto index : rules_.for_words(first_word, second_word)) {
    const auto& rule = rules_.rules()[index];
    for (const auto& pattern : rule.match) {
      auto match = pattern.match(working.statement);
      if (match.matched == Matched::undecided && rule.action != Action::note)
        verdict.undecided.push_back(&rule);
      if (match.matched != Matched::yes) continue;
      Scope scope{working.statement, &pattern, std::move(match), nullptr, {}, database, {}, {}};
      if (!applies(rule, scope)) continue;
      memorize(rule, scope);
      apply(rule, scope, working, verdict);
      settled = rule.action == Action::keep || verdict.fate == Verdict::Fate::remove;
      break;
    }
    if (settled) break;
  }
  // What we inject begins with one of these.
  if (statement.complete &&
      (first_word == "do" || first_word == "grant" || first_word == "create" || first_word == "set")) {
    recent_[recent_at_] = std::hash<std::string_view>{}(statement.text);
    recent_at_ = (recent_at_ + 1) % recent_.size();
  }
  if (verdict.fate == Verdict::Fate::remove) return verdict;
  done_once_.insert(working.keys.begin(), working.keys.end());
  const bool wrapped = !working.guards.empty() || !working.handlers.empty();
  if (working.edited || wrapped || !verdict.before.empty() || !verdict.after.empty()) {
    verdict.fate = Verdict::Fate::change;
    verdict.text = wrapped ? in_do_block(working) : std::string(working.statement.text);
  }
  return verdict;
}

}  // namespace sluice
