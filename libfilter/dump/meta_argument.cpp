#include "libfilter/dump/meta_argument.hpp"

#include <cstddef>
#include <utility>

namespace sluice {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

namespace {

// Appends what the bytes behind a backslash stand for, and says how many they are.
std::size_t append_escape(std::string& text, std::string_view behind) {
  const auto number = [&](std::size_t from, std::size_t most, int base) {
    int value = 0;
    std::size_t at = from;
    for (; at < behind.size() && at < from + most; ++at) {
      const int digit = hex_digit(behind[at]);
      if (digit < 0 || digit >= base) break;
      value = value * base + digit;
    }
    if (at > from) text += static_cast<char>(value);
    return at;
  };
  if (const auto end = number(0, 3, 8); end > 0) return end;
  if (behind[0] == 'x') {
    if (const auto end = number(1, 2, 16); end > 1) return end;
  }
  static constexpr std::string_view kLetters = "ntbrf", kMeanings = "\n\t\b\r\f";
  const auto at = kLetters.find(behind[0]);
  text += at == kLetters.npos ? behind[0] : kMeanings[at];
  return 1;
}

}  // namespace

Argument argument_value(std::string_view raw, Semicolons semicolons) {
  Argument result;
  result.known = !raw.starts_with(':');
  std::size_t unquoted_tail = 0;
  char quote = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (quote == 0 && (c == '\'' || c == '"' || c == '`')) {
      quote = c;
      result.quoted = true;
      unquoted_tail = 0;
      if (c == '`') result.known = false;
      if (c == '"') result.text += c;
    } else if (c == quote) {
      if (c == '"') result.text += c;
      if (c == '\'' && i + 1 < raw.size() && raw[i + 1] == '\'') {
        result.text += raw[++i];
      } else {
        quote = 0;
      }
    } else if (quote == '\'' && c == '\\' && i + 1 < raw.size()) {
      i += append_escape(result.text, raw.substr(i + 1));
    } else {
      result.text += c;
      if (quote == 0) ++unquoted_tail;
    }
  }
  if (semicolons == Semicolons::strip) {
    for (; unquoted_tail > 0 && result.text.ends_with(';'); --unquoted_tail) result.text.pop_back();
  }
  return result;
}

bool is_expanded(std::string_view raw) {
  char quote = 0;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (quote == '\'' && c == '\\') {
      ++i;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '`' || (c == ':' && i + 1 < raw.size() && raw[i + 1] != '/')) {
      return true;
    } else if (c == '\'' || c == '"') {
      quote = c;
    }
  }
  return false;
}

Argument connect_argument(std::string_view raw) {
  Argument argument = argument_value(raw, Semicolons::strip);
  std::string name;
  bool inside = false;
  for (std::size_t i = 0; i < argument.text.size(); ++i) {
    if (argument.text[i] == '"') {
      if (!inside || i + 1 == argument.text.size() || argument.text[i + 1] != '"') {
        inside = !inside;
        continue;
      }
      ++i;
    }
    name += argument.text[i];
  }
  argument.text = std::move(name);
  return argument;
}

}  // namespace sluice
