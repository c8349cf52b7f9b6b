#include "libfilter/io/digest.hpp"

#include <nettle/sha2.h>

#include <array>
#include <span>

#include "libfilter/io/failure.hpp"

namespace sluice {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kWords = 8;

void append_hex(std::string& text, std::span<const std::uint8_t> bytes) {
  text.resize(text.size() + 2 * bytes.size());
  char* to = text.data() + text.size() - 2 * bytes.size();
  for (const auto byte : bytes) {
    *to++ = kDigits[byte >> 4];
    *to++ = kDigits[byte & 15];
  }
}

}  // namespace

Sha256::Sha256() : state_(std::make_unique<sha256_ctx>()) { sha256_init(state_.get()); }
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  sha256_update(state_.get(), bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
}

std::string Sha256::hex() const {
  sha256_ctx copy = *state_;
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
  sha256_digest(&copy, digest.size(), digest.data());
  std::string text;
  append_hex(text, digest);
  return text;
}

// The eight words, the number of whole blocks, then the bytes of the block that is not yet whole.
std::string Sha256::save() const {
  std::array<std::uint8_t, kWords * 4 + 8> numbers{};
  for (std::size_t i = 0; i < kWords; ++i)
    for (std::size_t j = 0; j < 4; ++j)
      numbers[i * 4 + j] = static_cast<std::uint8_t>(state_->state[i] >> (24 - 8 * j));
  for (std::size_t j = 0; j < 8; ++j)
    numbers[kWords * 4 + j] = static_cast<std::uint8_t>(state_->count >> (56 - 8 * j));
  std::string text;
  append_hex(text, numbers);
  append_hex(text, {state_->block, state_->index});
  return text;
}

Sha256 Sha256::restore(std::string_view saved) {
  constexpr std::size_t kNumbers = kWords * 4 + 8;
  const auto digit = [](char c) { return kDigits.find(c); };
  const bool sound = saved.size() % 2 == 0 && saved.size() / 2 >= kNumbers &&
                     saved.size() / 2 < kNumbers + SHA256_BLOCK_SIZE &&
                     saved.find_first_not_of(kDigits) == saved.npos;
  if (!sound) throw Failure(Failure::Kind::usage, "a saved state of SHA-256 cannot be read");
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint8_t>(digit(saved[2 * i]) << 4 | digit(saved[2 * i + 1]));
  };
  Sha256 result;
  sha256_ctx& state = *result.state_;
  for (std::size_t i = 0; i < kWords; ++i) {
    state.state[i] = 0;
    for (std::size_t j = 0; j < 4; ++j) state.state[i] = state.state[i] << 8 | byte(i * 4 + j);
  }
  state.count = 0;
  for (std::size_t j = 0; j < 8; ++j) state.count = state.count << 8 | byte(kWords * 4 + j);
  state.index = static_cast<unsigned>(saved.size() / 2 - kNumbers);
  for (unsigned i = 0; i < state.index; ++i) state.block[i] = byte(kNumbers + i);
  return result;
}

}  // namespace sluice
