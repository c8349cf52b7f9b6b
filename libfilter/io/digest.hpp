// SHA-256 of a stream of bytes, by Nettle: every run has its library loaded, and it is small.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct sha256_ctx;

namespace sluice {

class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  void update(std::string_view bytes);

  // The digest of the bytes so far, 64 lower-case hexadecimal digits. More bytes may follow.
  std::string hex() const;

  // The state between two updates as text, and the digest that goes on from there. Throws Failure::usage for
  // a text that is none.
  std::string save() const;
  static Sha256 restore(std::string_view saved);

 private:
  std::unique_ptr<sha256_ctx> state_;
};

}  // namespace sluice
