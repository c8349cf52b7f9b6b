// Each script has the same parts: for every option with a value, what to offer, as an array of words; the
// names of the options; what stands behind them. bash and zsh decide in a `case` over the option's name, and
// zsh and fish show the lines of --help too. Text of ours goes into a script in single quotes, so that a help
// text may hold whatever it likes.
#include "tools/common/completion.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace sluice {
namespace {

// BEFORE in front of each character of TEXT that is one of THESE.
std::string escaped(std::string_view text, std::string_view these, std::string_view before = "\\") {
  std::string out;
  for (const char c : text) {
    if (these.find(c) != std::string_view::npos) out += before;
    out += c;
  }
  return out;
}

// A word of bash and zsh.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string fish_quoted(std::string_view text) { return "'" + escaped(text, "'\\") + "'"; }

std::string join(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
  return out;
}

// As a part of a function's name.
std::string identifier(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

void replace_all(std::string& text, std::string_view what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

// TEXT with @NAME@ (the program's), @ID@ (the same for names of functions) and what PARTS give.
std::string filled(std::string text, const ProgramSpec& program,
                   std::initializer_list<std::pair<std::string_view, std::string>> parts) {
  // The parts come last, and none is looked through for another: they hold texts of ours.
  replace_all(text, "@NAME@", program.name);
  replace_all(text, "@ID@", identifier(program.name));
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t next = text.size(), length = 0;
    const std::string* with = nullptr;
    for (const auto& [what, value] : parts)
      if (const auto found = text.find(what, at); found < next)
        next = found, length = what.size(), with = &value;
    out.append(text, at, next - at);
    if (with == nullptr) break;
    out += *with;
    at = next + length;
  }
  return out;
}

struct Described {
  OptionParts parts;
  const OptionSpec* spec;

  const Offers& offers() const { return spec->offers; }
  bool has_value() const { return !parts.value.empty(); }
  bool listed() const { return *offers().listing != '\0'; }
  bool takes_list() const { return parts.is_list; }
  bool has_condition() const { return *offers().with != '\0'; }
  // Without a condition, the words to be offered; with one, those where it does not hold.
  std::vector<std::string> words() const {
    return has_condition() || *offers().words == '\0' ? parts.words : split_words(offers().words, ' ');
  }
  std::vector<std::string> conditional() const { return split_words(offers().words, ' '); }
  std::vector<std::string> condition() const { return split_words(offers().with, ' '); }
};

// Of a list that outlives what is returned.
std::vector<Described> described(const OptionList& options) {
  std::vector<Described> out;
  for (const OptionSpec& option : options) out.push_back({OptionParts::of(option), &option});
  return out;
}

bool any_of(const std::vector<Described>& options, bool (Described::*is)() const) {
  return std::any_of(options.begin(), options.end(), [is](const Described& one) { return (one.*is)(); });
}

// The arms of a `case` over the names of options: what is done, and for which names. Those that do the same
// stand together.
using Arms = std::vector<std::pair<std::string, std::string>>;

void add_arm(Arms& arms, const std::string& body, const std::string& names) {
  const auto same = std::find_if(arms.begin(), arms.end(), [&](auto& arm) { return arm.first == body; });
  if (same == arms.end())
    arms.emplace_back(body, names);
  else
    same->second += " | " + names;
}

// --- bash

constexpr const char* kBash = R"sh(# shellcheck shell=bash
# Completion of @NAME@ for bash, written by: @NAME@ --generate=complete-bash

_@ID@() {
  local current=$2 previous=$3 before='' attached='' list='' word rest i
  local -a words=()
  COMPREPLY=()

  # bash breaks --mode=drop into three words, where = is one of COMP_WORDBREAKS
  if [[ ${COMP_WORDS[COMP_CWORD]} == = ]]; then
    current='' attached=yes
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]} attached=yes
  elif [[ $current == --*=* ]]; then
    previous=${current%%=*} attached=yes
    before=$previous= current=${current#*=}
  fi

  if [[ $previous == *[\<\>] ]]; then # a redirection
    compopt -o default
    return
  fi

  # behind -- there are no options
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] || continue
@BEHIND@
    return
  done

@LEFT_OUT@  case $previous in
@VALUES@    *)
      if [[ -n $attached ]]; then return; fi
      if [[ $current == -* ]]; then
        words=(@OPTIONS@)
      else
        @OPERAND@
      fi ;;
  esac

  # a list: what stands before the last comma stays, and is not offered again
  if [[ -n $list && $current == *,* ]]; then
    before+=${current%,*},
    current=${current##*,}
  fi
  # who types in lower case goes on so
  if [[ $current == [[:lower:]]* ]]; then words=("${words[@],,}"); fi
  for word in "${words[@]}"; do
    if [[ $word == "$current"* && ,${before#*=}, != *",${word^^},"* && ,${before#*=}, != *",$word,"* ]]; then
      COMPREPLY+=("$before$word")
    fi
  done
}

complete -F _@ID@ @NAME@
)sh";

std::string bash_values(const std::vector<Described>& options) {
  Arms arms;
  for (const Described& option : options) {
    if (!option.has_value()) continue;
    std::string body;
    const auto line = [&body](const std::string& text) { body += "      " + text + "\n"; };
    if (option.parts.is_list) line("list=yes");
    const auto words = option.words();
    if (!words.empty()) line("words=(" + join(words, " ") + ")");
    if (option.has_condition())
      line("[[ ' '${COMP_WORDS[*]}' ' =~ \\ (" + join(option.condition(), "|") + ")\\  ]] && words=(" +
           join(option.conditional(), " ") + ")");
    if (option.listed()) {
      const std::string under = option.offers().under;
      line("while read -r " + std::string(under.empty() ? "" : "i ") + "word rest; do");
      line("  " + (under.empty() ? "" : "[[ $i == " + under + " ]] && ") + "words+=(\"$word\")");
      line("done < <(\"$1\" " + std::string(option.offers().listing) + " 2>/dev/null)");
    }
    if (option.parts.files) line("compopt -o default");
    if (body.empty()) line("return");
    add_arm(arms, body, join(option.parts.names, " | "));
  }
  std::string out;
  for (const auto& [body, names] : arms) out += "    " + names + ")\n" + body + "      ;;\n";
  return out;
}

std::string bash(const ProgramSpec& program, const std::vector<Described>& options) {
  const bool command = program.operands == ProgramSpec::Operands::connection_and_command;
  std::string names, left_out;
  for (const Described& option : options) {
    names += (names.empty() ? "" : " ") + join(option.parts.names, " ");
    if (option.parts.may_be_left_out)  // its value stands behind = alone
      left_out +=
          "  if [[ -z $attached && $previous == " + option.parts.names.back() + " ]]; then previous=''; fi\n";
  }
  return filled(
      kBash, program,
      {{"@BEHIND@", command ? R"(    if declare -F _command_offset >/dev/null; then # of bash-completion
      _command_offset $((i + 1))
    elif ((i == COMP_CWORD - 1)); then
      mapfile -t COMPREPLY < <(compgen -c -- "$2")
    else
      compopt -o default
    fi)"
                            : "    compopt -o default"},
       {"@LEFT_OUT@", left_out},
       {"@VALUES@", bash_values(options)},
       {"@OPTIONS@", names},
       {"@OPERAND@", command ? "return" : "compopt -o default"}});
}

// --- zsh

constexpr const char* kZshListing =
    R"sh(# Lines that the program writes, as what _describe takes: the first word, and what it means. Of lines that
# begin with $2, if that is given.
_@NAME@_listing() {
  local line word
  for line in ${(f)"$(_call_program values $words[1] $1 2>/dev/null)"}; do
    [[ -z $2 || $line == $2' '* ]] || continue
    line=${${line#$2}## #}
    word=${line%% *}
    line=${${line#$word}## #}
    offered+=($word:${line/  ##/: })
  done
}

)sh";

constexpr const char* kZsh = R"sh(#compdef @NAME@
# Completion of @NAME@ for zsh, written by: @NAME@ --generate=complete-zsh

# What is offered for the value of an option.
_@NAME@_value() {
  local list word
  local -a offered
  case $1 in
@VALUES@  esac
  # a list: what stands before the last comma stays, and is not offered again
  if [[ -n $list ]] && compset -P '*,'; then
    for word in ${(s:,:)${IPREFIX##--*=}}; do
      offered=(${offered:#(#i)${(b)word}(|:*)})
    done
  fi
  _describe -t values value offered -M 'm:{[:lower:]}={[:upper:]}'
}

@LISTING@_@NAME@() {
@BEHIND@  _arguments -s -S : \
@OPTIONS@    @OPERAND@
}

if [[ $funcstack[1] == _@NAME@ ]]; then
  _@NAME@ "$@"
else
  compdef _@NAME@ @NAME@
fi
)sh";

std::string zsh_values(const ProgramSpec& program, const std::vector<Described>& options) {
  Arms arms;
  for (const Described& option : options) {
    std::string body;
    const auto line = [&body](const std::string& text) { body += "      " + text + "\n"; };
    if (option.parts.is_list) line("list=yes");
    if (!option.words().empty()) line("offered=(" + join(option.words(), " ") + ")");
    if (option.has_condition())
      line("(( $words[(I)(" + join(option.condition(), "|") + ")] )) && offered=(" +
           join(option.conditional(), " ") + ")");
    if (option.listed())
      line("_" + program.name + "_listing " + std::string(option.offers().listing) + " " +
           quoted(option.offers().under));
    if (option.parts.files) line("_files");
    if (option.has_value() && !body.empty() && body != "      _files\n")
      add_arm(arms, body, option.parts.names.back());
  }
  std::string out;
  for (const auto& [body, names] : arms) out += "    (" + names + ")\n" + body + "      ;;\n";
  return out;
}

// What _arguments takes, for each name. None is offered again where it or another name of the option stands
// already, but for those with a value: they may be given again.
std::string zsh_option(const ProgramSpec& program, const Described& option) {
  const OptionParts& parts = option.parts;
  const bool again = option.has_value() && !parts.may_be_left_out;
  std::string behind = "[" + escaped(option.spec->help, "[]:\\") + "]";
  if (option.has_value()) {
    const bool files_alone = parts.files && parts.words.empty();
    const bool offers = !option.words().empty() || option.listed();
    behind += (parts.may_be_left_out ? "::" : ":") + escaped(parts.value, ":\\") + ":" +
              (files_alone ? "_files"
               : offers    ? " _" + program.name + "_value " + parts.names.back()
                           : " ");
  }
  std::string out;
  for (const std::string& name : parts.names) {
    const bool is_long = name.starts_with("--");
    const char* value = !option.has_value() ? "" : parts.may_be_left_out ? "=-" : is_long ? "=" : "+";
    out +=
        "    " + quoted((again ? "*" : "(" + join(parts.names, " ") + ")") + name + value + behind) + " \\\n";
  }
  return out;
}

std::string zsh(const ProgramSpec& program, const std::vector<Described>& options) {
  std::string specs;
  for (const Described& option : options) specs += zsh_option(program, option);
  const bool command = program.operands == ProgramSpec::Operands::connection_and_command;
  return filled(kZsh, program,
                {{"@VALUES@", zsh_values(program, options)},
                 {"@LISTING@", any_of(options, &Described::listed) ? filled(kZshListing, program, {}) : ""},
                 {"@BEHIND@", command ? R"(  local behind=$words[(i)--]
  if (( behind < CURRENT )); then # a command, as if it stood alone
    shift $behind words
    (( CURRENT -= behind ))
    _normal
    return
  fi
)"
                                      : ""},
                 {"@OPTIONS@", specs},
                 {"@OPERAND@", command                                            ? "'1:CONNINFO: '"
                               : program.operands == ProgramSpec::Operands::files ? "'*:FILE:_files'"
                                                                                  : "'1:FILE:_files'"}});
}

// --- fish

constexpr const char* kFishList = R"sh(
# A list: what stands before the last comma stays, and is not offered again.
function __@ID@_list
    set -l before (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '^.*,')
    set -l there (string split , -- $before | string upper)
    for word in $argv
        contains -- (string split \t -- $word | string upper)[1] $there; or echo -- "$before$word"
    end
end
)sh";

constexpr const char* kFishListing = R"sh(
# Lines that the program writes: the first word behind the pattern $argv[2], and what it means.
function __@ID@_listing
    set -l program (commandline -opc)[1]
    command $program $argv[1] 2>/dev/null | string replace -rf $argv[2]'(\S+)\s+(.*)' '$1\t$2' |
        string replace -r ' {2,}' ': '
end
)sh";

constexpr const char* kFishBehind = R"sh(
# Behind -- stands a command; what is typed of it is completed as if it stood alone.
function __@ID@_command
    set -l words (commandline -opc)
    set -e words[1..(contains -i -- -- $words)]
    set -l line (string join ' ' -- (string escape -- $words) (commandline -ct))
    complete --do-complete="$line"
end
complete -c @NAME@ -f
complete -c @NAME@ -n 'contains -- -- (commandline -opc)' -x -a '(__@ID@_command)'
)sh";

constexpr const char* kFish =
    R"sh(# Completion of @NAME@ for fish, written by: @NAME@ --generate=complete-fish
@LIST@@LISTING@@BEHIND@
@OPTIONS@)sh";

std::string fish_option(const ProgramSpec& program, const Described& option) {
  std::string head = "complete -c " + program.name;
  for (const std::string& name : option.parts.names)
    head += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  const std::string tail = *option.spec->help == '\0' ? "\n" : " -d " + fish_quoted(option.spec->help) + "\n";
  if (!option.has_value()) return head + tail;
  head += option.parts.files ? " -r -F" : option.parts.may_be_left_out ? " -f" : " -x";
  const std::string id = "__" + identifier(program.name);
  const auto offer = [&](const std::vector<std::string>& words) {
    std::string text = join(words, " ");
    if (option.listed()) {
      const std::string under = option.offers().under;
      text = id + "_listing " + option.offers().listing + " '^" + (under.empty() ? "" : under + " +") + "'";
      if (option.parts.is_list) text = "(" + text + ")";
    }
    if (option.parts.is_list) text = id + "_list " + text;
    if (option.parts.is_list || option.listed()) text = "(" + text + ")";
    return text.empty() ? "" : " -a " + fish_quoted(text);
  };
  if (!option.has_condition()) return head + offer(option.words()) + tail;
  std::string condition = "__fish_contains_opt";
  for (const std::string& name : option.condition()) condition += " " + name.substr(2);
  return head + " -n 'not " + condition + "'" + offer(option.words()) + tail + head + " -n '" + condition +
         "'" + offer(option.conditional()) + tail;
}

std::string fish(const ProgramSpec& program, const std::vector<Described>& options) {
  std::string lines;
  for (const Described& option : options) lines += fish_option(program, option);
  const auto part = [&](bool is_needed, const char* text) {
    return is_needed ? filled(text, program, {}) : std::string();
  };
  return filled(
      kFish, program,
      {{"@LIST@", part(any_of(options, &Described::takes_list), kFishList)},
       {"@LISTING@", part(any_of(options, &Described::listed), kFishListing)},
       {"@BEHIND@", part(program.operands == ProgramSpec::Operands::connection_and_command, kFishBehind)},
       {"@OPTIONS@", lines}});
}

}  // namespace

std::string completion(const ProgramSpec& program, Shell shell) {
  const OptionList list = program.options();
  const auto options = described(list);
  switch (shell) {
    case Shell::bash:
      return bash(program, options);
    case Shell::zsh:
      return zsh(program, options);
    case Shell::fish:
      return fish(program, options);
  }
  return {};
}

}  // namespace sluice
