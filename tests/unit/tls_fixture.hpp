// What the tests of libfilter/pg/tls.hpp share: certificates made on the spot, and a server that speaks
// PostgreSQL's request for TLS, or does something else, on a port or socket of its own.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace sluice::tls_test {

using namespace std::string_view_literals;

inline void demand(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

// --- certificates

struct Identity {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;
};

enum class Purpose { server, authority };

struct Wanted {
  std::string common_name;
  std::string names = {};  // "DNS:db.example,IP:127.0.0.1"
  Purpose purpose = Purpose::server;
  int from_days = -1, to_days = 30;  // from now
  std::string organisation = {}, unit = {};
  std::shared_ptr<EVP_PKEY> key = {};  // empty: a new one, EC P-256
};

inline void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  demand(extension != nullptr, "extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Signed by ISSUER, or by itself.
inline Identity make(const Wanted& wanted, const Identity* issuer = nullptr) {
  static std::atomic<long> serial{1};
  Identity made;
  made.key = wanted.key ? wanted.key : std::shared_ptr<EVP_PKEY>(EVP_EC_gen("P-256"), EVP_PKEY_free);
  made.certificate = std::shared_ptr<X509>(X509_new(), X509_free);
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_time_adj_ex(X509_getm_notBefore(certificate), wanted.from_days, 0, nullptr);
  X509_time_adj_ex(X509_getm_notAfter(certificate), wanted.to_days, 0, nullptr);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto add = [&](const char* field, const std::string& value) {
    if (value.empty()) return;
    X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.data()),
                               static_cast<int>(value.size()), -1, 0);
  };
  add("O", wanted.organisation);
  add("OU", wanted.unit);
  add("CN", wanted.common_name);
  const Identity& signer = issuer != nullptr ? *issuer : made;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
  if (wanted.purpose == Purpose::authority)
    extend(certificate, signer.certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  if (!wanted.names.empty())
    extend(certificate, signer.certificate.get(), NID_subject_alt_name, wanted.names);
  demand(X509_sign(certificate, signer.key.get(), EVP_sha256()) > 0, "sign");
  return made;
}

inline std::string pem(const std::vector<Identity>& identities) {
  BIO* bio = BIO_new(BIO_s_mem());
  for (const Identity& identity : identities) PEM_write_bio_X509(bio, identity.certificate.get());
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<std::size_t>(length));
  BIO_free(bio);
  return text;
}

inline std::string key_pem(const Identity& identity) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<std::size_t>(length));
  BIO_free(bio);
  return text;
}

// --- what a server does with a connection

using Behaviour = std::function<void(int fd)>;

// Up to COUNT bytes; fewer when the other end has closed.
inline std::string receive(int fd, std::size_t count) {
  std::string bytes(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const ssize_t more = recv(fd, &bytes[have], count - have, 0);
    if (more <= 0) break;
    have += static_cast<std::size_t>(more);
  }
  bytes.resize(have);
  return bytes;
}

