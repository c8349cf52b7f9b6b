// A Script that is read in a thread of its own, ahead of whoever carries its steps out.
//
// The steps wait in a queue that is bounded in bytes, so that a fast reader does not fill the memory while
// the server works; what is bounded is their texts and all that comes with them, and one step is let in
// whatever its size. A failure comes behind the steps before it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "libfilter/io/descriptor.hpp"
#include "libfilter/io/source.hpp"
#include "libfilter/restore/script.hpp"

namespace sluice {

class ReadAhead {
 public:
  static constexpr std::size_t kBytes = 512 * 1024;

  // Owns SOURCE, which stands at POINT if there is one, and of which nothing else has been read. Throws
  // Failure::io when the system has no descriptor or no thread left.
  ReadAhead(Source source, const Script::Options& options, std::size_t bytes = kBytes,
            std::optional<ResumePoint> point = std::nullopt);
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  // Ends the thread at once, whatever it waits for.
  ~ReadAhead();

  // As Script::next(): waits for the next step, and throws the Script's failure in its place.
  Step next();
  // Nothing: no step is at hand yet.
  std::optional<Step> try_next();

  // For poll(2): readable while next() would not wait. Nobody reads from it.
  int fd() const { return ready_.get(); }

  const std::string& name() const { return source_.name(); }
  std::uint64_t bytes_read() const { return source_.bytes_read(); }
  std::optional<std::uint64_t> bytes_total() const { return source_.bytes_total(); }

  // Script::restrict_open(), when the last step was given.
  bool restrict_open() const;

 private:
  void run();
  bool push(Step step);
  std::optional<Step> take(std::unique_lock<std::mutex>& lock);

  Source source_;
  const Script::Options options_;
  const std::size_t most_;
  const std::optional<ResumePoint> point_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Step> queue_;
  std::size_t bytes_ = 0;  // of the queue
  bool ended_ = false;     // the thread adds no more
  bool unwanted_ = false;
  bool restrict_open_ = false;
  std::exception_ptr failure_;  // at the end
  Descriptor ready_;
  std::thread thread_;
};

}  // namespace sluice
