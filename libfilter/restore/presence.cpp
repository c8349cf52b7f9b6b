#include "libfilter/restore/presence.hpp"

#include "libfilter/dump/names.hpp"

namespace sluice {
namespace {

bool begins(const Step& step, std::string_view word) {
  return step.text.size() >= word.size() &&
         equal_ignoring_case(std::string_view(step.text).substr(0, word.size()), word);
}

std::string oid_in(const char* catalog, const char* column, const std::string& name) {
  return std::string("SELECT oid FROM pg_catalog.") + catalog + " WHERE " + column +
         " OPERATOR(pg_catalog.=)" + sql_literal(name);
}

}  // namespace

Presence presence_of(const Step& step) {
  const Object& object = step.object;
  const std::string& name = object.name.name;
  if (begins(step, "vacuum") || begins(step, "cluster") || begins(step, "reindex") ||
      begins(step, "alter system") || begins(step, "alter database"))
    return {.query = {}, .repeatable = true, .mend = {}};
  if (name.empty()) return {};
  if (object.of == "DATABASE") return {.query = oid_in("pg_database", "datname", name), .mend = {}};
  if (object.of == "TABLESPACE") return {.query = oid_in("pg_tablespace", "spcname", name), .mend = {}};
  if (object.of == "SUBSCRIPTION" && (object.act == Object::Act::define || object.act == Object::Act::drop))
    return {.query = oid_in("pg_subscription", "subname", name), .mend = {}};
  if (object.of == "INDEX") {
    const std::string full = object.name.schema.empty()
                                 ? quote_name(name)
                                 : quote_name(object.name.schema) + "." + quote_name(name);
    // "t": valid; an invalid one is what is left of half a CREATE INDEX CONCURRENTLY.
    return {
        .query =
            "SELECT indexrelid OPERATOR(pg_catalog.||) CASE WHEN indisvalid THEN ' valid' ELSE ' invalid' "
            "END FROM pg_catalog.pg_index WHERE indexrelid OPERATOR(pg_catalog.=) "
            "pg_catalog.to_regclass(" +
            sql_literal(full) + ")",
        .mend = object.act == Object::Act::define ? "DROP INDEX CONCURRENTLY IF EXISTS " + full : ""};
  }
  return {};
}

std::string look_at(const Presence& presence, Wire& wire) {
  if (presence.query.empty()) return {};
  const auto rows = wire.query(presence.query);
  return rows.empty() ? "none" : rows.front().at(0).value_or("none");
}

IntentVerdict judge_intent(const Presence& presence, Wire& wire, const std::string& before) {
  if (presence.repeatable) return IntentVerdict::run;
  if (presence.query.empty()) return IntentVerdict::unknown;
  const auto now = look_at(presence, wire);
  if (now == before) return IntentVerdict::run;
  if (now.ends_with(" invalid") && !presence.mend.empty()) {
    wire.query(presence.mend);
    return IntentVerdict::run;
  }
  return IntentVerdict::done;
}

}  // namespace sluice
