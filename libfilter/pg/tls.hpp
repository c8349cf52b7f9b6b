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
  other,       // no PostgreSQL, or one behind a port that wants TLS at once: `direct` is set then
  alert,       // the handshake failed; `words` says why
  closed,      // the connection ended
  silent,      // nothing came before the deadline
  unreachable  // no TCP connection
};

// One thing that is wrong with a chain.
struct TlsProblem {
  std::string words;  // OpenSSL's
  int depth = 0;      // of the certificate: 0 is the server's own, the root's may be one more than was sent
  std::string sign;   // as in TlsReport::signs, or empty: nothing that advice knows
};

struct TlsReport {
  TlsAnswer answer = TlsAnswer::unreachable;
  // What was answered or what the system said, for all answers but `tls`; without control characters. Words
  // of a server that has shown no certificate yet: anybody on the way may have written them.
  std::string words;
  std::string sqlstate;            // of an `error`, where it has one
  int alert = -1;                  // number of the TLS alert that the server sent (RFC 8446, section 6)
  bool direct = false;             // without PostgreSQL's own request before it
  std::string protocol, cipher;    // "TLSv1.3", "TLS_AES_256_GCM_SHA384"
  std::string alpn;                // what was agreed on; libpq 17 accepts direct TLS only with "postgresql"
  std::vector<Certificate> chain;  // as sent, the server's own first
  // The judgement, by the roots that were given. Without roots nobody is asked to vouch: `trusted` stays
  // false, and `problems` holds only what is wrong whoever vouches, as a date that has passed.
  std::string host;                  // whose certificate it should be; empty: no name was compared
  std::string roots;                 // the file, or empty: none
  bool trusted = false;              // chain and dates, not the name
  std::vector<TlsProblem> problems;  // all, in OpenSSL's order; libpq ends at the first
  std::string problem;               // the first one's words; empty when there is none
  int problem_depth = -1;            // the first one's
  std::string missing_issuer;        // who vouches for the last certificate that was found, and is no root
  bool name_matches = false;         // the server's certificate is one for the host, by the rules of libpq 15
  // It asked for one, which does not mean that it needs one: PostgreSQL asks whenever ssl_ca_file is set. Of
  // a connection that is there it is known only when the server named its authorities.
  bool wants_client_certificate = false;
  // For Symptom, in this order: "expired", "not-yet-valid", "self-signed", "unknown-root", "rds-root",
  // "wrong-name", "no-tls", "http", "direct-tls", "client-certificate". "rds-root" comes with
  // "unknown-root"; "direct-tls" says that a port which did not understand PostgreSQL's request, and sent
  // an alert or closed, made a handshake when it was asked for one at once; "client-certificate" that the
  // handshake failed after a certificate was asked for.
  std::vector<std::string> signs() const;
};

struct TlsQuestion {
  std::string host;     // for SNI and the comparison of names; an address is not sent as SNI
  std::string address;  // numeric, IPv4 or IPv6, or the path of a socket, which begins with '/'
  std::string port;
  std::string roots;                          // PEM file; empty: judge by none
  std::string certificate, key;               // the client's, PEM files; may be empty
  bool direct = false;                        // as sslnegotiation=direct of libpq 17
  std::chrono::milliseconds deadline{10000};  // for all of it
};

// Makes a connection of its own, to look and to close. Does not throw for what the network or the server
// does; Failure::usage for a file of roots or a client's certificate that cannot be read. TLS 1.2 is the
// least, as libpq has it. No signal is raised by a connection that the server has closed.
TlsReport probe_tls(const TlsQuestion& question);

// Of a connection that is there: what PQsslStruct(connection, "OpenSSL") gives. HOST and ROOTS as in
// TlsQuestion. Failure::usage for a file of roots that cannot be read.
TlsReport describe_tls(ssl_st* connection, const std::string& host, const std::string& roots);

// Whether a subject or issuer is one of Amazon RDS's private authorities.
bool is_rds_authority(const std::string& distinguished_name);

// The file with the system's own roots: SSL_CERT_FILE, or the first that exists of those known from Debian,
// Red Hat, SUSE, Alpine, macOS (Homebrew and the system's), FreeBSD. UNDER stands before each path, for
// tests; SSL_CERT_FILE is not asked then.
std::optional<std::string> system_roots(const std::string& under = "");

}  // namespace sluice
