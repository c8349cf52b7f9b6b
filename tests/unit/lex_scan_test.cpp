// Every search against the plainest one, at all distances from the ends of what is searched.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

#include "libfilter/lex/scan.hpp"

namespace sluice {
namespace {

// Bytes of an alphabet in which every byte means something, or mostly not.
std::string random_bytes(std::mt19937& random, std::string_view alphabet, std::size_t length) {
  const bool rare = random() % 2 == 0;
  std::string bytes(length, 'x');
  for (char& c : bytes)
    if (!rare || random() % 60 == 0) c = alphabet[random() % alphabet.size()];
  return bytes;
}

constexpr std::size_t kLongest = 600;

}  // namespace

TEST_CASE("rare bytes are found where they stand first") {
  std::mt19937 random(1);
  constexpr std::string_view kSets[] = {"a", "\"\x80", "'\\\n", "*/ab"};
  for (const std::string_view set : kSets) {
    const RareBytes bytes(set);
    for (std::size_t length = 0; length < kLongest; ++length) {
      const std::string text = random_bytes(random, "'\\\n*/ab\"\x80\xff", length);
      const auto expected = std::min(text.find_first_of(set), text.size());
      REQUIRE(bytes.find(text.data(), text.data() + text.size()) == text.data() + expected);
    }
  }
}

TEST_CASE("every byte value is a stop or none") {
  for (unsigned first = 0; first < 256; first += kMaskedBytes) {
    std::string bytes;
    for (unsigned i = 0; i < kMaskedBytes; ++i) bytes += static_cast<char>(first + i);
    const auto masks = find_stops(bytes.data());
    for (unsigned i = 0; i < kMaskedBytes; ++i) {
      CAPTURE(first + i);
      const bool stop = std::string_view("'\"$;()\\-/:\0", 11).find(bytes[i]) != std::string_view::npos;
      CHECK((masks.stops >> i & 1) == (stop ? 1 : 0));
      CHECK((masks.quotes >> i & 1) == (bytes[i] == '\'' || bytes[i] == '\0' ? 1 : 0));
    }
  }
}

TEST_CASE("the end marker is found, and the line feeds before it are counted, in every way there is") {
  std::mt19937 random(2);
  for (int i = 0; i < 20000; ++i) {
    const std::string text = random_bytes(random, "\n\n\\.", random() % kLongest);
    const auto at = std::min(text.find("\n\\."), text.size());
    const auto line_feeds = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    for (const auto search : end_marker_searches()) {
      const EndMarker found = search(text);
      REQUIRE(found.at == at);
      REQUIRE(found.line_feeds == static_cast<std::size_t>(line_feeds));
    }
  }
  const std::string feeds(100000, '\n');
  for (const auto search : end_marker_searches()) CHECK(search(feeds).line_feeds == feeds.size());
}

TEST_CASE("line feeds are counted") {
  std::mt19937 random(3);
  for (std::size_t length = 0; length < kLongest; ++length) {
    const std::string text = random_bytes(random, "\n\n\r", length);
    CHECK(count_line_feeds(text) == static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
  }
  CHECK(count_line_feeds(std::string(100000, '\n')) == 100000);
}

}  // namespace sluice
