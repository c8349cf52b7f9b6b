#include "libfilter/restore/causes.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/token_reader.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/restore/secrets.hpp"

namespace sluice {

namespace {

constexpr std::size_t kMostExtensions = 64;

template <std::size_t N>
bool is_one_of(std::string_view what, const std::array<std::string_view, N>& of) {
  return std::find(of.begin(), of.end(), what) != of.end();
}

bool says_missing(std::string_view state) {
  return is_one_of(state,
                   std::array<std::string_view, 6>{"42P01", "42704", "42883", "3F000", "3D000", "42703"});
}

// Tables, objects, functions, schemas, databases.
bool says_exists(std::string_view state) {
  return is_one_of(state, std::array<std::string_view, 5>{"42P07", "42710", "42723", "42P06", "42P04"});
}

// One letter for the spaces that a message does not tell apart.
char letter_of(NameSpace space) {
  switch (space) {
    case NameSpace::relation:
      return 'r';
    case NameSpace::type:
      return 't';
    case NameSpace::routine:
      return 'f';
    case NameSpace::schema:
      return 's';
    case NameSpace::database:
      return 'd';
    case NameSpace::role:
      return 'R';
    case NameSpace::tablespace:
      return 'T';
    case NameSpace::extension:
      return 'e';
    case NameSpace::none:
      return 0;
    default:
      return 'o';
  }
}

bool is_global(char letter) { return letter == 'd' || letter == 'R' || letter == 'T'; }

// Letters of the spaces that an error of this state may be about.
std::string_view letters_for(std::string_view state, std::string_view message) {
  if (state == "42P01" || state == "42703") return "r";
  if (state == "3F000") return "s";
  if (state == "3D000") return "d";
  if (state == "42883") return "fo";
  if (message.starts_with("role ")) return "R";
  if (message.starts_with("type ")) return "tr";  // a table is a type, too
  if (message.starts_with("tablespace ")) return "T";
  if (message.starts_with("extension ")) return "e";
  return "rtfosedRT";
}

// In every language a message has its names between quotes of some kind; function names have none.
std::vector<std::string> names_in_message(std::string_view state, std::string_view message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kQuotes = {
      {{"\"", "\""}, {"«", "»"}, {"»", "«"}, {"„", "“"}, {"“", "”"}}};
  std::vector<std::string> names;
  for (std::size_t at = 0; at < message.size();) {
    std::size_t open = std::string_view::npos;
    std::pair<std::string_view, std::string_view> quotes;
    for (const auto& pair : kQuotes)
      if (const auto found = message.find(pair.first, at); found < open) open = found, quotes = pair;
    if (open == std::string_view::npos) break;
    const auto begin = open + quotes.first.size();
    const auto end = message.find(quotes.second, begin);
    if (end == std::string_view::npos) break;
    auto name = message.substr(begin, end - begin);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    names.emplace_back(name);
    at = end + quotes.second.size();
  }
  if (state == "42883" && names.empty())
    if (const auto end = message.find('('); end != std::string_view::npos) {
      const auto begin = message.rfind(' ', end);
      names.emplace_back(message.substr(begin + 1, end - begin - 1));
    }
  // A column's own name says nothing: column "c" of relation "t".
  if (state == "42703" && !names.empty()) names.erase(names.begin());
  return names;
}

// The server writes a name as it is, without quotes of its own.
ObjectName as_said(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return {"", std::string(text)};
  return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

std::string without_names(std::string_view message) {
  std::string out;
  bool inside = false;
  for (const char c : message) {
    if (c == '"') inside = !inside;
    if (!inside) out += c;
  }
  return out;
}

// What makes two errors the same one.
std::size_t words_of(const Incident& incident) {
  const auto& error = incident.error;
  std::string text = error.sqlstate + "\n";
  text += says_exists(error.sqlstate) ? without_names(error.message) : error.message;
  // A mistake in a statement or a row is each its own, whatever the words.
  if (error.sqlstate == "42601") text += "\n" + std::to_string(incident.line);
  if (error.sqlstate.starts_with("22") || error.sqlstate.starts_with("23"))
    text += "\n" + incident.object.table.schema + "\n" + incident.object.table.name;
  return std::hash<std::string>{}(text);
}

// Names in one table are unique in that table only.
ObjectName own_name(const Object& object) {
  switch (object.space) {
    case NameSpace::constraint:
    case NameSpace::trigger:
    case NameSpace::rule:
    case NameSpace::policy:
      return {object.name.schema, object.table.name + "\n" + object.name.name};
    default:
      return object.name;
  }
}

// The statement makes what it names; a column's default, say, is no name of its own.
bool makes_its_name(const Object& object) {
  return object.act == Object::Act::define &&
         (object.type == object.of || object.of == "CONSTRAINT" || object.type == "SHELL TYPE");
}

bool has_words(std::string_view statement, std::string_view wanted) {
  const auto tokens = tokens_of(statement);
  TokenReader reader(statement, tokens);
  return reader.take_words(wanted);
}

}  // namespace

Ignored Ignored::parse(const std::string& text) {
  Ignored out;
  const auto colon = text.find(':');
  out.sqlstate = upper_case(text.substr(0, colon));
  if (colon != std::string::npos) out.word = upper_case(text.substr(colon + 1));
  const bool is_state = out.sqlstate.size() == 5 &&
                        std::all_of(out.sqlstate.begin(), out.sqlstate.end(),
                                    [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
  if (!is_state || (colon != std::string::npos && out.word.empty()))
    throw Failure(Failure::Kind::usage, "bad value for --ignore: '" + printable(text) + "'",
                  "expected SQLSTATE or SQLSTATE:WORD, such as 42710 or 42710:ROLE",
                  "the SQLSTATE stands at the end of each error, in parentheses");
  return out;
}

bool Ignored::covers(const Incident& incident) const {
  if (incident.error.sqlstate != sqlstate) return false;
  return word.empty() || word == incident.object.type || word == incident.object.of ||
         has_words(incident.statement, word);
}

Causes::Verdict Causes::judge(const Incident& incident) {
  const auto& state = incident.error.sqlstate;
  if (std::any_of(ignored_.begin(), ignored_.end(), [&](const auto& one) { return one.covers(incident); })) {
    // Nothing is remembered: what fails for want of it is an error of its own.
    ++passed_over_;
    if (state != "25P02") aborted_by_ = incident.line;
    return {Verdict::Kind::ignored, incident.line};
  }
  if (const auto root = cause_of(incident)) {
    ++consequences_;
    remember(incident, *root);
    if (state != "25P02") aborted_by_ = *root;
    return {Verdict::Kind::consequence, *root};
  }
  const auto words = words_of(incident);
  const auto before = said_.find(words);
  const bool again = before != said_.end() && state != "25P02";
  const auto root = again ? before->second : incident.line;
  ++(again ? repeats_ : roots_);
  if (!again && said_.size() < kMostRoots) said_.emplace(words, root);
  remember(incident, root);
  aborted_by_ = root;
  return {again ? Verdict::Kind::repeat : Verdict::Kind::root, root};
}

void Causes::connected() {
  std::erase_if(failed_, [](const auto& one) { return !one.second.global; });
  extensions_.clear();
  aborted_by_.reset();
}

std::optional<std::uint64_t> Causes::cause_of(const Incident& incident) const {
  const auto& state = incident.error.sqlstate;
  if (state == "25P02") return aborted_by_;
  if (says_exists(state) || state == "42601") return std::nullopt;
  const auto& object = incident.object;
  if (state == "42830" && !object.references.empty())
    if (const auto root = find(How::keyless, "r", object.references.schema, object.references.name))
      return root;
  if (state == "23503")
    if (const auto root = of_rows(incident)) return root;
  // SET ROLE says it with a state of its own.
  const bool no_role = state == "22023" && incident.error.message.starts_with("role ");
  if (says_missing(state) || no_role) {
    bool named = false;
    if (const auto root = named_in_message(incident, named)) return root;
    if (const auto root = of_own_object(incident)) return root;
    if (!named)
      if (const auto root = named_in_statement(incident)) return root;
    return of_extension(incident);
  }
  return of_own_object(incident);
}

std::optional<std::uint64_t> Causes::named_in_message(const Incident& incident, bool& any) const {
  const auto& error = incident.error;
  for (const auto& text : names_in_message(error.sqlstate, error.message)) {
    any = true;
    const auto name = as_said(text);
    if (const auto root = missing(error.sqlstate, error.message, name)) return root;
    if (!name.schema.empty())  // or a name with a dot in it
      if (const auto root = missing(error.sqlstate, error.message, {"", text})) return root;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Causes::missing(std::string_view state, std::string_view message,
                                             const ObjectName& name) const {
  const auto letters = letters_for(state, message);
  if (const auto root = find(How::missing, letters, name.schema, name.name)) return root;
  if (state != "42703") return std::nullopt;
  return find(How::other, letters, name.schema, name.name);
}

// Where the message tells no name: every name of the statement.
std::optional<std::uint64_t> Causes::named_in_statement(const Incident& incident) const {
  const auto& error = incident.error;
  const auto tokens = tokens_of(incident.statement);
  TokenReader reader(incident.statement, tokens);
  while (!reader.at_end()) {
    if (!reader.is(TokenKind::word) && !reader.is(TokenKind::quoted_name)) {
      reader.skip();
      continue;
    }
    ObjectName name{"", reader.name()};
    while (reader.is_mark('.') &&
           (reader.behind().is(TokenKind::word) || reader.behind().is(TokenKind::quoted_name))) {
      reader.skip();
      name = {name.name, reader.name()};
    }
    if (const auto root = missing(error.sqlstate, error.message, name)) return root;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Causes::of_own_object(const Incident& incident) const {
  const auto& object = incident.object;
  const auto& state = incident.error.sqlstate;
  // A thing that was there already may lack columns, have keys of its own, and rows.
  const bool shape = state == "42703" || state == "42P16" || state == "42804" || state.starts_with("22") ||
                     state.starts_with("23");
  const auto look = [&](std::string_view letters, const ObjectName& name) -> std::optional<std::uint64_t> {
    if (name.empty() || letters.front() == 0) return std::nullopt;
    if (const auto root = find(How::missing, letters, name.schema, name.name)) return root;
    return shape ? find(How::other, letters, name.schema, name.name) : std::nullopt;
  };
  const std::string own(1, letter_of(object.space));
  if (const auto root = look(own, own_name(object))) return root;
  for (const auto& name : object.more_names)
    if (const auto root = look(own, name)) return root;
  for (const auto* name : {&object.table, &object.parent, &object.references})
    if (const auto root = look("r", *name)) return root;
  return std::nullopt;
}

// A row refers to one that is not there, because rows were not loaded.
std::optional<std::uint64_t> Causes::of_rows(const Incident& incident) const {
  const auto unloaded = [&](const ObjectName& name) -> std::optional<std::uint64_t> {
    return name.empty() ? std::nullopt : find(How::unloaded, "r", name.schema, name.name);
  };
  const auto& object = incident.object;
  for (const auto* name : {&object.references, &object.table})
    if (const auto root = unloaded(*name)) return root;
  // Key (a)=(1) is not present in table "parent".
  const auto names = names_in_message(incident.error.sqlstate, incident.error.detail);
  return names.empty() ? std::nullopt : unloaded({"", names.back()});
}

// A type or function that no failed statement was to make: an extension that failed may have had it.
std::optional<std::uint64_t> Causes::of_extension(const Incident& incident) const {
  if (extensions_.empty()) return std::nullopt;
  const auto& state = incident.error.sqlstate;
  const auto& message = incident.error.message;
  constexpr std::array<std::string_view, 7> kOffered = {
      "type ",     "operator ", "access method ", "text search ", "foreign-data wrapper ",
      "language ", "collation "};
  const bool offered =
      std::any_of(kOffered.begin(), kOffered.end(), [&](auto kind) { return message.starts_with(kind); });
  if (state != "42883" && (state != "42704" || !offered)) return std::nullopt;
  for (const auto& [name, failed] : extensions_)
    if (message.find(name) != std::string::npos) return failed.line;
  // It need not bear the extension's name.
  const bool likely = state == "42883" || message.starts_with("type ") || message.starts_with("operator ");
  return likely ? std::optional(extensions_.front().second.line) : std::nullopt;
}

void Causes::remember(const Incident& incident, std::uint64_t root) {
  const auto& object = incident.object;
  const bool exists = says_exists(incident.error.sqlstate);
  if (makes_its_name(object)) {
    const auto how = exists ? How::other : How::missing;
    remember_name(how, object.space, own_name(object), root);
    for (const auto& also : object.also) remember_name(how, also.space, also.name, root);
    if (object.primary_key && !exists) remember_name(How::keyless, NameSpace::relation, object.table, root);
    if (object.space == NameSpace::extension && !exists && extensions_.size() < kMostExtensions)
      extensions_.push_back({object.name.name, {root, false}});
  } else if (object.act == Object::Act::alter && object.space == NameSpace::relation) {
    remember_name(How::other, object.space, object.name, root);
  }
  if (incident.is_copy || object.act == Object::Act::load)
    remember_name(How::unloaded, NameSpace::relation, object.table, root);
}

namespace {

// A name that was given with a schema is also found without; one that was given without, with any.
enum class Given : char { exact = 'q', without = 'd', any = 'u' };

std::size_t key(int how, char letter, Given given, std::string_view schema, std::string_view name) {
  std::string text = {static_cast<char>('0' + how), letter, static_cast<char>(given)};
  text.append(schema).append("\n").append(name);
  return std::hash<std::string>{}(text);
}

}  // namespace

std::optional<std::uint64_t> Causes::find(How how, std::string_view letters, std::string_view schema,
                                          std::string_view name) const {
  const auto look = [&](char letter, Given given, std::string_view in) -> std::optional<std::uint64_t> {
    const auto found = failed_.find(key(static_cast<int>(how), letter, given, in, name));
    return found == failed_.end() ? std::nullopt : std::optional(found->second.line);
  };
  for (const char letter : letters) {
    if (schema.empty()) {
      if (const auto root = look(letter, Given::any, "")) return root;
      continue;
    }
    if (const auto root = look(letter, Given::exact, schema)) return root;
    if (const auto root = look(letter, Given::without, "")) return root;
  }
  return std::nullopt;
}

void Causes::remember_name(How how, NameSpace space, const ObjectName& name, std::uint64_t root) {
  const char letter = letter_of(space);
  if (name.empty() || letter == 0) return;
  const auto number = static_cast<int>(how);
  const bool global = is_global(letter);
  add(key(number, letter, Given::any, "", name.name), root, global);
  if (name.schema.empty())
    add(key(number, letter, Given::without, "", name.name), root, global);
  else
    add(key(number, letter, Given::exact, name.schema, name.name), root, global);
}

void Causes::add(std::size_t hash, std::uint64_t root, bool global) {
  if (failed_.size() < kMostNames) failed_.emplace(hash, Failed{root, global});
}

}  // namespace sluice
