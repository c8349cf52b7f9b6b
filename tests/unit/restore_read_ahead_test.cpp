#include "libfilter/restore/read_ahead.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <chrono>

#include "tests/unit/restore_fixture.hpp"

namespace sluice::testing {
namespace {

using io_test::Folder;
using io_test::Pipe;

bool ready(const ReadAhead& ahead, int milliseconds) {
  pollfd waiting{ahead.fd(), POLLIN, 0};
  return poll(&waiting, 1, milliseconds) == 1;
}

std::string script(std::size_t statements) {
  std::string text;
  for (std::size_t i = 0; i < statements; ++i) text += "INSERT INTO t VALUES (" + std::to_string(i) + ");\n";
  return text;
}

TEST_CASE("a read-ahead gives the script's steps, whatever the bound of its queue") {
  const Folder folder;
  const std::string text = script(500) + "\\restrict x\n";
  const std::string path = folder.write("in.sql", text);
  const std::string expected = all_of(steps_of(text));
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{5000}, ReadAhead::kBytes}) {
    Read read;
    ReadAhead ahead(open_script(path, read), read.options, bytes);
    Steps steps;
    do {
      steps.steps.push_back(ahead.next());
    } while (steps.steps.back().kind != Step::Kind::end);
    steps.restrict_open = ahead.restrict_open();
    CHECK(all_of(steps) == expected);
    CHECK(ahead.bytes_read() == text.size());
    CHECK(ahead.bytes_total() == text.size());
    CHECK_THROWS_AS(ahead.next(), std::logic_error);
  }
}

TEST_CASE("a read-ahead goes on from a resume point") {
  const Folder folder;
  const std::string text = script(50);
  const Steps all = steps_of(text);
  const auto point = ResumePoint::parse(all.steps[20].resume_point);
  Read read;
  Source source = open_script(folder.write("in.sql", text), read);
  REQUIRE(source.seek(point.offset));
  ReadAhead ahead(std::move(source), read.options, ReadAhead::kBytes, point);
  CHECK(all_of(ahead.next()) == all_of(all.steps[20]));
}

TEST_CASE("its descriptor is readable while a step or a failure is at hand") {
  Pipe pipe;
  Read read;
  ReadAhead ahead(open_script(Pipe::path(pipe.reader), read), read.options);
  CHECK_FALSE(ready(ahead, 20));
  CHECK_FALSE(ahead.try_next());
  REQUIRE(write(pipe.writer, "SELECT 1;\nSELECT 2;\nSELECT (", 28) == 28);
  CHECK(ready(ahead, 5000));
  CHECK(ahead.next().text == "SELECT 1");
  CHECK(ahead.next().text == "SELECT 2");
  CHECK_FALSE(ready(ahead, 20));
  CHECK_FALSE(ahead.try_next());
  pipe.close_writer();
  CHECK(ready(ahead, 5000));
  CHECK_THROWS_AS(ahead.try_next(), Failure);
  CHECK_THROWS_AS(ahead.next(), Failure);
  CHECK(ready(ahead, 0));
}

TEST_CASE("a failure comes behind the steps before it") {
  const Folder folder;
  Read read;
  ReadAhead ahead(open_script(folder.write("in.sql", "SELECT 1;\n\\i x\n"), read), read.options);
  CHECK(ahead.next().text == "SELECT 1");
  CHECK(io_test::fails_as(Failure::Kind::unsound_input, [&] { ahead.next(); }));
}

TEST_CASE("an input that is no script fails at the first step") {
  const Folder folder;
  Read read;
  ReadAhead ahead(open_script(folder.write("in.sql", "PGDMP..."), read), read.options);
  CHECK(io_test::fails_as(Failure::Kind::unsound_input, [&] { ahead.next(); }));
}

TEST_CASE("a read-ahead ends at once, whatever its thread waits for") {
  const auto begin = std::chrono::steady_clock::now();
  const std::string text = script(20'000);
  {
    Pipe silent;
    Read read;
    ReadAhead ahead(open_script(Pipe::path(silent.reader), read), read.options);
    CHECK_FALSE(ready(ahead, 50));
  }
  for (const Codec codec : {Codec::gzip, Codec::zstd, Codec::xz}) {
    // A stream that stops in its middle, when the decoder's thread waits for more.
    const std::string bytes = io_test::compress(codec, io_test::sample(1'200'000) + ";");
    Pipe pipe;
    Read read;
    std::thread feeder([&] {
      const std::size_t half = bytes.size() / 2;
      for (std::size_t at = 0; at < half;) {
        const ssize_t n = write(pipe.writer, bytes.data() + at, half - at);
        if (n <= 0) break;
        at += static_cast<std::size_t>(n);
      }
    });
    {
      ReadAhead ahead(open_script(Pipe::path(pipe.reader), read), read.options);
      feeder.join();
      CHECK_FALSE(ready(ahead, 100));
    }
  }
  {
    // A queue that nobody empties.
    const Folder folder;
    Read read;
    ReadAhead ahead(open_script(folder.write("in.sql", text), read), read.options, 1000);
    CHECK(ready(ahead, 5000));
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("the queue is bounded: the reader waits for whoever carries the steps out") {
  const Folder folder;
  const std::string text = script(200'000);
  Read read;
  ReadAhead ahead(open_script(folder.write("in.sql", text), read), read.options, 100'000);
  CHECK(ready(ahead, 5000));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(ahead.bytes_read() < text.size() / 2);
}

}  // namespace
}  // namespace sluice::testing
