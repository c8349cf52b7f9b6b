// What the argument of a psql meta-command stands for (psqlscanslash.l).
#pragma once

#include <string>
#include <string_view>

namespace sluice {

struct Argument {
  std::string text;
  bool quoted = false;
  bool known = true;  // false: the shell or a variable decides
};

// -1 for none.
int hex_digit(char c);

enum class Semicolons { keep, strip };

// RAW is the argument as written.
Argument argument_value(std::string_view raw, Semicolons semicolons);

// RAW holds something that psql puts another text in the place of: a variable, or a command of the shell.
bool is_expanded(std::string_view raw);

// \connect takes its arguments as SQL names, but leaves the case alone. psql does this to the text that the
// single quotes have been taken off, so double quotes count inside of them too.
Argument connect_argument(std::string_view raw);

}  // namespace sluice
