// The way to a session, stage by stage: name, TCP, TLS, start-up, authentication, session.
//
// libpq makes the connection and judges it; but it goes through all hosts and addresses by itself and tells
// at the end. Here it gets one address at a time, so that each stage of each is timed, has a deadline,
// and its failure has its own words and SQLSTATE. Which failure leads to the next address, and which ends
// the search, is as in libpq (fe-connect.c, PQconnectPoll), so that a program that leaves the search to libpq
// ends at the same server.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libfilter/pg/advice.hpp"
#include "libfilter/pg/settings.hpp"
#include "libfilter/pg/symptom.hpp"
#include "libfilter/pg/tls.hpp"

struct pg_conn;  // libpq's PGconn

namespace sluice {

using Milliseconds = std::chrono::duration<double, std::milli>;

struct StageTime {
  Stage stage;
  Milliseconds took;
  bool passed;
};

struct Attempt {
  Settings::Endpoint endpoint;
  std::string address;  // numeric, or the socket's folder; empty: no address was found, or libpq's own folder
  std::vector<StageTime> stages;
  std::optional<Symptom> failure;
};

struct FinishConnection {
  void operator()(pg_conn* connection) const;
};
using Connection = std::unique_ptr<pg_conn, FinishConnection>;

struct Tried {
  std::vector<Attempt> attempts;  // the last one is that of the connection, if there is one
  Connection connection;          // or null
  int tries = 0;                  // rounds through the hosts
  std::chrono::duration<double> waited{0};
};

struct Patience {
  // Tries again, with growing pauses, for so long, while the failure is one that time can mend.
  std::chrono::milliseconds wait{0};
  // Called before each pause.
  std::function<void(const Attempt& last, const Advice& advice, std::chrono::milliseconds pause,
                     std::chrono::milliseconds left)>
      before_pause;
};

// For a fresh password at each round; throws Failure. Empty: that of the settings.
using PasswordSource = std::function<std::string()>;

// Tries the hosts of SETTINGS (with add_environment and fill_in behind them) in order. connect_timeout, in
// seconds, holds for each address, 0 is none. Throws nothing for what the network or a server does.
Tried connect(const Settings& settings, const PasswordSource& password, const Patience& patience,
              const AdviceBook& book);

struct Diagnosis {
  Symptom symptom;
  Attempt attempt;  // the one it is about
  Advice advice;
  std::optional<TlsReport> tls;  // when it was looked for
};

// Why TRIED has no connection. Looks at the server's TLS where that failed, over a connection of its own.
Diagnosis diagnose(const Tried& tried, const Settings& settings, const AdviceBook& book);

// {host}, {port}, … of an attempt, for advice.
Particulars particulars(const Attempt& attempt, const Settings& settings, const AdviceBook& book);

}  // namespace sluice
