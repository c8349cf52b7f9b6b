// sanitize-rds: takes out of a dump what the service that will run it refuses, and what only existed where
// it was taken. It edits the smallest span, keeps every original beside its change, and says what was lost.
// It never connects to a server, never runs a meta-command, and never touches rows, strings or function bodies.

#include <boost/program_options.hpp>
#include <iostream>

#include "tools/common/options.hpp"

namespace sluice {
namespace {

namespace po = boost::program_options;

const std::string kHelp = std::string(R"(Usage: sanitize-rds [OPTION]... [FILE]
Makes a PostgreSQL dump portable: pg_dumpall ... | sanitize-rds | psql ...

      --to NAME             the service that will run the dump (default rds)
      --from NAME           the service it was taken from (default any)
      --to-version N        the target's major version
      --list-profiles       the services known
      --rules FILE          rules of your own, tried first (repeatable)
      --disable ID[,ID]     leave out rules
      --only ID[,ID]        use these rules alone
      --list-rules          the rules that hold for the other options given
      --explain ID          what a rule does, why, and what is lost by it
      --rename-role OLD=NEW  wherever the role is named (repeatable)
      --no-owner            no ownership: everything becomes the restoring user's
      --no-privileges       no grants of privileges
      --strip-passwords     no passwords; they are not kept as comments either
      --strict              status 1 when something was lost
)") + kFilterHelp + kCommonHelp +
                          "\nStatus: 0 done, 1 the answer is no, 2 usage, 3 the input is no whole dump, 4 I/O.\n";

struct Config {
  FilterRun run;
  Selection selection;
  bool list_profiles = false, list_rules = false;
  std::string explain;
};

po::options_description own_options() {
  po::options_description options = filter_options();
  const auto text = [] { return po::value<std::string>(); };
  const auto texts = [] { return po::value<std::vector<std::string>>()->composing(); };
  options.add_options()("to", text()->default_value("rds"), "")("from", text()->default_value("any"), "")(
      "to-version", po::value<int>()->default_value(0), "")("list-profiles", "")("rules", texts(), "")(
      "disable", texts(), "")("only", texts(), "")("list-rules", "")("explain", text(), "")("rename-role", texts(), "")(
      "no-owner", "")("no-privileges", "")("strip-passwords", "")("strict", "");
  return options;
}

Config parse(const Options& options, Messages& messages) {
  Config config;
  config.run = FilterRun::from(options, messages);
  config.run.strict = options.count("strict") != 0;
  config.list_profiles = options.count("list-profiles") != 0;
  config.list_rules = options.count("list-rules") != 0;
  if (options.count("explain") != 0) config.explain = options["explain"].as<std::string>();

  auto& selection = config.selection;
  selection.to = options["to"].as<std::string>();
  selection.from = options["from"].as<std::string>();
  selection.target_version = options["to-version"].as<int>();
  constexpr int kOldest = 9, kNewest = 99;
  if (options.count("to-version") != 0 && !options["to-version"].defaulted() &&
      (selection.target_version < kOldest || selection.target_version > kNewest))
    throw Failure(Failure::Kind::usage, "bad value for --to-version: '" + std::to_string(selection.target_version) + "'",
                  "expected a major version, such as 16");
  for (const auto* name : {"no-owner", "no-privileges", "strip-passwords"})
    if (options.count(name) != 0) selection.options.insert(name);
  for (const auto& id : list_option(options, "only")) selection.only.insert(id);
  for (const auto& id : list_option(options, "disable")) selection.disabled.insert(id);
  config.run.filter.renames = map_option(options, "rename-role");
  for (const auto& [from, to] : config.run.filter.renames) selection.sets["renamed-roles"].push_back(from);
  if (!config.run.filter.renames.empty()) selection.options.insert("rename-role");
  if (options.count("rules") != 0)
    for (const auto& path : options["rules"].as<std::vector<std::string>>())
      selection.user_files.push_back(read_rule_file(path));

  config.run.described.to = selection.to;
  config.run.described.from = selection.from;
  config.run.described.target_version = selection.target_version;
  return config;
}

void list_profiles(const RuleLibrary& library) {
  std::cout << "from  any  whatever is known to be internal to any service\n";
  for (const auto& file : library.files()) {
    if (file.direction == RuleFile::Direction::to) std::cout << "to    " << file.name << "  " << file.summary << "\n";
    if (file.direction == RuleFile::Direction::from) std::cout << "from  " << file.name << "  " << file.summary << "\n";
  }
}

void list_rules(const RuleSet& rules) {
  for (const auto& rule : rules.rules())
    if (!rule.summary.empty()) std::cout << rule.id << "  " << action_name(rule.action) << "  " << rule.summary << "\n";
}

void explain(const RuleLibrary& library, const Selection& selection, const std::string& id) {
  const auto show = [&](const Rule& rule) {
    std::cout << rule.id << " (" << action_name(rule.action) << ")\n" << rule.summary << "\n";
    if (!rule.why.empty()) std::cout << "\nWhy: " << rule.why << "\n";
    std::cout << "\nLost: " << (rule.lost.empty() ? "nothing" : rule.lost) << "\n";
    for (const auto& example : rule.examples) {
      if (!example.given.empty()) std::cout << "\nBehind:\n" << example.given << "\n";
      std::cout << "\nBefore:\n" << example.input << "\nAfter:\n"
                << (example.output.empty() ? "(nothing)" : example.output) << "\n";
    }
  };
  for (const auto* files : {&selection.user_files, &library.files()})
    for (const auto& file : *files)
      for (const auto& rule : file.rules)
        if (rule.id == id) return show(rule);
  throw Failure(Failure::Kind::usage, "unknown rule '" + id + "'", {}, "--list-rules names them");
}

int run(Config config, const Messages& messages) {
  const RuleLibrary library = rule_library();
  if (config.list_profiles) {
    list_profiles(library);
  } else if (!config.explain.empty()) {
    explain(library, config.selection, config.explain);
  } else if (config.list_rules) {
    list_rules(library.select(config.selection));
  } else {
    return run_filter(std::move(config.run), library.select(config.selection), messages);
  }
  if (!std::cout.flush()) throw Failure(Failure::Kind::io, "cannot write to standard output");
  return kDone;
}

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) {
  sluice::Messages messages("sanitize-rds");
  return sluice::run_program(messages, [&] {
    const auto options = sluice::parse_options(argc, argv, sluice::own_options());
    if (sluice::answered(options, messages, sluice::kHelp)) return static_cast<int>(sluice::kDone);
    return sluice::run(sluice::parse(options, messages), messages);
  });
}
