#include "libfilter/restore/lane.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "libfilter/dump/names.hpp"
#include "libfilter/io/failure.hpp"

namespace sluice {
namespace {

using std::chrono::milliseconds;

Failure unreachable(const Tried& tried, const Settings& settings, const AdviceBook& book) {
  const auto diagnosis = diagnose(tried, settings, book);
  const auto& endpoint = diagnosis.attempt.endpoint;
  std::string place = endpoint.host.empty() ? diagnosis.attempt.address : endpoint.host;
  if (!endpoint.is_socket()) place += ":" + endpoint.port;
  std::string hint = "pg-keepalive-connect with the same connection string tells more";
  if (!diagnosis.advice.steps.empty()) hint = printable(diagnosis.advice.steps.front(), 1000) + "\n" + hint;
  return Failure(Failure::Kind::server,
                 "cannot connect to database \"" + printable(settings.value("dbname")) + "\" at " +
                     printable(place) + ": " + printable(diagnosis.advice.summary, 500),
                 printable_lines(diagnosis.symptom.text, 1000), hint);
}

const std::string kNoRole = "SELECT pg_catalog.set_config('role', 'none', true)";

std::string own_authorization(const std::string& login) {
  return "SELECT pg_catalog.set_config('session_authorization'," + sql_literal(login) + ", true)";
}

bool has_role(const SessionState& session) {
  return std::any_of(session.settings.begin(), session.settings.end(), [](const auto& one) {
    return one.first == "role" || one.first == "session_authorization";
  });
}

}  // namespace

// SET LOCAL would complain of a transaction that no BEGIN has opened.
std::string Lane::as_ourselves(const SessionState& session) const {
  if (!has_role(session)) return {};
  return kNoRole + "; " + own_authorization(login_) + "; ";
}

void Lane::connected(Tried tried, const std::string& database) {
  flights_.clear();
  flying_bytes_ = 0;
  prepared_ = false;
  try {
    facts_ = server_facts(tried.connection.get(), milliseconds(30'000));
  } catch (const Failure& failure) {
    if (PQstatus(tried.connection.get()) == CONNECTION_BAD) throw Wire::Lost{failure.what()};
    throw;
  }
  wire_ = std::make_unique<Wire>(std::move(tried.connection), dial_.tick, dial_.notice);
  if (facts_.behind_pooler) wire_->ask_pid();
  database_ = database;
  login_ = wire_->parameter("session_authorization");
}

void Lane::open(const std::string& database) {
  close();
  Settings settings = dial_.settings;
  if (!database.empty()) settings.set("dbname", database, Settings::Source::option);
  static const AdviceBook none;
  const bool waits = dial_.patience.wait.count() > 0;
  Tried tried = connect(settings, dial_.password, dial_.patience, waits ? dial_.book() : none);
  if (!tried.connection) throw unreachable(tried, settings, dial_.book());
  connected(std::move(tried), database);
}

int Lane::reopen(const std::string& database, int tries) {
  const int before = wire_ == nullptr ? 0 : wire_->pid();
  close();
  Settings settings = dial_.settings;
  if (!database.empty()) settings.set("dbname", database, Settings::Source::option);
  for (int turn = 1;; ++turn) {
    Tried tried = connect(settings, dial_.password, Patience{}, dial_.book());
    if (tried.connection) {
      try {
        connected(std::move(tried), database);
        // The old session may be in the middle of a commit yet.
        Journal journal(*wire_);
        for (int wait = 0; before != 0 && !journal.still_there({before}).empty(); ++wait) {
          if (wait == 20) journal.terminate({before});
          if (wait == 200)
            throw Failure(Failure::Kind::server,
                          "the session that was lost does not end: process " + std::to_string(before), {},
                          "end it with pg_terminate_backend(), then go on with --resume");
          std::this_thread::sleep_for(milliseconds(50));
        }
        return turn;
      } catch (const Wire::Lost& lost) {
        if (turn >= tries)
          throw Failure(Failure::Kind::server, "the connection is lost again: " + lost.words);
      }
    } else {
      const auto diagnosis = diagnose(tried, settings, dial_.book());
      if (turn >= tries || !diagnosis.advice.passes) throw unreachable(tried, settings, dial_.book());
    }
    // 0.2 s, then 0.4 ... up to 15 s: a server that starts anew needs some.
    const auto pause = std::min(milliseconds(200) * (1 << std::min(turn - 1, 10)), milliseconds(15'000));
    for (auto end = std::chrono::steady_clock::now() + pause; std::chrono::steady_clock::now() < end;) {
      std::this_thread::sleep_for(milliseconds(50));
      if (dial_.tick) dial_.tick();
    }
  }
}

void Lane::close() {
  flights_.clear();
  flying_bytes_ = 0;
  wire_.reset();
}

void Lane::replay(const SessionState& session) {
  wire_->query("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL");
  for (const auto& [name, statement] : session.settings) {
    try {
      wire_->query(statement);
    } catch (const Wire::Refused&) {
      // It was refused when the script said it, and that was told then.
    }
  }
}

void Lane::send_guard(const Guard& guard) {
  if (guard.journal)
    wire_->send_prepared(Journal::kMove, Journal::move_parameters(guard.from, guard.to));
  else
    wire_->send(session_guard(guard.from, guard.to.position));
}

void Lane::begin_flight(Flight flight) {
  flight.sent = std::chrono::steady_clock::now();
  flying_bytes_ += flight.step->text.size();
  flights_.push_back(std::move(flight));
  wire_->sync();
}

void Lane::prepare_guard(const SessionState& session) {
  if (prepared_) return;
  leave_pipeline();
  const std::string ourselves = as_ourselves(session);
  const bool own = !ourselves.empty() && !wire_->in_transaction();
  if (own) wire_->query("BEGIN; " + ourselves);
  Journal(*wire_).prepare_move();
  if (own) wire_->query("COMMIT");
  prepared_ = true;
}

void Lane::fly(const Step& step, const std::optional<Guard>& guard) {
  if (guard && guard->journal) prepare_guard(*step.before);
  if (!wire_->in_pipeline()) wire_->enter_pipeline();
  Flight flight;
  flight.step = &step;
  flight.position = step.end;
  flight.guarded = guard.has_value();
  if (guard && has_role(*step.before)) {
    // Behind the statement: what it may do is the role's business, the journal is ours. Nothing of it lasts
    // when the guard fails.
    wire_->send(step.text);
    wire_->send(kNoRole);
    wire_->send(own_authorization(login_));
    send_guard(*guard);
    flight.commands = 4;
  } else {
    if (guard) send_guard(*guard);
    wire_->send(step.text);
    flight.commands = guard ? 2 : 1;
    flight.main = guard ? 1 : 0;
  }
  begin_flight(std::move(flight));
}

void Lane::fly_commit(const Step& step, const std::optional<Guard>& guard) {
  if (guard && guard->journal) prepare_guard(*step.before);
  if (!wire_->in_pipeline()) wire_->enter_pipeline();
  Flight flight;
  flight.step = &step;
  flight.position = step.end;
  flight.guarded = guard.has_value();
  flight.commands = 1;
  if (guard) {
    if (has_role(*step.before)) {
      wire_->send(kNoRole);
      wire_->send(own_authorization(login_));
      flight.commands += 2;
    }
    send_guard(*guard);
    ++flight.commands;
  }
  wire_->send(step.kind == Step::Kind::statement ? step.text : "COMMIT");
  flight.main = flight.commands - 1;
  begin_flight(std::move(flight));
}

std::optional<Flight> Lane::land(Wait wait) {
  if (flights_.empty()) return std::nullopt;
  Flight& flight = flights_.front();
  while (wait == Wait::yes || wire_->ready()) {
    const Result result = wire_->next();
    if (result == nullptr) {
      ++flight.answered;
      continue;
    }
    switch (PQresultStatus(result.get())) {
      case PGRES_PIPELINE_SYNC: {
        Flight landed = std::move(flight);
        flights_.pop_front();
        flying_bytes_ -= landed.step->text.size();
        return landed;
      }
      case PGRES_PIPELINE_ABORTED:
        break;
      case PGRES_FATAL_ERROR:
        if (!flight.error) {
          flight.error = server_error_of(result.get());
          flight.failed = flight.answered;
        }
        break;
      default:
        if (flight.answered == flight.main)
          flight.rows = std::strtoull(PQcmdTuples(const_cast<pg_result*>(result.get())), nullptr, 10);
    }
  }
  return std::nullopt;
}

void Lane::discarded_by(const std::string& text) {
  const auto words = lower_case(text);
  const bool all = words.find("all") != words.npos;
  const bool discard = all && words.find("discard") != words.npos;
  if (discard || (all && words.find("deallocate") != words.npos)) prepared_ = false;
  if (discard) Journal(*wire_).share();
}

void Lane::leave_pipeline() {
  if (wire_->in_pipeline()) wire_->leave_pipeline();
}

}  // namespace sluice
