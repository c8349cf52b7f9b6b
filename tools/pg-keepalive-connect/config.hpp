// What pg-keepalive-connect was asked to do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/pg-common/options.hpp"

namespace sluice {

struct Config {
  enum class Print { nothing, uri, conninfo, env, service };

  std::string conninfo;
  bool conninfo_given = false;       // else the environment has to say something
  std::vector<std::string> command;  // empty: connect and tell
  ConnectionOptions connection;
  Print print = Print::nothing;
  bool json = false, show_password = false, verbose = false;
  bool waiting_is_told = true;  // --progress=never: not
  std::string output = "-";
  std::optional<std::string> explain;

  // Throws Failure::usage or boost::program_options::error.
  static Config from(const Options& options, const std::vector<std::string>& command, Messages& messages);
};

ProgramSpec keepalive_program();

}  // namespace sluice
