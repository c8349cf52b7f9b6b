// A statement is read once, from the left, and only as far as it has to be: the command's word finds the
// member function that reads it; tables tell the kinds of objects (object_kinds.cpp), ALTER's actions and the
// functions that dumps call. What no table knows leaves Act::none, or a plain `alter`.
#include "libfilter/dump/object.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/object_kinds.hpp"
#include "libfilter/dump/object_names.hpp"
#include "libfilter/dump/token_reader.hpp"

namespace sluice {
namespace {

using Act = Object::Act;

class StatementReader {
 public:
  StatementReader(std::string_view text, std::span<const Token> tokens) : in_(text, tokens) {}

  Object read();

 private:
  using Follow = void (StatementReader::*)();
  struct Command {
    std::string_view word;
    Follow follow;
  };
  // CREATE, where it names its object in another way or says more of it.
  struct Creation {
    std::string_view type;
    void (StatementReader::*follow)(const ObjectKind& kind);
  };
  // ALTER ... NAME ACTION: those that are no mere part of the object's own entry.
  struct Action {
    std::string_view words;
    Act act;
    std::string_view type;  // empty: the object's own
    Section section;
    Follow follow;  // nullptr: nothing more to read
  };
  // SELECT pg_catalog.NAME(...)
  struct Function {
    std::string_view name;
    Act act;
    std::string_view type;
    std::string_view of;
    Section section;
    NameSpace space;
    Follow follow;
  };
  enum class Key { none, primary, exclusion };  // all but none have an index of the constraint's name
  struct ConstraintKind {
    std::string_view words;
    std::string_view type;
    Key key;
  };
  static const Command kCommands[];
  static const Creation kCreations[];
  static const Action kActions[];
  static const Function kFunctions[];
  static const ConstraintKind kConstraintKinds[];

  void entry(Act act, std::string_view type, Section section);
  void about(Act act, const ObjectKind& kind);
  void turn_to_member(std::string_view of, NameSpace space, std::string name);

  void create();
  void create_table(const ObjectKind& kind);
  void create_index(const ObjectKind& kind);
  void create_type(const ObjectKind& kind);
  void create_operator(const ObjectKind& kind);
  void create_schema(const ObjectKind& kind);
  void create_statistics(const ObjectKind& kind);
  void create_owned(const ObjectKind& kind);

  void alter();
  void alter_default_privileges();
  void owner();
  void add_constraint();
  void drop_constraint();
  void alter_column();
  void identity();
  void partition();
  void table_trigger();
  void table_rule();
  void table_index();
  void sequence_owner();
  void role_in_database();
  void publication_table();
  void publication_schema();

  void drop();
  void comment();
  void security_label();
  void grant();
  void grant_role();
  void read_roles();

  void load(std::string_view type, Section section, std::string_view of, ObjectName name);
  void copy();
  void insert();
  void refresh();

  void set();
  void transaction();
  void prepare();

  void select();
  void set_value();
  void large_object();
  void relation_statistics();

