#include "libfilter/dump/copy_format.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/token_reader.hpp"

namespace sluice {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// The value of a digit, 16 and more for what is none.
unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return 16;
}

// Appends the byte that the digits at AT name, MOST of them at most; returns where they end.
std::size_t append_number(std::string_view text, std::size_t at, std::size_t most, unsigned base,
                          std::string& out) {
  unsigned value = 0;
  const std::size_t end = std::min(text.size(), at + most);
  for (; at < end && digit_value(text[at]) < base; ++at) value = value * base + digit_value(text[at]);
  out.push_back(static_cast<char>(value));
  return at;
}

// Appends what the text behind a backslash stands for, from AT on, where a byte must be; returns where that
// ends.
std::size_t append_unescaped(std::string_view text, std::size_t at, std::string& out) {
  static constexpr std::string_view kLetters = "bfnrtv", kMeanings = "\b\f\n\r\t\v";
  const char c = text[at];
  if (digit_value(c) < 8) return append_number(text, at, 3, 8, out);
  if (c == 'x' && at + 1 < text.size() && digit_value(text[at + 1]) < 16)
    return append_number(text, at + 1, 2, 16, out);
  const auto letter = kLetters.find(c);
  out.push_back(letter == kNone ? c : kMeanings[letter]);
  return at + 1;
}

std::size_t backslashes_before(std::string_view text, std::size_t end) {
  std::size_t at = end;
  while (at > 0 && text[at - 1] == '\\') --at;
  return end - at;
}

// ---- the statement

// a, b, "C"
std::vector<std::string> take_names(TokenReader& in) {
  std::vector<std::string> names;
  do {
    if (std::string name = in.name(); !name.empty()) names.push_back(std::move(name));
  } while (in.take_mark(','));
  return names;
}

// string_of(), and the escapes of a byte by its number, which it leaves as they are: delimiters are written
// E'\x01'.
std::string string_value(std::string_view literal) {
  if (literal.size() < 3 || (literal[0] != 'e' && literal[0] != 'E')) return string_of(literal);
  const auto body = literal.substr(2, literal.size() - 3);
  std::string value;
  for (std::size_t i = 0; i < body.size();) {
    const char c = body[i++];
    if (c == '\\' && i < body.size()) {
      i = append_unescaped(body, i, value);
    } else {
      value.push_back(c);
      if (c == '\'' && i < body.size()) ++i;
    }
  }
  return value;
}

// A string, a word or a number.
std::optional<std::string> take_value(TokenReader& in) {
  std::optional<std::string> value;
  if (in.is(TokenKind::string)) value = string_value(in.token_text());
  if (in.is(TokenKind::number)) value = in.token_text();
  if (value) {
    in.skip();
  } else if (std::string name = in.name(); !name.empty()) {
    value = std::move(name);
  }
  return value;
}

// What the options say, before the defaults of the format are filled in.
class Options {
 public:
  // What stands behind STDIN.
  void read(TokenReader& in) {
    (void)in.take_word("using");
    if (in.take_word("delimiters")) delimiter_ = take_value(in);
    (void)in.take_word("with");
    if (in.take_mark('(')) {
      read_list(in);
    } else {
      read_words(in);
    }
  }

  void set_binary() { format_.kind = CopyFormat::Kind::binary; }
  bool oids() const { return oids_; }

  CopyFormat format() && {
    const bool csv = format_.kind == CopyFormat::Kind::csv;
    format_.delimiter = byte_of(delimiter_, csv ? ',' : '\t');
    format_.null = std::move(null_).value_or(csv ? "" : "\\N");
    format_.quote = byte_of(quote_, '"');
    format_.escape = byte_of(escape_, format_.quote);
    return std::move(format_);
  }

 private:
  // WITH (FORMAT csv, HEADER, FORCE_NULL (a, b))
  void read_list(TokenReader& in) {
    while (!in.done() && !in.take_mark(')')) {
      if (in.take_mark(',')) continue;
      const std::string option = in.name();
      if (option == "force_null") {
        read_columns(in, format_.force_null, format_.all_force_null);
      } else if (option == "force_not_null") {
        read_columns(in, format_.force_not_null, format_.all_force_not_null);
      } else if (option == "force_quote") {
        std::vector<std::string> columns;
        bool all = false;
        read_columns(in, columns, all);
      } else if (option.empty()) {
        in.skip();
      } else {
        set(option, take_value(in));
      }
    }
  }

