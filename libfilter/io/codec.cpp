#include "libfilter/io/codec.hpp"

#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <boost/iostreams/categories.hpp>
#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <new>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "libfilter/io/failure.hpp"
#include "libfilter/io/worker_thread.hpp"

namespace sluice {

namespace {

constexpr std::size_t kInputBytes = 64 * 1024;
constexpr std::size_t kOutputBytes = 64 * 1024;
constexpr std::size_t kLargestStep = 1U << 30;  // zlib counts in unsigned int

using namespace std::string_view_literals;

struct Magic {
  Codec codec;
  std::string_view bytes;
  unsigned char mask;  // of the first byte: a skippable frame has sixteen numbers
};

constexpr std::array kMagics = {
    Magic{Codec::gzip, "\x1f\x8b"sv, 0xff},         Magic{Codec::zstd, "\x28\xb5\x2f\xfd"sv, 0xff},
    Magic{Codec::zstd, "\x50\x2a\x4d\x18"sv, 0xf0}, Magic{Codec::bzip2, "BZh"sv, 0xff},
    Magic{Codec::xz, "\xfd\x37zXZ\0"sv, 0xff},
};

bool agrees(const Magic& magic, std::string_view head) {
  const std::size_t n = std::min(head.size(), magic.bytes.size());
  if (n == 0) return true;
  const auto first = [](std::string_view bytes) { return static_cast<unsigned char>(bytes.front()); };
  return (first(head) & magic.mask) == first(magic.bytes) &&
         head.substr(1, n - 1) == magic.bytes.substr(1, n - 1);
}

std::string_view name_of(Codec codec) {
  switch (codec) {
    case Codec::gzip:
      return "gzip";
    case Codec::zstd:
      return "zstd";
    case Codec::bzip2:
      return "bzip2";
    case Codec::xz:
      return "xz";
    case Codec::none:
      break;
  }
  return "uncompressed";
}

// A Failure needs three things that every decoder has: the input's name, the codec, and how many compressed
// bytes it has got so far.
class Input {
 public:
  Input(Codec codec, std::string name, Decoder::Read read)
      : codec_(name_of(codec)), name_(std::move(name)), read_(std::move(read)) {}

  std::size_t read(char* to, std::size_t n) {
    const std::size_t got = read_(to, n);
    taken_ += got;
    return got;
  }

  std::uint64_t taken() const { return taken_; }

  Failure cut_off() const {
    return Failure(
        Failure::Kind::unsound_input,
        name_ + ": " + codec_ + " data ends too early, at compressed byte " + std::to_string(taken_), {},
        "was the file cut off while it was written or copied?");
  }

  Failure corrupt(std::string_view near, std::uint64_t at, std::string_view what) const {
    return Failure(Failure::Kind::unsound_input, name_ + ": corrupt " + codec_ + " data " +
                                                     std::string(near) + " compressed byte " +
                                                     std::to_string(at) + ": " + std::string(what));
  }

  Failure too_large(std::string_view command) const {
    return Failure(Failure::Kind::unsound_input, name_ + ": this " + codec_ + " data needs too much memory",
                   {}, "decompress it with " + std::string(command) + " and pipe the result in");
  }

 private:
  std::string codec_;
  std::string name_;
  Decoder::Read read_;
  std::uint64_t taken_ = 0;
};

// Compressed bytes at hand, for the libraries that are fed by pointer.
class Stock {
 public:
  explicit Stock(Input& input) : input_(input) {}

  // Brings bytes when there are none; false at the end of input.
  bool ready() {
    if (begin_ == end_) {
      begin_ = 0;
      end_ = input_.read(bytes_.data(), bytes_.size());
    }
    return begin_ != end_;
  }

  std::string_view rest() const { return {bytes_.data() + begin_, end_ - begin_}; }
  void take(std::size_t n) { begin_ += n; }
  std::uint64_t position() const { return input_.taken() - (end_ - begin_); }

