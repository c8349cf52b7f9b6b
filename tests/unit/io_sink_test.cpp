#include "libfilter/io/sink.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <csignal>
#include <vector>

#include "io_fixture.hpp"

namespace sluice {
namespace {

using namespace io_test;

Compression none() { return {}; }

// Passes the input on, with bits left out and own bytes put in between at random. Returns what has to come
// out.
std::string edit(Source& source, Sink& sink, std::uint32_t seed, std::size_t longest) {
  std::mt19937 random(seed);
  std::string expected;
  source.before_fill([&] { sink.settle(); });
  while (source.fill()) {
    // A tail may stay unconsumed, to be passed from wherever the next fill has moved it to.
    while (source.window().size() > 16) {
      const std::string_view piece =
          source.window().substr(0, 1 + random() % std::min(longest, source.window().size()));
      if (random() % 4 != 0) {
        sink.pass(piece, source.offset());
        expected += piece;
      }
      if (random() % 3 == 0) {
        const std::string own(random() % 40, static_cast<char>('a' + random() % 26));
        sink.put(own);
        expected += own;
      }
      source.consume(piece.size());
      if (random() % 8 == 0) break;
    }
    if (source.window().size() > 1000) {
      sink.pass(source.window(), source.offset());
      expected += source.window();
      source.consume(source.window().size());
    }
  }
  sink.pass(source.window(), source.offset());
  expected += source.window();
  return expected;
}

mode_t mode_of(const std::string& path) {
  struct stat about {};
  REQUIRE(stat(path.c_str(), &about) == 0);
  return about.st_mode & 07777;
}

TEST_CASE("lent and own bytes come out in their order, whatever the output and the size of the reads") {
  const Folder folder;
  const std::string input = folder.write("in", sample(40'000));
  std::uint32_t seed = 0;
  for (const std::size_t size : kReadSizes) {
    for (const std::size_t longest : {3U, 100U, 5000U}) {
      for (const bool by_place : {false, true}) {
        CAPTURE(size);
        CAPTURE(longest);
        CAPTURE(by_place);
        {
          Source source = Source::open(input, {.read_size = size, .hold = 2000});
          Sink sink = Sink::open(folder.path("out"), none());
          if (by_place) sink.origin(source);
          const std::string expected = edit(source, sink, ++seed, longest);
          sink.finish();
          CHECK(sink.bytes() == expected.size());
          CHECK(folder.read("out") == expected);
        }
        {
          Source source = Source::open(input, {.read_size = size, .hold = 2000});
          DrainedPipe pipe;
          Sink sink = Sink::open(pipe.path(), none());
          if (by_place) sink.origin(source);
          const std::string expected = edit(source, sink, ++seed, longest);
          sink.finish();
          CHECK(pipe.end() == expected);
        }
      }
    }
  }
}

TEST_CASE("long stretches of a file reach a slow reader of a pipe unchanged") {
  const Folder folder;
  const std::string text = sample(6'000'000);
  const std::string path = folder.write("in", "not ours:" + text);
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  for (const std::size_t longest : {300'000U, 3'000'000U}) {
    lseek(fd, 9, SEEK_SET);
    const Redirected input(STDIN_FILENO, fd);
    Source source = Source::open("-", {.read_size = 256 * 1024, .hold = 1024 * 1024});
    DrainedPipe pipe(std::chrono::microseconds(500));
    Sink sink = Sink::open(pipe.path(), none());
    sink.origin(source);
    const std::string expected = edit(source, sink, 7, longest);
    sink.finish();
    CHECK(pipe.end() == expected);
  }
  close(fd);
}

TEST_CASE("standard output that does not block is waited for, with and without splice") {
  const Folder folder;
  const std::string text = sample(4'000'000);
  const std::string path = folder.write("in", text);
  for (const bool by_place : {false, true}) {
    DrainedPipe pipe(std::chrono::microseconds(100));
    fcntl(pipe.writer(), F_SETFL, O_NONBLOCK);
    {
      const Redirected output(STDOUT_FILENO, pipe.writer());
      Source source = Source::open(path, {});
      Sink sink = Sink::open("-", none());
      if (by_place) sink.origin(source);
      source.before_fill([&] { sink.settle(); });
      while (source.fill()) {
        sink.pass(source.window(), source.offset());
        source.consume(source.window().size());
      }
      sink.finish();
    }
    CHECK(pipe.end() == text);
  }
}

TEST_CASE("after settle() lent memory may change") {
  const Folder folder;
  std::string memory = "first ";
  Sink sink = Sink::open(folder.path("out"), none());
  sink.pass(memory, 0);
  sink.put("own ");
  sink.settle();
  memory = "second";
  sink.pass(memory, 6);
  sink.finish();
  CHECK(folder.read("out") == "first own second");
}

TEST_CASE("neighbours in memory that are none in the input stay what they are") {
  const Folder folder;
  const std::string memory = "abcdef";
  Sink sink = Sink::open(folder.path("out"), none());
  sink.pass(std::string_view(memory).substr(0, 2), 0);
  sink.pass(std::string_view(memory).substr(2, 2), 2);
  sink.pass(std::string_view(memory).substr(0, 2), 0);
  sink.pass({}, 9);
  sink.put({});
  sink.finish();
  CHECK(folder.read("out") == "abcdab");
}

TEST_CASE("a file that became shorter while it was read is a failure") {
  const Folder folder;
  const std::string path = folder.write("in", sample(200'000));
  Source source = Source::open(path, {.read_size = 200'000, .hold = 1});
  DrainedPipe pipe;
  Sink sink = Sink::open(pipe.path(), none());
  sink.origin(source);
  REQUIRE(source.fill());
  sink.pass(source.window(), 0);
  sink.settle();
  std::filesystem::resize_file(path, 1000);
  const auto failure = failure_of([&] { sink.finish(); });
  REQUIRE(failure);
  CHECK(failure->kind == Failure::Kind::io);
  CHECK(std::string(failure->what()) == path + " became shorter while it was read");
}

TEST_CASE("a file is the old one until finish() and the new one after it") {
  const Folder folder;
  const std::string path = folder.write("out", "old");
  const std::size_t entries = folder.entries();
  {
    Sink sink = Sink::open(path, none());
    sink.put("new");
    sink.settle();
    CHECK(folder.read("out") == "old");
  }
  CHECK(folder.read("out") == "old");
  CHECK(folder.entries() == entries);
  Sink sink = Sink::open(path, none());
  sink.put("new");
  sink.finish();
  CHECK(folder.read("out") == "new");
  CHECK(folder.entries() == entries);
  CHECK_NOTHROW(sink.finish());
}

TEST_CASE("a new file that is not finished does not come into being") {
  const Folder folder;
  Sink::open(folder.path("out"), none()).put("new");
  CHECK(folder.entries() == 0);
}

TEST_CASE("the input may be the output") {
  const Folder folder;
  const std::string text = sample(100'000);
  const std::string path = folder.write("in", text);
  Source source = Source::open(path, {.read_size = 4096, .hold = 1});
  Sink sink = Sink::open(path, none());
  sink.origin(source);
  source.before_fill([&] { sink.settle(); });
  sink.put("-- first\n");
  while (source.fill()) {
    sink.pass(source.window(), source.offset());
    source.consume(source.window().size());
  }
  sink.finish();
  CHECK(folder.read("in") == "-- first\n" + text);
}

TEST_CASE("a new file is its owner's alone, an old one keeps its mode and owner") {
  const Folder folder;
  Sink fresh = Sink::open(folder.path("new"), none());
  fresh.finish();
  CHECK(mode_of(folder.path("new")) == 0600);

  const std::string path = folder.write("old", "x");
  for (const mode_t mode : {0644U, 0640U, 0666U, 0755U}) {
    REQUIRE(chmod(path.c_str(), mode) == 0);
    Sink sink = Sink::open(path, none());
    sink.finish();
    CHECK(mode_of(path) == mode);
  }
  if (geteuid() == 0) {
    REQUIRE(chown(path.c_str(), 1234, 4321) == 0);
    Sink sink = Sink::open(path, none());
    sink.finish();
    struct stat about {};
    REQUIRE(stat(path.c_str(), &about) == 0);
    CHECK(about.st_uid == 1234);
    CHECK(about.st_gid == 4321);
  }
}

TEST_CASE("a symbolic link stays, and its target is replaced, even one that is not there yet") {
  const Folder folder;
  std::filesystem::create_directory(folder.path("sub"));
  std::filesystem::create_symlink("sub/target", folder.path("link"));
  std::filesystem::create_symlink("link", folder.path("chain"));
  for (const char* const content : {"first", "second"}) {
    Sink sink = Sink::open(folder.path("chain"), none());
    sink.put(content);
    sink.finish();
    CHECK(std::filesystem::is_symlink(folder.path("chain")));
    CHECK(std::filesystem::is_symlink(folder.path("link")));
    CHECK(folder.read("sub/target") == content);
  }
  std::filesystem::create_symlink("loop", folder.path("loop"));
  CHECK(fails_as(Failure::Kind::io, [&] { Sink::open(folder.path("loop"), none()); }));
}

TEST_CASE("what is no regular file is written in place") {
  const Folder folder;
  Sink null = Sink::open("/dev/null", none());
  null.put("x");
  CHECK_NOTHROW(null.finish());
  CHECK(std::filesystem::is_character_file("/dev/null"));

  const std::string path = folder.path("fifo");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  std::string got;
  std::thread reader([&] { got = folder.read("fifo"); });
  Sink fifo = Sink::open(path, none());
  fifo.put("through a fifo");
  fifo.finish();
  reader.join();
  CHECK(got == "through a fifo");
  CHECK(std::filesystem::is_fifo(path));
}

TEST_CASE("a full disk is an io failure that says so, and it stays one") {
  for (const auto format :
       {Compression::Format::none, Compression::Format::gzip, Compression::Format::zstd}) {
    Sink sink = Sink::open("/dev/full", {format});
    sink.put("x");
    const auto failure = failure_of([&] { sink.finish(); });
    REQUIRE(failure);
    CHECK(failure->kind == Failure::Kind::io);
    CHECK(std::string(failure->what()) == "cannot write to /dev/full: No space left on device");
    CHECK(fails_as(Failure::Kind::io, [&] { sink.settle(); }));
    CHECK(fails_as(Failure::Kind::io, [&] { sink.finish(); }));
  }
}

TEST_CASE("a reader that went away is an io failure where SIGPIPE is ignored") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  Sink sink = Sink::open(Pipe::path(pipe.writer), none());
  pipe.close_writer();
  pipe.close_reader();
  sink.put("x");
  const auto failure = failure_of([&] { sink.settle(); });
  REQUIRE(failure);
  CHECK(contains(failure->what(), "Broken pipe"));
  std::signal(SIGPIPE, before);
}

TEST_CASE("what cannot be opened for writing is an io failure at once") {
  const Folder folder;
  CHECK(fails_as(Failure::Kind::io, [&] { Sink::open(folder.path("absent/out"), none()); }));
  CHECK(fails_as(Failure::Kind::io, [&] { Sink::open(folder.path(""), none()); }));
  CHECK(fails_as(Failure::Kind::io, [&] { Sink::open("", none()); }));
  const auto failure = failure_of([&] { Sink::open(folder.write("file", "x") + "/out", none()); });
  REQUIRE(failure);
  CHECK(contains(failure->what(), folder.path("file/out") + ": Not a directory"));
}

TEST_CASE("compressed output holds what was taken, and nothing taken is a stream as well") {
  const Folder folder;
  const std::string input = folder.write("in", sample(500'000));
  for (const char* const text : {"gzip", "zstd", "gzip:1", "zstd:9"}) {
    {
      Source source = Source::open(input, {.read_size = 4096, .hold = 2000});
      Sink sink = Sink::open(folder.path("out"), Compression::parse(text));
      sink.origin(source);
      std::string observed;
      sink.observe([&](std::string_view piece) { observed += piece; });
      const std::string expected = edit(source, sink, 3, 3000);
      sink.finish();
      CHECK(observed == expected);
      CHECK(sink.bytes() == expected.size());
      CHECK(std::filesystem::file_size(folder.path("out")) < expected.size());
      Source again = Source::open(folder.path("out"), {.read_size = 1'000'000, .hold = 1'000'000});
      while (again.window().size() <= 1'000'000 && again.fill()) {
      }
      CHECK(again.window() == expected);
    }
    Sink nothing = Sink::open(folder.path("empty"), Compression::parse(text));
    nothing.finish();
    CHECK(std::filesystem::file_size(folder.path("empty")) > 0);
    CHECK_FALSE(Source::open(folder.path("empty"), {}).fill());
  }
}

TEST_CASE("observe sees all bytes in order, those that are spliced as well") {
  const Folder folder;
  Source source = Source::open(folder.write("in", sample(700'000)), {});
  DrainedPipe pipe;
  Sink sink = Sink::open(pipe.path(), none());
  sink.origin(source);
  std::string observed;
  sink.observe([&](std::string_view piece) { observed += piece; });
  const std::string expected = edit(source, sink, 5, 200'000);
  sink.finish();
  CHECK(observed == expected);
  CHECK(pipe.end() == expected);
}

TEST_CASE("a compression is read from an option and from a file's name") {
  using Format = Compression::Format;
  CHECK(Compression::parse("none").format == Format::none);
  CHECK(Compression::parse("gzip").format == Format::gzip);
  CHECK(Compression::parse("gzip").level == 0);
  CHECK(Compression::parse("zstd:19").format == Format::zstd);
  CHECK(Compression::parse("zstd:19").level == 19);
  for (const char* const text :
       {"", "lz4", "gzip:", "gzip:0", "gzip:10", "zstd:20", "zstd:-1", "zstd:3x", "none:1"}) {
    CAPTURE(text);
    const auto failure = failure_of([&] { Compression::parse(text); });
    REQUIRE(failure);
    CHECK(failure->kind == Failure::Kind::usage);
    CHECK(contains(failure->detail, "zstd:1 to zstd:19"));
  }
  CHECK(Compression::by_name("a.sql.gz").format == Format::gzip);
  CHECK(Compression::by_name("a.zst").format == Format::zstd);
  CHECK(Compression::by_name("a.gz.sql").format == Format::none);
}

}  // namespace
}  // namespace sluice
