// A file is searched ahead of its reader, for the strings that a match must contain: what is behind the last
// of them need not be read as statements at all.
//
// For uncompressed regular files. Each byte is looked at once, at the speed of memory, however often next()
// is asked.
#pragma once

#include <cstdint>
#include <optional>

#include "libfilter/find/matcher.hpp"
#include "libfilter/io/mapping.hpp"
#include "libfilter/io/source.hpp"

namespace sluice {

class Lookahead {
 public:
  // Both outlive it.
  Lookahead(const Source& source, const Matcher& matcher) : source_(source), matcher_(matcher) {}

  // Whether SOURCE can be searched so.
  static bool possible(const Source& source, const Matcher& matcher);

  // The first place at or behind FROM (bytes from the start of the input, never less than before) where such
  // a string stands; none: nothing from there on is matched.
  std::optional<std::uint64_t> next(std::uint64_t from);

  // Whether the input ends as a whole dump does: behind a line that is a comment or a meta-command, or ends
  // with a semicolon. One that was cut off somewhere almost never does.
  bool ends_well();

 private:
  std::uint64_t size() const;
  bool map_on();

  const Source& source_;
  const Matcher& matcher_;
  Mapping mapping_;
  std::uint64_t mapped_ = 0, mapped_end_ = 0;  // what it shows of the input
  std::uint64_t searched_ = 0;                 // nothing is before, from where the last search began
  std::optional<std::uint64_t> found_;
};

}  // namespace sluice
