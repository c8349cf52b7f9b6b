// However the input is cut into stretches, units and tokens are the same; and units are, whether or not the
// tokens are wanted. The scripts are those of the corpus, and pieces of them, cut and joined at random, with
// bytes that matter to the lexer; the seed is fixed.
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

std::vector<std::string> corpus(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(PGSLUICE_TEST_DATA "/differential/corpus/" + folder))
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
  Mutator() : scripts_(corpus("lexer")) {}

  std::string next() {
    std::string script;
    for (std::size_t pieces = 1 + below(5); pieces > 0; --pieces) {
      const std::size_t choice = below(9);
      if (choice == 8) {
        // Most of what follows then belongs to a statement whose tokens no session needs.
        script += kSkipped[below(std::size(kSkipped))];
        for (std::size_t bytes = below(80); bytes > 0; --bytes) script += kGlue[below(kGlue.size())];
      } else if (choice == 0) {
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
  static constexpr std::string_view kGlue = "aeEnuU1&.$$$'''\"--/*(); ::\n,\xc3";
  static constexpr std::string_view kSkipped[] = {
      "\ninsert into t ",   "; insert into t values (",    "\nALTER TABLE t ",
      "; create table t (", "; create or replace view v ", "\\; comment on column "};
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
                                                 "1.e'",
                                                 "1..e'",
                                                 "a.n'",
                                                 "::e'",
                                                 ":e'",
                                                 "$1e'",
                                                 "u&'",
                                                 "1$$",
                                                 "a$$",
                                                 "''",
                                                 "'a','b'",
                                                 "' \r'",
                                                 "$1"};

  std::vector<std::string> scripts_;
  std::mt19937 random_{20};
};

// The stretch size that gives something else than the whole script at once, with all its tokens.
std::optional<std::size_t> stretch_that_differs(const std::string& script, Recorded recorded) {
  const Split whole = split(script);
  const auto detail = recorded == Recorded::all ? Detail::all : Detail::no_tokens;
  const auto expected = in_full(whole, detail);
  if (!whole.fault.empty()) return kWholeScript;
  for (const std::size_t stretch : kStretches)
    if (in_full(split(script, stretch, recorded), detail) != expected) return stretch;
  return std::nullopt;
}

// The same failure with fewer bytes.
std::string shrink(std::string script, Recorded recorded) {
  for (std::size_t size = script.size() / 2; size > 0; size /= 2) {
    for (std::size_t at = 0; at < script.size();) {
      std::string shorter = script;
      shorter.erase(at, size);
      if (stretch_that_differs(shorter, recorded)) {
        script = shorter;
      } else {
        at += size;
      }
    }
  }
  return script;
}

// False: it failed.
bool check(const std::string& script, Recorded recorded) {
  if (!stretch_that_differs(script, recorded)) return true;
  const std::string least = shrink(script, recorded);
  const auto stretch = stretch_that_differs(least, recorded).value_or(kWholeScript);
  FAIL_CHECK("shrunk: " << printable(least) << "\nstretches of " << stretch << ":\n"
                        << in_full(split(least, stretch, recorded)) << "at once, with all tokens:\n"
                        << in_full(split(least)));
  return false;
}

void check_random_scripts(Recorded recorded) {
  Mutator mutator;
  int failures = 0;
  for (int i = 0; i < kScripts && failures < 5; ++i) {
    CAPTURE(i);
    if (!check(mutator.next(), recorded)) ++failures;
  }
}

}  // namespace

TEST_CASE("units and tokens are the same for every way to cut the input") {
  check_random_scripts(Recorded::all);
}

TEST_CASE("units are the same when no tokens are wanted, for every way to cut the input") {
  for (const std::string& script : corpus("")) check(script, Recorded::least);
  check_random_scripts(Recorded::least);
}

}  // namespace sluice::testing
