// What a run did, rule by rule: for the table on standard error and the JSON of --report.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/rules/engine.hpp"

namespace sluice {

struct Report {
  static constexpr std::size_t kLinesKept = 10;

  struct Row {
    const Rule* rule = nullptr;
    std::uint64_t count = 0;
    std::vector<std::uint64_t> first_lines;   // at most kLinesKept
    std::vector<std::string> first_findings;  // in step with first_lines
  };
  std::vector<Row> rows;  // in the order of first use

  std::uint64_t statements = 0, changed = 0, removed = 0, injected = 0;
  std::uint64_t input_bytes = 0, output_bytes = 0;
  std::string input_sha256, output_sha256;  // of the uncompressed bytes; empty when not asked for

  void add(const Finding& finding, std::uint64_t line);
  // Findings of rules that lose something.
  std::uint64_t losses() const;

  struct Run {
    std::string tool, version, input, to, from;
    int target_version = 0;
  };
  // Indented, ends with a line feed. Bytes that are no UTF-8 are replaced.
  std::string json(const Run& run) const;
  // A line a rule, for a person; empty when nothing was found.
  std::string table() const;
};

}  // namespace sluice
