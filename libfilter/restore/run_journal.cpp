// How a Run begins, goes from database to database, goes on after a lost connection, and ends.

#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "libfilter/restore/run.hpp"

namespace sluice {
namespace {

// A name that nobody else has.
std::string random_name() {
  std::array<unsigned char, 8> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw io_failure("cannot get random bytes", errno);
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string name;
  for (const auto byte : bytes) {
    name += kDigits[byte >> 4];
    name += kDigits[byte & 15];
  }
  return name;
}

// What tells a file from another one, or from itself when it has been written to since. Empty: no file that
// could be read on from the middle.
std::string identity_of(const Source& source) {
  const auto place = source.place();
  struct stat status {};
  if (!place || fstat(place->fd, &status) != 0) return {};
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) + ":" +
         std::to_string(status.st_size) + ":" + std::to_string(status.st_mtim.tv_sec) + "." +
         std::to_string(status.st_mtim.tv_nsec);
}

std::string list(const std::vector<int>& pids) {
  std::string text;
  for (const int pid : pids) text += (text.empty() ? "" : ", ") + std::to_string(pid);
  return text;
}

Failure refused(const std::string& what, const std::string& detail, const std::string& hint) {
  return Failure(Failure::Kind::server, what, detail, hint);
}

const char* const kForget = "--forget removes what it left, if nobody wants to go on with it";

}  // namespace

void Run::open() {
  lane_.open("");
  const ServerFacts& facts = lane_.facts();
  if (facts.in_recovery)
    throw refused("the server is a standby: it takes no changes", {}, "connect to the primary");
  refuse_poolers();
  observer_.connected(lane_.number(), lane_.wire().pid(), facts);
  first_database_ = facts.database;
  Journal journal(lane_.wire());
  take_lock(journal);
  auto row = journal.look();
  const auto here = journal.where();
  if (row && !options_.resume && row->state != "finished" &&
      (row->position > 0 || row->intent || !journal.done_ahead().empty()))
    throw refused("an earlier run has stopped here in the middle: " + printable(row->input) + ", at byte " +
                      std::to_string(row->position),
                  {}, "--resume goes on with it; " + std::string(kForget));
  if (row && options_.resume) {
    check_place(*row, here);
    databases_.insert(lane_.database());
    follow(*row);
  } else {
    row.reset();
  }

  JournalRow next = row.value_or(JournalRow{});
  if (!row) {
    next.run = random_name();
    std::tie(next.system, next.database) = here;
  }
  const bool same_file = !next.identity.empty() && next.identity == identity_of(*source_);
  next.holder = random_name();
  next.input = name_;
  next.identity = identity_of(*source_);
  if (row && row->state == "finished") {
    done_ = row->position;
    done_sha256_ = row->sha256;
    result_.nothing_left = same_file;
    journal_ = row;
    reading_again_ = true;
    if (!same_file) read_from(nullptr);
    return;
  }
  journal_ = first_row_ = next;
  keep_journal();
  if (!options_.rejects.empty()) rejects_ = Rejects(options_.rejects, next.rejected);
  if (row) {
    done_ = chain_ = row->position;
    done_sha256_ = row->sha256;
    reading_again_ = done_ > 0;
    ahead_ranges_ = Journal(lane_.wire()).done_ahead();
    if (done_ > 0) {
      result_.resumed = {done_, 0};
      observer_.note("going on at byte " + std::to_string(done_) + ": what stands before it is done");
    }
  }
  if (!journal_) lane_.wire().query(session_guard(std::nullopt, done_));
  if (options_.single_transaction) lane_.wire().query("BEGIN");
  read_from(row && same_file && !options_.verify && !row->resume_point.empty() ? &*row : nullptr);
}

// Behind a pooler that gives a session away between two transactions, no setting, no lock and no COPY would
// be where it belongs. Two connections at once that are served by one process prove it.
void Run::refuse_poolers() {
  if (!lane_.facts().behind_pooler) return;
  Lane other(1, options_.dial);
  other.open("");
  other.wire().query("BEGIN");
  const auto pid = [](Lane& lane) {
    return lane.wire().query("SELECT pg_catalog.pg_backend_pid()").at(0).at(0);
  };
  const auto second = pid(other);
  other.wire().query("ROLLBACK");
  if (pid(lane_) == second)
    throw refused("a pooler in transaction mode stands before the server",
                  "two connections to it are served by one process, so settings of a session do not stay",
                  "connect to the server itself, or to the pooler's port for sessions");
}

