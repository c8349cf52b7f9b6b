// --list and --sizes: what is in a dump, from one reading of it.
//
// An entry is what pg_dump's table of contents has one for: an object, its rows, its comment, its
// privileges. ALTER ... OWNER TO and the other statements that belong to an object's entry count with it.
// Rows written as INSERT statements one behind the other are one entry.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "libfilter/dump/copy_format.hpp"
#include "libfilter/find/search.hpp"
#include "libfilter/io/sink.hpp"

namespace sluice {

enum class ContentsFormat { text, json };

struct Entry {
  std::string file, database;
  std::string client_encoding;  // of the names
  std::uint64_t line = 0, offset = 0, bytes = 0;
  std::optional<std::uint64_t> rows;  // of entries with rows
  Section section = Section::none;
  std::string type, schema, name, owner;
  std::string table_schema, table;  // what it belongs to
};

// Collects entries out of records; finished ones go to `ended`.
class ContentsTaker : public Taker {
 public:
  explicit ContentsTaker(std::function<void(const Entry&)> ended) : ended_(std::move(ended)) {}

  void begin_file(const std::string& name) { file_ = name; }
  void end_file() { finish(); }
  std::uint64_t entries() const { return entries_; }

  void begin(const Record& record) override;
  void more(std::string_view bytes, bool, std::uint64_t) override;
  Enough data(const Data& data) override;
  Enough end(std::uint64_t groups) override;
  void cut_off(std::string_view) override {}

 private:
  bool belongs(const Record& record) const;
  void finish();

  std::function<void(const Entry&)> ended_;
  std::string file_;
  std::optional<Entry> open_;
  NameSpace space_ = NameSpace::none;
  std::string signature_;
  std::vector<CopyHeader> copies_;
  bool counted_ = false;  // the record in progress is part of the open entry
  bool is_insert_ = false, lists_columns_ = false;
  std::optional<RowSplitter> splitter_;  // where a line is not a row
  std::uint64_t block_rows_ = 0;
  std::uint64_t entries_ = 0;
};

// --list: a line an entry, as they come.
class ListWriter {
 public:
  ListWriter(Sink& sink, ContentsFormat format, bool files) : sink_(sink), format_(format), files_(files) {}
  void begin();
  void write(const Entry& entry);
  void end();

 private:
  Sink& sink_;
  ContentsFormat format_;
  bool files_;  // several: their names are shown
  bool first_ = true;
};

// --sizes: the sums by table, the largest first.
class SizesWriter {
 public:
  // WIDTH: columns of the terminal.
  SizesWriter(Sink& sink, ContentsFormat format, std::size_t width)
      : sink_(sink), format_(format), width_(width) {}
  void add(const Entry& entry);
  void end();

 private:
  struct Sum {
    std::uint64_t bytes = 0, rows = 0;
    bool has_rows = false;
  };
  Sink& sink_;
  ContentsFormat format_;
  std::size_t width_;
  std::map<std::tuple<std::string, std::string, std::string>, Sum> sums_;  // database, schema, table
};

}  // namespace sluice
