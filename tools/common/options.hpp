// The options that all programs share, and those that the filters share.
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libfilter/rules/filter.hpp"
#include "libfilter/rules/rule_set.hpp"
#include "tools/common/messages.hpp"
#include "tools/common/option_list.hpp"
#include "tools/common/progress.hpp"

namespace sluice {

// What all programs have, or all but one.
inline constexpr OptionSpec kOutput = {"-o, --output FILE",
                                       "write FILE instead of standard output; it is replaced as a whole"};
inline constexpr OptionSpec kCompress = {"--compress=none|gzip|zstd",
                                         "compress the output; also gzip:LEVEL, zstd:LEVEL"};
inline constexpr OptionSpec kProgress = {"--progress=auto|always|never",
                                         "how far the run is, on standard error"};
inline constexpr OptionSpec kQuiet = {"-q, --quiet", "errors only"};
inline constexpr OptionSpec kGenerate = {"--generate=complete-bash|complete-zsh|complete-fish",
                                         "what makes a shell complete these options"};
inline constexpr OptionSpec kHelp = {"-h, --help", "this text"};
inline constexpr OptionSpec kVersion = {"-V, --version", "the version"};

// As typed.
using Options = boost::program_options::variables_map;

// Parses ARGV. What is no option is "file". Throws boost::program_options::error or Failure::usage.
Options parse_options(int argc, char** argv, const ProgramSpec& program);

// The value of an option that was given, the last one when it was given several times.
std::string option(const Options& options, const std::string& name, const std::string& otherwise);
// "bad value for --name: 'value'", with what was expected.
Failure bad_value(const std::string& name, const std::string& value, const std::string& expected);

// --help, --version and --generate: writes the answer to standard output. True: that was all. Throws
// Failure::usage.
bool answered(const Options& options, const ProgramSpec& program);

// "64K", "1M" or bytes, for OPTION's message. Throws Failure::usage.
std::size_t parse_size(const std::string& text, const std::string& option);
// PGSLUICE_WINDOW, or 0: bytes read at a time, for tests.
std::size_t window_of_environment();
// Scans with the kernel that PGSLUICE_KERNEL names, if it is set. Throws Failure::usage.
void use_kernel_of_environment();

// What a filter's run needs; filled by the program from its options.
struct FilterRun {
  std::string input = "-", output = "-";
  Compression compression;
  Progress::When progress = Progress::When::automatic;
  std::size_t read_size = 0;  // 0: the default
  bool revert = false, check = false, strict = false;
  std::string report_file;
  std::set<std::string> own_rules;  // ids of rules that are not built in
  Report::Run described;
  FilterOptions filter;

  // From the options that sanitize-rds and strip-tablespaces share. Throws Failure::usage.
  static FilterRun from(const Options& options, Messages& messages);
};

// Options of FilterRun::from, and after them those that all programs share.
OptionList filter_options();

// Runs it. The exit status.
int run_filter(FilterRun run, const RuleSet& rules, const Messages& messages);

// The rules: those built in, or of the folder that PGSLUICE_RULES names.
RuleLibrary rule_library();

// "a,b" and repetition, as one list.
std::vector<std::string> list_option(const Options& options, const std::string& name);
// OLD=NEW, repeated. Throws Failure::usage.
std::map<std::string, std::string> map_option(const Options& options, const std::string& name);

}  // namespace sluice
