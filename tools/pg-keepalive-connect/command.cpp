#include "tools/pg-keepalive-connect/command.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>

#include "libfilter/pg/child_process.hpp"

namespace sluice {

namespace {

constexpr const char* kService = "pgsluice";

Failure io_failure(const std::string& what) {
  return Failure(Failure::Kind::io, what + ": " + std::strerror(errno), {},
                 "the settings for COMMAND are kept in memory and read through /proc, which must be mounted");
}

// A file of this process's memory.
class PrivateFile {
 public:
  explicit PrivateFile(const std::string& text) : descriptor_(made_of(text)) {
    path_ = "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(descriptor_);
    if (access(path_.c_str(), R_OK) != 0) throw io_failure("cannot read " + path_);
  }
  ~PrivateFile() { ::close(descriptor_); }
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;

  const std::string& path() const { return path_; }
  // Whoever opens it gets the old text or the new one, never a mixture.
  void replace(const std::string& text) {
    const int fresh = made_of(text);
    if (dup3(fresh, descriptor_, O_CLOEXEC) < 0) throw io_failure("cannot replace the password file");
    ::close(fresh);
  }

 private:
  static int made_of(const std::string& text) {
    int descriptor = memfd_create("pgsluice", MFD_CLOEXEC);
    // Where the caller has closed a standard stream, its number is not for a file that COMMAND would find
    // there.
    if (descriptor >= 0 && descriptor <= STDERR_FILENO) {
      const int low = descriptor;
      descriptor = fcntl(low, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
      ::close(low);
    }
    if (descriptor < 0 || fchmod(descriptor, 0600) != 0) throw io_failure("cannot make a file in memory");
    for (std::size_t done = 0; done < text.size();) {
      const auto wrote = ::write(descriptor, text.data() + done, text.size() - done);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) throw io_failure("cannot write a file in memory");
      done += static_cast<std::size_t>(wrote);
    }
    return descriptor;
  }

  int descriptor_;
  std::string path_;
};

// The user's own file, behind ours: what runs may choose another service or another server. PATH: where it
// is, or empty for the usual one in the home.
std::string own_file(std::string path, const char* usual) {
  if (const char* home = std::getenv("HOME"); path.empty() && home != nullptr)
    path = std::string(home) + "/" + usual;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in && in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  return text.str();
}

// What libpq has a variable for goes there, so that the program, or a script in it, can still choose another
// database or host by the same means. A service file would win against those.
ChildOptions with_settings(const std::vector<std::string>& command, const Settings& settings) {
  ChildOptions child;
  child.arguments = command;
  for (const auto& one : settings.all())
    if (!one.variable.empty() && !one.secret && one.source != Settings::Source::standard)
      child.environment[one.variable] = one.value;
  return child;
}

Settings without_variables(const Settings& settings) {
  Settings rest;
  for (const auto& one : settings.all())
    if (one.source != Settings::Source::standard && one.variable.empty())
      rest.set(one.keyword, one.value, one.source);
  return rest;
}

// What runs its own command as another user or elsewhere, where the files of this process are not found.
void warn_of_another_place(const std::string& program, const Messages& messages) {
  constexpr std::array<std::string_view, 10> kElsewhere = {
      "sudo", "su", "doas", "runuser", "ssh", "docker", "podman", "kubectl", "systemd-run", "chroot"};
  const std::string name = program.substr(program.find_last_of('/') + 1);
  if (std::find(kElsewhere.begin(), kElsewhere.end(), name) != kElsewhere.end())
    messages.warning("what " + name + " runs does not find these settings", {},
                     "put " + name + " first: " + name + " … pg-keepalive-connect CONNINFO -- COMMAND");
}

// Signals that ask a program to do something. Those of the terminal reach COMMAND by themselves: it is in the
// same process group.
constexpr int kPassedOn[] = {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH, SIGCONT};

class BlockedSignals {
 public:
  BlockedSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGCHLD);
    for (const int signal : kPassedOn) sigaddset(&set_, signal);
    sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  ~BlockedSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

  // The next one, or 0 when the time is over.
  int wait(std::chrono::milliseconds time, siginfo_t& info) const {
    const timespec limit{time.count() / 1000, static_cast<long>(time.count() % 1000) * 1'000'000};
    const int signal = sigtimedwait(&set_, &info, &limit);
    return signal < 0 ? 0 : signal;
  }

 private:
  sigset_t set_{}, before_{};
};

[[noreturn]] void end_by_signal(int signal) {
  std::signal(signal, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  raise(signal);
  sigprocmask(SIG_UNBLOCK, &one, nullptr);
  _exit(128 + signal);  // a signal that cannot end a process
}

}  // namespace

int run_command(const std::vector<std::string>& command, const Settings& settings,
                const PasswordSource& password, std::chrono::seconds refresh, const Messages& messages) {
  // An empty one is none to libpq, which then looks into its password file.
  const auto* said = settings.find("password");
  const bool has_password =
      password || (said != nullptr && !said->value.empty() && said->source != Settings::Source::environment);
  ChildOptions child = with_settings(command, settings);
  warn_of_another_place(command.front(), messages);
  const char* services = std::getenv("PGSERVICEFILE");
  // What stands before the first section of the user's own file must not be taken for ours.
  const PrivateFile service(as_service(without_variables(settings), kService, Secrets::shown) + "[]\n" +
                            own_file(services == nullptr ? "" : services, ".pg_service.conf"));
  child.environment["PGSERVICE"] = kService;
  child.environment["PGSERVICEFILE"] = service.path();

  // The first line that fits counts: these servers, then what the user has for others, then any other one,
  // for a COMMAND that names it by its own -h.
  const auto password_file = [&] {
    const std::string text = password ? password() : settings.value("password");
    return as_password_file(settings, text, Servers::these) +
           own_file(settings.value("passfile"), ".pgpass") + "\n" +
           as_password_file(settings, text, Servers::any);
  };
  std::optional<PrivateFile> passwords;
  if (has_password) {
    passwords.emplace(password_file());
    child.environment["PGPASSFILE"] = passwords->path();
    child.unset.emplace_back("PGPASSWORD");
  }

  const BlockedSignals signals;
  pid_t process = 0;
  try {
    process = start_child(child);
  } catch (const std::system_error& error) {
    messages.error(
        "cannot run '" + printable(command.front()) + "': " + error.code().message(), {},
        error.code() == std::errc::no_such_file_or_directory ? "COMMAND is looked for in PATH" : "");
    return error.code() == std::errc::no_such_file_or_directory ? 127 : 126;
  }

  auto fresh_at = std::chrono::steady_clock::now() + refresh;
  while (true) {
    int status = 0;
    const pid_t ended = waitpid(process, &status, WNOHANG);
    if (ended == process && WIFSIGNALED(status)) end_by_signal(WTERMSIG(status));
    if (ended == process) return WEXITSTATUS(status);

    siginfo_t info{};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(fresh_at - std::chrono::steady_clock::now());
    const int signal = signals.wait(std::max(left, std::chrono::milliseconds(0)), info);
    // SI_KERNEL: a key was pressed, and the terminal has told COMMAND too.
    if (signal != 0 && signal != SIGCHLD && info.si_code != SI_KERNEL) kill(process, signal);
    if (std::chrono::steady_clock::now() < fresh_at) continue;
    fresh_at = std::chrono::steady_clock::now() + refresh;
    if (!password) continue;
    try {
      passwords->replace(password_file());
    } catch (const Failure& failure) {
      messages.warning(std::string(failure.what()) + "; COMMAND goes on with the old password",
                       failure.detail, failure.hint);
    }
  }
}

}  // namespace sluice
