// The journal: what a run leaves on the server so that it can be gone on with, exactly where it stopped.
//
// It is the table pgsluice.run, of one row, in each database that the dump goes to. The row moves on in the
// same transaction as what it tells of. With several connections, pieces that are done ahead of the row's
// position stand in pgsluice.done, each put there by the transaction that did it. While a run is at work its
// sessions hold an advisory lock (shared), which says that the journal may still change.
//
// A run whose dump goes to several databases leaves, in the one that it goes away from, where it went: a
// later run follows that way from the database of the command line. A row is older than the step that led
// to its database when its position is less; then nothing of what follows was done there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libfilter/restore/wire.hpp"

namespace sluice {

struct JournalRow {
  std::string run;                      // a random name, the same in all databases
  std::string holder;                   // the process that goes on with it: a random name, new each time
  std::string input;                    // the dump's name, for people
  std::string identity;                 // of a regular file: device, inode, size, time of change; or empty
  std::string system, database;         // the cluster's system identifier, or empty; the database's oid
  std::string state = "running";        // "running", "left", "finished"
  std::string next_database;            // of "left"
  std::uint64_t position = 0;           // bytes of the input, decompressed, of which all is done
  std::string sha256;                   // of these bytes
  std::string resume_point;             // ResumePoint::text(), at or before the position
  std::uint64_t rejected = 0;           // bytes of the file of --rejects that belong to what is done
  std::optional<std::uint64_t> intent;  // offset of a statement that may have been done, or not
  std::string intent_before;            // what the catalog said of its object before
};

class Journal {
 public:
  explicit Journal(Wire& wire) : wire_(wire) {}

  // The row, if there is one in this database.
  std::optional<JournalRow> look();
  // The pieces that are done ahead of the position, [first, end), in order.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> done_ahead();

  // False: this user may not create it here.
  bool create();
  // In the place of the row that is there. Pieces ahead of its position stay when they are of the same run.
  void write(const JournalRow& row);
  // Removes the schema. False: there is none.
  bool remove();

  // The system identifier (empty where the server does not tell) and the oid of this database.
  std::pair<std::string, std::string> where();

  // --- the lock. Of one database; session-level.
  // Takes it alone: nobody else is at work. The processes that hold it otherwise.
  bool lock_alone();
  std::vector<int> holders();
  void share();  // from alone to shared, or from nothing to shared
  // Asks the server to end these processes. Those of other users stay.
  void terminate(const std::vector<int>& pids);
  // Those of PIDS that still are there.
  std::vector<int> still_there(const std::vector<int>& pids);

  // --- the guard: one command that moves the row on from a position, or fails when it is not there. See
  // also guard_of_session(), for runs without a journal.
  static constexpr const char* kMove = "pgsluice_move";
  // FROM: nothing is from wherever it is.
  static std::vector<std::optional<std::string>> move_parameters(std::optional<std::uint64_t> from,
                                                                 const JournalRow& to);
  void prepare_move();
  // The same as text; and what a lane adds for a piece ahead of the position.
  static std::string move_text(const JournalRow& to);
  static std::string done_text(std::uint64_t first, std::uint64_t end);
  // The row's position is behind all pieces that end before it.
  static std::string forget_done_text(std::uint64_t position);

 private:
  Wire& wire_;
};

// Without a journal, a setting of the session does the guard's work: it goes back with its transaction.
std::string session_guard(std::optional<std::uint64_t> from, std::uint64_t to);
// Whether an error is that of a guard whose row was not where it should be.
bool is_guard_error(const ServerError& error);

}  // namespace sluice
