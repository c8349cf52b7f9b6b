#include "libfilter/restore/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace sluice {

std::optional<std::uint64_t> Spool::put(std::string_view bytes) {
  if (!file_ && !unusable_) {
    const char* folder = std::getenv("TMPDIR");
    file_ = Descriptor::open(folder == nullptr || *folder == '\0' ? "/var/tmp" : folder, O_TMPFILE | O_RDWR,
                             0600);
  }
  unusable_ = unusable_ || !file_;
  const auto place = end_;
  for (auto rest = bytes; !rest.empty() && !unusable_;) {
    const auto at = static_cast<off_t>(place + (bytes.size() - rest.size()));
    const auto written = uninterrupted([&] { return pwrite(file_.get(), rest.data(), rest.size(), at); });
    if (written <= 0)
      unusable_ = true;
    else
      rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (unusable_) return std::nullopt;
  end_ += bytes.size();
  return place;
}

std::string Spool::get(std::uint64_t place, std::size_t size) const {
  std::string bytes(size, '\0');
  for (std::size_t have = 0; have < size;) {
    const auto got = uninterrupted([&] {
      return pread(file_.get(), bytes.data() + have, size - have, static_cast<off_t>(place + have));
    });
    if (got <= 0) throw io_failure("cannot read back rows from the temporary file", got == 0 ? EIO : errno);
    have += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace sluice
