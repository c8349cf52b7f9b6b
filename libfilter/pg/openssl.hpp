// OpenSSL's objects with an owner, and what its error queue holds. For libfilter/pg/tls*.cpp alone.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "libfilter/pg/tls.hpp"

namespace sluice {

template <auto kFree>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
template <class T, auto kFree>
using Owned = std::unique_ptr<T, Freed<kFree>>;

// The first error of this thread's queue, in OpenSSL's words, which empties the queue; NONE when it is empty.
struct OpensslError {
  std::string words;
  int alert = -1;  // when it is an alert that the peer sent: its number
};
OpensslError take_openssl_error(const std::string& none = {});

// libfilter/pg/tls_certificate.cpp
Certificate read_certificate(X509* certificate);
// Whether it is one for HOST, a name or an address. As libpq 15 (fe-secure-common.c, fe-secure-openssl.c):
// the names of subjectAltName, the common name only where none of them is of HOST's kind, a wildcard only as
// the whole of the left-most label, and for one label. X509_check_host is stricter with "*.internal".
bool is_for_host(X509* certificate, const std::string& host);
// As RFC 2253 has it; control characters are escaped.
std::string written(const X509_NAME* name);

// libfilter/pg/tls.cpp
using Roots = Owned<X509_STORE, X509_STORE_free>;
// Those of a PEM file; none for an empty name. Failure::usage when it cannot be read or holds none.
Roots read_roots(const std::string& file);
// Adds to REPORT what CONNECTION shows, also when its handshake failed half-way, and what ROOTS, which are
// those of report.roots, and report.host make of it.
void examine(SSL* connection, X509_STORE* roots, TlsReport& report);

}  // namespace sluice