 private:
  Input& input_;
  std::vector<char> bytes_ = std::vector<char>(kInputBytes);
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

class GzipDecoder final : public Decoder {
 public:
  explicit GzipDecoder(Input input) : input_(std::move(input)), stock_(input_) {
    constexpr int kGzipOnly = 16;  // added to the window bits: a gzip header, checksum and length
    if (inflateInit2(&zlib_, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  ~GzipDecoder() override { inflateEnd(&zlib_); }

  std::size_t read(char* to, std::size_t n) override {
    while (stock_.ready()) {
      if (between_ && (padding_ || stock_.rest().front() == '\0')) {
        skip_padding();
        continue;
      }
      between_ = false;
      if (const std::size_t made = inflate_some(to, std::min(n, kLargestStep)); made > 0) return made;
    }
    if (!between_) throw input_.cut_off();
    return 0;
  }

 private:
  std::size_t inflate_some(char* to, std::size_t n) {
    const std::string_view in = stock_.rest();
    zlib_.next_in = reinterpret_cast<const Bytef*>(in.data());
    zlib_.avail_in = static_cast<uInt>(in.size());
    zlib_.next_out = reinterpret_cast<Bytef*>(to);
    zlib_.avail_out = static_cast<uInt>(n);
    const int result = inflate(&zlib_, Z_NO_FLUSH);
    stock_.take(in.size() - zlib_.avail_in);
    if (result == Z_STREAM_END) {
      between_ = true;
      inflateReset(&zlib_);
    } else if (result == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      throw input_.corrupt("at", stock_.position(), zlib_.msg != nullptr ? zlib_.msg : "not decodable");
    }
    return n - zlib_.avail_out;
  }

  // Tape blocks are filled up with zeros, and gzip(1) passes over them; members do not follow behind.
  void skip_padding() {
    padding_ = true;
    const std::size_t zeros = std::min(stock_.rest().find_first_not_of('\0'), stock_.rest().size());
    stock_.take(zeros);
    if (!stock_.rest().empty()) {
      throw input_.corrupt("at", stock_.position(), "something follows the zero padding");
    }
  }

  Input input_;
  Stock stock_;
  z_stream zlib_{};
  bool between_ = false;  // a member has ended and no byte of another was seen
  bool padding_ = false;
};

class ZstdDecoder final : public Decoder {
 public:
  explicit ZstdDecoder(Input input) : input_(std::move(input)), stock_(input_), zstd_(ZSTD_createDCtx()) {
    if (!zstd_) throw std::bad_alloc();
  }

  std::size_t read(char* to, std::size_t n) override {
    for (;;) {
      // A full output buffer may have left decoded bytes behind in zstd: they come without further input.
      if (!more_inside_ && !stock_.ready()) {
        if (!between_) throw input_.cut_off();
        return 0;
      }
      ZSTD_inBuffer in{stock_.rest().data(), stock_.rest().size(), 0};
      ZSTD_outBuffer out{to, n, 0};
      const std::size_t result = ZSTD_decompressStream(zstd_.get(), &out, &in);
      stock_.take(in.pos);
      if (ZSTD_isError(result) != 0) refuse(result);
      between_ = result == 0;
      more_inside_ = !between_ && out.pos == out.size;
      if (out.pos > 0) return out.pos;
    }
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };

  [[noreturn]] void refuse(std::size_t result) const {
    const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    if (code == ZSTD_error_memory_allocation) throw std::bad_alloc();
    if (code == ZSTD_error_frameParameter_windowTooLarge) throw input_.too_large("zstd -dc --long=31");
    throw input_.corrupt("at", stock_.position(), ZSTD_getErrorName(result));
  }

  Input input_;
  Stock stock_;
  std::unique_ptr<ZSTD_DCtx, Free> zstd_;
  bool between_ = false;  // a frame has ended and no byte of another was seen
  bool more_inside_ = false;
};

// A Boost filter reads until its caller's buffer is full. The device says "nothing now" behind each real
// read, so that what came of it is given before the input is waited for again.
template <class Filter>
class BoostDecoder final : public Decoder {
 public:
  BoostDecoder(Input input, Filter filter) : input_(std::move(input)), filter_(std::move(filter)) {}

  std::size_t read(char* to, std::size_t n) override {
    if (ended_) return 0;
    try {
      for (;;) {
        device_.may_read = true;
        const std::streamsize made = filter_.read(device_, to, static_cast<std::streamsize>(n));
        if (made > 0) return static_cast<std::size_t>(made);
        if (made < 0) {
          ended_ = true;
          return 0;
        }
      }
    } catch (const boost::iostreams::bzip2_error& error) {
      if (device_.at_end) throw input_.cut_off();
      throw input_.corrupt("before", input_.taken(), "libbz2 error " + std::to_string(error.error()));
    } catch (const boost::iostreams::lzma_error& error) {
      if (error.error() == kMemoryLimit) throw input_.too_large("xz -dc");
      if (device_.at_end) throw input_.cut_off();
      throw input_.corrupt("before", input_.taken(), "liblzma error " + std::to_string(error.error()));
    }
  }

 private:
  static constexpr int kMemoryLimit = 6;  // LZMA_MEMLIMIT_ERROR; Boost allows 100 MiB, xz -9 takes 65

  struct Device {
    using char_type = char;
    using category = boost::iostreams::source_tag;

    std::streamsize read(char* to, std::streamsize n) {
      if (!may_read) return 0;
      may_read = false;
      const std::size_t got = input.read(to, static_cast<std::size_t>(n));
      at_end = got == 0;
      return at_end ? -1 : static_cast<std::streamsize>(got);
    }

    Input& input;
    bool may_read = false;
    bool at_end = false;
  };

  Input input_;
  Device device_{input_};
  Filter filter_;
  bool ended_ = false;
};

class GzipEncoder final : public Encoder {
 public:
  GzipEncoder(int level, Write write) : write_(std::move(write)) {
    constexpr int kGzip = 16;
    constexpr int kDefaultMemory = 8;
    if (deflateInit2(&zlib_, level == 0 ? Z_DEFAULT_COMPRESSION : level, Z_DEFLATED, MAX_WBITS + kGzip,
                     kDefaultMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
    renew();
  }
  GzipEncoder(const GzipEncoder&) = delete;
  GzipEncoder& operator=(const GzipEncoder&) = delete;
  ~GzipEncoder() override { deflateEnd(&zlib_); }

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::string_view step = bytes.substr(0, kLargestStep);
      zlib_.next_in = reinterpret_cast<const Bytef*>(step.data());
      zlib_.avail_in = static_cast<uInt>(step.size());
      while (zlib_.avail_in > 0) {
        deflate(&zlib_, Z_NO_FLUSH);
        if (zlib_.avail_out == 0) emit();
      }
      bytes.remove_prefix(step.size());
    }
  }

  void finish() override {
    while (deflate(&zlib_, Z_FINISH) != Z_STREAM_END) emit();
    emit();
  }

 private:
  void renew() {
    zlib_.next_out = reinterpret_cast<Bytef*>(out_.data());
    zlib_.avail_out = static_cast<uInt>(out_.size());
  }

  void emit() {
    write_({out_.data(), out_.size() - zlib_.avail_out});
    renew();
  }

  Write write_;
  z_stream zlib_{};
  std::vector<char> out_ = std::vector<char>(kOutputBytes);
};

// The default level and those below have worker threads, which compress jobs of half a MiB with as much of
// what stands before each as history. The window and the tables of the default level are cut to that size, so
// that this takes little more memory than one thread does alone; the output stays within two of a hundred, to
// either side. Higher levels live on windows of many MiB: each worker would want memory like that, and short
// jobs would lose what the level is asked for. The jobs do not depend on the number of workers, so the output
// is the same on every machine that can start one.
class ZstdEncoder final : public Encoder {
 public:
  ZstdEncoder(int level, Threads threads, Write write)
      : write_(std::move(write)), level_(level == 0 ? ZSTD_CLEVEL_DEFAULT : level), zstd_(ZSTD_createCCtx()) {
    if (!zstd_) throw std::bad_alloc();
    if (threads == Threads::some && level_ <= ZSTD_CLEVEL_DEFAULT && start_workers()) return;
    ZSTD_CCtx_reset(zstd_.get(), ZSTD_reset_session_and_parameters);
    set_format();
  }

  void write(std::string_view bytes) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size) step(in, ZSTD_e_continue);
  }

  void finish() override {
    ZSTD_inBuffer nothing{nullptr, 0, 0};
    while (step(nothing, ZSTD_e_end) > 0) {
    }
    emit();
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  static constexpr unsigned kMostWorkers = 2;  // each more takes 1.5 MiB
  static constexpr int kJobBytes = 512 * 1024;
  static constexpr int kOverlap = 8;  // libzstd's scale: half a window
  static constexpr int kWindowLog = 20, kHashLog = 16, kChainLog = 15;

  bool set(ZSTD_cParameter parameter, int value) {
    return ZSTD_isError(ZSTD_CCtx_setParameter(zstd_.get(), parameter, value)) == 0;
  }

  void set_format() {
    set(ZSTD_c_compressionLevel, level_);
    set(ZSTD_c_checksumFlag, 1);
  }

  // False: libzstd was built without threads, or none can be started.
  bool start_workers() {
    const auto workers = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, kMostWorkers));
    if (!set(ZSTD_c_nbWorkers, workers)) return false;
    set_format();
    set(ZSTD_c_jobSize, kJobBytes);
    set(ZSTD_c_overlapLog, kOverlap);
    if (level_ == ZSTD_CLEVEL_DEFAULT) {
      set(ZSTD_c_windowLog, kWindowLog);
      set(ZSTD_c_hashLog, kHashLog);
      set(ZSTD_c_chainLog, kChainLog);
    }
    const SignalsStayHere signals;
    ZSTD_inBuffer nothing{nullptr, 0, 0};
    return ZSTD_isError(compress(nothing, ZSTD_e_continue)) == 0;
  }

