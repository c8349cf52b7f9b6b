#include "libfilter/io/descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <system_error>

namespace sluice {

namespace {

constexpr int kPipeBytes = 1024 * 1024;  // what Linux lets everybody have (fs.pipe-max-size)

}  // namespace

Failure io_failure(const std::string& what, int error, std::string hint) {
  return Failure(Failure::Kind::io, what + ": " + std::generic_category().message(error), {},
                 std::move(hint));
}

void wait_for(int fd, Readiness readiness) {
  pollfd waiting{fd, static_cast<short>(readiness == Readiness::readable ? POLLIN : POLLOUT), 0};
  if (uninterrupted([&] { return poll(&waiting, 1, -1); }) == -1) {
    throw io_failure("cannot wait for a descriptor", errno);
  }
}

void widen_pipe(int fd) {
  const int present = fcntl(fd, F_GETPIPE_SZ);
  if (present != -1 && present < kPipeBytes) static_cast<void>(fcntl(fd, F_SETPIPE_SZ, kPipeBytes));
}

Descriptor::~Descriptor() { close(); }

Descriptor Descriptor::open(const std::string& path, int flags, unsigned mode) {
  return adopt(uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, mode); }));
}

Descriptor Descriptor::adopt(int fd) {
  if (fd >= 0 && fd <= STDERR_FILENO) {
    const int higher = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int error = errno;
    ::close(fd);
    errno = error;
    fd = higher;
  }
  Descriptor result;
  result.fd_ = fd;
  result.owned_ = fd >= 0;
  return result;
}

Descriptor Descriptor::borrow(int fd) {
  Descriptor result;
  result.fd_ = fd;
  return result;
}

int Descriptor::close() {
  const int fd = std::exchange(fd_, -1);
  if (!std::exchange(owned_, false)) return 0;
  return ::close(fd) == 0 ? 0 : errno;
}

}  // namespace sluice
