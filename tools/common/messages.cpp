#include "tools/common/messages.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

namespace sluice {

void Messages::say(std::string_view level, std::string_view text) const {
  // Names of files and values of options come as they were given.
  const std::string line =
      tool_ + ": " + std::string(level) + ": " + printable(text, std::string::npos) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void Messages::error(std::string_view text, std::string_view detail, std::string_view hint) const {
  said_ = true;
  say("error", text);
  add(detail, hint);
}

void Messages::warning(std::string_view text, std::string_view detail, std::string_view hint) const {
  said_ = volume_ != Volume::quiet;
  if (said_) say("warning", text);
  add(detail, hint);
}

void Messages::alarm(std::string_view text, std::string_view detail, std::string_view hint) const {
  said_ = true;
  say("warning", text);
  add(detail, hint);
}

void Messages::add(std::string_view detail, std::string_view hint) const {
  const auto each_line = [this](std::string_view text, auto tell) {
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size());
      (this->*tell)(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  };
  each_line(detail, &Messages::detail);
  each_line(hint, &Messages::hint);
}

void Messages::note(std::string_view text) const {
  said_ = volume_ != Volume::quiet;
  if (said_) say("note", text);
}

void Messages::detail(std::string_view text) const {
  if (said_) say("detail", text);
}

void Messages::hint(std::string_view text) const {
  if (said_) say("hint", text);
}

namespace {

const char* program_name = "";  // for a signal's handler, which may call next to nothing

// A mapped file that was cut short: nothing can be cleaned up, but it can be said.
extern "C" void say_file_was_cut(int) {
  constexpr const char* kText = ": error: a file became shorter while it was read\n";
  for (const char* text : {program_name, kText})
    static_cast<void>(!write(STDERR_FILENO, text, std::strlen(text)));
  _exit(kIoFailed);
}

// A standard output or error that the caller has closed would be the number of the next file that is opened,
// and what is said would go into that. It is opened such that using it fails, as it would have.
void fill_standard_streams() {
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(fd, F_GETFD) == -1) {
      const int nothing = open("/dev/null", O_RDONLY);
      if (nothing != fd && nothing >= 0) {
        dup2(nothing, fd);
        close(nothing);
      }
    }
}

// Its value is not repeated: --pasword=…
std::string bare_name(const std::string& option) {
  return option.starts_with("--") ? option.substr(0, option.find('=')) : option.substr(0, 2);
}

}  // namespace

ExitStatus status_of(const Failure& failure) {
  switch (failure.kind) {
    case Failure::Kind::usage:
      return kUsage;
    case Failure::Kind::unsound_input:
      return kUnsoundInput;
    case Failure::Kind::io:
    case Failure::Kind::unopened:
      return kIoFailed;
    case Failure::Kind::server:
      return kServerFailed;
  }
  return kBug;
}

int run_program(Messages& messages, const std::function<int()>& body) {
  fill_standard_streams();
  std::signal(SIGPIPE, SIG_DFL);
  program_name = messages.tool().c_str();
  std::signal(SIGBUS, say_file_was_cut);
  try {
    return body();
  } catch (const Failure& failure) {
    messages.error(failure.what(), failure.detail, failure.hint);
    return status_of(failure);
  } catch (const boost::program_options::unknown_option& error) {
    messages.error("unrecognised option '" + bare_name(error.get_option_name()) + "'", {},
                   "try " + messages.tool() + " --help");
    return kUsage;
  } catch (const boost::program_options::error& error) {
    messages.error(error.what(), {}, "try " + messages.tool() + " --help");
    return kUsage;
  } catch (const std::bad_alloc&) {
    messages.error("out of memory");
    return kIoFailed;
  } catch (const std::exception& error) {
    messages.error(std::string("this is a bug: ") + error.what());
  }
  return kBug;
}

}  // namespace sluice