void Run::take_lock(Journal& journal) {
  using namespace std::chrono_literals;
  for (int turn = 0; !journal.lock_alone(); ++turn) {
    const auto holders = journal.holders();
    // The session of a run that was killed ends by itself, but for one that waits for something.
    if (options_.resume && turn == 30 && !holders.empty()) {
      observer_.note("ending the session that the interrupted run has left: process " + list(holders));
      journal.terminate(holders);
    }
    if (turn == (options_.resume ? 300 : 10))
      throw refused("another run is at work in this database: process " + list(holders), {},
                    options_.resume
                        ? "end it with pg_terminate_backend(), as its user or as a superuser"
                        : "wait for it, or go on with it by --resume when it has been interrupted");
    std::this_thread::sleep_for(100ms);
    tick();
  }
}

// To the database where the interrupted run was.
void Run::follow(JournalRow& row) {
  while (row.state == "left") {
    const JournalRow from = row;
    lane_.open(from.next_database);
    observer_.connected(lane_.number(), lane_.wire().pid(), lane_.facts());
    Journal journal(lane_.wire());
    take_lock(journal);
    const auto there = journal.look();
    const auto here = journal.where();
    databases_.insert(lane_.database());
    if (there && there->run == from.run && there->position >= from.position) {
      row = *there;
      check_place(row, here);
    } else {
      row.state = "running";
      row.next_database.clear();
      row.intent.reset();
      row.database = here.second;
    }
  }
  if (row.state == "unknown")
    throw refused("the interrupted run has gone to database \"" + printable(row.next_database) +
                      "\", where it could keep no journal",
                  {}, "what of it was done is not known; restore it anew, into an empty database");
}

void Run::check_place(const JournalRow& row, const std::pair<std::string, std::string>& here) const {
  if (row.system == here.first && row.database == here.second) return;
  throw refused(row.system == here.first
                    ? "the journal in this database is that of another one, which this one is a copy of"
                    : "the journal in this database was written in another cluster",
                "it would tell what was done there, not here",
                "go on where the run was interrupted; " + std::string(kForget));
}

// Writes the row with which this run begins, or goes on.
void Run::keep_journal() {
  Journal journal(lane_.wire());
  if (!journal.create()) {
    if (options_.journal_is_needed)
      throw refused(
          "the journal may not be created in database \"" + printable(lane_.facts().database) + "\"",
          "user " + printable(lane_.facts().user) + " has no right to create a schema there",
          "GRANT CREATE ON DATABASE, or restore without --resume and --retries");
    Notice notice;
    notice.message = "no journal: user " + printable(lane_.facts().user) +
                     " may not create a schema in database \"" + printable(lane_.facts().database) + "\"";
    notice.detail = "when this run is interrupted, it cannot be gone on with";
    notice.hint = "GRANT CREATE ON DATABASE allows it";
    observer_.without_journal(notice);
    journal_.reset();
    return;
  }
  journal.write(*journal_);
  journal.share();  // from here on a session of the run before finds that the journal is another's
  lane_.prepare_guard({});
  databases_.insert(lane_.database());
}

void Run::read_from(const JournalRow* row) {
  Script::Options options;
  options.hold = options_.max_statement;
  options.client_encoding = lane_.wire().parameter("client_encoding");
  options.standard_conforming_strings = lane_.wire().parameter("standard_conforming_strings") != "off";
  std::optional<ResumePoint> point;
  if (row != nullptr) point = ResumePoint::parse(row->resume_point);
  if (point && !source_->seek(point->offset)) point.reset();
  replay_due_ = done_ > 0;
  ahead_ = std::make_unique<ReadAhead>(std::move(*source_), options, ReadAhead::kBytes, point);
  source_.reset();
}

