#include "libfilter/dump/session.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace sluice {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_word(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// parse_bool() of the server, which psql has too: a unique prefix of a boolean word, or one digit.
std::optional<bool> parse_bool(std::string_view value) {
  const auto begins = [&](std::string_view word, std::size_t least) {
    return value.size() >= least && value.size() <= word.size() &&
           same_word(value, word.substr(0, value.size()));
  };
  if (begins("true", 1) || begins("yes", 1) || begins("on", 2) || value == "1") return true;
  if (begins("false", 1) || begins("no", 1) || begins("off", 2) || value == "0") return false;
  return std::nullopt;
}

std::string undouble(std::string_view body, char quote) {
  std::string text;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == quote && i + 1 < body.size()) ++i;
    text += body[i];
  }
  return text;
}

// What a string constant stands for. The few values of interest here are plain words, so that of the escapes
// only "backslash, then the character itself" is undone.
std::string string_value(std::string_view text, bool standard_conforming_strings) {
  if (text.starts_with('$')) {
    const auto tag = text.find('$', 1);
    if (tag == text.npos || text.size() < 2 * (tag + 1)) return {};
    return std::string(text.substr(tag + 1, text.size() - 2 * (tag + 1)));
  }
  const auto open = text.find('\'');
  if (open == text.npos || text.size() < open + 2) return {};
  const bool escapes = open == 0 ? !standard_conforming_strings : lower(text[0]) == 'e';
  const auto body = text.substr(open + 1, text.size() - open - 2);
  if (!escapes) return undouble(body, '\'');
  std::string value;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if ((body[i] == '\'' || body[i] == '\\') && i + 1 < body.size()) ++i;
    value += body[i];
  }
  return value;
}

// An argument of a meta-command, as psql reads it (psqlscanslash.l).
struct Argument {
  std::string text;
  bool quoted = false;
  bool known = true;  // false: the shell or a variable decides
};

