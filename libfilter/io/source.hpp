// Bytes in: a regular file, a pipe or standard input, decompressed when its first bytes say so.
//
// A Source lends one contiguous window of the input's unread bytes. The caller consumes bytes from the
// window's front when it is done with them and asks for more behind its back end with fill(). The buffer is
// allocated once (hold + two reads). Bytes still held are moved to its front when its end is reached, or when
// they are few beside a read, so that reading stays in the same, cached memory; a byte that passes is not
// copied in user space, but for decompressed ones, once.
//
// Compression is recognised by magic bytes (gzip 1f 8b, zstd 28 b5 2f fd and skippable frames, bzip2
// "BZh", xz fd "7zXZ" 00), never by the name. Several frames or members one behind the other are one input. A
// stream that ends inside a frame, or whose checksum fails, throws Failure::unsound_input: never a short
// success. All but the beginning of it is decoded in a thread of its own, ahead of the window
// (decoding_thread.hpp): callbacks and failures come from the caller's thread all the same, and the
// destructor ends the thread at once, whatever it waits for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

class Source {
 public:
  // How a large regular file is read. Mapped, its bytes are not copied at all, which is worth it where little
  // is done with them; a file that is cut short meanwhile ends the process with SIGBUS, though.
  enum class Reading { copied, mapped };

  struct Limits {
    std::size_t read_size = 256 * 1024;  // bytes asked for by one fill(), at least 1
    std::size_t hold = 1024 * 1024;      // bytes the caller may leave unconsumed and still fill()
    Reading reading = Reading::copied;
  };

  // PATH "-" is standard input. Throws Failure::unopened when it cannot be opened (a directory
  // included), Failure::io when its first bytes cannot be read.
  static Source open(const std::string& path, Limits limits);

  Source(Source&&) noexcept;
  Source& operator=(Source&&) noexcept;
  ~Source();

  // The name for messages: the path as given, "<stdin>" for standard input.
  const std::string& name() const;

  // The unread bytes at hand. Valid until the next fill().
  std::string_view window() const;

  // Position in the (decompressed) input of window().front(), in bytes from its start.
  std::uint64_t offset() const;

  // Gives back the first n bytes of the window. The memory stays as it is until the next fill().
  void consume(std::size_t n);

  // Reads once (up to read_size bytes, or a mapping's length; a short read is fine) behind the window.
  // Returns false at the end of input. Retries EINTR. Precondition: window().size() <= hold. Throws Failure
  // (io, unsound_input).
  bool fill();

  // Goes to OFFSET before the first fill(). False, and nothing has changed, where that is not possible: not a
  // regular file, a compressed one, or one that is not that long.
  bool seek(std::uint64_t offset);

  // From now on interrupt() works. Before the first fill(). Throws Failure::io when the system has no
  // descriptor left for it.
  void allow_interrupt();
  // For any thread: a fill() that waits for input, and every later one, throws Interrupt::Raised
  // (worker_thread.hpp).
  void interrupt() const;

  // Called at the start of every fill(), before the window's memory may change and before a wait for input:
  // whoever still holds views of consumed bytes (a Sink) has to settle them there.
  void before_fill(std::function<void()> callback);

  // Called with all bytes as they come in (decompressed), each once and in order: for a digest.
  void observe(std::function<void(std::string_view)> callback);

  // Whether the input is being decompressed; known from the first fill() on.
  bool compressed() const;

  // The descriptor, when the input is an uncompressed regular file whose byte at file position P is the
  // input's byte at offset P - base: what a Sink needs to move bytes by their place instead of their address.
  struct Place {
    int fd;
    std::uint64_t base;
  };
  std::optional<Place> place() const;

  // For progress: bytes read from the descriptor so far (compressed bytes when compressed, those that are
  // decoded ahead included), and the size of the file when it is known. For any thread.
  std::uint64_t bytes_read() const;
  std::optional<std::uint64_t> bytes_total() const;

 private:
  struct State;
  explicit Source(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice
