// How a decoder gets ahead.
//
// Decoding is most of the work on a compressed dump, and the filter can do its own meanwhile. The thread
// decodes into a ring of bytes; read() copies from there into the Source's window, which is cheap beside
// decoding and lets the window stay contiguous. What one call of the decoder yields is given on at once, so
// that a slow pipe's bytes do not wait for a full buffer; the thread goes on when a good part of the ring is
// free, lest the two run in lockstep over crumbs.
//
// The two share two counters and an end under one mutex. The bytes between the counters are the reader's, the
// others the thread's, and are touched without it.
#include "libfilter/io/decoding_thread.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace sluice {

namespace {

constexpr std::size_t kStep = 64 * 1024;  // free bytes worth waking up for

class DecodingThread final : public Decoder {
 public:
  DecodingThread(std::unique_ptr<Decoder> inner, const Interrupt& interrupt)
      : inner_(std::move(inner)), interrupt_(interrupt) {}
  DecodingThread(const DecodingThread&) = delete;
  DecodingThread& operator=(const DecodingThread&) = delete;
  ~DecodingThread() override;

  std::size_t read(char* to, std::size_t n) override;

 private:
  enum class Stage { too_early, running, never };

  std::size_t read_inline(char* to, std::size_t n);
  void start();
  void run();
  bool decode_some();

  std::unique_ptr<Decoder> inner_;
  const Interrupt& interrupt_;
  Stage stage_ = Stage::too_early;
  std::size_t decoded_inline_ = 0;

  std::vector<char> ring_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Of all bytes, those decoded and those given out; where they stand is their number modulo kAhead.
  std::uint64_t made_ = 0;
  std::uint64_t given_ = 0;
  bool ended_ = false;
  bool unwanted_ = false;
  std::exception_ptr failure_;  // at the end
  std::thread thread_;
};

DecodingThread::~DecodingThread() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    unwanted_ = true;
  }
  changed_.notify_one();
  interrupt_.raise();
  thread_.join();
}

std::size_t DecodingThread::read(char* to, std::size_t n) {
  if (stage_ == Stage::too_early && decoded_inline_ >= kInline) start();
  if (stage_ != Stage::running) return read_inline(to, n);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return made_ > given_ || ended_; });
  const auto got = static_cast<std::size_t>(std::min<std::uint64_t>(n, made_ - given_));
  if (got == 0) {
    if (failure_) std::rethrow_exception(failure_);
    return 0;
  }
  const auto at = static_cast<std::size_t>(given_ % kAhead);
  lock.unlock();
  const std::size_t first = std::min(got, kAhead - at);
  std::memcpy(to, ring_.data() + at, first);
  std::memcpy(to + first, ring_.data(), got - first);
  lock.lock();
  given_ += got;
  lock.unlock();
  changed_.notify_one();
  return got;
}

std::size_t DecodingThread::read_inline(char* to, std::size_t n) {
  const std::size_t got = inner_->read(to, n);
  decoded_inline_ += got;
  return got;
}

void DecodingThread::start() {
  stage_ = Stage::never;
  if (!interrupt_) return;
  ring_.resize(kAhead);
  const SignalsStayHere signals;
  try {
    thread_ = std::thread([this] { run(); });
    stage_ = Stage::running;
  } catch (const std::system_error&) {
    ring_ = {};
  }
}

void DecodingThread::run() {
  std::exception_ptr failure;
  try {
    while (decode_some()) {
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
  }
  changed_.notify_one();
}

// False: there is no more, or nobody wants it.
bool DecodingThread::decode_some() {
  std::size_t at = 0;
  std::size_t room = 0;
  {
    std::unique_lock lock(mutex_);
    const auto free = [&] { return kAhead - static_cast<std::size_t>(made_ - given_); };
    changed_.wait(lock, [&] { return free() >= kStep || unwanted_; });
    if (unwanted_) return false;
    at = static_cast<std::size_t>(made_ % kAhead);
    room = std::min({free(), kAhead - at, kStep});
  }
  const std::size_t got = inner_->read(ring_.data() + at, room);
  if (got == 0) return false;
  {
    const std::lock_guard lock(mutex_);
    made_ += got;
  }
  changed_.notify_one();
  return true;
}

}  // namespace

std::unique_ptr<Decoder> decode_ahead(std::unique_ptr<Decoder> inner, const Interrupt& interrupt) {
  return std::make_unique<DecodingThread>(std::move(inner), interrupt);
}

}  // namespace sluice
