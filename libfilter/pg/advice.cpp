#include "libfilter/pg/advice.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "libfilter/dump/names.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/rules/builtin.hpp"
#include "libfilter/rules/toml_file.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 9> kPlaceholders = {
    "host", "server", "port", "user", "database", "address", "service", "roots", "seconds"};
constexpr std::array<std::string_view, 13> kSigns = {
    "expired", "not-yet-valid", "self-signed", "unknown-root",       "rds-root", "wrong-name",      "no-tls",
    "http",    "direct-tls",    "ipv6-only",   "client-certificate", "token",    "password-command"};

bool contains(const auto& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

// Calls literal(text) and placeholder(name) in turn. Throws Failure::usage for a name that is none.
void each_part(std::string_view text, auto literal, auto placeholder) {
  while (!text.empty()) {
    const auto open = text.find('{');
    literal(text.substr(0, open));
    if (open == std::string_view::npos) return;
    const auto close = text.find('}', open);
    const auto name = text.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
    if (close == std::string_view::npos || !contains(kPlaceholders, name))
      throw Failure(Failure::Kind::usage, "unknown placeholder {" + std::string(name) + "}",
                    "expected one of: " + list_of(kPlaceholders, [](auto p) { return std::string(p); }));
    placeholder(name);
    text.remove_prefix(close + 1);
  }
}

// A name of the user's behind BEFORE, such that what is pasted into a shell, or between the quotes of SQL, is
// this name and nothing more.
std::string quoted(const std::string& name, char before) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80 ||
           std::string_view("_-.:@/%+,=").find(c) != std::string_view::npos;
  });
  if (plain || (before != ' ' && before != '"' && before != '\'')) return name;
  std::string out(before == ' ' ? "'" : "");
  for (const char c : name)
    if (before == ' ' && c == '\'')
      out += "'\\''";
    else
      out += std::string(before != ' ' && c == before ? 2 : 1, c);
  return out + (before == ' ' ? "'" : "");
}

enum class Text { sentence, step };

std::string fill(std::string_view text, const Particulars& values, Text kind) {
  std::string out;
  each_part(
      text, [&](std::string_view part) { out += part; },
      [&](std::string_view name) {
        const auto found = values.find(name);
        const std::string value = found == values.end() || found->second.empty() ? "…" : found->second;
        const bool prose = name == "service" || name == "roots";
        out += prose || kind == Text::sentence || out.empty() ? value : quoted(value, out.back());
      });
  return out;
}

// The text in the order in which a client met its errors: a part is a line with the lines that belong to
// it, which are indented or begin with one of the server's labels.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    const bool continues = line.empty() || line.front() == ' ' || line.front() == '\t' ||
                           line.starts_with("DETAIL:") || line.starts_with("HINT:") ||
                           line.starts_with("CONTEXT:") || line.starts_with("LOCATION:");
    if (continues && !parts.empty())
      parts.back() = text.substr(static_cast<std::size_t>(parts.back().data() - text.data()),
                                 end - static_cast<std::size_t>(parts.back().data() - text.data()));
    else
      parts.push_back(line);
    begin = end + 1;
  }
  return parts;
}

// What speaks for an entry; the greater one wins. The members stand in the order of their weight.
struct Fit {
  std::size_t needs = 0;  // signs
  bool by_sign = false, by_words = false;
  std::size_t parts_behind = 0;  // the earlier the part that has the words, the more
  std::size_t letters = 0;       // of the glob for them
  bool by_state = false, of_service = false;
  auto operator<=>(const Fit&) const = default;
};

bool concerns(const std::vector<std::string>& wanted, const Service* service) {
  return service != nullptr && (contains(wanted, service->id) || contains(wanted, service->family));
}

