// A dump into a server: in its order, exactly once, as fast as the line allows.
//
// Statements fly in a pipeline, each behind a guard that moves the journal's row from the position before to
// the one behind it, in one transaction with the statement. So a statement that fails keeps those behind it
// from running although they are under way, and a statement that may have been done is never sent again
// before the journal was asked. COPY goes out in pieces, each with the journal's move in its transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libfilter/io/source.hpp"
#include "libfilter/restore/feed.hpp"
#include "libfilter/restore/journal.hpp"
#include "libfilter/restore/lane.hpp"
#include "libfilter/restore/observer.hpp"
#include "libfilter/restore/rejects.hpp"
#include "libfilter/restore/script.hpp"
#include "libfilter/restore/verify.hpp"

namespace sluice {

struct RestoreOptions {
  Dial dial;
  unsigned jobs = 1;
  bool single_transaction = false;
  enum class OnError : std::uint8_t { stop, go_on } on_error = OnError::stop;
  bool expects_harmless_errors = false;  // some errors may be said to be harmless
  enum class InDoubt : std::uint8_t { ask, run, skip } in_doubt = InDoubt::ask;
  bool resume = false;
  std::optional<Verifier::Method> verify;  // compares the tables with the dump; all of it is read for that
  int retries = 5;
  bool journal_is_needed = false;  // --resume or --retries was asked for
  std::string rejects;             // a file, or empty
  std::size_t max_statement = 1024 * 1024;
  std::size_t buffer = 64 * 1024 * 1024;  // bytes of rows under way, with several lanes
  std::size_t piece = 32 * 1024 * 1024;   // bytes of rows in one transaction, about
};

struct RestoreResult {
  bool finished = false;                                           // the end of the input was reached
  bool nothing_left = false;                                       // an earlier run had finished
  std::uint64_t errors = 0;                                        // that were not harmless
  std::uint64_t position = 0;                                      // bytes of the input that are done
  std::uint64_t line = 0;                                          // the first line that is not
  std::string sha256;                                              // of what is done
  std::uint64_t rejected = 0;                                      // rows
  std::optional<std::pair<std::uint64_t, std::uint64_t>> resumed;  // offset and line
  bool journal = false;
  std::vector<RunReport::Verified> verified;
};

// Runs SOURCE into the server. Throws Failure (usage, unsound_input, io, server); errors of SQL are told to
// OBSERVER and counted.
RestoreResult restore(Source source, const RestoreOptions& options, Observer& observer);

// Removes what the run of the database of DIAL's settings has left, there and in the other databases that it
// went to. Their names.
std::vector<std::string> forget_runs(const Dial& dial);

}  // namespace sluice
