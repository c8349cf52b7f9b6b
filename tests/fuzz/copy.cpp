// COPY data: rows are the same however they come in; rows and fields are those of a plain decoder written
// after copyfromparse.c; and a value that is written as COPY's text is read again as it was.
#include <optional>
#include <string>
#include <vector>

#include "libfilter/dump/copy_format.hpp"
#include "tests/fuzz/support/fuzz.hpp"

using namespace sluice;

namespace {

constexpr std::size_t kMost = 1 << 20;

std::vector<std::string> rows_in_stretches(const CopyFormat& format, std::string_view bytes,
                                           std::size_t stretch) {
  RowSplitter splitter(format, kMost);
  std::vector<std::string> rows;
  RowSplitter::Row row;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(stretch, bytes.size()))) {
    // A copy, so that a view of the stretch before is seen to be gone.
    const std::string copy(bytes.substr(0, stretch));
    std::string_view some = copy;
    while (splitter.next(some, row)) rows.emplace_back(row.bytes);
  }
  if (splitter.last(row)) rows.emplace_back(row.bytes);
  return rows;
}

// CopyReadLineText, for line feeds alone.
std::vector<std::string> plain_rows(const CopyFormat& format, std::string_view bytes) {
  const bool csv = format.kind == CopyFormat::Kind::csv;
  std::vector<std::string> rows;
  std::string row;
  bool in_quote = false, escaped = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '\n' && !in_quote) {
      rows.push_back(row);
      row.clear();
      escaped = false;
      continue;
    }
    row += c;
    if (!csv) {
      if (c == '\\' && i + 1 < bytes.size()) row += bytes[++i];
      continue;
    }
    const bool own_escape = format.escape != format.quote;
    if (in_quote && own_escape && c == format.escape) escaped = !escaped;
    if (c == format.quote && !escaped) in_quote = !in_quote;
    if (!own_escape || c != format.escape) escaped = false;
  }
  if (!row.empty()) rows.push_back(row);
  return rows;
}

using Value = std::optional<std::string>;

// CopyReadAttributesText
std::vector<Value> plain_text_fields(const CopyFormat& format, std::string_view row) {
  std::vector<Value> values;
  std::string value, raw;
  const auto is_hex = [](char c) {
    return std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos;
  };
  const auto end_field = [&] {
    values.push_back(raw == format.null ? Value() : Value(value));
    value.clear();
    raw.clear();
  };
  for (std::size_t i = 0; i < row.size(); ++i) {
    const char c = row[i];
    if (c == format.delimiter) {
      end_field();
      continue;
    }
    raw += c;
    if (c != '\\') {
      value += c;
      continue;
    }
    if (i + 1 == row.size()) {  // of no field
      raw.pop_back();
      break;
    }
    const char next = row[++i];
    raw += next;
    const auto digits = [&](unsigned base, std::size_t most, auto is_digit, unsigned number) {
      for (; most > 0 && i + 1 < row.size() && is_digit(row[i + 1]); --most) {
        raw += row[++i];
        const char digit = row[i];
        number =
            number * base + static_cast<unsigned>(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
      }
      return static_cast<char>(number & 0xff);
    };
    const auto is_octal = [](char d) { return d >= '0' && d <= '7'; };
    constexpr std::string_view kLetters = "bfnrtv", kBytes = "\b\f\n\r\t\v";
    if (is_octal(next)) {
      value += digits(8, 2, is_octal, static_cast<unsigned>(next - '0'));
    } else if (next == 'x' && i + 1 < row.size() && is_hex(row[i + 1])) {
      value += digits(16, 2, is_hex, 0);
    } else {
      const auto letter = kLetters.find(next);
      value += letter == kLetters.npos ? next : kBytes[letter];
    }
  }
  end_field();
  return values;
}

// CopyReadAttributesCSV
std::vector<Value> plain_csv_fields(const CopyFormat& format, std::string_view row) {
  std::vector<Value> values;
  std::string value, raw;
  bool in_quote = false, quoted = false;
  const auto end_field = [&] {
    values.push_back(!quoted && raw == format.null ? Value() : Value(value));
    value.clear();
    raw.clear();
    quoted = false;
  };
  for (std::size_t i = 0; i < row.size(); ++i) {
    const char c = row[i];
    if (!in_quote && c == format.delimiter) {
      end_field();
      continue;
    }
    raw += c;
    if (!in_quote && c == format.quote) {
      in_quote = quoted = true;
    } else if (in_quote && c == format.escape && i + 1 < row.size() &&
               (row[i + 1] == format.escape || row[i + 1] == format.quote)) {
      value += row[++i];
      raw += row[i];
    } else if (in_quote && c == format.quote) {
      in_quote = false;
    } else {
      value += c;
    }
  }
  end_field();
  return values;
}

std::string joined(const std::vector<std::string>& rows) {
  std::string all;
  for (const auto& row : rows) all += std::to_string(row.size()) + ':' + row + '\n';
  return all;
}

std::string joined(const std::vector<Value>& values) {
  std::string all;
  for (const auto& value : values)
    all += value ? std::to_string(value->size()) + ':' + *value + '\n' : "null\n";
  return all;
}

std::vector<Value> fields(const CopyFormat& format, std::string_view row) {
  std::vector<std::string_view> written;
  split_fields(row, format, written);
  std::vector<Value> values;
  for (const auto field : written) {
    std::string value;
    const bool set = decode_field(field, format, "c", value);
    values.push_back(set ? Value(value) : Value());
  }
  return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto choice = input.byte();
  CopyFormat format;
  if (choice & 1) {
    format.kind = CopyFormat::Kind::csv;
    format.delimiter = ',';
    format.null = "";
    format.quote = input.pick(std::string_view("\"\"'#"));
    format.escape = choice & 2 ? format.quote : input.pick(std::string_view("\\@\"'"));
  }
  if (choice & 4) format.delimiter = input.pick(std::string_view("\t|;:"));
  if (choice & 8) format.null = input.pick(std::vector<std::string>{"x", "NULL", "", "\\N"});
  const std::size_t stretch = 1 + input.below(16);
  // The server takes carriage returns for line ends where the first row has one.
  std::string bytes;
  for (const char c : input.rest())
    if (c != '\r') bytes += c;

  const auto rows = rows_in_stretches(format, bytes, kMost);
  fuzz::same("rows in stretches", joined(rows), joined(rows_in_stretches(format, bytes, stretch)));
  fuzz::same("rows", joined(plain_rows(format, bytes)), joined(rows));
  for (const auto& row : rows) {
    const auto values = fields(format, row);
    const bool csv = format.kind == CopyFormat::Kind::csv;
    fuzz::same("fields", joined(csv ? plain_csv_fields(format, row) : plain_text_fields(format, row)),
               joined(values));
    std::string again;
    for (const auto& value : values) {
      if (&value != &values.front()) again += '\t';
      if (value) {
        append_copy_text(*value, again);
      } else {
        again += "\\N";
      }
    }
    fuzz::same("fields written and read again", joined(values), joined(fields(CopyFormat(), again)));
  }
  return 0;
}
