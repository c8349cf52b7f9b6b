// --table, --schema, --name and the other selectors: names as PostgreSQL compares them, with shell globs.
//
// As in psql's and pg_dump's patterns, what is not quoted is folded to lower case, and a dot parts the schema
// from the name: Public.Users and public.users are one, "Order Items" is another thing than order items. * ?
// and [...] mean what they mean to fnmatch(3); between double quotes they are plain characters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libfilter/dump/object.hpp"

namespace sluice {

class NameGlob {
 public:
  // Throws Failure::usage: an open quote, an empty part, more than schema.name.
  explicit NameGlob(std::string_view text);

  // A glob without a schema holds in every schema.
  bool matches(const ObjectName& name) const;
  bool matches(std::string_view name) const;

  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::string schema_, name_;  // fnmatch patterns
  bool has_schema_ = false;
};

// "a,b" into its parts; a comma between double quotes parts nothing. Empty parts are left out.
std::vector<std::string> split_list(std::string_view list);

// All kinds that are given must hold; of one kind, one.
struct Selectors {
  std::vector<std::string> types;  // globs, upper case: "TABLE", "* CONSTRAINT"
  std::vector<NameGlob> schemas, names, tables, databases, owners;
  std::vector<Section> sections;

  bool empty() const {
    return types.empty() && schemas.empty() && names.empty() && tables.empty() && databases.empty() &&
           owners.empty() && sections.empty();
  }
};

// One of the globs holds, or there are none.
bool selects(const std::vector<NameGlob>& globs, std::string_view name);
bool selects(const std::vector<NameGlob>& globs, const ObjectName& name);
bool selects_type(const std::vector<std::string>& globs, std::string_view type);
bool selects(const std::vector<Section>& sections, Section section);

}  // namespace sluice