void Run::connect_to(const Step& step) {
  if (options_.single_transaction)
    throw Failure(Failure::Kind::unsound_input,
                  name_ + ":" + std::to_string(step.line) + ": \\connect, and -1",
                  "one transaction cannot be in two databases", "restore it without -1");
  lane_.leave_pipeline();
  const auto leave = [&](const char* state) {
    lane_.wire().query("RESET SESSION AUTHORIZATION; RESET ROLE; " + Journal::move_text(behind(step)) +
                       ", state = '" + state + "', next_database =" + sql_literal(step.text));
  };
  crew_.reset();
  verify();
  if (journal_) leave("left");
  const std::string from = lane_.database();
  const bool had_journal = journal_.has_value();
  try {
    lane_.open(step.text);
  } catch (Failure& failure) {
    Failure placed(failure.kind, name_ + ":" + std::to_string(step.line) + ": " + failure.what(),
                   failure.detail, failure.hint);
    result_.line = step.line;
    throw placed;
  }
  observer_.connected(lane_.number(), lane_.wire().pid(), lane_.facts());
  Journal journal(lane_.wire());
  if (!journal_) journal_ = first_row_;
  take_lock(journal);
  JournalRow row = behind(step);
  std::tie(row.system, row.database) = journal.where();
  row.state = "running";
  row.next_database.clear();
  row.intent.reset();
  journal_ = row;
  keep_journal();
  if (!journal_ && had_journal) {
    lane_.open(from);
    leave("unknown");
    lane_.open(step.text);
  }
  if (!journal_) lane_.wire().query(session_guard(std::nullopt, step.end));
  chain_ = done_ = step.end;
  done_sha256_ = step.sha256;
  feed_.confirm(step.end);
}

// The connection is gone. What it was doing is done or is not: the journal knows.
void Run::mend(const std::string& words) {
  Failure failure(Failure::Kind::server, "the connection was lost: " + printable(words, 500));
  failure.hint =
      journal_ ? "go on with --resume" : "there is no journal: restore it anew, into an empty database";
  if (options_.single_transaction) failure.hint = "nothing of the transaction is there; run it again";
  if (ending_) {
    if (options_.single_transaction) failure.hint = "whether the transaction is there has to be looked for";
    if (!journal_) failure.hint = "the last commit may be done or not: look before you run it again";
  }
  const bool ask_only = ending_ && journal_ && options_.single_transaction;
  if (ask_only && lane_.reopen(lane_.database(), std::max(options_.retries, 1)) > 0) {
    const auto row = Journal(lane_.wire()).look();
    if (row && row->holder == journal_->holder && row->state == "finished") {
      done_ = row->position;
      done_sha256_ = row->sha256;
      result_.finished = true;
      return;
    }
    failure.hint = "nothing of the transaction is there; run it again";
  }
  if (!journal_ || options_.single_transaction || options_.retries == 0) throw failure;
  losses_ = done_ > mended_at_ ? 1 : losses_ + 1;
  mended_at_ = done_;
  if (losses_ > options_.retries) throw failure;
  const int tries = lane_.reopen(lane_.database(), options_.retries);
  Journal journal(lane_.wire());
  journal.share();
  const auto row = journal.look();
  if (!row || row->holder != journal_->holder) {
    failure.detail = "meanwhile another run has gone on with it";
    throw failure;
  }
  lane_.prepare_guard({});
  if (row->position < done_) {
    failure.detail = "it has lost transactions that it had confirmed: is synchronous_commit off there?";
    throw failure;
  }
  if (row->state == "finished") {
    done_ = row->position;
    done_sha256_ = row->sha256;
    result_.finished = true;
    return;
  }
  pending_.reset();
  repair_.reset();
  if (rejects_ && row->position == done_) {  // what it has put there is not committed, and comes again
    rejects_.cut(std::min(row->rejected, rejects_.size()));
    rejected_.clear();
  }
  transaction_failed_ = false;
  journal_ = row;
  if (auto& copy = committing_ ? committing_ : copy_; copy && copy->waiting_end > 0) {
    if (row->position >= copy->waiting_end) {
      copy_committed();
    } else {
      copy->waiting = copy->waiting_counted = copy->waiting_end = 0;
      if (committing_) copy_ = std::exchange(committing_, std::nullopt);
    }
  }
  if (!feed_.rewind(row->position)) {
    failure.detail = "it was in the middle of a transaction that is too long to be kept in memory";
    throw failure;
  }
  chain_ = done_ = row->position;
  done_sha256_ = row->sha256;
  resume_point_ = row->resume_point;  // what was under way has moved it on
  replay_due_ = true;
  observer_.mended(lane_.number(), words, tries);
  observer_.connected(lane_.number(), lane_.wire().pid(), lane_.facts());
}

