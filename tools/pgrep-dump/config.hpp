// What was asked of pgrep-dump.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libfilter/find/contents.hpp"
#include "libfilter/find/grep_output.hpp"
#include "libfilter/find/replay.hpp"
#include "libfilter/find/search.hpp"
#include "libfilter/find/takers.hpp"
#include "tools/common/options.hpp"

namespace sluice {

struct PgrepConfig {
  enum class Answer { statements, rows, list, sizes, units };

  Answer answer = Answer::statements;
  std::vector<std::string> files;
  std::optional<Matcher> matcher;
  GrepFormat print;
  SearchOptions search;
  RowOptions rows;
  Replay::Connect connect = Replay::Connect::follow;
  ContentsFormat contents = ContentsFormat::text;

  std::string output = "-";
  Compression compression;
  Progress::When progress = Progress::When::automatic;
  std::size_t read_size = 0;  // 0: the default

  bool print_records() const { return print.print == GrepFormat::Print::records; }
};

ProgramSpec pgrep_program();

// Opens nothing; asks the file system whether an argument names a file. Throws Failure::usage.
std::unique_ptr<PgrepConfig> pgrep_config(const Options& options, Messages& messages);

}  // namespace sluice