  static void read_columns(TokenReader& in, std::vector<std::string>& columns, bool& all) {
    if (in.take(TokenKind::op, "*")) {
      all = true;
    } else if (in.take_mark('(')) {
      columns = take_names(in);
      (void)in.take_mark(')');
    }
  }

  // WITH DELIMITER AS ';' NULL AS '' CSV HEADER FORCE NOT NULL a, b
  void read_words(TokenReader& in) {
    static constexpr std::string_view kWithValue[] = {"delimiter", "delimiters", "null",
                                                      "quote",     "escape",     "encoding"};
    while (!in.done() && !in.take_word("where")) {
      if (in.take_word("csv")) {
        set("format", "csv");
      } else if (in.take_word("binary")) {
        set_binary();
      } else if (in.take_word("header")) {
        format_.header = true;
      } else if (in.take_word("oids")) {
        oids_ = true;
      } else if (in.take_word("force")) {
        read_force(in);
      } else {
        const auto* option = std::ranges::find_if(kWithValue, [&](auto word) { return in.take_word(word); });
        if (option == std::end(kWithValue)) {
          in.skip();
          continue;
        }
        (void)in.take_word("as");
        set(*option, take_value(in));
      }
    }
  }

  void read_force(TokenReader& in) {
    const auto read = [&](std::vector<std::string>& columns, bool& all) {
      all = in.take(TokenKind::op, "*");
      if (!all) columns = take_names(in);
    };
    std::vector<std::string> ignored;
    bool all_ignored = false;
    if (in.take_word("not")) {
      if (in.take_word("null")) read(format_.force_not_null, format_.all_force_not_null);
    } else if (in.take_word("null")) {
      read(format_.force_null, format_.all_force_null);
    } else if (in.take_word("quote")) {
      read(ignored, all_ignored);
    }
  }

  void set(std::string_view option, std::optional<std::string> value) {
    const auto is = [&](std::string_view word) { return value && equal_ignoring_case(*value, word); };
    if (option == "format") {
      if (is("csv")) format_.kind = CopyFormat::Kind::csv;
      if (is("binary")) set_binary();
    } else if (option == "header") {
      format_.header = !is("false") && !is("off") && !is("0");
    } else if (option == "oids") {
      oids_ = !is("false") && !is("off") && !is("0");
    } else if (option == "delimiter" || option == "delimiters") {
      delimiter_ = std::move(value);
    } else if (option == "null") {
      null_ = std::move(value);
    } else if (option == "quote") {
      quote_ = std::move(value);
    } else if (option == "escape") {
      escape_ = std::move(value);
    }
  }

  // More than one byte is refused by the server, but for '\t' where standard_conforming_strings is off.
  static char byte_of(const std::optional<std::string>& value, char otherwise) {
    if (!value || value->empty()) return otherwise;
    if (value->size() == 1 || value->front() != '\\') return value->front();
    std::string byte;
    (void)append_unescaped(*value, 1, byte);
    return byte.front();
  }

  CopyFormat format_;
  std::optional<std::string> delimiter_, null_, quote_, escape_;
  bool oids_ = false;
};

// The lexer's rule (LEXER 8.1): of the words outside of parentheses the first is COPY, the first FROM is one
// of the next six, and STDIN (or STDOUT, which means the same here) is behind it. psql's :variables are no
// words.
bool has_data(TokenReader in) {
  constexpr int kLastFrom = 6;
  int index = 0;
  bool behind_from = false;
  std::optional<std::uint32_t> variable;  // where the name of the last one begins
  for (; !in.at_end(); in.skip()) {
    if (in.is_mark(':')) variable = in.token().end();
    if (!in.is(TokenKind::word) || in.token().depth > 0 || in.token().begin == variable) continue;
    if (index == 0) {
      if (!in.is_word("copy")) return false;
    } else if (behind_from) {
      return in.is_word("stdin") || in.is_word("stdout");
    } else {
      behind_from = in.is_word("from");
    }
    if (++index > kLastFrom + 1) return false;
  }
  return false;
}

