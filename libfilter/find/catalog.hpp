// What a dump has told about the objects of the database it is in: who owns them, which table they belong to,
// where their statements stand.
//
// Names are told apart as PostgreSQL does (dump/object.hpp); a thing may have further names: the index of a
// primary key, the sequence of an identity column. Up to 1,000 bytes an object; rows cost nothing.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libfilter/dump/object.hpp"

namespace sluice {

using ThingId = std::uint32_t;
inline constexpr ThingId kNoThing = std::numeric_limits<ThingId>::max();

// Whether the statement is the one that makes the object it is about, not one that says something of it.
bool makes_its_object(const Object& object);

struct Thing {
  NameSpace space = NameSpace::none;
  ObjectName name;
  std::string_view type;  // "VIEW"; empty until its CREATE was seen
  std::string owner;
  ThingId table = kNoThing;               // what it belongs to
  ThingId partition_of = kNoThing;        // the partitioned table
  std::vector<ThingId> dependents;        // things with this one as `table` or `partition_of`
  std::vector<ThingId> followers;         // of a type: its casts and operator classes
  std::vector<ThingId> followed;          // of these: their types
  std::vector<std::uint32_t> statements;  // those that may still be written, by the Search's count

  bool defined = false;         // its CREATE was seen
  bool chosen = false;          // a statement that defines it was chosen
  bool read_by_view = false;    // a view that was written names it
  bool needed = false;          // written because something chosen needs it
  bool key = false;             // a primary key or unique constraint
  bool left_out = false;        // a foreign key to what was not chosen
  std::uint64_t data_line = 0;  // rows of it have passed without being chosen
};

class Catalog {
 public:
  // The thing that a statement is about, made when it is new; kNoThing for settings and the like. Learns what
  // the statement tells: type, owner, table, partition, further names. SCHEMA is where names without one are.
  // LINKED says whether its links or owner have changed.
  ThingId file(const Object& object, const std::string& schema, bool& linked);

  Thing& operator[](ThingId id) { return things_[id]; }
  const Thing& operator[](ThingId id) const { return things_[id]; }

  ThingId find(NameSpace space, const ObjectName& name, const std::string& schema) const;

  // An extension's objects are in SCHEMA: they are no statements of the dump, so that an unknown name there
  // may be one.
  void extension_in(ThingId id, const std::string& schema);

  // The owner of a thing, or of what it belongs to; empty when not known.
  const std::string& owner_of(ThingId id) const;

  // The table (view, ...) that a thing is or belongs to; empty for a sequence of its own, a function and the
  // like.
  ObjectName table_of(ThingId id) const;

  // The things whose names a statement mentions, each once, in the order of their first mention.
  std::vector<ThingId> mentioned(std::string_view text, std::span<const Token> tokens,
                                 const std::string& schema) const;

  // The trigger of its name that a partition has of the table it is a partition of; kNoThing for what is its
  // own.
  ThingId inherited(ThingId id) const;

  // Another database begins.
  void clear();

 private:
  class Mentions;

  ThingId make(NameSpace space, const ObjectName& name, const std::string& signature,
               const ObjectName& table);
  bool link(ThingId id, ThingId Thing::*which, ThingId target);

  std::vector<Thing> things_;
  std::unordered_map<std::string, ThingId> by_key_;
  std::unordered_map<std::string, std::vector<ThingId>>
      by_name_;  // "schema\0name"; "\0name" without a schema
  std::unordered_map<std::string, std::vector<ThingId>> extensions_in_;  // by schema
};

}  // namespace sluice
