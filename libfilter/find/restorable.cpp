// --restorable: what a chosen statement needs, found by the names it mentions.
//
// pg_dump writes every name with its schema, so that "schema.name" in a statement's tokens, and in a string
// that is cast to regclass, is a name and can be looked up among what the dump has defined. This finds a
// little too much (a column of a table that is called as a schema is; all functions of a name), never too
// little, but for what no statement names:
//  - casts and default operator classes: they follow the types they are for;
//  - operator classes of btree_gist and btree_gin: USING gist or gin brings them;
//  - the objects of extensions: an unknown name in an extension's schema brings the extension;
//  - a view that groups by a primary key: GROUP BY brings the keys of its tables;
//  - what a function's body names, in a string: functions and types come before it, for loading rows may run
//    it; tables and views come behind it, for it may be about the table that it is needed by, and not at all
//    with trigger functions.
// Tables that are needed come without rows and indexes, and with privileges only where a view reads them.

#include <algorithm>
#include <limits>

#include "libfilter/dump/names.hpp"
#include "libfilter/find/search.hpp"

namespace sluice {
namespace {

bool is_routine(const Object& object) {
  return object.space == NameSpace::routine && object.act == Object::Act::define;
}

bool is_relation(const Thing& thing) { return thing.space == NameSpace::relation && thing.type != "INDEX"; }

// Whether a statement about something that is needed is needed too.
bool comes_along(const Object& object, const Thing& thing) {
  using Act = Object::Act;
  if (object.type == "TABLE ATTACH" || object.type == "INDEX ATTACH" || object.type == "SEQUENCE OWNED BY" ||
      object.type == "ROW SECURITY")
    return false;
  if (object.type == "SEQUENCE SET" || object.type == "MATERIALIZED VIEW DATA") return true;
  if (!is_relation(thing)) return object.act != Act::drop && object.act != Act::load;
  // Privileges without the policies that bound them would open what was closed; but what a view reads, its
  // owner must be allowed to read, and there are no rows.
  return object.act == Act::define || object.act == Act::own || object.act == Act::alter ||
         (object.act == Act::grant && thing.read_by_view);
}

Replay::Makes makes_of(const Object& object) {
  const bool storage =
      object.act == Object::Act::define && (object.type == "TABLE" || object.type == "MATERIALIZED VIEW" ||
                                            object.type == "INDEX" || object.type == "CONSTRAINT");
  return storage ? Replay::Makes::storage : Replay::Makes::other;
}

bool names_word(const std::string_view text, std::span<const Token> tokens, std::string_view word) {
  return std::any_of(tokens.begin(), tokens.end(), [&](const Token& token) {
    return token.kind == TokenKind::word && equal_ignoring_case(token.of(text), word);
  });
}

// The schemas of a function's SET search_path.
std::vector<std::string> path_of(std::string_view text, std::span<const Token> tokens) {
  const auto name = [&](const Token& token) {
    return token.kind == TokenKind::string ? string_of(token.of(text)) : name_of(token.kind, token.of(text));
  };
  std::vector<std::string> schemas;
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    const bool begins = tokens[i].kind != TokenKind::string && name(tokens[i]) == "search_path";
    const bool goes_on = !schemas.empty() && tokens[i + 1].of(text) == ",";
    if (!begins && !goes_on && !schemas.empty()) break;
    if (!begins && !goes_on) continue;
    schemas.push_back(name(tokens[i + 2]));
    ++i;
  }
  return schemas;
}

bool is_trigger_function(std::string_view text, std::span<const Token> tokens) {
  const auto returns = std::ranges::find_if(
      tokens, [&](const Token& t) { return equal_ignoring_case(t.of(text), "returns"); });
  return std::ranges::distance(returns, tokens.end()) > 1 &&
         (equal_ignoring_case(returns[1].of(text), "trigger") ||
          equal_ignoring_case(returns[1].of(text), "event_trigger"));
}

}  // namespace

void Search::note_chosen(const Statement& statement) {
  const bool shell =
      statement.object.type == "SHELL TYPE";  // whose CREATE TYPE has its place behind functions
  if (statement.thing != kNoThing && (shell || makes_its_object(statement.object)))
    catalog_[statement.thing].chosen = true;
}

// The first table of TABLE and its partitions, in which rows are that a foreign key may mean, that was not
// chosen; kNoThing when all were.
ThingId Search::not_chosen(ThingId table) const {
  if (!catalog_[table].chosen) return table;
  for (const ThingId id : catalog_[table].dependents) {
    if (catalog_[id].partition_of != table) continue;
    if (const ThingId missing = not_chosen(id); missing != kNoThing) return missing;
  }
  return kNoThing;
}

