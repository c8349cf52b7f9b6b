#include "libfilter/pg/server_facts.hpp"

#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string_view>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/deadline.hpp"

namespace sluice {

namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
using Clock = std::chrono::steady_clock;

Failure failure(const PGconn* connection, const std::string& otherwise) {
  std::string words = PQerrorMessage(connection);
  while (!words.empty() && words.back() == '\n') words.pop_back();
  return Failure(Failure::Kind::server, words.empty() ? otherwise : words);
}

// The rows, each of COLUMNS. PQexec would wait without end for a server that has stopped to answer.
Result query(PGconn* connection, const char* sql, int columns, const Deadline& deadline) {
  if (PQsendQuery(connection, sql) == 0) throw failure(connection, "cannot send a query");
  Result last(nullptr, PQclear);
  while (true) {
    while (PQisBusy(connection) != 0) {
      pollfd waiting{PQsocket(connection), POLLIN, 0};
      const int ready = ::poll(&waiting, 1, deadline.for_poll());
      if (deadline.passed()) throw Failure(Failure::Kind::server, "timeout expired");
      if (ready > 0 && PQconsumeInput(connection) == 0) throw failure(connection, "the connection is lost");
    }
    PGresult* result = PQgetResult(connection);
    if (result == nullptr) break;
    last.reset(result);
    // At once: behind the start of a COPY the next result is the same again, without end.
    if (PQresultStatus(result) != PGRES_TUPLES_OK) break;
  }
  if (PQresultStatus(last.get()) != PGRES_TUPLES_OK || PQnfields(last.get()) != columns)
    throw failure(connection, "what answers is no PostgreSQL: it takes no simple query");
  return last;
}

}  // namespace

ServerFacts server_facts(pg_conn* connection, std::chrono::milliseconds time) {
  const auto deadline = Deadline::in(time);
  ServerFacts facts;
  const auto row =
      query(connection,
            "SELECT pg_catalog.current_setting('server_version'), "
            "pg_catalog.current_setting('server_version_num'), "
            "CURRENT_USER, pg_catalog.current_database(), pg_catalog.current_setting('is_superuser'), "
            "pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only'), "
            "pg_catalog.pg_backend_pid()",
            8, deadline);
  if (PQntuples(row.get()) != 1)
    throw Failure(Failure::Kind::server, "what answers is no PostgreSQL: it says nothing of itself");
  const auto column = [&](int i) { return std::string(PQgetvalue(row.get(), 0, i)); };
  facts.version = column(0);
  facts.version_number = std::atoi(column(1).c_str());
  facts.user = column(2);
  facts.database = column(3);
  facts.superuser = column(4) == "on";
  facts.in_recovery = column(5) == "t";
  facts.read_only = column(6) == "on";
  facts.behind_pooler = std::atoi(column(7).c_str()) != PQbackendPID(connection);
  const auto timeouts =
      query(connection,
            "SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN ('statement_timeout', "
            "'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', "
            "'transaction_timeout') AND unit = 'ms'",
            2, deadline);
  for (int i = 0; i < PQntuples(timeouts.get()); ++i)
    facts.timeouts_ms[PQgetvalue(timeouts.get(), i, 0)] = std::atoll(PQgetvalue(timeouts.get(), i, 1));
  return facts;
}

double round_trip_ms(pg_conn* connection, std::chrono::milliseconds time) {
  const auto deadline = Deadline::in(time);
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < 5; ++i) {
    const auto begin = Clock::now();
    query(connection, "SELECT 1", 1, deadline);
    best = std::min(best, std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  return best;
}

std::optional<Timers> timers(const pg_conn* connection) {
  const int socket = PQsocket(connection);
  int domain = 0;
  socklen_t size = sizeof domain;
  if (getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain == AF_UNIX)
    return std::nullopt;
  const auto number = [&](int level, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(socket, level, name, &value, &length) == 0 ? value : 0;
  };
  return Timers{.on = number(SOL_SOCKET, SO_KEEPALIVE) != 0,
                .idle_s = number(IPPROTO_TCP, TCP_KEEPIDLE),
                .interval_s = number(IPPROTO_TCP, TCP_KEEPINTVL),
                .count = number(IPPROTO_TCP, TCP_KEEPCNT),
                .user_timeout_ms = number(IPPROTO_TCP, TCP_USER_TIMEOUT)};
}

}  // namespace sluice
