// The file of --rejects: rows that the server refused, each as a COPY of its own behind a comment that says
// why. Mended, it can be restored as it is.
//
// A row stands there exactly once: it is flushed to the disk before the transaction that passes it over
// commits, and what an interrupted run wrote beyond its last commit is cut off by the next.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libfilter/io/descriptor.hpp"

namespace sluice {

class Rejects {
 public:
  Rejects() = default;
  // Opens PATH and cuts it to SIZE bytes, if it has so many (0: a new run). Throws Failure::io.
  Rejects(const std::string& path, std::uint64_t size);

  explicit operator bool() const { return static_cast<bool>(file_); }

  // A row as it stands in the dump, without its line end; the COPY that it is of; and why it was refused.
  void add(std::string_view copy, std::string_view why, std::string_view row);
  // To the disk.
  void flush();
  // Takes back what was added behind SIZE bytes: its transaction was not committed.
  void cut(std::uint64_t size);
  std::uint64_t size() const { return size_; }

 private:
  void write(std::string_view text);

  std::string path_;
  Descriptor file_;
  std::uint64_t size_ = 0;
};

}  // namespace sluice
