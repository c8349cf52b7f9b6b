// What the fuzz targets share. A target is one file, tests/fuzz/NAME.cpp: it takes any bytes, does the same
// thing in two ways and calls same() on what came out. Nothing else is an error: what the library refuses it
// throws as a Failure, and then both ways have to refuse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "libfilter/rules/filter.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace sluice::fuzz {

// The first bytes choose what is done, the rest is what it is done with.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : bytes_(reinterpret_cast<const char*>(data), size) {}

  // 0 when there is none left.
  std::uint8_t byte();
  std::size_t below(std::size_t bound) { return byte() % bound; }
  template <class List>
  const auto& pick(const List& list) {
    return list[below(std::size(list))];
  }
  // Up to the next byte C, which is taken off, or all.
  std::string_view up_to(char c);
  std::string_view rest() const { return bytes_; }

 private:
  std::string_view bytes_;
};

// Ends the process, having shown both, when they are not the same.
void same(std::string_view what, std::string_view one, std::string_view other);

// Bytes as a file that has no name.
class File {
 public:
  explicit File(std::string_view bytes);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  const std::string& path() const { return path_; }

 private:
  int descriptor_;
  std::string path_;
};

// What WORK writes of BYTES, read READ_SIZE at a time, and what it failed with, if it did.
struct Output {
  std::string bytes, failure;
  std::string both() const { return bytes + "\nfailure: " + failure; }
};
Output run(std::string_view bytes, std::size_t read_size, std::size_t hold,
           const std::function<void(Source&, Sink&)>& work);

// sanitize-rds, as it is without options.
const RuleSet& rules_for_rds();
Output sanitized(std::string_view bytes, std::size_t read_size, const RuleSet& rules,
                 Mode mode = Mode::comment);
Output reverted(std::string_view bytes, std::size_t read_size);

}  // namespace sluice::fuzz
