// Lanes that work side by side (-j): each in a thread of its own, on jobs that have nothing to do with each
// other.
//
// A job is a statement, or a piece of a COPY's rows. It may begin when no job before it that is not done
// shares a relation with it; pieces of one COPY share theirs and do not mind. A job is done in one
// transaction, together with its entry in the journal of what is done ahead of the journal's position. When
// its connection is lost, the journal is asked, and the job is done again if it has to be.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "libfilter/restore/lane.hpp"
#include "libfilter/restore/observer.hpp"

namespace sluice {

struct Job {
  Step step;                      // a statement or a COPY; its extent is that of what the job does
  std::uint64_t block = 0;        // of a COPY's pieces: the same for all of them; 0: no COPY
  std::uint64_t rows_before = 0;  // of the COPY
  std::set<std::string> own;      // relations that it works on
  std::set<std::string> shared;   // those above them: partitioned tables, parents
  std::string sha256;             // of the input up to its end

  // COPY rows: added by add_rows() until close().
  std::deque<Step> rows;
  std::size_t bytes = 0;  // of them, in memory
  bool closed = true;
  bool forgets = false;  // rows that were sent are not kept: one of them is longer than there is room for

  enum class State : std::uint8_t { waiting, running, done };
  State state = State::waiting;
};

class Crew {
 public:
  struct Terms {
    Dial dial;
    std::string database;
    std::string holder;  // Journal row's: that of this run
    bool journal = true;
    int retries = 5;
    std::uint64_t position = 0;  // the journal's; set by begin()
    bool stop_at_errors = true;
    std::size_t buffer = 64 * 1024 * 1024;  // bytes of rows in all jobs
  };

  // FIRST is lane 0, which is open; it is the crew's between begin() and idle(). OBSERVER may be called by
  // several threads.
  Crew(Lane& first, unsigned lanes, Terms terms, Observer& observer);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  // Ends what is under way: the server is asked to stop it.
  ~Crew();

  // In the order of the input. The job stays where it is until it is done.
  Job& add(Job job);
  // BEHIND: how the rows that the job has so far end. FULL_OF_THIS: there is room when this job is closed and
  // done. A row that is longer than the room goes through in pieces: then its job cannot be done again.
  enum class Room : std::uint8_t { taken, none, full_of_this };
  enum class Behind : std::uint8_t { whole_rows, part_of_one };
  Room add_rows(Job& job, Step& rows, Behind behind);
  // No more rows. END: the COPY's end is part of the job.
  void close(Job& job, const Step* end);
  // Lane 0 is the crew's from here on, in a session that it knows nothing of. The journal is at POSITION.
  void begin(std::uint64_t position);

  // Lane 0 was lost when the crew was idle, with the journal where it was or moved on.
  void mend_first(const std::string& words, int losses);

  // Room for rows, a job that ended, or a short while.
  void wait_a_while();
  // All jobs are done.
  bool idle();
  // Those that are not.
  std::size_t jobs();
  // Errors that were not harmless so far.
  std::uint64_t errors();
  // The COPYs that were refused since the last call.
  std::vector<Step> take_refused();
  // Takes the jobs that are done off the front of the list: what they did is done up to there. The end, and
  // the SHA-256 of the input up to it; nothing when there is none.
  struct Done {
    std::uint64_t position;
    std::string sha256;
    std::uint64_t line;
  };
  std::optional<Done> take_done();
  // Rethrows what ended a lane: Failure.
  void check();
  // Ends what is under way, and takes no more jobs.
  void stop();

 private:
  struct Worker {
    std::unique_ptr<Lane> own;
    Lane* lane = nullptr;
    std::shared_ptr<const SessionState> session;  // that its session is in
    std::optional<Wire::Cancel> cancel;
    std::thread thread;
  };

  void work(Worker& worker);
  Job* next_job();
  void do_job(Worker& worker, Job& job);
  // False: it was not wanted any more.
  bool attempt(Worker& worker, Job& job, std::uint64_t& counted);
  void mend(Worker& worker, const Job& job, const std::string& words, int losses);
  void prepare(Worker& worker, const Job& job);
  bool load(Worker& worker, Job& job, std::uint64_t& counted);
  std::string record(const Worker& worker, const Job& job) const;
  void cancel();
  bool can_be_done_again(const Job& job);
  bool recorded(Worker& worker, const Job& job);
  bool lost_commits(Worker& worker, const JournalRow& row);
  void told(const Job& job, const ServerError& error);
  void forget_rows(Job& job);
  void finished(Job& job);

  Terms terms_;
  Observer& observer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Job> jobs_;
  std::size_t bytes_ = 0;
  std::set<std::uint64_t> refused_;  // blocks of which a piece was refused: the others are passed over
  std::vector<Step> refused_copies_;
  std::vector<std::uint64_t> recorded_;  // where the jobs begin that the journal holds since begin()
  std::uint64_t errors_ = 0;
  unsigned working_ = 0;  // lanes that are at a job
  bool stopping_ = false;
  std::exception_ptr failure_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace sluice
