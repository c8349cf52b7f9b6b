#include "libfilter/io/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace sluice {

namespace {

// OpenSSL refuses only when it is out of memory or SHA-256 is configured away: nothing a caller could mend.
void require(bool done) {
  if (!done) throw std::runtime_error("openssl cannot compute sha-256");
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Context Sha256::begin() {
  Context context(EVP_MD_CTX_new());
  require(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  return context;
}

Sha256::Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  if (!context_) context_ = begin();
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::hex() const {
  const Context copy = begin();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  require((!context_ || EVP_MD_CTX_copy_ex(copy.get(), context_.get()) == 1) &&
          EVP_DigestFinal_ex(copy.get(), digest.data(), &size) == 1);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

}  // namespace sluice
