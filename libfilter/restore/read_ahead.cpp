#include "libfilter/restore/read_ahead.hpp"

#include <sys/eventfd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "libfilter/io/worker_thread.hpp"

namespace sluice {
namespace {

// What a step takes: its texts, and about as much again as short ones are.
std::size_t size_of(const Step& step) {
  constexpr std::size_t kRest = 512;
  return sizeof step + step.text.size() + step.resume_point.size() + kRest;
}

}  // namespace

ReadAhead::ReadAhead(Source source, const Script::Options& options, std::size_t bytes,
                     std::optional<ResumePoint> point)
    : source_(std::move(source)),
      options_(options),
      most_(bytes),
      point_(std::move(point)),
      ready_(Descriptor::adopt(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  if (!ready_) throw io_failure("cannot wait for " + source_.name(), errno);
  source_.allow_interrupt();
  const SignalsStayHere signals;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    throw io_failure("cannot start a thread to read " + source_.name(), error.code().value());
  }
}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    unwanted_ = true;
  }
  changed_.notify_all();
  source_.interrupt();
  thread_.join();
}

void ReadAhead::run() {
  std::exception_ptr failure;
  try {
    Script script = point_ ? Script(source_, options_, *point_) : Script(source_, options_);
    for (bool more = true; more;) {
      Step step = script.next();
      more = step.kind != Step::Kind::end;
      if (!more) {
        const std::lock_guard lock(mutex_);
        restrict_open_ = script.restrict_open();
      }
      if (!push(std::move(step))) break;
    }
  } catch (const Interrupt::Raised&) {
    // Nobody waits for what would come.
  } catch (...) {
    failure = std::current_exception();
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    failure_ = std::move(failure);
    if (failure_ && queue_.empty()) static_cast<void>(eventfd_write(ready_.get(), 1));
  }
  changed_.notify_all();
}

// False: nobody wants it.
bool ReadAhead::push(Step step) {
  const std::size_t size = size_of(step);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return unwanted_ || queue_.empty() || bytes_ + size <= most_; });
    if (unwanted_) return false;
    if (queue_.empty()) static_cast<void>(eventfd_write(ready_.get(), 1));
    bytes_ += size;
    queue_.push_back(std::move(step));
  }
  changed_.notify_all();
  return true;
}

std::optional<Step> ReadAhead::take(std::unique_lock<std::mutex>& lock) {
  if (queue_.empty()) {
    if (failure_) std::rethrow_exception(failure_);
    if (ended_) throw std::logic_error("the last step was given");
    return std::nullopt;
  }
  std::optional<Step> step = std::move(queue_.front());
  queue_.pop_front();
  bytes_ -= size_of(*step);
  // The failure behind the last step keeps it readable.
  if (queue_.empty() && !failure_) {
    eventfd_t count = 0;
    static_cast<void>(eventfd_read(ready_.get(), &count));
  }
  lock.unlock();
  changed_.notify_all();
  return step;
}

Step ReadAhead::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ || !queue_.empty(); });
  return std::move(*take(lock));
}

std::optional<Step> ReadAhead::try_next() {
  std::unique_lock lock(mutex_);
  return take(lock);
}

bool ReadAhead::restrict_open() const {
  const std::lock_guard lock(mutex_);
  return restrict_open_;
}

}  // namespace sluice
