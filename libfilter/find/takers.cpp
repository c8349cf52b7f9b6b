#include "libfilter/find/takers.hpp"

#include <algorithm>

#include "libfilter/dump/names.hpp"

namespace sluice {
namespace {

constexpr std::size_t kNoField = static_cast<std::size_t>(-1);

// Where so many rows in a row may be chosen, looking for the next one by itself only costs.
constexpr unsigned kInVain = 8;

// Of a row that is searched in pieces, what is searched again with the next piece.
constexpr std::size_t kLongestMatch = 64 * 1024;

}  // namespace

// --- statements

void StatementTaker::begin(const Record& record) {
  output_.begin(record.text, record.lent, record.offset, record.line);
}

void StatementTaker::more(std::string_view bytes, bool lent, std::uint64_t offset) {
  output_.more(bytes, lent, offset);
}

Taker::Enough StatementTaker::data(const Data& data) {
  if (data.begins && data.block == 0) output_.rows("\n", false, 0);
  output_.rows(data.bytes, true, data.offset);
  return Enough::no;
}

Taker::Enough StatementTaker::end(std::uint64_t) { return output_.end() ? Enough::yes : Enough::no; }

// --- rows

void RowTaker::begin(const Record& record) {
  headers_ = record.tokens.empty() || !equal_ignoring_case(record.tokens.front().of(record.text), "copy")
                 ? std::vector<CopyHeader>()
                 : copies_of(record.text, record.tokens);
  client_encoding_ = record.session->client_encoding();
  encoding_ = record.session->lexer_settings().encoding;
  if (options_.matcher != nullptr) options_.matcher->set_encoding(client_encoding_);
  for (Where& condition : options_.where) condition.set_encoding(client_encoding_);
}

void RowTaker::begin_block(unsigned block) {
  header_ = nullptr;
  writer_.reset();
  if (block >= headers_.size()) return;
  CopyHeader& header = headers_[block];
  header.format.encoding = encoding_;
  if (header.format.kind == CopyFormat::Kind::binary) {
    if (options_.notice) options_.notice({block_line_, "binary COPY data is not searched", {}, {}});
    return;
  }
  const auto field_of = [&](const std::string& column) {
    const auto found = std::find(header.columns.begin(), header.columns.end(), column);
    return found == header.columns.end() ? kNoField
                                         : static_cast<std::size_t>(found - header.columns.begin());
  };
  std::vector<std::string> unmet;
  const auto look_up = [&](const std::string& column) {
    const std::size_t field = field_of(column);
    if (field == kNoField) unmet.push_back(column);
    return field;
  };
  where_fields_.clear();
  printed_fields_.clear();
  for (const Where& condition : options_.where) where_fields_.push_back(look_up(condition.column()));
  for (const std::string& column : options_.columns) printed_fields_.push_back(look_up(column));
  if (!unmet_known_) {
    unmet_ = unmet;
    unmet_known_ = true;
  } else {
    std::erase_if(unmet_, [&](const std::string& c) {
      return std::find(unmet.begin(), unmet.end(), c) == unmet.end();
    });
  }
  if (!unmet.empty()) return;

  header_ = &header;
  splitter_.emplace(header.format, options_.most);
  heading_due_ = header.format.header;
  in_vain_ = 0;
  if (options_.format == RowFormat::raw) return;
  std::vector<std::string> columns;
  for (const std::size_t field : printed_fields_) columns.push_back(header.columns[field]);
  writer_.emplace(options_.format, header.table, options_.columns.empty() ? header.columns : columns,
                  client_encoding_);
}

Taker::Enough RowTaker::data(const Data& data) {
  if (data.begins) {
    block_line_ = data.line;
    begin_block(data.block);
  }
  if (header_ == nullptr) return Enough::no;
  rows(data.bytes);
  if (data.ends && !enough_) {
    RowSplitter::Row last;
    if (splitter_->last(last)) row(last);
  }
  if (data.ends) end_block();
  return enough_ ? Enough::yes : Enough::no;
}

void RowTaker::rows(std::string_view bytes) {
  RowSplitter::Row next;
  while (!bytes.empty() && !enough_) {
    if (pass_unmatched(bytes)) continue;
    search_long_row(bytes);
    if (splitter_->next(bytes, next)) row(next);
  }
}

// What the splitter does not keep of a row that is longer than it holds is searched as it comes.
void RowTaker::search_long_row(std::string_view bytes) {
  const std::uint64_t so_far = splitter_->open_length();
  const auto part = bytes.substr(0, bytes.find('\n'));
  if (so_far == 0) {
    long_tail_.clear();
    long_found_ = false;
  }
  if (options_.matcher == nullptr || so_far + part.size() <= options_.most) return;
  if (long_tail_.empty()) long_tail_ = splitter_->open_bytes();
  long_tail_ += part;
  long_found_ = long_found_ || options_.matcher->matches(long_tail_);
  if (long_tail_.size() > kLongestMatch) long_tail_.erase(0, long_tail_.size() - kLongestMatch);
}

// Goes to the beginning of the first row that may be chosen; false when that is here, or a row is in
// progress.
bool RowTaker::pass_unmatched(std::string_view& bytes) {
  const Matcher* const matcher = options_.matcher;
  const bool by_search =
      matcher != nullptr && (matcher->can_skip() || (matcher->can_skip_lines() && in_vain_ < kInVain)) &&
      !options_.invert && !output_.wants_others() && header_->format.kind == CopyFormat::Kind::text &&
      !heading_due_ && splitter_->open_length() == 0;
  if (!by_search) return false;
  const auto place = matcher->can_skip() ? matcher->candidate(bytes) : matcher->candidate_line(bytes);
  const auto found = std::min(place, bytes.size());
  const auto line_end = found == 0 ? std::string_view::npos : bytes.rfind('\n', found - 1);
  in_vain_ = line_end == std::string_view::npos ? in_vain_ + 1 : 0;
  if (line_end == std::string_view::npos) return false;
  if (line_end > 0 && bytes[line_end - 1] == '\\') return false;  // a line feed in a row, perhaps
  splitter_->skip(bytes.substr(0, line_end + 1));
  bytes.remove_prefix(line_end + 1);
  return true;
}

void RowTaker::row(const RowSplitter::Row& row) {
  if (row.bytes == "\\.") return;  // the end marker
  if (heading_due_) {
    heading_due_ = false;
    return;
  }
  if (!is_chosen(row)) {
    if (output_.wants_others()) enough_ = output_.other(row.bytes, block_line_ + row.lines);
    return;
  }
  if (row.cut && (output_.prints() || !options_.where.empty()))
    throw Failure(Failure::Kind::usage,
                  options_.name + ":" + std::to_string(block_line_ + row.lines) + ": this row has " +
                      std::to_string(row.length) + " bytes, more than are held of one",
                  std::to_string(options_.most) + " bytes are held", "give a larger --max-statement");
  print(row);
}

bool RowTaker::is_chosen(const RowSplitter::Row& row) {
  const bool holds = where_holds(row);
  if (options_.matcher == nullptr) return holds != options_.invert;
  return holds && (options_.matcher->matches(row.bytes) || (row.cut && long_found_)) != options_.invert;
}

bool RowTaker::where_holds(const RowSplitter::Row& row) {
  if (options_.where.empty()) return true;
  if (row.cut) return true;  // cannot be known: row() refuses it
  split_fields(row.bytes, header_->format, fields_);
  for (std::size_t i = 0; i < options_.where.size(); ++i) {
    const std::size_t field = where_fields_[i];
    std::optional<std::string_view> value;
    if (field < fields_.size() &&
        decode_field(fields_[field], header_->format, header_->columns[field], text_))
      value = text_;
    if (!options_.where[i].holds(value)) return false;
  }
  return true;
}

void RowTaker::print(const RowSplitter::Row& row) {
  const std::uint64_t line = block_line_ + row.lines;
  if (!output_.prints() || (options_.format == RowFormat::raw && options_.columns.empty())) {
    output_.begin(row.bytes, false, 0, line);
    enough_ = output_.end();
    return;
  }
  split_fields(row.bytes, header_->format, fields_);
  std::string out;
  if (options_.format == RowFormat::raw) {
    for (std::size_t i = 0; i < printed_fields_.size(); ++i) {
      if (i > 0) out += header_->format.delimiter;
      if (printed_fields_[i] < fields_.size()) out += fields_[printed_fields_[i]];
    }
    output_.begin(out, false, 0, line);
    enough_ = output_.end();
    return;
  }
  if (options_.columns.empty()) {
    printed_fields_.resize(std::max(fields_.size(), header_->columns.size()));
    for (std::size_t i = 0; i < printed_fields_.size(); ++i) printed_fields_[i] = i;
  }
  values_.resize(printed_fields_.size());
  std::vector<RowValue> values(printed_fields_.size());
  for (std::size_t i = 0; i < printed_fields_.size(); ++i) {
    const std::size_t field = printed_fields_[i];
    const std::string_view column =
        field < header_->columns.size() ? std::string_view(header_->columns[field]) : "";
    if (field < fields_.size() && decode_field(fields_[field], header_->format, column, values_[i]))
      values[i] = values_[i];
  }
  if (!writing_) {
    const bool as_sql = options_.format == RowFormat::copy || options_.format == RowFormat::sql;
    if (as_sql && client_encoding_ != written_encoding_) {
      out += "SET client_encoding = " + quote_literal(client_encoding_.empty() ? "UTF8" : client_encoding_) +
             ";\n";
      written_encoding_ = client_encoding_;
    }
    writer_->begin(out);
    writing_ = true;
  }
  writer_->row(values, out);
  output_.begin(out, false, 0, line);
  enough_ = output_.end();
}

void RowTaker::end_block() {
  if (writing_) {
    std::string out;
    writer_->end(out);
    output_.own(out);
  }
  writing_ = false;
  header_ = nullptr;
}

Taker::Enough RowTaker::end(std::uint64_t) {
  end_block();
  return std::exchange(enough_, false) ? Enough::yes : Enough::no;
}

// The server reads no more of a block, or of what follows an INSERT.
void RowTaker::cut_off(std::string_view) {
  const bool begun = std::exchange(writing_, false);
  if (begun && options_.format == RowFormat::copy) output_.own("\\0\n");
  if (begun && options_.format == RowFormat::sql) output_.own("{ --@! the input ends inside these rows\n");
}

}  // namespace sluice
