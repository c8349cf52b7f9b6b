// An option stands in one place, its OptionSpec. Parsing, --help and the completions are made from it.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>
#include <vector>

namespace sluice {

// What a shell offers for a value where its spelling does not tell. All strings are ours and parted by
// blanks: letters, digits and hyphens.
struct Offers {
  const char* words = "";  // these, in the place of the words of the spelling
  const char* with = "";   // the option names without which WORDS are not offered, but those of the spelling
  const char* listing = "";  // an option with which the program writes lines: a word, and what it means
  const char* under = "";    // only of lines that begin with this word; it is left out
};

// As --help writes it:
//
//   "-o, --output FILE"              a letter, names and the value; FILE and CMD are offered files
//   "--mode=comment|drop"            words in lower case are offered, other ones stand for something
//   "--type TYPE[,TYPE]"             a list
//   "--color[=auto|always|never]"    a value that may be left out
//   "-q, --quiet, --silent"          no value; two names
struct OptionSpec {
  const char* spelling;
  const char* help;
  Offers offers = {};
};
using OptionList = std::vector<OptionSpec>;

// Several lists, one behind the other.
OptionList joined(std::initializer_list<OptionList> lists);

// What a program takes.
struct ProgramSpec {
  enum class Operands { file, files, connection_and_command };
  enum class Flags { once, again };  // how often an option without a value may be given

  std::string name;
  std::string usage;               // what --help says before the options
  std::vector<OptionList> groups;  // an empty line stands between two
  std::string closing;             // what --help says behind them
  OptionList refused = {};         // parsed, so that the program can say why not; nowhere shown
  Operands operands = Operands::file;
  Flags flags = Flags::once;

  OptionList options() const;  // of all groups
};

// A spelling, taken apart.
struct OptionParts {
  std::vector<std::string> names;  // with their hyphens
  std::string value;               // what the spelling calls it; empty: the option takes none
  bool may_be_left_out = false, is_list = false;
  std::vector<std::string> words;  // that the spelling offers
  bool files = false;

  static OptionParts of(const OptionSpec& option);
};

std::vector<std::string> split_words(const std::string& text, char separator);

// For boost's parser. Values are std::vector<std::string>; a value that was left out is "".
boost::program_options::options_description description_of(const ProgramSpec& program);

// The whole text of --help.
std::string help_of(const ProgramSpec& program);

}  // namespace sluice