std::optional<Fit> fit(const AdviceBook::Entry& entry, const Symptom& symptom, const Service* service,
                       const std::vector<std::string_view>& parts) {
  if (!entry.stages.empty() &&
      std::find(entry.stages.begin(), entry.stages.end(), symptom.stage) == entry.stages.end())
    return std::nullopt;
  const auto there = [&](const auto& sign) { return contains(symptom.signs, sign); };
  if (!std::all_of(entry.needs.begin(), entry.needs.end(), there)) return std::nullopt;
  if (!entry.services.empty() && !concerns(entry.services, service)) return std::nullopt;

  Fit out;
  out.needs = entry.needs.size();
  out.of_service = !entry.services.empty();
  out.by_sign = std::any_of(entry.signs.begin(), entry.signs.end(), there);
  out.by_state = contains(entry.sqlstates, symptom.sqlstate);
  for (std::size_t i = 0; i < parts.size() && !out.by_words; ++i)
    for (const auto& glob : entry.says)
      if (glob_matches(glob, parts[i])) {
        out.by_words = true;
        out.parts_behind = parts.size() - i;
        const auto stars = static_cast<std::size_t>(std::count(glob.begin(), glob.end(), '*'));
        out.letters = std::max(out.letters, glob.size() - stars);
      }
  const bool last_resort = entry.signs.empty() && entry.says.empty() && entry.sqlstates.empty();
  if (!last_resort && !out.by_sign && !out.by_words && !out.by_state) return std::nullopt;
  return out;
}

Stage parse_stage(const std::string& name) {
  if (const auto stage = stage_named(name)) return *stage;
  throw Failure(Failure::Kind::usage, "unknown stage '" + name + "'",
                "expected one of: settings, name, TCP, TLS, start-up, authentication, session, statement");
}

std::string parse_sign(const std::string& name) {
  if (contains(kSigns, name)) return name;
  throw Failure(Failure::Kind::usage, "unknown sign '" + name + "'",
                "expected one of: " + list_of(kSigns, [](auto s) { return std::string(s); }));
}

std::string parse_text(const std::string& text) {
  each_part(
      text, [](std::string_view) {}, [](std::string_view) {});
  return text;
}

std::string parse_state(const std::string& text) {
  if (text.size() == 5) return text;
  throw Failure(Failure::Kind::usage, "expected the five characters of an SQLSTATE, not '" + text + "'");
}

std::string place_of(const toml::table& table, const TomlOrigin& origin) {
  return origin.file + ":" + std::to_string(table.source().begin.line);
}

Service parse_service(const toml::table& table, const TomlOrigin& origin) {
  Service service;
  service.place = place_of(table, origin);
  std::string source;
  TableReader reader(table, origin, "[[service]]");
  reader.text("id", service.id);
  reader.text("family", service.family);
  reader.text("name", service.name);
  reader.text("role", service.role);
  reader.each("host", service.hosts, [](const std::string& host) {
    if (host != lower_case(host)) throw Failure(Failure::Kind::usage, "hosts are written in lower case");
    return host;
  });
  reader.strings("port", service.ports);
  reader.strings("notes", service.notes);
  reader.text("roots", service.roots);
  reader.strings("example", service.examples);
  reader.text("source", source);
  reader.read();
  if (service.id.empty()) reader.fail(table, "a service needs an id");
  if (service.name.empty()) reader.fail(table, "service '" + service.id + "' needs a name");
  if (service.hosts.empty()) reader.fail(table, "service '" + service.id + "' needs a host");
  if (service.family.empty()) service.family = service.id;
  return service;
}

AdviceBook::Entry::ForService parse_for(const toml::table& table, const TomlOrigin& origin) {
  AdviceBook::Entry::ForService out;
  TableReader reader(table, origin, "[[advice.for]]");
  reader.strings("service", out.services);
  reader.each("causes", out.causes, parse_text);
  reader.each("steps", out.steps, parse_text);
  reader.flag("instead", out.instead);
  reader.read();
  if (out.services.empty()) reader.fail(table, "[[advice.for]] needs a service");
  return out;
}

