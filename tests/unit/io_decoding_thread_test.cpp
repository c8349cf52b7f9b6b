#include "libfilter/io/decoding_thread.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <set>

#include "io_fixture.hpp"
#include "libfilter/io/source.hpp"

namespace sluice {
namespace {

using namespace io_test;

// A decoder ahead of its reader, of bytes that come in pieces of `portion`.
struct Ahead {
  Ahead(Codec codec, std::string_view packed, std::size_t portion = 4096)
      : rest(packed),
        decoder(decode_ahead(Decoder::make(codec, "in",
                                           [this, portion](char* to, std::size_t room) {
                                             if (on_read) on_read();
                                             const std::size_t got = rest.copy(to, std::min(portion, room));
                                             rest.remove_prefix(got);
                                             return got;
                                           }),
                             interrupt)) {}

  // Reads to the end, or to the failure, which it returns.
  std::optional<Failure> read_all(std::size_t n) {
    std::string piece(n, '\0');
    return failure_of([&] {
      while (const std::size_t got = decoder->read(piece.data(), n)) out.append(piece, 0, got);
    });
  }

  std::function<void()> on_read;
  std::string_view rest;
  std::string out;
  Interrupt interrupt;
  std::unique_ptr<Decoder> decoder;
};

// More than the ring holds, several times over.
const std::string& long_text() {
  static const std::string text = sample(5 * kAhead + 12'345);
  return text;
}

TEST_CASE("what a thread decodes is what the decoder yields, for every size of the pieces in and out") {
  for (const Codec codec : kCodecs) {
    const std::string packed = compress(codec, long_text());
    for (const std::size_t portion : {std::size_t{100}, std::size_t{4096}, std::size_t{1'000'000}}) {
      for (const std::size_t n : {std::size_t{1000}, std::size_t{65'537}, std::size_t{3'000'000}}) {
        CAPTURE(static_cast<int>(codec));
        CAPTURE(portion);
        CAPTURE(n);
        Ahead ahead(codec, packed, portion);
        CHECK_FALSE(ahead.read_all(n));
        CHECK(ahead.out == long_text());
        char more = 0;
        CHECK(ahead.decoder->read(&more, 1) == 0);
      }
    }
  }
}

// A message without the place that it names, and that place: it is that of the piece being decoded, and a
// thread decodes in pieces of its own.
std::pair<std::string, long> parted(const std::string& message) {
  constexpr std::string_view kBefore = "compressed byte ";
  const auto at = message.find(kBefore);
  if (at == std::string::npos) return {message, 0};
  std::size_t digits = 0;
  const auto number = message.substr(at + kBefore.size());
  const long place = std::stol(number, &digits);
  return {message.substr(0, at) + number.substr(digits), place};
}

TEST_CASE(
    "a failure comes behind the same bytes and in the same words as without a thread, and comes again") {
  for (const Codec codec : kCodecs) {
    const std::string whole = compress(codec, long_text());
    const std::string cut = whole.substr(0, whole.size() - 100);
    std::string changed = whole;
    changed[changed.size() - 1000] = static_cast<char>(changed[changed.size() - 1000] ^ 0x55);
    for (const std::string& packed : {cut, changed, whole + "garbage"}) {
      std::string_view rest = packed;
      const auto plain = Decoder::make(codec, "in", [&](char* to, std::size_t room) {
        const std::size_t got = rest.copy(to, std::min<std::size_t>(4096, room));
        rest.remove_prefix(got);
        return got;
      });
      std::string expected;
      std::string piece(10'000, '\0');
      const auto failure = failure_of([&] {
        for (;;) expected.append(piece, 0, plain->read(piece.data(), piece.size()));
      });
      REQUIRE(failure);
      Ahead ahead(codec, packed);
      const auto same = ahead.read_all(10'000);
      CAPTURE(static_cast<int>(codec));
      REQUIRE(same);
      const auto [words, place] = parted(same->what());
      const auto [plain_words, plain_place] = parted(failure->what());
      CHECK(words == plain_words);
      CHECK(std::abs(place - plain_place) <= 64 * 1024);
      CHECK(same->kind == failure->kind);
      CHECK(same->hint == failure->hint);
      const std::size_t both = std::min(ahead.out.size(), expected.size());
      CHECK(ahead.out.substr(0, both) == expected.substr(0, both));
      CHECK(both + 128 * 1024 >= expected.size());
      CHECK(ahead.read_all(10));
    }
  }
}

TEST_CASE("a read that fails in the thread is the failure of a later read here") {
  const std::string packed = compress(Codec::gzip, long_text());
  Ahead ahead(Codec::gzip, packed);
  ahead.on_read = [&] {
    if (ahead.rest.size() < packed.size() / 3) throw io_failure("cannot read in", EIO);
  };
  const auto failure = ahead.read_all(7000);
  REQUIRE(failure);
  CHECK(failure->kind == Failure::Kind::io);
  CHECK(ahead.out.size() > long_text().size() / 2);
  CHECK(long_text().starts_with(ahead.out));
}

TEST_CASE("a short input is decoded without a thread, a long one by one other, which takes no signals") {
  const auto readers = [](std::string_view text) {
    const std::string packed = compress(Codec::zstd, text);
    std::set<std::thread::id> ids;
    Ahead ahead(Codec::zstd, packed);
    ahead.on_read = [&] {
      if (!ids.insert(std::this_thread::get_id()).second || ids.size() < 2) return;
      sigset_t blocked;
      pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
      for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1})
        CHECK(sigismember(&blocked, number) == 1);
      CHECK(sigismember(&blocked, SIGBUS) == 0);
    };
    CHECK_FALSE(ahead.read_all(5000));
    CHECK(ids.contains(std::this_thread::get_id()));
    return ids.size();
  };
  CHECK(readers(std::string_view(long_text()).substr(0, 200'000)) == 1);
  CHECK(readers(long_text()) == 2);
  sigset_t here;
  pthread_sigmask(SIG_SETMASK, nullptr, &here);
  CHECK(sigismember(&here, SIGINT) == 0);
}

TEST_CASE("no more is decoded than the ring holds until somebody reads") {
  const std::string packed = compress(Codec::gzip, long_text());
  std::atomic<std::size_t> left = packed.size();
  {
    Ahead ahead(Codec::gzip, packed);
    ahead.on_read = [&] { left = ahead.rest.size(); };
    std::string piece(kInline + 1, '\0');
    for (std::size_t got = 0; got <= kInline;) got += ahead.decoder->read(piece.data(), piece.size());
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }  // and its end does not wait for a reader
  CHECK(left < packed.size() * 9 / 10);
  CHECK(left > packed.size() / 2);
}

TEST_CASE("a source that nobody wants any more ends although its thread waits at a pipe") {
  for (const Codec codec : {Codec::gzip, Codec::zstd}) {
    // Without its end, so that the decoder waits for more.
    const std::string packed = compress(codec, long_text());
    Pipe pipe;
    std::thread writer([&] {
      for (std::size_t at = 0; at < packed.size() - 20;) {
        const ssize_t n = write(pipe.writer, packed.data() + at, packed.size() - 20 - at);
        if (n <= 0) break;
        at += static_cast<std::size_t>(n);
      }
    });
    {
      Source source = Source::open(Pipe::path(pipe.reader), {});
      while (source.offset() < 4 * kAhead && source.fill()) source.consume(source.window().size());
      writer.join();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      CHECK(source.bytes_read() <= packed.size() - 20);
    }
    CHECK(write(pipe.writer, "x", 1) == 1);  // the reader's end is still open, and so is ours
  }
}

TEST_CASE("what a slow pipe gives is given on at once, with a thread as without") {
  const std::string first = compress(Codec::zstd, std::string_view(long_text()).substr(0, 2 * kInline));
  Pipe pipe;
  Source source = Source::open(Pipe::path(pipe.reader), {});
  std::thread writer([&] { CHECK(write(pipe.writer, first.data(), first.size()) > 0); });
  while (source.offset() < 2 * kInline && source.fill()) source.consume(source.window().size());
  writer.join();
  CHECK(source.offset() == 2 * kInline);
  for (const std::string word : {"one", "two", "three"}) {
    const std::string packed = compress(Codec::zstd, word);
    REQUIRE(write(pipe.writer, packed.data(), packed.size()) > 0);
    REQUIRE(source.fill());
    CHECK(source.window() == word);
    source.consume(word.size());
  }
  pipe.close_writer();
  CHECK_FALSE(source.fill());
}

}  // namespace
}  // namespace sluice
