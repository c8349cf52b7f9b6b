// Bytes out: standard output or a file, compressed on request.
//
// A Sink takes two kinds of bytes. Lent bytes pass through unchanged: they are named by their offset in the
// input and by their address in the Source's window, and the Sink decides how they move: splice from a
// regular file to a pipe, copy_file_range from one to another, writev from the window otherwise and wherever
// the system refuses those. Own bytes are ours and short: the Sink copies them. Neighbouring lent stretches
// become one. Nothing is written before settle() has to be called or enough has gathered; every result of
// every call is checked.
//
// zstd output up to the default level is compressed by threads of its own, which take no signals (codec.hpp).
//
// A file (-o) is written under a temporary name beside it (an unnamed O_TMPFILE where the file system has
// it), flushed, closed and renamed by finish(): the file is whole or it is the old one. A new file is private
// to its owner (0600, dumps hold secrets); one that exists keeps its mode. A Sink that is destroyed without
// finish() leaves nothing behind.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "libfilter/io/source.hpp"

namespace sluice {

struct Compression {
  enum class Format { none, gzip, zstd };
  Format format = Format::none;
  int level = 0;  // 0: the codec's default, up to which zstd has threads unless the input is compressed too

  // Reads "none", "gzip", "zstd", "gzip:9", "zstd:19"; throws Failure::usage with the values allowed.
  static Compression parse(std::string_view text);
  // What a file's name asks for (.gz, .zst), none otherwise.
  static Compression by_name(std::string_view path);
};

class Sink {
 public:
  // PATH "-" is standard output. Throws Failure::io.
  static Sink open(const std::string& path, Compression compression);

  Sink(Sink&&) noexcept;
  Sink& operator=(Sink&&) noexcept;
  ~Sink();

  // Where lent bytes come from from now on, so that they can be moved by their place. The Source must outlive
  // the Sink's use, or be released before.
  void origin(const Source& source);

  // Writes all that was taken: nothing waits for the Source any more. Throws as settle() does.
  void release();

  // Lent bytes: unchanged input. They must stay readable until the next settle().
  void pass(std::string_view lent, std::uint64_t offset);

  // Own bytes, copied.
  void put(std::string_view own);

  // Lets go of lent memory, which may change afterwards (to be called from Source::before_fill). Everything
  // that was taken is written, but for a last stretch that can be moved by its place: it may wait, without
  // memory, for the stretch that continues it. Throws Failure::io (an ENOSPC says so), here and at every
  // later call: nothing is written behind a hole. EPIPE is for SIGPIPE's default action; it throws when that
  // is ignored.
  void settle();

  // Writes all that is left, then flush, fsync (files), close and rename. Throws Failure::io. Without it,
  // what settle() has left waiting is lost.
  void finish();

  // Bytes taken so far, before compression.
  std::uint64_t bytes() const;

  // Called with all bytes in order, before compression: for a digest. Set before the first byte.
  void observe(std::function<void(std::string_view)> callback);

 private:
  struct State;
  explicit Sink(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice
