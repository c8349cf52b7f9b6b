#include "libfilter/pg/tls.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/openssl.hpp"

namespace sluice {

namespace {

using OwnedContext = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

// Of a problem that is the roots', not the chain's.
bool is_of_roots(int error) {
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return true;
    default:
      return false;
  }
}

std::string sign_of(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "not-yet-valid";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "self-signed";
    // The issuer's name is known, with another key: a private authority that was made anew.
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "unknown-root";
    default:
      return is_of_roots(error) ? "unknown-root" : "";
  }
}

bool has(const std::vector<TlsProblem>& problems, std::string_view sign) {
  return std::any_of(problems.begin(), problems.end(),
                     [&](const TlsProblem& problem) { return problem.sign == sign; });
}

// Called by OpenSSL for each problem; 1 lets it go on to the next.
int note_problem(int fine, X509_STORE_CTX* context) {
  if (fine == 1) return 1;
  auto& report = *static_cast<TlsReport*>(X509_STORE_CTX_get_app_data(context));
  const int error = X509_STORE_CTX_get_error(context);
  const bool judged_by_none = report.roots.empty();
  if (judged_by_none && is_of_roots(error)) return 1;
  TlsProblem problem{X509_verify_cert_error_string(error), X509_STORE_CTX_get_error_depth(context),
                     sign_of(error)};
  const bool issuer_is_missing = problem.sign == "unknown-root" || problem.sign == "self-signed";
  if (issuer_is_missing && judged_by_none) problem.sign.clear();
  const X509* certificate = X509_STORE_CTX_get_current_cert(context);
  if (issuer_is_missing && certificate != nullptr && report.missing_issuer.empty())
    report.missing_issuer = written(X509_get_issuer_name(certificate));
  report.problems.push_back(std::move(problem));
  return 1;
}

// OpenSSL does not look at the dates of the last certificate when it has no issuer for it.
void note_dates(const STACK_OF(X509) * chain, TlsReport& report) {
  const auto note = [&](int error, int depth) {
    for (const TlsProblem& known : report.problems)
      if (known.depth == depth && known.sign == sign_of(error)) return;
    report.problems.push_back({X509_verify_cert_error_string(error), depth, sign_of(error)});
  };
  for (int depth = 0; depth < sk_X509_num(chain); ++depth) {
    const X509* certificate = sk_X509_value(chain, depth);
    if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0)
      note(X509_V_ERR_CERT_NOT_YET_VALID, depth);
    if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) note(X509_V_ERR_CERT_HAS_EXPIRED, depth);
  }
}

// As OpenSSL does it in a client's handshake that verifies, but for going on after a problem.
void judge(SSL* connection, X509_STORE* roots, TlsReport& report) {
  const OwnedContext context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), roots, SSL_get0_peer_certificate(connection),
                                      SSL_get_peer_cert_chain(connection)) != 1) {
    report.problems.push_back({take_openssl_error("no judgement was possible").words, 0, {}});
    return;
  }
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(context.get()),
                                   SSL_get_security_level(connection));
  X509_STORE_CTX_set_app_data(context.get(), &report);
  X509_STORE_CTX_set_verify_cb(context.get(), note_problem);
  const bool went_through = X509_verify_cert(context.get()) == 1;
  if (const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context.get())) note_dates(chain, report);
  if (!went_through && report.problems.empty())
    report.problems.push_back(
        {X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())), 0, {}});
  report.trusted = !report.roots.empty() && report.problems.empty();
}

