// SHA-256 of a stream of bytes, by OpenSSL, which takes 3 MiB and some milliseconds when it is first called:
// a digest of which nobody asks anything costs nothing.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

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

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_md_ctx_st, Free>;
  static Context begin();

  Context context_;  // from the first byte on
};

}  // namespace sluice
