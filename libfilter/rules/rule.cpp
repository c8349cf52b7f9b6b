#include "libfilter/rules/rule.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "libfilter/dump/names.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/rules/toml_file.hpp"

namespace sluice {
namespace {

constexpr std::array<std::pair<std::string_view, Action>, 12> kActions = {
    {{"note", Action::note},
     {"keep", Action::keep},
     {"comment", Action::comment},
     {"drop", Action::drop},
     {"strip", Action::strip},
     {"take", Action::take},
     {"replace", Action::replace},
     {"wrap", Action::wrap},
     {"attempt", Action::attempt},
     {"inject", Action::inject},
     {"skip-database", Action::skip_database},
     {"warn", Action::warn}}};

Failure bad(const std::string& expected) { return Failure(Failure::Kind::usage, "expected " + expected); }

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

std::string_view action_name(Action action) {
  return std::find_if(kActions.begin(), kActions.end(), [&](const auto& a) { return a.second == action; })
      ->first;
}

Template Template::parse(std::string_view text) {
  static const std::map<std::string_view, Kind> kHow = {{"", Kind::as_written}, {"literal", Kind::literal},
                                                        {"value", Kind::value}, {"schema", Kind::schema},
                                                        {"last", Kind::last},   {"renamed", Kind::renamed}};
  Template out;
  std::string own;
  const auto flush = [&] {
    if (!own.empty()) out.parts.push_back({Kind::own, std::exchange(own, {}), 0});
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      own.push_back(text[i]);
      continue;
    }
    const auto close = text.find('}', i);
    if (close == std::string_view::npos) throw bad("'}' behind '{' in: " + std::string(text));
    const auto inside = text.substr(i + 1, close - i - 1);
    const auto colon = inside.find(':');
    const auto name = inside.substr(0, colon);
    const auto how = colon == std::string_view::npos ? std::string_view() : inside.substr(colon + 1);
    const auto found = kHow.find(how);
    if (found == kHow.end())
      throw bad("{capture:literal|value|schema|last|renamed}, not {" + std::string(inside) + "}");
    flush();
    const auto kind = name == "$" ? Kind::tag : name == "@database" ? Kind::database : found->second;
    out.parts.push_back({kind, std::string(name), 0});
    i = close;
  }
  flush();
  constexpr std::size_t kOfAName = 24;
  for (const auto& part : out.parts) out.length += part.is_capture() ? kOfAName : part.text.size();
  return out;
}

Condition Condition::parse(std::string_view text) {
  const auto words = [&](std::string_view word) { return text.find(word); };
  Condition out;
  std::size_t at = words(" not in "), length = 8;
  if (at != std::string_view::npos) {
    out.negated = true;
  } else if ((at = words(" not like ")) != std::string_view::npos) {
    out.negated = true, out.test = Test::like, length = 10;
  } else if ((at = words(" like ")) != std::string_view::npos) {
    out.test = Test::like, length = 6;
  } else if ((at = words(" in ")) != std::string_view::npos) {
    length = 4;
  } else {
    throw bad("'{capture} [not] in SET', '... in (a, b)' or '... like GLOB or (GLOB, GLOB)', not: " +
              std::string(text));
  }
  out.subject = Template::parse(trim(text.substr(0, at)));
  auto object = trim(text.substr(at + length));
  if (object.empty()) throw bad("something behind 'in' or 'like' in: " + std::string(text));
  if (object.front() == '(') {
    if (object.back() != ')') throw bad("')' at the end of: " + std::string(text));
    if (out.test == Test::in_set) out.test = Test::in_list;
    object = object.substr(1, object.size() - 2);
    for (std::size_t begin = 0; begin <= object.size();) {
      const auto comma = std::min(object.find(',', begin), object.size());
      out.values.emplace_back(trim(object.substr(begin, comma - begin)));
      begin = comma + 1;
    }
  } else if (out.test == Test::like) {
    out.values.emplace_back(object);
  } else {
    out.set = object;
  }
  if (out.test == Test::like)
    for (auto& glob : out.values) glob = lower_case(glob);
  return out;
}

VersionRange VersionRange::parse(std::string_view text) {
  const auto number = [&](std::string_view digits) {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size() || value < 1)
      throw bad("a version such as '<=14', '>=16', '15' or '14-16', not '" + std::string(text) + "'");
    return value;
  };
  const auto dash = text.find('-');
  if (text.starts_with("<=")) return {0, number(text.substr(2))};
  if (text.starts_with(">=")) return {number(text.substr(2)), 9999};
  if (dash != std::string_view::npos) return {number(text.substr(0, dash)), number(text.substr(dash + 1))};
  return {number(text), number(text)};
}

