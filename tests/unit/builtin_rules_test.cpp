#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "libfilter/rules/builtin.hpp"

TEST_CASE("the rule files inside the program are those of rules/, byte for byte") {
  std::map<std::string, std::string> on_disk;
  for (const auto& entry : std::filesystem::directory_iterator(PGSLUICE_SOURCE_DIR "/rules")) {
    if (entry.path().extension() != ".toml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    on_disk[entry.path().filename().string()] = {std::istreambuf_iterator<char>(in), {}};
  }
  std::map<std::string, std::string> inside;
  for (const auto& file : sluice::builtin_rule_files()) inside[std::string(file.name)] = file.text;
  CHECK_FALSE(inside.empty());
  CHECK(inside == on_disk);
}

TEST_CASE("the rule files inside the program stand in the order of their names") {
  const auto files = sluice::builtin_rule_files();
  CHECK(std::ranges::is_sorted(files, {}, &sluice::BuiltinRuleFile::name));
}
