#include "libfilter/restore/sharing.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/object_names.hpp"
#include "libfilter/dump/token_reader.hpp"
#include "libfilter/lex/lexer.hpp"

namespace sluice {
namespace {

// Each of its members reads one kind of statement from behind its first words, and says whether it may run
// beside others; what it returns true for is known to the end.
class Reading {
 public:
  Reading(TokenReader in, const Object& object, const std::string& schema)
      : in_(in), object_(object), schema_(schema) {}

  bool statement();
  std::vector<std::string> take_relations() { return std::move(relations_); }

 private:
  bool add(ObjectName name);
  // An index, or a constraint's: in its table's schema.
  bool add_member(std::string name, ObjectName table);

  bool create();
  bool alter_table();
  bool add_constraint(const ObjectName& table);
  bool alter_index();
  bool set_value();
  bool comment();

  TokenReader in_;
  const Object& object_;
  const std::string& schema_;
  std::vector<std::string> relations_;
};

bool Reading::statement() {
  if (in_.take_word("create")) return create();
  if (in_.take_words("alter table")) return alter_table();
  if (in_.take_words("alter index")) return alter_index();
  if (in_.take_word("select")) return set_value();
  if (in_.take_words("comment on")) return comment();
  return in_.take_word("copy") && add(object_.table);
}

bool Reading::add(ObjectName name) {
  if (name.empty()) return false;
  const std::string& schema = name.schema.empty() ? schema_ : name.schema;
  if (schema.empty() || schema.starts_with("pg_temp")) return false;
  std::string whole = schema + '.' + name.name;
  if (std::ranges::find(relations_, whole) == relations_.end()) relations_.push_back(std::move(whole));
  return true;
}

bool Reading::add_member(std::string name, ObjectName table) {
  return add({std::move(table.schema), std::move(name)});
}

bool Reading::create() {
  const bool unique = in_.take_word("unique");
  if (in_.take_word("index")) {
    // A name that the server chooses may be another when others run beside it.
    std::string name = in_.is_word("on") || in_.is_word("if") ? std::string() : in_.name();
    if (!in_.take_word("on")) return false;
    const auto table = relation_name(in_);
    return add(table) && add_member(std::move(name), table);
  }
  if (unique) return false;
  if (in_.take_word("trigger")) return !object_.table.empty() && add(object_.table);
  if (!in_.take_word("statistics") || !in_.skip_to("from")) return false;
  return add(relation_name(in_)) && in_.done();
}

bool Reading::alter_table() {
  const auto table = relation_name(in_);
  if (!add(table)) return false;
  for (TokenReader ahead = in_; !ahead.done(); ahead.skip())
    if (ahead.is_mark(',') && ahead.token().depth == 0) return false;  // several actions
  if (in_.take_words("add constraint")) return add_constraint(table);
  if (in_.take_words("cluster on")) return add_member(in_.name(), table) && in_.done();
  if (in_.take_words("replica identity using index")) return add_member(in_.name(), table) && in_.done();
  if (in_.take_words("replica identity")) return true;
  if (!in_.take_word("alter")) return false;
  in_.take_word("column");
  return !in_.name().empty() && in_.is_word("set") && in_.behind().is_word("statistics");
}

bool Reading::add_constraint(const ObjectName& table) {
  std::string name = in_.name();
  if (in_.take_word("check")) return true;
  if (in_.take_words("foreign key")) return in_.skip_to("references") && add(relation_name(in_));
  if (!in_.take_words("primary key") && !in_.take_word("unique") && !in_.take_word("exclude")) return false;
  // USING INDEX i renames an index that is there; USING INDEX TABLESPACE does not.
  for (TokenReader ahead = in_; !ahead.done(); ahead.skip())
    if (ahead.take_words("using index") && !ahead.is_word("tablespace")) return false;
  return add_member(std::move(name), table);
}

bool Reading::alter_index() {
  const auto parent = qualified_name(in_);
  if (!add(parent)) return false;
  if (in_.take_words("attach partition")) return add(qualified_name(in_)) && in_.done();
  if (!in_.take_word("alter")) return false;
  in_.take_word("column");
  in_.skip();
  return in_.take_words("set statistics");
}

// SELECT [pg_catalog.]setval('public.s', 42, true), and nothing else.
bool Reading::set_value() {
  if (in_.take_word("pg_catalog") && !in_.take_mark('.')) return false;
  if (!in_.take_word("setval") || !in_.take_mark('(')) return false;
  const bool known = in_.is(TokenKind::string) && in_.token_text().starts_with('\'') &&
                     in_.token_text().find('\\') == std::string_view::npos &&
                     add(name_in(string_of(in_.token_text())));
  if (!known) return false;
  in_.skip();
  if (!in_.take_mark(',')) return false;
  in_.take(TokenKind::op, "-");
  if (!in_.is(TokenKind::number)) return false;
  in_.skip();
  if (in_.take_mark(',') && !in_.take_word("true") && !in_.take_word("false")) return false;
  return in_.take_mark(')') && in_.done();
}

bool Reading::comment() {
  if (in_.take_word("index")) return add(qualified_name(in_));
  if (in_.take_word("table")) return add(qualified_name(in_));
  if (in_.take_word("column")) return add(table_of_column(in_));
  if (!in_.take_word("constraint") && !in_.take_word("trigger")) return false;
  in_.name();
  return in_.take_word("on") && !in_.is_word("domain") && add(qualified_name(in_));
}

}  // namespace

Sharing sharing_of(std::string_view text, std::span<const Token> tokens, const Object& object,
                   const std::string& schema) {
  Reading reading(TokenReader(text, tokens), object, schema);
  if (!reading.statement()) return {};
  return {true, reading.take_relations()};
}

std::string only_schema(std::string_view statement) {
  Lexer lexer;
  static_cast<void>(lexer.scan(statement, Lexer::End::last));
  const auto tokens = lexer.tokens();
  TokenReader in(statement, tokens);
  std::vector<std::string> path;
  if (in.take_word("select")) {
    // A list of names within one string.
    while (!in.done() && !in.is_mark(',')) in.skip();
    if (!in.take_mark(',') || !in.is(TokenKind::string)) return {};
    if (!in.behind().is_mark(',')) return {};
    const std::string list = string_of(in.token_text());
    Lexer inner;
    static_cast<void>(inner.scan(list, Lexer::End::last));
    const auto names = inner.tokens();
    TokenReader each(list, names);
    while (!each.at_end()) {
      path.push_back(each.name());
      if (!each.take_mark(',') && !each.at_end()) return {};
    }
  } else {
    if (!in.take_word("set")) return {};
    in.take_word("session");
    const bool schema = in.take_word("schema");
    if (!schema && in.name() != "search_path") return {};
    if (!schema && !in.take_word("to") && !in.take(TokenKind::op, "=")) return {};
    do {
      if (in.is(TokenKind::string)) {
        path.push_back(string_of(in.token_text()));
        in.skip();
      } else {
        path.push_back(in.name());
      }
    } while (in.take_mark(','));
    if (!in.done()) return {};
  }
  if (path.size() > 1 && path.back() == "pg_catalog") path.pop_back();
  if (path.size() != 1 || path[0] == "$user" || path[0] == "pg_catalog" || path[0].starts_with("pg_temp"))
    return {};
  return path[0];
}

}  // namespace sluice
