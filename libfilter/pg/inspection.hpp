// All that is found out about a connection, or about why there is none.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libfilter/pg/connection.hpp"
#include "libfilter/pg/server_facts.hpp"

namespace sluice {

struct Inspection {
  Settings settings;
  const Service* service = nullptr;  // the book's
  std::vector<Attempt> attempts;     // of the last round
  int tries = 0;
  std::chrono::duration<double> waited{0};
  // Of a session; `failure` is set where there is none, or where it does not answer.
  std::optional<ServerFacts> server;
  std::optional<double> round_trip_ms;
  std::optional<Timers> timers;  // none for a Unix socket
  std::optional<Diagnosis> failure;
  bool encrypted = false;
  std::optional<TlsReport> tls;
  std::vector<std::string> warnings;

  // The attempt that led to the session, or the one that the failure is about.
  const Attempt& attempt() const { return failure ? failure->attempt : attempts.back(); }
  // What libpq checks of a certificate with these settings: "nothing", "chain" or "chain and name".
  std::string verified() const;
};

// Asks the session, the socket and the certificates, or looks for the reason of the failure. TRIED's connection
// is closed at the end.
Inspection inspect(Tried tried, const Settings& settings, const AdviceBook& book);

}  // namespace sluice