Symptom parse_example(const toml::table& table, const TomlOrigin& origin, const AdviceBook::Entry& entry) {
  Symptom out;
  TableReader reader(table, origin, "example");
  reader.key("stage", [&](const toml::node& node) { out.stage = parse_stage(reader.text_of(node)); });
  if (!entry.stages.empty()) out.stage = entry.stages.front();
  reader.text("sqlstate", out.sqlstate);
  reader.text("text", out.text);
  reader.text("service", out.service);
  reader.each("sign", out.signs, parse_sign);
  reader.read();
  return out;
}

AdviceBook::Entry parse_entry(const toml::table& table, const TomlOrigin& origin) {
  AdviceBook::Entry entry;
  entry.place = place_of(table, origin);
  TableReader reader(table, origin, "[[advice]]");
  reader.text("id", entry.id);
  reader.each("stage", entry.stages, parse_stage);
  reader.each("sqlstate", entry.sqlstates, parse_state);
  reader.strings("says", entry.says);
  reader.each("sign", entry.signs, parse_sign);
  reader.each("needs", entry.needs, parse_sign);
  reader.strings("service", entry.services);
  reader.flag("passes", entry.passes);
  reader.key("summary", [&](const toml::node& node) { entry.summary = parse_text(reader.text_of(node)); });
  reader.each("causes", entry.causes, parse_text);
  reader.each("steps", entry.steps, parse_text);
  reader.text("source", entry.source);
  reader.tables("for", [&](const toml::table& t) { entry.for_services.push_back(parse_for(t, origin)); });
  // Keys come in the order of the alphabet, and an example wants the entry's stage.
  std::vector<const toml::table*> examples;
  reader.tables("example", [&](const toml::table& t) { examples.push_back(&t); });
  reader.read();
  const auto need = [&](bool given, const std::string& what) {
    if (!given) reader.fail(table, "advice '" + entry.id + "' needs " + what);
  };
  need(!entry.id.empty(), "an id");
  need(!entry.summary.empty(), "a summary");
  need(!entry.steps.empty(), "steps");
  need(!examples.empty(), "an example");
  for (const auto* example : examples) entry.examples.push_back(parse_example(*example, origin, entry));
  return entry;
}

}  // namespace

void AdviceBook::add(std::string_view text, const std::string& name) {
  const TomlOrigin origin{name, "files of advice", "the format is described in rules/advice/README.md"};
  const auto root = parse_toml(text, origin);
  TableReader reader(root, origin, "a file of advice");
  reader.tables("service", [&](const toml::table& t) { services_.push_back(parse_service(t, origin)); });
  reader.tables("advice", [&](const toml::table& t) { entries_.push_back(parse_entry(t, origin)); });
  reader.read();
}

// What can only be said of all files together.
void AdviceBook::check() const {
  const auto fail = [](const std::string& place, const std::string& message) {
    throw Failure(Failure::Kind::usage, place + ": " + message, {},
                  "the format is described in rules/advice/README.md");
  };
  std::set<std::string> ids, services;
  for (const auto& service : services_)
    if (!services.insert(service.id).second)
      fail(service.place, "service '" + service.id + "' is there twice");
  const auto check_id = [&](const std::string& place, const std::string& id) {
    if (service(id) == nullptr) fail(place, "unknown service '" + id + "'");
  };
  for (const auto& service : services_) services.insert(service.family);
  const auto check_services = [&](const Entry& entry, const std::vector<std::string>& names) {
    for (const auto& name : names)
      if (!services.contains(name)) fail(entry.place, "unknown service or family '" + name + "'");
  };
  for (const auto& entry : entries_) {
    if (!ids.insert(entry.id).second) fail(entry.place, "advice id '" + entry.id + "' is used twice");
    check_services(entry, entry.services);
    for (const auto& block : entry.for_services) check_services(entry, block.services);
    for (const auto& example : entry.examples)
      if (!example.service.empty()) check_id(entry.place, example.service);
  }
}

AdviceBook AdviceBook::builtin() {
  AdviceBook book;
  for (const auto& file : builtin_advice_files()) book.add(file.text, "built-in " + std::string(file.name));
  book.check();
  return book;
}

