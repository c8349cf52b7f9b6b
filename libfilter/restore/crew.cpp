#include "libfilter/restore/crew.hpp"

#include <algorithm>
#include <chrono>

#include "libfilter/io/worker_thread.hpp"
#include "libfilter/restore/copy_error.hpp"

namespace sluice {
namespace {

using Clock = std::chrono::steady_clock;

// A deadlock or a serialization failure is nobody's fault; the transaction is gone as a whole.
constexpr int kAgain = 5;
// Of one row, whatever the bound.
constexpr std::size_t kMuch = 4 * 1024 * 1024;

bool share_a_relation(const Job& a, const Job& b) {
  const auto meets = [](const std::set<std::string>& one, const std::set<std::string>& other) {
    return std::any_of(one.begin(), one.end(), [&](const auto& name) { return other.count(name) != 0; });
  };
  return meets(a.own, b.own) || meets(a.own, b.shared) || meets(a.shared, b.own);
}

}  // namespace

Crew::Crew(Lane& first, unsigned lanes, Terms terms, Observer& observer)
    : terms_(std::move(terms)), observer_(observer) {
  const SignalsStayHere signals;
  terms_.dial.tick = {};
  for (unsigned n = 0; n < lanes; ++n) {
    auto worker = std::make_unique<Worker>();
    if (n == 0) {
      worker->lane = &first;
      worker->cancel.emplace(first.wire());
    } else {
      worker->own = std::make_unique<Lane>(static_cast<int>(n), terms_.dial);
      worker->lane = worker->own.get();
    }
    workers_.push_back(std::move(worker));
  }
  for (unsigned n = 0; n < lanes; ++n) workers_[n]->thread = std::thread([this, n] { work(*workers_[n]); });
}

Crew::~Crew() {
  stop();
  // A statement that a lane was about to send when it was asked to stop has begun since.
  for (std::unique_lock lock(mutex_); working_ > 0;)
    if (changed_.wait_for(lock, std::chrono::milliseconds(200)) == std::cv_status::timeout) cancel();
  for (const auto& worker : workers_)
    if (worker->thread.joinable()) worker->thread.join();
}

void Crew::stop() {
  const std::lock_guard lock(mutex_);
  cancel();
}

// What is under way ends as soon as the server can. With the lock held.
void Crew::cancel() {
  stopping_ = true;
  for (const auto& worker : workers_)
    if (worker->cancel) (*worker->cancel)();
  changed_.notify_all();
}

void Crew::begin(std::uint64_t position) {
  const std::lock_guard lock(mutex_);
  terms_.position = position;
  recorded_.clear();
  auto& first = *workers_.front();
  first.session.reset();
  first.cancel.emplace(first.lane->wire());  // its connection may be another one by now
}

Job& Crew::add(Job job) {
  const std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  changed_.notify_all();
  return jobs_.back();
}

Crew::Room Crew::add_rows(Job& job, Step& rows, Behind behind) {
  const std::lock_guard lock(mutex_);
  // What is alone may always come in, however large.
  if (bytes_ > 0 && bytes_ + rows.text.size() > terms_.buffer && !stopping_) {
    if (job.bytes == 0 || bytes_ > job.bytes) return Room::none;
    if (behind == Behind::whole_rows) return Room::full_of_this;
    job.forgets = true;
    if (bytes_ > kMuch) return Room::none;
  }
  job.step.end = rows.end;
  job.step.end_line = rows.end_line;
  job.sha256 = rows.sha256;
  bytes_ += rows.text.size();
  job.bytes += rows.text.size();
  job.rows.push_back(std::move(rows));
  changed_.notify_all();
  return Room::taken;
}

void Crew::close(Job& job, const Step* end) {
  const std::lock_guard lock(mutex_);
  if (end != nullptr) {
    job.step.end = end->end;
    job.step.end_line = end->end_line;
    job.sha256 = end->sha256;
  }
  job.closed = true;
  changed_.notify_all();
}

void Crew::wait_a_while() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(50));
}

bool Crew::idle() {
  const std::lock_guard lock(mutex_);
  return std::all_of(jobs_.begin(), jobs_.end(),
                     [](const Job& job) { return job.state == Job::State::done; });
}

