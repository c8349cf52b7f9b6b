// How a Run gives its crew what may be done side by side, and waits for it where something else comes.

#include <algorithm>
#include <chrono>

#include "libfilter/restore/run.hpp"

namespace sluice {
namespace {

// Statements that wait, at most.
constexpr std::size_t kJobs = 10'000;

}  // namespace

// What the catalog has to say before rows go to several connections: tables with triggers (foreign keys are
// some) get theirs in the order of the dump, in one COPY each; and who inherits from whom.
void Run::learn_relations() {
  with_triggers_.clear();
  above_.clear();
  const std::string name = "n.nspname OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) c.relname";
  const std::string from =
      " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) "
      "c.relnamespace ";
  for (const auto& row : lane_.wire().query("SELECT " + name + from +
                                            "WHERE c.relhastriggers OR c.relkind OPERATOR(pg_catalog.=) ANY "
                                            "('{v,f,m}'::pg_catalog.\"char\"[])"))
    with_triggers_.insert(row.at(0).value_or(""));
  std::string other = name;
  for (std::size_t at = 0; (at = other.find("n.", at)) != other.npos; at += 3) other.replace(at, 2, "pn.");
  for (std::size_t at = 0; (at = other.find("c.rel", at)) != other.npos; at += 6) other.replace(at, 2, "pc.");
  for (const auto& row : lane_.wire().query(
           "SELECT " + name + ", pn.nspname OPERATOR(pg_catalog.||) '.' OPERATOR(pg_catalog.||) pc.relname" +
           from +
           "JOIN pg_catalog.pg_inherits i ON i.inhrelid OPERATOR(pg_catalog.=) c.oid JOIN "
           "pg_catalog.pg_class pc ON "
           "pc.oid OPERATOR(pg_catalog.=) i.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid "
           "OPERATOR(pg_catalog.=) pc.relnamespace"))
    above_[row.at(0).value_or("")].insert(row.at(1).value_or(""));
}

bool Run::fits(const Step& step) const {
  if (in_transaction(step)) return false;
  if (step.kind == Step::Kind::statement) return step.side_by_side;
  const Step* header = step.kind == Step::Kind::copy ? &step : copy_ ? &copy_->header : nullptr;
  return header != nullptr && header->side_by_side && !rejects_ &&
         header->header.format.kind == CopyFormat::Kind::text && !header->header.format.header;
}

Job Run::job_of(Step step) {
  Job job;
  for (const auto& relation : step.relations) {
    job.own.insert(relation);
    std::vector<std::string> names = {relation};
    while (!names.empty()) {
      const auto name = std::move(names.back());
      names.pop_back();
      if (const auto parents = above_.find(name); parents != above_.end())
        for (const auto& parent : parents->second)
          if (job.shared.insert(parent).second) names.push_back(parent);
    }
  }
  job.sha256 = step.sha256;
  job.step = std::move(step);
  return job;
}

void Run::side_by_side() {
  if (!drain()) return;
  feed_.put_back();
  lane_.leave_pipeline();
  learn_relations();
  if (!crew_) {
    Crew::Terms terms;
    terms.dial = options_.dial;
    terms.dial.notice = [this](const ServerError& words) { observer_.server_said(words, 0); };
    terms.database = lane_.database();
    terms.holder = journal_ ? journal_->holder : "";
    terms.journal = journal_.has_value();
    terms.retries = options_.retries;
    terms.stop_at_errors = options_.on_error == RestoreOptions::OnError::stop;
    terms.buffer = options_.buffer;
    crew_ = std::make_unique<Crew>(lane_, options_.jobs, terms, observer_);
    crew_errors_ = 0;
  }
  crew_->begin(chain_);
  read_jobs();
  while (!crew_->idle()) await_crew();
  crew_done();
  // What stands behind the last job is next: nothing before it is missing.
  Step* next = next_waiting();
  const auto before = done_;
  if (journal_ && before > journal_->position) {
    JournalRow to = *journal_;
    to.position = done_;
    to.sha256 = done_sha256_;
    to.resume_point = next->resume_point;
    const std::string sql = "BEGIN; RESET SESSION AUTHORIZATION; RESET ROLE; " + Journal::move_text(to) +
                            "; " + Journal::forget_done_text(to.position) + "; COMMIT";
    for (int losses = 0;;) {
      try {
        lane_.wire().query(sql);
        break;
      } catch (const Wire::Lost& loss) {
        crew_->mend_first(loss.words, ++losses);  // to do it twice is to do it once
      }
    }
  }
  chain_ = done_;
  if (!journal_) {
    lane_.wire().query(session_guard(std::nullopt, chain_));
  }
  feed_.put_back();
  replay_due_ = true;
}

// Hands out jobs until something has to wait for all of them.
void Run::read_jobs() {
  while (true) {
    crew_done();
    while (crew_->jobs() >= kJobs) await_crew();
    Step* step = next_waiting();
    if (skipped(*step)) continue;
    const bool rows = step->kind == Step::Kind::copy || step->kind == Step::Kind::rows;
    const Step* header = step->kind == Step::Kind::copy ? step : copy_ ? &copy_->header : nullptr;
    const bool in_order =
        rows && std::any_of(header->relations.begin(), header->relations.end(),
                            [&](const auto& name) { return with_triggers_.count(name) != 0; });
    if (in_order) in_order_at_ = step->offset;
    if (!fits(*step) || in_order) return feed_.put_back();
    if (rows) {
      const bool begun = step->kind == Step::Kind::rows;
      const Step copy = begun ? copy_->header : feed_.take_last();
      if (begun) feed_.put_back();
      add_copy(copy, begun);
    } else {
      Step statement = feed_.take_last();
      // A table that gets a trigger or a key now has it when rows come.
      if (statement.object.type == "TRIGGER" || statement.object.type == "FK CONSTRAINT")
        with_triggers_.insert(statement.relations.begin(), statement.relations.end());
      crew_->add(job_of(std::move(statement)));
    }
  }
}

// The rows of one COPY, as jobs. BEGUN: its first ones are loaded.
void Run::add_copy(const Step& header, bool begun) {
  const auto block = ++blocks_;
  const std::size_t most =
      std::clamp<std::size_t>(options_.buffer / (2 * options_.jobs), 256 * 1024, 16 << 20);
  std::uint64_t rows = begun ? copy_->rows : 0;
  copy_.reset();
  Job* job = nullptr;
  std::size_t bytes = 0;
  bool at_row = true;
  const auto open = [&](std::uint64_t offset) {
    Job next = job_of(header);
    next.block = block;
    next.closed = false;
    next.rows_before = rows;
    next.step.offset = offset;
    job = &crew_->add(std::move(next));
    bytes = 0;
  };
  if (!begun) open(header.offset);
  while (true) {
    Step* step = next_waiting();
    if (step->kind == Step::Kind::copy_end) {
      if (job == nullptr) open(step->offset);
      crew_->close(*job, step);
      feed_.confirm(step->end);
      return;
    }
    if (is_done_ahead(*step)) {
      if (job != nullptr) crew_->close(*std::exchange(job, nullptr), nullptr);
      rows += step->rows;
      feed_.confirm(step->end);
      continue;
    }
    if (job != nullptr && at_row && bytes >= most) crew_->close(*std::exchange(job, nullptr), nullptr);
    Step mine = feed_.take_last();
    bytes += mine.text.size();
    const auto added = mine.rows;
    const bool ends_row = mine.ends_row;
    while (true) {
      if (job == nullptr) open(mine.offset);
      const auto room =
          crew_->add_rows(*job, mine, at_row ? Crew::Behind::whole_rows : Crew::Behind::part_of_one);
      if (room == Crew::Room::taken) break;
      if (room == Crew::Room::full_of_this) crew_->close(*std::exchange(job, nullptr), nullptr);
      await_crew();
    }
    rows += added;
    at_row = ends_row;
  }
}

void Run::await_crew() {
  crew_->wait_a_while();
  crew_->check();
  crew_done();
  tick();
}

void Run::crew_done() {
  crew_->check();
  if (const auto done = crew_->take_done()) {
    done_ = done->position;
    done_sha256_ = done->sha256;
    result_.line = done->line;
  }
  for (const auto& copy : crew_->take_refused())
    if (verifier_) verifier_->not_loaded(copy);
  const auto errors = crew_->errors();
  result_.errors += errors - std::exchange(crew_errors_, errors);
  if (errors > 0 && options_.on_error == RestoreOptions::OnError::stop) {
    crew_.reset();  // when all have ended
    throw Stopped();
  }
}

}  // namespace sluice
