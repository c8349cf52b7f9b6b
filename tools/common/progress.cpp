#include "tools/common/progress.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>

#include "libfilter/io/failure.hpp"

namespace sluice {

std::string human_bytes(double bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (bytes >= 1024 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits[unit]);
  return text.data();
}

Progress::When Progress::parse(std::string_view text) {
  if (text == "auto") return When::automatic;
  if (text == "always") return When::always;
  if (text == "never") return When::never;
  throw Failure(Failure::Kind::usage, "bad value for --progress: '" + std::string(text) + "'",
                "allowed: auto, always, never");
}

Progress::Progress(std::string tool, When when)
    : tool_(std::move(tool)),
      on_(when == When::always || (when == When::automatic && isatty(STDERR_FILENO) == 1)) {
  begin_ = Clock::now();
  next_ = begin_ + std::chrono::seconds(when == When::always ? 0 : 1);
}

Progress::~Progress() { clear(); }

void Progress::update(std::uint64_t bytes, std::optional<std::uint64_t> total) {
  if (!on_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(200);
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  const double rate = seconds > 0 ? static_cast<double>(bytes) / seconds : 0;
  std::string line =
      "\r" + tool_ + ": " + human_bytes(static_cast<double>(bytes)) + ", " + human_bytes(rate) + "/s";
  if (total && *total > 0 && rate > 0) {
    const double share = static_cast<double>(bytes) / static_cast<double>(*total);
    const auto left = static_cast<long>((static_cast<double>(*total) - static_cast<double>(bytes)) / rate);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), ", %.0f %%, %ld:%02ld left", share * 100, left / 60, left % 60);
    line += text.data();
  }
  line += "\033[K";
  std::fwrite(line.data(), 1, line.size(), stderr);
  shown_ = true;
}

void Progress::clear() {
  if (shown_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

}  // namespace sluice
