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

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/lex/lexer.hpp"
#include "libfilter/lex/token.hpp"

namespace sluice {

class TokenReader;

class Session {
 public:
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
  void open_transaction(Transaction kind);
  void end_transaction(bool keep);
  std::vector<Savepoint>::iterator find_savepoint(const std::string& name);

  void connect(std::span<const Token> arguments, std::string_view text);
  bool follow_branch(std::string_view command, std::span<const Token> arguments, std::string_view text);
  bool active() const { return branches_.empty() || branches_.back().active; }

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
