// Compressed streams, in and out.
//
// Boost.Iostreams decodes bzip2 and xz. gzip and zstd, which dumps really come in, go to zlib and libzstd
// themselves, because Boost's filters (as of 1.74) fail two promises: its zstd filter takes a stream that was
// cut off anywhere for whole, and its gzip filter refuses the zero padding behind a member that gzip(1)
// allows.
//
// Several members, frames or streams one behind the other are one input, zstd's skippable frames and xz's
// stream padding included. An input that ends inside one of them, whose checksum fails, or that goes on with
// anything else is unsound: bytes are never left out in silence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

enum class Codec : std::uint8_t { none, gzip, zstd, bzip2, xz };

// No magic number is longer.
inline constexpr std::size_t kMagicBytes = 6;

// What the first bytes of an input are. Nothing when `head` is the beginning of a magic number and more bytes
// have to tell; kMagicBytes bytes always suffice.
std::optional<Codec> recognise(std::string_view head);

// The same for an input that has no more bytes than `head`. The beginning of a magic number is a stream that
// was cut off, unless it could be text ("B", "BZ", "P*M", "("): that is for the reader of the text to judge.
Codec recognise_whole(std::string_view head);

class Decoder {
 public:
  // Yields up to n compressed bytes; 0 at the end of input.
  using Read = std::function<std::size_t(char* to, std::size_t n)>;

  // NAME is the input's, for messages. The codec is not `none`.
  static std::unique_ptr<Decoder> make(Codec codec, std::string name, Read read);

  virtual ~Decoder() = default;

  // Decoded bytes, at least one and at most n (n > 0), without waiting for more input than they take; 0 at a
  // sound end of input. Throws Failure::unsound_input with the place in the compressed input.
  virtual std::size_t read(char* to, std::size_t n) = 0;

 protected:
  Decoder() = default;
};

class Encoder {
 public:
  // Takes compressed bytes; they are gone when it returns.
  using Write = std::function<void(std::string_view)>;

  static constexpr int kGzipLevels = 9;  // 1..9
  static constexpr int kZstdLevels =
      19;  // 1..19: what lies beyond takes hundreds of MiB at the other end too

  // gzip or zstd. Level 0 is the codec's default. Up to that, zstd works in up to two threads of its own if
  // it may, which end with the encoder; WRITE is called from the caller's thread alone. The same bytes in
  // give the same bytes out, but for a machine where no thread can be started.
  enum class Threads : std::uint8_t { none, some };
  static std::unique_ptr<Encoder> make(Codec codec, int level, Threads threads, Write write);

  virtual ~Encoder() = default;

  virtual void write(std::string_view bytes) = 0;

  // Ends the stream; no bytes at all make a stream too.
  virtual void finish() = 0;

 protected:
  Encoder() = default;
};

}  // namespace sluice
