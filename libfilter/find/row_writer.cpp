#include "libfilter/find/row_writer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "libfilter/dump/copy_format.hpp"
#include "libfilter/dump/names.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice {
namespace {

constexpr std::pair<std::string_view, RowFormat> kFormats[] = {{"copy", RowFormat::copy},
                                                               {"csv", RowFormat::csv},
                                                               {"tsv", RowFormat::tsv},
                                                               {"jsonl", RowFormat::jsonl},
                                                               {"sql", RowFormat::sql}};

// quote_literal(), but for trail bytes.
void append_literal(std::string_view value, Encoding encoding, std::string& out) {
  static constexpr ByteSet kDoubled("'\\"), kDoubledOrLead = kDoubled.with_high_bytes();
  const ByteSet& stops = encoding == Encoding::safe ? kDoubled : kDoubledOrLead;
  const auto begin = out.size();
  bool escapes = false;
  out.push_back('\'');
  const char* const end = value.data() + value.size();
  for (const char* at = value.data(); at < end;) {
    const char* stop = stops.find(at, end);
    out.append(at, stop);
    at = stop;
    if (at == end) break;
    if (kDoubled.has(*stop)) out.push_back(*stop);
    escapes = escapes || *stop == '\\';
    at += 1 + std::min(end - stop - 1, static_cast<std::ptrdiff_t>(trail_bytes(*stop, encoding)));
    out.append(stop, at);
  }
  out.push_back('\'');
  if (escapes) out.insert(begin, 1, 'E');
}

// \. in quotes too: alone on its line it would end COPY's data.
void append_csv(std::string_view value, std::string& out) {
  static constexpr ByteSet kQuoted(",\"\r\n");
  const char* const end = value.data() + value.size();
  if (!value.empty() && value != "\\." && kQuoted.find(value.data(), end) == end) {
    out.append(value);
    return;
  }
  out.push_back('"');
  for (const char c : value) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) out += between;
    out += part;
  }
  return out;
}

bool is_plain_json(std::string_view text) {
  static constexpr ByteSet kPlain(
      " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");
  const char* const end = text.data() + text.size();
  return kPlain.skip(text.data(), end) == end;
}

}  // namespace

RowFormat row_format(std::string_view name) {
  const auto* found = std::ranges::find(kFormats, name, [](const auto& one) { return one.first; });
  if (found != std::end(kFormats)) return found->second;
  throw Failure(Failure::Kind::usage, "bad value for --format: '" + std::string(name) + "'",
                "expected copy, csv, tsv, jsonl or sql");
}

RowWriter::RowWriter(RowFormat format, const ObjectName& table, std::vector<std::string> columns,
                     std::string_view client_encoding)
    : format_(format),
      columns_(std::move(columns)),
      encoding_(encoding_by_name(client_encoding)),
      utf8_(client_encoding) {
  for (std::string& column : columns_) {
    std::string written;
    switch (format) {
      case RowFormat::raw:
        break;
      case RowFormat::copy:
      case RowFormat::sql:
        written = write_name(column);
        break;
      case RowFormat::csv:
        append_csv(column, written);
        break;
      case RowFormat::tsv:
        append_copy_text(column, written, encoding_);
        break;
      case RowFormat::jsonl:
        append_json(column, written);
        break;
    }
    column = std::move(written);
  }
  if (!table.schema.empty()) target_ = write_name(table.schema) + ".";
  target_ += write_name(table.name);
  if (!columns_.empty()) target_ += " (" + joined(columns_, ", ") + ")";
}

void RowWriter::begin(std::string& out) const {
  if (format_ == RowFormat::copy) out += "COPY " + target_ + " FROM stdin;\n";
  if (columns_.empty()) return;
  if (format_ == RowFormat::csv) out += joined(columns_, ",") + "\r\n";
  if (format_ == RowFormat::tsv) out += joined(columns_, "\t") + "\n";
}

void RowWriter::end(std::string& out) const {
  if (format_ == RowFormat::copy) out += "\\.\n";
}

void RowWriter::row(std::span<const RowValue> values, std::string& out) const {
  struct Frame {
    std::string_view before, between, behind, null;
  };
  Frame frame;
  switch (format_) {
    case RowFormat::raw:
      return;
    case RowFormat::copy:
    case RowFormat::tsv:
      frame = {"", "\t", "\n", "\\N"};
      break;
    case RowFormat::csv:
      frame = {"", ",", "\r\n", ""};
      break;
    case RowFormat::jsonl:
      frame = {"{", ",", "}\n", "null"};
      break;
    case RowFormat::sql:
      frame = {"INSERT INTO ", ", ", ");\n", "NULL"};
      break;
  }
  out += frame.before;
  if (format_ == RowFormat::sql) out.append(target_).append(" VALUES (");
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += frame.between;
    if (format_ == RowFormat::jsonl) {
      out += i < columns_.size() ? columns_[i] : '"' + std::to_string(i + 1) + '"';
      out += ':';
    }
    if (!values[i]) {
      out += frame.null;
    } else if (format_ == RowFormat::csv) {
      append_csv(*values[i], out);
    } else if (format_ == RowFormat::jsonl) {
      append_json(*values[i], out);
    } else if (format_ == RowFormat::sql) {
      append_literal(*values[i], encoding_, out);
    } else {
      append_copy_text(*values[i], out, encoding_);
    }
  }
  out += frame.behind;
}

void RowWriter::append_json(std::string_view value, std::string& out) const {
  if (is_plain_json(value)) {
    out.append("\"").append(value).append("\"");
    return;
  }
  const nlohmann::json text = utf8_.of(value);
  out += text.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace sluice
