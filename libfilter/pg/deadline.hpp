// A moment by which something has to be over, or never.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace sluice {

class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  static Deadline in(std::chrono::milliseconds time) { return Deadline(Clock::now() + time); }
  static Deadline never() { return Deadline(Clock::time_point::max()); }

  Deadline or_before(const Deadline& other) const { return Deadline(std::min(at_, other.at_)); }
  // Asked beside poll(), which finds something to read for as long as the other side floods.
  bool passed() const { return Clock::now() >= at_; }
  bool is_never() const { return at_ == Clock::time_point::max(); }
  Clock::time_point at() const { return at_; }
  // For poll(): -1 is never; rounded up, so that it has passed when poll comes back, and an hour at most, for
  // poll counts in an int.
  int for_poll() const {
    if (is_never()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
  }

 private:
  explicit Deadline(Clock::time_point at) : at_(at) {}
  Clock::time_point at_;
};

}  // namespace sluice
