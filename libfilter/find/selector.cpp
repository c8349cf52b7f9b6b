#include "libfilter/find/selector.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "libfilter/io/failure.hpp"

namespace sluice {
namespace {

constexpr std::string_view kGlobCharacters = "*?[]\\";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool glob(const std::string& pattern, std::string_view text) {
  return fnmatch(pattern.c_str(), std::string(text).c_str(), 0) == 0;
}

}  // namespace

NameGlob::NameGlob(std::string_view text) : text_(text) {
  const auto bad = [&](const char* why) {
    return Failure(Failure::Kind::usage, "bad name '" + text_ + "': " + why, {},
                   "write name, schema.name or \"Any name\"; * ? [...] are globs outside of double quotes");
  };
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
      name_ += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      if (kGlobCharacters.find(c) != std::string_view::npos) name_ += '\\';
      name_ += c;
    } else if (c == '.') {
      if (has_schema_) throw bad("more than one dot");
      if (name_.empty()) throw bad("nothing before the dot");
      has_schema_ = true;
      schema_ = std::move(name_);
      name_.clear();
    } else {
      name_ += lower(c);
    }
  }
  if (quoted) throw bad("a double quote is open");
  if (name_.empty()) throw bad(has_schema_ ? "nothing behind the dot" : "it is empty");
}

bool NameGlob::matches(const ObjectName& name) const {
  return (!has_schema_ || glob(schema_, name.schema)) && glob(name_, name.name);
}

bool NameGlob::matches(std::string_view name) const {
  return glob(has_schema_ ? schema_ + "." + name_ : name_, name);
}

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> out(1);
  bool quoted = false;
  for (const char c : list) {
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  std::erase_if(out, [](const std::string& part) { return part.empty(); });
  return out;
}

bool selects(const std::vector<NameGlob>& globs, std::string_view name) {
  return globs.empty() ||
         std::any_of(globs.begin(), globs.end(), [&](const NameGlob& g) { return g.matches(name); });
}

bool selects(const std::vector<NameGlob>& globs, const ObjectName& name) {
  return globs.empty() ||
         std::any_of(globs.begin(), globs.end(), [&](const NameGlob& g) { return g.matches(name); });
}

bool selects_type(const std::vector<std::string>& globs, std::string_view type) {
  return globs.empty() ||
         std::any_of(globs.begin(), globs.end(), [&](const std::string& g) { return glob(g, type); });
}

bool selects(const std::vector<Section>& sections, Section section) {
  return sections.empty() || std::find(sections.begin(), sections.end(), section) != sections.end();
}

}  // namespace sluice
