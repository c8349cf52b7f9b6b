// What a program says to a person, on standard error, and how it ends.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "libfilter/io/failure.hpp"

namespace sluice {

// The same for every program; the manual pages say what each means.
enum ExitStatus : int {
  kDone = 0,
  kAnswerIsNo = 1,
  kUsage = 2,
  kUnsoundInput = 3,
  kIoFailed = 4,
  kServerFailed = 5,
  kBug = 70,
};

class Messages {
 public:
  enum class Volume { quiet, normal, verbose };

  explicit Messages(std::string tool) : tool_(std::move(tool)) {}

  void set(Volume volume) { volume_ = volume; }
  Volume volume() const { return volume_; }
  const std::string& tool() const { return tool_; }

  // Errors are always said, warnings and notes unless quiet. Empty detail and hint are left out.
  void error(std::string_view text, std::string_view detail = {}, std::string_view hint = {}) const;
  void warning(std::string_view text, std::string_view detail = {}, std::string_view hint = {}) const;
  // A warning that is said even if quiet: of what is dangerous.
  void alarm(std::string_view text, std::string_view detail, std::string_view hint) const;
  void note(std::string_view text) const;
  // Further lines of what was said last; not said where that was not.
  void detail(std::string_view text) const;
  void hint(std::string_view text) const;

 private:
  void add(std::string_view detail, std::string_view hint) const;
  void say(std::string_view level, std::string_view text) const;

  std::string tool_;
  Volume volume_ = Volume::normal;
  mutable bool said_ = true;  // the last error, warning or note
};

ExitStatus status_of(const Failure& failure);

// Runs a program's body and turns what it throws into a message and an exit status. Restores SIGPIPE's
// default action first: a reader that goes away ends a filter silently.
int run_program(Messages& messages, const std::function<int()>& body);

}  // namespace sluice
