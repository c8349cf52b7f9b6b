// One run of restore(): its state, and its parts.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libfilter/restore/crew.hpp"
#include "libfilter/restore/read_ahead.hpp"
#include "libfilter/restore/restore.hpp"

namespace sluice {

class Run {
 public:
  Run(Source source, const RestoreOptions& options, Observer& observer);
  ~Run();

  RestoreResult go();

 private:
  using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

  // A COPY that is being loaded.
  struct Copy {
    Step header;
    std::uint64_t rows = 0;     // committed
    std::uint64_t counted = 0;  // of these, by the server
    // Of the piece that waits for its COMMIT; end: in the input, 0 when there is none.
    std::uint64_t waiting = 0, waiting_counted = 0, waiting_end = 0;
    bool own = true;     // in transactions of ours
    bool split = true;   // more than one
    bool asked = false;  // the server was asked whether it may be split
    std::chrono::steady_clock::time_point begun;
  };
  // The open transaction of a piece, which waits for its COMMIT.
  struct Pending {
    JournalRow to;
    const Step* step = nullptr;  // its last one, kept by the feed
  };
  // The rows of a piece that was refused.
  struct Piece {
    std::string bytes;
    std::uint64_t offset = 0, line = 0;
    std::uint64_t before = 0;  // rows of the COPY before it
  };

  // One of them that is not loaded.
  struct Rejected {
    Incident incident;
    std::string bytes;
  };

  // Where they begin in it, and the end; and their lines.
  struct Rows {
    std::vector<std::size_t> begins;
    std::vector<std::uint64_t> lines;
    std::string_view between(const Piece& piece, std::size_t from, std::size_t to) const {
      return std::string_view(piece.bytes).substr(begins[from], begins[to] - begins[from]);
    }
  };

  // --- beginning, databases, the end (run_journal.cpp)
  void open();
  void refuse_poolers();
  void take_lock(Journal& journal);
  void follow(JournalRow& row);
  void check_place(const JournalRow& row, const std::pair<std::string, std::string>& here) const;
  void keep_journal();
  void read_from(const JournalRow* row);
  void connect_to(const Step& step);
  void finish(const Step& step);
  void verify();
  void mend(const std::string& words);

  // --- statements (run.cpp)
  void serial();
  bool take(Step& step);
  void statement(Step& step);
  void alone(Step& step);
  void as_query(Step& step);
  bool drain();
  void settle();
  void landed(const Flight& flight);
  void failed(const Flight& flight);
  void repair();
  void move_to(const Step& step);
  void tick();
  void wait_for_step();
  Step shown(Step step);
  Step* next_waiting();
  bool skipped(Step& step);
  bool is_foreign_journal(const Step& step);
  bool is_done_ahead(const Step& step) const;
  bool in_transaction(const Step& step) const { return options_.single_transaction || step.in_transaction; }
  std::optional<Lane::Guard> guard(const Step& step);
  JournalRow behind(const Step& step) const;
  Observer::Weight tell(const Incident& incident);
  void stop_unless_harmless(Observer::Weight weight) const;

  // --- COPY (run_copy.cpp)
  void copy(Step& first);
  void pieces();
  std::string begin_piece_sql() const;
  bool begin_piece();
  void copy_committed();
  void header_refused(const ServerError& error);
  void piece_refused(const ServerError& error, std::uint64_t begin);
  void commit_refused(const ServerError& error);
  Observer::Weight pass_over(Incident& incident);
  void read_over(Incident& incident);
  void salvage(const Piece& piece, const ServerError& error);
  void sieve(const Piece& piece, const Rows& rows, std::size_t from, std::size_t to,
             std::optional<ServerError> error);
  std::optional<ServerError> try_rows(std::string_view rows);
  void reject(const Piece& piece, const Rows& rows, std::size_t row, const ServerError& error);
  void tell_rejected();
  Piece piece_from(std::uint64_t begin) const;
  Incident incident_of(const Step& step, const ServerError& error) const;

  // --- several lanes (run_lanes.cpp)
  void side_by_side();
  void read_jobs();
  void add_copy(const Step& header, bool begun);
  bool fits(const Step& step) const;
  Job job_of(Step step);
  void learn_relations();
  void await_crew();
  void crew_done();

  std::optional<Source> source_;  // until somebody reads it
  const std::string name_;
  const RestoreOptions& options_;
  LockedObserver observer_;
  RestoreResult result_;

  Lane lane_;
  std::unique_ptr<ReadAhead> ahead_;
  Feed feed_;

  std::optional<JournalRow>
      journal_;              // as it is in the present database, but for its position; none: no journal
  std::uint64_t chain_ = 0;  // where the journal will be when all flights have landed
  std::uint64_t done_ = 0;   // the input up to here is done, for sure
  std::string done_sha256_;
  std::string resume_point_;  // where a later run may begin to read, at or before the present step
  Ranges ahead_ranges_;       // done by an earlier run, behind `done_`
  bool passing_over_ = false, journal_passed_over_ = false;  // of a journal in the dump
  bool reading_again_ = false;       // steps are passed over that an earlier run has done
  std::set<std::string> databases_;  // with a journal of this run

  bool transaction_failed_ = false;
  bool ending_ = false;  // the journal was told that the run has finished, or the last COMMIT was sent
  std::optional<std::uint64_t> repair_;  // the journal has to be moved here: what stands before was harmless
  std::optional<Copy> copy_;
  std::optional<Pending> pending_;
  std::optional<Copy> committing_;  // the COPY whose last piece waits for its COMMIT to land
  Rejects rejects_;
  std::vector<Rejected> rejected_;  // by the piece that waits for its COMMIT
  std::optional<Verifier> verifier_;

  JournalRow first_row_;        // with which this run began
  std::string first_database_;  // that of the command line, by its name
  bool replay_due_ = false;     // the session is new: the next step needs its settings

  std::unique_ptr<Crew> crew_;
  std::uint64_t blocks_ = 0;
  std::set<std::string> with_triggers_;                 // relations, and those that are no plain tables
  std::map<std::string, std::set<std::string>> above_;  // the parents of partitions and of heirs
  std::uint64_t crew_errors_ = 0;
  std::optional<std::uint64_t> in_order_at_;  // the COPY here has to be loaded in the dump's order

  std::uint64_t mended_at_ = 0;
  int losses_ = 0;                            // since the run came further
  std::atomic<std::uint64_t> said_line_ = 0;  // what the server says meanwhile is about this line
};

}  // namespace sluice
