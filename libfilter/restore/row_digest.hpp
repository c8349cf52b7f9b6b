// A digest of many rows that does not depend on their order: the SHA-256 of each row, cut to 128 bits, added
// up modulo 2^128. Equal rows count as often as they are there, and a row can be taken away again.
//
// A row is brought to the one form in which COPY TO writes it by default. Values of some types have more than
// one spelling all the same: a timestamp with time zone is written in the zone of the session, and a double
// precision number by servers before 12 with 17 digits. Nobody knows the columns' types while a dump is read,
// so there are two sums: `exact` of the rows as they are; `spelled` of the rows in which whatever looks like
// one of the two, in any column, also within an array or a range, is written in one way:
//
//   2024-01-01 02:00:00+02   2024-01-01 00:00:00+00
//   1e+15, 0.10000000000000001   1000000000000000, 0.1
//
// Of numbers, those with an exponent or 16 or 17 digits and a point are touched, no others: what it can hide,
// in a table that has such a type, is a numeric or a text that differs from another one in its 16th digit, or
// by the zone in which it writes the same moment. Whoever compares uses `exact` for all other tables. A field
// of more than kMostSpelled bytes is left as it is.
//
// Cost: SHA-256; a table is looked up for each byte besides. Memory: kWholeRow bytes. Of longer rows
// nothing is kept but their fields up to kMostSpelled bytes.
#pragma once

#include <nettle/sha2.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/dump/copy_format.hpp"

namespace sluice {

// A number modulo 2^128.
struct Sum128 {
  std::uint64_t high = 0, low = 0;
  Sum128& operator+=(const Sum128& other) {
    low += other.low;
    high += other.high + (low < other.low ? 1 : 0);
    return *this;
  }
  Sum128& operator-=(const Sum128& other) {
    high -= other.high + (low < other.low ? 1 : 0);
    low -= other.low;
    return *this;
  }
  bool operator==(const Sum128&) const = default;
};

struct RowSums {
  std::uint64_t rows = 0;
  Sum128 exact, spelled;
  // A row that is too long to be brought to the form of COPY TO, which it is not in.
  bool unfit = false;

  RowSums& operator+=(const RowSums& other);
  RowSums& operator-=(const RowSums& other);
  bool operator==(const RowSums&) const = default;
};

// FIELD (or a whole row) with timestamps and numbers written in one way, appended to OUT. False: nothing is
// changed, and nothing appended.
bool append_spelled(std::string_view field, std::string& out);

class RowDigest {
 public:
  static constexpr std::size_t kWholeRow = 256 * 1024;
  static constexpr std::size_t kMostSpelled = 4096;

  // FORMAT with its encoding; COLUMNS are those of the COPY, for CSV. The row of a HEADER is left out.
  RowDigest(const CopyFormat& format, std::vector<std::string> columns);

  // The next bytes of the data: any stretch.
  void feed(std::string_view bytes);
  // The end of the data ends a row too.
  void finish();
  const RowSums& sums() const { return sums_; }

  // That of one row, without its line end.
  RowSums of_row(std::string_view row);

 private:
  void feed_text(std::string_view bytes);
  void feed_csv(std::string_view bytes);
  void end_row(std::string_view row);
  void add(std::string_view row, RowSums& sums);
  void canonical(std::string_view row, std::string& out);

  // Rows longer than kWholeRow.
  void begin_giant();
  void giant(std::string_view bytes);
  void end_field();
  void end_giant();

  CopyFormat format_;
  std::vector<std::string> columns_;
  RowSums sums_;
  std::uint64_t to_skip_ = 0;  // rows
  std::string open_;           // of the row in progress: its bytes in earlier stretches
  bool in_giant_ = false;
  RowSplitter splitter_;

  sha256_ctx exact_{}, spelled_{};
  std::string field_;  // of the giant row, while it is short
  bool long_field_ = false;
  bool escape_ = false;    // its last byte is a backslash that takes the next one with it
  bool returned_ = false;  // its last byte is a carriage return: the line end's
  bool unfit_ = false;

  std::string row_, value_, written_;
  std::vector<std::string_view> fields_;
};

}  // namespace sluice
