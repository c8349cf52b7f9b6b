// How bytes come in.
//
// A file is read by position, a stream as it comes, both in pieces of read_size into the same memory, which
// stays in the cache. Larger reads and mapped windows were measured and are no faster; nor is tee(2) into a
// pipe of our own from which bytes that pass are spliced on: it spares a fifth of the work, but not of the
// time, and no byte may leave before it was weighed, so there is a pipe more to keep in step.
#include "libfilter/io/source.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

#include "libfilter/io/codec.hpp"
#include "libfilter/io/decoding_thread.hpp"
#include "libfilter/io/descriptor.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/io/mapping.hpp"
#include "libfilter/io/worker_thread.hpp"

namespace sluice {

namespace {

Failure became_shorter(const std::string& name) {
  return Failure(Failure::Kind::io, name + " became shorter while it was read");
}

Failure unopened(const std::string& what, int error) {
  Failure failure = io_failure(what, error);
  failure.kind = Failure::Kind::unopened;
  return failure;
}

// Held bytes up to this share of a read are moved to the buffer's front at every fill, so that reading goes
// on in the same, cached memory.
constexpr std::size_t kCheapShare = 16;

// Pages come zeroed and only when they are touched: a buffer costs what is used of it.
class Buffer {
 public:
  explicit Buffer(std::size_t size)
      : size_(size),
        data_(
            mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    if (data_ == MAP_FAILED) throw std::bad_alloc();
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { munmap(data_, size_); }

  char* data() const { return static_cast<char*>(data_); }
  std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  void* data_;
};

// Of a mapped file as much is mapped at once: few calls, and memory that stays in the cache.
constexpr std::size_t kMapped = 4 * 1024 * 1024;

}  // namespace

struct Source::State {
  State(std::string source_name, Descriptor descriptor, Limits source_limits)
      : name(std::move(source_name)),
        fd(std::move(descriptor)),
        limits{std::max<std::size_t>(source_limits.read_size, 1), source_limits.hold, source_limits.reading},
        buffer(limits.hold + 2 * std::max(limits.read_size, kMagicBytes)) {}

  void inspect();
  Codec sniff(char* head, std::size_t room, std::size_t& got);
  void sniff_file();
  void sniff_stream();
  void decode(Codec codec, std::string head);
  std::size_t read(char* to, std::size_t n);
  void make_room();
  std::size_t fill_buffer();
  std::size_t map_on();

  std::string name;
  Descriptor fd;
  Limits limits;
  Buffer buffer;

  // buffer: [0, begin) given back, [begin, end) the window, [end, end + ahead) read but not shown yet.
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t ahead = 0;
  std::uint64_t offset = 0;

  bool standard_input = false;
  bool regular = false;  // read by position, from `base` on
  std::uint64_t base = 0;
  std::atomic<std::uint64_t> taken = 0;  // bytes read from the descriptor, perhaps by the decoder's thread
  std::optional<std::uint64_t> total;
  bool sniffed = false;
  bool ended = false;
  std::optional<Interrupt> interrupt;  // of the decoder's thread, and of whoever calls fill()
  std::atomic<bool> interrupted = false;
  std::unique_ptr<Decoder> decoder;

  // A mapped file: the window's first byte is `mapping.data() + begin`.
  bool mapped = false;
  Mapping mapping;

  const char* front() const { return (mapped ? mapping.data() : buffer.data()) + begin; }

