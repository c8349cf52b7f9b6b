// How bytes leave.
//
// What is taken waits as pieces in output order: own bytes in one string, lent bytes by address and, when
// the origin is a file and the output a pipe or a file, by place. A drain turns runs of pieces into one
// writev(2), and long stretches that have a place into one of two calls: splice(2) into a pipe, which moves
// page references and copies nothing, and copy_file_range(2) into a file, which copies inside the kernel or,
// on file systems that can, lets both files share what is stored. Both write where the file's position is and
// move it, as writev(2) does, so that standard output can be shared. Where one of them is refused, bytes are
// copied.
//
// settle() has to let go of addresses, not of bytes: a last stretch with a place stays behind by its place
// alone, so that it can grow with what the next window brings. Splices are therefore as long as the unchanged
// input, up to kPlacedMost, whatever the size of the reads.
//
// A file that somebody overwrites in place while it is read may so be moved in another state than the one
// that was looked at; a file that is replaced by rename(2) is not affected.
#include "libfilter/io/sink.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "libfilter/io/codec.hpp"
#include "libfilter/io/descriptor.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/io/replacement.hpp"

namespace sluice {

namespace {

// The calls that move bytes from place to place, and from which length on they are cheaper than writev.
enum class ByPlace { no, splice, copy_range };
constexpr std::size_t kSpliceFrom = 16 * 1024;
constexpr std::size_t kCopyRangeFrom = 256 * 1024;

constexpr std::size_t kPlacedMost = 1024 * 1024;  // what waits by place alone: a pipe holds no more
constexpr std::size_t kOwnMost = 64 * 1024;
constexpr std::size_t kMostPieces = std::min(IOV_MAX, 1024);
constexpr std::size_t kCopyBytes = 128 * 1024;

struct Piece {
  enum class Kind { own, lent, placed } kind;
  std::size_t size;
  const char* address;  // lent
  std::uint64_t place;  // own: where in own_; lent and placed: the offset in the input
};

}  // namespace

struct Sink::State {
  State(std::string output_name, Descriptor descriptor, Compression how);
  State(const std::string& path, std::unique_ptr<Replacement> file, Compression how);

  void look_at_output();
  bool compresses() const { return compression.format != Compression::Format::none; }
  Encoder& encode();
  void take(std::string_view bytes);
  void drain();
  void settle();
  void finish();
  ByPlace way_to_output() const;
  bool has_place(const Piece& piece) const {
    return by_place != ByPlace::no && piece.kind != Piece::Kind::own;
  }
  void gather(const Piece& piece);
  void write_gathered();
  void write(std::string_view bytes);
  std::size_t write_once(const iovec* vectors, std::size_t count);
  void move_by_place(Piece piece);
  ssize_t move_once(std::uint64_t place, std::size_t size);
  void copy_by_place(Piece piece);
  [[noreturn]] void fail(const std::string& what, int error) const;
  template <class Action>
  void once_sound(Action action);

  std::string name;
  Descriptor descriptor;                     // standard output, or what is written in place
  std::unique_ptr<Replacement> replacement;  // or a file
  int fd = -1;                               // of either
  bool standard_output = false;
  bool is_device = false;
  Compression compression;
  std::unique_ptr<Encoder> encoder;  // from the first byte on

  const Source* source = nullptr;
  std::optional<Source::Place> origin;
  std::string origin_name;
  ByPlace by_place = ByPlace::no;

