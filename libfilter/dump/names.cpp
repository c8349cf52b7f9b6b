#include "libfilter/dump/names.hpp"

#include <algorithm>
#include <iterator>

namespace sluice {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

// TEXT between two QUOTE bytes, doubled quotes made single.
std::string undouble(std::string_view text, char quote) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    out.push_back(text[i]);
    if (text[i] == quote && i + 1 < text.size() && text[i + 1] == quote) ++i;
  }
  return out;
}

std::string enclose(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out.push_back(quote);
    out.push_back(c);
  }
  out.push_back(quote);
  return out;
}

char escaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    default:
      return c;
  }
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string upper_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), upper);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

void append_name(std::string& out, TokenKind kind, std::string_view text) {
  if (kind == TokenKind::string || kind == TokenKind::quoted_name) {
    out += name_of(kind, text);
  } else if (kind == TokenKind::argument) {
    out += text;
  } else {
    std::transform(text.begin(), text.end(), std::back_inserter(out), lower);
  }
}

std::string name_of(TokenKind kind, std::string_view text) {
  if (kind == TokenKind::string) return string_of(text);
  if (kind == TokenKind::argument) return std::string(text);
  if (kind != TokenKind::quoted_name) return lower_case(text);
  const auto open = text.find('"');
  if (open == std::string_view::npos || text.size() < open + 2) return std::string(text);
  return undouble(text.substr(open + 1, text.size() - open - 2), '"');
}

std::string string_of(std::string_view text) {
  const auto open = text.find_first_of("'$");
  if (open == std::string_view::npos) return std::string(text);
  if (text[open] == '$') {
    const auto tag_end = text.find('$', open + 1);
    if (tag_end == std::string_view::npos) return std::string(text);
    const std::size_t tag = tag_end + 1 - open;
    return text.size() < 2 * tag ? std::string() : std::string(text.substr(tag, text.size() - 2 * tag));
  }
  if (text.size() < open + 2) return std::string();
  std::string body = undouble(text.substr(open + 1, text.size() - open - 2), '\'');
  if (open != 1 || (text[0] != 'e' && text[0] != 'E')) return body;
  std::string out;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\' && i + 1 < body.size()) {
      out.push_back(escaped(body[++i]));
    } else {
      out.push_back(body[i]);
    }
  }
  return out;
}

std::string quote_literal(std::string_view text) {
  std::string out = enclose(text, '\'');
  if (text.find('\\') == std::string_view::npos) return out;
  std::string doubled = "E";
  for (const char c : out) {
    if (c == '\\') doubled.push_back('\\');
    doubled.push_back(c);
  }
  return doubled;
}

std::string quote_name(std::string_view text) { return enclose(text, '"'); }

// Words of PostgreSQL 12 to 18 that name nothing without quotes (manual, appendix C: reserved, also where
// functions and types may have such names).
constexpr std::string_view kReserved[] = {"all",
                                          "analyse",
                                          "analyze",
                                          "and",
                                          "any",
                                          "array",
                                          "as",
                                          "asc",
                                          "asymmetric",
                                          "authorization",
                                          "binary",
                                          "both",
                                          "case",
                                          "cast",
                                          "check",
                                          "collate",
                                          "collation",
                                          "column",
                                          "concurrently",
                                          "constraint",
                                          "create",
                                          "cross",
                                          "current_catalog",
                                          "current_date",
                                          "current_role",
                                          "current_schema",
                                          "current_time",
                                          "current_timestamp",
                                          "current_user",
                                          "default",
                                          "deferrable",
                                          "desc",
                                          "distinct",
                                          "do",
                                          "else",
                                          "end",
                                          "except",
                                          "false",
                                          "fetch",
                                          "for",
                                          "foreign",
                                          "freeze",
                                          "from",
                                          "full",
                                          "grant",
                                          "group",
                                          "having",
                                          "ilike",
                                          "in",
                                          "initially",
                                          "inner",
                                          "intersect",
                                          "into",
                                          "is",
                                          "isnull",
                                          "join",
                                          "lateral",
                                          "leading",
                                          "left",
                                          "like",
                                          "limit",
                                          "localtime",
                                          "localtimestamp",
                                          "natural",
                                          "not",
                                          "notnull",
                                          "null",
                                          "offset",
                                          "on",
                                          "only",
                                          "or",
                                          "order",
                                          "outer",
                                          "overlaps",
                                          "placing",
                                          "primary",
                                          "references",
                                          "returning",
                                          "right",
                                          "select",
                                          "session_user",
                                          "similar",
                                          "some",
                                          "symmetric",
                                          "system_user",
                                          "table",
                                          "tablesample",
                                          "then",
                                          "to",
                                          "trailing",
                                          "true",
                                          "union",
                                          "unique",
                                          "user",
                                          "using",
                                          "variadic",
                                          "verbose",
                                          "when",
                                          "where",
                                          "window",
                                          "with"};

std::string write_name(std::string_view text) {
  const bool plain = !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
                     std::all_of(text.begin(), text.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                     });
  const bool reserved = std::find(std::begin(kReserved), std::end(kReserved), text) != std::end(kReserved);
  return plain && !reserved ? std::string(text) : quote_name(text);
}

// RoleSpec in gram.y
std::string write_role_name(std::string_view text) {
  return text == "public" || text == "none" ? quote_name(text) : write_name(text);
}

bool glob_matches(std::string_view glob, std::string_view text) {
  std::size_t g = 0, t = 0, star = std::string_view::npos, retry = 0;
  while (t < text.size()) {
    if (g < glob.size() && (glob[g] == '?' || (glob[g] != '*' && glob[g] == text[t]))) {
      ++g, ++t;
    } else if (g < glob.size() && glob[g] == '*') {
      star = g++;
      retry = t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

}  // namespace sluice
