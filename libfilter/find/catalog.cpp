#include "libfilter/find/catalog.hpp"

#include <algorithm>
#include <tuple>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/object_names.hpp"

namespace sluice {
namespace {

bool has_schema(NameSpace space) { return space < NameSpace::schema && space != NameSpace::cast; }
bool within_table(NameSpace space) { return space >= NameSpace::constraint; }

// What belongs to a table without having its name, and can be asked for by the table's.
bool belongs_to_table(NameSpace space, std::string_view type) {
  return within_table(space) || space == NameSpace::statistics || type == "INDEX" || type == "INDEX ATTACH" ||
         type == "SEQUENCE OWNED BY" || type == "SEQUENCE";  // an identity column's
}

ObjectName with_schema(const ObjectName& name, NameSpace space, const std::string& schema) {
  return name.schema.empty() && has_schema(space) ? ObjectName{schema, name.name} : name;
}

std::string key_of(NameSpace space, const ObjectName& name, const std::string& signature,
                   const ObjectName& table) {
  std::string key(1, static_cast<char>('A' + static_cast<int>(space)));
  key += name.schema + '\0' + name.name + '\0';
  return key + (within_table(space) ? table.schema + '\0' + table.name : signature);
}

std::string name_key(std::string_view schema, std::string_view name) {
  std::string key(schema);
  key += '\0';
  return key += name;
}

}  // namespace

bool makes_its_object(const Object& object) {
  return object.act == Object::Act::define && (object.type == object.of || within_table(object.space));
}

ThingId Catalog::make(NameSpace space, const ObjectName& name, const std::string& signature,
                      const ObjectName& table) {
  const auto [entry, is_new] =
      by_key_.try_emplace(key_of(space, name, signature, table), static_cast<ThingId>(things_.size()));
  if (!is_new) return entry->second;
  Thing& thing = things_.emplace_back();
  thing.space = space;
  thing.name = name;
  if (!within_table(space)) by_name_[name_key(name.schema, name.name)].push_back(entry->second);
  return entry->second;
}

bool Catalog::link(ThingId id, ThingId Thing::*which, ThingId target) {
  if (target == id || things_[id].*which == target) return false;
  things_[id].*which = target;
  things_[target].dependents.push_back(id);
  return true;
}

ThingId Catalog::file(const Object& object, const std::string& schema, bool& linked) {
  linked = false;
  if (object.space == NameSpace::none || object.name.empty()) return kNoThing;
  const auto relation = [&](const ObjectName& name) {
    return make(NameSpace::relation, with_schema(name, NameSpace::relation, schema), {}, {});
  };
  const ObjectName name = with_schema(object.name, object.space, schema);
  const ObjectName table = with_schema(object.table, NameSpace::relation, schema);
  const ThingId id = make(object.space, name, object.signature, table);

  if (makes_its_object(object)) {
    things_[id].defined = true;
    things_[id].type = object.type;
    things_[id].key = object.primary_key;
  }
  if (things_[id].type.empty()) things_[id].type = object.of;  // as long as nothing better is known
  if (!object.owner.empty() && things_[id].owner != object.owner) {
    things_[id].owner = object.owner;
    linked = true;
  }
  if (!object.table.empty() && belongs_to_table(object.space, object.type)) {
    const ThingId domain =
        find(NameSpace::type, table, schema);  // whose constraints are written as a table's
    const bool is_domain = domain != kNoThing && find(NameSpace::relation, table, schema) == kNoThing;
    linked |= link(id, &Thing::table, is_domain ? domain : relation(table));
  }
  if (!object.parent.empty()) linked |= link(id, &Thing::partition_of, relation(object.parent));
  for (const auto& also : object.also)
    by_key_.try_emplace(key_of(also.space, with_schema(also.name, also.space, schema), {}, {}), id);
  for (const auto& also : object.also) {
    const ObjectName other = with_schema(also.name, also.space, schema);
    auto& same_name = by_name_[name_key(other.schema, other.name)];
    if (std::find(same_name.begin(), same_name.end(), id) == same_name.end()) same_name.push_back(id);
  }
  return id;
}

void Catalog::extension_in(ThingId id, const std::string& schema) { extensions_in_[schema].push_back(id); }

ThingId Catalog::find(NameSpace space, const ObjectName& name, const std::string& schema) const {
  const auto found = by_key_.find(key_of(space, with_schema(name, space, schema), {}, {}));
  return found == by_key_.end() ? kNoThing : found->second;
}

ThingId Catalog::inherited(ThingId id) const {
  if (id == kNoThing || things_[id].defined) return kNoThing;
  const auto& [space, name] = std::tie(things_[id].space, things_[id].name);
  ThingId table = things_[id].table;
  for (int steps = 0; table != kNoThing && steps < 32; ++steps, table = things_[table].partition_of) {
    const ObjectName& of = things_[table].name;
    const auto found = by_key_.find(key_of(space, {of.schema, name.name}, {}, of));
    if (found != by_key_.end() && things_[found->second].defined) return found->second;
  }
  return kNoThing;
}

const std::string& Catalog::owner_of(ThingId id) const {
  static const std::string kUnknown;
  for (int steps = 0; id != kNoThing && steps < 32; ++steps) {
    if (!things_[id].owner.empty()) return things_[id].owner;
    id = things_[id].table;
  }
  return kUnknown;
}

ObjectName Catalog::table_of(ThingId id) const {
  for (int steps = 0; things_[id].table != kNoThing && steps < 32; ++steps) id = things_[id].table;
  const Thing& thing = things_[id];
  const bool is_table =
      thing.space == NameSpace::relation && thing.type != "SEQUENCE" && thing.type != "INDEX";
  return is_table ? thing.name : ObjectName{};
}

// Looks names up, for mentioned().
class Catalog::Mentions {
 public:
  explicit Mentions(const Catalog& catalog) : catalog_(catalog) {}