  std::vector<Piece> pieces;
  std::string own;
  std::vector<iovec> gathered;
  std::vector<char> copy_buffer;
  std::uint64_t taken = 0;
  std::function<void(std::string_view)> observe;
  std::exception_ptr failure;
  bool finished = false;
};

Sink::State::State(std::string output_name, Descriptor output, Compression how)
    : name(std::move(output_name)), descriptor(std::move(output)), fd(descriptor.get()), compression(how) {
  look_at_output();
}

Sink::State::State(const std::string& path, std::unique_ptr<Replacement> file, Compression how)
    : name(path), replacement(std::move(file)), fd(replacement->fd()), compression(how) {}

void Sink::State::look_at_output() {
  struct stat about {};
  if (fstat(fd, &about) == -1) throw io_failure("cannot write to " + name, errno);
  is_device = S_ISBLK(about.st_mode);
  if (S_ISFIFO(about.st_mode)) widen_pipe(fd);
}

// Threads for both ends would take more memory than a program may have, and more cores than most machines.
Encoder& Sink::State::encode() {
  if (encoder) return *encoder;
  const Codec codec = compression.format == Compression::Format::gzip ? Codec::gzip : Codec::zstd;
  const auto threads =
      source != nullptr && source->compressed() ? Encoder::Threads::none : Encoder::Threads::some;
  encoder =
      Encoder::make(codec, compression.level, threads, [this](std::string_view bytes) { write(bytes); });
  return *encoder;
}

void Sink::State::fail(const std::string& what, int error) const {
  const bool no_room = error == ENOSPC || error == EDQUOT;
  throw io_failure(
      what, error,
      no_room && replacement ? "make room and run it again: " + name + " was left as it was" : "");
}

// Nothing is written behind a write that failed, for the output would have a hole: the failure comes again.
template <class Action>
void Sink::State::once_sound(Action action) {
  if (failure) std::rethrow_exception(failure);
  try {
    action();
  } catch (...) {
    failure = std::current_exception();
    throw;
  }
}

void Sink::State::take(std::string_view bytes) {
  taken += bytes.size();
  if (observe) observe(bytes);
  if (pieces.size() >= kMostPieces || own.size() >= kOwnMost) once_sound([&] { drain(); });
}

void Sink::State::drain() {
  for (const Piece& piece : pieces) {
    const bool must_move = piece.kind == Piece::Kind::placed;
    const std::size_t worthwhile = by_place == ByPlace::splice ? kSpliceFrom : kCopyRangeFrom;
    if (must_move || (has_place(piece) && piece.size >= worthwhile)) {
      write_gathered();
      move_by_place(piece);
    } else {
      gather(piece);
    }
  }
  write_gathered();
  pieces.clear();
  own.clear();
}

void Sink::State::settle() {
  std::optional<Piece> last;
  if (!pieces.empty() && has_place(pieces.back()) && pieces.back().size < kPlacedMost) {
    last = pieces.back();
    last->kind = Piece::Kind::placed;
    pieces.pop_back();
  }
  drain();
  if (last) pieces.push_back(*last);
}

void Sink::State::gather(const Piece& piece) {
  const char* const address = piece.kind == Piece::Kind::own ? own.data() + piece.place : piece.address;
  if (compresses()) {
    encode().write({address, piece.size});
    return;
  }
  gathered.push_back({const_cast<char*>(address), piece.size});
  if (gathered.size() == kMostPieces) write_gathered();
}

void Sink::State::write_gathered() {
  std::size_t first = 0;
  while (first < gathered.size()) {
    std::size_t written = write_once(&gathered[first], gathered.size() - first);
    while (first < gathered.size() && written >= gathered[first].iov_len)
      written -= gathered[first++].iov_len;
    if (written > 0) {
      gathered[first].iov_base = static_cast<char*>(gathered[first].iov_base) + written;
      gathered[first].iov_len -= written;
    }
  }
  gathered.clear();
}

void Sink::State::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const iovec vector{const_cast<char*>(bytes.data()), bytes.size()};
    bytes.remove_prefix(write_once(&vector, 1));
  }
}

// At least one byte, for there is at least one.
std::size_t Sink::State::write_once(const iovec* vectors, std::size_t count) {
  for (;;) {
    const ssize_t written = uninterrupted([&] { return writev(fd, vectors, static_cast<int>(count)); });
    if (written > 0) return static_cast<std::size_t>(written);
    if (written == 0) fail("cannot write to " + name, ENOSPC);
    if (errno != EAGAIN) fail("cannot write to " + name, errno);
    wait_for(fd, Readiness::writable);
  }
}

ByPlace Sink::State::way_to_output() const {
  if (!origin || compresses()) return ByPlace::no;
  struct stat in {};
  struct stat out {};
  if (fstat(origin->fd, &in) == -1 || fstat(fd, &out) == -1) return ByPlace::no;
  if (S_ISFIFO(out.st_mode)) return ByPlace::splice;
  const bool same_file = in.st_dev == out.st_dev && in.st_ino == out.st_ino;
  return S_ISREG(out.st_mode) && !same_file ? ByPlace::copy_range : ByPlace::no;
}

ssize_t Sink::State::move_once(std::uint64_t place, std::size_t size) {
  auto from = static_cast<off64_t>(origin->base + place);
  return uninterrupted([&] {
    return by_place == ByPlace::splice ? splice(origin->fd, &from, fd, nullptr, size, SPLICE_F_MOVE)
                                       : copy_file_range(origin->fd, &from, fd, nullptr, size, 0);
  });
}

void Sink::State::move_by_place(Piece piece) {
  while (by_place != ByPlace::no && piece.size > 0) {
    const ssize_t moved = move_once(piece.place, piece.size);
    if (moved > 0) {
      piece.size -= static_cast<std::size_t>(moved);
      piece.place += static_cast<std::size_t>(moved);
      if (piece.kind == Piece::Kind::lent) piece.address += moved;
    } else if (moved == -1 && errno == EAGAIN) {
      wait_for(fd, Readiness::writable);
    } else {
      // Not every file system can do it, nor every way of opening a file. What else went wrong, the read or
      // the write below will name.
      by_place = ByPlace::no;
    }
  }
  if (piece.size == 0) return;
  if (piece.kind == Piece::Kind::lent) {
    write({piece.address, piece.size});
  } else {
    copy_by_place(piece);
  }
}

// For what was left behind by its place when moving it turned out not to work.
void Sink::State::copy_by_place(Piece piece) {
  copy_buffer.resize(kCopyBytes);
  while (piece.size > 0) {
    const std::size_t step = std::min(piece.size, copy_buffer.size());
    const auto from = static_cast<off_t>(origin->base + piece.place);
    const ssize_t got = uninterrupted([&] { return pread(origin->fd, copy_buffer.data(), step, from); });
    if (got == -1) fail("cannot read " + origin_name, errno);
    if (got == 0) throw Failure(Failure::Kind::io, origin_name + " became shorter while it was read");
    write({copy_buffer.data(), static_cast<std::size_t>(got)});
    piece.size -= static_cast<std::size_t>(got);
    piece.place += static_cast<std::size_t>(got);
  }
}

