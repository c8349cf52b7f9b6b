// The kinds of objects: the words SQL has for them, pg_dump's word, and how they are named.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libfilter/dump/object.hpp"
#include "libfilter/dump/token_reader.hpp"

namespace sluice {

// What stands behind the words in ALTER, DROP and COMMENT ON. CREATE differs for some.
enum class Naming : std::uint8_t {
  plain,         // name
  qualified,     // schema.name
  relation,      // [ONLY] schema.name [*]: a table, or what ALTER TABLE and GRANT take for one
  routine,       // schema.name(arguments)
  operation,     // schema.+(left, right)
  in_method,     // schema.name USING access_method
  column,        // schema.table.column
  member,        // name ON [ONLY | DOMAIN] schema.table
  cast,          // (type AS type)
  transform,     // FOR type LANGUAGE name
  user_mapping,  // FOR user SERVER name
  number,
};

struct ObjectKind {
  std::string_view words;  // in upper case, with one blank between
  std::string_view type;   // of pg_dump's entry
  NameSpace space;
  Section section;
  Naming naming;
};

// Takes the words of a kind, the longest that stand there; nullptr, and nothing is taken, for no kind.
const ObjectKind* take_kind(TokenReader& in);

// What stands behind the kind's words: the name, and what goes with it, into OUT.
void read_name(TokenReader& in, const ObjectKind& kind, Object& out);

// The same for a list of them.
void read_names(TokenReader& in, const ObjectKind& kind, Object& out);

// What belongs to a table has no schema of its own, but the table's.
void set_member_name(std::string name, Object& out);

}  // namespace sluice
