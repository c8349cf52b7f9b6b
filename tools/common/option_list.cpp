#include "tools/common/option_list.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <string_view>

namespace sluice {

namespace po = boost::program_options;

OptionList joined(std::initializer_list<OptionList> lists) {
  OptionList out;
  for (const OptionList& list : lists) out.insert(out.end(), list.begin(), list.end());
  return out;
}

OptionList ProgramSpec::options() const {
  OptionList out;
  for (const OptionList& group : groups) out.insert(out.end(), group.begin(), group.end());
  return out;
}

std::vector<std::string> split_words(const std::string& text, char separator) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(separator, begin), text.size());
    if (end > begin) out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

OptionParts OptionParts::of(const OptionSpec& option) {
  OptionParts parts;
  std::string_view rest = option.spelling;
  for (bool more = true; more;) {
    const auto end = std::min(rest.find_first_of(", =["), rest.size());
    parts.names.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
    more = rest.starts_with(", ");
    if (more) rest.remove_prefix(2);
  }
  parts.may_be_left_out = rest.starts_with("[=");
  if (parts.may_be_left_out) rest = rest.substr(1, rest.size() - 2);
  if (rest.empty()) return parts;
  parts.value = rest.substr(1);
  parts.is_list = parts.value.find("[,") != std::string::npos;
  for (const std::string& word : split_words(parts.value, '|')) {
    const bool is_word = std::all_of(word.begin(), word.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (is_word) parts.words.push_back(word);
    if (word == "FILE" || word == "CMD") parts.files = true;
  }
  return parts;
}

po::options_description description_of(const ProgramSpec& program) {
  using Texts = std::vector<std::string>;
  po::options_description out;
  for (const OptionSpec& option : joined({program.options(), program.refused})) {
    const OptionParts parts = OptionParts::of(option);
    std::string letter;  // boost's way to write it: "name,n"
    for (const std::string& name : parts.names) {
      if (!name.starts_with("--")) {
        letter = "," + name.substr(1);
        continue;
      }
      const std::string names = name.substr(2) + letter;
      letter.clear();
      if (parts.may_be_left_out)
        out.add_options()(names.c_str(), po::value<Texts>()->composing()->implicit_value({""}, ""), "");
      else if (!parts.value.empty())
        out.add_options()(names.c_str(), po::value<Texts>()->composing(), "");
      else if (program.flags == ProgramSpec::Flags::again)
        out.add_options()(names.c_str(), po::value<Texts>()->composing()->zero_tokens(), "");
      else
        out.add_options()(names.c_str(), "");
    }
  }
  return out;
}

std::string help_of(const ProgramSpec& program) {
  constexpr std::size_t kColumn = 28;
  std::string out = program.usage;
  for (const OptionList& group : program.groups) {
    out += "\n";
    for (const OptionSpec& option : group) {
      const std::string_view spelling = option.spelling;
      std::string line = (spelling.starts_with("--") ? "      " : "  ") + std::string(spelling);
      if (*option.help != '\0') {
        line.resize(std::max(line.size() + 2, kColumn), ' ');
        line += option.help;
      }
      out += line + "\n";
    }
  }
  return out + "\n" + program.closing;
}

}  // namespace sluice