namespace {

Memo parse_memo(const std::string& text) {
  const auto blank = text.find(' ');
  if (blank == std::string::npos || blank == 0) throw bad("'SET {capture}', not: " + text);
  return {text.substr(0, blank), Template::parse(trim(std::string_view(text).substr(blank)))};
}

// A capture has to be one of the patterns'; those of `until` tell nothing.
std::size_t number_of(const TableReader& reader, const toml::node& at, const Rule& rule,
                      const std::string& name) {
  const auto number = static_cast<std::size_t>(std::find(rule.captures.begin(), rule.captures.end(), name) -
                                               rule.captures.begin());
  const auto has = [&](const Pattern& pattern) { return pattern.captures(number); };
  if (std::none_of(rule.match.begin(), rule.match.end(), has) &&
      std::none_of(rule.clauses.begin(), rule.clauses.end(), [&](const Clause& c) { return has(c.pattern); }))
    reader.fail(at, "{" + name + "} is captured by no pattern of rule '" + rule.id + "'");
  return number;
}

void number_captures(const TableReader& reader, const toml::node& at, const Rule& rule, Template& text) {
  for (auto& part : text.parts)
    if (part.is_capture()) part.capture = number_of(reader, at, rule, part.text);
}

Rule parse_rule(const toml::table& table, const TomlOrigin& origin) {
  Rule rule;
  rule.file = origin.file;
  rule.line = static_cast<int>(table.source().begin.line);
  bool has_action = false;
  TableReader reader(table, origin, "[[rule]]");
  const auto pattern = [&](const std::string& text) { return Pattern(text, rule.captures); };

  reader.text("id", rule.id);
  reader.key("action", [&](const toml::node& node) {
    const auto name = reader.text_of(node);
    const auto found =
        std::find_if(kActions.begin(), kActions.end(), [&](const auto& a) { return a.first == name; });
    if (found == kActions.end())
      reader.fail(
          node, "unknown action '" + name + "'",
          "expected one of: " + list_of(kActions, [](const auto& a) { return std::string(a.first); }));
    rule.action = found->second;
    has_action = true;
  });
  reader.text("summary", rule.summary);
  reader.text("why", rule.why);
  reader.text("lost", rule.lost);
  reader.parsed("what", rule.what);
  reader.each("match", rule.match, pattern);
  reader.each("where", rule.where, [](const std::string& text) { return Condition::parse(text); });
  reader.each("strip", rule.clauses, [&](const std::string& text) { return Clause{pattern(text), {}}; });
  reader.key("find", [&](const toml::node& node) {
    for (const auto& [find, with] : reader.table_of(node))
      rule.clauses.push_back({pattern(std::string(find.str())), Template::parse(reader.text_of(with))});
  });
  reader.each("until", rule.until, pattern);
  reader.flag("anywhere", rule.anywhere);
  reader.flag("secret", rule.secret);
  std::string take;
  reader.text("take", take);
  std::vector<std::pair<std::string, Template>> replaced;
  reader.key("replace", [&](const toml::node& node) {
    for (const auto& [name, with] : reader.table_of(node))
      replaced.emplace_back(name.str(), Template::parse(reader.text_of(with)));
  });
  reader.parsed("guard", rule.guard);
  reader.strings("refusals", rule.refusals);
  reader.parsed("otherwise", rule.otherwise);
  reader.parsed("before", rule.before);
  reader.parsed("after", rule.after);
  reader.parsed("once", rule.once);
  reader.each("remember", rule.remember, parse_memo);
  reader.each("forget", rule.forget, parse_memo);
  reader.strings("to", rule.to);
  reader.parsed("target", rule.target);
  reader.text("option", rule.option);
  reader.tables("example", [&](const toml::table& t) {
    Rule::Example example;
    TableReader r(t, origin, "example");
    r.text("given", example.given);
    r.text("input", example.input);
    r.text("output", example.output);
    r.strings("with", example.with);
    r.key("target",
          [&](const toml::node& n) { example.target = static_cast<int>(n.value_or<std::int64_t>(0)); });
    r.read();
    rule.examples.push_back(std::move(example));
  });
  reader.read();

  const auto need = [&](bool given, const std::string& what) {
    if (!given) reader.fail(table, "rule '" + rule.id + "' needs " + what);
  };
  need(!rule.id.empty(), "an id");
  need(has_action, "an action");
  need(!rule.match.empty(), "a match");
  const bool speaks = rule.action != Action::note && rule.action != Action::keep;
  need(!speaks || !rule.summary.empty(), "a summary");
  switch (rule.action) {
    case Action::strip:
      need(!rule.clauses.empty(), "strip = [...], the clauses to take out");
      break;
    case Action::take:
      need(!take.empty(), "take = the name of a list capture");
      break;
    case Action::replace:
      need(!replaced.empty() || !rule.clauses.empty(), "replace = {...} or find = {...}");
      break;
    case Action::wrap:
      need(!rule.guard.empty() || !rule.refusals.empty(), "guard or refusals");
      break;
    case Action::attempt:
      need(!rule.refusals.empty(), "refusals = [...], PL/pgSQL condition names");
      break;
    case Action::inject:
      need(!rule.before.empty() || !rule.after.empty(), "before or after");
      break;
    default:
      break;
  }
  const auto number = [&](Template& text) { number_captures(reader, table, rule, text); };
  for (auto* text : {&rule.what, &rule.guard, &rule.otherwise, &rule.before, &rule.after, &rule.once})
    number(*text);
  for (auto& clause : rule.clauses) number(clause.with);
  for (auto& condition : rule.where) number(condition.subject);
  for (auto& memo : rule.remember) number(memo.value);
  for (auto& memo : rule.forget) number(memo.value);
  for (auto& [name, with] : replaced) {
    number(with);
    rule.replace.push_back({number_of(reader, table, rule, name), std::move(with)});
  }
  if (!take.empty()) rule.take = number_of(reader, table, rule, take);
  return rule;
}

}  // namespace