  std::function<void()> before_fill;
  std::function<void(std::string_view)> observe;
};

void Source::State::inspect() {
  struct stat about {};
  if (fstat(fd.get(), &about) == -1) throw unopened("cannot read " + name, errno);
  if (S_ISDIR(about.st_mode)) throw unopened("cannot read " + name, EISDIR);
  if (S_ISFIFO(about.st_mode)) widen_pipe(fd.get());
  // The files of /proc and their like say that they are empty: they are read as a stream.
  if (!S_ISREG(about.st_mode) || about.st_size == 0) return;
  const off_t start = lseek(fd.get(), 0, SEEK_CUR);
  if (start == -1) return;
  regular = true;
  base = static_cast<std::uint64_t>(start);
  total = static_cast<std::uint64_t>(std::max<off_t>(about.st_size - start, 0));
  static_cast<void>(posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL));
}

// Reads at most `room` bytes to `head` until these say what the input is; moves `got` along.
Codec Source::State::sniff(char* head, std::size_t room, std::size_t& got) {
  for (;;) {
    const std::size_t more = read(head + got, room - got);
    got += more;
    if (more == 0) return recognise_whole({head, got});
    if (const std::optional<Codec> codec = recognise({head, got})) return *codec;
  }
}

// Looks ahead without moving, so that the file is then read in whole read_size pieces.
void Source::State::sniff_file() {
  std::array<char, kMagicBytes> head{};
  std::size_t got = 0;
  const Codec codec = sniff(head.data(), head.size(), got);
  taken = 0;
  sniffed = true;
  if (codec != Codec::none) decode(codec, {});
  // A small file is not worth a mapping; what cannot be mapped at its beginning is read.
  mapped =
      limits.reading == Reading::mapped && !decoder && *total > kMapped && mapping.map(fd.get(), base, 1);
}

// What was read to recognise a stream stays in the buffer and is shown in portions, or goes to the decoder.
void Source::State::sniff_stream() {
  const Codec codec = sniff(buffer.data(), std::max(limits.read_size, kMagicBytes), ahead);
  sniffed = true;
  if (codec != Codec::none) decode(codec, std::string(buffer.data(), std::exchange(ahead, 0)));
}

void Source::State::decode(Codec codec, std::string head) {
  if (!interrupt) interrupt.emplace();
  auto inner = Decoder::make(
      codec, name, [this, head = std::move(head), given = std::size_t{0}](char* to, std::size_t n) mutable {
        n = std::min(n, limits.read_size);
        if (given == head.size()) return read(to, n);
        n = head.copy(to, n, given);
        given += n;
        return n;
      });
  decoder = decode_ahead(std::move(inner), *interrupt);
}

// Up to n bytes of what the descriptor holds; 0 at its end.
std::size_t Source::State::read(char* to, std::size_t n) {
  for (;;) {
    if (interrupt && *interrupt) interrupt->wait_readable(fd.get());
    const ssize_t got = uninterrupted([&] {
      return regular ? pread(fd.get(), to, n, static_cast<off_t>(base + taken)) : ::read(fd.get(), to, n);
    });
    if (got > 0) {
      taken += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
    if (got == 0) break;
    if (errno != EAGAIN) throw io_failure("cannot read " + name, errno);
    wait_for(fd.get(), Readiness::readable);
  }
  if (regular && taken < *total) throw became_shorter(name);
  // Whoever shares standard input with us expects to find it where we stopped.
  if (regular && standard_input)
    static_cast<void>(lseek(fd.get(), static_cast<off_t>(base + taken), SEEK_SET));
  return 0;
}

void Source::State::make_room() {
  const std::size_t kept = end - begin + ahead;
  const bool full = buffer.size() - end - ahead < limits.read_size;
  if (begin == 0 || (kept > limits.read_size / kCheapShare && !full)) return;
  std::memmove(buffer.data(), buffer.data() + begin, kept);
  end -= begin;
  begin = 0;
}

Source Source::open(const std::string& path, Limits limits) {
  const bool standard_input = path == "-";
  std::string name = standard_input ? "<stdin>" : path;
  Descriptor fd = standard_input ? Descriptor::borrow(STDIN_FILENO) : Descriptor::open(path, O_RDONLY);
  if (!fd) throw unopened("cannot open " + name, errno);
  auto state = std::make_unique<State>(std::move(name), std::move(fd), limits);
  state->standard_input = standard_input;
  state->inspect();
  // A stream is not touched before the first fill(): it may have nothing to give yet.
  if (state->regular) state->sniff_file();
  return Source(std::move(state));
}

Source::Source(std::unique_ptr<State> state) : state_(std::move(state)) {}
Source::Source(Source&&) noexcept = default;
Source& Source::operator=(Source&&) noexcept = default;
Source::~Source() = default;

const std::string& Source::name() const { return state_->name; }

std::string_view Source::window() const { return {state_->front(), state_->end - state_->begin}; }

std::uint64_t Source::offset() const { return state_->offset; }

void Source::consume(std::size_t n) {
  assert(n <= window().size());
  state_->begin += n;
  state_->offset += n;
}

bool Source::fill() {
  State& state = *state_;
  if (state.before_fill) state.before_fill();
  if (window().size() > state.limits.hold) throw std::logic_error("fill() with more held than agreed");
  if (state.ended) return false;
  const std::size_t got = state.mapped ? state.map_on() : state.fill_buffer();
  // A decoder that was called back has ended without a word.
  if (state.interrupted) throw Interrupt::Raised{};
  state.ended = got == 0;
  if (state.observe && got > 0) state.observe(window().substr(window().size() - got));
  return got > 0;
}

std::size_t Source::State::fill_buffer() {
  make_room();
  if (!sniffed) sniff_stream();
  char* const to = buffer.data() + end;
  std::size_t got = 0;
  if (ahead > 0) {
    got = std::min(ahead, limits.read_size);
    ahead -= got;
  } else if (decoder) {
    got = decoder->read(to, limits.read_size);
  } else {
    got = read(to, limits.read_size);
  }
  end += got;
  return got;
}

// The window's bytes are in the file: they are mapped again, with what follows.
std::size_t Source::State::map_on() {
  struct stat about {};
  if (fstat(fd.get(), &about) == -1) throw io_failure("cannot read " + name, errno);
  const std::uint64_t front = base + offset;
  const std::size_t held = end - begin;
  const auto size = static_cast<std::uint64_t>(about.st_size);
  if (size < std::max(front + held, base + *total)) throw became_shorter(name);
  const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(size - front - held, kMapped));
  if (more == 0) {
    if (standard_input) static_cast<void>(lseek(fd.get(), static_cast<off_t>(front + held), SEEK_SET));
    return 0;
  }
  static_cast<void>(
      posix_fadvise(fd.get(), static_cast<off_t>(front + held + more), kMapped, POSIX_FADV_WILLNEED));
  if (!mapping.map(fd.get(), front, held + more)) throw io_failure("cannot map " + name, errno);
  begin = 0;
  end = held + more;
  taken = offset + end;
  return more;
}

bool Source::seek(std::uint64_t offset) {
  State& state = *state_;
  if (!state.regular || state.decoder || offset > *state.total) return false;
  if (state.offset > 0 || state.end > 0) throw std::logic_error("seek() behind a fill()");
  state.offset = offset;
  state.taken = offset;
  return true;
}

void Source::allow_interrupt() {
  if (!state_->interrupt) state_->interrupt.emplace();
  if (!*state_->interrupt) throw io_failure("cannot wait for " + state_->name, EMFILE);
}

void Source::interrupt() const {
  state_->interrupted = true;
  state_->interrupt->raise();
}

void Source::before_fill(std::function<void()> callback) { state_->before_fill = std::move(callback); }

void Source::observe(std::function<void(std::string_view)> callback) {
  state_->observe = std::move(callback);
}

std::optional<Source::Place> Source::place() const {
  if (!state_->regular || state_->decoder) return std::nullopt;
  return Place{state_->fd.get(), state_->base};
}

bool Source::compressed() const { return state_->decoder != nullptr; }

std::uint64_t Source::bytes_read() const { return state_->taken; }

std::optional<std::uint64_t> Source::bytes_total() const { return state_->total; }

}  // namespace sluice