// Calls TAKE with each "KEY=value" of a name written by RFC 2253.
template <class Take>
void for_each_part(std::string_view name, Take take) {
  while (!name.empty()) {
    std::size_t end = 0;
    while (end < name.size() && name[end] != ',') end += name[end] == '\\' ? 2 : 1;
    end = std::min(end, name.size());
    take(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
}

}  // namespace

Roots read_roots(const std::string& file) {
  Roots roots(X509_STORE_new());
  ERR_clear_error();
  if (!roots || (!file.empty() && X509_STORE_load_file(roots.get(), file.c_str()) != 1)) {
    throw Failure(Failure::Kind::usage, "cannot read the root certificates in " + printable(file) + ": " +
                                            take_openssl_error("out of memory").words);
  }
  return roots;
}

void examine(SSL* connection, X509_STORE* roots, TlsReport& report) {
  if (const SSL_CIPHER* cipher = SSL_get_current_cipher(connection)) {
    report.protocol = SSL_get_version(connection);
    report.cipher = SSL_CIPHER_get_name(cipher);
  }
  const unsigned char* alpn = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(connection, &alpn, &length);
  if (length > 0) report.alpn = printable({reinterpret_cast<const char*>(alpn), length});
  const STACK_OF(X509_NAME)* authorities = SSL_get0_peer_CA_list(connection);
  if (authorities != nullptr && sk_X509_NAME_num(authorities) > 0) report.wants_client_certificate = true;

  const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(connection);
  if (chain == nullptr || sk_X509_num(chain) == 0) return;
  for (int i = 0; i < sk_X509_num(chain); ++i)
    report.chain.push_back(read_certificate(sk_X509_value(chain, i)));
  report.name_matches = is_for_host(sk_X509_value(chain, 0), report.host);
  judge(connection, roots, report);
  if (!report.problems.empty()) {
    report.problem = report.problems.front().words;
    report.problem_depth = report.problems.front().depth;
  }
  ERR_clear_error();
}

TlsReport describe_tls(ssl_st* connection, const std::string& host, const std::string& roots) {
  TlsReport report;
  report.answer = TlsAnswer::tls;
  report.host = host;
  report.roots = roots;
  examine(connection, read_roots(roots).get(), report);
  return report;
}

std::vector<std::string> TlsReport::signs() const {
  std::vector<std::string> result;
  const auto say = [&](bool holds, const char* sign) {
    if (holds) result.emplace_back(sign);
  };
  const bool unknown_root = has(problems, "unknown-root");
  say(has(problems, "expired"), "expired");
  say(has(problems, "not-yet-valid"), "not-yet-valid");
  say(has(problems, "self-signed"), "self-signed");
  say(unknown_root, "unknown-root");
  say(unknown_root && is_rds_authority(missing_issuer), "rds-root");
  say(!host.empty() && !chain.empty() && !name_matches, "wrong-name");
  say(answer == TlsAnswer::refused, "no-tls");
  say(answer == TlsAnswer::http, "http");
  say(answer == TlsAnswer::other && direct, "direct-tls");
  say(alert >= 0 && wants_client_certificate, "client-certificate");
  return result;
}

// Those seen: "Amazon RDS Root 2019 CA", "Amazon RDS af-south-1 Root CA", "Amazon RDS GovCloud Root CA",
// "Amazon RDS eu-south-1 2019 CA", "Amazon RDS us-east-2 Root CA RSA2048 G1" and RSA4096, ECC384,
// "Amazon RDS us-east-2 Subordinate CA RSA2048 G1.A.2", all of OU=Amazon RDS, O=Amazon Web Services\, Inc.
// The servers' own are of OU=RDS, O=Amazon.com. RDS Proxy has public ones, by "Amazon RSA 2048 M01" and its
// like.
bool is_rds_authority(const std::string& distinguished_name) {
  bool common_name = false;
  bool unit = false;
  bool organisation = false;
  for_each_part(distinguished_name, [&](std::string_view part) {
    common_name |= part.starts_with("CN=Amazon RDS ");
    unit |= part == "OU=Amazon RDS";
    organisation |= part.starts_with("O=Amazon Web Services");
  });
  return common_name && unit && organisation;
}

std::optional<std::string> system_roots(const std::string& under) {
  constexpr std::array<std::string_view, 11> kFiles = {
      "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch
      "/etc/pki/tls/certs/ca-bundle.crt",                   // Red Hat, Fedora
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // the same, where the link to it is gone
      "/etc/ssl/ca-bundle.pem",                             // SUSE
      "/etc/ssl/cert.pem",                                  // Alpine, macOS, OpenBSD
      "/opt/homebrew/etc/openssl@3/cert.pem",               // Homebrew, for ARM …
      "/opt/homebrew/etc/ca-certificates/cert.pem",
      "/usr/local/etc/openssl@3/cert.pem",  // … and for Intel
      "/usr/local/etc/ca-certificates/cert.pem",
      "/usr/local/share/certs/ca-root-nss.crt",  // FreeBSD
      "/etc/ssl/certs/ca-bundle.crt",            // NixOS
  };
  const auto is_there = [](const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored);
  };
  if (under.empty()) {
    const char* chosen = std::getenv("SSL_CERT_FILE");
    if (chosen != nullptr && is_there(chosen)) return chosen;
  }
  for (const std::string_view file : kFiles) {
    std::string path = under + std::string(file);
    if (is_there(path)) return path;
  }
  return std::nullopt;
}

}  // namespace sluice
