// What a statement of a dump needs to have been said before it: \connect, \restrict, SET and the like.
//
// A dump says them once and means them until it says otherwise. Whoever takes statements out of it, and some
// in another order, has to say again what held where the statement stood. Replay follows the input, names the
// states of its session by small numbers, and writes what leads from the state of the output to that of a
// statement: nothing when they are the same.
//
// SET LOCAL is left out; BEGIN and COMMIT are written around what is taken out between them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libfilter/dump/object.hpp"
#include "libfilter/lex/lexer.hpp"
#include "libfilter/lex/token.hpp"

namespace sluice {

class Replay {
 public:
  enum class Connect { follow, leave_out };
  explicit Replay(Connect connect) : connect_(connect) {}

  using State = std::uint32_t;

  // Another input begins: a session with nothing set.
  void begin_input();

  // Statements of Object::Act::setting and transaction, and all meta-commands, as they come.
  void setting(std::string_view text, std::span<const Token> tokens);
  void transaction(std::string_view text, std::span<const Token> tokens);
  void meta_command(std::string_view text, std::span<const Token> tokens);
  // The lexer's settings have changed (they hold for a statement that is read again).
  void lexer_settings(Lexer::Settings settings);

  // Where the input is now.
  State state() const { return now_; }
  Lexer::Settings lexer_settings_of(State state) const { return states_[state].lexer; }

  // The first schema of search_path: where names without a schema are; empty when there is none.
  const std::string& schema() const { return schema_of(now_); }
  const std::string& schema_of(State state) const { return states_[state].schema; }

  // The statement that has set NAME; empty: none has.
  std::string_view setting_of(State state, std::string_view name) const;

  // What has to stand before a statement of STATE, appended to OUT. Where rows will be kept, and how, is a
  // setting (default_tablespace, default_table_access_method) that only what makes something to keep them in
  // obeys.
  enum class Makes { storage, other };
  void lead_to(State state, Makes makes, std::string& out);
  // What has to stand behind the last statement.
  void end(std::string& out);
  // Statements of different databases have been led to with no \connect between them: they must not run.
  bool mixed_up() const { return mixed_up_; }

 private:
  struct Facts {
    std::string connect;        // the \connect line; empty: none yet
    std::string restrict_line;  // the \restrict line in force
    std::string begin;          // the BEGIN of the open transaction
    std::uint64_t transaction = 0;
    std::vector<std::pair<std::string, std::string>>
        settings;  // name and statement, in the order of the input
    std::string schema = "public";
    Lexer::Settings lexer;
  };

  void become(Facts facts);
  void set(const std::string& name, std::string_view statement);
  void reset(const std::string& name);
  void set_schema(std::string schema);
  void keep_storage_settings(Facts& target) const;
  void write_settings(const Facts& target, std::string& out);

  Connect connect_;
  std::vector<Facts> states_ = {Facts{}};
  std::unordered_map<std::string, State> known_;  // by its facts in one string
  State now_ = 0;

  Facts written_;                                  // the output's state
  std::optional<std::pair<State, Makes>> led_to_;  // last
  std::uint64_t transactions_ = 0;
  bool any_written_ = false, mixed_up_ = false;
};

}  // namespace sluice