// A foreign key to a table that was not chosen cannot hold: its rows are not there.
bool Search::leaves_out(const Statement& statement) {
  const Object& object = statement.object;
  if (!options_.restorable || object.references.empty()) return false;
  const ThingId target =
      catalog_.find(NameSpace::relation, object.references, replay_.schema_of(statement.state));
  const ThingId missing = target == kNoThing ? kNoThing : not_chosen(target);
  if (target != kNoThing && missing == kNoThing) return false;
  const std::string& name = missing == kNoThing ? object.references.name : catalog_[missing].name.name;
  warn(statement.line, "the foreign key " + printable(object.name.name) + " is left out: " + printable(name) +
                           " was not chosen");
  if (statement.thing != kNoThing) catalog_[statement.thing].left_out = true;
  return true;
}

void Search::prepare(const Statement& statement) {
  note_roles(statement);
  pull_followers(statement.offset);
  need(statement);
  pull_followers(statement.offset);
  if (statement.object.section != Section::pre_data) pull_relations();
  std::string before;
  replay_.lead_to(statement.state, makes_of(statement.object), before);
  if (replay_.mixed_up())
    throw Failure(
        Failure::Kind::usage,
        source_.name() + ":" + std::to_string(statement.line) +
            ": what was chosen is of more than one database, and nothing leads from one to the other",
        {}, "choose one of them with --database");
  taker_.support(before);
  const bool shell = statement.object.type == "SHELL TYPE";  // nothing can be said of it yet
  if (statement.thing != kNoThing && !shell) followers_due_.insert(statement.thing);
}

// What a table is kept by, no statement names but a setting.
void Search::need_access_method(const Statement& statement) {
  if (makes_of(statement.object) == Replay::Makes::other) return;
  const auto setting = replay_.setting_of(statement.state, "default_table_access_method");
  for (const Token& token : tokens_of(setting, replay_.lexer_settings_of(statement.state)))
    pull(catalog_.find(NameSpace::access_method, {{}, name_of(token.kind, token.of(setting))}, {}));
}

// Owners and grantees: what the output needs of the cluster it is loaded into.
void Search::note_roles(const Statement& statement) {
  constexpr std::size_t kMost = 1000;
  const Object& object = statement.object;
  if (roles_.size() >= kMost) return;
  if (!object.owner.empty()) roles_.insert(object.owner);
  const bool names_roles = object.act == Object::Act::grant || object.space == NameSpace::policy;
  for (std::size_t i = 0; names_roles && i + 1 < statement.tokens.size(); ++i) {
    const auto is = [&](std::size_t at, std::string_view word) {
      return at < statement.tokens.size() &&
             equal_ignoring_case(statement.tokens[at].of(statement.text), word);
    };
    if (statement.tokens[i].depth != 0 || !(is(i, "to") || is(i, "from"))) continue;
    do {
      const Token& token = statement.tokens[++i];
      const bool is_name = token.kind == TokenKind::quoted_name || token.kind == TokenKind::word;
      if (is_name && !is(i, "public") && !is(i, "current_user"))
        roles_.insert(name_of(token.kind, token.of(statement.text)));
      ++i;
    } while (is(i, ",") && i + 1 < statement.tokens.size());
  }
}

void Search::need(const Statement& statement) {
  if (statement.thing != kNoThing)  // where search_path alone says in which schema it is made
    pull(catalog_.find(NameSpace::schema, {{}, catalog_[statement.thing].name.schema}, {}));
  if (statement.thing != kNoThing && stands_before(statement.thing, statement)) pull(statement.thing);
  need_access_method(statement);
  const auto mentioned =
      catalog_.mentioned(statement.text, statement.tokens, replay_.schema_of(statement.state));
  if (statement.object.type == "VIEW" || statement.object.type == "MATERIALIZED VIEW")
    for (const ThingId id : mentioned) catalog_[id].read_by_view = true;
  for (const ThingId id : mentioned)
    if (stands_before(id, statement)) pull(id);
  if (names_word(statement.text, statement.tokens, "group") ||
      names_word(statement.text, statement.tokens, "conflict"))
    for (const ThingId id : mentioned) pull_keys(id, statement);
  if (statement.object.act == Object::Act::alter && statement.object.space == NameSpace::trigger)
    pull(catalog_.inherited(statement.thing));
  if (is_routine(statement.object)) need_of_body(statement);
}

// In a dump what is needed comes first. A name that is defined later means something else, or is the
// statement's own.
bool Search::stands_before(ThingId id, const Statement& statement) const {
  const auto& statements = catalog_[id].statements;
  return !statements.empty() && held_[statements.front()].offset < statement.offset;
}

void Search::need_of_body(const Statement& routine) {
  auto schemas = path_of(routine.text, routine.tokens);
  if (schemas.empty()) schemas.push_back(replay_.schema_of(routine.state));
  for (const Token& token : routine.tokens)
    if (token.kind == TokenKind::string) need_of_body(string_of(token.of(routine.text)), schemas, routine);
}

// TEXT is a body, or a string in one, which may be a command for EXECUTE: one statement after the other.
void Search::need_of_body(std::string_view text, const std::vector<std::string>& schemas,
                          const Statement& routine) {
  while (!text.empty()) {
    Lexer lexer;
    lexer.apply(replay_.lexer_settings_of(routine.state));
    const std::size_t length = std::max<std::size_t>(lexer.scan(text, Lexer::End::last).consumed, 1);
    const std::string_view part = text.substr(0, length);
    text.remove_prefix(length);
    need_of_part(part, lexer.tokens(), schemas, routine);
  }
}