// The tables of the present database.
void Run::verify() {
  if (!verifier_) return;
  lane_.leave_pipeline();
  for (auto& one : verifier_->check(lane_.wire(), lane_.database()))
    result_.verified.push_back(std::move(one));
}

void Run::finish(const Step& step) {
  crew_.reset();
  if (ahead_->restrict_open()) {
    Notice notice;
    notice.line = step.line;
    notice.message = "the input ends without the \\unrestrict that belongs to its \\restrict";
    notice.hint = "was the dump cut off?";
    observer_.warning(notice);
  }
  lane_.leave_pipeline();
  if (result_.nothing_left || (journal_ && journal_->state == "finished")) {
    if (step.sha256 != done_sha256_)
      throw refused("the run that has finished here was of another dump", {}, kForget);
    result_.nothing_left = true;
    return;
  }
  verify();
  ending_ = true;
  if (journal_) {
    JournalRow end = behind(step);
    const std::string sql = lane_.as_ourselves(*step.before) + Journal::move_text(end) +
                            ", state = 'finished'; DELETE FROM pgsluice.done";
    lane_.wire().query(options_.single_transaction ? sql + "; COMMIT" : "BEGIN; " + sql + "; COMMIT");
    const std::string last = lane_.database();
    if (!last.empty() || databases_.size() > 1) {
      // The database of the command line is where a later run looks first.
      if (!last.empty()) {
        lane_.open("");
        lane_.wire().query(Journal::move_text(end) + ", state = 'finished', next_database = ''");
      }
      for (const auto& database : databases_) {
        if (database.empty()) continue;
        lane_.open(database);
        const auto where = Journal(lane_.wire()).look();
        if (where && where->run == journal_->run && lane_.facts().database != first_database_)
          Journal(lane_.wire()).remove();
      }
    }
  } else if (options_.single_transaction) {
    lane_.wire().query("COMMIT");
  }
  done_ = step.end;
  done_sha256_ = step.sha256;
  result_.finished = true;
}

static std::vector<std::string> forget_all(Lane& lane) {
  lane.open("");
  const auto first = Journal(lane.wire()).look();
  if (!first) return {};
  const auto rows = lane.wire().query(
      "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND "
      "pg_catalog.has_database_privilege(oid, 'CONNECT') ORDER BY datname <> pg_catalog.current_database(), "
      "datname");
  std::vector<std::string> names;
  for (const auto& row : rows) {
    const std::string name = row.at(0).value_or("");
    try {
      lane.open(name);
    } catch (const Failure&) {
      continue;  // what cannot be reached now holds no journal of this user's, or holds it yet
    }
    Journal journal(lane.wire());
    const auto row_there = journal.look();
    if (!row_there || row_there->run != first->run) continue;
    if (!journal.lock_alone())
      throw refused(
          "a run is at work in database \"" + printable(name) + "\": process " + list(journal.holders()), {},
          "wait for it, or end it with pg_terminate_backend()");
    journal.remove();
    names.push_back(name);
  }
  return names;
}

std::vector<std::string> forget_runs(const Dial& dial) {
  Lane lane(0, dial);
  try {
    return forget_all(lane);
  } catch (const Wire::Refused& error) {
    throw refused("the journal in database \"" + printable(lane.facts().database) + "\" cannot be removed: " +
                      printable(error.error.message, 500) + " (" + error.error.sqlstate + ")",
                  printable(error.error.detail, 500), "only who made it, or a superuser, may remove it");
  } catch (const Wire::Lost& lost) {
    throw refused("the connection was lost: " + printable(lost.words, 500), {}, "run it again");
  }
}

}  // namespace sluice
