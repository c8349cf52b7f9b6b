// Incidents for tests, made from a statement as the reader of a dump makes them.
#pragma once

#include <string>

#include "libfilter/restore/incident.hpp"
#include "libfilter/restore/secrets.hpp"

namespace sluice::restore_test {

inline Incident incident(std::uint64_t line, const std::string& statement, const std::string& sqlstate,
                         const std::string& message, const std::string& detail = {}) {
  Incident out;
  out.line = line;
  out.statement = statement;
  out.object = object_of(out.statement, tokens_of(out.statement));
  out.error.severity = "ERROR";
  out.error.sqlstate = sqlstate;
  out.error.message = message;
  out.error.detail = detail;
  out.is_copy = statement.starts_with("COPY");
  return out;
}

}  // namespace sluice::restore_test