AdviceBook AdviceBook::folder(const std::string& path) {
  AdviceBook book;
  for (const auto& file : toml_files(path, "the folder of advice"))
    book.add(read_text_file(file, "the file of advice"), file);
  book.check();
  return book;
}

AdviceBook AdviceBook::parse(std::string_view text, const std::string& name) {
  AdviceBook book;
  book.add(text, name);
  book.check();
  return book;
}

const Service* AdviceBook::recognise(std::string_view host, std::string_view port) const {
  auto name = host.starts_with('/') ? std::string(host) : lower_case(host);
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  if (name.empty()) name = "/";
  if (port.empty()) port = "5432";
  const auto found = std::find_if(services_.begin(), services_.end(), [&](const Service& service) {
    return (service.ports.empty() || contains(service.ports, port)) &&
           std::any_of(service.hosts.begin(), service.hosts.end(),
                       [&](const auto& glob) { return glob_matches(glob, name); });
  });
  return found == services_.end() ? nullptr : &*found;
}

const Service* AdviceBook::service(std::string_view id) const {
  const auto found = std::find_if(services_.begin(), services_.end(),
                                  [id](const auto& service) { return service.id == id; });
  return found == services_.end() ? nullptr : &*found;
}

const AdviceBook::Entry* AdviceBook::find(const Symptom& symptom) const {
  const auto* of = service(symptom.service);
  const auto parts = parts_of(symptom.text);
  const Entry* best = nullptr;
  Fit best_fit;
  for (const auto& entry : entries_) {
    const auto its = fit(entry, symptom, of, parts);
    if (its && (best == nullptr || *its > best_fit)) best = &entry, best_fit = *its;
  }
  return best;
}

Advice AdviceBook::advise(const Symptom& symptom, const Particulars& values) const {
  if (const auto* entry = find(symptom)) return written(*entry, service(symptom.service), values);
  Advice out;
  out.id = "unknown";
  out.summary = "no advice is known for this failure";
  return out;
}

std::optional<Advice> AdviceBook::explain(std::string_view words, std::string_view service_id,
                                          const Particulars& values) const {
  const auto* of = service(service_id);
  const auto parts = parts_of(words);
  const Entry* best = nullptr;
  Fit best_fit;
  for (const auto& entry : entries_) {
    Symptom symptom;  // of any stage that the entry is for
    if (!entry.stages.empty()) symptom.stage = entry.stages.front();
    const auto its = fit(entry, symptom, of, parts);
    if (its && its->by_words && (best == nullptr || *its > best_fit)) best = &entry, best_fit = *its;
  }
  if (best == nullptr) return std::nullopt;
  return written(*best, of, values);
}

Advice AdviceBook::written(const Entry& entry, const Service* of, const Particulars& values) {
  Advice out;
  auto known = values;
  if (of != nullptr) {
    known.try_emplace("service", of->name);
    known.try_emplace("roots", of->roots);
  }
  out.id = entry.id;
  out.passes = entry.passes;
  out.summary = fill(entry.summary, known, Text::sentence);
  const auto say = [&](const std::vector<std::string>& texts, std::vector<std::string>& into) {
    const auto kind = &into == &out.steps ? Text::step : Text::sentence;
    for (const auto& text : texts) into.push_back(fill(text, known, kind));
  };
  bool causes_too = true, steps_too = true;
  for (const auto& block : entry.for_services) {
    if (!concerns(block.services, of)) continue;
    say(block.causes, out.causes);
    say(block.steps, out.steps);
    if (block.instead && !block.causes.empty()) causes_too = false;
    if (block.instead && !block.steps.empty()) steps_too = false;
  }
  if (causes_too) say(entry.causes, out.causes);
  if (steps_too) say(entry.steps, out.steps);
  return out;
}

std::vector<AdviceBook::Example> AdviceBook::examples() const {
  std::vector<Example> out;
  for (const auto& entry : entries_)
    for (const auto& symptom : entry.examples) out.push_back({entry.id, entry.place, symptom});
  return out;
}

}  // namespace sluice
