// An error of the server, with the place in the dump that brought it about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libfilter/dump/object.hpp"
#include "libfilter/pg/server_error.hpp"

namespace sluice {

struct Incident {
  std::uint64_t line = 0;  // of the statement's first byte
  std::string statement;   // as written, maybe cut; of COPY data the COPY
  Object object;
  ServerError error;

  // Of COPY data that the server refused.
  struct Row {
    std::uint64_t number = 0;  // within its COPY, from 1
    std::uint64_t line = 0;
    std::uint64_t offset = 0;  // in the input
    std::string bytes;         // as written, without the line end, maybe cut
    std::string column;        // its name, where the server told
  };
  std::optional<Row> row;
  bool is_copy = false;
  std::uint64_t rows_loaded = 0;   // of this COPY, committed before: they stay
  std::uint64_t rows_skipped = 0;  // of this COPY, not loaded
  std::uint64_t last_line = 0;     // of its data, when they were all skipped
};

}  // namespace sluice
