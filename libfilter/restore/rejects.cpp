#include "libfilter/restore/rejects.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace sluice {

Rejects::Rejects(const std::string& path, std::uint64_t size)
    : path_(path), file_(Descriptor::open(path, O_WRONLY | O_CREAT, 0600)), size_(size) {
  if (!file_) throw io_failure("cannot open the file for rejected rows, " + printable(path), errno);
  if (ftruncate(file_.get(), static_cast<off_t>(size)) != 0 ||
      lseek(file_.get(), static_cast<off_t>(size), SEEK_SET) < 0)
    throw io_failure("cannot cut the file for rejected rows, " + printable(path), errno,
                     "it has to be a regular file");
}

void Rejects::add(std::string_view copy, std::string_view why, std::string_view row) {
  std::string text = "-- " + printable(why, 1000) + "\n";
  text.append(copy).append(";\n").append(row).append("\n\\.\n");
  write(text);
  ++rows_;
}

void Rejects::write(std::string_view text) {
  size_ += text.size();
  while (!text.empty()) {
    const auto written = uninterrupted([&] { return ::write(file_.get(), text.data(), text.size()); });
    if (written < 0) throw io_failure("cannot write the file for rejected rows, " + printable(path_), errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Rejects::flush() {
  if (fdatasync(file_.get()) != 0)
    throw io_failure("cannot write the file for rejected rows, " + printable(path_), errno);
}

}  // namespace sluice
