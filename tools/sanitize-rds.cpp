// sanitize-rds: takes out of a dump what the service that will run it refuses, and what only existed where
// it was taken. It edits the smallest span, keeps every original beside its change, and says what was lost.
// It never connects to a server, never runs a meta-command, and never touches rows, strings or function
// bodies.

#include <charconv>
#include <iomanip>
#include <iostream>

#include "tools/common/options.hpp"

namespace sluice {
namespace {

ProgramSpec program() {
  constexpr Offers kRuleIds = {.listing = "--list-rules"};
  const OptionList own = {
      {"--to NAME",
       "the service that will run the dump (default rds)",
       {.listing = "--list-profiles", .under = "to"}},
      {"--from NAME",
       "the service it was taken from (default any)",
       {.listing = "--list-profiles", .under = "from"}},
      {"--to-version N", "the target's major version"},
      {"--list-profiles", "the services known"},
      {"--rules FILE", "rules of your own, tried first (repeatable)"},
      {"--disable ID[,ID]", "leave out rules", kRuleIds},
      {"--only ID[,ID]", "use these rules alone", kRuleIds},
      {"--list-rules", "the rules that hold for the other options given"},
      {"--explain ID", "what a rule does, why, and what is lost by it", kRuleIds},
      {"--rename-role OLD=NEW", "wherever the role is named (repeatable)"},
      {"--no-owner", "no ownership: everything becomes the restoring user's"},
      {"--no-privileges", "no grants of privileges"},
      {"--strip-passwords", "no passwords; they are not kept as comments either"},
      {"--strict", "status 1 when something was lost"},
  };
  return {.name = "sanitize-rds",
          .usage = R"(Usage: sanitize-rds [OPTION]... [FILE]
Makes a PostgreSQL dump portable: pg_dumpall ... | sanitize-rds | psql ...
)",
          .groups = {joined({own, filter_options()})},
          .closing = "Status: 0 done, 1 the answer is no, 2 usage, 3 the input is no whole dump, 4 I/O.\n"};
}

struct Config {
  FilterRun run;
  Selection selection;
  bool list_profiles = false, list_rules = false;
  std::string explain;
};

int parse_version(const std::string& text) {
  constexpr int kOldest = 9, kNewest = 99;
  int version = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, version);
  if (error != std::errc() || rest != end || version < kOldest || version > kNewest)
    throw bad_value("--to-version", text, "a major version, such as 16");
  return version;
}

// A file of the user's own is tried before all others, whatever it is called.
RuleFile read_user_rules(const std::string& path) {
  RuleFile file = read_rule_file(path);
  if (!file.includes.empty() || file.direction != RuleFile::Direction::part)
    throw Failure(Failure::Kind::usage,
                  path + ": direction and include mean nothing in a file given with --rules");
  return file;
}

Config parse(const Options& options, Messages& messages) {
  Config config;
  config.run = FilterRun::from(options, messages);
  config.run.strict = options.count("strict") != 0;
  config.list_profiles = options.count("list-profiles") != 0;
  config.list_rules = options.count("list-rules") != 0;
  config.explain = option(options, "explain", "");
  if (config.list_profiles + config.list_rules + !config.explain.empty() > 1)
    throw Failure(Failure::Kind::usage, "--list-profiles, --list-rules and --explain exclude each other");

  auto& selection = config.selection;
  selection.to = option(options, "to", "rds");
  selection.from = option(options, "from", "any");
  if (options.count("to-version") != 0)
    selection.target_version = parse_version(option(options, "to-version", ""));
  for (const auto* name : {"no-owner", "no-privileges", "strip-passwords"})
    if (options.count(name) != 0) selection.options.insert(name);
  for (const auto& id : list_option(options, "only")) selection.only.insert(id);
  for (const auto& id : list_option(options, "disable")) selection.disabled.insert(id);
  config.run.filter.renames = map_option(options, "rename-role");
  for (const auto& [from, to] : config.run.filter.renames) selection.sets["renamed-roles"].push_back(from);
  if (!config.run.filter.renames.empty()) selection.options.insert("rename-role");
  if (options.count("rules") != 0)
    for (const auto& path : options["rules"].as<std::vector<std::string>>())
      selection.user_files.push_back(read_user_rules(path));
  for (const auto& file : selection.user_files)
    for (const auto& rule : file.rules) config.run.own_rules.insert(rule.id);

  config.run.described.to = selection.to;
  config.run.described.from = selection.from;
  config.run.described.target_version = selection.target_version;
  return config;
}

void list_profiles(const RuleLibrary& library) {
  const auto line = [](const char* direction, const std::string& name, const std::string& summary) {
    std::cout << std::left << std::setw(6) << direction << std::setw(10) << name << summary << "\n";
  };
  for (const auto& file : library.files())
    if (file.direction == RuleFile::Direction::to) line("to", file.name, file.summary);
  line("from", "any", "whatever is known to be internal to any service");
  for (const auto& file : library.files())
    if (file.direction == RuleFile::Direction::from) line("from", file.name, file.summary);
}

void list_rules(const RuleSet& rules) {
  std::size_t width = 0;
  for (const auto& rule : rules.rules()) width = std::max(width, rule.id.size());
  for (const auto& rule : rules.rules())
    if (!rule.summary.empty())
      std::cout << std::left << std::setw(static_cast<int>(width + 2)) << rule.id << std::setw(15)
                << action_name(rule.action) << rule.summary << "\n";
}

void explain(const RuleLibrary& library, const Selection& selection, const std::string& id) {
  const auto show = [&](const Rule& rule) {
    std::cout << rule.id << " (" << action_name(rule.action) << ")\n" << rule.summary << "\n";
    if (!rule.why.empty()) std::cout << "\nWhy: " << rule.why << "\n";
    std::cout << "\nLost: " << (rule.lost.empty() ? "nothing" : rule.lost) << "\n";
    for (const auto& example : rule.examples) {
      if (!example.given.empty()) std::cout << "\nBehind:\n" << example.given << "\n";
      std::cout << "\nBefore:\n"
                << example.input << "\nAfter:\n"
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
  if (config.run.revert) return run_filter(std::move(config.run), RuleSet(), messages);
  if (config.list_profiles) {
    list_profiles(rule_library());
  } else if (!config.explain.empty()) {
    explain(rule_library(), config.selection, config.explain);
  } else {
    const RuleSet rules = rule_library().select(config.selection);
    if (!config.list_rules) return run_filter(std::move(config.run), rules, messages);
    list_rules(rules);
  }
  if (!std::cout.flush()) throw Failure(Failure::Kind::io, "cannot write to standard output");
  return kDone;
}

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) {
  const auto program = sluice::program();
  sluice::Messages messages(program.name);
  return sluice::run_program(messages, [&] {
    const auto options = sluice::parse_options(argc, argv, program);
    if (sluice::answered(options, program)) return static_cast<int>(sluice::kDone);
    return sluice::run(sluice::parse(options, messages), messages);
  });
}
