// Bytes that may be wanted again, put aside in a file without a name: in TMPDIR, else in /var/tmp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libfilter/io/descriptor.hpp"

namespace sluice {

class Spool {
 public:
  // Where BYTES stand now. Nothing: there is no room, or no folder to write to; that is so from then on.
  std::optional<std::uint64_t> put(std::string_view bytes);
  // Throws Failure::io.
  std::string get(std::uint64_t place, std::size_t size) const;
  // All of it may be overwritten.
  void clear() { end_ = 0; }

 private:
  Descriptor file_;
  bool unusable_ = false;
  std::uint64_t end_ = 0;
};

}  // namespace sluice
