// Where the rows of COPY data end, for whoever cuts it and needs no row by itself.
//
// Much faster than a RowSplitter, where the format allows it: in text format line feeds are counted by the
// vector, and only a backslash in front of one, or of a dot, is looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "libfilter/dump/copy_format.hpp"

namespace sluice {

class RowEnds {
 public:
  // Text or CSV.
  explicit RowEnds(const CopyFormat& format);

  struct Found {
    std::uint64_t rows = 0;  // that end in the bytes
    std::size_t end = 0;     // behind the last of them
    // Text format: an end marker \. with something before it on its line. Before version 18 the server stops
    // reading there. The place of its line's end.
    std::optional<std::size_t> marker;
  };

  // Goes on where the last call stopped. With a marker nothing more is found.
  Found scan(std::string_view bytes);

  // The next bytes begin a row.
  void restart();

  // The bytes so far end within a row.
  bool open() const { return open_; }

 private:
  enum class Mark : std::uint8_t { none, seen, and_return };  // \. and \. CR

  void one(std::string_view bytes, std::size_t at, Found& found);
  void text(std::string_view bytes, Found& found);
  void text_by_character(std::string_view bytes, Found& found);
  void rows(std::string_view bytes, Found& found);
  bool neutral() const { return !escaped_ && mark_ == Mark::none; }

  CopyFormat format_;
  bool open_ = false;
  bool escaped_ = false;  // the next byte is: it ends nothing
  Mark mark_ = Mark::none;
  std::size_t trail_ = 0;  // bytes of the last character that are still to come
  std::optional<RowSplitter> csv_;
};

}  // namespace sluice
