// One connection of a restore: its session, and its pipeline of statements under way.
//
// A statement flies: it is sent with its guard and a sync, and lands when its answers have come. Flights land
// in the order in which they were sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libfilter/pg/connection.hpp"
#include "libfilter/pg/server_facts.hpp"
#include "libfilter/pg/settings.hpp"
#include "libfilter/restore/journal.hpp"
#include "libfilter/restore/step.hpp"
#include "libfilter/restore/wire.hpp"

namespace sluice {

// How a lane gets a connection.
struct Dial {
  Settings settings;
  PasswordSource password;
  Patience patience;  // for the first connection; with a book where it waits
  // The advice, read when it is needed.
  std::function<const AdviceBook&()> book;
  Wire::Tick tick;
  Wire::Notice notice;
};

// Thrown when the script has been shown not to be able to go on: the incident was told.
struct Stopped {};

struct Flight {
  const Step* step = nullptr;  // kept by the feed until the flight has landed
  bool guarded = false;
  std::uint64_t position = 0;  // the journal's, when it lands well
  int commands = 1, answered = 0;
  int main = 0;  // which of the commands is the statement
  std::optional<ServerError> error;
  int failed = -1;  // the command that the error is of
  std::uint64_t rows = 0;
  std::chrono::steady_clock::time_point sent;

  bool ok() const { return !error; }
};

class Lane {
 public:
  // NUMBER: 0 is the first connection.
  Lane(int number, Dial dial) : number_(number), dial_(std::move(dial)) {}

  // Connects to DATABASE (empty: that of the settings). Throws Failure::server with what to do.
  void open(const std::string& database);
  // The same, after a loss: tries up to TRIES times, with growing pauses, while the failure is one that time
  // can mend. What the lost session still does is over when this returns. The tries that it took.
  int reopen(const std::string& database, int tries);
  void close();
  bool is_open() const { return wire_ != nullptr; }

  Wire& wire() { return *wire_; }
  int number() const { return number_; }
  const ServerFacts& facts() const { return facts_; }
  const std::string& database() const { return database_; }

  // The session as it has to be before a step: runs what its settings were set with. In no pipeline.
  void replay(const SessionState& session);

  // --- flights; the lane enters its pipeline by itself
  struct Guard {
    std::optional<std::uint64_t> from;
    JournalRow to;
    bool journal = true;  // false: the session's setting does it
  };
  // Makes the guard known to the session, which is as the script has set it; fly() does so when it is not. No
  // flights.
  void prepare_guard(const SessionState& session);
  void fly(const Step& step, const std::optional<Guard>& guard);
  // The end of a transaction, ours or the script's: the journal moves on, COMMIT.
  void fly_commit(const Step& step, const std::optional<Guard>& guard);
  const std::deque<Flight>& flights() const { return flights_; }
  std::size_t flying_bytes() const { return flying_bytes_; }
  // The first flight, when it has landed; with WAIT it is waited for.
  enum class Wait : std::uint8_t { no, yes };
  std::optional<Flight> land(Wait wait);
  void leave_pipeline();  // no flights
  // A DISCARD or DEALLOCATE of the script may have thrown all prepared statements away, and the journal's
  // lock. In no pipeline.
  void discarded_by(const std::string& text);

  // What has to run, in a transaction, before the journal is moved, so that it is done with the rights of the
  // connection's user, whatever role the script has set; empty where it has set none. Two commands else.
  std::string as_ourselves(const SessionState& session) const;

 private:
  void connected(Tried tried, const std::string& database);
  void send_guard(const Guard& guard);
  void begin_flight(Flight flight);

  int number_;
  Dial dial_;
  std::unique_ptr<Wire> wire_;
  ServerFacts facts_;
  std::string database_;
  std::string login_;  // the user that the server has let in
  bool prepared_ = false;
  std::deque<Flight> flights_;
  std::size_t flying_bytes_ = 0;
};

}  // namespace sluice
