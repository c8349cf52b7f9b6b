#include "libfilter/restore/explain.hpp"

#include <algorithm>
#include <array>

#include "libfilter/dump/copy_format.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/restore/secrets.hpp"
#include "libfilter/restore/terminal_text.hpp"
#include "libfilter/rules/engine.hpp"

namespace sluice {

namespace {

constexpr std::size_t kLongest = 600;  // bytes of the server's words
constexpr std::size_t kValue = 80;     // of a value out of the data
constexpr std::size_t kContexts = 4;   // lines

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string count(std::uint64_t value, const std::string& one) {
  return number(value) + " " + one + (value == 1 ? "" : "s");
}

template <class Line>
void each_line(std::string_view text, Line line) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// The server's words, several lines as one.
std::string one_line(std::string_view text) {
  std::string out;
  each_line(text, [&](std::string_view line) {
    const auto begin = std::min(line.find_first_not_of(" \t"), line.size());
    if (begin < line.size()) out.append(out.empty() ? "" : "; ").append(line.substr(begin));
  });
  return printable(out, kLongest);
}

void show(const std::optional<Excerpt>& excerpt, const std::string& label, std::vector<std::string>& into) {
  if (!excerpt) return;
  into.push_back(label + excerpt->text);
  into.push_back(std::string(columns_of(label) + excerpt->caret, ' ') + "^");
}

// The value of the column that the server names, as it is meant.
std::optional<std::string> value_of(const Incident& incident) {
  const auto tokens = tokens_of(incident.statement);
  const auto copies = copies_of(incident.statement, tokens);
  if (copies.empty()) return std::nullopt;
  const auto& [table, columns, listed, format] = copies.front();
  const auto& name = incident.row->column;
  const auto column = std::find(columns.begin(), columns.end(), name);
  if (column == columns.end()) return std::nullopt;
  std::vector<std::string_view> fields;
  split_fields(incident.row->bytes, format, fields);
  const auto at = static_cast<std::size_t>(column - columns.begin());
  if (at >= fields.size()) return std::nullopt;
  std::string value;
  if (!decode_field(fields[at], format, name, value)) return "NULL";
  return value;
}

std::string between_quotes(const std::string& value) { return "\"" + printable(value, kValue) + "\""; }

void say_row(const Incident& incident, StatementSecrets& secrets, std::vector<std::string>& details) {
  const auto& row = *incident.row;
  std::string text = "the COPY is on line " + number(incident.line) + ", the row begins at byte " +
                     number(row.offset) + " of the input";
  if (!row.column.empty()) {
    text += "; column " + printable(row.column, kValue);
    if (const auto value = value_of(incident)) {
      if (names_secret(row.column)) secrets.add(*value);
      text += ": " + (names_secret(row.column) ? "***" : *value == "NULL" ? *value : between_quotes(*value));
    }
  }
  details.push_back(text);
  // Too many columns, or too few: the row says more than its parts.
  if (row.column.empty() && !row.bytes.empty()) details.push_back("the row: " + printable(row.bytes, kValue));
}

void say_rows(const Incident& incident, std::vector<std::string>& details) {
  if (incident.rows_skipped > 0) {
    std::string text = count(incident.rows_skipped, "data row") + " skipped";
    const auto lines = std::count(incident.statement.begin(), incident.statement.end(), '\n');
    const auto first = incident.line + static_cast<std::uint64_t>(lines) + 1;
    if (incident.last_line > 0 && incident.rows_loaded == 0)
      text += " (lines " + number(first) + "-" + number(incident.last_line) + ")";
    else if (incident.last_line > 0)
      text += " (up to line " + number(incident.last_line) + ")";
    details.push_back(text);
  }
  if (incident.rows_loaded > 0)
    details.push_back(count(incident.rows_loaded, "row") + " of it " +
                      (incident.rows_loaded == 1 ? "is" : "are") + " loaded already and stay" +
                      (incident.rows_loaded == 1 ? "s" : ""));
}

// What the server says of the place in a function; that of COPY data is ours to say.
void say_context(const std::string& context, const Incident& incident, std::vector<std::string>& details) {
  std::size_t told = 0;
  each_line(context, [&](std::string_view line) {
    if (line.empty() || (incident.is_copy && line.starts_with("COPY ")) || told == kContexts) return;
    details.push_back("context: " + printable(line, kLongest));
    ++told;
  });
}

// The words as libpq would have them, which is how the advice knows them.
std::string words_of(const ServerError& error) {
  std::string text = (error.severity.empty() ? "ERROR" : error.severity) + ":  " + error.message;
  if (!error.detail.empty()) text += "\nDETAIL:  " + error.detail;
  if (!error.hint.empty()) text += "\nHINT:  " + error.hint;
  return text;
}

bool is_member(const Object& object) {
  return object.space == NameSpace::constraint || object.space == NameSpace::trigger ||
         object.space == NameSpace::rule || object.space == NameSpace::policy;
}

}  // namespace

std::string written(const ObjectName& name) {
  return name.schema.empty() ? name.name : name.schema + "." + name.name;
}

std::string label_of(const Object& object) {
  const auto name = is_member(object) ? object.name.name : written(object.name) + object.signature;
  std::string out(object.type);
  if (!object.of.empty() && object.of != object.type &&
      (object.act == Object::Act::describe || object.act == Object::Act::grant))
    out += (out.empty() ? "" : " on ") + std::string(object.of);
  if (!name.empty()) out += (out.empty() ? "" : " ") + name;
  if ((is_member(object) || object.type == "INDEX") && !object.table.empty() && !name.empty() &&
      object.table != object.name)
    out += " on " + written(object.table);
  return printable(out);
}

// Whether a rule would have helped: asked of the rules themselves, with this statement alone.
struct Explainer::Rules {
  std::optional<RuleSet> set;

