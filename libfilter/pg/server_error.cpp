#include "libfilter/pg/server_error.hpp"

#include <libpq-fe.h>

#include <cstdlib>

namespace sluice {

ServerError server_error_of(const pg_result* result) {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string(text == nullptr ? "" : text);
  };
  const auto number = [&](int code) {
    return static_cast<std::size_t>(std::strtoul(field(code).c_str(), nullptr, 10));
  };
  ServerError error;
  error.severity = field(PG_DIAG_SEVERITY_NONLOCALIZED);
  if (error.severity.empty()) error.severity = field(PG_DIAG_SEVERITY);
  error.sqlstate = field(PG_DIAG_SQLSTATE);
  error.message = field(PG_DIAG_MESSAGE_PRIMARY);
  error.detail = field(PG_DIAG_MESSAGE_DETAIL);
  error.hint = field(PG_DIAG_MESSAGE_HINT);
  error.context = field(PG_DIAG_CONTEXT);
  error.schema = field(PG_DIAG_SCHEMA_NAME);
  error.table = field(PG_DIAG_TABLE_NAME);
  error.column = field(PG_DIAG_COLUMN_NAME);
  error.datatype = field(PG_DIAG_DATATYPE_NAME);
  error.constraint = field(PG_DIAG_CONSTRAINT_NAME);
  error.position = number(PG_DIAG_STATEMENT_POSITION);
  error.internal_position = number(PG_DIAG_INTERNAL_POSITION);
  error.internal_query = field(PG_DIAG_INTERNAL_QUERY);
  if (error.message.empty()) error.message = PQresultErrorMessage(result);
  return error;
}

}  // namespace sluice
