#include "libfilter/restore/commands.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "libfilter/dump/meta_argument.hpp"
#include "libfilter/dump/names.hpp"

namespace sluice {
namespace {

Failure unsound(const std::string& message, std::string hint = {}) {
  return Failure(Failure::Kind::unsound_input, message, {}, std::move(hint));
}

std::string hint_for(std::string_view name) {
  struct Hint {
    std::string_view names, words;  // names with a blank before and behind each
  };
  static constexpr Hint kHints[] = {
      {" copy ", "write COPY ... FROM stdin; and the rows behind it instead"},
      {" i include ir include_relative ",
       "put the file's text in its place, or restore it in a run of its own"},
      {" if elif else endif ", "keep the branch that is to run, without the commands around it"},
      {" g gx gset gexec gdesc crosstabview watch ", "end the statement with a semicolon instead"},
      {" ! cd setenv ", "a dump has no business with the shell: where does it come from?"},
      {" o out w write ", "a dump has no business with files: where does it come from?"},
      {" encoding ", "write SET client_encoding = ...; instead"},
      {" set unset prompt getenv gset ", "there are no variables: write their values into the script"},
      {" echo qecho warn p print timing x t T a H pset C f ",
       "take it out: it changes nothing but what psql prints"},
      {" q quit ", "cut the script off there instead"},
      {" N . ", "COPY data without its COPY above?"},
  };
  if (name.starts_with('\\')) name.remove_prefix(1);
  if (name == "N" || name.starts_with("N\t") || name.empty()) return "COPY data without its COPY above?";
  const std::string wanted = ' ' + (equal_ignoring_case(name, "copy") ? "copy" : std::string(name)) + ' ';
  for (const Hint& hint : kHints)
    if (hint.names.find(wanted) != std::string_view::npos) return std::string(hint.words);
  return "only \\connect, \\restrict and \\unrestrict are obeyed; is this a dump?";
}

bool is_conninfo(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://") || text.find('=') != text.npos;
}

bool means_on(std::string_view value) {
  for (const std::string_view word : {"on", "true", "yes", "1"})
    if (equal_ignoring_case(value, word)) return true;
  return false;
}

// The dbname of a connection string that has nothing else.
std::string database_in(const std::string& where, const std::string& conninfo) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(conninfo.c_str(), &message), &PQconninfoFree);
  const std::unique_ptr<char, decltype(&PQfreemem)> owned(message, &PQfreemem);
  // libpq's own words may repeat a password.
  if (!options) throw unsound(where + "\\connect has a connection string that cannot be read");
  std::string database;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (std::string_view(option->keyword) != "dbname")
      throw unsound(where + "\\connect with " + option->keyword + " in it: a dump may only choose a database",
                    "the server, the user and all the rest come from the command line");
    database = option->val;
  }
  if (database.empty()) throw unsound(where + "\\connect names no database");
  return database;
}

}  // namespace

Failure refused_command(const std::string& where, std::string_view name) {
  std::string message = where + printable(name, 60) + " is a command for psql, and is not run here";
  if (name.size() <= 1) message = where + "a backslash outside of strings: psql reads a command there";
  return unsound(message, hint_for(name));
}

std::string database_to_connect(const std::string& where, std::string_view text,
                                std::span<const Token> arguments, const std::string& current) {
  constexpr std::string_view kReuse = "-reuse-previous=";
  std::vector<Argument> given;
  for (const Token& token : arguments) {
    const auto raw = token.of(text);
    if (is_expanded(raw))
      throw unsound(where + "\\connect with a variable or a command of the shell in it",
                    "write the database's name");
    given.push_back(connect_argument(raw));
  }
  bool reuse = false;
  if (!given.empty() && given[0].text.starts_with(kReuse)) {
    reuse = means_on(std::string_view(given[0].text).substr(kReuse.size()));
    if (!reuse)
      throw unsound(where + "\\connect with " + printable(given[0].text) +
                    ": a dump may not choose the server");
    given.erase(given.begin());
  }
  const auto stays = [](const Argument& argument) {
    return !argument.quoted && (argument.text == "-" || argument.text.empty());
  };
  static constexpr std::string_view kOthers[] = {"a user", "a host", "a port"};
  for (std::size_t i = 1; i < given.size(); ++i)
    if (i > std::size(kOthers) || !stays(given[i]))
      throw unsound(where + "\\connect with " +
                        std::string(i > std::size(kOthers) ? "too many arguments" : kOthers[i - 1]) +
                        ": a dump may only choose a database",
                    "the server, the user and all the rest come from the command line");
  if (given.empty())
    throw unsound(where + "\\connect names no database: psql would tell about its connection",
                  "write \\connect and the database's name");
  if (stays(given[0])) return current;
  const std::string& name = given[0].text;
  if (name.find('\0') != name.npos) throw unsound(where + "\\connect with a NUL in the name");
  if (reuse && is_conninfo(name)) return database_in(where, name);
  if (is_conninfo(name))
    throw unsound(where + "\\connect with a name that psql takes for a connection string",
                  "write \\connect -reuse-previous=on \"dbname='...'\" if it is a name");
  if (name.empty()) throw unsound(where + "\\connect names no database");
  return name;
}

std::string encoding_named(std::string_view text, std::span<const Token> tokens) {
  if (tokens.size() != 2) return {};
  const std::string name(tokens[1].of(text));
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  });
  return plain ? name : std::string();
}

std::string restrict_key(const std::string& where, std::string_view text, std::span<const Token> tokens) {
  const std::string command(tokens.front().of(text));
  if (tokens.size() != 2)
    throw unsound(where + command + (tokens.size() < 2 ? " without its key" : " with more than a key"));
  const std::string key(tokens[1].of(text));
  const bool plain = std::ranges::all_of(
      key, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  if (!plain)
    throw unsound(where + "the key of " + command + " is not letters and digits",
                  "pg_dump writes no other ones");
  return key;
}

}  // namespace sluice
