#include "libfilter/restore/rejects.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libfilter/io/replacement.hpp"

namespace sluice {

Rejects::Rejects(const std::string& path, std::uint64_t size) : path_(path) {
  if (is_planted(path)) throw planted_failure(printable(path));
  file_ = Descriptor::open(path, O_WRONLY | O_CREAT, 0600);
  if (!file_) throw io_failure("cannot open the file for rejected rows, " + printable(path), errno);
  // Another file than the interrupted run wrote to may be shorter: it is not filled up.
  struct stat status {};
  if (fstat(file_.get(), &status) != 0) status.st_size = 0;
  cut(std::min(size, static_cast<std::uint64_t>(status.st_size)));
}

void Rejects::cut(std::uint64_t size) {
  if (ftruncate(file_.get(), static_cast<off_t>(size)) != 0 ||
      lseek(file_.get(), static_cast<off_t>(size), SEEK_SET) < 0)
    throw io_failure("cannot cut the file for rejected rows, " + printable(path_), errno,
                     "it has to be a regular file");
  size_ = size;
}

void Rejects::add(std::string_view copy, std::string_view why, std::string_view row) {
  std::string text = "-- " + printable(why, 1000) + "\n";
  text.append(copy).append(";\n").append(row).append("\n\\.\n");
  write(text);
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
