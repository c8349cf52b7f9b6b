// What a session tells of its server and of the line to it.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

struct pg_conn;  // libpq's PGconn

namespace sluice {

struct ServerFacts {
  std::string version;     // "15.18 (Debian …)"
  int version_number = 0;  // 150018
  std::string user, database;
  bool superuser = false, in_recovery = false, read_only = false;
  // The process that serves is another one than was announced: a pooler or a proxy stands between.
  bool behind_pooler = false;
  // Those that can end a dump or a restore, by name, in milliseconds; 0 is none. What a server does not know
  // is not there.
  std::map<std::string, long long> timeouts_ms;
};

// Throws Failure::server, with the server's words, when it is not done in TIME, or for an error.
ServerFacts server_facts(pg_conn* connection, std::chrono::milliseconds time);

// The shortest of five queries that do nothing, in milliseconds. Throws likewise.
double round_trip_ms(pg_conn* connection, std::chrono::milliseconds time);

// What the kernel says of the socket (tcp(7)); null for a Unix socket.
struct Timers {
  bool on = false;
  int idle_s = 0, interval_s = 0, count = 0, user_timeout_ms = 0;
};
std::optional<Timers> timers(const pg_conn* connection);

}  // namespace sluice
