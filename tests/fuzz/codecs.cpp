// Compressed input is decoded to the same bytes, or refused, however it comes in and
// however much is asked for; and what is compressed comes back.
#include <string>

#include "libfilter/io/codec.hpp"
#include "libfilter/io/failure.hpp"
#include "tests/fuzz/support/fuzz.hpp"

using namespace sluice;

namespace {

constexpr std::size_t kEnough = 1 << 20;  // a few bytes may be decoded to gigabytes

std::string decoded(Codec codec, std::string_view bytes, std::size_t given, std::size_t wanted) {
  std::string out;
  try {
    const auto decoder = Decoder::make(codec, "f", [&](char* to, std::size_t n) {
      const auto some = bytes.substr(0, std::min({n, given, bytes.size()}));
      bytes.remove_prefix(some.size());
      some.copy(to, some.size());
      return some.size();
    });
    std::string buffer(wanted, '\0');
    while (out.size() < kEnough) {
      const auto n = decoder->read(buffer.data(), buffer.size());
      if (n == 0) return out;
      out.append(buffer, 0, n);
    }
    return out.substr(0, kEnough);
  } catch (const Failure&) {
    // How much was decoded before, and where it was noticed, hangs on how much was at hand.
    return "refused";
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array kCodecs = {Codec::gzip, Codec::zstd, Codec::bzip2, Codec::xz};
  fuzz::Input input(data, size);
  const auto codec = input.pick(kCodecs);
  const std::size_t given = 1 + input.below(64), wanted = 1 + input.byte();
  const auto bytes = input.rest();
  fuzz::same("decoded", decoded(codec, bytes, kEnough, 64 * 1024), decoded(codec, bytes, given, wanted));
  if (codec != Codec::gzip && codec != Codec::zstd) return 0;
  std::string compressed;
  const auto encoder =
      Encoder::make(codec, 1, Encoder::Threads::none, [&](std::string_view some) { compressed += some; });
  for (auto left = bytes; !left.empty(); left.remove_prefix(std::min(given, left.size())))
    encoder->write(left.substr(0, given));
  encoder->finish();
  fuzz::same("compressed and decoded", bytes.substr(0, kEnough), decoded(codec, compressed, given, wanted));
  return 0;
}