CopyHeader header_of(TokenReader in) {
  CopyHeader header;
  Options options;
  while (!in.take_word("copy")) in.skip();
  if (in.take_word("binary")) options.set_binary();
  header.table.name = in.name();
  while (in.take_mark('.')) {
    header.table.schema = std::move(header.table.name);
    header.table.name = in.name();
  }
  if (in.take_mark('(')) {
    header.columns_listed = true;
    header.columns = take_names(in);
    (void)in.take_mark(')');
  }
  bool oids = false;
  while (!in.done() && !in.take_word("from")) {
    if (in.take_word("oids")) {
      oids = true;
    } else {
      in.skip();
    }
  }
  if (!in.take_word("stdin")) (void)in.take_word("stdout");
  options.read(in);
  if ((oids || options.oids()) && header.columns_listed) header.columns.insert(header.columns.begin(), "oid");
  header.format = std::move(options).format();
  return header;
}

// ---- the fields

// The first delimiter of ROW from AT on, where a field begins; kNone when the field is the last. Left out:
// for the server the E of \xE is a digit even when it is the delimiter too (only A to F can be both).
std::size_t text_field_end(std::string_view row, std::size_t at, const CopyFormat& format) {
  if (format.encoding == Encoding::safe) {
    const auto begin = at;
    for (;;) {
      const auto end = row.find(format.delimiter, at);
      // An escaped delimiter is data, and so may be one backslash behind another.
      if (end == kNone || backslashes_before(row.substr(begin, end - begin), end - begin) % 2 == 0)
        return end;
      at = end + 1;
    }
  }
  for (; at < row.size(); ++at) {
    if (row[at] == format.delimiter) return at;
    if (row[at] == '\\' && at + 1 < row.size()) ++at;
    at += trail_bytes(row[at], format.encoding);
  }
  return kNone;
}

std::size_t csv_field_end(std::string_view row, std::size_t at, const CopyFormat& format) {
  bool quoted = false;
  for (; at < row.size(); ++at) {
    const char c = row[at];
    if (!quoted && c == format.delimiter) return at;
    if (quoted && c == format.escape && at + 1 < row.size() &&
        (row[at + 1] == format.escape || row[at + 1] == format.quote)) {
      ++at;
    } else if (c == format.quote) {
      quoted = !quoted;
    } else {
      at += trail_bytes(c, format.encoding);
    }
  }
  return kNone;
}

// Both append what the field stands for. decode_text(): false when a backslash with nothing behind it ends
// the field.
bool decode_text(std::string_view field, Encoding encoding, std::string& value) {
  if (encoding == Encoding::safe) {
    for (std::size_t at = 0;;) {
      const auto backslash = field.find('\\', at);
      value.append(field.substr(at, backslash - at));
      if (backslash == kNone) return true;
      if (backslash + 1 == field.size()) return false;
      at = append_unescaped(field, backslash + 1, value);
    }
  }
  for (std::size_t at = 0; at < field.size();) {
    if (field[at] == '\\') {
      if (++at == field.size()) return false;
      if (trail_bytes(field[at], encoding) == 0) {
        at = append_unescaped(field, at, value);
        continue;
      }
    }
    const auto length = std::min(field.size() - at, 1 + trail_bytes(field[at], encoding));
    value.append(field.substr(at, length));
    at += length;
  }
  return true;
}

void decode_csv(std::string_view field, const CopyFormat& format, std::string& value) {
  bool quoted = false;
  for (std::size_t at = 0; at < field.size(); ++at) {
    const char c = field[at];
    if (quoted && c == format.escape && at + 1 < field.size() &&
        (field[at + 1] == format.escape || field[at + 1] == format.quote)) {
      value.push_back(field[++at]);
    } else if (c == format.quote) {
      quoted = !quoted;
    } else {
      const auto length = std::min(field.size() - at, 1 + trail_bytes(c, format.encoding));
      value.append(field.substr(at, length));
      at += length - 1;
    }
  }
}

ByteSet with_leads(const ByteSet& bytes, Encoding encoding) {
  return encoding == Encoding::safe ? bytes : bytes.with_high_bytes();
}

