#include "libfilter/io/source.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "io_fixture.hpp"

namespace sluice {
namespace {

using namespace io_test;

Source::Limits limits(std::size_t read_size, std::size_t hold = 64) {
  return {.read_size = read_size, .hold = hold};
}

// Reads everything and consumes it at once.
std::string slurp(Source& source) {
  std::string all;
  while (source.fill()) {
    all += source.window();
    source.consume(source.window().size());
  }
  return all;
}

std::string slurp(const std::string& path, Source::Limits limits) {
  Source source = Source::open(path, limits);
  return slurp(source);
}

TEST_CASE("a file is read whole for every read size, compressed or not") {
  const Folder folder;
  const std::string text = sample(10'000);
  std::vector<std::string> paths = {folder.write("plain", text)};
  for (const Codec codec : kCodecs) {
    paths.push_back(folder.write("packed" + std::to_string(paths.size()), compress(codec, text)));
  }
  for (const std::string& path : paths) {
    for (const std::size_t size : kReadSizes) {
      CAPTURE(path);
      CAPTURE(size);
      CHECK(slurp(path, limits(size)) == text);
    }
  }
}

TEST_CASE("a pipe is read whole for every read size and every size of the writes, compressed or not") {
  const std::string text = sample(3000);
  std::vector<std::string> inputs = {text};
  for (const Codec codec : kCodecs) inputs.push_back(compress(codec, text));
  for (const std::string& input : inputs) {
    for (const std::size_t size : kReadSizes) {
      for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, std::size_t{4096}}) {
        const FedPipe pipe(input, piece);
        CAPTURE(size);
        CAPTURE(piece);
        CHECK(slurp(pipe.path(), limits(size)) == text);
      }
    }
  }
}

TEST_CASE("no fill brings more than read_size bytes, even while the input is being recognised") {
  const std::string text = "BZ is no magic number";
  for (const std::size_t size : {1U, 2U, 3U, 7U}) {
    const FedPipe pipe(text, 4096);
    Source source = Source::open(pipe.path(), limits(size));
    std::size_t before = 0;
    while (source.fill()) {
      CHECK(source.window().size() - before <= size);
      before = source.window().size();
    }
    CHECK(source.window() == text);
  }
}

TEST_CASE("the window goes on from what was not consumed, and the offset follows") {
  const Folder folder;
  const std::string text = sample(50'000);
  const std::string plain = folder.write("plain", text);
  const std::string packed = folder.write("packed", compress(Codec::zstd, text));
  std::mt19937 random(2);
  for (const std::string& path : {plain, packed}) {
    for (const std::size_t size : kReadSizes) {
      for (const std::size_t hold : {1U, 10U, 5000U}) {
        Source source = Source::open(path, limits(size, hold));
        bool same = true;
        for (;;) {
          const std::size_t most = source.window().size();
          const std::size_t least = most > hold ? most - hold : 0;
          source.consume(least + random() % (most - least + 1));
          if (!source.fill()) break;
          same = same &&
                 source.window() == std::string_view(text).substr(source.offset(), source.window().size());
        }
        CAPTURE(size);
        CAPTURE(hold);
        CHECK(same);
        CHECK(source.offset() + source.window().size() == text.size());
        CHECK_FALSE(source.fill());
      }
    }
  }
}

TEST_CASE("more than `hold` bytes may not be held") {
  const Folder folder;
  Source source = Source::open(folder.write("in", sample(100)), limits(20, 30));
  CHECK(source.fill());
  CHECK(source.fill());
  CHECK_THROWS_AS(source.fill(), std::logic_error);
  source.consume(10);
  CHECK(source.fill());
}

TEST_CASE("compression is recognised by the bytes and not by the name") {
  const Folder folder;
  CHECK(slurp(folder.write("dump.sql.gz", "select 1;"), limits(64)) == "select 1;");
  CHECK(slurp(folder.write("dump.sql", compress(Codec::gzip, "select 1;")), limits(64)) == "select 1;");
  CHECK(slurp(folder.write("dump.gz", compress(Codec::xz, "select 1;")), limits(64)) == "select 1;");
}

TEST_CASE("text that begins like a magic number stays text") {
  const Folder folder;
  for (const std::string text : {"", "B", "BZ", "BEGIN;", "(", "(select 1);", "P", "S*", "_*M", "SELECT"}) {
    for (const std::size_t size : kReadSizes) {
      CAPTURE(text);
      CHECK(slurp(folder.write("in", text), limits(size)) == text);
      CHECK(slurp(FedPipe(text, 1).path(), limits(size)) == text);
    }
  }
}

TEST_CASE("several frames are one input") {
  const Folder folder;
  const std::string text = sample(500);
  for (const Codec codec : kCodecs) {
    const std::string path =
        folder.write("in", compress(codec, text) + compress(codec, "") + compress(codec, text));
    for (const std::size_t size : kReadSizes) CHECK(slurp(path, limits(size)) == text + text);
  }
  CHECK(slurp(folder.write("in", skippable_frame("x") + compress(Codec::zstd, text)), limits(7)) == text);
}

TEST_CASE("a compressed input that was cut off is never a short success") {
  const Folder folder;
  for (const Codec codec : kCodecs) {
    const std::string packed = compress(codec, sample(100));
    for (std::size_t cut = 1; cut < packed.size(); ++cut) {
      const std::string part = packed.substr(0, cut);
      if (recognise_whole(part) == Codec::none) continue;  // "B", "BZ", "(": text, for the lexer to judge
      const std::string path = folder.write("in", part);
      CAPTURE(static_cast<int>(codec));
      CAPTURE(cut);
      CHECK(fails_as(Failure::Kind::unsound_input, [&] { slurp(path, limits(1)); }));
      CHECK(fails_as(Failure::Kind::unsound_input, [&] { slurp(path, limits(4096)); }));
      CHECK(fails_as(Failure::Kind::unsound_input, [&] { slurp(FedPipe(part, 3).path(), limits(64)); }));
    }
  }
}

TEST_CASE("an uncompressed regular file has a place, nothing else has") {
  const Folder folder;
  Source file = Source::open(folder.write("in", "text"), limits(64));
  REQUIRE(file.place());
  CHECK(file.place()->base == 0);
  CHECK_FALSE(Source::open(folder.write("packed", compress(Codec::gzip, "text")), limits(64)).place());
  CHECK_FALSE(Source::open(FedPipe("text", 4).path(), limits(64)).place());
  CHECK_FALSE(Source::open("/dev/null", limits(64)).place());
}

TEST_CASE("standard input from a file begins at its offset and ends where the reading did") {
  const Folder folder;
  const std::string path = folder.write("in", "head:the rest of it");
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  lseek(fd, 5, SEEK_SET);
  {
    const Redirected input(STDIN_FILENO, fd);
    Source source = Source::open("-", limits(3));
    REQUIRE(source.place());
    CHECK(source.place()->base == 5);
    CHECK(source.bytes_total() == 14);
    CHECK(source.name() == "<stdin>");
    CHECK(slurp(source) == "the rest of it");
    CHECK(lseek(fd, 0, SEEK_CUR) == 19);
  }
  lseek(fd, 5, SEEK_SET);
  {
    const Redirected input(STDIN_FILENO, fd);
    Source source = Source::open("-", limits(64));
    CHECK(source.fill());
    std::string moved(source.window().size(), '\0');
    const Source::Place place = source.place().value();
    CHECK(pread(place.fd, moved.data(), moved.size(), static_cast<off_t>(place.base + source.offset())) ==
          14);
    CHECK(moved == source.window());
  }
  close(fd);
}

TEST_CASE("an input that does not block is waited for") {
  Pipe pipe;
  fcntl(pipe.reader, F_SETFL, O_NONBLOCK);
  std::thread writer([&] {
    for (const char* const word : {"one ", "two ", "three"}) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      CHECK(write(pipe.writer, word, std::string_view(word).size()) > 0);
    }
    pipe.close_writer();
  });
  {
    const Redirected input(STDIN_FILENO, pipe.reader);
    CHECK(slurp("-", limits(64)) == "one two three");
  }
  writer.join();
}

TEST_CASE("bytes are given as they come: a fill does not wait for a full read") {
  Pipe pipe;
  Source source = Source::open(Pipe::path(pipe.reader), limits(4096, 4096));
  REQUIRE(write(pipe.writer, "select 1;\n", 10) == 10);
  CHECK(source.fill());
  CHECK(source.window() == "select 1;\n");
  REQUIRE(write(pipe.writer, "more", 4) == 4);
  CHECK(source.fill());
  CHECK(source.window() == "select 1;\nmore");
  pipe.close_writer();
  CHECK_FALSE(source.fill());
}

TEST_CASE("what cannot be read is a failure that names it and says why") {
  const Folder folder;
  const auto message = [&](const std::string& path) {
    const auto failure = failure_of([&] { slurp(path, limits(64)); });
    REQUIRE(failure);
    CHECK(failure->kind == Failure::Kind::unopened);
    return std::string(failure->what());
  };
  CHECK(message(folder.path("absent")) ==
        "cannot open " + folder.path("absent") + ": No such file or directory");
  CHECK(message(folder.path("")) == "cannot read " + folder.path("") + ": Is a directory");
}

TEST_CASE("before_fill comes before every fill, observe sees every byte once") {
  const Folder folder;
  const std::string text = sample(1000);
  for (const std::string& bytes : {text, compress(Codec::bzip2, text)}) {
    const std::string path = folder.write("in", bytes);
    for (const std::size_t size : kReadSizes) {
      Source source = Source::open(path, limits(size));
      std::string seen;
      std::size_t calls = 0;
      std::size_t fills = 1;
      source.observe([&](std::string_view piece) { seen += piece; });
      source.before_fill([&] { ++calls; });
      Source moved = std::move(source);
      for (; moved.fill(); ++fills) moved.consume(moved.window().size());
      CHECK(seen == text);
      CHECK(calls == fills);
    }
  }
}

TEST_CASE("progress counts the bytes of the file, compressed as they are") {
  const Folder folder;
  const std::string packed = compress(Codec::zstd, sample(100'000));
  Source source = Source::open(folder.write("in", packed), limits(4096));
  CHECK(source.bytes_total() == packed.size());
  CHECK(source.bytes_read() == 0);
  slurp(source);
  CHECK(source.bytes_read() == packed.size());

  const FedPipe pipe("text", 4);
  Source stream = Source::open(pipe.path(), limits(4096));
  CHECK_FALSE(stream.bytes_total());
  slurp(stream);
  CHECK(stream.bytes_read() == 4);
}

TEST_CASE("a file that says that it is empty is read all the same") {
  CHECK(contains(slurp("/proc/self/status", limits(7)), "Pid:"));
}

std::string rest_of(Source& source) {
  std::string bytes;
  do {
    bytes += source.window();
    source.consume(source.window().size());
  } while (source.fill());
  return bytes + std::string(source.window());
}

TEST_CASE("an uncompressed file can be read from a place in it, copied or mapped") {
  const Folder folder;
  const std::string bytes = sample(6'000'000);
  const auto path = folder.write("in", bytes);
  for (const auto reading : {Source::Reading::copied, Source::Reading::mapped})
    for (const std::uint64_t offset : {0U, 1U, 4097U, 5'999'999U, 6'000'000U}) {
      Source source = Source::open(path, {.reading = reading});
      REQUIRE(source.seek(offset));
      CHECK(source.offset() == offset);
      CHECK(source.bytes_read() == offset);
      CHECK(rest_of(source) == bytes.substr(static_cast<std::size_t>(offset)));
      CHECK(source.offset() == bytes.size());
    }
}

TEST_CASE("what cannot be sought in says so, and is read from its beginning") {
  const Folder folder;
  const std::string bytes = sample(1000);
  Source shorter = Source::open(folder.write("in", bytes), {});
  CHECK_FALSE(shorter.seek(1001));
  CHECK(rest_of(shorter) == bytes);
  Source compressed = Source::open(folder.write("in.gz", compress(Codec::gzip, bytes)), {});
  CHECK_FALSE(compressed.seek(10));
  CHECK(rest_of(compressed) == bytes);
  const FedPipe pipe(bytes, 100);
  Source stream = Source::open(pipe.path(), {});
  CHECK_FALSE(stream.seek(10));
  CHECK(rest_of(stream) == bytes);
}

}  // namespace
}  // namespace sluice
