#include "libfilter/dump/session.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "libfilter/dump/meta_argument.hpp"
#include "libfilter/dump/names.hpp"
#include "libfilter/dump/token_reader.hpp"

namespace sluice {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// parse_bool() of the server, which psql has too: a unique prefix of a boolean word, or one digit.
std::optional<bool> parse_bool(std::string_view value) {
  const auto begins = [&](std::string_view word, std::size_t least) {
    return value.size() >= least && value.size() <= word.size() &&
           equal_ignoring_case(value, word.substr(0, value.size()));
  };
  if (begins("true", 1) || begins("yes", 1) || begins("on", 2) || value == "1") return true;
  if (begins("false", 1) || begins("no", 1) || begins("off", 2) || value == "0") return false;
  return std::nullopt;
}

// The value of a setting; nothing when it is none that could be read here.
std::optional<std::string> value_of(TokenReader& in, bool standard_conforming_strings) {
  if (in.is(TokenKind::quoted_name)) return in.name();
  if (!in.is(TokenKind::string) && !in.is(TokenKind::word) && !in.is(TokenKind::number)) return std::nullopt;
  std::string value(in.token_text());
  if (in.is(TokenKind::string)) {
    const bool escapes = value.starts_with('\'') && !standard_conforming_strings;
    value = string_of(escapes ? "E" + value : value);
  }
  in.skip();
  return value;
}

std::size_t uri_prefix(std::string_view text) {
  for (const std::string_view prefix : {"postgresql://", "postgres://"})
    if (text.starts_with(prefix)) return prefix.size();
  return 0;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (escape) {
      decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

// postgresql://user:password@host:port/dbname?key=value&...
std::optional<std::string> database_of_uri(std::string_view rest) {
  std::optional<std::string> database;
  // A user's name and password may hold a "?", the rest may not.
  if (const auto at = rest.find_first_of("@/"); at != rest.npos && rest[at] == '@')
    rest.remove_prefix(at + 1);
  const auto path = rest.find_first_of("/?");
  if (path == rest.npos) return database;
  const auto query = rest.find('?', path);
  if (rest[path] == '/') {
    const auto end = query == rest.npos ? rest.size() : query;
    if (end > path + 1) database = percent_decoded(rest.substr(path + 1, end - path - 1));
  }
  if (query == rest.npos) return database;
  rest.remove_prefix(query + 1);
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (const auto equals = pair.find('='); pair.substr(0, equals) == "dbname" && equals != pair.npos)
      database = percent_decoded(pair.substr(equals + 1));
  }
  return database;
}

// key = value, key = 'value with \' and \\'
std::optional<std::string> database_of_pairs(std::string_view text) {
  std::optional<std::string> database;
  std::size_t at = 0;
  const auto skip_space = [&] {
    while (at < text.size() && is_space(text[at])) ++at;
  };
  for (skip_space(); at < text.size(); skip_space()) {
    const auto begin = at;
    while (at < text.size() && text[at] != '=' && !is_space(text[at])) ++at;
    const auto key = text.substr(begin, at - begin);
    skip_space();
    if (at == text.size() || text[at] != '=') return std::nullopt;
    ++at;
    skip_space();
    const bool quoted = at < text.size() && text[at] == '\'';
    if (quoted) ++at;
    std::string value;
    for (; at < text.size() && (quoted ? text[at] != '\'' : !is_space(text[at])); ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      value += text[at];
    }
    if (quoted) ++at;
    if (key == "dbname") database = std::move(value);
  }
  return database;
}

}  // namespace

void Session::statement(std::string_view text, std::span<const Token> tokens) {
  constexpr auto kIsMeta = [](const Token& token) { return token.kind == TokenKind::meta; };
  const auto first = std::ranges::find_if(tokens, kIsMeta);
  if (first == tokens.end()) return part({text, tokens});

  // A meta-command inside of a statement runs when it is read, before the statement does.
  for (auto token = first; token != tokens.end();) {
    const auto end =
        std::find_if(token + 1, tokens.end(), [](const Token& t) { return t.kind != TokenKind::argument; });
    meta_command(text, {token, end});
    const auto name = token->of(text);
    if (end == tokens.end() && (name == "\\r" || name == "\\reset"))
      return;  // which throws the statement away
    token = std::find_if(end, tokens.end(), kIsMeta);
  }

  const auto is_join = [&](const Token& token) { return kIsMeta(token) && token.of(text) == "\\;"; };
  if (transaction_ == Transaction::none && std::ranges::any_of(tokens, is_join))
    open_transaction(Transaction::implicit);
  TokenReader in(text, tokens);
  do {
    part(in);
  } while (in.next_part());
  if (transaction_ == Transaction::implicit) end_transaction(true);
}

void Session::part(TokenReader in) {
  struct Command {
    std::string_view word;
    void (Session::*follow)(TokenReader&);
  };
  static constexpr Command kCommands[] = {
      {"set", &Session::set},
      {"select", &Session::call_set_config},
      {"reset", &Session::reset},
      {"discard", &Session::discard},
      {"begin", &Session::begin},
      {"start", &Session::start},
      {"commit", &Session::commit},
      {"end", &Session::commit},
      {"prepare", &Session::prepare},
      {"rollback", &Session::rollback},
      {"abort", &Session::rollback},
      {"savepoint", &Session::savepoint},
      {"release", &Session::release},
      {"values", &Session::call_set_config},
      {"with", &Session::call_set_config},
  };
  if (!active()) return;
  const TokenReader whole = in;
  part_ = &whole;
  const auto command =
      std::ranges::find_if(kCommands, [&](const Command& c) { return in.take_word(c.word); });
  if (command != std::end(kCommands)) (this->*command->follow)(in);
  part_ = nullptr;
}

void Session::set(TokenReader& in) {
  Scope scope = Scope::session;
  const bool authorization =
      in.take_words("session session authorization") || in.take_words("session authorization");
  if (in.take_word("local")) {
    scope = Scope::local;
  } else if (!authorization && in.take_word("session") && in.take_words("characteristics as transaction")) {
    return note("transaction " + lower_case(in.done() ? "" : in.token_text()), scope);
  }
  if (authorization || in.take_words("session authorization")) {
    if (scope == Scope::local) return;
    forget("role");
    return in.is_word("default") ? forget("session_authorization") : note("session_authorization", scope);
  }
  if (in.take_word("names")) {
    if (in.done() || in.is_word("default")) return change("client_encoding", std::nullopt, scope);
    note("client_encoding", scope);
    if (const auto value = value_of(in, now_.standard_conforming_strings); value && in.done())
      change("client_encoding", value, scope);
    return;
  }
  if (in.take_words("time zone"))
    return in.is_word("default") || in.is_word("local") ? change("timezone", std::nullopt, scope)
                                                        : note("timezone", scope);
  if (in.take_words("xml option")) return note("xmloption", scope);
  const auto name = lower_case(qualified(in));
  const bool assigns = in.take_word("to") || in.take(TokenKind::op, "=");
  // SET TRANSACTION and SET CONSTRAINTS are the transaction's.
  if (!assigns && name != "role" && name != "schema") return;
  if (in.is_word("default")) return change(name, std::nullopt, scope);
  note(name == "schema" && !assigns ? "search_path" : name, scope);
  if (const auto value = value_of(in, now_.standard_conforming_strings); value && in.done())
    change(name, value, scope);
}

void Session::reset(TokenReader& in) {
  if (in.is_word("all")) {
    change("standard_conforming_strings", std::nullopt, Scope::session);
    change("client_encoding", std::nullopt, Scope::session);
    forget_all();
  } else if (in.take_words("session authorization")) {
    forget("session_authorization");
    forget("role");
  } else if (in.take_words("time zone")) {
    forget("timezone");
  } else {
    change(lower_case(qualified(in)), std::nullopt, Scope::session);
  }
}

void Session::discard(TokenReader& in) {
  if (!in.is_word("all")) return;
  reset(in);
  forget("session_authorization");
  forget("role");
}

void Session::call_set_config(TokenReader& in) {
  TokenReader begin = *part_;
  // The whole statement is one call: it can be run again as it is.
  bool alone = begin.take_word("select") && (begin.take_words("pg_catalog") ? begin.take_mark('.') : true) &&
               begin.is_word("set_config");
  while (!in.done()) {
    const auto function = in.name();
    if (function.empty()) in.skip();
    if (function != "set_config" || !in.take_mark('(')) continue;
    const auto depth = in.at_end() ? 0 : in.token().depth;
    const auto name = value_of(in, now_.standard_conforming_strings);
    if (!name || !in.take_mark(',')) continue;
    const bool null = in.is_word("null");
    auto value = value_of(in, now_.standard_conforming_strings);
    if (value && !in.is_mark(',')) value.reset();
    while (!in.done() && !(in.is_mark(',') && in.token().depth == depth)) in.skip();
    if (!in.take_mark(',')) continue;
    const auto local = value_of(in, now_.standard_conforming_strings);
    if (!local) continue;
    const auto scope = parse_bool(*local).value_or(false) ? Scope::local : Scope::session;
    alone = alone && in.is_mark(')') && in.behind().done();
    if (alone && !null) {
      note(lower_case(*name), scope);
    } else if (value && !null && scope == Scope::session) {
      keep(lower_case(*name), "SELECT pg_catalog.set_config(" + quote_literal(*name) + ", " +
                                  quote_literal(*value) + ", false)");
    }
    if (value || null) change(*name, null ? std::nullopt : value, scope);
  }
}

// The name of a setting, which may have two parts.
std::string Session::qualified(TokenReader& in) {
  std::string name = in.name();
  while (in.take_mark('.')) name += '.' + in.name();
  return name;
}

// Keeps the statement that is being followed.
void Session::note(const std::string& name, Scope scope) {
  if (keeping_ && scope == Scope::session) keep(name, written(*part_));
}

void Session::keep(const std::string& name, std::string statement) {
  if (!keeping_) return;
  const auto is_ascii = [](const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  };
  auto settings = session_.settings ? *session_.settings : std::vector<std::pair<std::string, std::string>>();
  const bool recodes = name == "client_encoding";
  for (auto at = settings.begin(); at != settings.end();) {
    // What follows is written in the encoding that was set before.
    const bool needed =
        recodes && std::any_of(at, settings.end(), [&](const auto& s) { return !is_ascii(s.second); });
    at = at->first == name && !needed ? settings.erase(at) : at + 1;
  }
  settings.emplace_back(name, std::move(statement));
  session_.settings =
      std::make_shared<const std::vector<std::pair<std::string, std::string>>>(std::move(settings));
}

void Session::forget(std::string_view name) {
  if (!session_.settings) return;
  auto settings = *session_.settings;
  if (std::erase_if(settings, [&](const auto& setting) { return setting.first == name; }) == 0) return;
  session_.settings =
      settings.empty()
          ? nullptr
          : std::make_shared<const std::vector<std::pair<std::string, std::string>>>(std::move(settings));
}

// RESET ALL leaves who one is alone.
void Session::forget_all() {
  if (!session_.settings) return;
  for (const auto& [name, statement] : std::vector(*session_.settings))
    if (name != "session_authorization" && name != "role") forget(name);
}

// A backslash in a plain string means what standard_conforming_strings says; here the string says so itself.
std::string Session::written(TokenReader part) const {
  std::string text;
  const char* from = part.done() ? nullptr : part.token_text().data();
  for (; !part.done(); part.skip()) {
    const auto token = part.token_text();
    text.append(from, token.data());
    from = token.data() + token.size();
    const bool plain =
        part.is(TokenKind::string) && token.starts_with('\'') && token.find('\\') != token.npos;
    if (plain && now_.standard_conforming_strings) {
      text += quote_literal(string_of(token));
    } else {
      text.append(plain ? "E" : "").append(token);
    }
  }
  return text;
}

void Session::change(std::string_view name, const std::optional<std::string>& value, Scope scope) {
  if (scope == Scope::local && transaction_ == Transaction::none) return;
  const auto change_in = [&](Values& values) {
    if (equal_ignoring_case(name, "standard_conforming_strings")) {
      const auto on = value ? parse_bool(*value) : defaults_.standard_conforming_strings;
      if (on) values.standard_conforming_strings = *on;
    } else if (equal_ignoring_case(name, "client_encoding")) {
      values.client_encoding = value.value_or(defaults_.client_encoding);
      values.encoding = value ? encoding_by_name(*value) : defaults_.encoding;
    }
  };
  change_in(now_);
  if (scope == Scope::session) change_in(session_);
  if (scope == Scope::session && !value) forget(lower_case(name));
}

void Session::begin(bool standard_conforming_strings, std::string_view client_encoding) {
  defaults_ = {
      standard_conforming_strings, encoding_by_name(client_encoding), std::string(client_encoding), {}};
  now_ = session_ = defaults_;
}

void Session::go_on(const State& state) {
  session_ = {state.standard_conforming_strings, encoding_by_name(state.client_encoding),
              state.client_encoding, state.settings};
  now_ = session_;
  database_ = state.database;
  restrict_key_ = state.restrict_key;
}

void Session::begin(TokenReader&) { open_transaction(Transaction::open); }

void Session::start(TokenReader& in) {
  if (in.take_word("transaction")) open_transaction(Transaction::open);
}

// COMMIT [WORK | TRANSACTION] [AND [NO] CHAIN]; COMMIT PREPARED is about some other transaction.
void Session::commit(TokenReader& in) {
  if (in.take_word("prepared")) return;
  if (!in.take_word("work")) in.take_word("transaction");
  const bool chain = in.take_word("and") && in.is_word("chain") && in_transaction();
  end_transaction(true);
  if (chain) open_transaction(Transaction::open);
}

void Session::prepare(TokenReader& in) {
  if (in.take_word("transaction")) end_transaction(true);
}

void Session::rollback(TokenReader& in) {
  if (in.take_word("prepared")) return;
  if (!in.take_word("work")) in.take_word("transaction");
  if (in.take_word("to")) {
    in.take_word_before_name("savepoint");
    const auto found = find_savepoint(in.name());
    if (found == savepoints_.end()) return;
    now_ = found->now;
    session_ = found->session;
    savepoints_.erase(found + 1, savepoints_.end());
    return;
  }
  const bool chain = in.take_word("and") && in.is_word("chain") && in_transaction();
  end_transaction(false);
  if (chain) open_transaction(Transaction::open);
}

void Session::savepoint(TokenReader& in) {
  if (in_transaction()) savepoints_.push_back({in.name(), now_, session_});
}

void Session::release(TokenReader& in) {
  in.take_word_before_name("savepoint");
  savepoints_.erase(find_savepoint(in.name()), savepoints_.end());
}

// The newest of a name: an older one of the same name is hidden until then. The first entry is no savepoint.
std::vector<Session::Savepoint>::iterator Session::find_savepoint(const std::string& name) {
  for (auto at = savepoints_.end(); at != savepoints_.begin() && --at != savepoints_.begin();)
    if (at->name == name) return at;
  return savepoints_.end();
}

void Session::open_transaction(Transaction kind) {
  if (transaction_ == Transaction::none) savepoints_.push_back({{}, now_, session_});
  transaction_ = kind;
}

void Session::end_transaction(bool keep) {
  if (!keep && !savepoints_.empty()) session_ = savepoints_.front().session;
  now_ = session_;
  savepoints_.clear();
  transaction_ = Transaction::none;
}

void Session::meta_command(std::string_view text, std::span<const Token> tokens) {
  if (tokens.empty()) return;
  const auto command = tokens.front().of(text);
  const auto arguments = tokens.subspan(1);
  const auto first = [&](Semicolons semicolons) {
    return arguments.empty() ? std::string() : argument_value(arguments[0].of(text), semicolons).text;
  };
  if (restrict_key_) {
    if (active() && command == "\\unrestrict" && first(Semicolons::strip) == *restrict_key_)
      restrict_key_.reset();
    return;
  }
  if (follow_branch(command, arguments, text) || !active()) return;
  if (command == "\\connect" || command == "\\c") {
    connect(arguments, text);
  } else if (command == "\\encoding" && !arguments.empty()) {
    change("client_encoding", first(Semicolons::keep), Scope::session);
    keep("client_encoding", "SET client_encoding = " + quote_literal(first(Semicolons::keep)));
  } else if (command == "\\restrict") {
    if (auto key = first(Semicolons::strip); !key.empty()) restrict_key_ = std::move(key);
  }
}

bool Session::follow_branch(std::string_view command, std::span<const Token> arguments,
                            std::string_view text) {
  const auto holds = [&] {
    return arguments.size() == 1 &&
           parse_bool(argument_value(arguments[0].of(text), Semicolons::keep).text).value_or(false);
  };
  if (command == "\\if") {
    const bool taken = active() && holds();
    branches_.push_back({taken, taken || !active()});
    return true;
  }
  if (branches_.empty()) return false;
  Branch& branch = branches_.back();
  if (command == "\\elif" || command == "\\else") {
    branch.active = !branch.taken && (command == "\\else" || holds());
    branch.taken = branch.taken || branch.active;
  } else if (command == "\\endif") {
    branches_.pop_back();
  } else {
    return false;
  }
  return true;
}

// \connect [-reuse-previous=on|off] [DATABASE [USER [HOST [PORT]]]]: a "-", or nothing, is what it was.
void Session::connect(std::span<const Token> arguments, std::string_view text) {
  constexpr std::string_view kReuse = "-reuse-previous=";
  std::optional<bool> reuse;
  if (!arguments.empty()) {
    const auto option = connect_argument(arguments[0].of(text)).text;
    if (option.starts_with(kReuse)) {
      reuse = parse_bool(std::string_view(option).substr(kReuse.size()));
      if (!reuse) return;
      arguments = arguments.subspan(1);
    }
  }
  std::optional<std::string> given;
  bool conninfo = false;
  if (!arguments.empty()) {
    Argument argument = connect_argument(arguments[0].of(text));
    const auto prefix = uri_prefix(argument.text);
    conninfo = prefix > 0 || argument.text.find('=') != argument.text.npos;
    if (!argument.known) {
      reuse = false;
    } else if (prefix > 0) {
      given = database_of_uri(std::string_view(argument.text).substr(prefix));
    } else if (conninfo) {
      given = database_of_pairs(argument.text);
    } else if (argument.quoted || (!argument.text.empty() && argument.text != "-")) {
      given = std::move(argument.text);
    }
  }
  if (given || !reuse.value_or(!conninfo)) database_ = std::move(given);
  end_transaction(false);
  now_ = session_ = defaults_;
}

}  // namespace sluice
