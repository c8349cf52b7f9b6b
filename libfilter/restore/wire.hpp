// A connection that is spoken to by one thread, which waits for its answers: libpq's pipeline, COPY and
// simple queries, with two kinds of bad news told apart: the server refuses, or the connection is gone.
//
// Source: PostgreSQL manual, 34.5 (Pipeline Mode), 34.10 (Functions Associated with the COPY Command).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/pg/connection.hpp"
#include "libfilter/pg/server_error.hpp"

namespace sluice {

struct ClearResult {
  void operator()(pg_result* result) const;
};
using Result = std::unique_ptr<pg_result, ClearResult>;

// 'text' in a form that means TEXT under every setting of the session. TEXT is ASCII or passed on as it is.
std::string sql_literal(std::string_view text);

class Wire {
 public:
  // Thrown when there is no connection any more. What was under way may have been done or not.
  struct Lost {
    std::string words;
  };
  // Thrown for an error of a command that was waited for; the connection is usable.
  struct Refused {
    ServerError error;
  };

  // Called while waiting, several times a second, by the thread that waits.
  using Tick = std::function<void()>;
  // Called for each notice and warning, before the result of its command comes back.
  using Notice = std::function<void(const ServerError&)>;

  Wire(Connection connection, Tick tick, Notice notice);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  int pid() const;              // of the server's process, as it was announced, or has said when it was asked
  void ask_pid();               // a pooler announces another one
  bool in_transaction() const;  // also in one that has failed
  int version() const;          // 150018
  int socket() const;
  std::string parameter(const char* name) const;  // PQparameterStatus, or empty

  // --- one thing after the other; not in a pipeline

  // Rows as text; NULL is nullopt.
  using Rows = std::vector<std::vector<std::optional<std::string>>>;
  // Several commands may stand in SQL. The rows of the last one that has some; others are thrown away.
  Rows query(const std::string& sql);

  // Sends SQL, whose last command is COPY ... FROM stdin, and waits until the server wants its data. BEFORE
  // is called with the number of each command before it that was answered (0, 1 ...), and its rows.
  void begin_copy(const std::string& sql, const std::function<void(int, const Rows&)>& before);
  void put(std::string_view bytes);
  // The rows that the server has counted.
  std::uint64_t end_copy();
  // Makes the server refuse the COPY, and waits for it.
  void break_copy(const char* why);
  // How many commands of the last query() or begin_copy() were answered before the error or the COPY.
  int answered() const { return answered_; }

  // --- a pipeline

  bool in_pipeline() const { return in_pipeline_; }
  void enter_pipeline();
  void leave_pipeline();  // all results have been taken
  void send(const std::string& sql);
  // NAME is a prepared statement.
  void send_prepared(const char* name, const std::vector<std::optional<std::string>>& parameters);
  void prepare(const char* name, const std::string& sql);  // not in a pipeline
  void sync();

  // The next answer: a result that is no row, or null at the end of a command's; PGRES_PIPELINE_SYNC ends
  // what was sent before a sync(). Waits.
  Result next();
  // Whether next() would not wait. Reads what has come.
  bool ready();

  // Waits until an answer has come, or FD (if it is not -1) is readable; a second at most.
  void wait(int fd);

  // Asks the server to stop what it does; for any thread.
  class Cancel {
   public:
    explicit Cancel(const Wire& wire);
    Cancel(const Cancel&) = delete;
    Cancel& operator=(const Cancel&) = delete;
    ~Cancel();
    void operator()() const;

   private:
    struct State;
    std::unique_ptr<State> state_;
  };

  // SQL is a COPY ... TO STDOUT: hands on each row as it comes, with its line feed. Not in a pipeline. A row
  // is in memory as a whole, as libpq reads it.
  void read_rows(const std::string& sql, const std::function<void(std::string_view)>& row);

 private:
  [[noreturn]] void lost() const;
  void check(const pg_result* result) const;
  Result take();

  Connection connection_;
  Tick tick_;
  Notice notice_;
  int pid_ = 0;
  int answered_ = 0;
  bool in_pipeline_ = false;
};

}  // namespace sluice
