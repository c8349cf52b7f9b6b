#include "libfilter/io/codec.hpp"

#include <doctest/doctest.h>

#include "io_fixture.hpp"

namespace sluice {
namespace {

using namespace io_test;

// Decodes bytes that come in pieces of `portion`, n at a time.
std::string decode(Codec codec, std::string_view bytes, std::size_t portion, std::size_t n) {
  const auto decoder = Decoder::make(codec, "in", [&](char* to, std::size_t room) {
    const std::size_t got = bytes.copy(to, std::min(portion, room));
    bytes.remove_prefix(got);
    return got;
  });
  std::string out;
  std::string piece(n, '\0');
  while (const std::size_t got = decoder->read(piece.data(), n)) out.append(piece, 0, got);
  return out;
}

TEST_CASE("every codec gives its content back for every size of the pieces in and out") {
  const std::string text = sample(20'000);
  for (const Codec codec : kCodecs) {
    const std::string packed = compress(codec, text);
    for (const std::size_t portion : kReadSizes) {
      for (const std::size_t n : kReadSizes) {
        CAPTURE(static_cast<int>(codec));
        CAPTURE(portion);
        CAPTURE(n);
        CHECK(decode(codec, packed, portion, n) == text);
      }
    }
  }
}

TEST_CASE("several members, frames and streams are one input, empty ones too") {
  const std::string text = sample(3000);
  for (const Codec codec : kCodecs) {
    const std::string nothing = compress(codec, "");
    const std::string packed = compress(codec, text);
    const std::string input =
        nothing + packed + nothing + nothing + packed + compress(codec, "end") + nothing;
    for (const std::size_t portion : kReadSizes) {
      CAPTURE(static_cast<int>(codec));
      CAPTURE(portion);
      CHECK(decode(codec, input, portion, 100) == text + text + "end");
      CHECK(decode(codec, nothing, portion, 100).empty());
    }
  }
}

TEST_CASE("skippable zstd frames are passed over wherever they stand") {
  const std::string frame = compress(Codec::zstd, "text");
  const std::string input =
      skippable_frame("one") + frame + skippable_frame("") + frame + skippable_frame("two");
  for (const std::size_t portion : kReadSizes) CHECK(decode(Codec::zstd, input, portion, 3) == "texttext");
}

TEST_CASE("zero padding is tolerated behind a gzip member and between xz streams") {
  const std::string member = compress(Codec::gzip, "text");
  const std::string stream = compress(Codec::xz, "text");
  for (const std::size_t portion : kReadSizes) {
    CHECK(decode(Codec::gzip, member + std::string(700, '\0'), portion, 3) == "text");
    CHECK(decode(Codec::gzip, member + member + std::string(1, '\0'), portion, 3) == "texttext");
    CHECK(decode(Codec::xz, stream + std::string(8, '\0') + stream, portion, 3) == "texttext");
  }
}

TEST_CASE("anything else behind a stream is unsound") {
  for (const Codec codec : kCodecs) {
    const std::string packed = compress(codec, "text");
    for (const std::string& garbage :
         {std::string("x"), std::string("\n"), sample(500), packed.substr(1), std::string(5, '\0') + "x"}) {
      for (const std::size_t portion : kReadSizes) {
        CAPTURE(static_cast<int>(codec));
        CHECK(fails_as(Failure::Kind::unsound_input, [&] { decode(codec, packed + garbage, portion, 10); }));
      }
    }
  }
}

TEST_CASE("a stream that was cut off anywhere is unsound, unless the cut is where a frame ends") {
  for (const Codec codec : kCodecs) {
    const std::string first = compress(codec, sample(300));
    const std::string both = first + compress(codec, sample(200));
    for (std::size_t cut = 1; cut < both.size(); ++cut) {
      CAPTURE(static_cast<int>(codec));
      CAPTURE(cut);
      for (const std::size_t portion : {std::size_t{1}, std::size_t{4096}}) {
        const auto attempt = [&] { decode(codec, std::string_view(both).substr(0, cut), portion, 50); };
        CHECK(fails_as(Failure::Kind::unsound_input, attempt) == (cut != first.size()));
      }
    }
  }
}

TEST_CASE("a stream that was cut off gives what can be decoded before it fails") {
  const std::string text = sample(2'000'000);
  for (const Codec codec : {Codec::gzip, Codec::zstd}) {
    const std::string packed = compress(codec, text);
    std::string_view input = std::string_view(packed).substr(0, packed.size() / 2);
    const auto decoder = Decoder::make(codec, "in", [&](char* to, std::size_t room) {
      const std::size_t got = input.copy(to, room);
      input.remove_prefix(got);
      return got;
    });
    std::string out;
    std::string piece(4096, '\0');
    CHECK_THROWS_AS(for (;;) out.append(piece, 0, decoder->read(piece.data(), piece.size())), Failure);
    CHECK(out.size() > text.size() / 3);
    CHECK(std::string_view(text).starts_with(out));
  }
}

TEST_CASE("a changed byte is noticed, or changes nothing") {
  const std::string text = sample(400);
  for (const Codec codec : kCodecs) {
    const std::string packed = compress(codec, text);
    for (std::size_t at = 0; at < packed.size(); ++at) {
      std::string changed = packed;
      changed[at] = static_cast<char>(changed[at] ^ 0x10);
      CAPTURE(static_cast<int>(codec));
      CAPTURE(at);
      std::string out = text;
      const auto attempt = [&] { out = decode(codec, changed, 64, 64); };
      CHECK((fails_as(Failure::Kind::unsound_input, attempt) || out == text));
    }
  }
}

TEST_CASE("a failure names the input, the codec and the place") {
  const std::string packed = compress(Codec::zstd, sample(1000));
  const auto cut = failure_of([&] { decode(Codec::zstd, std::string_view(packed).substr(0, 100), 7, 7); });
  REQUIRE(cut);
  CHECK(std::string(cut->what()) == "in: zstd data ends too early, at compressed byte 100");
  CHECK_FALSE(cut->hint.empty());

  const std::string member = compress(Codec::gzip, "text");
  const auto garbage = failure_of([&] { decode(Codec::gzip, member + "garbage", 4096, 7); });
  REQUIRE(garbage);
  CHECK(contains(garbage->what(), "in: corrupt gzip data at compressed byte "));
  CHECK(contains(garbage->what(), "incorrect header check"));
}

TEST_CASE("an encoder gives the same content for every way to cut its input") {
  const std::string text = sample(600'000);
  using Threads = Encoder::Threads;
  for (const auto& [codec, threads] :
       {std::pair{Codec::gzip, Threads::none}, {Codec::zstd, Threads::none}, {Codec::zstd, Threads::some}}) {
    for (const int level : {0, 1, 9}) {
      for (const std::size_t step : {std::size_t{1000}, std::size_t{300'001}, text.size()}) {
        std::string out;
        const auto encoder =
            Encoder::make(codec, level, threads, [&](std::string_view piece) { out += piece; });
        for (std::size_t at = 0; at < text.size(); at += step)
          encoder->write(std::string_view(text).substr(at, step));
        encoder->finish();
        CHECK(out.size() < text.size());
        CHECK(decode(codec, out, 100'000, 100'000) == text);
      }
    }
  }
}

TEST_CASE("magic numbers are recognised as soon as they are whole, and not before") {
  for (const Codec codec : kCodecs) {
    const std::string packed = compress(codec, "text");
    std::size_t n = 1;
    while (!recognise(std::string_view(packed).substr(0, n))) ++n;
    CHECK(n <= kMagicBytes);
    CHECK(recognise(std::string_view(packed).substr(0, n)) == codec);
    CHECK(recognise(packed) == codec);
  }
  CHECK(recognise(skippable_frame("")) == Codec::zstd);
  CHECK_FALSE(recognise(""));
  for (const char* text :
       {"--\n-- PostgreSQL database dump", "BEGIN", "BZ2", "(SELECT", "SELECT", "PGDMP", "\\c x"}) {
    CHECK(recognise(text) == Codec::none);
  }
}

TEST_CASE("an input that ends in a magic number was cut off, unless it could be text") {
  for (const char* text : {"", "B", "BZ", "(", "P", "S*", "_*M"}) CHECK(recognise_whole(text) == Codec::none);
  CHECK(recognise_whole("\x1f") == Codec::gzip);
  CHECK(recognise_whole("\x28\xb5") == Codec::zstd);
  CHECK(recognise_whole("\xfd") == Codec::xz);
  CHECK(recognise_whole("\xfd\x37zX") == Codec::xz);
}

}  // namespace
}  // namespace sluice