  // A rule says in its `why` what the server would have said. One that is for another refusal does not help.
  static bool fits(const Rule& rule, const ServerError& error) {
    if (rule.action == Action::note || rule.action == Action::keep || rule.action == Action::warn)
      return false;
    const bool any_state = names_a_state(rule.why);
    if (any_state && names(rule.why, error.sqlstate)) return true;
    if (without_names(rule.why).find(without_names(error.message)) != std::string::npos) return true;
    return !any_state && error.sqlstate == "42501" &&
           (rule.why.find("must be ") != std::string::npos ||
            rule.why.find("permission denied") != std::string::npos);
  }

 private:
  static bool names(std::string_view why, std::string_view state) {
    for (auto at = why.find(state); at != std::string_view::npos; at = why.find(state, at + 1))
      if (at > 0 && (why[at - 1] == '(' || why[at - 1] == ' ')) return true;
    return false;
  }

  // (42501), (42501:, 42704 or 42710)
  static bool names_a_state(std::string_view why) {
    std::size_t length = 0, digits = 0;
    for (std::size_t i = 0; i <= why.size(); ++i) {
      const char c = i < why.size() ? why[i] : ' ';
      const bool digit = c >= '0' && c <= '9';
      if (digit || (c >= 'A' && c <= 'Z')) {
        ++length;
        digits += digit ? 1U : 0U;
        continue;
      }
      if (length == 5 && digits >= 2) return true;
      length = digits = 0;
    }
    return false;
  }

