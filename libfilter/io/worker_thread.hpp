// What a thread beside the main one needs: to be left alone by signals, and to be called back from a wait.
#pragma once

#include <csignal>

#include "libfilter/io/descriptor.hpp"

namespace sluice {

// Threads that are started while it lives take no signals: those are the main thread's, which knows what to
// do with them. What a thread brings on itself (SIGBUS, SIGSEGV ...) still is its own.
class SignalsStayHere {
 public:
  SignalsStayHere();
  SignalsStayHere(const SignalsStayHere&) = delete;
  SignalsStayHere& operator=(const SignalsStayHere&) = delete;
  ~SignalsStayHere();

 private:
  sigset_t before_;
};

// Calls a thread back from its wait for a descriptor.
class Interrupt {
 public:
  struct Raised {};  // thrown; no failure, so nothing that a handler of failures would catch

  Interrupt();

  // False: the system had no descriptor left for it, and nobody could be called back.
  explicit operator bool() const { return static_cast<bool>(event_); }

  // Waits until FD can be read. Throws Raised when raise() is called, or was before.
  void wait_readable(int fd) const;

  // For any thread.
  void raise() const;

 private:
  Descriptor event_;
};

}  // namespace sluice
