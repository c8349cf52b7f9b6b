// The files of rules/ and rules/advice/, as they were when the program was built: one file is the whole tool.
#pragma once

#include <span>
#include <string_view>

namespace sluice {

struct BuiltinRuleFile {
  std::string_view name;  // the file's name without its folder: "to-rds.toml"
  std::string_view text;  // its bytes, unchanged
};

// Every *.toml of rules/, in the order of their names. Lives as long as the program.
// Defined in sources that the build writes (embed.cmake).
std::span<const BuiltinRuleFile> builtin_rule_files();
// Every *.toml of rules/advice/ likewise; for libfilter/pg.
std::span<const BuiltinRuleFile> builtin_advice_files();

}  // namespace sluice
