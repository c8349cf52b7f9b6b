// Who wants to know what a restore does. Calls come from the thread that runs the restore, or from one of its
// lanes' with a lock held, so that none overlaps another; none may take long.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/server_error.hpp"
#include "libfilter/pg/server_facts.hpp"
#include "libfilter/restore/incident.hpp"
#include "libfilter/restore/step.hpp"

namespace sluice {

class Observer {
 public:
  virtual ~Observer() = default;

  // What an error counts for: harmless ones were expected (--ignore), and the run goes on.
  enum class Weight : std::uint8_t { error, harmless };
  virtual Weight incident(const Incident& incident) = 0;

  // A row that went into the file of --rejects.
  virtual void rejected(const Incident& incident) = 0;

  // A lane (0 is the first connection) works on a statement or a COPY, has loaded rows of it, or is done with
  // it. Of statements in a pipeline, done() alone is called. A COPY is done when its last row is committed.
  virtual void begun(int lane, const Step& step) = 0;
  virtual void loaded(int lane, std::uint64_t rows, std::uint64_t bytes) = 0;
  virtual void done(int lane, const Step& step, double seconds, std::uint64_t rows) = 0;

  virtual void connected(int lane, int pid, const ServerFacts& facts) = 0;
  // A connection was lost, and there is a new one.
  virtual void mended(int lane, const std::string& words, int tries) = 0;
  // A WARNING or NOTICE of the server, about what stands at this line.
  virtual void server_said(const ServerError& words, std::uint64_t line) = 0;
  virtual void note(const std::string& text) = 0;
  virtual void warning(const Notice& notice) = 0;
  // The run goes on, but cannot be gone on with.
  virtual void without_journal(const Notice& why) { warning(why); }

  // Bytes read of the input so far (compressed ones, when it is compressed), and of how many, where that is
  // known.
  virtual void reading(std::uint64_t bytes, std::optional<std::uint64_t> total) = 0;
  // Called several times a second.
  virtual void tick() = 0;
};

// For several threads: passes on one call at a time.
class LockedObserver : public Observer {
 public:
  explicit LockedObserver(Observer& to) : to_(to) {}

  Weight incident(const Incident& incident) override {
    const std::lock_guard lock(mutex_);
    return to_.incident(incident);
  }
  void rejected(const Incident& incident) override {
    const std::lock_guard lock(mutex_);
    to_.rejected(incident);
  }
  void begun(int lane, const Step& step) override {
    const std::lock_guard lock(mutex_);
    to_.begun(lane, step);
  }
  void loaded(int lane, std::uint64_t rows, std::uint64_t bytes) override {
    const std::lock_guard lock(mutex_);
    to_.loaded(lane, rows, bytes);
  }
  void done(int lane, const Step& step, double seconds, std::uint64_t rows) override {
    const std::lock_guard lock(mutex_);
    to_.done(lane, step, seconds, rows);
  }
  void connected(int lane, int pid, const ServerFacts& facts) override {
    const std::lock_guard lock(mutex_);
    to_.connected(lane, pid, facts);
  }
  void mended(int lane, const std::string& words, int tries) override {
    const std::lock_guard lock(mutex_);
    to_.mended(lane, words, tries);
  }
  void server_said(const ServerError& words, std::uint64_t line) override {
    const std::lock_guard lock(mutex_);
    to_.server_said(words, line);
  }
  void note(const std::string& text) override {
    const std::lock_guard lock(mutex_);
    to_.note(text);
  }
  void warning(const Notice& notice) override {
    const std::lock_guard lock(mutex_);
    to_.warning(notice);
  }
  void without_journal(const Notice& why) override {
    const std::lock_guard lock(mutex_);
    to_.without_journal(why);
  }
  void reading(std::uint64_t bytes, std::optional<std::uint64_t> total) override {
    const std::lock_guard lock(mutex_);
    to_.reading(bytes, total);
  }
  void tick() override {
    const std::lock_guard lock(mutex_);
    to_.tick();
  }

 private:
  Observer& to_;
  std::mutex mutex_;
};

}  // namespace sluice
