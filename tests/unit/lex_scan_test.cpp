// Every search of every kernel against the plainest one, at all distances from the ends of what is searched,
// and with nothing before and behind it that could be read.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

#include "libfilter/lex/kernel.hpp"
#include "tests/unit/lex_fixture.hpp"

namespace sluice {
namespace {

using lex_test::GuardedText;
using lex_test::InUse;

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

TEST_CASE("the scalar kernel is there, each kernel has a name, and the last is in use until another is") {
  CHECK(kernels().front().name == "scalar");
  CHECK(&kernel() == &kernels().back());
  for (const Kernel& one : kernels()) {
    CAPTURE(one.name);
    CHECK(std::count_if(kernels().begin(), kernels().end(),
                        [&](const Kernel& other) { return other.name == one.name; }) == 1);
    const InUse in_use(one);
    CHECK(kernel().name == one.name);
  }
  CHECK(&kernel() == &kernels().back());
}

TEST_CASE("rare bytes are found where they stand first") {
  std::mt19937 random(1);
  GuardedText guarded;
  constexpr std::string_view kSets[] = {"a", "\"\x80", "'\\\n", "*/ab"};
  for (const std::string_view set : kSets) {
    const RareBytes bytes(set);
    for (std::size_t length = 0; length < kLongest; ++length) {
      const std::string random_text = random_bytes(random, "'\\\n*/ab\"\x80\xff", length);
      const auto expected = std::min(random_text.find_first_of(set), length);
      for (const auto text : {guarded.at_begin(random_text), guarded.at_end(random_text)}) {
        for (const Kernel& one : kernels()) {
          CAPTURE(one.name);
          const InUse in_use(one);
          REQUIRE(bytes.find(text.data(), text.data() + text.size()) == text.data() + expected);
        }
      }
    }
  }
}

TEST_CASE("every byte value is a stop or none, at every place of a block") {
  GuardedText guarded;
  for (const Kernel& one : kernels()) {
    CAPTURE(one.name);
    const InUse in_use(one);
    for (unsigned first = 0; first < 256; ++first) {
      std::string bytes;
      for (unsigned i = 0; i < kMaskedBytes; ++i) bytes += static_cast<char>(first + i);
      StopMasks expected;
      for (unsigned i = 0; i < kMaskedBytes; ++i) {
        const bool stop = std::string_view("'\"$;()\\-/:\0", 11).find(bytes[i]) != std::string_view::npos;
        expected.stops |= std::uint64_t{stop} << i;
        expected.quotes |= std::uint64_t{bytes[i] == '\'' || bytes[i] == '\0'} << i;
      }
      for (const auto text : {guarded.at_begin(bytes), guarded.at_end(bytes)}) {
        const auto masks = find_stops(text.data());
        REQUIRE(masks.stops == expected.stops);
        REQUIRE(masks.quotes == expected.quotes);
      }
    }
  }
}

TEST_CASE("the end marker is found, and what stands before it is told") {
  std::mt19937 random(2);
  GuardedText guarded;
  for (int i = 0; i < 20000; ++i) {
    const bool any_nul = i % 2 == 0;
    const std::string random_text =
        random_bytes(random, any_nul ? std::string_view("\n\n\\.\0", 5) : std::string_view("\n\n\\.", 4),
                     random() % (i % 10 == 0 ? 4096 : kLongest));
    const auto at = std::min(random_text.find("\n\\."), random_text.size());
    const std::string before = random_text.substr(0, at);
    const auto line_feeds = std::count(before.begin(), before.end(), '\n');
    for (const auto place : {&GuardedText::at_begin, &GuardedText::at_end}) {
      const auto text = (guarded.*place)(random_text);
      for (const Kernel& one : kernels()) {
        CAPTURE(one.name);
        const EndMarker found = one.find_end_marker(text);
        REQUIRE(found.at == at);
        REQUIRE(found.line_feeds == static_cast<std::size_t>(line_feeds));
        REQUIRE(found.nul == (before.find('\0') != std::string::npos));
      }
    }
  }
  // Counters of a byte must not run over, and one NUL far from the end is not forgotten.
  std::string feeds(100000, '\n');
  for (const Kernel& one : kernels()) CHECK(one.find_end_marker(feeds).line_feeds == feeds.size());
  feeds[50] = '\0';
  for (const Kernel& one : kernels()) CHECK(one.find_end_marker(feeds).nul);
}

TEST_CASE("line feeds are counted") {
  std::mt19937 random(3);
  GuardedText guarded;
  for (std::size_t length = 0; length < kLongest; ++length) {
    const std::string random_text = random_bytes(random, "\n\n\r", length);
    const auto expected = std::count(random_text.begin(), random_text.end(), '\n');
    for (const auto text : {guarded.at_begin(random_text), guarded.at_end(random_text)}) {
      for (const Kernel& one : kernels()) {
        CAPTURE(one.name);
        REQUIRE(one.count_line_feeds(text) == static_cast<std::size_t>(expected));
      }
    }
  }
  for (const Kernel& one : kernels()) CHECK(one.count_line_feeds(std::string(100000, '\n')) == 100000);
}

}  // namespace sluice