  std::size_t compress(ZSTD_inBuffer& in, ZSTD_EndDirective directive) {
    ZSTD_outBuffer out{out_.data(), out_.size(), filled_};
    const std::size_t result = ZSTD_compressStream2(zstd_.get(), &out, &in, directive);
    filled_ = out.pos;
    return result;
  }

  std::size_t step(ZSTD_inBuffer& in, ZSTD_EndDirective directive) {
    const std::size_t result = compress(in, directive);
    if (ZSTD_isError(result) != 0)
      throw std::runtime_error(std::string("zstd: ") + ZSTD_getErrorName(result));
    if (filled_ == out_.size()) emit();
    return result;
  }

  void emit() {
    write_({out_.data(), filled_});
    filled_ = 0;
  }

  Write write_;
  int level_;
  std::unique_ptr<ZSTD_CCtx, Free> zstd_;
  std::vector<char> out_ = std::vector<char>(kOutputBytes);
  std::size_t filled_ = 0;
};

}  // namespace

std::optional<Codec> recognise(std::string_view head) {
  bool may_become = false;
  for (const Magic& magic : kMagics) {
    if (!agrees(magic, head)) continue;
    if (head.size() >= magic.bytes.size()) return magic.codec;
    may_become = true;
  }
  if (may_become) return std::nullopt;
  return Codec::none;
}

Codec recognise_whole(std::string_view head) {
  if (const std::optional<Codec> codec = recognise(head)) return *codec;
  const auto is_text = [](char byte) { return byte >= ' ' && byte <= '~'; };
  if (std::all_of(head.begin(), head.end(), is_text)) return Codec::none;
  return std::find_if(kMagics.begin(), kMagics.end(), [&](const Magic& magic) { return agrees(magic, head); })
      ->codec;
}

std::unique_ptr<Decoder> Decoder::make(Codec codec, std::string name, Read read) {
  Input input(codec, std::move(name), std::move(read));
  switch (codec) {
    case Codec::gzip:
      return std::make_unique<GzipDecoder>(std::move(input));
    case Codec::zstd:
      return std::make_unique<ZstdDecoder>(std::move(input));
    case Codec::bzip2:
      return std::make_unique<BoostDecoder<boost::iostreams::bzip2_decompressor>>(
          std::move(input), boost::iostreams::bzip2_decompressor(false, kInputBytes));
    case Codec::xz:
      return std::make_unique<BoostDecoder<boost::iostreams::lzma_decompressor>>(
          std::move(input), boost::iostreams::lzma_decompressor(kInputBytes));
    case Codec::none:
      break;
  }
  throw std::logic_error("no decoder for what is not compressed");
}

std::unique_ptr<Encoder> Encoder::make(Codec codec, int level, Threads threads, Write write) {
  if (codec == Codec::gzip) return std::make_unique<GzipEncoder>(level, std::move(write));
  if (codec == Codec::zstd) return std::make_unique<ZstdEncoder>(level, threads, std::move(write));
  throw std::logic_error("no encoder for this codec");
}

}  // namespace sluice