bool names_column(const std::vector<std::string>& columns, bool all, std::string_view column) {
  return all || std::ranges::find(columns, column) != columns.end();
}

}  // namespace

std::vector<CopyHeader> copies_of(std::string_view text, std::span<const Token> tokens) {
  std::vector<CopyHeader> copies;
  TokenReader in(text, tokens);
  do {
    if (has_data(in)) copies.push_back(header_of(in));
  } while (in.next_part());
  return copies;
}

RowSplitter::RowSplitter(const CopyFormat& format, std::size_t most)
    : csv_(format.kind == CopyFormat::Kind::csv),
      by_bytes_(csv_ || format.encoding != Encoding::safe),
      quote_(format.quote),
      escape_(format.escape),
      encoding_(format.encoding),
      most_(most),
      matters_(with_leads(ByteSet(csv_ ? std::string{'\n', '\r', quote_, escape_} : "\n\r\\"), encoding_)) {}

bool RowSplitter::next(std::string_view& bytes, Row& row) {
  if (bytes.empty()) return false;
  const std::size_t end = by_bytes_ ? row_end_by_bytes(bytes) : row_end(bytes);
  const auto part = bytes.substr(0, end);
  const bool begins_here = open_length() == 0;
  if (end == kNone || !begins_here) carry(part);
  fed_ += part.size();
  bytes.remove_prefix(part.size());
  if (end == kNone) return false;

  end_row(begins_here ? part : carried_, row);
  bytes.remove_prefix(1);
  row_offset_ = ++fed_;
  row_lines_ = ++line_feeds_;
  return true;
}

bool RowSplitter::last(Row& row) {
  if (open_length() == 0) return false;
  end_row(carried_, row);
  row_offset_ = fed_;
  row_lines_ = line_feeds_;
  return true;
}

// HAVE is the open row, or what is kept of it. A carriage return is the line end's, also where the input was
// cut behind it: the server has no rows that end with one as data.
void RowSplitter::end_row(std::string_view have, Row& row) {
  row.offset = row_offset_;
  row.lines = row_lines_;
  row.length = open_length() - (tail_ == Tail::carriage_return ? 1 : 0);
  row.cut = row.length > most_;
  row.bytes = have.substr(0, row.cut ? most_ : static_cast<std::size_t>(row.length));
  tail_ = Tail::plain;
  in_quote_ = false;
  trail_ = 0;
}

void RowSplitter::skip(std::string_view bytes) {
  const auto end = by_bytes_ ? kNone : bytes.rfind('\n');
  if (end != kNone && end > 0 && bytes[end - 1] != '\\') {
    const std::size_t done = end + 1;
    fed_ += done;
    line_feeds_ += count_line_feeds(bytes.substr(0, done));
    row_offset_ = fed_;
    row_lines_ = line_feeds_;
    tail_ = Tail::plain;
    bytes.remove_prefix(done);
  }
  Row row;
  while (next(bytes, row)) {
  }
}

// The buffer takes its full size when half of it is needed. What std::string would do, grow by half of what
// it has, needs twice the memory in the end, and both buffers for a moment.
void RowSplitter::carry(std::string_view bytes) {
  if (open_length() == 0) carried_.clear();
  bytes = bytes.substr(0, most_ - carried_.size());
  if (carried_.size() + bytes.size() > most_ / 2) carried_.reserve(most_);
  carried_.append(bytes);
}

// Both return where the line feed is that ends the open row, kNone if it is not among BYTES, and keep
// tail_ and line_feeds_ up to date.
std::size_t RowSplitter::row_end(std::string_view bytes) {
  for (std::size_t from = 0;;) {
    const auto end = bytes.find('\n', from);
    tail_ = tail_behind(bytes.substr(from, end - from));
    if (end == kNone || tail_ != Tail::escape) return end;
    ++line_feeds_;
    tail_ = Tail::plain;
    from = end + 1;
  }
}