// -1 for none.
int hex_digit(char c) {
  c = lower(c);
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

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

enum class Semicolons { keep, strip };

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

// \connect takes its arguments as SQL names, but leaves the case alone. psql does this to the text that the
// single quotes have been taken off, so double quotes count inside of them too.
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

// The tokens of one statement, read from left to right.
class Session::Reader {
 public:
  Reader(std::string_view text, std::span<const Token> tokens) : text_(text), tokens_(tokens) {}

  bool done() const { return at_ >= tokens_.size() || is(TokenKind::mark, ";"); }

  bool is(TokenKind kind, std::string_view word, std::size_t ahead = 0) const {
    const auto at = at_ + ahead;
    return at < tokens_.size() && tokens_[at].kind == kind && same_word(tokens_[at].of(text_), word);
  }

  bool take(TokenKind kind, std::string_view word) {
    const bool here = is(kind, word);
    if (here) ++at_;
    return here;
  }

  bool take_word(std::string_view word) { return take(TokenKind::word, word); }

  // A word that is not the last one: SAVEPOINT in ROLLBACK TO SAVEPOINT x, but not in ROLLBACK TO savepoint.
  void take_word_before_name(std::string_view word) {
    if (at_ + 1 < tokens_.size() && !is(TokenKind::mark, ";", 1)) take_word(word);
  }

  void skip() { ++at_; }

  // The first word, for dispatch.
  std::string_view word() {
    if (at_ >= tokens_.size() || tokens_[at_].kind != TokenKind::word) return {};
    return tokens_[at_++].of(text_);
  }

  std::string name() {
    if (at_ >= tokens_.size()) return {};
    const Token& token = tokens_[at_];
    std::string name(token.of(text_));
    if (token.kind == TokenKind::quoted_name && name.size() > 1 && name.front() == '"') {
      name = undouble(std::string_view(name).substr(1, name.size() - 2), '"');
    } else if (token.kind == TokenKind::word) {
      std::ranges::transform(name, name.begin(), lower);
    } else {
      return {};
    }
    ++at_;
    return name;
  }

  // The value of a setting; nothing when it is none that could be read here.
  std::optional<std::string> value(bool standard_conforming_strings) {
    if (done()) return std::nullopt;
    const Token& token = tokens_[at_];
    switch (token.kind) {
      case TokenKind::string:
        ++at_;
        return string_value(token.of(text_), standard_conforming_strings);
      case TokenKind::word:
      case TokenKind::number:
        ++at_;
        return std::string(token.of(text_));
      case TokenKind::quoted_name:
        return name();
      default:
        return std::nullopt;
    }
  }

 private:
  std::string_view text_;
  std::span<const Token> tokens_;
  std::size_t at_ = 0;
};

void Session::statement(std::string_view text, std::span<const Token> tokens) {
  constexpr auto kIsMeta = [](const Token& token) { return token.kind == TokenKind::meta; };
  const auto first = std::ranges::find_if(tokens, kIsMeta);
  if (first == tokens.end()) return part(text, tokens);

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
  std::vector<Token> own;
  for (const Token& token : tokens) {
    if (is_join(token)) {
      part(text, own);
      own.clear();
    } else if (token.kind != TokenKind::meta && token.kind != TokenKind::argument) {
      own.push_back(token);
    }
  }
  part(text, own);
  if (transaction_ == Transaction::implicit) end_transaction(true);
}

void Session::part(std::string_view text, std::span<const Token> tokens) {
  struct Command {
    std::string_view word;
    void (Session::*follow)(Reader&);
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
  Reader in(text, tokens);
  const auto word = in.word();
  for (const Command& command : kCommands)
    if (same_word(word, command.word)) return (this->*command.follow)(in);
}

void Session::set(Reader& in) {
  Scope scope = Scope::session;
  if (in.take_word("local")) {
    scope = Scope::local;
  } else {
    in.take_word("session");
  }
  if (in.take_word("names")) {
    if (in.done() || in.is(TokenKind::word, "default")) return change("client_encoding", std::nullopt, scope);
    if (const auto value = in.value(now_.standard_conforming_strings); value && in.done())
      change("client_encoding", value, scope);
    return;
  }
  const auto name = in.name();
  if (!in.take_word("to") && !in.take(TokenKind::op, "=")) return;
  if (in.is(TokenKind::word, "default")) return change(name, std::nullopt, scope);
  if (const auto value = in.value(now_.standard_conforming_strings); value && in.done())
    change(name, value, scope);
}

void Session::reset(Reader& in) {
  if (in.is(TokenKind::word, "all")) {
    change("standard_conforming_strings", std::nullopt, Scope::session);
    change("client_encoding", std::nullopt, Scope::session);
  } else {
    change(in.name(), std::nullopt, Scope::session);
  }
}

void Session::discard(Reader& in) {
  if (in.is(TokenKind::word, "all")) reset(in);
}

void Session::call_set_config(Reader& in) {
  while (!in.done()) {
    const auto function = in.name();
    if (function.empty()) in.skip();
    if (function != "set_config" || !in.take(TokenKind::mark, "(")) continue;
    const auto name = in.value(now_.standard_conforming_strings);
    if (!name || !in.take(TokenKind::mark, ",")) continue;
    const bool null = in.is(TokenKind::word, "null");
    const auto value = in.value(now_.standard_conforming_strings);
    if (!value || !in.take(TokenKind::mark, ",")) continue;
    const auto local = in.value(now_.standard_conforming_strings);
    if (!local) continue;
    change(*name, null ? std::nullopt : value,
           parse_bool(*local).value_or(false) ? Scope::local : Scope::session);
  }
}

void Session::change(std::string_view name, const std::optional<std::string>& value, Scope scope) {
  if (scope == Scope::local && transaction_ == Transaction::none) return;
  const auto change_in = [&](Values& values) {
    if (same_word(name, "standard_conforming_strings")) {
      const auto on = value ? parse_bool(*value) : true;
      if (on) values.standard_conforming_strings = *on;
    } else if (same_word(name, "client_encoding")) {
      values.client_encoding = value.value_or("");
      values.encoding = value ? encoding_by_name(*value) : Encoding::safe;
    }
  };
  change_in(now_);
  if (scope == Scope::session) change_in(session_);
}

void Session::begin(Reader&) { open_transaction(Transaction::open); }

void Session::start(Reader& in) {
  if (in.take_word("transaction")) open_transaction(Transaction::open);
}

// COMMIT [WORK | TRANSACTION] [AND [NO] CHAIN]; COMMIT PREPARED is about some other transaction.
void Session::commit(Reader& in) {
  if (in.take_word("prepared")) return;
  if (!in.take_word("work")) in.take_word("transaction");
  const bool chain = in.take_word("and") && in.is(TokenKind::word, "chain") && in_transaction();
  end_transaction(true);
  if (chain) open_transaction(Transaction::open);
}

void Session::prepare(Reader& in) {
  if (in.take_word("transaction")) end_transaction(true);
}

void Session::rollback(Reader& in) {
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
  const bool chain = in.take_word("and") && in.is(TokenKind::word, "chain") && in_transaction();
  end_transaction(false);
  if (chain) open_transaction(Transaction::open);
}

void Session::savepoint(Reader& in) {
  if (in_transaction()) savepoints_.push_back({in.name(), now_, session_});
}

void Session::release(Reader& in) {
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
  now_ = session_ = Values{};
}

}  // namespace sluice
