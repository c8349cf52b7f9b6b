#include "libfilter/pg/static_program.hpp"

#ifdef PGSLUICE_STATIC

#include <openssl/crypto.h>

#include <string>
#include <utility>

#include "libfilter/io/failure.hpp"

// glibc's own, declared in no header that is installed: nss/nsswitch.c. 0 when it was done.
extern "C" int __nss_configure_lookup(const char* database, const char* services);

namespace sluice {

void settle_static_program() {
  using Lookup = std::pair<const char*, const char*>;
  for (const auto& [database, services] : {Lookup("hosts", "files dns"), Lookup("passwd", "files"),
                                           Lookup("group", "files"), Lookup("services", "files")})
    if (__nss_configure_lookup(database, services) != 0)
      throw Failure(Failure::Kind::io, std::string("cannot choose how to look up ") + database);
  // The first call decides: libpq asks later for the file to be loaded, and is not heard.
  if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) != 1)
    throw Failure(Failure::Kind::io, "cannot use OpenSSL");
}

}  // namespace sluice

#else

namespace sluice {

void settle_static_program() {}

}  // namespace sluice

#endif