std::size_t Crew::jobs() {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

std::uint64_t Crew::errors() {
  const std::lock_guard lock(mutex_);
  return errors_;
}

std::vector<Step> Crew::take_refused() {
  const std::lock_guard lock(mutex_);
  return std::exchange(refused_copies_, {});
}

std::optional<Crew::Done> Crew::take_done() {
  const std::lock_guard lock(mutex_);
  std::optional<Done> done;
  if (stopping_ || failure_) return done;  // jobs have ended that are not done
  for (; !jobs_.empty() && jobs_.front().state == Job::State::done; jobs_.pop_front())
    done = {jobs_.front().step.end, jobs_.front().sha256, jobs_.front().step.end_line};
  return done;
}

void Crew::check() {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

// The first job that nothing stands before. With the lock held.
Job* Crew::next_job() {
  for (auto job = jobs_.begin(); job != jobs_.end(); ++job) {
    if (job->state != Job::State::waiting) continue;
    const bool blocked = std::any_of(jobs_.begin(), job, [&](const Job& before) {
      return before.state != Job::State::done && (before.block == 0 || before.block != job->block) &&
             share_a_relation(before, *job);
    });
    if (!blocked) return &*job;
  }
  return nullptr;
}

void Crew::work(Worker& worker) {
  std::unique_lock lock(mutex_);
  while (true) {
    Job* job = nullptr;
    changed_.wait(lock, [&] { return stopping_ || (job = next_job()) != nullptr; });
    if (stopping_) return;
    job->state = Job::State::running;
    ++working_;
    lock.unlock();
    try {
      do_job(worker, *job);
    } catch (...) {
      const std::lock_guard again(mutex_);
      if (!failure_ && !stopping_) failure_ = std::current_exception();
    }
    lock.lock();
    --working_;
    // A COPY that was refused before all of its rows were here: the others are thrown away. Whoever adds
    // them holds on to the job until it is closed.
    while (!job->closed && !stopping_ && !failure_) {
      forget_rows(*job);
      changed_.wait(lock);
    }
    finished(*job);
  }
}

// With the lock held.
void Crew::forget_rows(Job& job) {
  if (job.rows.empty()) return;
  bytes_ -= job.bytes;
  job.bytes = 0;
  job.rows.clear();
  changed_.notify_all();
}

void Crew::finished(Job& job) {
  forget_rows(job);
  job.state = Job::State::done;
  changed_.notify_all();
}

// Tells an error; with the lock not held.
void Crew::told(const Job& job, const ServerError& error) {
  const std::lock_guard lock(mutex_);
  if (stopping_ && error.sqlstate == "57014") return;  // that was our own doing
  Incident incident;
  incident.line = job.step.line;
  incident.statement = job.step.text;
  incident.object = job.step.object;
  incident.error = error;
  incident.is_copy = job.block != 0;
  if (job.block != 0) {
    incident.rows_loaded = job.rows_before;
    if (const auto place = copy_place_of(error, job.step); place && !job.forgets) {
      Incident::Row row;
      row.number = job.rows_before + place->row;
      RowFinder finder(job.step.header.format, place->row);
      for (const auto& step : job.rows) finder.look(step, step.text);
      finder.found(row);
      row.column = place->column;
      incident.row = row;
    }
    for (const auto& step : job.rows) incident.rows_skipped += step.rows;
    if (refused_.insert(job.block).second) refused_copies_.push_back(job.step);
  }
  if (observer_.incident(incident) == Observer::Weight::harmless) return;
  ++errors_;
  if (terms_.stop_at_errors) cancel();
}

void Crew::do_job(Worker& worker, Job& job) {
  const auto begin = Clock::now();
  std::uint64_t counted = 0;
  const int number = worker.lane->number();
  observer_.begun(number, job.step);
  std::optional<std::string> lost;
  for (int again = 0, losses = 0;;) {
    std::optional<ServerError> error;
    try {
      if (lost) {
        mend(worker, job, *std::exchange(lost, std::nullopt), ++losses);
        if (recorded(worker, job)) break;
      }
      try {
        if (!attempt(worker, job, counted)) return;
        break;
      } catch (const Wire::Refused& refused) {
        error = refused.error;
        if (worker.lane->wire().in_transaction()) worker.lane->wire().query("ROLLBACK");
      }
    } catch (const Wire::Lost& loss) {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      worker.cancel.reset();
      lost = loss.words;
      continue;
    }
    const bool passes = error->sqlstate == "40P01" || error->sqlstate == "40001";
    if (passes && ++again <= kAgain && can_be_done_again(job)) continue;
    return told(job, *error);
  }
  if (terms_.journal) {
    const std::lock_guard lock(mutex_);
    recorded_.push_back(job.step.offset);
  }
  observer_.done(number, job.step, std::chrono::duration<double>(Clock::now() - begin).count(), counted);
}

void Crew::mend(Worker& worker, const Job& job, const std::string& words, int losses) {
  Failure failure(Failure::Kind::server, "a connection was lost: " + printable(words, 500), {},
                  terms_.journal ? "go on with --resume"
                                 : "there is no journal: restore it anew, into an empty database");
  if (!terms_.journal || losses > terms_.retries) throw failure;
  if (!can_be_done_again(job)) {
    failure.detail = "it was in the middle of a row that is too long to be kept in memory";
    throw failure;
  }
  const int tries = worker.lane->reopen(terms_.database, terms_.retries);
  worker.session.reset();
  Journal journal(worker.lane->wire());
  journal.share();
  const auto row = journal.look();
  if (!row || row->holder != terms_.holder) {
    failure.detail = "meanwhile another run has gone on with it";
    throw failure;
  }
  if (lost_commits(worker, *row)) {
    failure.detail = "it has lost transactions that it had confirmed: is synchronous_commit off there?";
    throw failure;
  }
  {
    const std::lock_guard lock(mutex_);
    worker.cancel.emplace(worker.lane->wire());
  }
  observer_.mended(worker.lane->number(), words, tries);
  observer_.connected(worker.lane->number(), worker.lane->wire().pid(), worker.lane->facts());
}

void Crew::mend_first(const std::string& words, int losses) {
  for (;;) {
    try {
      return mend(*workers_.front(), Job{}, words, losses);
    } catch (const Wire::Lost&) {
      ++losses;
    }
  }
}

bool Crew::can_be_done_again(const Job& job) {
  const std::lock_guard lock(mutex_);
  return !job.forgets;
}

bool Crew::recorded(Worker& worker, const Job& job) {
  return !worker.lane->wire()
              .query("SELECT 1 FROM pgsluice.done WHERE first = " + std::to_string(job.step.offset))
              .empty();
}

// After a crash a server may not know of what it has confirmed.
bool Crew::lost_commits(Worker& worker, const JournalRow& row) {
  std::string list;
  std::size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    if (row.position != terms_.position) return row.position < terms_.position;
    count = recorded_.size();
    for (const auto first : recorded_) list += (list.empty() ? "" : ",") + std::to_string(first);
  }
  if (count == 0) return false;
  const auto there =
      worker.lane->wire().query("SELECT count(*) FROM pgsluice.done WHERE first IN (" + list + ")");
  return there.at(0).at(0) != std::to_string(count);
}

// A connection, and its session as the job wants it.
void Crew::prepare(Worker& worker, const Job& job) {
  if (!worker.lane->is_open()) {
    worker.lane->open(terms_.database);
    if (terms_.journal) Journal(worker.lane->wire()).share();
    const std::lock_guard lock(mutex_);
    worker.cancel.emplace(worker.lane->wire());
    observer_.connected(worker.lane->number(), worker.lane->wire().pid(), worker.lane->facts());
  }
  if (worker.session == nullptr || *worker.session != *job.step.before) {
    worker.lane->replay(*job.step.before);
    worker.session = job.step.before;
  }
}

// The end of the job's transaction.
std::string Crew::record(const Worker& worker, const Job& job) const {
  if (!terms_.journal) return "COMMIT";
  return worker.lane->as_ourselves(*job.step.before) + Journal::done_text(job.step.offset, job.step.end) +
         "; COMMIT";
}

bool Crew::attempt(Worker& worker, Job& job, std::uint64_t& counted) {
  prepare(worker, job);
  if (job.block != 0) return load(worker, job, counted);
  const std::string before = "BEGIN; ";
  try {
    worker.lane->wire().query(before + job.step.text + "\n; " + record(worker, job));
    return true;
  } catch (Wire::Refused& refused) {
    if (refused.error.position > before.size()) refused.error.position -= before.size();
    throw;
  }
}

bool Crew::load(Worker& worker, Job& job, std::uint64_t& counted) {
  auto& wire = worker.lane->wire();
  bool unwanted = false;
  {
    // psql would have loaded nothing of a COPY that is refused somewhere: no more than there is already.
    const std::lock_guard lock(mutex_);
    unwanted = refused_.count(job.block) != 0;
  }
  if (!unwanted) wire.begin_copy("BEGIN; " + job.step.text, [](int, const Wire::Rows&) {});
  for (std::size_t sent = 0; !unwanted; ++sent) {
    const Step* step = nullptr;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || job.closed || sent < job.rows.size(); });
      if (stopping_) {
        lock.unlock();
        wire.break_copy("the run was stopped");
        wire.query("ROLLBACK");
        return false;
      }
      if (sent < job.rows.size()) step = &job.rows[sent];
    }
    if (step == nullptr) break;
    wire.put(step->text);
    observer_.loaded(worker.lane->number(), step->rows, step->text.size());
    const std::lock_guard lock(mutex_);
    if (!job.forgets) continue;
    for (std::size_t i = 0; i <= sent; ++i) {
      auto& text = job.rows[i].text;
      bytes_ -= text.size();
      job.bytes -= text.size();
      std::string().swap(text);
    }
    changed_.notify_all();
  }
  if (unwanted) return false;
  counted = wire.end_copy();
  wire.query(record(worker, job));
  return true;
}

}  // namespace sluice
