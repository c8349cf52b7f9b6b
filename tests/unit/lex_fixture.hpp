// What the tests of the scanning kernels share.
#pragma once

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "libfilter/lex/kernel.hpp"

namespace sluice::lex_test {

// A kernel is in use as long as this lives.
class InUse {
 public:
  explicit InUse(const Kernel& wanted) : before_(kernel()) { use_kernel(wanted); }
  ~InUse() { use_kernel(before_); }
  InUse(const InUse&) = delete;
  InUse& operator=(const InUse&) = delete;

 private:
  const Kernel& before_;
};

// Bytes with a page before and a page behind them that cannot be read, as near as is wanted.
class GuardedText {
 public:
  GuardedText() {
    void* pages = mmap(nullptr, 3 * size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(pages != MAP_FAILED);
    pages_ = static_cast<char*>(pages);
    REQUIRE(mprotect(pages_ + size_, size_, PROT_READ | PROT_WRITE) == 0);
  }
  ~GuardedText() { munmap(pages_, 3 * size_); }
  GuardedText(const GuardedText&) = delete;
  GuardedText& operator=(const GuardedText&) = delete;

  // TEXT, of a page at most, right behind the first guard, or right before the last.
  std::string_view at_begin(std::string_view text) { return put(pages_ + size_, text); }
  std::string_view at_end(std::string_view text) { return put(pages_ + 2 * size_ - text.size(), text); }

 private:
  std::string_view put(char* place, std::string_view text) const {
    REQUIRE(text.size() <= size_);
    std::memcpy(place, text.data(), text.size());
    return {place, text.size()};
  }
  std::size_t size_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  char* pages_ = nullptr;
};

}  // namespace sluice::lex_test
