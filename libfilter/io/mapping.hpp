// A stretch of a file as memory. Whoever reads it where the file has been cut short meanwhile gets SIGBUS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice {

class Mapping {
 public:
  Mapping() = default;
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { clear(); }

  // Takes the place of what was mapped before: LENGTH bytes (more than none) from file position FROM on,
  // which the file has. False: it cannot be mapped.
  bool map(int fd, std::uint64_t from, std::size_t length);
  void clear();

  const char* data() const { return static_cast<const char*>(pages_) + skipped_; }

 private:
  void* pages_ = nullptr;
  std::size_t size_ = 0;
  std::size_t skipped_ = 0;  // of the first page
};

}  // namespace sluice
