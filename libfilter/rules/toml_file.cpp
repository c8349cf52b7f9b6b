#include "libfilter/rules/toml_file.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace sluice {
namespace {

// The line of the first byte beyond ASCII that stands in no string and no comment, where TOML has none; 0:
// there is none. toml++ 3.3 reaches what it takes for unreachable at such a letter
// (is_non_ascii_horizontal_whitespace).
std::size_t line_of_bare_letter(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::size_t line = 1;
  std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '"' || c == '\'') {
      const std::string three(3, c);
      const bool many_lines = text.substr(at, 3) == three;
      at += many_lines ? 3 : 1;
      for (; at < text.size() && (many_lines || text[at] != '\n'); ++at) {
        if (many_lines ? text.substr(at, 3) == three : text[at] == c) break;
        if (c == '"' && text[at] == '\\' && text.substr(at + 1, 1) != "\n") ++at;
        if (at < text.size() && text[at] == '\n') ++line;
      }
      // Of a string of many lines up to two quotes may stand before those that end it.
      while (at < text.size() && text[at] == c) ++at;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      return line;
    } else {
      line += c == '\n' ? 1U : 0U;
      ++at;
    }
  }
  return 0;
}

}  // namespace

toml::table parse_toml(std::string_view text, const TomlOrigin& origin) {
  if (const auto line = line_of_bare_letter(text); line != 0)
    throw Failure(
        Failure::Kind::usage,
        origin.file + ":" + std::to_string(line) + ": a letter beyond ASCII outside of strings and comments",
        {}, origin.kind + " are TOML; " + origin.hint);
  try {
    return toml::parse(text, origin.file);
  } catch (const toml::parse_error& error) {
    throw Failure(Failure::Kind::usage,
                  origin.file + ":" + std::to_string(error.source().begin.line) + ": " +
                      std::string(error.description()),
                  {}, origin.kind + " are TOML; " + origin.hint);
  }
}

std::string read_text_file(const std::string& path, std::string_view what) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in && in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (!in.good() && !in.eof())
    throw Failure(Failure::Kind::usage, path + ": cannot read " + std::string(what) + ": " +
                                            std::generic_category().message(errno));
  return text.str();
}

std::vector<std::string> toml_files(const std::string& folder, std::string_view what) {
  std::error_code error;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".toml") paths.push_back(entry.path().string());
  if (error)
    throw Failure(Failure::Kind::usage,
                  folder + ": cannot read " + std::string(what) + ": " + error.message());
  std::sort(paths.begin(), paths.end());
  return paths;
}

void TableReader::text(std::string name, std::string& into) {
  key(std::move(name), [&into, this](const toml::node& node) { into = text_of(node); });
}

void TableReader::strings(std::string name, std::vector<std::string>& into) {
  key(std::move(name), [&into, this](const toml::node& node) { into = strings_of(node); });
}

void TableReader::flag(std::string name, bool& into) {
  key(std::move(name), [&into, this](const toml::node& node) {
    if (!node.is_boolean()) fail(node, "expected true or false");
    into = *node.value<bool>();
  });
}

void TableReader::tables(std::string name, std::function<void(const toml::table&)> read_one) {
  key(std::move(name), [read_one = std::move(read_one), this](const toml::node& node) {
    if (const auto* array = node.as_array()) {
      for (const auto& item : *array) read_one(table_of(item));
    } else {
      read_one(table_of(node));
    }
  });
}

void TableReader::read() {
  for (const auto& [key, node] : table_) {
    const std::string_view name = key.str();
    const auto found =
        std::find_if(keys_.begin(), keys_.end(), [name](const auto& k) { return k.first == name; });
    if (found == keys_.end())
      fail(node, "unknown key '" + std::string(name) + "' in " + what_,
           "expected one of: " + list_of(keys_, [](const auto& k) { return k.first; }));
    try {
      found->second(node);
    } catch (const Failure& failure) {
      if (failure.kind != Failure::Kind::usage ||
          std::string_view(failure.what()).starts_with(origin_.file + ":"))
        throw;
      fail(node, found->first + ": " + failure.what(), failure.detail);
    }
  }
}

void TableReader::fail(const toml::node& node, const std::string& message, const std::string& detail) const {
  throw Failure(Failure::Kind::usage,
                origin_.file + ":" + std::to_string(node.source().begin.line) + ": " + message, detail,
                origin_.hint);
}

std::string TableReader::text_of(const toml::node& node) const {
  const auto value = node.value<std::string>();
  if (!value || !node.is_string()) fail(node, "expected a string");
  return *value;
}

std::vector<std::string> TableReader::strings_of(const toml::node& node) const {
  if (node.is_string()) return {text_of(node)};
  const auto* array = node.as_array();
  if (array == nullptr) fail(node, "expected a string or a list of strings");
  std::vector<std::string> out;
  for (const auto& item : *array) out.push_back(text_of(item));
  return out;
}

const toml::table& TableReader::table_of(const toml::node& node) const {
  const auto* table = node.as_table();
  if (table == nullptr) fail(node, "expected a table");
  return *table;
}

}  // namespace sluice
