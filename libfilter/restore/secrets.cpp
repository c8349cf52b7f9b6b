#include "libfilter/restore/secrets.hpp"

#include <algorithm>
#include <array>

#include "libfilter/dump/names.hpp"
#include "libfilter/lex/lexer.hpp"

namespace sluice {

namespace {

constexpr std::string_view kMask = "***";

bool holds(std::string_view text, std::string_view what) { return text.find(what) != std::string_view::npos; }

// "host=h password=x", "postgresql://u:x@h/"
bool looks_like_connection(std::string_view text) {
  const auto lower = lower_case(text);
  const auto at = lower.find("://");
  if (at != std::string::npos && lower.find('@', at) != std::string::npos) return true;
  for (auto word = lower.find("passw"); word != std::string::npos; word = lower.find("passw", word + 1)) {
    const auto behind = lower.find_first_not_of("abcdefghijklmnopqrstuvwxyz", word);
    const auto equals = behind == std::string::npos ? behind : lower.find_first_not_of(" \t\n", behind);
    if (equals != std::string::npos && lower[equals] == '=') return true;
  }
  return false;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

}  // namespace

std::vector<Token> tokens_of(std::string_view statement) {
  Lexer lexer;
  std::size_t done = 0;
  // Space before the statement is a unit of its own.
  for (;;) {
    const auto step = lexer.scan(statement.substr(done), Lexer::End::last);
    if (!step.unit_ended || lexer.kind() != UnitKind::space) break;
    done += step.consumed;
  }
  auto tokens = lexer.tokens();
  const auto open = lexer.open();
  if (open.what == Lexer::Open::What::string || open.what == Lexer::Open::What::quoted_name ||
      open.what == Lexer::Open::What::dollar_string)
    tokens.push_back(
        {static_cast<std::uint32_t>(open.offset),
         static_cast<std::uint32_t>(statement.size() - done - open.offset), 0,
         open.what == Lexer::Open::What::quoted_name ? TokenKind::quoted_name : TokenKind::string});
  for (auto& token : tokens) token.begin += static_cast<std::uint32_t>(done);
  return tokens;
}

bool names_secret(std::string_view name) {
  constexpr std::array<std::string_view, 6> kWords = {"password", "passwd", "passphrase",
                                                      "secret",   "token",  "api_key"};
  const auto lower = lower_case(name);
  return std::any_of(kWords.begin(), kWords.end(), [&](auto word) { return holds(lower, word); });
}

StatementSecrets::StatementSecrets(std::string_view statement, std::span<const Token> tokens) {
  bool wanted = false;  // what stands here is the value of a name before it
  // Of roles, PASSWORD is followed by nothing but a password, whatever a mistake has put between them.
  const auto word_at = [&](std::size_t at, std::string_view word) {
    return at < tokens.size() && equal_ignoring_case(tokens[at].of(statement), word);
  };
  const bool of_role = (word_at(0, "create") || word_at(0, "alter")) &&
                       (word_at(1, "role") || word_at(1, "user") || word_at(1, "group"));
  for (const auto& token : tokens) {
    const auto text = token.of(statement);
    switch (token.kind) {
      case TokenKind::word:
        wanted = (of_role && wanted) || names_secret(text) || equal_ignoring_case(text, "connection");
        break;
      case TokenKind::string:
      case TokenKind::quoted_name: {
        const auto value = token.kind == TokenKind::string ? string_of(text) : name_of(token.kind, text);
        if (wanted ||
            (token.kind == TokenKind::string && !text.starts_with('$') && looks_like_connection(value))) {
          spans_.push_back({token.begin, token.end()});
          add(value);
        }
        wanted = token.kind == TokenKind::quoted_name && !wanted && names_secret(value);
        break;
      }
      case TokenKind::op:
        break;  // PASSWORD = '...'
      default:
        wanted = wanted && token.kind == TokenKind::mark && text == ":";
    }
  }
}

void StatementSecrets::add(std::string_view value) {
  if (!value.empty()) values_.emplace_back(value);
}

std::string StatementSecrets::masked(std::string text) const {
  for (const auto& value : values_) {
    if (value.size() >= 4) replace_all(text, value, kMask);
    replace_all(text, "'" + value + "'", "'***'");
    // A piece of it between quotes: near "…", after "…" in connection info string.
    for (auto open = text.find('"'); open != std::string::npos;) {
      const auto close = text.find('"', open + 1);
      if (close == std::string::npos) break;
      const auto piece = text.substr(open + 1, close - open - 1);
      if (!piece.empty() && piece != kMask && holds(value, piece)) {
        text.replace(open + 1, piece.size(), kMask);
        open = text.find('"', open + kMask.size() + 2);
      } else {
        open = text.find('"', close + 1);
      }
    }
  }
  // What a function or a subscription has put together.
  if (!looks_like_connection(text)) return text;
  const auto lower = lower_case(text);
  std::string out;
  std::size_t done = 0;
  for (auto at = lower.find("password"); at != std::string::npos; at = lower.find("password", at + 1)) {
    auto equals = lower.find_first_not_of(" \t", at + 8);
    if (equals == std::string::npos || lower[equals] != '=' || at < done) continue;
    const auto begin = lower.find_first_not_of(" \t", equals + 1);
    if (begin == std::string::npos) break;
    auto end = begin;
    if (text[begin] == '\'') {
      for (++end; end < text.size() && text[end] != '\''; ++end)
        if (text[end] == '\\') ++end;
      end = std::min(end + 1, text.size());
    } else {
      end = std::min(text.find_first_of(" \t\n'\"", begin), text.size());
    }
    out.append(text, done, begin - done).append(kMask);
    done = end;
  }
  out.append(text, done);
  // user:password@
  for (auto at = out.find("://"); at != std::string::npos; at = out.find("://", at + 3)) {
    const auto end = std::min(out.find_first_of(" \t\n'\"", at + 3), out.size());
    const auto sign = out.rfind('@', end);
    const auto colon = out.find(':', at + 3);
    if (sign == std::string::npos || sign < at || colon >= sign) continue;
    out.replace(colon + 1, sign - colon - 1, kMask);
  }
  return out;
}

}  // namespace sluice
