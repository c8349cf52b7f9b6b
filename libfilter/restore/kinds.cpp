#include "libfilter/restore/kinds.hpp"

#include <algorithm>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/token_reader.hpp"

namespace sluice {
namespace {

bool has_word(std::string_view text, std::string_view word) {
  const auto part = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if (!equal_ignoring_case(text.substr(at, word.size()), word)) continue;
    const auto behind = at + word.size();
    if ((at == 0 || !part(text[at - 1])) && (behind == text.size() || !part(text[behind]))) return true;
  }
  return false;
}

// DO with a body that ends its transaction by itself.
Way way_of_do(TokenReader in) {
  for (; !in.done(); in.skip())
    if (in.is(TokenKind::string) &&
        (has_word(in.token_text(), "commit") || has_word(in.token_text(), "rollback")))
      return Way::alone;
  return Way::piped;
}

Way way_of_copy(TokenReader in) {
  while (!in.done() && !(in.token().depth == 0 && (in.is_word("to") || in.is_word("from")))) in.skip();
  // The grammar takes either word for either.
  const bool out = in.take_word("to") && (in.is_word("stdout") || in.is_word("stdin"));
  return out ? Way::query : Way::piped;
}

Way way_of_create(TokenReader in) {
  if (in.is_word("database") || in.is_word("tablespace") || in.is_word("subscription")) return Way::alone;
  in.take_word("unique");
  return in.take_word("index") && in.is_word("concurrently") ? Way::alone : Way::piped;
}

Way way_of_alter(TokenReader in) {
  if (in.is_word("system") || in.is_word("subscription")) return Way::alone;
  if (in.take_word("database")) {
    in.skip();
    return in.take_words("set tablespace") ? Way::alone : Way::piped;
  }
  if (!in.take_word("table") || !in.skip_to("detach")) return Way::piped;
  return in.take_word("partition") && in.skip_to("concurrently") ? Way::alone : Way::piped;
}

Way way_of_drop(TokenReader in) {
  if (in.is_word("database") || in.is_word("tablespace") || in.is_word("subscription")) return Way::alone;
  return in.take_word("index") && in.is_word("concurrently") ? Way::alone : Way::piped;
}

// What has to be the first of its transaction: nothing of ours may stand before it.
Way way_of_set(TokenReader in, Transaction transaction) {
  if (!in.take_word("session")) in.take_word("local");
  const auto name = in.name();
  if (name != "transaction" && !name.starts_with("transaction_")) return Way::piped;
  if (name != "transaction" && name != "transaction_isolation" && name != "transaction_read_only" &&
      name != "transaction_deferrable")
    return Way::piped;
  return transaction == Transaction::open ? Way::drained : Way::alone;
}

Way way_of_rollback(TokenReader in) {
  if (in.is_word("prepared")) return Way::alone;
  if (!in.take_word("work")) in.take_word("transaction");
  return in.is_word("to") ? Way::drained : Way::rollback;
}

}  // namespace

Way way_of(std::string_view text, std::span<const Token> tokens, Transaction transaction) {
  const bool simple = std::ranges::any_of(tokens, [&](const Token& token) {
    return token.kind == TokenKind::parameter || (token.kind == TokenKind::meta && token.of(text) == "\\;");
  });
  if (simple) return Way::query;
  TokenReader in(text, tokens);
  if (in.take_word("insert") || in.take_word("select")) return Way::piped;
  if (in.take_word("create")) return way_of_create(in);
  if (in.take_word("alter")) return way_of_alter(in);
  if (in.take_word("copy")) return way_of_copy(in);
  if (in.take_word("set")) return way_of_set(in, transaction);
  if (in.take_word("drop")) return way_of_drop(in);
  if (in.take_word("begin")) return Way::begin;
  if (in.take_word("start")) return in.is_word("transaction") ? Way::begin : Way::piped;
  if (in.take_word("commit") || in.take_word("end")) return in.is_word("prepared") ? Way::alone : Way::commit;
  if (in.take_word("rollback") || in.take_word("abort")) return way_of_rollback(in);
  if (in.take_word("prepare")) return in.is_word("transaction") ? Way::alone : Way::piped;
  if (in.take_word("do")) return way_of_do(in);
  if (in.take_word("discard")) return in.is_word("all") ? Way::alone : Way::drained;
  if (in.take_word("deallocate")) return Way::drained;
  for (const auto* word : {"vacuum", "reindex", "cluster", "call"})
    if (in.is_word(word)) return Way::alone;
  return Way::piped;
}

bool may_make_temporary(std::string_view text, std::span<const Token> tokens, const Object& object) {
  if (object.act == Object::Act::none) return true;
  if (object.act != Object::Act::define) return false;
  TokenReader in(text, tokens);
  in.skip();
  in.take_words("or replace");
  if (!in.take_word("global")) in.take_word("local");
  return in.is_word("temp") || in.is_word("temporary") || object.name.schema == "pg_temp";
}

}  // namespace sluice
