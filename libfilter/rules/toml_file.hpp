// Reading TOML strictly: whatever is not asked for is a mistake, told with file, line and what was expected.
//
// For the rule files (rules/README.md) and for the advice (rules/advice/README.md).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "libfilter/io/failure.hpp"

namespace sluice {

// For messages: "rules/my.toml", "rule files", "the format is described in pgsluice-rules(5)".
struct TomlOrigin {
  std::string file;
  std::string kind;
  std::string hint;
};

// Throws Failure::usage with file and line for what is no TOML.
toml::table parse_toml(std::string_view text, const TomlOrigin& origin);

// The bytes of PATH. Throws Failure::usage: "PATH: cannot read WHAT: …".
std::string read_text_file(const std::string& path, std::string_view what);
// The paths FOLDER/*.toml, sorted. Throws Failure::usage: "FOLDER: cannot read WHAT: …".
std::vector<std::string> toml_files(const std::string& folder, std::string_view what);

// "a, b, c"
template <class Range, class Name>
std::string list_of(const Range& range, Name name) {
  std::string out;
  for (const auto& item : range) {
    if (!out.empty()) out += ", ";
    out += name(item);
  }
  return out;
}

// Reads one table by a list of keys and what each is read into; any other key is an error. Keeps references
// to TABLE, ORIGIN and all that is read into.
class TableReader {
 public:
  TableReader(const toml::table& table, const TomlOrigin& origin, std::string what)
      : table_(table), origin_(origin), what_(std::move(what)) {}

  using Read = std::function<void(const toml::node&)>;
  void key(std::string name, Read read) { keys_.emplace_back(std::move(name), std::move(read)); }

  void text(std::string name, std::string& into);
  void strings(std::string name, std::vector<std::string>& into);  // a string, or a list of them
  void flag(std::string name, bool& into);
  template <class T>
  void parsed(std::string name, T& into) {
    key(std::move(name), [&into, this](const toml::node& node) { into = T::parse(text_of(node)); });
  }
  template <class T, class Make>
  void each(std::string name, std::vector<T>& into, Make make) {
    key(std::move(name), [&into, make, this](const toml::node& node) {
      for (const auto& text : strings_of(node)) into.push_back(make(text));
    });
  }
  // A table, or a list of them.
  void tables(std::string name, std::function<void(const toml::table&)> read_one);

  void read();

  [[noreturn]] void fail(const toml::node& node, const std::string& message,
                         const std::string& detail = {}) const;
  std::string text_of(const toml::node& node) const;
  std::vector<std::string> strings_of(const toml::node& node) const;
  const toml::table& table_of(const toml::node& node) const;

 private:
  const toml::table& table_;
  const TomlOrigin& origin_;
  std::string what_;
  std::vector<std::pair<std::string, Read>> keys_;
};

}  // namespace sluice