std::size_t RowSplitter::row_end_by_bytes(std::string_view bytes) {
  const char* const end = bytes.data() + bytes.size();
  for (const char* at = bytes.data(); at < end; ++at) {
    if (tail_ == Tail::plain && trail_ == 0) {
      at = matters_.find(at, end);
      if (at == end) break;
    }
    const char c = *at;
    if (c == '\n') {
      if (!in_quote_ && tail_ != Tail::escape) return static_cast<std::size_t>(at - bytes.data());
      ++line_feeds_;
      tail_ = Tail::plain;
      trail_ = 0;
    } else if (trail_ > 0) {
      --trail_;
    } else if ((trail_ = trail_bytes(c, encoding_)) > 0) {
      tail_ = Tail::plain;
    } else if (csv_) {
      count_quote(c);
    } else if (tail_ == Tail::escape) {
      tail_ = Tail::plain;
    } else {
      tail_ = c == '\\' ? Tail::escape : c == '\r' ? Tail::carriage_return : Tail::plain;
    }
  }
  return kNone;
}

// As CopyReadLineText() does it: an ESCAPE counts inside of quotes only, and a second one undoes it. Where it
// is the QUOTE itself, every quote toggles, which comes to the same.
void RowSplitter::count_quote(char c) {
  const bool escaped = tail_ == Tail::escape;
  tail_ = c == '\r' ? Tail::carriage_return : Tail::plain;
  if (in_quote_ && c == escape_ && escape_ != quote_) {
    if (!escaped) tail_ = Tail::escape;
  } else if (c == quote_ && !escaped) {
    in_quote_ = !in_quote_;
  }
}

// tail_ as it is behind BYTES, which have no line feed.
RowSplitter::Tail RowSplitter::tail_behind(std::string_view bytes) const {
  if (bytes.empty()) return tail_;
  const bool carriage_return = bytes.back() == '\r';
  if (!carriage_return && bytes.back() != '\\') return Tail::plain;
  if (carriage_return) bytes.remove_suffix(1);
  const auto run = backslashes_before(bytes, bytes.size());
  const bool escape_before = run == bytes.size() && tail_ == Tail::escape;
  const bool escape = (run % 2 == 1) != escape_before;
  if (carriage_return) return escape ? Tail::plain : Tail::carriage_return;
  return escape ? Tail::escape : Tail::plain;
}

void split_fields(std::string_view row, const CopyFormat& format, std::vector<std::string_view>& fields) {
  fields.clear();
  const bool csv = format.kind == CopyFormat::Kind::csv;
  for (std::size_t at = 0;;) {
    const auto end = csv ? csv_field_end(row, at, format) : text_field_end(row, at, format);
    fields.push_back(row.substr(at, end - at));
    if (end == kNone) return;
    at = end + 1;
  }
}

bool decode_field(std::string_view field, const CopyFormat& format, std::string_view column,
                  std::string& value) {
  value.clear();
  if (format.kind != CopyFormat::Kind::csv) {
    if (field == format.null) return false;
    // Only the data's last byte can be a backslash with nothing behind it. It is not the field's then.
    if (decode_text(field, format.encoding, value) || field.substr(0, field.size() - 1) != format.null)
      return true;
    value.clear();
    return false;
  }
  if (field == format.null && field.find(format.quote) == kNone) {
    if (!names_column(format.force_not_null, format.all_force_not_null, column)) return false;
    value = format.null;
    return true;
  }
  decode_csv(field, format, value);
  if (value != format.null || !names_column(format.force_null, format.all_force_null, column)) return true;
  value.clear();
  return false;
}

void append_copy_text(std::string_view value, std::string& out, Encoding encoding) {
  static constexpr std::string_view kSpecial = "\b\f\n\r\t\v\\", kLetters = "bfnrtv\\";
  static constexpr ByteSet kEscaped(kSpecial), kEscapedOrLead = kEscaped.with_high_bytes();
  const ByteSet& stops = encoding == Encoding::safe ? kEscaped : kEscapedOrLead;
  const char* const end = value.data() + value.size();
  for (const char* at = value.data();;) {
    const char* stop = stops.find(at, end);
    out.append(at, stop);
    if (stop == end) return;
    at = stop + 1;
    if (kEscaped.has(*stop)) {
      out.push_back('\\');
      out.push_back(kLetters[kSpecial.find(*stop)]);
    } else {
      at += std::min(end - at, static_cast<std::ptrdiff_t>(trail_bytes(*stop, encoding)));
      out.append(stop, at);
    }
  }
}

}  // namespace sluice
