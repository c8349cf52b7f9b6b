#include "libfilter/find/contents.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libfilter/dump/names.hpp"
#include "libfilter/find/charset.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice {
namespace {

using Act = Object::Act;
using nlohmann::ordered_json;

bool is_entry(const Object& object) {
  return object.act != Act::setting && object.act != Act::transaction && object.act != Act::drop &&
         !object.type.empty();
}

// Of a name that is shown: quoted where it would not be one word, or a dash.
std::string shown(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
  if (name.empty()) return "-";
  return printable(plain ? name : quote_name(name));
}

std::string or_null_text(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : std::string("-");
}

ordered_json or_null(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

std::string json_text(const ordered_json& json) {
  return escaped_json(json.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

// INSERT INTO [schema.]table (
bool begins_with_columns(const Record& record) {
  const auto is_mark = [&](std::size_t i, std::string_view mark) {
    return i < record.tokens.size() && record.tokens[i].of(record.text) == mark;
  };
  std::size_t at = 3;  // behind INSERT INTO name
  while (is_mark(at, ".")) at += 2;
  return is_mark(at, "(");
}

enum class Align { left, right };

void pad(std::string& out, const std::string& text, std::size_t width, Align align) {
  const std::string blanks(text.size() < width ? width - text.size() : 0, ' ');
  out += align == Align::right ? blanks + text : text + blanks;
  out += ' ';
}

}  // namespace

// --- entries

// Whether a statement counts with the open entry: ALTER ... OWNER TO, the next INSERT.
bool ContentsTaker::belongs(const Record& record) const {
  const Object& object = *record.object;
  if (!open_ || object.name.name != open_->name) return false;
  if (object.act == Act::own || object.act == Act::alter)
    return object.space == space_ && record.schema == open_->schema && object.signature == signature_ &&
           !open_->rows;
  return object.act == Act::load && object.type == open_->type && record.schema == open_->schema;
}

void ContentsTaker::begin(const Record& record) {
  const Object& object = *record.object;
  if (!is_entry(object)) {
    if (object.act != Act::transaction) finish();
    counted_ = false;
    return;
  }
  counted_ = true;
  if (!belongs(record)) {
    finish();
    if (object.act == Act::own) {  // its object is further up
      counted_ = false;
      return;
    }
    space_ = object.space;
    signature_ = object.signature;
    Entry& entry = open_.emplace();
    entry.file = file_;
    entry.database = record.database;
    entry.client_encoding = record.session->client_encoding();
    entry.line = record.line;
    entry.offset = record.offset;
    entry.section = object.section;
    entry.type = object.type;
    entry.schema = record.schema;
    entry.name = object.name.name;
    entry.table_schema = record.table.schema;
    entry.table = record.table.name;
    if (object.type == "TABLE DATA") entry.rows = 0;
  }
  open_->owner = record.owner;
  open_->bytes += record.text.size();
  const bool has_rows = object.type == "TABLE DATA";
  const bool is_copy = has_rows && equal_ignoring_case(record.tokens.front().of(record.text), "copy");
  copies_ = is_copy ? copies_of(record.text, record.tokens) : std::vector<CopyHeader>();
  is_insert_ = has_rows && !is_copy;
  lists_columns_ = is_insert_ && begins_with_columns(record);
}

void ContentsTaker::more(std::string_view bytes, bool, std::uint64_t) {
  if (counted_) open_->bytes += bytes.size();
}

Taker::Enough ContentsTaker::data(const Data& data) {
  if (!counted_) return Enough::no;
  open_->bytes += data.bytes.size();
  const CopyHeader* copy = data.block < copies_.size() ? &copies_[data.block] : nullptr;
  if (data.begins) {
    constexpr std::size_t kTheEndMarker = 2;
    block_rows_ = 0;
    splitter_.reset();
    if (copy != nullptr && copy->format.kind == CopyFormat::Kind::csv)
      splitter_.emplace(copy->format, kTheEndMarker);
  }
  if (splitter_) {
    std::string_view rest = data.bytes;
    RowSplitter::Row row;
    while (!rest.empty())
      if (splitter_->next(rest, row)) ++block_rows_;
  } else {
    block_rows_ += count_line_feeds(data.bytes);
  }
  if (!data.ends || !open_->rows) return Enough::no;
  const std::uint64_t no_rows =
      1U + (copy != nullptr && copy->format.header ? 1U : 0U);  // the end marker, a heading
  *open_->rows += block_rows_ - std::min(block_rows_, no_rows);
  return Enough::no;
}

// An INSERT has a row in each pair of parentheses but its list of columns.
Taker::Enough ContentsTaker::end(std::uint64_t groups) {
  if (counted_ && is_insert_)
    *open_->rows +=
        std::max<std::uint64_t>(1, groups - std::min<std::uint64_t>(groups, lists_columns_ ? 1 : 0));
  return Enough::no;
}

void ContentsTaker::finish() {
  if (!open_) return;
  ++entries_;
  ended_(*open_);
  open_.reset();
}

// --- --list

void ListWriter::begin() {
  if (format_ == ContentsFormat::json) sink_.put("[");
}

void ListWriter::write(const Entry& entry) {
  if (format_ == ContentsFormat::json) {
    const ToUtf8 utf8(entry.client_encoding);
    const auto or_null = [&](const std::string& text) {
      return text.empty() ? ordered_json(nullptr) : ordered_json(utf8.of(text));
    };
    ordered_json item;
    item["file"] = entry.file;
    item["database"] = or_null(entry.database);
    item["line"] = entry.line;
    item["offset"] = entry.offset;
    item["bytes"] = entry.bytes;
    item["rows"] = entry.rows ? ordered_json(*entry.rows) : ordered_json(nullptr);
    item["section"] = or_null(std::string(word_of(entry.section)));
    item["type"] = entry.type;
    item["schema"] = or_null(entry.schema);
    item["name"] = or_null(entry.name);
    item["table"] = or_null(entry.table);
    item["owner"] = or_null(entry.owner);
    sink_.put((first_ ? "\n" : ",\n") + json_text(item));
    first_ = false;
    return;
  }
  std::string line;
  if (files_) line += printable(entry.file) + ": ";
  pad(line, std::to_string(entry.line), 8, Align::right);
  pad(line, std::to_string(entry.offset), 12, Align::right);
  pad(line, std::to_string(entry.bytes), 12, Align::right);
  pad(line, or_null_text(entry.rows), 10, Align::right);
  const auto section = word_of(entry.section);
  pad(line, section.empty() ? "-" : std::string(section), 9, Align::left);
  pad(line, printable(entry.type), 17, Align::left);
  pad(line, shown(entry.schema), 8, Align::left);
  pad(line, shown(entry.name), 30, Align::left);
  sink_.put(line + shown(entry.owner) + "\n");
}

void ListWriter::end() {
  if (format_ == ContentsFormat::json) sink_.put("\n]\n");
}

// --- --sizes

void SizesWriter::add(const Entry& entry) {
  const bool json = format_ == ContentsFormat::json;
  const ToUtf8 utf8(entry.client_encoding);
  const auto name = [&](const std::string& text) { return json ? utf8.of(text) : text; };
  Sum& sum = sums_[{name(entry.database), name(entry.table_schema), name(entry.table)}];
  sum.bytes += entry.bytes;
  sum.rows += entry.rows.value_or(0);
  sum.has_rows = sum.has_rows || entry.rows.has_value();
}

void SizesWriter::end() {
  std::vector<std::pair<std::tuple<std::string, std::string, std::string>, Sum>> sorted(sums_.begin(),
                                                                                        sums_.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
  if (format_ == ContentsFormat::json) {
    ordered_json list = ordered_json::array();
    for (const auto& [key, sum] : sorted) {
      const auto& [database, schema, table] = key;
      list.push_back({{"database", or_null(database)},
                      {"schema", or_null(schema)},
                      {"table", or_null(table)},
                      {"bytes", sum.bytes},
                      {"rows", sum.has_rows ? ordered_json(sum.rows) : ordered_json(nullptr)}});
    }
    return sink_.put(escaped_json(list.dump(1, ' ', false, ordered_json::error_handler_t::replace)) + "\n");
  }
  const bool databases = std::any_of(sorted.begin(), sorted.end(), [&](const auto& item) {
    return std::get<0>(item.first) != std::get<0>(sorted.front().first);
  });
  std::uint64_t total = 0;
  std::size_t longest = 0;
  std::vector<std::string> names;
  for (const auto& [key, sum] : sorted) {
    const auto& [database, schema, table] = key;
    total += sum.bytes;
    std::string name = table.empty() ? "(no table's)" : shown(schema) + "." + shown(table);
    if (databases && !database.empty()) name = shown(database) + ": " + name;
    longest = std::max(longest, name.size());
    names.push_back(std::move(name));
  }
  constexpr std::size_t kNumbers = 14 + 7 + 12;  // bytes, share, rows
  constexpr std::size_t kLeastBar = 10;
  const std::size_t name_width =
      std::min(longest, std::max<std::size_t>(width_, kNumbers + kLeastBar + 20) - kNumbers - kLeastBar - 1);
  const std::size_t bar_width = width_ > kNumbers + name_width + 1 ? width_ - kNumbers - name_width - 1 : 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const Sum& sum = sorted[i].second;
    std::string line;
    pad(line, std::to_string(sum.bytes), 13, Align::right);
    const std::uint64_t thousandths = total == 0 ? 0 : (sum.bytes * 1000 + total / 2) / total;
    pad(line, std::to_string(thousandths / 10) + "." + std::to_string(thousandths % 10) + "%", 6,
        Align::right);
    pad(line, sum.has_rows ? std::to_string(sum.rows) : "-", 11, Align::right);
    std::string name = names[i];
    if (name.size() > name_width) name = name.substr(0, name_width - 1) + "~";
    pad(line, name, name_width, Align::left);
    const std::uint64_t most = sorted.front().second.bytes;
    const auto bar =
        most == 0 ? 0
                  : static_cast<std::size_t>(static_cast<double>(sum.bytes) / static_cast<double>(most) *
                                             static_cast<double>(bar_width));
    line += std::string(sum.bytes > 0 && bar_width > 0 ? std::max<std::size_t>(bar, 1) : 0, '#');
    line.erase(line.find_last_not_of(' ') + 1);
    sink_.put(line + "\n");
  }
}

}  // namespace sluice
