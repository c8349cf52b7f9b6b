// COPY ... FROM stdin: which table, which columns, and how its rows are written.
//
// Source: PostgreSQL manual, COPY; src/backend/commands/copyfromparse.c (CopyReadAttributesText,
// CopyReadAttributesCSV, NextCopyFromRawFields) and copy.c (ProcessCopyOptions).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/dump/object.hpp"
#include "libfilter/lex/encoding.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice {

struct CopyFormat {
  enum class Kind { text, csv, binary };
  Kind kind = Kind::text;
  char delimiter = '\t';     // ',' for CSV
  std::string null = "\\N";  // "" for CSV
  char quote = '"', escape = '"';
  bool header = false;  // the first row (CSV or text) names the columns: it is none of the rows
  std::vector<std::string> force_null, force_not_null;  // columns; CSV only
  bool all_force_null = false, all_force_not_null = false;
  Encoding encoding = Encoding::safe;  // the session's: set by the caller

  // Rows as pg_dump writes them: no option given.
  bool plain() const { return kind == Kind::text && delimiter == '\t' && null == "\\N" && !header; }
};

struct CopyHeader {
  ObjectName table;
  std::vector<std::string> columns;  // names folded, quotes undone; empty: not listed
  bool columns_listed = false;       // "()" is a list too: a table without columns
  CopyFormat format;
};

// The COPY ... FROM stdin of a statement, in the order of their data; more than one where psql joined them.
// Both spellings of options: WITH (FORMAT csv, DELIMITER ';') and WITH DELIMITER AS ';' CSV HEADER. What is a
// COPY with data is decided as the Lexer does it (Lexer::copies_owed); FORCE_QUOTE, FREEZE and ENCODING are
// passed over. COPY ... WITH OIDS, as old pg_dumps write it, has one column more, the first: "oid".
std::vector<CopyHeader> copies_of(std::string_view text, std::span<const Token> tokens);

// Cuts COPY data into rows, text or CSV. Feed it the bytes of the block as they come, in stretches of any
// size; the end marker \. must not be among them.
//
// A row ends with LF (or CR LF) outside of CSV quotes; in text format a backslash before it makes the LF
// data, as it is for the server. (Rows that end with CR alone, which the server takes too, are not cut.) Its
// bytes are lent, without the line end: they point into the stretch, or into a buffer of the splitter when
// the row came in more than one stretch. A row longer than `most` bytes is lent as its first `most` bytes
// with `cut` set; the buffer never holds more. The row of a HEADER is lent like any other.
//
// Cost: in text format one memchr for each row and nothing for its bytes, a stretch without LF is appended as
// it is; CSV and the encodings of trail_bytes() are looked at byte by byte.
class RowSplitter {
 public:
  RowSplitter(const CopyFormat& format, std::size_t most);

  struct Row {
    std::string_view bytes;    // valid until the next call
    std::uint64_t offset = 0;  // of its first byte, from the first byte ever fed
    std::uint64_t lines = 0;   // line feeds fed before its first byte
    std::uint64_t length = 0;  // without its line end: more than bytes.size() when cut
    bool cut = false;
  };

  // The next row that ends in BYTES; what is done with is taken off BYTES' front. False: BYTES is empty, and
  // the row in progress (if any) waits for more.
  bool next(std::string_view& bytes, Row& row);
  // The block has ended: a last row without a line end. False when there is none.
  bool last(Row& row);
  // The same as next() until it returns false, but faster: for bytes that hold no row of interest, wherever
  // they begin and end.
  void skip(std::string_view bytes);

  // The open row's bytes so far; 0 between rows.
  std::uint64_t open_length() const { return fed_ - row_offset_; }
  // What is kept of them: the first `most`. Valid until the next call.
  std::string_view open_bytes() const { return open_length() == 0 ? std::string_view() : carried_; }

 private:
  // What the open row's last byte may mean for a line feed behind it.
  enum class Tail : std::uint8_t { plain, escape, carriage_return };

  std::size_t row_end(std::string_view bytes);
  std::size_t row_end_by_bytes(std::string_view bytes);
  Tail tail_behind(std::string_view bytes) const;
  void count_quote(char c);
  void carry(std::string_view bytes);
  void end_row(std::string_view have, Row& row);

  bool csv_, by_bytes_;
  char quote_, escape_;
  Encoding encoding_;
  std::size_t most_;
  ByteSet matters_;                               // bytes that row_end_by_bytes() may not pass over
  std::string carried_;                           // the open row's bytes in earlier stretches, at most most_
  std::uint64_t fed_ = 0, line_feeds_ = 0;        // bytes and line feeds done with
  std::uint64_t row_offset_ = 0, row_lines_ = 0;  // the same before the open row
  Tail tail_ = Tail::plain;
  bool in_quote_ = false;
  std::size_t trail_ = 0;  // bytes of the open row's last character that are still to come
};

// The fields of a row as written (views into ROW), quotes and escapes still there. An empty row has one empty
// field, also when it is one of a table without columns.
void split_fields(std::string_view row, const CopyFormat& format, std::vector<std::string_view>& fields);

// What a field of split_fields() stands for. False: NULL (and VALUE is empty). COLUMN decides FORCE_NULL and
// FORCE_NOT_NULL.
bool decode_field(std::string_view field, const CopyFormat& format, std::string_view column,
                  std::string& value);

// A value as COPY's default text format writes it, appended; NULL is \N, which is not for this function. A
// backslash inside a character of ENCODING is left alone.
void append_copy_text(std::string_view value, std::string& out, Encoding encoding = Encoding::safe);

}  // namespace sluice
