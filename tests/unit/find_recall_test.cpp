#include "libfilter/find/recall.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/unit/io_fixture.hpp"

namespace sluice {
namespace {

using io_test::Folder;

// Keeps every second of many pieces of an input, and reads them again in another order.
void keep_and_read(const Source& source, std::size_t pieces, std::size_t length) {
  Recall recall(source);
  std::vector<Recall::Place> places;
  const auto piece = [&](std::size_t i) { return std::string(length, static_cast<char>('a' + i % 26)); };
  for (std::size_t i = 0; i < pieces; i += 2) places.push_back(recall.keep(piece(i), i * length));
  for (std::size_t i = places.size(); i-- > 0;) CHECK(recall.read(places[i]) == piece(2 * i));
}

std::string pieces(std::size_t count, std::size_t length) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all.append(length, static_cast<char>('a' + i % 26));
  return all;
}

TEST_CASE("what was kept of a file is read at its place") {
  const Folder folder;
  const Source source = Source::open(folder.write("in", pieces(100, 1000)), {});
  keep_and_read(source, 100, 1000);
}

TEST_CASE("what was kept of a compressed input is in memory, and then in a file without a name") {
  const Folder folder;
  const Source source = Source::open(folder.write("in", io_test::compress(Codec::zstd, pieces(2, 10))), {});
  keep_and_read(source, 100, 1000);     // in memory
  keep_and_read(source, 100, 100'000);  // 5 MB
  CHECK(folder.entries() == 1);
}

TEST_CASE("what is kept piece by piece is one place, across the way to the file") {
  const Folder folder;
  const Source source = Source::open(folder.write("in", io_test::compress(Codec::zstd, "x")), {});
  Recall recall(source);
  recall.keep("before", 0);
  Recall::Place place = recall.keep("begin ", 6);
  std::string expected = "begin ";
  for (int i = 0; i < 40; ++i) {
    const std::string more(50'000, static_cast<char>('a' + i % 26));
    place = recall.keep(more, 0, place);
    expected += more;
  }
  CHECK(recall.read(place) == expected);
  recall.forget();
  CHECK(recall.read(recall.keep("again", 0)) == "again");
}

}  // namespace
}  // namespace sluice
