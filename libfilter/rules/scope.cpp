#include "libfilter/rules/scope.hpp"

#include <algorithm>

#include "libfilter/dump/names.hpp"

namespace sluice {
namespace {

// The part of a dotted name before its last dot, if there is one, and the part behind it.
TokenRange schema_of(TokenRange range) {
  return range.last - range.first < 3 ? TokenRange{range.first, range.first}
                                      : TokenRange{range.first, range.last - 2};
}
TokenRange last_of(TokenRange range) {
  return range.empty() ? range : TokenRange{range.last - 1, range.last};
}

}  // namespace

constexpr std::string_view kUsualTag = "$do$";

std::string unused_tag(std::string_view text) {
  for (int i = 0;; ++i) {
    std::string tag = i == 0 ? std::string(kUsualTag) : "$do" + std::to_string(i) + "$";
    if (text.find(tag) == std::string_view::npos) return tag;
  }
}

Scope::Chosen Scope::elements(std::size_t capture) const {
  const auto* choice = find(chosen_, capture);
  if (choice != nullptr && !choice->whole) return choice->elements;
  Chosen all;
  const auto count = all_elements(capture).size();
  for (std::size_t i = 0; i < count; ++i) all.push_back(i);
  return all;
}

TokenRange Scope::range(std::size_t capture) const {
  if (!is_set(capture)) return {};
  const auto* element = find(current_, capture);
  return element != nullptr ? *element : match_.captures[capture].range;
}

std::string_view Scope::text_of(TokenRange range) const {
  if (range.empty()) return {};
  const auto begin = statement_.tokens[range.first].begin;
  return statement_.text.substr(begin, statement_.tokens[range.last - 1].end() - begin);
}

// Dotted names: the parts' names with dots between; a literal: its text.
void Scope::append_value(std::string& out, TokenRange range) const {
  for (auto i = range.first; i < range.last; ++i) {
    const auto& token = statement_.tokens[i];
    append_name(out, token.kind, statement_.of(token));
  }
}

std::string Scope::value_of(const Template& text) const {
  std::string out;
  for (const auto& part : text.parts) {
    switch (part.kind) {
      case Template::Kind::own:
        out += part.text;
        break;
      case Template::Kind::tag:
        break;
      case Template::Kind::database:
        out += database_;
        break;
      case Template::Kind::schema:
        append_value(out, schema_of(range(part.capture)));
        break;
      case Template::Kind::last:
        append_value(out, last_of(range(part.capture)));
        break;
      default:
        append_value(out, range(part.capture));
    }
  }
  return out;
}

std::string Scope::render(const Template& text) const {
  const auto tags = std::count_if(text.parts.begin(), text.parts.end(), [](const Template::Part& part) {
    return part.kind == Template::Kind::tag;
  });
  // The usual tag will mostly do: it stands where it was put and nowhere else.
  auto out = render(text, kUsualTag);
  std::ptrdiff_t found = 0;
  for (auto at = tags > 0 ? out.find(kUsualTag) : out.npos; at != out.npos; at = out.find(kUsualTag, at + 1))
    ++found;
  if (found == tags) return out;
  return render(text, unused_tag(render(text, {})));
}

std::string Scope::render(const Template& text, std::string_view tag) const {
  std::string out;
  out.reserve(text.length);
  const auto value = [&](std::size_t capture) {
    std::string name;
    append_value(name, range(capture));
    return name;
  };
  for (const auto& part : text.parts) {
    switch (part.kind) {
      case Template::Kind::own:
        out += part.text;
        break;
      case Template::Kind::tag:
        out += tag;
        break;
      case Template::Kind::database:
        out += database_;
        break;
      case Template::Kind::literal:
        out += quote_literal(value(part.capture));
        break;
      case Template::Kind::value:
        append_value(out, range(part.capture));
        break;
      case Template::Kind::renamed: {
        const auto renamed = renames_.empty() ? renames_.end() : renames_.find(value(part.capture));
        if (renamed != renames_.end()) {
          out += write_role_name(renamed->second);
        } else {
          out += text_of(range(part.capture));
        }
        break;
      }
      case Template::Kind::schema:
        out += text_of(schema_of(range(part.capture)));
        break;
      case Template::Kind::last:
        out += text_of(last_of(range(part.capture)));
        break;
      case Template::Kind::as_written:
        out += text_of(range(part.capture));
        break;
    }
  }
  return out;
}

}  // namespace sluice