  TokenReader in_;
  Object out_;
};

const StatementReader::Command StatementReader::kCommands[] = {
    {"CREATE", &StatementReader::create},
    {"ALTER", &StatementReader::alter},
    {"COMMENT", &StatementReader::comment},
    {"GRANT", &StatementReader::grant},
    {"REVOKE", &StatementReader::grant},
    {"INSERT", &StatementReader::insert},
    {"COPY", &StatementReader::copy},
    {"SELECT", &StatementReader::select},
    {"SET", &StatementReader::set},
    {"DROP", &StatementReader::drop},
    {"REFRESH", &StatementReader::refresh},
    {"SECURITY", &StatementReader::security_label},
    {"RESET", &StatementReader::set},
    {"DISCARD", &StatementReader::set},
    {"BEGIN", &StatementReader::transaction},
    {"COMMIT", &StatementReader::transaction},
    {"START", &StatementReader::prepare},
    {"END", &StatementReader::transaction},
    {"ROLLBACK", &StatementReader::transaction},
    {"ABORT", &StatementReader::transaction},
    {"SAVEPOINT", &StatementReader::transaction},
    {"RELEASE", &StatementReader::transaction},
    {"PREPARE", &StatementReader::prepare},
};

Object StatementReader::read() {
  // Commands that are about no object.
  static constexpr std::string_view kOthers[] = {
      "ANALYSE",  "ANALYZE",  "CALL",    "CHECKPOINT", "CLOSE",    "CLUSTER", "DEALLOCATE", "DECLARE",
      "DELETE",   "DO",       "EXECUTE", "EXPLAIN",    "FETCH",    "IMPORT",  "LISTEN",     "LOAD",
      "LOCK",     "MERGE",    "MOVE",    "NOTIFY",     "REASSIGN", "REINDEX", "SHOW",       "TABLE",
      "TRUNCATE", "UNLISTEN", "UPDATE",  "VACUUM",     "VALUES",   "WITH"};
  for (const Command& command : kCommands) {
    if (!in_.take_word(command.word)) continue;
    out_.type = command.word;
    (this->*command.follow)();
    return std::move(out_);
  }
  for (const std::string_view word : kOthers)
    if (in_.is_word(word)) out_.type = word;
  return std::move(out_);
}

void StatementReader::entry(Act act, std::string_view type, Section section) {
  out_.act = act;
  out_.type = type;
  out_.section = section;
}

void StatementReader::about(Act act, const ObjectKind& kind) {
  entry(act, kind.type, kind.section);
  out_.of = kind.type;
  out_.space = kind.space;
}

// The statement began with the table's name, but is about something in it.
void StatementReader::turn_to_member(std::string_view of, NameSpace space, std::string name) {
  if (out_.table.empty()) out_.table = std::move(out_.name);  // a domain
  out_.of = of;
  out_.space = space;
  set_member_name(std::move(name), out_);
}

// --- CREATE

const StatementReader::Creation StatementReader::kCreations[] = {
    {"TABLE", &StatementReader::create_table},         {"INDEX", &StatementReader::create_index},
    {"TYPE", &StatementReader::create_type},           {"OPERATOR", &StatementReader::create_operator},
    {"SCHEMA", &StatementReader::create_schema},       {"STATISTICS", &StatementReader::create_statistics},
    {"FOREIGN TABLE", &StatementReader::create_table}, {"DATABASE", &StatementReader::create_owned},
    {"TABLESPACE", &StatementReader::create_owned},
};

void StatementReader::create() {
  static constexpr std::string_view kModifiers[] = {"UNIQUE",  "UNLOGGED",  "TEMP",      "TEMPORARY",
                                                    "LOCAL",   "GLOBAL",    "RECURSIVE", "TRUSTED",
                                                    "DEFAULT", "CONSTRAINT"};
  in_.take_words("OR REPLACE");
  while (std::ranges::any_of(kModifiers, [&](std::string_view word) { return in_.take_word(word); })) {
  }
  const ObjectKind* kind = take_kind(in_);
  if (kind == nullptr) return;
  about(Act::define, *kind);
  if (kind->type == "INDEX") in_.take_word("CONCURRENTLY");
  in_.take_words("IF NOT EXISTS");
  for (const Creation& creation : kCreations)
    if (kind->type == creation.type) return (this->*creation.follow)(*kind);
  read_name(in_, *kind, out_);
}

void StatementReader::create_table(const ObjectKind& kind) {
  read_name(in_, kind, out_);
  if (in_.take_words("PARTITION OF")) out_.parent = qualified_name(in_);
  for (; !in_.done(); in_.skip()) {
    if (in_.take_word("CONSTRAINT")) {
      std::string name = in_.name();
      if (in_.take_words("PRIMARY KEY") || in_.take_word("UNIQUE") || in_.take_word("EXCLUDE"))
        out_.also.push_back({NameSpace::relation, {out_.name.schema, std::move(name)}});
    } else if (in_.is_word("SEQUENCE") && in_.token().depth > 1 && in_.take_words("SEQUENCE NAME")) {
      out_.also.push_back({NameSpace::relation, qualified_name(in_)});
    }
  }
}

void StatementReader::create_index(const ObjectKind&) {
  std::string name = in_.is_word("ON") ? std::string() : in_.name();
  if (in_.take_word("ON")) out_.table = relation_name(in_);
  set_member_name(std::move(name), out_);
}

void StatementReader::create_type(const ObjectKind& kind) {
  read_name(in_, kind, out_);
  if (in_.done()) return entry(Act::define, "SHELL TYPE", Section::pre_data);
  if (!in_.take_words("AS RANGE")) return;
  while (!in_.done() && !in_.is_word("MULTIRANGE_TYPE_NAME")) in_.skip();
  in_.skip();
  if (in_.take(TokenKind::op, "=")) out_.also.push_back({NameSpace::type, qualified_name(in_)});
}

void StatementReader::create_operator(const ObjectKind&) {
  out_.name = qualified_name(in_);
  out_.signature = '(' + operand_type(in_, "LEFTARG") + ", " + operand_type(in_, "RIGHTARG") + ')';
}

void StatementReader::create_schema(const ObjectKind&) {
  if (!in_.is_word("AUTHORIZATION")) out_.name.name = in_.name();
  if (in_.take_word("AUTHORIZATION")) out_.owner = in_.name();
  if (out_.name.empty()) out_.name.name = out_.owner;
}

void StatementReader::create_statistics(const ObjectKind&) {
  if (!in_.is_word("ON")) out_.name = qualified_name(in_);
  if (in_.skip_to("FROM")) out_.table = relation_name(in_);
}

void StatementReader::create_owned(const ObjectKind& kind) {
  read_name(in_, kind, out_);
  if (!in_.skip_to("OWNER")) return;
  in_.take(TokenKind::op, "=");
  out_.owner = in_.name();
}

// --- ALTER

const StatementReader::Action StatementReader::kActions[] = {
    {"OWNER TO", Act::own, {}, Section::none, &StatementReader::owner},
    {"ALTER", Act::alter, {}, Section::none, &StatementReader::alter_column},
    {"ADD TABLES IN SCHEMA", Act::define, "PUBLICATION TABLES IN SCHEMA", Section::post_data,
     &StatementReader::publication_schema},
    {"DROP TABLES IN SCHEMA", Act::drop, "PUBLICATION TABLES IN SCHEMA", Section::post_data,
     &StatementReader::publication_schema},
    {"ADD TABLE", Act::define, "PUBLICATION TABLE", Section::post_data, &StatementReader::publication_table},
    {"DROP TABLE", Act::drop, "PUBLICATION TABLE", Section::post_data, &StatementReader::publication_table},
    {"ADD", Act::alter, {}, Section::none, &StatementReader::add_constraint},
    {"DROP CONSTRAINT", Act::drop, "CONSTRAINT", Section::post_data, &StatementReader::drop_constraint},
    {"ENABLE ROW LEVEL SECURITY", Act::define, "ROW SECURITY", Section::post_data, nullptr},
    {"DISABLE ROW LEVEL SECURITY", Act::drop, "ROW SECURITY", Section::post_data, nullptr},
    {"ATTACH PARTITION", Act::define, "TABLE ATTACH", Section::pre_data, &StatementReader::partition},
    {"DETACH PARTITION", Act::drop, "TABLE ATTACH", Section::pre_data, &StatementReader::partition},
    {"OWNED BY", Act::define, "SEQUENCE OWNED BY", Section::pre_data, &StatementReader::sequence_owner},
    {"CLUSTER ON", Act::alter, "INDEX", Section::post_data, &StatementReader::table_index},
    {"REPLICA IDENTITY USING INDEX", Act::alter, "INDEX", Section::post_data, &StatementReader::table_index},
    {"ENABLE TRIGGER", Act::alter, "TRIGGER", Section::post_data, &StatementReader::table_trigger},
    {"DISABLE TRIGGER", Act::alter, "TRIGGER", Section::post_data, &StatementReader::table_trigger},
    {"ENABLE ALWAYS TRIGGER", Act::alter, "TRIGGER", Section::post_data, &StatementReader::table_trigger},
    {"ENABLE REPLICA TRIGGER", Act::alter, "TRIGGER", Section::post_data, &StatementReader::table_trigger},
    {"ENABLE RULE", Act::alter, "RULE", Section::post_data, &StatementReader::table_rule},
    {"DISABLE RULE", Act::alter, "RULE", Section::post_data, &StatementReader::table_rule},
    {"ENABLE ALWAYS RULE", Act::alter, "RULE", Section::post_data, &StatementReader::table_rule},
    {"ENABLE REPLICA RULE", Act::alter, "RULE", Section::post_data, &StatementReader::table_rule},
    {"IN DATABASE", Act::define, "DATABASE PROPERTIES", Section::pre_data,
     &StatementReader::role_in_database},
};

const StatementReader::ConstraintKind StatementReader::kConstraintKinds[] = {
    {"PRIMARY KEY", "CONSTRAINT", Key::primary}, {"UNIQUE", "CONSTRAINT", Key::primary},
    {"EXCLUDE", "CONSTRAINT", Key::exclusion},   {"FOREIGN KEY", "FK CONSTRAINT", Key::none},
    {"CHECK", "CHECK CONSTRAINT", Key::none},
};

void StatementReader::alter() {
  if (in_.take_words("DEFAULT PRIVILEGES")) return alter_default_privileges();
  const ObjectKind* kind = take_kind(in_);
  if (kind == nullptr) return;
  about(Act::alter, *kind);
  in_.take_words("IF EXISTS");
  if (in_.behind().is_word("IN") && in_.is_word("ALL")) return;  // ALL IN TABLESPACE
  read_name(in_, *kind, out_);
  for (const Action& action : kActions) {
    if (!in_.take_words(action.words)) continue;
    out_.act = action.act;
    if (!action.type.empty()) entry(action.act, action.type, action.section);
    if (action.follow != nullptr) (this->*action.follow)();
    return;
  }
  if (kind->space == NameSpace::database && !in_.is_word("RENAME"))
    entry(Act::define, "DATABASE PROPERTIES", Section::pre_data);
}

void StatementReader::owner() { out_.owner = in_.name(); }

// Behind ADD. Whatever else can be added has no entry of its own.
void StatementReader::add_constraint() {
  const bool named = in_.take_word("CONSTRAINT");
  std::string name = named ? in_.name() : std::string();
  const auto kind =
      std::ranges::find_if(kConstraintKinds, [&](const auto& k) { return in_.take_words(k.words); });
  const bool known = kind != std::end(kConstraintKinds);
  if (!known && !named) return;
  entry(Act::define, known ? kind->type : "CONSTRAINT", Section::post_data);
  turn_to_member("CONSTRAINT", NameSpace::constraint, std::move(name));
  if (!known) return;
  out_.primary_key = kind->key == Key::primary;
  if (kind->key != Key::none && named) out_.also.push_back({NameSpace::relation, out_.name});
  if (kind->type == "FK CONSTRAINT" && in_.skip_to("REFERENCES")) out_.references = relation_name(in_);
}

void StatementReader::drop_constraint() {
  in_.take_words("IF EXISTS");
  turn_to_member("CONSTRAINT", NameSpace::constraint, in_.name());
}

void StatementReader::alter_column() {
  in_.take_word("COLUMN");
  in_.name();
  if (in_.take_words("SET DEFAULT")) return entry(Act::define, "DEFAULT", Section::pre_data);
  if (in_.take_words("DROP DEFAULT")) return entry(Act::drop, "DEFAULT", Section::pre_data);
  if (in_.take_words("ADD GENERATED")) identity();
}

// ... AS IDENTITY (SEQUENCE NAME x ...): the sequence's entry. Without that name the server chooses one.
void StatementReader::identity() {
  while (!in_.done() && !in_.is_word("SEQUENCE")) in_.skip();
  if (!in_.take_words("SEQUENCE NAME")) return;
  entry(Act::define, "SEQUENCE", Section::pre_data);
  out_.of = out_.type;
  out_.name = qualified_name(in_);
}

void StatementReader::partition() {
  if (out_.of == "INDEX") {
    out_.type = "INDEX ATTACH";
    out_.section = Section::post_data;
    out_.name = qualified_name(in_);
  } else {
    out_.parent = std::move(out_.name);
    out_.name = out_.table = qualified_name(in_);
  }
}

// A dump of data alone turns all of a table's triggers off, and on again behind its rows.
void StatementReader::table_trigger() {
  if (in_.is_word("ALL") || in_.is_word("USER")) return entry(Act::load, "TABLE DATA", Section::data);
  turn_to_member("TRIGGER", NameSpace::trigger, in_.name());
}

void StatementReader::table_rule() { turn_to_member("RULE", NameSpace::rule, in_.name()); }
void StatementReader::table_index() { turn_to_member("INDEX", NameSpace::relation, in_.name()); }

void StatementReader::sequence_owner() {
  out_.owned_by = true;
  out_.table = table_of_column(in_);
}

void StatementReader::role_in_database() {
  out_.of = "DATABASE";
  out_.space = NameSpace::database;
  out_.name = {{}, in_.name()};
}

void StatementReader::publication_table() { out_.table = relation_name(in_); }
void StatementReader::publication_schema() { out_.table.schema = in_.name(); }

// [FOR ROLE a, ...] [IN SCHEMA s] GRANT ..., in either order. Of several schemas the first one counts.
void StatementReader::alter_default_privileges() {
  entry(Act::grant, "DEFAULT ACL", Section::post_data);
  out_.of = "ROLE";
  out_.space = NameSpace::role;
  const auto read_for = [&] {
    if (in_.take_words("FOR ROLE") || in_.take_words("FOR USER")) read_roles();
  };
  read_for();
  if (in_.take_words("IN SCHEMA")) out_.name.schema = in_.name();
  read_for();
}

// --- other statements about objects

void StatementReader::drop() {
  const ObjectKind* kind = take_kind(in_);
  if (kind == nullptr) return;
  about(Act::drop, *kind);
  if (kind->type == "INDEX") in_.take_word("CONCURRENTLY");
  in_.take_words("IF EXISTS");
  read_names(in_, *kind, out_);
}

void StatementReader::comment() {
  const ObjectKind* kind = in_.take_word("ON") ? take_kind(in_) : nullptr;
  if (kind == nullptr) return;
  about(Act::describe, *kind);
  entry(Act::describe, "COMMENT", kind->section);  // pg_dump --section puts it beside its object
  read_name(in_, *kind, out_);
}

void StatementReader::security_label() {
  if (!in_.take_word("LABEL")) return;
  if (in_.take_word("FOR")) in_.skip();
  comment();
  if (out_.act == Act::describe) out_.type = "SECURITY LABEL";
}

// GRANT and REVOKE. The word TABLE may be missing, and a table may be named as a kind is.
void StatementReader::grant() {
  static constexpr ObjectKind kTable{"", "TABLE", NameSpace::relation, Section::pre_data, Naming::relation};
  static constexpr ObjectKind kSchema{"", "SCHEMA", NameSpace::schema, Section::pre_data, Naming::plain};
  while (!in_.done() && !in_.is_word("ON") && !in_.is_word("TO") && !in_.is_word("FROM")) in_.skip();
  if (!in_.take_word("ON")) return grant_role();
  TokenReader ahead = in_;
  const ObjectKind* kind = take_kind(ahead);
  const bool is_name = kind == nullptr || ahead.done() || ahead.is(TokenKind::mark) || ahead.is_word("TO") ||
                       ahead.is_word("FROM");
  if (!is_name) in_ = ahead;
  if (is_name) kind = &kTable;
  if (in_.take_word("ALL")) {  // TABLES, FUNCTIONS ...
    in_.skip();
    if (in_.take_words("IN SCHEMA")) kind = &kSchema;
  }
  about(Act::grant, *kind);
  entry(Act::grant, "ACL", kind->section);
  read_names(in_, *kind, out_);
}

// GRANT role TO member, and REVOKE role FROM member
void StatementReader::grant_role() {
  in_.skip();
  in_.take_word_before_name("GROUP");
  entry(Act::grant, "ROLE", Section::none);
  out_.of = "ROLE";
  out_.space = NameSpace::role;
  read_roles();
}

void StatementReader::read_roles() {
  out_.name.name = in_.name();
  while (in_.take_mark(',')) out_.more_names.push_back({{}, in_.name()});
}

// --- rows

void StatementReader::load(std::string_view type, Section section, std::string_view of, ObjectName name) {
  entry(Act::load, type, section);
  out_.of = of;
  out_.space = NameSpace::relation;
  out_.name = out_.table = std::move(name);
}

// COPY [BINARY] table [(columns)] FROM; COPY (query) TO and COPY table TO load nothing.
void StatementReader::copy() {
  if (in_.is_mark('(')) return;
  const TokenReader next = in_.behind();
  if (next.is(TokenKind::quoted_name) ||
      (next.is(TokenKind::word) && !next.is_word("FROM") && !next.is_word("TO")))
    in_.take_word("BINARY");
  ObjectName name = qualified_name(in_);
  in_.skip_parentheses();
  if (!in_.is_word("TO")) load("TABLE DATA", Section::data, "TABLE", std::move(name));
}

void StatementReader::insert() {
  if (in_.take_word("INTO")) load("TABLE DATA", Section::data, "TABLE", qualified_name(in_));
}

void StatementReader::refresh() {
  if (!in_.take_words("MATERIALIZED VIEW")) return;
  in_.take_word("CONCURRENTLY");
  load("MATERIALIZED VIEW DATA", Section::post_data, "MATERIALIZED VIEW", qualified_name(in_));
}

// --- the session

void StatementReader::set() {
  const bool of_transaction = in_.is_word("TRANSACTION") || in_.is_word("CONSTRAINTS");
  entry(of_transaction ? Act::transaction : Act::setting, {}, Section::none);
}

void StatementReader::transaction() { entry(Act::transaction, {}, Section::none); }

// PREPARE TRANSACTION and START TRANSACTION; PREPARE alone is another command.
void StatementReader::prepare() {
  if (in_.is_word("TRANSACTION")) transaction();
}

// --- functions that dumps call

const StatementReader::Function StatementReader::kFunctions[] = {
    {"setval", Act::load, "SEQUENCE SET", "SEQUENCE", Section::data, NameSpace::relation,
     &StatementReader::set_value},
    {"set_config", Act::setting, {}, {}, Section::none, NameSpace::none, nullptr},
    {"lo_create", Act::define, "BLOB", "BLOB", Section::pre_data, NameSpace::large_object,
     &StatementReader::large_object},
    {"lo_unlink", Act::drop, "BLOB", "BLOB", Section::pre_data, NameSpace::large_object,
     &StatementReader::large_object},
    {"lo_open", Act::load, "BLOBS", "BLOB", Section::data, NameSpace::large_object,
     &StatementReader::large_object},
    {"lowrite", Act::load, "BLOBS", "BLOB", Section::data, NameSpace::none, nullptr},
    {"lo_close", Act::load, "BLOBS", "BLOB", Section::data, NameSpace::none, nullptr},
    {"pg_restore_relation_stats", Act::load, "STATISTICS DATA", "TABLE", Section::data, NameSpace::relation,
     &StatementReader::relation_statistics},
    {"pg_restore_attribute_stats", Act::load, "STATISTICS DATA", "TABLE", Section::data, NameSpace::relation,
     &StatementReader::relation_statistics},
};

// SELECT [* FROM] [pg_catalog.]function(
void StatementReader::select() {
  if (in_.take(TokenKind::op, "*")) in_.take_word("FROM");
  const ObjectName called = qualified_name(in_);
  if (!in_.take_mark('(') || (!called.schema.empty() && called.schema != "pg_catalog")) return;
  const auto function =
      std::ranges::find_if(kFunctions, [&](const auto& f) { return called.name == f.name; });
  if (function == std::end(kFunctions)) return;
  entry(function->act, function->type, function->section);
  out_.of = function->of;
  out_.space = function->space;
  if (function->follow != nullptr) (this->*function->follow)();
}

// setval('name', ...), and setval(pg_get_serial_sequence('table', 'column'), ...)
void StatementReader::set_value() {
  if (in_.is(TokenKind::string)) {
    out_.name = name_in(string_of(in_.token_text()));
  } else if (qualified_name(in_).name == "pg_get_serial_sequence" && in_.take_mark('(') &&
             in_.is(TokenKind::string)) {
    out_.table = name_in(string_of(in_.token_text()));
  }
}

// lo_create('123'), and lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid = '123'
void StatementReader::large_object() {
  while (!in_.done() && !in_.is(TokenKind::string) && !in_.is(TokenKind::number)) in_.skip();
  if (!in_.done()) out_.name.name = string_of(in_.token_text());
}

// 'schemaname', 'public', 'relname', 'x' among the arguments
void StatementReader::relation_statistics() {
  const auto value_of = [&](std::string_view key, std::string& value) {
    if (in_.token_text() != key) return;
    TokenReader ahead = in_.behind();
    if (ahead.take_mark(',') && ahead.is(TokenKind::string)) value = string_of(ahead.token_text());
  };
  for (; !in_.done(); in_.skip()) {
    value_of("'schemaname'", out_.name.schema);
    value_of("'relname'", out_.name.name);
  }
  out_.table = out_.name;
}

}  // namespace

std::string_view word_of(Section section) {
  switch (section) {
    case Section::pre_data:
      return "pre-data";
    case Section::data:
      return "data";
    case Section::post_data:
      return "post-data";
    case Section::none:
      break;
  }
  return {};
}

Object object_of(std::string_view text, std::span<const Token> tokens) {
  return StatementReader(text, tokens).read();
}

}  // namespace sluice
