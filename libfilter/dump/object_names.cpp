#include "libfilter/dump/object_names.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace sluice {
namespace {

// Tokens in one spelling, however they were written: for lists of types that are compared as text.
class Spelling {
 public:
  void add(const TokenReader& in) {
    const Token& token = in.token();
    const std::string_view text = in.token_text();
    const bool apart = token.kind != TokenKind::mark || std::string_view(".,)[]").find(text) == text.npos;
    if (!text_.empty() && (text_.back() == ',' || (apart && end_ != token.begin && !opens(text_.back()))))
      text_ += ' ';
    text_ += token.kind == TokenKind::word ? folded(text) : std::string(text);
    end_ = token.end();
  }
  std::string take() { return std::move(text_); }

 private:
  static bool opens(char c) { return c == '(' || c == '[' || c == '.'; }

  // As pg_dump writes them: these words in upper case, all others are names and types.
  static std::string folded(std::string_view word) {
    for (const std::string_view upper : {"AS", "IN", "NONE", "OUT", "INOUT", "VARIADIC", "ORDER", "BY"})
      if (equal_ignoring_case(word, upper)) return std::string(upper);
    return lower_case(word);
  }

  std::string text_;
  std::uint32_t end_ = 0;  // of the token added last
};

}  // namespace

ObjectName qualified_name(TokenReader& in) {
  ObjectName result{{}, in.name()};
  while (in.take_mark('.')) {
    result.schema = std::move(result.name);
    result.name = in.name();
  }
  if (result.name.empty() && in.is(TokenKind::op)) {
    result.name = in.token_text();
    in.skip();
  }
  return result;
}

ObjectName relation_name(TokenReader& in) {
  in.take_word("ONLY");
  ObjectName result = qualified_name(in);
  in.take(TokenKind::op, "*");
  return result;
}

ObjectName table_of_column(TokenReader& in) {
  ObjectName table;
  std::string column = in.name();
  while (in.take_mark('.')) {
    table.schema = std::move(table.name);
    table.name = std::move(column);
    column = in.name();
  }
  return table;
}

ObjectName name_in(std::string_view text) {
  ObjectName result;
  for (;;) {
    bool quoted = false;
    const auto end = std::ranges::find_if(text, [&](char c) {
      if (c == '"') quoted = !quoted;
      return c == '.' && !quoted;
    });
    const auto part = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    result.schema = std::move(result.name);
    result.name = name_of(part.starts_with('"') ? TokenKind::quoted_name : TokenKind::word, part);
    if (part.size() == text.size()) return result;
    text.remove_prefix(part.size() + 1);
  }
}

std::string argument_list(TokenReader& in) {
  if (!in.is_mark('(')) return {};
  const auto inside = in.token().depth + 1;
  const auto is_default = [&] {
    return in.is_word("DEFAULT") ||
           (in.is(TokenKind::op) && (in.token_text().starts_with('=') || in.token_text() == ":="));
  };
  Spelling spelling;
  spelling.add(in);
  in.skip();
  for (bool keep = true; !in.at_end() && in.token().depth >= inside; in.skip()) {
    if (in.token().depth == inside && (in.is_mark(',') || is_default())) keep = in.is_mark(',');
    if (keep) spelling.add(in);
  }
  if (in.is_mark(')')) spelling.add(in);
  in.take_mark(')');
  return spelling.take();
}

std::string spelled_until(TokenReader& in, std::string_view word) {
  Spelling spelling;
  for (; !in.done() && !in.is_word(word); in.skip()) spelling.add(in);
  return spelling.take();
}

std::string operand_type(TokenReader in, std::string_view word) {
  Spelling type;
  while (!in.done() && !in.is_word(word)) in.skip();
  in.skip();
  if (!in.take(TokenKind::op, "=") || in.at_end()) return "NONE";
  const auto depth = in.token().depth;
  for (; !in.at_end() && in.token().depth >= depth && !in.is_mark(','); in.skip()) type.add(in);
  return type.take();
}

}  // namespace sluice
