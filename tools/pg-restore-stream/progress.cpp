#include "tools/pg-restore-stream/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>

#include "libfilter/io/failure.hpp"
#include "libfilter/restore/terminal_text.hpp"

namespace sluice {

namespace {

volatile std::sig_atomic_t asked = 0;

extern "C" void ask_for_progress(int) { asked = 1; }

// For a signal's handler, which may call next to nothing.
volatile std::sig_atomic_t lines_drawn = 0;
std::string last_words;

extern "C" void say_last_words(int signal) {
  const auto put = [](const char* text, std::size_t size) {
    static_cast<void>(!write(STDERR_FILENO, text, size));
  };
  if (lines_drawn > 0) put("\r", 1);
  for (int i = 1; i < lines_drawn; ++i) put("\033[A", 3);
  if (lines_drawn > 0) put("\033[J", 3);
  put(last_words.data(), last_words.size());
  raise(signal);  // SA_RESETHAND: by its default now, behind this handler
}

// "1,234,567"
std::string grouped(std::uint64_t value) {
  std::string out = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > 0; at -= 3)
    out.insert(static_cast<std::size_t>(at), 1, ',');
  return out;
}

std::string bytes_text(std::uint64_t bytes) { return human_bytes(static_cast<double>(bytes)); }

// "1:28", "2:01:28"
std::string duration(double seconds) {
  const auto whole = static_cast<long>(seconds);
  std::array<char, 48> text{};
  if (whole < 3600)
    std::snprintf(text.data(), text.size(), "%ld:%02ld", whole / 60, whole % 60);
  else
    std::snprintf(text.data(), text.size(), "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  return text.data();
}

std::string lane_text(const ProgressState::Lane& lane) {
  std::string text = "  " + std::to_string(lane.pid) + ": ";
  if (lane.what.empty()) return text + "waits";
  text += printable(lane.what);
  if (lane.rows > 0) text += ", " + grouped(lane.rows) + " rows";
  if (lane.bytes > 0) text += ", " + bytes_text(lane.bytes);
  return text + ", " + duration(lane.seconds);
}

struct Size {
  std::size_t columns = 80, lines = 24;
};

Size terminal_size() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

void write_out(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace

std::string progress_text(const ProgressState& state, std::uint64_t since, double seconds) {
  const auto fresh = static_cast<double>(state.bytes - std::min(since, state.bytes));
  const double rate = seconds > 0 ? fresh / seconds : 0;
  std::string text = bytes_text(state.bytes);
  const bool sized = state.total && *state.total > 0;
  if (sized)
    text += " of " + bytes_text(*state.total) + " (" +
            std::to_string(static_cast<int>(100 * static_cast<double>(std::min(state.bytes, *state.total)) /
                                            static_cast<double>(*state.total))) +
            " %)";
  text += ", " + human_bytes(rate) + "/s";
  if (state.rows > 0) text += ", " + grouped(state.rows) + (state.rows == 1 ? " row" : " rows");
  if (!state.phase.empty()) text += ", " + printable(state.phase);
  if (!state.what.empty()) text += (state.phase.empty() ? ", " : ": ") + printable(state.what);
  // Indexes take their time, of which bytes tell nothing.
  if (sized && rate > 0 && state.phase != "post-data" && *state.total > state.bytes)
    text += ", " + duration(static_cast<double>(*state.total - state.bytes) / rate) + " left";
  return text;
}

std::vector<std::string> progress_picture(const std::string& tool, const ProgressState& state,
                                          std::uint64_t since, double seconds, std::size_t columns,
                                          std::size_t lines) {
  std::vector<std::string> picture = {
      cut_to_columns(tool + ": " + progress_text(state, since, seconds), columns)};
  if (state.lanes.size() < 2) return picture;
  const auto room = lines > 1 ? lines - 1 : 0;
  const bool all = state.lanes.size() <= room;
  const auto shown = all ? state.lanes.size() : room > 0 ? room - 1 : 0;
  for (std::size_t i = 0; i < shown; ++i)
    picture.push_back(cut_to_columns(lane_text(state.lanes[i]), columns));
  if (!all && room > 0)
    picture.push_back(
        cut_to_columns("  and " + std::to_string(state.lanes.size() - shown) + " more", columns));
  return picture;
}

RestoreProgress::RestoreProgress(std::string tool, Progress::When when, std::uint64_t since)
    : tool_(std::move(tool)),
      since_(since),
      on_(when == Progress::When::always ||
          (when == Progress::When::automatic && isatty(STDERR_FILENO) == 1)) {
  begin_ = Clock::now();
  next_ = begin_ + std::chrono::seconds(when == Progress::When::always ? 0 : 1);
}

RestoreProgress::~RestoreProgress() { clear(); }

bool RestoreProgress::due() const { return asked != 0 || (on_ && Clock::now() >= next_); }

void RestoreProgress::update(const ProgressState& state) {
  if (asked != 0) {
    asked = 0;
    clear();
    write_out(tool_ + ": note: " + progress_text(state, since_, seconds()) + "\n");
  }
  if (!on_ || Clock::now() < next_) return;
  next_ = Clock::now() + std::chrono::milliseconds(250);
  draw(state);
}

// The cursor stays on the last line of the picture.
void RestoreProgress::draw(const ProgressState& state) {
  const auto size = terminal_size();
  const auto picture = progress_picture(tool_, state, since_, seconds(),
                                        size.columns - (size.columns > 1 ? 1 : 0), size.lines);
  std::string text = "\r";
  if (drawn_ > 1) text += "\033[" + std::to_string(drawn_ - 1) + "A";
  for (std::size_t i = 0; i < picture.size(); ++i) text += (i == 0 ? "" : "\n\r") + picture[i] + "\033[K";
  text += "\033[J";
  write_out(text);
  drawn_ = picture.size();
  lines_drawn = static_cast<int>(drawn_);
}

void RestoreProgress::clear() {
  if (drawn_ == 0) return;
  write_out("\r" + (drawn_ > 1 ? "\033[" + std::to_string(drawn_ - 1) + "A" : std::string()) + "\033[J");
  drawn_ = 0;
  lines_drawn = 0;
}

void catch_progress_signal() {
  struct sigaction action {};
  action.sa_handler = ask_for_progress;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, nullptr);
}

void catch_interrupts(const std::string& text) {
  last_words = text;
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction action {};
    sigaction(signal, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = say_last_words;
    sigemptyset(&action.sa_mask);
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace sluice
