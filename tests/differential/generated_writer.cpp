#include "tests/differential/generated_writer.hpp"

#include <algorithm>

namespace sluice::testing {
namespace {

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

}  // namespace

void GeneratedWriter::need(std::size_t bytes) const {
  if (text_.size() + bytes > most_) throw Cut();
}

void GeneratedWriter::put(std::string_view piece, std::string_view mask) {
  need(piece.size());
  text_ += piece;
  masked_ += mask.empty() ? piece : mask;
}

// Ends the open unit here; one without bytes is none.
void GeneratedWriter::close(bool open) {
  unit_.kind = kind_;
  unit_.length = text_.size() - unit_.offset;
  unit_.open = open;
  if (unit_.length > 0) units_.push_back(unit_);
  unit_ = {};
  unit_.offset = text_.size();
  kind_ = UnitKind::space;
}

void GeneratedWriter::line_feed() {
  put("\n");
  sampled_ = now_;
  const bool statement = in_statement();
  if (!statement) close(false);
  if (due_.empty()) return;
  if (statement) {
    unit_.interrupted = true;
    unit_.groups = groups_;
    close(false);
  }
  write_blocks();
  if (!statement) return;
  kind_ = UnitKind::statement;
  unit_.continues = true;
}

void GeneratedWriter::write_blocks() {
  while (!due_.empty()) {
    kind_ = UnitKind::copy_data;
    unit_.csv = due_.front().csv;
    in_rows_ = true;
    in_binary_ = due_.front().binary;
    copy_rows(due_.front().csv);
    if (in_binary_) throw Cut();  // to the end of the script
    put("\\." + line_end());
    in_rows_ = false;
    due_.erase(due_.begin());
    close(false);
  }
}

void GeneratedWriter::begin_statement() {
  close(false);
  kind_ = UnitKind::statement;
  parens_ = begins_ = 0;
  groups_ = 0;
  words_.clear();
  part_ = {};
  blocks_.clear();
  any_token_ = selects_ = into_ = after_string_ = false;
}

bool GeneratedWriter::copies() const {
  if (words_.empty() || words_[0] != "copy") return false;
  const auto from = std::find(words_.begin() + 1, words_.end(), "from");
  if (from == words_.end() || from - words_.begin() > 6 || from + 1 == words_.end()) return false;
  return from[1] == "stdin" || from[1] == "stdout";
}

bool GeneratedWriter::is_function() const {
  const auto at = [&](std::size_t i) { return i < words_.size() ? words_[i] : std::string(); };
  const auto function = [&](std::size_t i) { return at(i) == "function" || at(i) == "procedure"; };
  return at(0) == "create" && (function(1) || (at(1) == "or" && at(2) == "replace" && function(3)));
}

void GeneratedWriter::count(std::string_view text) {
  const std::string word = in_lower_case(text);
  if (!any_token_) selects_ = word == "select";
  into_ = into_ || word == "into";
  if (copies()) {
    part_.csv = part_.csv || word == "csv";
    part_.binary = part_.binary || word == "binary";
  }
  if (parens_ > 0) return;
  if (words_.size() < 8) words_.push_back(word);
  if (!is_function()) return;
  if (word == "begin" || (word == "case" && begins_ > 0)) ++begins_;
  if (word == "end" && begins_ > 0) --begins_;
}

void GeneratedWriter::word(std::string_view text, std::string_view mask) {
  put(text, mask);
  count(text);
  any_token_ = true;
  after_string_ = false;
}

void GeneratedWriter::token(std::string_view text, std::string_view mask) {
  put(text, mask);
  any_token_ = true;
  after_string_ = false;
}

void GeneratedWriter::open_parenthesis() {
  token("(");
  if (parens_++ == 0) ++groups_;
}

void GeneratedWriter::close_parenthesis() {
  token(")");
  if (parens_ > 0) --parens_;
}

bool GeneratedWriter::semicolon() {
  token(";");
  if (parens_ > 0 || begins_ > 0) return false;
  end_statement(By::semicolon);
  return true;
}

void GeneratedWriter::join() {
  token("\\;");
  if (parens_ == 0 && begins_ == 0) end_part();
}

void GeneratedWriter::end_part() {
  if (copies() && active_) blocks_.push_back({part_.csv, part_.binary || words_[1] == "binary"});
  words_.clear();
  part_ = {};
}

void GeneratedWriter::end_statement(By by) {
  end_part();
  due_.insert(due_.end(), blocks_.begin(), blocks_.end());
  last_blocks_ = blocks_;
  unit_.copies_owed = static_cast<unsigned>(blocks_.size());
  unit_.by_meta = by == By::meta;
  unit_.groups = groups_;
  close(false);
}

void GeneratedWriter::throw_statement_away() {
  unit_.groups = groups_;
  close(false);
}

void GeneratedWriter::begin_meta(bool sends) {
  const bool with_statement = in_statement();
  if (with_statement) end_statement(By::meta);
  close(false);
  kind_ = UnitKind::meta_command;
  unit_.sends = sends;
  if (sends && !with_statement) due_.insert(due_.end(), last_blocks_.begin(), last_blocks_.end());
}

void GeneratedWriter::end_meta() { close(false); }

void GeneratedWriter::begin_construct(What what, std::string_view opener, std::string_view delimiter) {
  const auto at = text_.size();
  put(opener);
  construct_ = Construct{what, at, std::string(delimiter)};
}

void GeneratedWriter::end_construct(std::string_view closer) {
  put(closer);
  after_string_ = construct_->what == What::string;
  construct_.reset();
  any_token_ = true;
}

void GeneratedWriter::end_comment() {
  put("*/");
  construct_.reset();
}

GeneratedWriter::What GeneratedWriter::what_is_open() const {
  if (in_rows_) return in_binary_ ? What::nothing : What::copy_data;
  if (!in_statement()) return due_.empty() || due_.front().binary ? What::nothing : What::copy_data;
  if (construct_) return construct_->what;
  if (!any_token_) return due_.empty() ? What::nothing : What::statement;
  if (begins_ > 0) return What::atomic_body;
  if (parens_ > 0) return What::parentheses;
  return selects_ && !into_ ? What::harmless : What::statement;
}

Generated GeneratedWriter::finish() {
  Generated made;
  // Cut off before its first byte.
  if (in_statement() && unit_.offset == text_.size() && !unit_.continues) kind_ = UnitKind::space;
  // The data of a COPY is missing, whatever stands behind it on its line.
  if (!in_statement() && !in_rows_ && !due_.empty()) close(false);
  if (in_rows_) construct_.reset();
  made.open = what_is_open();
  made.open_offset = construct_ ? construct_->offset : unit_.offset;
  if (construct_) made.delimiter = construct_->delimiter;
  const bool meta = kind_ == UnitKind::meta_command;  // which ends with the script
  unit_.groups = in_statement() ? groups_ : 0;
  close(!meta && made.open != What::nothing);
  made.text = text_;
  made.units = units_;
  return made;
}

std::string unit_lines(const Generated& script) {
  std::string lines;
  std::uint64_t space = 0;
  const auto line = [&](std::string_view kind, std::uint64_t end, std::uint64_t length) {
    if (length == 0) return;
    lines += std::string(kind) + '\t' + std::to_string(end - length) + '\t' + std::to_string(length) + '\n';
  };
  for (const TrueUnit& unit : script.units) {
    const auto end = unit.offset + unit.length;
    if (unit.kind == UnitKind::space) {
      space += unit.length;
      continue;
    }
    line("space", unit.offset, space);
    space = 0;
    line(unit.open                          ? "trailing"
         : unit.kind == UnitKind::statement ? "statement"
         : unit.kind == UnitKind::copy_data ? "copy-data"
                                            : "meta-command",
         end, unit.length);
  }
  line("space", script.text.size(), space);
  return lines;
}

}  // namespace sluice::testing
