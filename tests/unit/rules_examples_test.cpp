// Every rule carries examples; each is run with that rule and the rules that only remember.

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "libfilter/io/failure.hpp"
#include "libfilter/io/sink.hpp"
#include "libfilter/io/source.hpp"
#include "libfilter/rules/filter.hpp"
#include "libfilter/rules/rule_set.hpp"

namespace {

using namespace sluice;

std::string filtered(const std::string& text, const RuleSet& rules,
                     const std::map<std::string, std::string>& renames) {
  const auto folder = std::filesystem::temp_directory_path();
  const auto stem = (folder / ("pgsluice-example-" + std::to_string(getpid()))).string();
  const std::string in = stem + ".in", out = stem + ".out";
  std::ofstream(in, std::ios::binary) << text;
  {
    Source source = Source::open(in, {});
    Sink sink = Sink::open(out, {});
    source.before_fill([&] { sink.settle(); });
    FilterOptions options;
    options.tool = "sanitize-rds";
    options.mode = Mode::drop;
    options.renames = renames;
    Filter filter(source, &sink, rules, options);
    filter.run();
    sink.finish();
  }
  std::ostringstream result;
  result << std::ifstream(out, std::ios::binary).rdbuf();
  std::filesystem::remove(in);
  std::filesystem::remove(out);
  return result.str();
}

// White space at the ends does not matter; nor do the empty lines that a removed statement leaves.
std::string settled(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
    if (!line.empty()) out += line + "\n";
  }
  return out;
}

// The rule alone (and those its example asks for), with those that only remember, under the first service and
// source that it holds for.
RuleSet alone(const RuleLibrary& library, const RuleFile& file, const Rule& rule,
              const Rule::Example& example) {
  const int target = example.target;
  Selection selection;
  selection.options = {rule.option};
  selection.target_version = target != 0             ? target
                             : rule.target.any()     ? 0
                             : rule.target.least > 0 ? rule.target.least
                                                     : rule.target.most;
  selection.sets = {
      {"renamed-roles", {"old"}}, {"mapped-tablespaces", {"old"}}, {"kept-tablespaces", {"kept"}}};
  std::vector<std::string> targets, sources;
  for (const auto& profile : library.files()) {
    if (profile.direction == RuleFile::Direction::to) targets.push_back(profile.name);
    if (profile.direction == RuleFile::Direction::from) sources.push_back(profile.name);
  }
  sources.emplace_back();
  selection.only = {rule.id};
  selection.only.insert(example.with.begin(), example.with.end());
  for (const auto& source : sources)
    for (const auto& to : targets) {
      selection.to = to;
      selection.from = source;
      try {
        RuleSet set = library.select(selection);
        for (const auto& candidate : set.rules())
          if (candidate.id == rule.id) return set;
      } catch (const Failure&) {
        // not among this pair's rules
      }
    }
  selection.to = selection.from = "";
  selection.parts = {file.name};
  return library.select(selection);
}

}  // namespace

TEST_CASE("every rule of every built-in file has an example, and each example comes out as it says") {
  const auto library = RuleLibrary::builtin();
  REQUIRE(!library.files().empty());
  for (const auto& file : library.files()) {
    const std::string new_name = file.name == "tablespaces" ? "kept" : "new";
    for (const auto& rule : file.rules) {
      if (rule.action == Action::note || rule.action == Action::keep) continue;
      CAPTURE(file.name);
      CAPTURE(rule.id);
      CHECK_MESSAGE(!rule.examples.empty(), "no example");
      CHECK_MESSAGE(!rule.why.empty(), "no reason why");
      for (const auto& example : rule.examples) {
        const auto rules = alone(library, file, rule, example);
        const std::string given = example.given.empty() ? "" : example.given + "\n";
        const auto result = filtered(given + example.input + "\n", rules, {{"old", new_name}});
        CHECK(settled(result) == settled(given) + settled(example.output));
      }
    }
  }
}
