// What a script does to its psql session, as far as a reader of the script has to know it: the settings that
// decide where strings end, the database it is connected to, the open \restrict key and the open transaction.
//
// There is no server to ask. Every command is taken to succeed; what only the server knows (ALTER DATABASE
// ... SET, a SET inside of a function, the user's own default database) is left out. A session begins with
// the server's defaults: standard_conforming_strings on, client_encoding unknown.
//
// Source: PostgreSQL's guc.c (when a setting reverts), xact.c (which command begins or ends a transaction),
// psql's command.c (\connect, \encoding, \restrict) and fe-connect.c (conninfo strings and URIs).
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libfilter/lex/lexer.hpp"
#include "libfilter/lex/token.hpp"

namespace sluice {

class TokenReader;

class Session {
 public:
  // The statement that has set it, for each setting, by its name in lower case, in the order in which they
  // have to run; null: none. Each is written so that it means the same under both settings of
  // standard_conforming_strings. A setting may be there twice (client_encoding, where statements between the
  // two are written in the former).
  using Settings = std::shared_ptr<const std::vector<std::pair<std::string, std::string>>>;

  // Takes note of all settings from now on, for settings().
  void keep_settings() { keeping_ = true; }
  // Of the session: without SET LOCAL, and without what a ROLLBACK took back. What a transaction still open
  // has set is among them.
  const Settings& settings() const { return session_.settings; }

  // What the server's defaults are, where they are not those above. Before anything else.
  void begin(bool standard_conforming_strings, std::string_view client_encoding);
  // A session goes on, in no transaction.
  struct State {
    bool standard_conforming_strings = true;
    std::string client_encoding;
    Settings settings;
    std::optional<std::string> database, restrict_key;
  };
  void go_on(const State& state);

  // A statement that has been sent. The tokens' offsets index into `text`; the first ones are enough. Parts
  // joined with \; count one by one, in one transaction; a meta-command inside of the statement comes first.
  void statement(std::string_view text, std::span<const Token> tokens);

  // A meta-command: its name, then its arguments as written.
  void meta_command(std::string_view text, std::span<const Token> tokens);

  Lexer::Settings lexer_settings() const { return {now_.standard_conforming_strings, now_.encoding}; }

  // As the script names it, quotes undone; empty while it is the server's default.
  const std::string& client_encoding() const { return now_.client_encoding; }

  // None before the first \connect, and when one does not tell (a variable, no name in a conninfo string).
  const std::optional<std::string>& database() const { return database_; }

  const std::optional<std::string>& restrict_key() const { return restrict_key_; }
  bool in_transaction() const { return transaction_ == Transaction::open; }

 private:
  struct Values {
    bool standard_conforming_strings = true;
    Encoding encoding = Encoding::safe;
    std::string client_encoding;
    Settings settings;
  };

  struct Savepoint {
    std::string name;
    Values now;
    Values session;
  };

  // psql sends statements joined with \; as one query, which the server runs in a transaction of its own.
  enum class Transaction { none, implicit, open };

  enum class Scope { session, local };

  struct Branch {
    bool active = false;
    bool taken = false;  // this or an earlier branch of the same \if has been active, or must not be
  };

  void part(TokenReader in);
  void set(TokenReader& in);
  void reset(TokenReader& in);
  void discard(TokenReader& in);
  void call_set_config(TokenReader& in);
  void begin(TokenReader& in);
  void start(TokenReader& in);
  void commit(TokenReader& in);
  void prepare(TokenReader& in);
  void rollback(TokenReader& in);
  void savepoint(TokenReader& in);
  void release(TokenReader& in);

  void change(std::string_view name, const std::optional<std::string>& value, Scope scope);
  static std::string qualified(TokenReader& in);
  void note(const std::string& name, Scope scope);
  void keep(const std::string& name, std::string statement);
  void forget(std::string_view name);
  void forget_all();
  std::string written(TokenReader part) const;
  void open_transaction(Transaction kind);
  void end_transaction(bool keep);
  std::vector<Savepoint>::iterator find_savepoint(const std::string& name);

  void connect(std::span<const Token> arguments, std::string_view text);
  bool follow_branch(std::string_view command, std::span<const Token> arguments, std::string_view text);
  bool active() const { return branches_.empty() || branches_.back().active; }

  bool keeping_ = false;
  const TokenReader* part_ = nullptr;  // the statement that is being followed
  Values defaults_;
  Values now_;
  Values session_;  // what holds after the transaction: now_ without the SET LOCALs
  // The values to go back to: those from before the transaction first, then one entry for each savepoint.
  std::vector<Savepoint> savepoints_;
  Transaction transaction_ = Transaction::none;
  std::optional<std::string> database_;
  std::optional<std::string> restrict_key_;
  std::vector<Branch> branches_;
};

}  // namespace sluice
