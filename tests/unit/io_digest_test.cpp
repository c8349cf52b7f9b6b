#include "libfilter/io/digest.hpp"

#include <doctest/doctest.h>

#include <string>

#include "libfilter/io/failure.hpp"

namespace sluice {
namespace {

TEST_CASE("sha-256 gives the digests of FIPS 180-2, in pieces too, and may go on behind a digest") {
  Sha256 digest;
  CHECK(digest.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  digest.update("a");
  digest.update("");
  digest.update("bc");
  CHECK(digest.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  digest.update("dbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
  CHECK(digest.hex() != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

  Sha256 other;
  other.update("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
  CHECK(other.hex() == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(other.hex() == digest.hex());
}

TEST_CASE("a digest that was saved and restored anywhere goes on to the same end") {
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes += static_cast<char>(i * 7);
  Sha256 whole;
  whole.update(bytes);
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    Sha256 first;
    first.update(std::string_view(bytes).substr(0, split));
    const std::string saved = first.save();
    Sha256 second = Sha256::restore(saved);
    CHECK(second.save() == saved);
    CHECK(second.hex() == first.hex());
    second.update(std::string_view(bytes).substr(split));
    CHECK(second.hex() == whole.hex());
  }
}

TEST_CASE("what is no saved digest is refused") {
  const std::string saved = Sha256().save();
  CHECK_NOTHROW(Sha256::restore(saved));
  for (const auto& none : {std::string(), saved.substr(1), saved + "0", saved + "0g",
                           saved + std::string(128, '0'), saved.substr(2)})
    CHECK_THROWS_AS(Sha256::restore(none), Failure);
}

}  // namespace
}  // namespace sluice
