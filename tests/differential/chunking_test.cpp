// However the input is cut into stretches, units and tokens are the same. The scripts are made from pieces of
// the corpus, cut and joined at random, and of bytes that matter to the lexer; the seed is fixed.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/differential/split.hpp"

namespace sluice::testing {
namespace {

constexpr int kScripts = 12000;
constexpr std::size_t kLongestPiece = 200;

std::vector<std::string> corpus() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(PGSLUICE_TEST_DATA "/differential/corpus/lexer"))
    if (entry.path().extension() == ".sql") paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> scripts;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    scripts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return scripts;
}

class Mutator {
 public:
  Mutator() : scripts_(corpus()) {}

  std::string next() {
    std::string script;
    for (std::size_t pieces = 1 + below(5); pieces > 0; --pieces) {
      const std::size_t choice = below(8);
      if (choice == 0) {
        script += kMatter[below(std::size(kMatter))];
      } else if (choice == 1 && below(6) == 0) {
        // Longer than the lexer's lookahead, so that the token cannot be taken whole.
        script += std::string(Lexer::kLookahead - 3 + below(8), kRuns[below(kRuns.size())]);
      } else {
        const std::string& from = scripts_[below(scripts_.size())];
        script += from.substr(below(from.size()), 1 + below(kLongestPiece));
      }
    }
    return script;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  static constexpr std::string_view kRuns = "a1$'\"+-/*( \\;:.\n\r_\xc3";
  static constexpr std::string_view kMatter[] = {"'",
                                                 "\"",
                                                 "$$",
                                                 "$a$",
                                                 "$",
                                                 "\\",
                                                 "\\\\",
                                                 "\\;",
                                                 "\\.\n",
                                                 "\n\\.\r\n",
                                                 "\n\\.",
                                                 "--",
                                                 "/*",
                                                 "*/",
                                                 ";",
                                                 "(",
                                                 ")",
                                                 "e'",
                                                 "U&\"",
                                                 "\n",
                                                 "\r",
                                                 "\r\n",
                                                 std::string_view("\0", 1),
                                                 "\xEF\xBB\xBF",
                                                 "copy t from stdin;",
                                                 "copy t from stdin csv;\n",
                                                 "copy t from stdin\\;",
                                                 "\\copy t from stdin\n",
                                                 "\\g",
                                                 "\\r",
                                                 "\\if false\n",
                                                 "\\else\n",
                                                 "\\endif\n",
                                                 "\\restrict k\n",
                                                 "\\unrestrict k\n",
                                                 "set standard_conforming_strings = off;\n",
                                                 "set client_encoding = sjis;\n",
                                                 "set client_encoding = gb18030;\n",
                                                 "\x81",
                                                 "\x30",
                                                 "create function f() begin atomic ",
                                                 " end;",
                                                 ":x",
                                                 ":'x'",
                                                 "::",
                                                 ":=",
                                                 "1e",
                                                 "$1"};

  std::vector<std::string> scripts_;
  std::mt19937 random_{20};
};

// The stretch size that gives something else than the whole script at once.
std::optional<std::size_t> stretch_that_differs(const std::string& script) {
  const Split whole = split(script);
  const auto expected = in_full(whole);
  if (!whole.fault.empty()) return kWholeScript;
  for (const std::size_t stretch : kStretches)
    if (in_full(split(script, stretch)) != expected) return stretch;
  return std::nullopt;
}

// The same failure with fewer bytes.
std::string shrink(std::string script) {
  for (std::size_t size = script.size() / 2; size > 0; size /= 2) {
    for (std::size_t at = 0; at < script.size();) {
      std::string shorter = script;
      shorter.erase(at, size);
      if (stretch_that_differs(shorter)) {
        script = shorter;
      } else {
        at += size;
      }
    }
  }
  return script;
}

}  // namespace

TEST_CASE("units and tokens are the same for every way to cut the input") {
  Mutator mutator;
  int failures = 0;
  for (int i = 0; i < kScripts && failures < 5; ++i) {
    const std::string script = mutator.next();
    if (!stretch_that_differs(script)) continue;
    ++failures;
    const std::string least = shrink(script);
    const auto stretch = stretch_that_differs(least).value_or(kWholeScript);
    FAIL_CHECK("script " << i << ", shrunk: " << printable(least) << "\nstretches of " << stretch << ":\n"
                         << in_full(split(least, stretch)) << "at once:\n"
                         << in_full(split(least)));
  }
}

}  // namespace sluice::testing
