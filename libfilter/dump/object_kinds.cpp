#include "libfilter/dump/object_kinds.hpp"

#include <utility>

#include "libfilter/dump/object_names.hpp"

namespace sluice {
namespace {

constexpr auto kNone = Section::none, kPre = Section::pre_data, kPost = Section::post_data;

// Read from the top: the frequent ones first, longer words before their beginning.
constexpr ObjectKind kKinds[] = {
    {"TABLE", "TABLE", NameSpace::relation, kPre, Naming::relation},
    {"COLUMN", "TABLE", NameSpace::relation, kPre, Naming::column},
    {"FUNCTION", "FUNCTION", NameSpace::routine, kPre, Naming::routine},
    {"SEQUENCE", "SEQUENCE", NameSpace::relation, kPre, Naming::qualified},
    {"INDEX", "INDEX", NameSpace::relation, kPost, Naming::qualified},
    {"VIEW", "VIEW", NameSpace::relation, kPre, Naming::relation},
    {"TRIGGER", "TRIGGER", NameSpace::trigger, kPost, Naming::member},
    {"CONSTRAINT", "CONSTRAINT", NameSpace::constraint, kPost, Naming::member},
    {"POLICY", "POLICY", NameSpace::policy, kPost, Naming::member},
    {"RULE", "RULE", NameSpace::rule, kPost, Naming::member},
    {"MATERIALIZED VIEW", "MATERIALIZED VIEW", NameSpace::relation, kPre, Naming::relation},
    {"FOREIGN TABLE", "FOREIGN TABLE", NameSpace::relation, kPre, Naming::relation},
    {"TYPE", "TYPE", NameSpace::type, kPre, Naming::qualified},
    {"DOMAIN", "DOMAIN", NameSpace::type, kPre, Naming::qualified},
    {"PROCEDURE", "PROCEDURE", NameSpace::routine, kPre, Naming::routine},
    {"AGGREGATE", "AGGREGATE", NameSpace::routine, kPre, Naming::routine},
    {"ROUTINE", "FUNCTION", NameSpace::routine, kPre, Naming::routine},
    {"SCHEMA", "SCHEMA", NameSpace::schema, kPre, Naming::plain},
    {"EXTENSION", "EXTENSION", NameSpace::extension, kPre, Naming::plain},
    {"LARGE OBJECT", "BLOB", NameSpace::large_object, kPre, Naming::number},
    {"OPERATOR CLASS", "OPERATOR CLASS", NameSpace::op_class, kPre, Naming::in_method},
    {"OPERATOR FAMILY", "OPERATOR FAMILY", NameSpace::op_family, kPre, Naming::in_method},
    {"OPERATOR", "OPERATOR", NameSpace::op, kPre, Naming::operation},
    {"CAST", "CAST", NameSpace::cast, kPre, Naming::cast},
    {"TRANSFORM", "TRANSFORM", NameSpace::transform, kPre, Naming::transform},
    {"COLLATION", "COLLATION", NameSpace::collation, kPre, Naming::qualified},
    {"CONVERSION", "CONVERSION", NameSpace::conversion, kPre, Naming::qualified},
    {"STATISTICS", "STATISTICS", NameSpace::statistics, kPost, Naming::qualified},
    {"TEXT SEARCH CONFIGURATION", "TEXT SEARCH CONFIGURATION", NameSpace::text_search, kPre,
     Naming::qualified},
    {"TEXT SEARCH DICTIONARY", "TEXT SEARCH DICTIONARY", NameSpace::text_search, kPre, Naming::qualified},
    {"TEXT SEARCH PARSER", "TEXT SEARCH PARSER", NameSpace::text_search, kPre, Naming::qualified},
    {"TEXT SEARCH TEMPLATE", "TEXT SEARCH TEMPLATE", NameSpace::text_search, kPre, Naming::qualified},
    {"LANGUAGE", "PROCEDURAL LANGUAGE", NameSpace::language, kPre, Naming::plain},
    {"PROCEDURAL LANGUAGE", "PROCEDURAL LANGUAGE", NameSpace::language, kPre, Naming::plain},
    {"ACCESS METHOD", "ACCESS METHOD", NameSpace::access_method, kPre, Naming::plain},
    {"FOREIGN DATA WRAPPER", "FOREIGN DATA WRAPPER", NameSpace::wrapper, kPre, Naming::plain},
    {"SERVER", "SERVER", NameSpace::server, kPre, Naming::plain},
    {"FOREIGN SERVER", "SERVER", NameSpace::server, kPre, Naming::plain},  // GRANT
    {"USER MAPPING", "USER MAPPING", NameSpace::user_mapping, kPre, Naming::user_mapping},
    {"PUBLICATION", "PUBLICATION", NameSpace::publication, kPost, Naming::plain},
    {"SUBSCRIPTION", "SUBSCRIPTION", NameSpace::subscription, kPost, Naming::plain},
    {"EVENT TRIGGER", "EVENT TRIGGER", NameSpace::event_trigger, kPost, Naming::plain},
    {"DATABASE", "DATABASE", NameSpace::database, kPre, Naming::plain},
    {"ROLE", "ROLE", NameSpace::role, kNone, Naming::plain},
    {"USER", "ROLE", NameSpace::role, kNone, Naming::plain},
    {"GROUP", "ROLE", NameSpace::role, kNone, Naming::plain},
    {"TABLESPACE", "TABLESPACE", NameSpace::tablespace, kNone, Naming::plain},
    {"PARAMETER", "PARAMETER", NameSpace::parameter, kNone, Naming::plain},  // GRANT
};

}  // namespace

const ObjectKind* take_kind(TokenReader& in) {
  for (const ObjectKind& kind : kKinds)
    if (in.take_words(kind.words)) return &kind;
  return nullptr;
}

void set_member_name(std::string name, Object& out) { out.name = {out.table.schema, std::move(name)}; }

void read_name(TokenReader& in, const ObjectKind& kind, Object& out) {
  switch (kind.naming) {
    case Naming::plain:
      out.name.name = in.name();
      while (in.take_mark('.')) out.name.name += '.' + in.name();  // a parameter of an extension
      break;
    case Naming::qualified:
      out.name = qualified_name(in);
      break;
    case Naming::relation:
      out.name = out.table = relation_name(in);
      break;
    case Naming::routine:
    case Naming::operation:
      out.name = qualified_name(in);
      out.signature = argument_list(in);
      break;
    case Naming::in_method:
      out.name = qualified_name(in);
      if (in.take_word("USING")) in.name();
      break;
    case Naming::column:
      out.name = out.table = table_of_column(in);
      break;
    case Naming::member: {
      std::string name = in.name();
      if (in.skip_to("ON")) {
        const TokenReader next = in.behind();
        if (kind.space == NameSpace::rule && next.is_word("TO")) in = next.behind();  // ON INSERT TO table
        if (kind.space == NameSpace::constraint && !next.is_word("IS") && !next.is_mark('.'))
          in.take_word("DOMAIN");
        out.table = relation_name(in);
      }
      set_member_name(std::move(name), out);
      break;
    }
    case Naming::cast:
      out.name.name = argument_list(in);
      break;
    case Naming::transform:
      in.take_word("FOR");
      out.name.name = spelled_until(in, "LANGUAGE");
      if (in.take_word("LANGUAGE")) out.name.name += " LANGUAGE " + in.name();
      break;
    case Naming::user_mapping:
      in.take_word("FOR");
      out.name.name = in.name();
      if (in.take_word("SERVER")) out.name.name += " SERVER " + in.name();
      break;
    case Naming::number:
      if (in.is(TokenKind::number)) out.name.name = in.token_text();
      in.skip();
      break;
  }
}

void read_names(TokenReader& in, const ObjectKind& kind, Object& out) {
  read_name(in, kind, out);
  while (in.take_mark(',')) {
    if (kind.naming == Naming::number) {
      if (in.is(TokenKind::number)) out.more_names.push_back({{}, std::string(in.token_text())});
      in.skip();
    } else {
      out.more_names.push_back(relation_name(in));
      in.skip_parentheses();
    }
  }
}

}  // namespace sluice
