// What a server shows of itself over TLS: protocol, cipher, certificates, and who vouches for them.
//
// libpq says of a certificate that it does not like "certificate verify failed" and nothing more. Here the
// same handshake is made without a judgement, and then judged, so that it can be said which root was
// missing, which date has passed, which names there are.
#pragma once

#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

struct ssl_st;  // OpenSSL's SSL

namespace sluice {

struct Certificate {
  std::string subject, issuer;     // RFC 2253, as openssl prints it: "CN=Amazon RDS Root 2019 CA,…"
  std::string common_name;         // of the subject; may be empty
  std::vector<std::string> names;  // DNS names and addresses of subjectAltName, in its order
  std::time_t not_before = 0, not_after = 0;
  std::string key;     // "RSA 2048", "EC P-256"
  std::string sha256;  // fingerprint, hex with colons
  bool self_signed = false;
};

// How the server answered the request for TLS.
enum class TlsAnswer {
  tls,         // a handshake was made
  refused,     // 'N': it has no TLS
  error,       // 'E' and a message: a PostgreSQL that does not get so far
  http,        // 'H': a web server
  other,       // no PostgreSQL
  alert,       // the handshake failed; `problem` says why
  closed,      // the connection ended
  silent,      // nothing came before the deadline
  unreachable  // no TCP connection
};

struct TlsReport {
  TlsAnswer answer = TlsAnswer::unreachable;
  std::string words;               // what was answered or what the system said, for refused … unreachable
  bool direct = false;             // without PostgreSQL's own request before it
  std::string protocol, cipher;    // "TLSv1.3", "TLS_AES_256_GCM_SHA384"
  std::vector<Certificate> chain;  // as sent, the server's own first
  // The judgement, by the roots that were given.
  std::string roots;           // the file, or empty: none
  bool trusted = false;        // chain and dates, not the name
  std::string problem;         // OpenSSL's words for what is wrong with it; empty when trusted
  int problem_depth = -1;      // of the certificate that is wrong: 0 is the server's own
  std::string missing_issuer;  // whose certificate was not found
  bool name_matches = false;   // the server's certificate is one for the host asked for
  bool wants_client_certificate = false;
  // For Symptom: "expired", "not-yet-valid", "self-signed", "unknown-root", "rds-root", "wrong-name",
  // "no-tls", "http", "direct-tls", "client-certificate".
  std::vector<std::string> signs() const;
};

struct TlsQuestion {
  std::string host;     // for SNI and the comparison of names; an address is not sent as SNI
  std::string address;  // numeric, IPv4 or IPv6, or the path of a socket
  std::string port;
  std::string roots;             // PEM file; empty: judge by none
  std::string certificate, key;  // the client's, PEM files; may be empty
  bool direct = false;           // as sslnegotiation=direct of libpq 17
  std::chrono::milliseconds deadline{10000};
};

// Makes a connection of its own, to look and to close. Does not throw for what the network or the server
// does; Failure::usage for a file of roots or a client's certificate that cannot be read.
TlsReport probe_tls(const TlsQuestion& question);

// Of a connection that is there: what PQsslStruct(connection, "OpenSSL") gives. HOST and ROOTS as above.
TlsReport describe_tls(ssl_st* connection, const std::string& host, const std::string& roots);

// Whether a subject or issuer is one of Amazon RDS's private authorities.
bool is_rds_authority(const std::string& distinguished_name);

// The file with the system's own roots: SSL_CERT_FILE, or the first that exists of those known from Debian,
// Red Hat, SUSE, Alpine, macOS (Homebrew and the system's), FreeBSD. UNDER stands before each path, for
// tests.
std::optional<std::string> system_roots(const std::string& under = "");

}  // namespace sluice
