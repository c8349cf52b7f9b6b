#include "libfilter/io/worker_thread.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>

namespace sluice {

SignalsStayHere::SignalsStayHere() {
  sigset_t blocked;
  sigfillset(&blocked);
  for (const int own : {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) sigdelset(&blocked, own);
  pthread_sigmask(SIG_SETMASK, &blocked, &before_);
}

SignalsStayHere::~SignalsStayHere() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

Interrupt::Interrupt() : event_(Descriptor::adopt(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {}

void Interrupt::wait_readable(int fd) const {
  std::array<pollfd, 2> waiting = {{{fd, POLLIN, 0}, {event_.get(), POLLIN, 0}}};
  if (uninterrupted([&] { return poll(waiting.data(), waiting.size(), -1); }) == -1) {
    throw io_failure("cannot wait for a descriptor", errno);
  }
  if (waiting[1].revents != 0) throw Raised{};
}

void Interrupt::raise() const { static_cast<void>(eventfd_write(event_.get(), 1)); }

}  // namespace sluice
