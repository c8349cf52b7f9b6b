#include "libfilter/find/replay.hpp"

#include <algorithm>
#include <iterator>

#include "libfilter/dump/names.hpp"

namespace sluice {
namespace {

bool is_word(std::string_view text, const Token& token, std::string_view word) {
  return token.kind == TokenKind::word && equal_ignoring_case(token.of(text), word);
}

// The name a RESET takes, for what SET calls otherwise.
std::string reset_of(const std::string& name) {
  if (name == "session_authorization") return "RESET SESSION AUTHORIZATION;";
  if (name == "role") return "RESET ROLE;";
  return "RESET " + name + ";";
}

std::string unrestrict_of(const std::string& restrict_line) { return "\\un" + restrict_line.substr(1); }

// SET x TO, SET SESSION x =, SET SESSION AUTHORIZATION, SET ROLE, SET NAMES, SET TIME ZONE: the setting's
// name, and where its value begins.
std::string set_name(std::string_view text, std::span<const Token> tokens, std::size_t& at) {
  const auto here = [&](std::string_view word) {
    return at < tokens.size() && is_word(text, tokens[at], word);
  };
  if (here("session") && at + 1 < tokens.size() && is_word(text, tokens[at + 1], "authorization")) {
    at += 2;
    return "session_authorization";
  }
  if (here("session")) ++at;
  if (here("names")) {
    ++at;
    return "client_encoding";
  }
  if (here("time") && at + 1 < tokens.size() && is_word(text, tokens[at + 1], "zone")) {
    at += 2;
    return "timezone";
  }
  if (at >= tokens.size()) return {};
  std::string name = name_of(tokens[at].kind, tokens[at].of(text));
  for (++at; at + 1 < tokens.size() && tokens[at].of(text) == "."; at += 2)
    name += "." + name_of(tokens[at + 1].kind, tokens[at + 1].of(text));
  if (at < tokens.size() && (tokens[at].of(text) == "=" || is_word(text, tokens[at], "to"))) ++at;
  return name;
}

// The first name of a search_path's value; of a list in one string (set_config) the first too.
std::string first_schema(std::string_view text, std::span<const Token> tokens) {
  if (tokens.size() > 2 && tokens[0].of(text) == R"("$user")") return first_schema(text, tokens.subspan(2));
  const Token& token = tokens.front();
  std::string value = name_of(token.kind, token.of(text));
  if (token.kind == TokenKind::string && !value.empty() && value.front() != '"')
    value = lower_case(value.substr(0, value.find(',')));
  if (token.kind == TokenKind::string && !value.empty() && value.front() == '"')
    value = name_of(TokenKind::quoted_name, value.substr(0, value.find('"', 1) + 1));
  return value;
}

}  // namespace

void Replay::begin_input() { become(Facts{}); }

void Replay::become(Facts facts) {
  std::string key = facts.connect + '\0' + facts.restrict_line + '\0' + std::to_string(facts.transaction) +
                    '\0' + (facts.lexer.standard_conforming_strings ? '1' : '0') +
                    static_cast<char>('0' + static_cast<int>(facts.lexer.encoding));
  key += facts.schema;
  for (const auto& [name, statement] : facts.settings) key += '\0' + name + '\0' + statement;
  const auto [entry, is_new] = known_.try_emplace(std::move(key), static_cast<State>(states_.size()));
  if (is_new) states_.push_back(std::move(facts));
  now_ = entry->second;
}

void Replay::lexer_settings(Lexer::Settings settings) {
  if (states_[now_].lexer == settings) return;
  Facts facts = states_[now_];
  facts.lexer = settings;
  become(std::move(facts));
}

void Replay::set(const std::string& name, std::string_view statement) {
  Facts facts = states_[now_];
  const auto found = std::find_if(facts.settings.begin(), facts.settings.end(),
                                  [&](const auto& setting) { return setting.first == name; });
  if (found == facts.settings.end()) {
    facts.settings.emplace_back(name, statement);
  } else {
    found->second = statement;
  }
  become(std::move(facts));
}

void Replay::reset(const std::string& name) {
  Facts facts = states_[now_];
  if (name == "search_path" || name == "all") facts.schema = Facts{}.schema;
  std::erase_if(facts.settings, [&](const auto& setting) { return name == "all" || setting.first == name; });
  become(std::move(facts));
}

void Replay::set_schema(std::string schema) {
  Facts facts = states_[now_];
  facts.schema = std::move(schema);
  become(std::move(facts));
}

void Replay::setting(std::string_view text, std::span<const Token> tokens) {
  if (tokens.size() < 2) return;
  std::size_t at = 1;
  if (is_word(text, tokens[0], "set")) {
    if (is_word(text, tokens[1], "local") || is_word(text, tokens[1], "constraints")) return;
    const std::string name = set_name(text, tokens, at);
    if (name.empty() || at >= tokens.size()) return;
    if (is_word(text, tokens[at], "default")) return reset(name);
    if (name == "search_path") set_schema(first_schema(text, tokens.subspan(at)));
    return set(name, text);
  }
  if (is_word(text, tokens[0], "reset")) return reset(set_name(text, tokens, at));
  if (is_word(text, tokens[0], "discard")) return reset("all");
  // SELECT [pg_catalog.]set_config('name', 'value', local)
  const auto first = std::find_if(tokens.begin(), tokens.end(),
                                  [](const Token& token) { return token.kind == TokenKind::string; });
  if (first == tokens.end()) return;
  const std::string name = lower_case(string_of(first->of(text)));
  const auto value = std::find_if(first + 1, tokens.end(),
                                  [](const Token& token) { return token.kind == TokenKind::string; });
  if (name == "search_path" && value != tokens.end()) set_schema(first_schema(text, {value, 1}));
  set(name, text);
}

void Replay::transaction(std::string_view text, std::span<const Token> tokens) {
  if (tokens.empty()) return;
  const bool opens = is_word(text, tokens[0], "begin") || is_word(text, tokens[0], "start");
  const bool ends = is_word(text, tokens[0], "commit") || is_word(text, tokens[0], "end") ||
                    is_word(text, tokens[0], "rollback") || is_word(text, tokens[0], "abort");
  const bool to_savepoint =
      std::any_of(tokens.begin(), tokens.end(), [&](const Token& t) { return is_word(text, t, "to"); });
  if (!opens && (!ends || to_savepoint)) return;
  Facts facts = states_[now_];
  facts.begin = opens ? std::string(text) : std::string();
  facts.transaction = opens ? ++transactions_ : 0;
  become(std::move(facts));
}

void Replay::meta_command(std::string_view text, std::span<const Token> tokens) {
  if (tokens.empty()) return;
  const std::string_view name = tokens[0].of(text);
  Facts facts = states_[now_];
  if (name == "\\connect" || name == "\\c") {
    facts = Facts{};
    facts.connect = text;
  } else if (name == "\\restrict") {
    facts.restrict_line = text;
  } else if (name == "\\unrestrict") {
    facts.restrict_line.clear();
  } else if (name == "\\encoding") {
    return set("client_encoding", text);
  } else {
    return;
  }
  become(std::move(facts));
}

std::string_view Replay::setting_of(State state, std::string_view name) const {
  const auto& settings = states_[state].settings;
  const auto found = std::ranges::find(settings, name, [](const auto& setting) { return setting.first; });
  return found == settings.end() ? std::string_view() : found->second;
}

void Replay::keep_storage_settings(Facts& target) const {
  const auto of_storage = [](const auto& setting) {
    return setting.first == "default_tablespace" || setting.first == "default_table_access_method";
  };
  std::erase_if(target.settings, of_storage);
  std::ranges::copy_if(written_.settings, std::back_inserter(target.settings), of_storage);
}

void Replay::write_settings(const Facts& target, std::string& out) {
  const auto in = [](const Facts& facts, const std::string& name) {
    return std::find_if(facts.settings.begin(), facts.settings.end(),
                        [&](const auto& setting) { return setting.first == name; });
  };
  for (const auto& [name, statement] : written_.settings)
    if (in(target, name) == target.settings.end()) out += reset_of(name) + "\n";
  for (const auto& setting : target.settings) {
    const auto before = in(written_, setting.first);
    if (before == written_.settings.end() || before->second != setting.second) out += setting.second + "\n";
  }
}

void Replay::lead_to(State state, Makes makes, std::string& out) {
  if (std::exchange(led_to_, std::pair(state, makes)) == std::pair(state, makes)) return;
  Facts target = states_[state];
  if (written_.transaction != 0 && written_.transaction != target.transaction) {
    out += "COMMIT;\n";
    written_.transaction = 0;
  }
  const bool connects = target.connect != written_.connect;
  if (connects || target.restrict_line != written_.restrict_line) {
    if (!written_.restrict_line.empty()) out += unrestrict_of(written_.restrict_line) + "\n";
    if (connects && connect_ == Connect::follow && !target.connect.empty()) {
      out += target.connect + "\n";
      written_.settings.clear();
    } else if (connects && any_written_) {
      mixed_up_ = true;
    }
    if (!target.restrict_line.empty()) out += target.restrict_line + "\n";
  }
  if (makes == Makes::other) keep_storage_settings(target);
  write_settings(target, out);
  if (target.transaction != 0 && written_.transaction == 0) out += target.begin + "\n";
  written_ = std::move(target);
  any_written_ = true;
}

void Replay::end(std::string& out) {
  if (written_.transaction != 0) out += "COMMIT;\n";
  if (!written_.restrict_line.empty()) out += unrestrict_of(written_.restrict_line) + "\n";
  written_.transaction = 0;
  written_.restrict_line.clear();
  led_to_.reset();
}

}  // namespace sluice