void Search::need_of_part(std::string_view text, std::span<const Token> tokens,
                          const std::vector<std::string>& schemas, const Statement& routine) {
  const bool trigger = is_trigger_function(routine.text, routine.tokens);
  for (const std::string& schema : schemas)
    for (const ThingId id : catalog_.mentioned(text, tokens, schema)) {
      const bool relation = catalog_[id].space == NameSpace::relation;
      if (relation && !trigger) relations_due_.push_back(id);
      if (!relation) pull(id);
    }
  for (const Token& token : tokens)
    if (token.kind == TokenKind::string) need_of_body(string_of(token.of(text)), schemas, routine);
}

void Search::pull(ThingId id) {
  if (id == kNoThing) return;
  const Thing& thing = catalog_[id];
  const bool public_schema = thing.space == NameSpace::schema && thing.name.name == "public";
  if (thing.needed || thing.chosen || !thing.defined || thing.left_out || public_schema) return;
  catalog_[id].needed = true;
  const auto statements = catalog_[id].statements;
  for (const HeldId held : statements) {
    if (held_[held].written) continue;
    const Again again = read_again(held);
    if (!comes_along(again.statement.object, catalog_[id])) continue;
    held_[held].written = true;
    support(again.statement, held_[held].place);
  }
}

void Search::pull_keys(ThingId id, const Statement& statement) {
  if (!is_relation(catalog_[id])) return;
  const auto dependents = catalog_[id].dependents;
  for (const ThingId dependent : dependents)
    if (catalog_[dependent].key && stands_before(dependent, statement)) pull(dependent);
}

// Writes a statement that was held back, because another one needs it.
void Search::support(const Statement& statement, const Recall::Place& place) {
  if (leaves_out(statement)) return;
  prepare(statement);
  recall_.read(place, [&](std::string_view bytes) { taker_.support(bytes); });
  taker_.support("\n");
}

// A statement about something that was needed before it came.
void Search::bring_along(HeldId id) {
  const ThingId thing = held_[id].thing;
  if (!options_.restorable || !catalog_[thing].needed || held_[id].written) return;
  const Again again = read_again(id);
  if (!comes_along(again.statement.object, catalog_[thing])) return;
  held_[id].written = true;
  support(again.statement, held_[id].place);
}

// pg_dump --clean drops a view that others need by CREATE OR REPLACE VIEW, long before its CREATE VIEW.
void Search::give_up_earlier(const Statement& statement) {
  const bool creates = statement.object.type == "VIEW" && statement.object.act == Object::Act::define &&
                       equal_ignoring_case(statement.tokens[1].of(statement.text), "view");
  if (!creates) return;
  for (const HeldId id : std::exchange(catalog_[statement.thing].statements, {})) {
    held_[id].written = true;
    held_[id].fits = Fits::no;
  }
}

// Remembers the types that a cast or an operator class is for.
void Search::note_followed(const Statement& statement) {
  const Object& object = statement.object;
  const bool follows = object.act == Object::Act::define &&
                       (object.space == NameSpace::cast || object.space == NameSpace::op_class);
  if (!follows) return;
  for (const ThingId id : catalog_.mentioned(statement.text, statement.tokens, replay_.schema()))
    if (catalog_[id].space == NameSpace::type) {
      catalog_[id].followers.push_back(statement.thing);
      catalog_[statement.thing].followed.push_back(id);
    }
}

// The casts and operator classes of the types that have been written, once all types that they are for have
// been: those that stand before OFFSET, for what they need may be chosen itself and comes only then.
void Search::pull_followers(std::uint64_t offset) {
  std::set<ThingId> later;
  while (!followers_due_.empty()) {
    const ThingId type = followers_due_.extract(followers_due_.begin()).value();
    const auto followers = catalog_[type].followers;
    for (const ThingId follower : followers) {
      const Thing& thing = catalog_[follower];
      const bool all_there = std::ranges::all_of(
          thing.followed, [&](ThingId id) { return catalog_[id].needed || catalog_[id].chosen; });
      if (!all_there || thing.statements.empty()) continue;
      if (held_[thing.statements.front()].offset < offset) {
        pull(follower);
      } else {
        later.insert(type);
      }
    }
  }
  followers_due_ = std::move(later);
}

// The tables and views of functions' bodies. Which may be about the table that the function was needed for:
// not before that is there.
void Search::pull_relations() {
  while (!relations_due_.empty()) {
    const ThingId id = relations_due_.back();
    relations_due_.pop_back();
    pull(id);
  }
}

void Search::finish_database() {
  pull_followers(std::numeric_limits<std::uint64_t>::max());
  pull_relations();
}

void Search::finish_restorable() {
  finish_database();
  std::string after;
  replay_.end(after);
  taker_.support(after);
}

}  // namespace sluice
