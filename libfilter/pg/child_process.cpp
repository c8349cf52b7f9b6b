#include "libfilter/pg/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/deadline.hpp"

extern char** environ;  // POSIX; not in every header

namespace sluice {

namespace {

std::optional<rlimit> core_limit_before;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_read() {
    if (read >= 0) ::close(std::exchange(read, -1));
  }
  void close_write() {
    if (write >= 0) ::close(std::exchange(write, -1));
  }
  int read = -1, write = -1;
};

std::vector<std::string> environment_of(const ChildOptions& options) {
  std::vector<std::string> out;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
    const std::string_view entry = *one;
    const std::string name(entry.substr(0, entry.find('=')));
    const bool goes = options.environment.contains(name) ||
                      std::find(options.unset.begin(), options.unset.end(), name) != options.unset.end();
    if (!goes) out.emplace_back(entry);
  }
  for (const auto& [name, value] : options.environment) out.push_back(name + "=" + value);
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (auto& one : strings) out.push_back(one.data());
  out.push_back(nullptr);
  return out;
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) fail("waitpid");
  return status;
}

// Nothing when it runs on past DEADLINE.
std::optional<int> wait_for(pid_t child, const Deadline& deadline) {
  using std::chrono::milliseconds;
  for (milliseconds pause(1); !deadline.passed(); pause = std::min(pause * 2, milliseconds(50))) {
    int status = 0;
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR) fail("waitpid");
    std::this_thread::sleep_for(pause);
  }
  return std::nullopt;
}

}  // namespace

void forbid_core_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_CORE, &limit) != 0) return;
  core_limit_before = limit;
  // 1, not 0: what the kernel pipes into a collector of cores is only given up at 1 (core(5)).
  limit.rlim_cur = std::min<rlim_t>(1, limit.rlim_max);
  setrlimit(RLIMIT_CORE, &limit);
}

pid_t start_child(const ChildOptions& options) {
  // All that allocates is done before the fork.
  auto arguments = options.arguments;
  auto environment = environment_of(options);
  const auto argv = pointers(arguments);
  const auto envp = pointers(environment);
  const auto core_limit = core_limit_before;
  Pipe trouble;
  // Where it is ignored, as a caller may have left it, nobody learns how a child ended.
  std::signal(SIGCHLD, SIG_DFL);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (options.own_group) setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(1);  // the child's end
    if (core_limit) setrlimit(RLIMIT_CORE, &*core_limit);
    if (options.input >= 0) dup2(options.input, STDIN_FILENO);
    if (options.output >= 0) dup2(options.output, STDOUT_FILENO);
    execvpe(argv.front(), argv.data(), envp.data());
    const int error = errno;
    static_cast<void>(!::write(trouble.write, &error, sizeof error));
    _exit(127);  // the child's end
  }
  trouble.close_write();
  int error = 0;
  ssize_t got = 0;
  do {
    got = ::read(trouble.read, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    wait_for(child);
    throw std::system_error(error, std::generic_category(), options.arguments.front());
  }
  return child;
}

std::string first_line_of(const std::string& command, const std::map<std::string, std::string>& environment,
                          std::chrono::milliseconds time) {
  const auto failure = [](const std::string& what) {
    return Failure(Failure::Kind::server, "the command for the password " + what, {},
                   "run it by itself: it has to print the password, and nothing before it");
  };
  Pipe output;
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  ChildOptions options{.arguments = {"sh", "-c", command},
                       .environment = environment,
                       .unset = {},
                       .input = nothing,
                       .output = output.write,
                       .own_group = true};
  pid_t child = 0;
  try {
    child = start_child(options);
  } catch (const std::system_error& error) {
    if (nothing >= 0) ::close(nothing);
    throw failure(std::string("cannot be run: ") + error.what());
  }
  if (nothing >= 0) ::close(nothing);
  output.close_write();

  constexpr std::size_t kMost = 64 * 1024;
  const auto deadline = Deadline::in(time);
  std::string printed;
  while (printed.size() < kMost) {
    pollfd waiting{output.read, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, deadline.for_poll());
    if (deadline.passed()) break;
    if (ready <= 0) continue;
    std::array<char, 4096> buffer{};
    const auto got = ::read(output.read, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    printed.append(buffer.data(), static_cast<std::size_t>(got));
  }
  output.close_read();
  const auto ended = wait_for(child, deadline);
  if (!ended) {
    kill(-child, SIGKILL);
    wait_for(child);
    throw failure("was not done in " + std::to_string(time.count() / 1000) + " s");
  }
  const int status = *ended;
  const std::string line = printed.substr(0, printed.find_first_of("\r\n"));
  if (WIFSIGNALED(status) && !(WTERMSIG(status) == SIGPIPE && !line.empty()))
    throw failure("was ended by signal " + std::to_string(WTERMSIG(status)));
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
    throw failure("ended with status " + std::to_string(WEXITSTATUS(status)));
  if (line.empty()) throw failure("printed nothing");
  return line;
}

}  // namespace sluice
