#include "libfilter/find/recall.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include "libfilter/io/failure.hpp"

namespace sluice {
namespace {

constexpr const char* kHint = "name a folder with room in TMPDIR, or give the dump as an uncompressed file";

constexpr std::size_t kInMemory = 1024 * 1024;
constexpr std::size_t kStretch = 64 * 1024;

std::string temporary_folder() {
  const char* folder = std::getenv("TMPDIR");
  return folder != nullptr && *folder != '\0' ? folder : "/tmp";
}

// A file without a name: it is gone with the process.
Descriptor unnamed_file() {
  const std::string folder = temporary_folder();
  const int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd != -1) return Descriptor::adopt(fd);
  std::string name = folder + "/pgsluice-XXXXXX";  // a file system without O_TMPFILE
  Descriptor named = Descriptor::adopt(mkostemp(name.data(), O_CLOEXEC));
  if (!named) throw io_failure("cannot make a temporary file in " + folder, errno, kHint);
  unlink(name.c_str());
  return named;
}

}  // namespace

Recall::Recall(const Source& source) : source_(source) {}

Recall::Place Recall::keep(std::string_view bytes, std::uint64_t offset) {
  if (source_.place()) return {offset, bytes.size()};
  const Place place = {spilled_ + memory_.size(), bytes.size()};
  memory_ += bytes;
  if (memory_.size() > kInMemory) spill();
  return place;
}

Recall::Place Recall::keep(std::string_view bytes, std::uint64_t offset, const Place& before) {
  return {before.at, before.length + keep(bytes, offset).length};
}

void Recall::spill() {
  if (!file_) file_ = unnamed_file();
  std::string_view rest = memory_;
  while (!rest.empty()) {
    const ssize_t written = uninterrupted(
        [&] { return pwrite(file_.get(), rest.data(), rest.size(), static_cast<off_t>(spilled_)); });
    if (written <= 0)
      throw io_failure("cannot write to a temporary file in " + temporary_folder(),
                       written == 0 ? ENOSPC : errno, kHint);
    spilled_ += static_cast<std::uint64_t>(written);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  memory_.clear();
}

void Recall::read_at(int fd, std::uint64_t from, std::uint64_t length,
                     const std::function<void(std::string_view)>& take) const {
  std::vector<char> buffer(std::min<std::uint64_t>(length, kStretch));
  while (length > 0) {
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(length, buffer.size()));
    const ssize_t got =
        uninterrupted([&] { return pread(fd, buffer.data(), step, static_cast<off_t>(from)); });
    if (got == -1) throw io_failure("cannot read " + source_.name(), errno);
    if (got == 0) throw Failure(Failure::Kind::io, source_.name() + " became shorter while it was read");
    take({buffer.data(), static_cast<std::size_t>(got)});
    from += static_cast<std::uint64_t>(got);
    length -= static_cast<std::uint64_t>(got);
  }
}

void Recall::read(Place place, const std::function<void(std::string_view)>& take) const {
  if (const auto origin = source_.place())
    return read_at(origin->fd, origin->base + place.at, place.length, take);
  if (place.at < spilled_) {
    const std::uint64_t from_file = std::min(place.length, spilled_ - place.at);
    read_at(file_.get(), place.at, from_file, take);
    place.at += from_file;
    place.length -= from_file;
  }
  if (place.length > 0)
    take(std::string_view(memory_).substr(static_cast<std::size_t>(place.at - spilled_),
                                          static_cast<std::size_t>(place.length)));
}

std::string Recall::read(Place place) const {
  std::string out;
  out.reserve(static_cast<std::size_t>(place.length));
  read(place, [&](std::string_view bytes) { out += bytes; });
  return out;
}

void Recall::forget() {
  memory_.clear();
  spilled_ = 0;
}

}  // namespace sluice
