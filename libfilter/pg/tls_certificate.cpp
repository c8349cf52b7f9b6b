#include <arpa/inet.h>
#include <strings.h>

#include <array>
#include <cstring>
#include <string_view>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/openssl.hpp"

namespace sluice {

namespace {

using OwnedBio = Owned<BIO, BIO_free_all>;
using OwnedNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;

constexpr std::size_t kLongestName = 255;  // of a DNS name, with some room (RFC 1035: 253)

std::string_view bytes_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

// Empty when there are no four or sixteen bytes.
std::string written_address(std::string_view bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (bytes.size() != 4 && bytes.size() != 16) return {};
  inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

// The bytes of HOST when it is an address, as a certificate holds them; empty when it is a name. inet_aton,
// as libpq has it, knows short forms too: "127.1".
std::string address_bytes(const std::string& host) {
  in_addr four{};
  in6_addr six{};
  if (inet_aton(host.c_str(), &four) == 1) return {reinterpret_cast<const char*>(&four), sizeof four};
  if (inet_pton(AF_INET6, host.c_str(), &six) == 1) return {reinterpret_cast<const char*>(&six), sizeof six};
  return {};
}

// Lengths are compared too: "db.example\0.attacker.example" is not "db.example".
bool name_fits(std::string_view pattern, const std::string& host) {
  const auto same = [](std::string_view left, std::string_view right) {
    return left.size() == right.size() && strncasecmp(left.data(), right.data(), left.size()) == 0;
  };
  if (same(pattern, host)) return true;
  if (pattern.size() < 3 || pattern.substr(0, 2) != "*.") return false;
  const std::size_t dot = host.find('.');
  return dot != std::string::npos && dot > 0 && same(pattern.substr(1), std::string_view(host).substr(dot));
}

OwnedNames alternative_names(X509* certificate) {
  return OwnedNames(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
}

std::string common_name(X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (length < 0) return {};
  std::string result(reinterpret_cast<char*>(text), static_cast<std::size_t>(length));
  OPENSSL_free(text);
  return result;
}

std::time_t seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

std::string kind_of_key(X509* certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return "unknown";
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS)
    return "RSA " + std::to_string(EVP_PKEY_get_bits(key));
  if (kind != EVP_PKEY_EC) return OBJ_nid2sn(kind);
  std::array<char, 64> group{};
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) != 1) return "EC";
  const char* nist = EC_curve_nid2nist(OBJ_sn2nid(group.data()));
  return std::string("EC ") + (nist != nullptr ? nist : group.data());
}

std::string fingerprint(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  X509_digest(certificate, EVP_sha256(), bytes.data(), &length);
  std::string result;
  for (unsigned i = 0; i < length; ++i) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    if (i > 0) result += ':';
    result += kDigits[bytes[i] >> 4U];
    result += kDigits[bytes[i] & 15U];
  }
  return result;
}

}  // namespace

std::string written(const X509_NAME* name) {
  const OwnedBio text(BIO_new(BIO_s_mem()));
  // Letters beyond ASCII stay as they are.
  X509_NAME_print_ex(text.get(), name, 0,
                     XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(text.get(), &bytes);
  return length > 0 ? std::string(bytes, static_cast<std::size_t>(length)) : std::string();
}

Certificate read_certificate(X509* certificate) {
  Certificate result;
  result.subject = written(X509_get_subject_name(certificate));
  result.issuer = written(X509_get_issuer_name(certificate));
  result.common_name = printable(common_name(certificate), kLongestName);
  if (const OwnedNames names = alternative_names(certificate)) {
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
      const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
      if (name->type == GEN_DNS) result.names.push_back(printable(bytes_of(name->d.dNSName), kLongestName));
      if (name->type == GEN_IPADD) result.names.push_back(written_address(bytes_of(name->d.iPAddress)));
    }
  }
  result.not_before = seconds_of(X509_get0_notBefore(certificate));
  result.not_after = seconds_of(X509_get0_notAfter(certificate));
  result.key = kind_of_key(certificate);
  result.sha256 = fingerprint(certificate);
  result.self_signed = X509_self_signed(certificate, 1) == 1;
  ERR_clear_error();
  return result;
}

bool is_for_host(X509* certificate, const std::string& host) {
  if (host.empty()) return false;
  const std::string address = address_bytes(host);
  const int kind = address.empty() ? GEN_DNS : GEN_IPADD;
  bool common_name_counts = true;
  if (const OwnedNames names = alternative_names(certificate)) {
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
      const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
      if (name->type == kind) common_name_counts = false;
      // An address that somebody wrote as a name counts too.
      if (name->type == GEN_DNS && name_fits(bytes_of(name->d.dNSName), host)) return true;
      if (name->type == GEN_IPADD && !address.empty() && bytes_of(name->d.iPAddress) == address) return true;
    }
  }
  return common_name_counts && name_fits(common_name(certificate), host);
}

OpensslError take_openssl_error(const std::string& none) {
  OpensslError result;
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) {
    result.words = none;
    return result;
  }
  const char* reason = ERR_reason_error_string(code);
  result.words = reason != nullptr ? reason : "OpenSSL error " + std::to_string(code);
  if (ERR_GET_LIB(code) == ERR_LIB_SSL) {
    const int number = ERR_GET_REASON(code);
    if (number >= SSL_AD_REASON_OFFSET) result.alert = number - SSL_AD_REASON_OFFSET;
  } else if (ERR_SYSTEM_ERROR(code)) {
    result.words = std::strerror(ERR_GET_REASON(code));
  }
  return result;
}

}  // namespace sluice
