// The row that the server means when it refuses COPY data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libfilter/dump/copy_format.hpp"
#include "libfilter/pg/server_error.hpp"
#include "libfilter/restore/incident.hpp"
#include "libfilter/restore/step.hpp"

namespace sluice {

// Its number among the rows that were sent, from 1, as the error's context tells it, and the column, if that
// is told; nothing where it does not.
struct CopyPlace {
  std::uint64_t row = 0;
  std::string column;
};
std::optional<CopyPlace> copy_place_of(const ServerError& error, const Step& copy);

// Looks for it in the rows' steps, which are shown from the first to the last.
class RowFinder {
 public:
  RowFinder(const CopyFormat& format, std::uint64_t number);
  // TEXT: what STEP holds, or held.
  void look(const Step& step, std::string_view text);
  // Its line, offset and bytes; nothing is changed when it was not there.
  void found(Incident::Row& row) const;

 private:
  RowSplitter splitter_;
  std::uint64_t number_, seen_ = 0;
  std::uint64_t first_line_ = 0, first_offset_ = 0;
  bool any_ = false, found_ = false;
  Incident::Row row_;
};

}  // namespace sluice
