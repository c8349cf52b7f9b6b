// A file that takes the place of another at once, or not at all.
//
// The new content is written to an unnamed file in the same folder (O_TMPFILE; where the file system has no
// such thing, to a file with a temporary name) and gets its name by rename(2), after fsync. A
// process that dies leaves the old file as it was, and with O_TMPFILE nothing else.
#pragma once

#include <sys/types.h>

#include <string>

#include "libfilter/io/descriptor.hpp"
#include "libfilter/io/failure.hpp"

namespace sluice {

// Whether another user may have put PATH where it is for us to write to: an entry of a folder where everybody
// may write, such as /tmp, that is neither ours nor the folder's owner's.
bool is_planted(const std::string& path);
// What to throw then. Failure::io.
Failure planted_failure(const std::string& path);

class Replacement {
 public:
  // PATH names a regular file or nothing yet; at a symbolic link it is the link's target that is replaced. A
  // file that exists has to be writable, as if it were written in place. Throws Failure::io.
  explicit Replacement(const std::string& path);

  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement();

  // Where to write.
  int fd() const { return fd_.get(); }

  // Gives the file its mode (that of the file it replaces, else 0600) and, as far as we may, its owner;
  // flushes, closes and renames. Throws Failure::io; the old file is there as before then, unless the message
  // says that only the folder could not be flushed.
  void commit();

 private:
  void create();
  void take_after_old();
  void give_temporary_name();
  [[noreturn]] void fail(const std::string& what, int error) const;

  std::string shown_;   // the path as it was given, for messages
  std::string target_;  // behind all symbolic links
  std::string folder_;
  std::string temporary_;  // empty while the new file has no name
  Descriptor fd_;
  bool replaces_ = false;
  mode_t mode_ = 0;
  uid_t owner_ = 0;
  gid_t group_ = 0;
};

}  // namespace sluice
