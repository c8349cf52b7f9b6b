#include "libfilter/rules/psql_watch.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "libfilter/dump/meta_argument.hpp"
#include "libfilter/dump/names.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice {
namespace {

// What psql itself sets, at its start and as it goes (psql's manual, "Variables"): only these are replaced in
// a dump.
constexpr std::array<std::string_view, 45> kPsqlVariables = {"AUTOCOMMIT",
                                                             "COMP_KEYWORD_CASE",
                                                             "DBNAME",
                                                             "ECHO",
                                                             "ECHO_HIDDEN",
                                                             "ENCODING",
                                                             "ERROR",
                                                             "FETCH_COUNT",
                                                             "HIDE_TABLEAM",
                                                             "HIDE_TOAST_COMPRESSION",
                                                             "HISTCONTROL",
                                                             "HISTFILE",
                                                             "HISTSIZE",
                                                             "HOST",
                                                             "IGNOREEOF",
                                                             "LASTOID",
                                                             "LAST_ERROR_MESSAGE",
                                                             "LAST_ERROR_SQLSTATE",
                                                             "ON_ERROR_ROLLBACK",
                                                             "ON_ERROR_STOP",
                                                             "PIPELINE_COMMAND_COUNT",
                                                             "PIPELINE_RESULT_COUNT",
                                                             "PIPELINE_SYNC_COUNT",
                                                             "PORT",
                                                             "PROMPT1",
                                                             "PROMPT2",
                                                             "PROMPT3",
                                                             "QUIET",
                                                             "ROW_COUNT",
                                                             "SERVER_VERSION_NAME",
                                                             "SERVER_VERSION_NUM",
                                                             "SERVICE",
                                                             "SHELL_ERROR",
                                                             "SHELL_EXIT_CODE",
                                                             "SHOW_ALL_RESULTS",
                                                             "SHOW_CONTEXT",
                                                             "SINGLELINE",
                                                             "SINGLESTEP",
                                                             "SQLSTATE",
                                                             "USER",
                                                             "VERBOSITY",
                                                             "VERSION",
                                                             "VERSION_NAME",
                                                             "VERSION_NUM",
                                                             "WATCH_INTERVAL"};

constexpr const char* kKnown =
    "pg_dump writes only \\connect, \\encoding, \\restrict and \\unrestrict, each on a line of its own";

bool is_key(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

// What libpq and psql take for white space.
constexpr std::string_view kBlanks = " \t\n\v\f\r";

bool is_blank(std::string_view text) { return text.find_first_not_of(kBlanks) == text.npos; }

// dbname = NAME or 'NAME', and no other keyword.
bool is_dbname_alone(std::string_view text) {
  const auto skip_blanks = [&] {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  };
  skip_blanks();
  constexpr std::string_view kKeyword = "dbname";
  if (!text.starts_with(kKeyword)) return false;
  text.remove_prefix(kKeyword.size());
  skip_blanks();
  if (!text.starts_with('=')) return false;
  text.remove_prefix(1);
  skip_blanks();
  const bool quoted = text.starts_with('\'');
  const auto ends = [&](char c) { return quoted ? c == '\'' : kBlanks.find(c) != kBlanks.npos; };
  std::size_t at = quoted ? 1 : 0;
  for (; at < text.size() && !ends(text[at]); ++at)
    if (text[at] == '\\') ++at;
  return is_blank(text.substr(std::min(at + (quoted ? 1 : 0), text.size())));
}

// A \connect that chooses a database of the same server, and nothing else.
bool chooses_database_alone(std::span<const Token> arguments, std::string_view text) {
  bool reuses = false;
  if (!arguments.empty() && arguments[0].of(text) == "-reuse-previous=on") {
    reuses = true;
    arguments = arguments.subspan(1);
  }
  if (arguments.size() != 1) return false;
  const auto name = connect_argument(arguments[0].of(text)).text;
  const bool is_string =
      name.starts_with("postgresql://") || name.starts_with("postgres://") || name.find('=') != name.npos;
  return !is_string || (reuses && is_dbname_alone(name));
}

}  // namespace

void PsqlWatch::tell(const std::string& key, std::uint64_t line, const std::string& message,
                     std::string detail, std::string hint) const {
  if (on_ == On::refuse)
    throw Failure(Failure::Kind::unsound_input, input_ + ":" + std::to_string(line) + ": " + message,
                  std::move(detail), "look at the line; without --strict-meta it is passed on");
  warn_(key, {line, message, std::move(detail), std::move(hint)});
}

void PsqlWatch::name_what_runs(std::string_view name, std::uint64_t line) const {
  const std::string shown = printable(name, 40);
  const std::string message =
      "the meta-command " + shown + (on_ == On::refuse ? " is refused" : " is passed on: psql will run it");
  tell("meta " + shown, line, message, kKnown,
       name == "\\N" ? "COPY data without its COPY above?" : "look at the line, or use --strict-meta");
}

void PsqlWatch::command(const Unit& unit) const {
  const auto name = unit.tokens.empty() ? std::string_view("\\") : unit.tokens.front().of(unit.bytes);
  const bool connects = name == "\\connect" || name == "\\c";
  const bool restricts = name == "\\restrict" || name == "\\unrestrict";
  if (unit.part != Part::whole || (!connects && !restricts && name != "\\encoding"))
    return name_what_runs(name, unit.line);
  const auto arguments = unit.tokens.subspan(1);
  if (restricts) {
    if (arguments.empty() || !is_key(arguments[0].of(unit.bytes)))
      tell("key", unit.line, "the key of " + std::string(name) + " is not letters and digits",
           "psql releases before August 2026 run what stands in backquotes there",
           "do not load this dump with such a psql");
  } else if (std::ranges::any_of(arguments,
                                 [&](const auto& one) { return is_expanded(one.of(unit.bytes)); })) {
    tell("expanded " + std::string(name), unit.line,
         "an argument of " + std::string(name) + " holds a variable or a command of the shell",
         "psql runs what stands in backquotes there", "look at the line, or use --strict-meta");
  }
  if (connects && !chooses_database_alone(arguments, unit.bytes))
    tell("server", unit.line, "a " + std::string(name) + " that may choose another server or user",
         "psql sends it the password that it was given for the first one",
         "look at the line, or use --strict-meta");
  // Behind \restrict, and where another command follows, there is more on the line than its arguments.
  const auto end = unit.tokens.back().end();
  if (on_ == On::refuse && (!is_blank(unit.bytes.substr(end)) || (!connects && arguments.size() != 1)))
    tell("line", unit.line, "the meta-command " + std::string(name) + " is not alone on its line", kKnown,
         {});
}

void PsqlWatch::statement(const Unit& unit) const {
  const bool all_known = unit.begins() && unit.tokens.size() < Lexer::kMostTokens;
  if (unit.flags.holds_meta && all_known) {
    for (const auto& token : unit.tokens)
      if (const auto name = token.of(unit.bytes);
          token.kind == TokenKind::meta && name != "\\;" && name != "\\:")
        name_what_runs(name, unit.line + count_line_feeds(unit.bytes.substr(0, token.begin)));
  } else if (unit.flags.holds_meta) {
    tell("long", unit.line, "a backslash outside of strings in a statement longer than --max-statement",
         "psql reads a meta-command there", "give a larger --max-statement, and look at the line");
  }
  if (unit.flags.psql_variable && all_known) {
    variables(unit);
  } else if (unit.flags.psql_variable && on_ == On::refuse) {
    tell("long variable", unit.line,
         "a variable of psql, perhaps, in a statement longer than --max-statement", {}, {});
  }
}

void PsqlWatch::variables(const Unit& unit) const {
  for (std::size_t i = 0; i + 1 < unit.tokens.size(); ++i) {
    const auto& colon = unit.tokens[i];
    const auto& next = unit.tokens[i + 1];
    if (colon.of(unit.bytes) != ":" || next.begin != colon.end()) continue;
    auto name = next.of(unit.bytes);
    const bool quoted = name.size() > 2 && (name.front() == '"' || name.front() == '\'');
    if (quoted) name = name.substr(1, name.size() - 2);
    if (std::ranges::find(kPsqlVariables, name) == kPsqlVariables.end()) continue;
    tell("variable " + std::string(name) + (quoted ? "" : " read"), unit.line,
         "psql will put the value of its variable " + std::string(name) +
             " in place of :" + printable(next.of(unit.bytes)),
         quoted ? "" : "psql reads the value as part of the script, with what commands it may hold",
         "load this statement by another way, or use \\unset " + std::string(name) + " before it");
  }
}

}  // namespace sluice
