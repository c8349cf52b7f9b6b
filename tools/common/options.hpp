// The options that all programs share, and those that the filters share.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libfilter/rules/filter.hpp"
#include "libfilter/rules/rule_set.hpp"
#include "tools/common/messages.hpp"
#include "tools/common/progress.hpp"

namespace sluice {

// As typed.
using Options = boost::program_options::variables_map;

// Parses ARGV by what all programs know and what MORE adds. What is no option is "file": at most one, unless
// MANY. A program whose letters mean something else (grep's) has the common options by their long names
// alone. Throws boost::program_options::error or Failure::usage.
enum class Arguments { one, many };
enum class CommonLetters { taken, free };
Options parse_options(int argc, char** argv, const boost::program_options::options_description& more,
                      Arguments arguments = Arguments::one, CommonLetters letters = CommonLetters::taken);

// The value of an option that was given, the last one when it was given several times.
std::string option(const Options& options, const std::string& name, const std::string& otherwise);
// For the declaration of an option with a value.
boost::program_options::typed_value<std::vector<std::string>>* values();
// "bad value for --name: 'value'", with what was expected.
Failure bad_value(const std::string& name, const std::string& value, const std::string& expected);

// --help and --version: writes TEXT (or the version) to standard output. True: that was all.
bool answered(const Options& options, const Messages& messages, const std::string& help);

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

// Options of FilterRun::from, for parse_options.
boost::program_options::options_description filter_options();
// Their lines of --help.
extern const char* const kFilterHelp;
extern const char* const kCommonHelp;

// Runs it. The exit status.
int run_filter(FilterRun run, const RuleSet& rules, const Messages& messages);

// The rules: those built in, or of the folder that PGSLUICE_RULES names.
RuleLibrary rule_library();

// "a,b" and repetition, as one list.
std::vector<std::string> list_option(const Options& options, const std::string& name);
// OLD=NEW, repeated. Throws Failure::usage.
std::map<std::string, std::string> map_option(const Options& options, const std::string& name);

}  // namespace sluice
