// What the tests of libfilter/io/ share: scratch files, pipes with somebody at the other end, compressed
// bytes.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/lzma.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "libfilter/io/codec.hpp"
#include "libfilter/io/failure.hpp"

namespace sluice::io_test {

inline constexpr std::array<std::size_t, 6> kReadSizes = {1, 2, 3, 7, 64, 4096};
inline constexpr std::array<Codec, 4> kCodecs = {Codec::gzip, Codec::zstd, Codec::bzip2, Codec::xz};

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "sluice-io-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  std::string path(const std::string& name) const { return (path_ / name).string(); }

  std::string write(const std::string& name, std::string_view bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

  std::string read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) == -1) throw std::runtime_error("pipe2");
    reader = ends[0];
    writer = ends[1];
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_reader();
    close_writer();
  }
  void close_reader() { close_once(reader); }
  void close_writer() { close_once(writer); }
  static std::string path(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

  int reader;
  int writer;

 private:
  static void close_once(int& fd) {
    if (fd >= 0) close(std::exchange(fd, -1));
  }
};

// A pipe into which a thread writes, `piece` bytes at a time.
class FedPipe {
 public:
  FedPipe(std::string bytes, std::size_t piece)
      : thread_([this, bytes = std::move(bytes), piece] {
          for (std::size_t at = 0; at < bytes.size();) {
            const ssize_t n = ::write(pipe_.writer, bytes.data() + at, std::min(piece, bytes.size() - at));
            if (n <= 0) break;
            at += static_cast<std::size_t>(n);
          }
          pipe_.close_writer();
        }) {}
  FedPipe(const FedPipe&) = delete;
  FedPipe& operator=(const FedPipe&) = delete;
  ~FedPipe() {
    std::string rest(1 << 16, '\0');  // lets a writer end whose bytes nobody wanted
    while (::read(pipe_.reader, rest.data(), rest.size()) > 0) {
    }
    thread_.join();
  }
  std::string path() const { return Pipe::path(pipe_.reader); }
  int reader() const { return pipe_.reader; }

 private:
  Pipe pipe_;
  std::thread thread_;
};

// A pipe from which a thread reads everything, waiting between its reads.
class DrainedPipe {
 public:
  explicit DrainedPipe(std::chrono::microseconds pause = {})
      : thread_([this, pause] {
          std::string piece(50'000, '\0');
          for (ssize_t n; (n = ::read(pipe_.reader, piece.data(), piece.size())) > 0;) {
            got_.append(piece, 0, static_cast<std::size_t>(n));
            std::this_thread::sleep_for(pause);
          }
        }) {}
  DrainedPipe(const DrainedPipe&) = delete;
  DrainedPipe& operator=(const DrainedPipe&) = delete;
  ~DrainedPipe() { end(); }

  int writer() const { return pipe_.writer; }
  std::string path() const { return Pipe::path(pipe_.writer); }

  // What came, once everybody has closed the other end.
  const std::string& end() {
    pipe_.close_writer();
    if (thread_.joinable()) thread_.join();
    return got_;
  }

 private:
  Pipe pipe_;
  std::string got_;
  std::thread thread_;
};

// Puts another file in the place of descriptor 0 or 1 for a while.
class Redirected {
 public:
  Redirected(int number, int fd) : number_(number), saved_(fcntl(number, F_DUPFD_CLOEXEC, 10)) {
    dup2(fd, number);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;
  ~Redirected() {
    dup2(saved_, number_);
    close(saved_);
  }

 private:
  int number_;
  int saved_;
};

// Text like a dump's: it can be compressed, but not to nothing, and no stretch of it comes twice.
inline std::string sample(std::size_t size) {
  std::mt19937 random(1);
  std::string text;
  while (text.size() < size)
    text += std::to_string(random()) + "\tsome words\t" + std::to_string(text.size()) + "\n";
  text.resize(size);
  return text;
}

inline std::string compress(Codec codec, std::string_view bytes) {
  std::string out;
  if (codec == Codec::gzip || codec == Codec::zstd) {
    const auto encoder =
        Encoder::make(codec, 0, Encoder::Threads::none, [&](std::string_view piece) { out += piece; });
    encoder->write(bytes);
    encoder->finish();
    return out;
  }
  namespace io = boost::iostreams;
  io::filtering_ostream stream;
  if (codec == Codec::bzip2) stream.push(io::bzip2_compressor());
  if (codec == Codec::xz) stream.push(io::lzma_compressor());
  stream.push(io::back_inserter(out));
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.reset();
  return out;
}

inline std::string skippable_frame(std::string_view content) {
  std::string frame("\x5a\x2a\x4d\x18", 4);
  frame += static_cast<char>(content.size());
  frame.append(3, '\0');
  return frame.append(content);
}

// The failure that the action throws.
inline std::optional<Failure> failure_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Failure& failure) {
    return failure;
  }
  return std::nullopt;
}

inline bool fails_as(Failure::Kind kind, const std::function<void()>& action) {
  const std::optional<Failure> failure = failure_of(action);
  return failure && failure->kind == kind;
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace sluice::io_test