  static std::string without_names(std::string_view text) {
    std::string out;
    bool inside = false;
    for (const char c : text) {
      if (c == '"') inside = !inside;
      if (!inside) out += c;
    }
    return out;
  }
};

Explainer::Explainer(const AdviceBook& book, Surroundings surroundings)
    : book_(book), surroundings_(std::move(surroundings)) {}
Explainer::~Explainer() = default;

std::string Explainer::profile() const {
  const auto* service = book_.service(surroundings_.service);
  if (service != nullptr && service->family.starts_with("rds")) return "rds";
  return surroundings_.superuser ? "vanilla" : "portable";
}

void Explainer::look_for_rules(const Incident& incident, Said& out) {
  const auto& error = incident.error;
  if (!surroundings_.rules || incident.is_copy || error.sqlstate.empty() || error.message.empty()) return;
  const int major = surroundings_.server_version / 10000;
  if (!rules_) {
    rules_ = std::make_unique<Rules>();
    Selection selection;
    selection.to = profile();
    selection.from = "any";
    selection.target_version = major;
    rules_->set = surroundings_.rules().select(selection);
  }
  const std::string statement = incident.statement + ";";
  const auto tokens = tokens_of(statement);
  Engine engine(*rules_->set, "sanitize-rds", {});
  const auto database = surroundings_.values.find("database");
  const auto verdict =
      engine.weigh({statement, tokens, true},
                   database == surroundings_.values.end() ? std::string_view() : database->second, {});
  if (verdict.fate == Verdict::Fate::pass) return;
  bool adds = true;
  for (const auto& finding : verdict.findings)
    if (Rules::fits(*finding.rule, error)) {
      if (std::find(out.rules.begin(), out.rules.end(), finding.rule->id) == out.rules.end())
        out.rules.push_back(finding.rule->id);
      adds = adds && finding.rule->action == Action::inject;
    }
  if (out.rules.empty()) return;
  std::string names;
  for (const auto& id : out.rules) names += (names.empty() ? "" : ", ") + id;
  out.hints.push_back("sanitize-rds --to " + profile() +
                      (major > 0 ? " --to-version " + number(static_cast<std::uint64_t>(major)) : "") +
                      (verdict.fate == Verdict::Fate::remove ? " takes this out"
                       : adds                                ? " adds what this lacks"
                                                             : " changes this") +
                      (out.rules.size() == 1 ? " (rule " : " (rules ") + names +
                      "): put it into the pipe before pg-restore-stream");
}

void Explainer::advise(const Incident& incident, Said& out) {
  const auto advice = book_.advise(
      {Stage::statement, incident.error.sqlstate, words_of(incident.error), surroundings_.service, {}},
      surroundings_.values);
  // The last resort knows no more than whoever reads the words.
  if (advice.id == "statement" || advice.id == "unknown") return;
  out.advice = advice.id;
  out.details.push_back(printable(advice.summary, kLongest));
  const auto [first, is_new] = advised_.emplace(advice.id, incident.line);
  if (!is_new) {
    out.hints.push_back("what to do: as for the error of line " + number(first->second));
    return;
  }
  bool likeliest = true;
  for (const auto& cause : advice.causes) {
    out.details.push_back((likeliest ? "likely: " : "or: ") + printable(cause, kLongest));
    likeliest = false;
  }
  std::uint64_t step = 0;
  for (const auto& text : advice.steps)
    out.hints.push_back(number(++step) + ". " + printable(text, kLongest));
}

Said Explainer::explain(const Incident& incident) {
  const auto& error = incident.error;
  Said out;
  const auto tokens = tokens_of(incident.statement);
  StatementSecrets secrets(incident.statement, tokens);
  std::vector<std::string> place;
  if (incident.row) say_row(incident, secrets, place);
  const auto shown = [&](const std::string& text) { return secrets.masked(text); };

  out.message = one_line(shown(error.message));
  out.detail = one_line(shown(error.detail));
  out.hint = one_line(shown(error.hint));
  out.context = one_line(shown(error.context));
  out.error =
      printable(surroundings_.file) + ":" + number(incident.row ? incident.row->line : incident.line) + ": ";
  if (auto label = label_of(incident.object); !label.empty()) {
    if (incident.row) label += ", row " + number(incident.row->number);
    out.error += label + ": ";
  }
  out.error += out.message.empty() ? "it failed, and nothing was said of why" : out.message;
  if (!error.sqlstate.empty()) out.error += " (" + printable(error.sqlstate) + ")";

  out.details = std::move(place);
  const auto excerpt = excerpt_at(incident.statement, error.position, secrets.spans());
  if (excerpt)
    show(excerpt, "line " + number(incident.line + excerpt->lines_before) + ": ", out.details);
  else if (incident.object.name.empty() && !incident.row && error.internal_position == 0)
    if (const auto beginning = excerpt_at(incident.statement, 1, secrets.spans());
        beginning && !beginning->text.empty())
      out.details.push_back("line " + number(incident.line) + ": " + beginning->text);
  if (error.internal_position > 0) {
    const auto inner_tokens = tokens_of(error.internal_query);
    const StatementSecrets inner(error.internal_query, inner_tokens);
    show(excerpt_at(error.internal_query, error.internal_position, inner.spans()),
         "which runs: ", out.details);
  }
  if (!error.detail.empty()) out.details.push_back(out.detail);
  say_context(shown(error.context), incident, out.details);
  say_rows(incident, out.details);
  if (!error.hint.empty()) out.hints.push_back("the server's own: " + out.hint);
  if (told_++ >= kMostAdvised) return out;
  look_for_rules(incident, out);
  advise(incident, out);
  return out;
}

}  // namespace sluice
