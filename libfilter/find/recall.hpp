// Bytes that have passed and may be wanted again: a statement that is not known to be chosen before a later
// one has been read.
//
// Of an uncompressed regular file nothing is kept, for it can be read again at its place. Of a pipe or a
// compressed input what keep() is given goes to memory, and from 1 MiB on to an unnamed temporary file
// (TMPDIR, mode 0600).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "libfilter/io/descriptor.hpp"
#include "libfilter/io/source.hpp"

namespace sluice {

class Recall {
 public:
  // The Source must outlive it.
  explicit Recall(const Source& source);

  struct Place {
    std::uint64_t at = 0;  // our own count
    std::uint64_t length = 0;
    bool empty() const { return length == 0; }
  };

  // BYTES stand at OFFSET of the input. Throws Failure::io.
  Place keep(std::string_view bytes, std::uint64_t offset);
  // The same for bytes right behind the last ones that were kept: one place with them.
  Place keep(std::string_view bytes, std::uint64_t offset, const Place& before);

  // What was kept. Throws Failure::io.
  std::string read(Place place) const;
  // The same in stretches, for what may be long.
  void read(Place place, const std::function<void(std::string_view)>& take) const;

  // Nothing that was kept is wanted any more.
  void forget();

 private:
  void spill();
  void read_at(int fd, std::uint64_t from, std::uint64_t length,
               const std::function<void(std::string_view)>& take) const;

  const Source& source_;
  std::string memory_;         // of the kept bytes, those from spilled_ on
  std::uint64_t spilled_ = 0;  // bytes in file_
  Descriptor file_;
};

}  // namespace sluice
