// How far a restore is: a line on a terminal, with several connections one more for each, drawn a few times
// a second; and a line when SIGUSR1 asks for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/common/progress.hpp"

namespace sluice {

struct ProgressState {
  std::uint64_t bytes = 0;             // of the input, that have been restored
  std::optional<std::uint64_t> total;  // its size, when it is known
  std::uint64_t rows = 0;
  std::string phase;  // "pre-data", "data", "post-data", or empty
  std::string what;   // the table or other object in work, as it is named; or empty
  struct Lane {
    int pid = 0;       // of the server's process
    std::string what;  // "COPY public.t", "CREATE INDEX i"; empty: nothing to do
    std::uint64_t rows = 0, bytes = 0;
    double seconds = 0;  // since it began
  };
  std::vector<Lane> lanes;  // shown when there are two or more
};

// "1.5 GiB of 6.0 GiB (25 %), 51.2 MiB/s, 1,234,567 rows, data: public.t, 1:28 left"; SINCE: the bytes that
// were there when the run began (--resume), SECONDS ago.
std::string progress_text(const ProgressState& state, std::uint64_t since, double seconds);

// The whole picture, no line wider than COLUMNS, at most LINES of them (at least one). The first begins with
// the program's name.
std::vector<std::string> progress_picture(const std::string& tool, const ProgressState& state,
                                          std::uint64_t since, double seconds, std::size_t columns,
                                          std::size_t lines);

class RestoreProgress {
 public:
  // SINCE: bytes of the input that an earlier run has done.
  RestoreProgress(std::string tool, Progress::When when, std::uint64_t since = 0);
  ~RestoreProgress();
  RestoreProgress(const RestoreProgress&) = delete;
  RestoreProgress& operator=(const RestoreProgress&) = delete;

  // Whether update() would draw, or SIGUSR1 has asked: the state is costly to gather. Cheap.
  bool due() const;
  // Draws when it is time to, and answers SIGUSR1.
  void update(const ProgressState& state);
  // Takes the picture away: to be called before anything else is written to standard error.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }
  void draw(const ProgressState& state);

  std::string tool_;
  std::uint64_t since_;
  bool on_;
  std::size_t drawn_ = 0;  // lines on the terminal now
  Clock::time_point begin_, next_;
};

// From now on SIGUSR1 sets a flag, which RestoreProgress looks at, and interrupts no system call for longer
// than it takes to do so.
void catch_progress_signal();

// SIGINT and SIGTERM, where they are not ignored, take the picture away and say TEXT, whole lines, before
// they end the process.
void catch_interrupts(const std::string& text);

}  // namespace sluice
