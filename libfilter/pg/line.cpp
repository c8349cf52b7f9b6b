#include "libfilter/pg/line.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace sluice {

namespace {

std::string words_of(int error) { return std::generic_category().message(error); }

}  // namespace

std::string Line::connect(const std::string& address, const std::string& port) {
  if (address.starts_with('/')) {
    sockaddr_un path{};
    path.sun_family = AF_UNIX;
    if (address.size() >= sizeof path.sun_path) return words_of(ENAMETOOLONG);
    std::memcpy(path.sun_path, address.c_str(), address.size() + 1);
    const int error = connect_to(reinterpret_cast<const sockaddr*>(&path), sizeof path);
    return error == 0 ? std::string() : words_of(error);
  }
  addrinfo wanted{};
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = getaddrinfo(address.c_str(), port.c_str(), &wanted, &found); failed != 0)
    return gai_strerror(failed);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  const int error = connect_to(found->ai_addr, found->ai_addrlen);
  return error == 0 ? std::string() : words_of(error);
}

int Line::connect_to(const sockaddr* address, socklen_t length) {
  socket_ = Descriptor::adopt(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) return errno;
  // What is written in two pieces would wait for the first one's acknowledgement: 40 ms.
  const int now = 1;
  if (address->sa_family != AF_UNIX)
    static_cast<void>(setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &now, sizeof now));
  if (::connect(socket_.get(), address, length) == 0) return 0;
  // A connect that a signal interrupts goes on behind the scenes.
  if (errno != EINPROGRESS && errno != EINTR) return errno;
  if (!wait(POLLOUT)) return ending_ == Ending::late ? ETIMEDOUT : error_;
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) == -1) return errno;
  return error;
}

std::size_t Line::read(void* to, std::size_t most) {
  for (;;) {
    // There is something to read for as long as a server floods.
    if (Clock::now() >= deadline_) {
      ending_ = Ending::late;
      return 0;
    }
    const ssize_t count = uninterrupted([&] { return recv(socket_.get(), to, most, 0); });
    if (count > 0) return static_cast<std::size_t>(count);
    if (count == 0) {
      ending_ = Ending::closed;
      return 0;
    }
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      fail(errno);
      return 0;
    }
    if (!wait(POLLIN)) return 0;
  }
}

std::size_t Line::peek(void* to, std::size_t most) {
  const ssize_t count = uninterrupted([&] { return recv(socket_.get(), to, most, MSG_PEEK); });
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::size_t Line::write(const void* from, std::size_t size) {
  for (;;) {
    const ssize_t count = uninterrupted([&] { return send(socket_.get(), from, size, MSG_NOSIGNAL); });
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      fail(errno);
      return 0;
    }
    if (!wait(POLLOUT)) return 0;
  }
}

void Line::hurry(std::chrono::milliseconds rest) { deadline_ = std::min(deadline_, Clock::now() + rest); }

std::string Line::system_words() const { return words_of(error_); }

bool Line::wait(short events) {
  for (;;) {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    if (rest <= 0) {
      ending_ = Ending::late;
      return false;
    }
    pollfd waiting{socket_.get(), events, 0};
    // An hour at a time: poll counts in an int.
    const int ready = poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(rest, 3'600'000)));
    if (ready > 0) return true;
    if (ready == -1 && errno != EINTR) {
      fail(errno);
      return false;
    }
  }
}

void Line::fail(int error) {
  ending_ = Ending::failed;
  error_ = error;
}

}  // namespace sluice
