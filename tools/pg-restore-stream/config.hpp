// The command line of pg-restore-stream.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libfilter/restore/causes.hpp"
#include "libfilter/restore/restore.hpp"
#include "tools/common/options.hpp"
#include "tools/common/progress.hpp"
#include "tools/pg-common/options.hpp"

namespace sluice {

struct Config {
  enum class Verify { none, count, digest };

  std::string input = "-";
  std::string conninfo;
  bool conninfo_given = false;
  ConnectionOptions connection;
  RestoreOptions restore;  // but for its dial
  std::vector<Ignored> ignore;
  bool plan = false, forget = false;
  std::string report;
  Verify verify = Verify::none;
  Progress::When progress = Progress::When::automatic;
  std::size_t read_size = 0;
  std::vector<std::pair<std::string, std::string>> told;  // the options that were given, without secrets
  std::string command_again;                              // for a person, without secrets

  // Throws Failure::usage.
  static Config from(const Options& options, Messages& messages);
};

ProgramSpec restore_program();

}  // namespace sluice
