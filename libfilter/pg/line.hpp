// A socket to a server on which everything ends at a deadline.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "libfilter/io/descriptor.hpp"

namespace sluice {

class Line {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Line(Clock::time_point deadline) : deadline_(deadline) {}

  // ADDRESS is numeric (IPv4, IPv6 with or without a scope) or the path of a socket. Returns what the system
  // said; empty when there is a connection.
  std::string connect(const std::string& address, const std::string& port);

  // Bytes read, at least one, or 0 when none come any more: then ending() says why.
  std::size_t read(void* to, std::size_t most);
  // As read(), without waiting, without taking anything: 0 when nothing has come yet.
  std::size_t peek(void* to, std::size_t most);
  // Bytes written, or 0: see ending(). Raises no SIGPIPE.
  std::size_t write(const void* from, std::size_t size);

  // Brings the deadline nearer.
  void hurry(std::chrono::milliseconds rest);

  enum class Ending { none, closed, late, failed };
  Ending ending() const { return ending_; }
  // "Connection reset by peer" and its like, for `failed`.
  std::string system_words() const;

 private:
  bool wait(short events);
  void fail(int error);
  int connect_to(const sockaddr* address, socklen_t length);

  Descriptor socket_;
  Clock::time_point deadline_;
  Ending ending_ = Ending::none;
  int error_ = 0;
};

}  // namespace sluice