inline void say(int fd, std::string_view bytes) { send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

inline bool is_request(int fd) { return receive(fd, 8) == "\0\0\0\x08\x04\xd2\x16\x2f"sv; }

// Until the client closes.
inline void hold(int fd) {
  while (!receive(fd, 1).empty()) continue;
}

enum class After { close, hold };

inline Behaviour answering(std::string bytes, After after = After::close) {
  return [bytes = std::move(bytes), after](int fd) {
    if (is_request(fd)) say(fd, bytes);
    if (after == After::hold) hold(fd);
  };
}

struct TlsServer {
  std::vector<Identity> chain;  // its own, and what it sends besides
  int version = 0;              // the only one; 0: any
  int verify = SSL_VERIFY_NONE;
  std::vector<Identity> client_authorities = {};
  std::string alpn = {};
  std::string server_name = {};  // seen: what the client asked for
  std::string heard = {};        // seen: what came after the handshake
  std::string parting = {};      // seen: how it ended, "close_notify" or "end"
};

// The handshake of a server, and then reading until the client closes.
inline void serve_tls(int fd, TlsServer& server) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()),
                                                                  SSL_CTX_free);
  SSL_CTX_use_certificate(context.get(), server.chain.front().certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), server.chain.front().key.get());
  for (std::size_t i = 1; i < server.chain.size(); ++i)
    SSL_CTX_add1_chain_cert(context.get(), server.chain[i].certificate.get());
  SSL_CTX_set_mode(context.get(), SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_verify(context.get(), server.verify, nullptr);
  for (const Identity& authority : server.client_authorities) {
    SSL_CTX_add_client_CA(context.get(), authority.certificate.get());
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority.certificate.get());
  }
  if (server.version != 0) {
    SSL_CTX_set_min_proto_version(context.get(), server.version);
    SSL_CTX_set_max_proto_version(context.get(), server.version);
  }
  if (!server.alpn.empty()) {
    SSL_CTX_set_alpn_select_cb(
        context.get(),
        [](SSL*, const unsigned char** out, unsigned char* length, const unsigned char* offered,
           unsigned offered_length, void* data) {
          const auto& wanted = *static_cast<const std::string*>(data);
          const std::string list = static_cast<char>(wanted.size()) + wanted;
          unsigned char* chosen = nullptr;
          const int found =
              SSL_select_next_proto(&chosen, length, reinterpret_cast<const unsigned char*>(list.data()),
                                    static_cast<unsigned>(list.size()), offered, offered_length);
          *out = found == OPENSSL_NPN_NEGOTIATED ? offered + 1 : nullptr;
          return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
        },
        &server.alpn);
  }
  const std::unique_ptr<SSL, decltype(&SSL_free)> connection(SSL_new(context.get()), SSL_free);
  SSL_set_fd(connection.get(), fd);
  const bool met = SSL_accept(connection.get()) == 1;
  const char* name = SSL_get_servername(connection.get(), TLSEXT_NAMETYPE_host_name);
  if (name != nullptr) server.server_name = name;
  if (!met) return;
  char byte = 0;
  int count = 0;
  while ((count = SSL_read(connection.get(), &byte, 1)) > 0) server.heard += byte;
  server.parting = SSL_get_error(connection.get(), count) == SSL_ERROR_ZERO_RETURN ? "close_notify" : "end";
}

inline Behaviour postgres(std::shared_ptr<TlsServer> server) {
  return [server = std::move(server)](int fd) {
    if (!is_request(fd)) return;
    say(fd, "S");
    serve_tls(fd, *server);
  };
}

inline Behaviour direct_tls(std::shared_ptr<TlsServer> server) {
  return [server = std::move(server)](int fd) { serve_tls(fd, *server); };
}

// --- the server

class Server {
 public:
  // PLACE is "127.0.0.1", "::1" or the path of a socket to make. BEHAVIOUR has each connection in turn.
  Server(Behaviour behaviour, std::string place = "127.0.0.1")
      : address(std::move(place)), behaviour_(std::move(behaviour)) {
    const bool is_path = address.front() == '/';
    const bool is_six = !is_path && address.find(':') != std::string::npos;
    sockaddr_storage storage{};
    socklen_t length = 0;
    if (is_path) {
      auto& path = reinterpret_cast<sockaddr_un&>(storage);
      path.sun_family = AF_UNIX;
      std::memcpy(path.sun_path, address.c_str(), address.size() + 1);
      length = sizeof path;
    } else if (is_six) {
      auto& six = reinterpret_cast<sockaddr_in6&>(storage);
      six.sin6_family = AF_INET6;
      six.sin6_addr = in6addr_loopback;
      length = sizeof six;
    } else {
      auto& four = reinterpret_cast<sockaddr_in&>(storage);
      four.sin_family = AF_INET;
      four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      length = sizeof four;
    }
    listener_ = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto* bound = reinterpret_cast<sockaddr*>(&storage);
    if (listener_ == -1 || bind(listener_, bound, length) != 0 || listen(listener_, 8) != 0)
      throw std::runtime_error("no server at " + address);
    getsockname(listener_, bound, &length);
    if (!is_path) port = std::to_string(ntohs(reinterpret_cast<sockaddr_in&>(storage).sin_port));
    demand(pipe(end_) == 0, "pipe");
    // Signals are the client's to bear.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { serve(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { stop(); }

  // Waits for the connection that is being served, whose client must have closed.
  void stop() {
    if (!thread_.joinable()) return;
    close(end_[1]);
    thread_.join();
    close(end_[0]);
    close(listener_);
  }

  std::string address, port;
  int connections = 0;  // known after stop()

 private:
  void serve() {
    for (;;) {
      pollfd waiting[2] = {{listener_, POLLIN, 0}, {end_[0], POLLIN, 0}};
      poll(waiting, 2, -1);
      if ((waiting[0].revents & POLLIN) == 0) return;
      const int fd = accept(listener_, nullptr, nullptr);
      if (fd == -1) return;
      ++connections;
      behaviour_(fd);
      close(fd);
    }
  }

  Behaviour behaviour_;
  int listener_ = -1;
  int end_[2] = {-1, -1};
  std::thread thread_;
};

}  // namespace sluice::tls_test
