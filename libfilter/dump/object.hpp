// The object that a statement is about: what pg_dump's table of contents says of it, read from the
// statement's tokens alone. Comments (`-- Name: ...; Type: ...`) are never looked at: they can say anything.
//
// Nothing is looked up: an ALTER TABLE of a view is taken for a TABLE's, a name without a schema stays
// without. Who knows more (find/catalog) corrects it.
//
// Source: the type words and sections are those of PostgreSQL's src/bin/pg_dump/pg_dump.c (ArchiveEntry) and
// pg_backup_archiver.c; the grammar is that of src/backend/parser/gram.y, as far as pg_dump, pg_dumpall and
// people who write dumps by hand use it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/lex/token.hpp"

namespace sluice {

enum class Section : std::uint8_t { none, pre_data, data, post_data };

// "pre-data", "data", "post-data"; "" for none.
std::string_view word_of(Section section);

// Names in one space of one schema are unique. Relations are what PostgreSQL keeps in pg_class.
enum class NameSpace : std::uint8_t {
  none,
  relation,  // tables, views, materialized views, sequences, indexes, foreign tables
  type,      // types, domains
  routine,   // functions, procedures, aggregates; told apart by their signature
  op,        // operators
  op_class,
  op_family,
  collation,
  conversion,
  text_search,  // configurations, dictionaries, parsers, templates
  statistics,
  cast,
  transform,
  // without a schema
  schema,
  extension,
  language,
  access_method,
  wrapper,  // foreign data wrappers
  server,
  user_mapping,
  publication,
  subscription,
  event_trigger,
  database,
  role,
  tablespace,
  parameter,
  large_object,
  // within their table
  constraint,
  trigger,
  rule,
  policy,
};

// Names as PostgreSQL compares them: unquoted ones folded, quotes undone.
struct ObjectName {
  std::string schema;  // empty: written without one, or has none
  std::string name;
  bool empty() const { return name.empty(); }
  bool operator==(const ObjectName&) const = default;
};

struct Object {
  enum class Act : std::uint8_t {
    none,         // no statement about an object: SELECT f(), UPDATE, DO ...
    define,       // CREATE; ALTER TABLE ... ADD CONSTRAINT, ALTER COLUMN ... SET DEFAULT or ADD GENERATED:
                  // whatever makes an entry of its own in pg_dump's table of contents
    own,          // ALTER ... OWNER TO: part of the object's own entry
    alter,        // any other ALTER: part of the object's own entry
    drop,         // DROP, ALTER TABLE ... DROP CONSTRAINT, and so on (pg_dump --clean)
    describe,     // COMMENT, SECURITY LABEL
    grant,        // GRANT, REVOKE, ALTER DEFAULT PRIVILEGES
    load,         // COPY ... FROM, INSERT, setval, REFRESH MATERIALIZED VIEW, large objects' contents; and
                  // ALTER TABLE ... DISABLE and ENABLE TRIGGER ALL, which pg_dump writes around rows
    setting,      // SET, RESET, SELECT set_config(): the session's state
    transaction,  // BEGIN, COMMIT, ROLLBACK, SAVEPOINT ...
  };

  Act act = Act::none;

  // pg_dump's word for the entry: "TABLE", "FK CONSTRAINT", "ACL", "COMMENT", "TABLE DATA", "SEQUENCE SET".
  // For what no pg_dump writes, the SQL command in upper case ("UPDATE"); empty for settings, transactions
  // and what is no SQL. Static storage.
  std::string_view type;
  Section section = Section::none;

  // What kind of object `name` names: "TABLE" for COMMENT ON TABLE and for ALTER TABLE ... OWNER TO, the same
  // as `type` for CREATE, but "TYPE" for a SHELL TYPE. "COLUMN" is a TABLE's, "CONSTRAINT" stands for all of
  // them, "BLOB" for large objects. Static storage.
  std::string_view of;
  NameSpace space = NameSpace::none;  // of `name`

  // The object: of an index, a constraint, a trigger, a rule, a policy its own name, the schema being its
  // table's (that of an index too, where it is written without one); of COPY, INSERT, defaults and columns
  // the table; of setval() the sequence; of ATTACH PARTITION the partition (the index for ALTER INDEX); of
  // GRANT role TO member the member; of CREATE CAST "(public.a AS public.b)"; of large objects their number;
  // of CREATE TRANSFORM "public.a LANGUAGE l"; of an ALTER DEFAULT PRIVILEGES the role it is for, `schema`
  // being that of IN SCHEMA; of USER MAPPING "user SERVER server"; of ALTER PUBLICATION the publication.
  ObjectName name;
  std::vector<ObjectName> more_names;  // further ones of a list: GRANT ... ON a, b; DROP TABLE a, b
  std::string signature;  // routines and operators: the argument list without defaults, in one spelling:
                          // "(a integer, OUT b text)" for CREATE, ALTER, COMMENT, GRANT and DROP

  // The table (view, foreign table) it belongs to, for everything that belongs to one, and the relation
  // itself for what is said of a relation that may be one; empty otherwise. A domain's constraint has the
  // domain here, PUBLICATION TABLES IN SCHEMA a `schema` alone.
  ObjectName table;
  ObjectName parent;      // ATTACH PARTITION (tables), CREATE TABLE ... PARTITION OF: the partitioned table
  ObjectName references;  // FK CONSTRAINT: the referenced table

  // Other things that the statement makes and names: the index of a primary key, unique or exclusion
  // constraint, the sequence of an identity column in CREATE TABLE (SEQUENCE NAME; with ALTER TABLE it is the
  // object itself), a range's multirange type.
  struct Also {
    NameSpace space;
    ObjectName name;
  };
  std::vector<Also> also;

  std::string owner;  // OWNER TO x; CREATE SCHEMA ... AUTHORIZATION x, CREATE DATABASE/TABLESPACE ... OWNER x
  bool primary_key = false;  // the constraint that defines is a primary key or unique
  bool owned_by = false;     // SEQUENCE OWNED BY: `name` is the sequence, `table` the owner
};

// TOKENS may be the first ones of a longer statement (a head); what stands behind them is not known then.
// A statement psql joined with \; counts by its first part. A meta-command inside of it is passed over.
Object object_of(std::string_view text, std::span<const Token> tokens);

}  // namespace sluice