void Sink::State::finish() {
  drain();
  if (compresses()) encode().finish();
  if (replacement) {
    replacement->commit();
    return;
  }
  if (is_device && uninterrupted([&] { return fsync(fd); }) == -1) fail("cannot flush " + name, errno);
  // Closing any copy of standard output makes the system tell what it has kept back; the number 1 itself
  // stays taken, lest the next file that is opened become standard output.
  Descriptor closing = standard_output ? Descriptor::adopt(dup(fd)) : std::move(descriptor);
  if (!closing) fail("cannot close " + name, errno);
  if (const int error = closing.close(); error != 0) fail("cannot close " + name, error);
}

Compression Compression::parse(std::string_view text) {
  const auto refuse = [&] {
    return Failure(Failure::Kind::usage, "unknown compression \"" + std::string(text) + "\"",
                   "allowed: none, gzip, gzip:1 to gzip:" + std::to_string(Encoder::kGzipLevels) +
                       ", zstd, zstd:1 to zstd:" + std::to_string(Encoder::kZstdLevels));
  };
  const std::size_t colon = text.find(':');
  const std::string_view codec = text.substr(0, colon);
  Compression result;
  int highest = 0;
  if (codec == "gzip") {
    result.format = Format::gzip;
    highest = Encoder::kGzipLevels;
  } else if (codec == "zstd") {
    result.format = Format::zstd;
    highest = Encoder::kZstdLevels;
  } else if (codec != "none") {
    throw refuse();
  }
  if (colon == std::string_view::npos) return result;
  const std::string_view level = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(level.data(), level.data() + level.size(), result.level);
  if (error != std::errc() || end != level.data() + level.size() || result.level < 1 ||
      result.level > highest) {
    throw refuse();
  }
  return result;
}

Compression Compression::by_name(std::string_view path) {
  if (path.ends_with(".gz")) return {Format::gzip};
  if (path.ends_with(".zst")) return {Format::zstd};
  return {};
}

Sink Sink::open(const std::string& path, Compression compression) {
  if (path == "-") {
    auto state = std::make_unique<State>("standard output", Descriptor::borrow(STDOUT_FILENO), compression);
    state->standard_output = true;
    return Sink(std::move(state));
  }
  struct stat about {};
  const bool exists = stat(path.c_str(), &about) == 0;
  if (exists && !S_ISREG(about.st_mode)) {  // a device, a pipe: nothing to replace
    if (is_planted(path)) throw planted_failure(path);
    Descriptor output = Descriptor::open(path, O_WRONLY);
    if (!output) throw io_failure("cannot open " + path, errno);
    return Sink(std::make_unique<State>(path, std::move(output), compression));
  }
  return Sink(std::make_unique<State>(path, std::make_unique<Replacement>(path), compression));
}

Sink::Sink(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sink::Sink(Sink&&) noexcept = default;
Sink& Sink::operator=(Sink&&) noexcept = default;
Sink::~Sink() = default;

void Sink::origin(const Source& source) {
  release();
  state_->source = &source;
  state_->origin = source.place();
  state_->origin_name = source.name();
  state_->by_place = state_->way_to_output();
}

void Sink::pass(std::string_view lent, std::uint64_t offset) {
  if (lent.empty()) return;
  State& state = *state_;
  if (!state.pieces.empty()) {
    Piece& last = state.pieces.back();
    const bool follows_in_input = last.kind != Piece::Kind::own && last.place + last.size == offset;
    if (follows_in_input && (last.kind == Piece::Kind::placed || last.address + last.size == lent.data())) {
      last.size += lent.size();
      state.take(lent);
      return;
    }
  }
  state.pieces.push_back({Piece::Kind::lent, lent.size(), lent.data(), offset});
  state.take(lent);
}

void Sink::put(std::string_view own) {
  if (own.empty()) return;
  State& state = *state_;
  if (!state.pieces.empty() && state.pieces.back().kind == Piece::Kind::own) {
    state.pieces.back().size += own.size();
  } else {
    state.pieces.push_back({Piece::Kind::own, own.size(), nullptr, state.own.size()});
  }
  state.own += own;
  state.take(own);
}

void Sink::settle() {
  state_->once_sound([&] { state_->settle(); });
}

void Sink::release() {
  state_->once_sound([&] { state_->drain(); });
  state_->by_place = ByPlace::no;
  state_->origin.reset();
  state_->source = nullptr;
}

void Sink::finish() {
  if (state_->finished) return;
  state_->once_sound([&] { state_->finish(); });
  state_->finished = true;
}

std::uint64_t Sink::bytes() const { return state_->taken; }

void Sink::observe(std::function<void(std::string_view)> callback) { state_->observe = std::move(callback); }

}  // namespace sluice
