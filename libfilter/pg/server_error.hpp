// An error, or a notice, as the server sent it.
// Source: PostgreSQL manual, 55.8 (Error and Notice Message Fields).
#pragma once

#include <cstddef>
#include <string>

struct pg_result;  // libpq's PGresult

namespace sluice {

// Fields that were not sent are empty.
struct ServerError {
  std::string severity;  // "ERROR", "FATAL" ...: never translated (9.6 and later)
  std::string sqlstate;  // empty: the error is libpq's own
  std::string message, detail, hint, context;
  std::string schema, table, column, datatype, constraint;
  std::size_t position = 0;           // in characters, from 1, in the statement as it was sent; 0: not told
  std::size_t internal_position = 0;  // the same, in internal_query: what a function or the system ran
  std::string internal_query;
};

ServerError server_error_of(const pg_result* result);

}  // namespace sluice