bool Rule::may_concern(const StatementShape& shape) const {
  // A rule whose clauses are all that it looks for has nothing to do where none can stand.
  const bool clauses_decide = !clauses.empty() && replace.empty() && remember.empty() && forget.empty();
  return std::any_of(match.begin(), match.end(), [&](const Pattern& p) { return p.may_match(shape); }) &&
         (!clauses_decide || std::any_of(clauses.begin(), clauses.end(), [&](const Clause& clause) {
           return clause.pattern.may_match(shape.words);
         }));
}

RuleFile RuleFile::parse(std::string_view text, const std::string& file) {
  const TomlOrigin origin{file, "rule files", "the format is described in pgsluice-rules(5)"};
  const toml::table root = parse_toml(text, origin);
  RuleFile out;
  TableReader reader(root, origin, "a rule file");
  reader.key("profile", [&](const toml::node& node) {
    TableReader profile(reader.table_of(node), origin, "[profile]");
    profile.text("name", out.name);
    profile.text("summary", out.summary);
    profile.strings("include", out.includes);
    profile.key("direction", [&](const toml::node& n) {
      const auto direction = profile.text_of(n);
      if (direction == "to") {
        out.direction = Direction::to;
      } else if (direction == "from") {
        out.direction = Direction::from;
      } else if (direction == "always") {
        out.direction = Direction::always;
      } else if (direction != "part") {
        profile.fail(n, "unknown direction '" + direction + "'", "expected one of: to, from, always, part");
      }
    });
    profile.read();
  });
  reader.key("sets", [&](const toml::node& node) {
    for (const auto& [name, value] : reader.table_of(node))
      out.sets[std::string(name.str())] = reader.strings_of(value);
  });
  reader.key("memory", [&](const toml::node& node) {
    TableReader memory(reader.table_of(node), origin, "[memory]");
    memory.strings("per-database", out.per_database);
    memory.read();
  });
  reader.key("rule", [&](const toml::node& node) {
    const auto* array = node.as_array();
    if (array == nullptr) reader.fail(node, "expected [[rule]]");
    for (const auto& item : *array) out.rules.push_back(parse_rule(reader.table_of(item), origin));
  });
  reader.read();
  std::set<std::string> ids;
  for (const auto& rule : out.rules)
    if (!ids.insert(rule.id).second)
      throw Failure(Failure::Kind::usage,
                    file + ":" + std::to_string(rule.line) + ": rule id '" + rule.id + "' is used twice");
  return out;
}

}  // namespace sluice
