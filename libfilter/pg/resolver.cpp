#include "libfilter/pg/resolver.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

namespace sluice {

namespace {

Resolved ask_resolver(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  Resolved out;
  if (error != 0) {
    out.error = error == EAI_SYSTEM ? std::generic_category().message(errno) : gai_strerror(error);
    return out;
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, freeaddrinfo);
  for (const auto* one = list; one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0)
      out.addresses.emplace_back(text.data());
  }
  if (out.addresses.empty()) out.error = "it has no address";
  return out;
}

}  // namespace

bool is_address(const std::string& host) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* list = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) return false;
  freeaddrinfo(list);
  return true;
}

std::optional<Resolved> resolve(const std::string& host, const Deadline& deadline) {
  struct Answer {
    std::mutex mutex;
    std::condition_variable came;
    std::optional<Resolved> resolved;
  };
  const auto answer = std::make_shared<Answer>();
  // The thread takes no signals: those of the process are for whoever waits for them in the main thread.
  sigset_t every, before;
  sigfillset(&every);
  pthread_sigmask(SIG_SETMASK, &every, &before);
  std::thread thread([answer, host] {
    auto resolved = ask_resolver(host);
    const std::lock_guard lock(answer->mutex);
    answer->resolved = std::move(resolved);
    answer->came.notify_one();
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  thread.detach();
  std::unique_lock lock(answer->mutex);
  const auto there = [&] { return answer->resolved.has_value(); };
  if (deadline.is_never()) {
    answer->came.wait(lock, there);
  } else {
    answer->came.wait_until(lock, deadline.at(), there);
  }
  return answer->resolved;
}

}  // namespace sluice
