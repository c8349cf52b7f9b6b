#include "libfilter/io/replacement.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>  // rename
#include <cstdlib>
#include <filesystem>
#include <random>
#include <system_error>

namespace sluice {

namespace {

constexpr mode_t kPrivate = 0600;  // dumps hold secrets
constexpr int kNameAttempts = 100;
constexpr int kMostLinks = 40;  // as many as the kernel follows
constexpr const char* kPrefix = "/.pgsluice-";

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// The path behind a chain of symbolic links, the last of which may point to nothing yet.
std::string follow(const std::string& path) {
  namespace fs = std::filesystem;
  fs::path at = path;
  std::error_code error;
  for (int links = 0; links < kMostLinks; ++links) {
    if (is_planted(at.string())) throw planted_failure(path);
    const fs::path next = fs::read_symlink(at, error);
    if (error) return at.string();  // not a link
    at = next.is_absolute() ? next : at.parent_path() / next;
  }
  return path;  // the system will say ELOOP
}

std::string magic_link(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

}  // namespace

// As the kernel does with fs.protected_symlinks and fs.protected_regular, which renaming would go round.
bool is_planted(const std::string& path) {
  struct stat entry {};
  struct stat folder {};
  if (lstat(path.c_str(), &entry) != 0 || stat(folder_of(path).c_str(), &folder) != 0) return false;
  const bool shared = (folder.st_mode & S_ISVTX) != 0 && (folder.st_mode & (S_IWOTH | S_IWGRP)) != 0;
  return shared && entry.st_uid != geteuid() && entry.st_uid != folder.st_uid;
}

Failure planted_failure(const std::string& path) {
  return io_failure("cannot write to " + path, EACCES,
                    "it belongs to another user, in a folder where everybody may write");
}

Replacement::Replacement(const std::string& path)
    : shown_(path), target_(follow(path)), folder_(folder_of(target_)) {
  if (target_.empty()) fail("cannot write to", ENOENT);
  struct stat old {};
  if (stat(target_.c_str(), &old) == 0) {
    // rename(2) would not ask, but whoever takes the write permission off a file wants it kept.
    if (faccessat(AT_FDCWD, target_.c_str(), W_OK, AT_EACCESS) == -1) fail("cannot write to", errno);
    replaces_ = true;
    mode_ = old.st_mode & 07777;
    owner_ = old.st_uid;
    group_ = old.st_gid;
  } else if (errno != ENOENT) {
    fail("cannot write to", errno);
  }
  create();
}

Replacement::~Replacement() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void Replacement::create() {
  fd_ = Descriptor::open(folder_, O_TMPFILE | O_WRONLY, kPrivate);
  // Its name will come by way of /proc.
  if (fd_ && access(magic_link(fd_.get()).c_str(), F_OK) == 0) return;
  // File systems without O_TMPFILE say EOPNOTSUPP, kernels EISDIR; a folder that is not there or not ours to
  // write is met again here.
  std::string name = folder_ + kPrefix + "XXXXXX";
  fd_ = Descriptor::adopt(mkostemp(name.data(), O_CLOEXEC));
  if (!fd_) fail("cannot write beside", errno);
  temporary_ = std::move(name);
}

void Replacement::commit() {
  take_after_old();
  if (uninterrupted([&] { return fsync(fd_.get()); }) == -1) fail("cannot flush", errno);
  if (temporary_.empty()) give_temporary_name();
  if (const int error = fd_.close(); error != 0) fail("cannot close", error);
  if (rename(temporary_.c_str(), target_.c_str()) == -1) fail("cannot replace", errno);
  temporary_.clear();
  // The new name is safe from a power cut once the folder is on disk too; not every file system can do that.
  Descriptor folder = Descriptor::open(folder_, O_RDONLY | O_DIRECTORY);
  if (folder && uninterrupted([&] { return fsync(folder.get()); }) == -1 && errno != EINVAL) {
    throw io_failure(shown_ + " is written, but its folder could not be flushed", errno);
  }
}

void Replacement::take_after_old() {
  if (!replaces_) return;
  struct stat own {};
  if (fstat(fd_.get(), &own) == -1) fail("cannot write to", errno);
  mode_t mode = mode_;
  const bool kept = (own.st_uid == owner_ && own.st_gid == group_) || fchown(fd_.get(), owner_, group_) == 0;
  if (!kept && own.st_gid != group_ && fchown(fd_.get(), static_cast<uid_t>(-1), group_) == -1) {
    // What the old group could do is not for ours: it may do what everybody may.
    mode = (mode & ~static_cast<mode_t>(S_IRWXG | S_ISGID)) | ((mode & S_IRWXO) << 3);
  }
  if (!kept) mode &= ~static_cast<mode_t>(S_ISUID);
  if (fchmod(fd_.get(), mode) == -1) fail("cannot set the mode of", errno);
}

void Replacement::give_temporary_name() {
  std::random_device random;
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    std::string name = folder_ + kPrefix + std::to_string(random());
    if (linkat(AT_FDCWD, magic_link(fd_.get()).c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      temporary_ = std::move(name);
      return;
    }
    if (errno != EEXIST) break;
  }
  fail("cannot write beside", errno);
}

void Replacement::fail(const std::string& what, int error) const {
  throw io_failure(what + " " + shown_, error);
}

}  // namespace sluice
