#include "tools/common/options.hpp"

#include <doctest/doctest.h>

#include "libfilter/io/failure.hpp"

namespace sluice {
namespace {

using Texts = std::vector<std::string>;

OptionParts parts(const char* spelling) { return OptionParts::of({spelling, ""}); }

ProgramSpec program() {
  return {.name = "taster",
          .usage = "Usage: taster\n",
          .groups = {{{"-o, --output FILE", "where to"}, {"--mode=one|two", "how"}},
                     {{"-q, --quiet, --silent", "nothing"}, {"--color[=always|never]", "colour"}}},
          .closing = "Status: 0.\n",
          .refused = {{"--compress TYPE", "not here"}}};
}

Options parsed(const ProgramSpec& program, Texts words) {
  words.insert(words.begin(), program.name);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return parse_options(static_cast<int>(argv.size()), argv.data(), program);
}

TEST_CASE("a spelling tells the names, the value and the words of an option") {
  CHECK(parts("--check").names == Texts{"--check"});
  CHECK(parts("--check").value.empty());
  CHECK(parts("-q, --quiet, --silent").names == Texts{"-q", "--quiet", "--silent"});
  CHECK(parts("-o, --output FILE").names == Texts{"-o", "--output"});
  CHECK(parts("-o, --output FILE").value == "FILE");
  CHECK(parts("-o, --output FILE").files);
  CHECK(parts("--mode=comment|drop").words == Texts{"comment", "drop"});
  CHECK(parts("--tls-roots system|FILE").words == Texts{"system"});
  CHECK(parts("--tls-roots system|FILE").files);
  CHECK(parts("--where 'COLUMN OP VALUE'").value == "'COLUMN OP VALUE'");
  CHECK(parts("--where 'COLUMN OP VALUE'").words.empty());
}

TEST_CASE("a spelling tells whether a value is a list, and whether it may be left out") {
  CHECK(parts("--type TYPE[,TYPE]").is_list);
  CHECK_FALSE(parts("--ignore SQLSTATE[:WORD]").is_list);
  CHECK(parts("--color[=auto|never]").may_be_left_out);
  CHECK(parts("--color[=auto|never]").words == Texts{"auto", "never"});
  CHECK_FALSE(parts("--color=auto|never").may_be_left_out);
}

TEST_CASE("help has a line for each option, in its column, and none for what is refused") {
  CHECK(help_of(program()) ==
        "Usage: taster\n"
        "\n"
        "  -o, --output FILE         where to\n"
        "      --mode=one|two        how\n"
        "\n"
        "  -q, --quiet, --silent     nothing\n"
        "      --color[=always|never]  colour\n"
        "\n"
        "Status: 0.\n");
}

TEST_CASE("what is declared is parsed, by each of its names") {
  const auto options =
      parsed(program(), {"-oa", "--output=b", "--mode", "one", "--silent", "--compress", "x", "in"});
  CHECK(options["output"].as<Texts>() == Texts{"a", "b"});
  CHECK(option(options, "mode", "") == "one");
  CHECK(options.count("silent") == 1);
  CHECK(options.count("quiet") == 0);
  CHECK(option(options, "compress", "") == "x");
  CHECK(option(options, "file", "-") == "in");
  CHECK_THROWS(parsed(program(), {"--outpu=a"}));
  CHECK_THROWS(parsed(program(), {"--mode"}));
  CHECK_THROWS_AS(parsed(program(), {"in", "and", "in"}), Failure);
}

TEST_CASE("a value that may be left out stands behind = alone") {
  CHECK(option(parsed(program(), {"--color", "never"}), "color", "none").empty());
  CHECK(option(parsed(program(), {"--color", "never"}), "file", "none") == "never");
  CHECK(option(parsed(program(), {"--color=never"}), "color", "none") == "never");
  CHECK(option(parsed(program(), {}), "color", "none") == "none");
}

TEST_CASE("whether an option without a value may be given again is the program's choice") {
  ProgramSpec spec = program();
  CHECK_THROWS(parsed(spec, {"-q", "-q"}));
  spec.flags = ProgramSpec::Flags::again;
  CHECK(parsed(spec, {"-q", "-q"}).count("quiet") == 1);
}

}  // namespace
}  // namespace sluice
