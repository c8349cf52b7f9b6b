// An open file descriptor and its owner, and the few words every system call needs around it.
#pragma once

#include <cerrno>
#include <string>
#include <utility>

#include "libfilter/io/failure.hpp"

namespace sluice {

// Failure::io with what the system said about `error` at its end: "cannot read dump.sql: Input/output error".
Failure io_failure(const std::string& what, int error, std::string hint = {});

// Repeats a system call that a signal interrupted. Not for close(): Linux has closed the descriptor then.
template <class Call>
auto uninterrupted(Call call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

// Waits until a non-blocking descriptor can be read or written.
enum class Readiness { readable, writable };
void wait_for(int fd, Readiness readiness);

// Makes a pipe hold 1 MiB if it may be: fewer switches between its two ends. Does nothing to what is no pipe.
void widen_pipe(int fd);

class Descriptor {
 public:
  Descriptor() = default;
  Descriptor(Descriptor&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), owned_(std::exchange(other.owned_, false)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(owned_, other.owned_);
    return *this;
  }
  ~Descriptor();

  // open(2), close-on-exec. The result is never 0, 1 or 2: in a process started with one of these closed, a
  // message for standard error would land in the file. Holds -1, with errno set, when open fails.
  static Descriptor open(const std::string& path, int flags, unsigned mode = 0);
  // Owns an open descriptor, which it moves off 0, 1 and 2 likewise.
  static Descriptor adopt(int fd);
  // A descriptor that somebody else closes.
  static Descriptor borrow(int fd);

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  // Closes, and says whether that went well: 0, or the errno. Nothing is held afterwards.
  int close();

 private:
  int fd_ = -1;
  bool owned_ = false;
};

}  // namespace sluice
