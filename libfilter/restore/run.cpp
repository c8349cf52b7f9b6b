#include "libfilter/restore/run.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>

#include "libfilter/dump/names.hpp"
#include "libfilter/restore/presence.hpp"

namespace sluice {
namespace {

constexpr std::string_view kSchema = "pgsluice";  // the journal's

// Statements under way at most: enough for a line of 40 ms and a server that takes a statement in 80 µs.
constexpr std::size_t kFlights = 512;
constexpr std::size_t kFlyingBytes = 1024 * 1024;
// Bytes kept of a transaction that may have to be sent again.
constexpr std::size_t kKept = 4 * 1024 * 1024;

// RESET ALL resets the setting that stands for the journal, too.
bool resets_all(const std::string& text) {
  return text.size() < 100 && lower_case(text).starts_with("reset") &&
         lower_case(text).find("all") != std::string::npos;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

Run::Run(Source source, const RestoreOptions& options, Observer& observer)
    : source_(std::move(source)),
      name_(source_->name()),
      options_(options),
      observer_(observer),
      lane_(0,
            [&] {
              Dial dial = options.dial;
              dial.tick = [this] { tick(); };
              dial.notice = [this](const ServerError& words) {
                const auto& flights = lane_.flights();
                observer_.server_said(words,
                                      flights.empty() ? said_line_.load() : flights.front().step->line);
              };
              return dial;
            }()),
      feed_({[this] { return shown(ahead_->next()); },
             [this] {
               auto step = ahead_->try_next();
               return step ? std::optional(shown(std::move(*step))) : std::nullopt;
             }}) {
  if (options.verify) verifier_.emplace(*options.verify);
}

Run::~Run() = default;

RestoreResult restore(Source source, const RestoreOptions& options, Observer& observer) {
  return Run(std::move(source), options, observer).go();
}

RestoreResult Run::go() {
  std::optional<std::string> lost;
  try {
    bool opened = false;
    while (!result_.finished && !result_.nothing_left) {
      try {
        if (lost && opened) mend(*std::exchange(lost, std::nullopt));
        if (!opened) open();
        opened = true;
        if (!result_.nothing_left) serial();
      } catch (const Wire::Lost& loss) {
        lost = loss.words;
        if (!opened && ++losses_ > options_.retries) throw;
      }
    }
  } catch (const Stopped&) {
  } catch (const Wire::Lost& loss) {
    throw Failure(Failure::Kind::server, "the connection was lost: " + printable(loss.words, 500));
  } catch (const Wire::Refused& refused) {
    throw Failure(Failure::Kind::server,
                  "the server refuses what this program itself has to ask it: " +
                      printable(refused.error.message, 500) + " (" + refused.error.sqlstate + ")",
                  printable(refused.error.detail, 500),
                  refused.error.sqlstate == "25006"
                      ? "is default_transaction_read_only on, for this user, this database or all of them?"
                      : printable(refused.error.hint, 500));
  }
  result_.position = done_;
  result_.sha256 = done_sha256_;
  result_.journal = journal_.has_value();
  return result_;
}

void Run::serial() {
  for (unsigned turn = 1; !result_.finished && !result_.nothing_left; ++turn) {
    if (turn % 256 == 0) tick();  // a server that keeps pace is never waited for
    while (auto flight = lane_.land(Lane::Wait::no)) landed(*flight);
    if (repair_ && lane_.flights().empty()) repair();
    const bool full =
        repair_.has_value() || lane_.flights().size() >= kFlights || lane_.flying_bytes() >= kFlyingBytes;
    Step* step = full ? nullptr : feed_.try_next();
    if (step == nullptr) {
      if (!full) settle();
      if (!lane_.flights().empty())
        lane_.wire().wait(full ? -1 : ahead_->fd());
      else if (!repair_)
        wait_for_step();
      continue;
    }
    if (!skipped(*step) && !take(*step)) return;
  }
}

void Run::wait_for_step() {
  pollfd waiting{ahead_->fd(), POLLIN, 0};
  ::poll(&waiting, 1, 100);
  tick();
}

void Run::tick() {
  if (ahead_) observer_.reading(ahead_->bytes_read(), ahead_->bytes_total());
  observer_.tick();
}

// To whoever wants to see all of the dump, once.
Step Run::shown(Step step) {
  if (!verifier_) return step;
  switch (step.kind) {
    case Step::Kind::copy:
      verifier_->copy(step);
      break;
    case Step::Kind::rows:
      verifier_->rows(step);
      break;
    case Step::Kind::copy_end:
      verifier_->copy_end();
      break;
    case Step::Kind::statement:
      verifier_->statement(step);
      break;
    case Step::Kind::connect:
    case Step::Kind::end:
      break;
  }
  return step;
}

Step* Run::next_waiting() {
  for (;;) {
    if (Step* step = feed_.try_next()) return step;
    wait_for_step();
  }
}

bool Run::is_done_ahead(const Step& step) const {
  const auto behind =
      std::upper_bound(ahead_ranges_.begin(), ahead_ranges_.end(), step.offset,
                       [](std::uint64_t offset, const auto& range) { return offset < range.first; });
  return behind != ahead_ranges_.begin() && step.end <= std::prev(behind)->second;
}

// What an earlier run has done is read again, and compared.
bool Run::skipped(Step& step) {
  const auto other_dump = [&](const std::string& detail) {
    return Failure(Failure::Kind::server, name_ + " is not the dump that the interrupted run read", detail,
                   "give the same dump, or --forget what that run left and begin anew");
  };
  if (step.kind == Step::Kind::end) {
    if (step.end < done_) throw other_dump("it ends before byte " + std::to_string(done_));
    return false;
  }
  if (is_foreign_journal(step)) return true;
  const bool before = step.end <= done_ && reading_again_;
  const bool ahead = is_done_ahead(step);
  if (!before && !ahead) {
    if (reading_again_ && step.offset < done_)
      throw other_dump("what stands at byte " + std::to_string(done_) + " is another statement");
    reading_again_ = false;
    return false;
  }
  if (before && step.end == done_ && step.sha256 != done_sha256_)
    throw other_dump("its first " + std::to_string(done_) + " bytes have another SHA-256");
  if (step.kind == Step::Kind::copy) {
    copy_ = Copy{};
    copy_->header = step;
  } else if (step.kind == Step::Kind::rows && copy_) {
    copy_->rows += step.rows;
  } else if (step.kind == Step::Kind::copy_end) {
    copy_.reset();
  }
  feed_.take_last();  // statements before it may be under way yet
  return true;
}

// The journal that a restore has left where the dump was taken is no business of this one, whose own stands
// in the same place.
bool Run::is_foreign_journal(const Step& step) {
  const Object& object = step.object;
  const bool begins = step.kind == Step::Kind::statement || step.kind == Step::Kind::copy;
  const bool ours = begins && (object.name.schema == kSchema || object.table.schema == kSchema ||
                               (object.of == "SCHEMA" && object.name.name == kSchema));
  if (!ours && !passing_over_) return false;
  if (ours && !journal_passed_over_)
    observer_.note("the dump holds the journal of an earlier restore, schema pgsluice: it is passed over");
  journal_passed_over_ = true;
  passing_over_ = step.kind == Step::Kind::copy || step.kind == Step::Kind::rows;
  feed_.take_last();
  return true;
}

// False: the run goes on another way (serial() is to be left).
bool Run::take(Step& step) {
  said_line_ = step.line;
  if (!step.resume_point.empty()) resume_point_ = step.resume_point;
  if (std::exchange(replay_due_, false)) {
    lane_.leave_pipeline();
    lane_.replay(*step.before);
    if (!journal_) lane_.wire().query(session_guard(std::nullopt, chain_));  // a setting, too
    // Behind COMMIT AND CHAIN there is a transaction that no BEGIN of the script has opened.
    if (step.in_transaction && !options_.single_transaction) lane_.wire().query("BEGIN");
  }
  if (options_.jobs > 1 && fits(step) && step.offset != in_order_at_) return side_by_side(), true;
  switch (step.kind) {
    case Step::Kind::copy:
    case Step::Kind::rows:
    case Step::Kind::copy_end:
      copy(step);
      break;
    case Step::Kind::connect:
      if (drain()) connect_to(step);
      break;
    case Step::Kind::end:
      if (drain()) finish(step);
      break;
    case Step::Kind::statement:
      statement(step);
      break;
  }
  return true;
}

JournalRow Run::behind(const Step& step) const {
  JournalRow row = journal_.value_or(JournalRow{});
  row.position = step.end;
  row.sha256 = step.sha256;
  row.resume_point = resume_point_;
  if (rejects_) row.rejected = rejects_.size();
  return row;
}

std::optional<Lane::Guard> Run::guard(const Step& step) {
  if (in_transaction(step)) return std::nullopt;
  Lane::Guard guard;
  if (options_.on_error == RestoreOptions::OnError::stop) guard.from = chain_;
  guard.to = behind(step);
  guard.journal = journal_.has_value();
  chain_ = step.end;
  return guard;
}

void Run::statement(Step& step) {
  settle();
  const bool inside = in_transaction(step);  // the step is gone when it is confirmed
  if (options_.single_transaction && (step.way == Way::begin || step.way == Way::commit)) return;
  if (options_.single_transaction && step.way == Way::rollback)
    throw Failure(Failure::Kind::unsound_input,
                  name_ + ":" + std::to_string(step.line) + ": ROLLBACK, and -1", {},
                  "restore it without -1");
  switch (step.way) {
    case Way::piped:
      if (!journal_ && resets_all(step.text) && !in_transaction(step)) {
        if (drain()) alone(step);
        break;
      }
      lane_.fly(step, guard(step));
      break;
    case Way::drained: {
      if (!drain()) return;
      const std::string text = step.text;
      lane_.fly(step, guard(step));
      if (!drain()) return;
      lane_.leave_pipeline();
      lane_.discarded_by(text);
      break;
    }
    case Way::query:
      if (drain()) as_query(step);
      break;
    case Way::alone:
      if (drain()) alone(step);
      break;
    case Way::begin:
      if (drain()) lane_.fly(step, std::nullopt);
      break;
    case Way::commit: {
      if (!drain()) return;
      if (transaction_failed_) {
        lane_.fly(step, std::nullopt);  // the server makes a ROLLBACK of it
        transaction_failed_ = false;
        break;
      }
      Step outside = step;
      outside.in_transaction = false;
      lane_.fly_commit(step, guard(outside));
      break;
    }
    case Way::rollback:
      if (!drain()) return;
      lane_.fly(step, std::nullopt);
      transaction_failed_ = false;
      break;
  }
  if (inside && feed_.kept_bytes() > kKept && drain()) feed_.forget();
}

// All flights have landed. False: some did not run, and are given again; so is the present step.
bool Run::drain() {
  settle();
  while (auto flight = lane_.land(Lane::Wait::yes)) landed(*flight);
  if (!repair_) return true;
  repair();
  return false;
}

// The COMMIT of the last piece.
void Run::settle() {
  if (!pending_) return;
  Lane::Guard guard{std::nullopt, pending_->to, journal_.has_value()};
  lane_.fly_commit(*pending_->step, guard);
  pending_.reset();
}

Observer::Weight Run::tell(const Incident& incident) {
  const auto weight = observer_.incident(incident);
  if (weight == Observer::Weight::error) ++result_.errors;
  return weight;
}

void Run::stop_unless_harmless(Observer::Weight weight) const {
  if (weight == Observer::Weight::error && options_.on_error == RestoreOptions::OnError::stop)
    throw Stopped();
}

Incident Run::incident_of(const Step& step, const ServerError& error) const {
  Incident incident;
  incident.line = step.line;
  incident.statement = step.text;
  incident.object = step.object;
  incident.error = error;
  incident.is_copy = step.kind == Step::Kind::copy;
  return incident;
}

void Run::landed(const Flight& flight) {
  const Step& step = *flight.step;
  if (flight.error) return failed(flight);
  if (step.kind == Step::Kind::statement)
    observer_.done(lane_.number(), step, seconds_since(flight.sent), flight.rows);
  else
    copy_committed();
  if (flight.guarded || (!in_transaction(step) && step.way != Way::begin)) {
    done_ = step.end;
    done_sha256_ = step.sha256;
    feed_.confirm(step.end);
  }
}

void Run::failed(const Flight& flight) {
  const Step& step = *flight.step;
  if (flight.guarded && flight.failed != flight.main) {
    if (!is_guard_error(*flight.error))
      throw Failure(Failure::Kind::server,
                    "the journal cannot be moved on: " + printable(flight.error->message),
                    "at " + name_ + ":" + std::to_string(step.line),
                    "nothing is lost: mend it, then go on with --resume");
    if (!repair_)
      throw Failure(Failure::Kind::server, "the journal is not where this run has left it",
                    "has another run gone on with it?", "look who is connected, then go on with --resume");
    return;  // it did not run, and is given again
  }
  if (repair_ && step.offset >= *repair_) return;  // likewise
  if (step.kind != Step::Kind::statement) {
    commit_refused(*flight.error);
    // What is behind it was kept from running.
    if (options_.on_error == RestoreOptions::OnError::stop) repair_ = step.end;
    return;
  }
  result_.line = step.line;
  if (in_transaction(step)) transaction_failed_ = step.way != Way::commit;
  const auto weight = tell(incident_of(step, *flight.error));
  stop_unless_harmless(weight);
  if (flight.guarded && options_.on_error == RestoreOptions::OnError::stop) {
    repair_ = step.end;
    done_sha256_ = step.sha256;
  } else if (!in_transaction(step)) {
    feed_.confirm(step.end);
  }
}

// The statement that failed was harmless: those behind it, which the guards have kept from running, may run.
void Run::repair() {
  lane_.leave_pipeline();
  const auto position = *std::exchange(repair_, std::nullopt);
  // Steps behind it have been begun: a later run may not begin to read at one of them.
  resume_point_.clear();
  for (const auto& step : feed_.kept()) {
    if (!step.resume_point.empty()) resume_point_ = step.resume_point;
    if (step.end == position) return move_to(step), static_cast<void>(feed_.rewind(position));
  }
}

// Not in a pipeline, and in no transaction.
void Run::move_to(const Step& step) {
  lane_.leave_pipeline();
  const auto to = behind(step);
  if (journal_)
    lane_.wire().query("BEGIN; " + lane_.as_ourselves(*step.before) + Journal::move_text(to) + "; COMMIT");
  else
    lane_.wire().query(session_guard(std::nullopt, step.end));
  chain_ = done_ = step.end;
  done_sha256_ = step.sha256;
}

// Several commands in one query: the server runs them in one transaction, unless they end it themselves.
void Run::as_query(Step& step) {
  lane_.leave_pipeline();
  const auto begin = std::chrono::steady_clock::now();
  std::string sql;
  if (!in_transaction(step)) {
    const auto to = behind(step);
    sql = journal_ ? Journal::move_text(to) : session_guard(std::nullopt, step.end);
    sql = lane_.as_ourselves(*step.before) + sql + "; ";
    chain_ = step.end;
  }
  const auto before = sql.size();
  try {
    lane_.wire().query(sql + step.text);
    lane_.discarded_by(step.text);
    observer_.done(lane_.number(), step, seconds_since(begin), 0);
    if (!in_transaction(step)) {
      done_ = step.end;
      done_sha256_ = step.sha256;
      feed_.confirm(step.end);
    }
  } catch (const Wire::Refused& refused) {
    ServerError error = refused.error;
    if (error.position > before) error.position -= before;
    result_.line = step.line;
    if (in_transaction(step)) transaction_failed_ = true;
    stop_unless_harmless(tell(incident_of(step, error)));
    if (!in_transaction(step)) {
      move_to(step);
      feed_.confirm(step.end);
    }
  }
}

// What cannot be undone is told before it is begun.
void Run::alone(Step& step) {
  lane_.leave_pipeline();
  auto& wire = lane_.wire();
  const Presence presence = presence_of(step);
  bool run = true;
  const bool again = journal_ && journal_->intent == step.offset;
  if (again) {
    const auto verdict = judge_intent(presence, wire, journal_->intent_before);
    if (verdict == IntentVerdict::unknown && options_.in_doubt == RestoreOptions::InDoubt::ask)
      throw Failure(Failure::Kind::server,
                    name_ + ":" + std::to_string(step.line) +
                        ": the interrupted run may have run this statement, or not: the server does not tell",
                    printable(step.text, 100),
                    "look, then go on with --resume --in-doubt=run or --resume --in-doubt=skip");
    run = verdict == IntentVerdict::unknown ? options_.in_doubt == RestoreOptions::InDoubt::run
                                            : verdict == IntentVerdict::run;
  }
  if (journal_ && !again && !in_transaction(step)) {
    wire.query("BEGIN; " + lane_.as_ourselves(*step.before) +
               "UPDATE pgsluice.run SET intent = " + std::to_string(step.offset) +
               ", intent_before =" + sql_literal(look_at(presence, wire)) + "; COMMIT");
  }
  const auto begin = std::chrono::steady_clock::now();
  observer_.begun(lane_.number(), step);
  try {
    if (run) wire.query(step.text);
    lane_.discarded_by(step.text);
    observer_.done(lane_.number(), step, seconds_since(begin), 0);
  } catch (const Wire::Refused& refused) {
    result_.line = step.line;
    if (in_transaction(step)) transaction_failed_ = true;
    const auto weight = tell(incident_of(step, refused.error));
    if (weight == Observer::Weight::error && options_.on_error == RestoreOptions::OnError::stop && journal_ &&
        !in_transaction(step))
      wire.query("BEGIN; " + lane_.as_ourselves(*step.before) +
                 "UPDATE pgsluice.run SET intent = NULL; COMMIT");
    stop_unless_harmless(weight);
  }
  if (journal_) journal_->intent.reset();
  if (!in_transaction(step)) {
    move_to(step);
    feed_.confirm(step.end);
  }
}

}  // namespace sluice
