// What becomes of the records that a Search finds: printed as they are, or their rows searched.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/dump/copy_format.hpp"
#include "libfilter/find/grep_output.hpp"
#include "libfilter/find/matcher.hpp"
#include "libfilter/find/row_writer.hpp"
#include "libfilter/find/search.hpp"
#include "libfilter/find/where.hpp"

namespace sluice {

// Prints statements with their rows.
class StatementTaker : public Taker {
 public:
  explicit StatementTaker(GrepOutput& output) : output_(output) {}

  void begin(const Record& record) override;
  void more(std::string_view bytes, bool lent, std::uint64_t offset) override;
  Enough data(const Data& data) override;
  Enough end(std::uint64_t) override;
  bool wants_others() const override { return output_.wants_others(); }
  Enough other(const Record& record) override {
    return output_.other(record.text, record.line) ? Enough::yes : Enough::no;
  }
  void support(std::string_view text) override { output_.own(text); }
  void cut_off(std::string_view poison) override {
    if (output_.prints()) output_.own(poison);
  }

 private:
  GrepOutput& output_;
};

struct RowOptions {
  Matcher* matcher = nullptr;  // over the row as it stands in the dump; not owned
  bool invert = false;         // of the matcher; without one, of the conditions
  std::vector<Where> where;
  std::vector<std::string> columns;  // to be printed; empty: all
  RowFormat format = RowFormat::raw;
  std::size_t most = 1024 * 1024;  // bytes held of a row; a longer one is searched, but cannot be printed
  std::string name;                // the input's, for messages
  std::function<void(const Notice&)> notice;
};

// Searches the rows of the COPY statements it is given.
//
// Rows are told apart only where it matters: where a string that every match must contain is found, the line
// around it is. Without such a string, or with conditions on columns, row by row.
class RowTaker : public Taker {
 public:
  RowTaker(GrepOutput& output, RowOptions& options) : output_(output), options_(options) {}

  bool takes(const Object& object) const override { return object.type == "TABLE DATA"; }
  void begin(const Record& record) override;
  void more(std::string_view, bool, std::uint64_t) override {}
  Enough data(const Data& data) override;
  Enough end(std::uint64_t) override;
  void support(std::string_view text) override { output_.own(text); }
  void cut_off(std::string_view poison) override;

  // A column that was asked for was in some COPY.
  const std::vector<std::string>& unmet_columns() const { return unmet_; }

 private:
  void begin_block(unsigned block);
  void rows(std::string_view bytes);
  bool pass_unmatched(std::string_view& bytes);
  void row(const RowSplitter::Row& row);
  void search_long_row(std::string_view bytes);
  bool is_chosen(const RowSplitter::Row& row);
  bool where_holds(const RowSplitter::Row& row);
  void print(const RowSplitter::Row& row);
  void end_block();

  GrepOutput& output_;
  RowOptions& options_;

  std::vector<CopyHeader> headers_;
  std::string client_encoding_, written_encoding_;
  Encoding encoding_ = Encoding::safe;

  const CopyHeader* header_ = nullptr;  // of the block in progress; nullptr: nothing of it can be chosen
  std::optional<RowSplitter> splitter_;
  std::optional<RowWriter> writer_;
  std::vector<std::size_t> where_fields_, printed_fields_;
  bool writing_ = false;      // the writer has begun
  unsigned in_vain_ = 0;      // searches that found the row at hand, one after the other
  bool heading_due_ = false;  // the first row names the columns
  bool enough_ = false;
  std::uint64_t block_line_ = 0;
  std::vector<std::string> unmet_;
  bool unmet_known_ = false;

  std::string long_tail_;  // of a row that is longer than what is held: the end of what was searched
  bool long_found_ = false;

  std::vector<std::string_view> fields_;
  std::vector<std::string> values_;
  std::string text_;
};

}  // namespace sluice
