// strip-tablespaces: the same dump without tablespaces, clause by clause. A column called tablespace, a
// string with the word in it, a view over pg_tables.tablespace are none of its business.

#include "tools/common/options.hpp"

namespace sluice {
namespace {

ProgramSpec program() {
  return {.name = "strip-tablespaces",
          .usage = R"(Usage: strip-tablespaces [OPTION]... [FILE]
The same dump without tablespaces.
)",
          .groups = {joined({{{"--keep NAME[,NAME]", "tablespaces that stay"},
                              {"--map OLD=NEW", "tablespaces that get another name (repeatable)"}},
                             filter_options()})},
          .closing = "Status: 0 done, 1 the answer is no, 2 usage, 3 the input is no whole dump, 4 I/O.\n"};
}

struct Config {
  FilterRun run;
  Selection selection;
};

Config parse(const Options& options, Messages& messages) {
  Config config;
  config.run = FilterRun::from(options, messages);
  config.selection.parts = {"tablespaces"};
  config.selection.sets["kept-tablespaces"] = list_option(options, "keep");
  config.run.filter.renames = map_option(options, "map");
  for (const auto& [from, to] : config.run.filter.renames) {
    config.selection.sets["mapped-tablespaces"].push_back(from);
    config.selection.sets["kept-tablespaces"].push_back(to);
  }
  if (!config.run.filter.renames.empty()) config.selection.options.insert("map");
  return config;
}

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) {
  const auto program = sluice::program();
  sluice::Messages messages(program.name);
  return sluice::run_program(messages, [&] {
    const auto options = sluice::parse_options(argc, argv, program);
    if (sluice::answered(options, program)) return static_cast<int>(sluice::kDone);
    auto config = sluice::parse(options, messages);
    if (config.run.revert) return sluice::run_filter(std::move(config.run), sluice::RuleSet(), messages);
    const auto rules = sluice::rule_library().select(config.selection);
    return sluice::run_filter(std::move(config.run), rules, messages);
  });
}
