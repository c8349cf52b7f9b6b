// A line on standard error that says how far a run is: bytes, rate, and share and time left when the size
// of the input is known.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

class Progress {
 public:
  enum class When { automatic, always, never };  // automatic: on a terminal, when the run lasts over a second

  // Throws Failure::usage.
  static When parse(std::string_view text);

  Progress(std::string tool, When when);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Called often; draws a few times a second.
  void update(std::uint64_t bytes, std::optional<std::uint64_t> total);
  // Takes the line away.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  std::string tool_;
  bool on_ = false;
  bool shown_ = false;
  Clock::time_point begin_, next_;
};

// "1.5 GiB"
std::string human_bytes(double bytes);

}  // namespace sluice