  void qualified(const std::string& schema, const std::string& name) {
    add(catalog_.find(NameSpace::schema, {{}, schema}, {}));
    if (by_name(schema, name)) return;
    // Something of an extension, for the dump defines no such thing; or a column behind its table's name.
    // What is in pg_catalog is the server's own.
    if (schema == "pg_catalog") return;
    const auto extensions = catalog_.extensions_in_.find(schema);
    if (extensions == catalog_.extensions_in_.end()) return;
    for (const ThingId id : extensions->second) add(id);
  }

  // Whether the dump defines something of that name.
  bool by_name(const std::string& schema, const std::string& name) {
    const auto found = catalog_.by_name_.find(name_key(schema, name));
    if (found == catalog_.by_name_.end()) return false;
    bool defined = false;
    for (const ThingId id : found->second) {
      add(id);
      defined |= catalog_.things_[id].defined;
    }
    return defined;
  }

  // 'public.name'::regclass, 'public.name(integer)'::regprocedure: a whole string.
  void quoted(std::string_view string, const std::string& schema) {
    constexpr std::size_t kLongestName = 600;
    if (string.size() > kLongestName) return;
    const std::string text = string_of(string);
    const ObjectName name = name_in(std::string_view(text).substr(0, text.find('(')));
    if (!name.schema.empty()) return qualified(name.schema, name.name);
    if (!schema.empty()) by_name(schema, name.name);
  }

  void without_schema(NameSpace space, const std::string& name) { add(catalog_.find(space, {{}, name}, {})); }

  std::vector<ThingId> found() && { return std::move(found_); }

 private:
  void add(ThingId id) {
    if (id == kNoThing) return;
    if (std::find(found_.begin(), found_.end(), id) == found_.end()) found_.push_back(id);
  }

  const Catalog& catalog_;
  std::vector<ThingId> found_;
};

std::vector<ThingId> Catalog::mentioned(std::string_view text, std::span<const Token> tokens,
                                        const std::string& schema) const {
  Mentions mentions(*this);
  const auto is_name = [&](std::size_t i) {
    return i < tokens.size() &&
           (tokens[i].kind == TokenKind::word || tokens[i].kind == TokenKind::quoted_name);
  };
  const auto is_dot = [&](std::size_t i) { return i < tokens.size() && tokens[i].of(text) == "."; };
  const auto name_at = [&](std::size_t i) { return name_of(tokens[i].kind, tokens[i].of(text)); };

  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::string) mentions.quoted(tokens[i].of(text), schema);
    if (!is_name(i)) continue;
    const bool behind_dot = i > 0 && is_dot(i - 1);
    if (!behind_dot && !schema.empty()) mentions.by_name(schema, name_at(i));
    if (is_dot(i + 1) && i + 2 < tokens.size()) {
      mentions.qualified(
          name_at(i),
          is_name(i + 2) ? name_at(i + 2) : std::string(tokens[i + 2].of(text)));  // or an operator
      continue;
    }
    if (tokens[i].kind != TokenKind::word) continue;
    const std::string word = name_at(i);
    if ((word == "gist" || word == "gin"))  // operator classes that no statement names
      mentions.without_schema(NameSpace::extension, "btree_" + word);
    if (!is_name(i + 1)) continue;
    const std::string next = name_at(i + 1);
    if (word == "language") {
      mentions.without_schema(NameSpace::language, next);
      mentions.without_schema(NameSpace::extension, next);
    } else if (word == "server") {
      mentions.without_schema(NameSpace::server, next);
    } else if (word == "wrapper") {
      mentions.without_schema(NameSpace::wrapper, next);
      mentions.without_schema(NameSpace::extension, next);
    } else if (word == "using" || word == "method") {
      mentions.without_schema(NameSpace::access_method, next);
    } else if (word == "publication") {
      mentions.without_schema(NameSpace::publication, next);
    } else if (word == "schema") {
      mentions.without_schema(NameSpace::schema, next);
    }
  }
  return std::move(mentions).found();
}

void Catalog::clear() {
  things_.clear();
  by_key_.clear();
  by_name_.clear();
  extensions_in_.clear();
}

}  // namespace sluice
