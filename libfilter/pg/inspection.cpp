#include "libfilter/pg/inspection.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/words.hpp"

namespace sluice {

namespace {

std::string at(const Attempt& attempt) {
  return attempt.endpoint.host.empty() ? attempt.address : attempt.endpoint.host;
}

// A network's way, and not one inside of this machine.
bool crosses_network(const Attempt& attempt) {
  return !attempt.endpoint.is_socket() && !attempt.address.starts_with("127.") && attempt.address != "::1";
}

void ask(Inspection& found, pg_conn* connection) {
  using Clock = std::chrono::steady_clock;
  const int seconds = std::atoi(found.settings.value("connect_timeout").c_str());
  const std::chrono::milliseconds deadline = std::chrono::seconds(seconds > 0 ? seconds : 60);
  Attempt& attempt = found.attempts.back();
  const auto begin = Clock::now();
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);  // the way to SQLSTATE, as in connect()
  const auto add = [&](bool passed) {
    const Milliseconds took = Clock::now() - begin;
    auto& stages = attempt.stages;
    if (!stages.empty() && stages.back().stage == Stage::session) {
      stages.back().took += took;
      stages.back().passed = passed;
    } else {
      stages.push_back({Stage::session, took, passed});
    }
  };
  try {
    found.server = server_facts(connection, deadline);
    add(true);
    found.round_trip_ms = round_trip_ms(connection, deadline);
  } catch (const Failure& failure) {
    if (!found.server) add(false);
    const auto words = words_of(failure.what());
    Symptom symptom;
    symptom.stage = Stage::session;
    if (!words.empty()) {
      symptom.sqlstate = words.front().sqlstate;
      symptom.text = without_secrets(words.front().text, found.settings);
    }
    attempt.failure = std::move(symptom);
  }
}

std::string timer_words(const Timers& timers) {
  return "an idle line is probed after " + std::to_string(timers.idle_s) + " s";
}

void warn(Inspection& found) {
  const auto say = [&](std::string text) { found.warnings.push_back(std::move(text)); };
  const Attempt& attempt = found.attempts.back();
  for (const auto& other : found.attempts)
    if (other.failure && &other != &attempt)
      say(at(other) +
          (other.address.empty() || other.address == at(other) ? "" : " (" + other.address + ")") +
          ", port " + other.endpoint.port + ", was passed over: " + other.failure->text);
  const std::string mode = found.settings.value("sslmode");
  if (!found.encrypted && mode == "prefer" && !attempt.endpoint.is_socket())
    say("the connection is not encrypted: the server has no TLS, or it failed, and sslmode=prefer lets that "
        "pass; sslmode=require tells why");
  else if (!found.encrypted && crosses_network(attempt))
    say("the connection is not encrypted (sslmode=" + mode + ")");
  if (found.encrypted && found.verified() == "nothing")
    say("the server's certificate is not checked (sslmode=" + mode +
        "): whoever stands between could show another; --tls-roots system or --tls-roots FILE checks it");
  if (found.tls && !found.tls->chain.empty()) {
    const auto days =
        std::floor(std::difftime(found.tls->chain.front().not_after, std::time(nullptr)) / 86400);
    if (days < 0)
      say("the server's certificate has expired");
    else if (days < 30)
      say("the server's certificate expires in " + std::to_string(static_cast<int>(days)) +
          (days == 1 ? " day" : " days"));
  }
  // 350 s: load balancers and NAT gateways of Amazon; Azure's forget after 240 s (their manuals).
  constexpr int kShortest = 240;
  if (found.timers && !found.timers->on)
    say("keepalives are off: a load balancer that forgets idle connections (Azure after 240 s, Amazon after "
        "350 s) ends "
        "this one");
  else if (found.timers && found.timers->idle_s >= kShortest)
    say(timer_words(*found.timers) +
        ": load balancers forget it before (Azure after 240 s, Amazon after 350 s)");
  if (found.server) {
    for (const auto& [name, ms] : found.server->timeouts_ms)
      if (ms > 0)
        say(name + " is " + std::to_string(ms) +
            " ms for this user and database: it can end a long restore; " + "PGOPTIONS='-c " + name +
            "=0' takes it away for a session");
    if (found.server->in_recovery)
      say("this is a standby: it can be dumped, and nothing can be restored into it");
    else if (found.server->read_only)
      say("the session is read-only (default_transaction_read_only): nothing can be restored through it");
  }
  // Of a service that was recognised, the notes tell.
  if (found.server && found.server->behind_pooler &&
      (found.service == nullptr || found.service->id == "local"))
    say("a pooler or a proxy stands between (PgBouncer or its like): in its transaction mode dumps and "
        "restores go wrong; give them the server's own host and port");
  if (found.service != nullptr)
    for (const auto& note : found.service->notes) say(note);
}

}  // namespace

std::string Inspection::verified() const {
  const std::string mode = settings.value("sslmode");
  if (mode == "verify-full") return "chain and name";
  if (mode == "verify-ca") return "chain";
  // As it was before there were those two (manual 34.19.1).
  return mode == "require" && !settings.root_certificates().empty() ? "chain" : "nothing";
}

Inspection inspect(Tried tried, const Settings& settings, const AdviceBook& book) {
  Inspection found;
  found.settings = settings;
  found.attempts = std::move(tried.attempts);
  found.tries = tried.tries;
  found.waited = tried.waited;
  if (pg_conn* connection = tried.connection.get()) {
    const Attempt& attempt = found.attempts.back();
    ask(found, connection);
    found.timers = timers(connection);
    found.encrypted = PQsslInUse(connection) != 0;
    if (auto* tls = static_cast<ssl_st*>(PQsslStruct(connection, "OpenSSL")); tls != nullptr) {
      std::string roots = settings.root_certificates();
      if (roots.empty()) roots = system_roots().value_or("");
      try {
        found.tls =
            describe_tls(tls, attempt.endpoint.host.empty() ? attempt.address : attempt.endpoint.host, roots);
      } catch (const Failure&) {
        // Roots that cannot be read: libpq has not needed them.
      }
    }
  }
  Tried now;
  if (!tried.connection || found.attempts.back().failure) {
    now.attempts = found.attempts;
    found.failure = diagnose(now, settings, book);
    if (found.failure->tls) found.tls = found.failure->tls;
  }
  const Attempt& attempt = found.attempt();
  found.service = book.recognise(at(attempt), attempt.endpoint.port);
  if (!found.failure) warn(found);
  return found;
}

}  // namespace sluice
