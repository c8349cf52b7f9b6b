// --format: rows of COPY data in another form.
//
//   copy   a COPY statement with its columns, rows in COPY's text format, \.     (loadable)
//   csv    RFC 4180: a line of column names, CR LF, quotes where needed; NULL is empty, an empty string is ""
//   tsv    a line of column names, fields as COPY's text format writes them, \N for NULL
//   jsonl  one object a row: strings, and null; UTF-8 whatever the dump is in
//   sql    INSERT statements, a row each; the same under both settings of standard_conforming_strings
//
// All but jsonl stay in the dump's encoding. In those whose characters may hold ASCII bytes (trail_bytes()) a
// backslash inside a character is none, here as for the server.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/dump/object.hpp"
#include "libfilter/find/charset.hpp"
#include "libfilter/lex/encoding.hpp"

namespace sluice {

// raw: no --format is given, the rows stay as they are written; nothing for a RowWriter to do.
enum class RowFormat { raw, copy, csv, tsv, jsonl, sql };

// "copy", "csv" ... (raw has no name); throws Failure::usage with the values allowed.
RowFormat row_format(std::string_view name);

using RowValue = std::optional<std::string_view>;  // none: NULL

class RowWriter {
 public:
  // CLIENT_ENCODING is the session's; jsonl is converted from it with iconv, what cannot be is U+FFFD (and
  // every byte beyond ASCII that is no UTF-8 where the encoding is not known). COLUMNS may be empty where the
  // COPY lists none: then csv and tsv have no first line, copy and sql no list, and jsonl names columns "1",
  // "2" ...
  RowWriter(RowFormat format, const ObjectName& table, std::vector<std::string> columns,
            std::string_view client_encoding);

  // Each appends to OUT what stands before the first row, for a row (line end included), and behind the last.
  // A row with more or fewer values than there are columns is written with those it has.
  void begin(std::string& out) const;
  void row(std::span<const RowValue> values, std::string& out) const;
  void end(std::string& out) const;

 private:
  void append_json(std::string_view value, std::string& out) const;

  RowFormat format_;
  std::vector<std::string> columns_;  // as the format writes them
  std::string target_;                // of copy and sql: public."Order Items" (a, b)
  Encoding encoding_;
  ToUtf8 utf8_;
};

}  // namespace sluice
