#include "libfilter/io/mapping.hpp"

#include <sys/mman.h>
#include <unistd.h>

namespace sluice {

bool Mapping::map(int fd, std::uint64_t from, std::size_t length) {
  clear();
  const std::uint64_t page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  skipped_ = static_cast<std::size_t>(from % page);
  void* const pages = mmap(nullptr, skipped_ + length, PROT_READ, MAP_SHARED | MAP_POPULATE, fd,
                           static_cast<off_t>(from - skipped_));
  if (pages == MAP_FAILED) return false;
  pages_ = pages;
  size_ = skipped_ + length;
  return true;
}

void Mapping::clear() {
  if (pages_ != nullptr) munmap(pages_, size_);
  pages_ = nullptr;
}

}  // namespace sluice
