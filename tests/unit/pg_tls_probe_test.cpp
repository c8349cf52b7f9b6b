#include <doctest/doctest.h>
#include <sys/time.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/tls.hpp"
#include "tests/unit/io_fixture.hpp"
#include "tests/unit/tls_fixture.hpp"

using namespace sluice;
using namespace sluice::tls_test;
using namespace std::string_literals;
using namespace std::chrono_literals;
using Signs = std::vector<std::string>;

namespace {

const std::string kHost = "db.example";

struct Scene {
  io_test::Folder folder;
  Identity root = make({.common_name = "Test Root", .purpose = Purpose::authority});
  Identity identity = make({.common_name = kHost, .names = "DNS:db.example,IP:127.0.0.1"}, &root);
  std::string roots = folder.write("root.pem", pem({root}));

  std::shared_ptr<TlsServer> tls(TlsServer server = {}) const {
    server.chain = {identity};
    return std::make_shared<TlsServer>(std::move(server));
  }
  TlsQuestion question(const Server& server) const {
    TlsQuestion question;
    question.host = kHost;
    question.address = server.address;
    question.port = server.port;
    question.roots = roots;
    return question;
  }
};

TlsReport ask(const Server& server, std::chrono::milliseconds deadline = 10s) {
  TlsQuestion question;
  question.host = kHost;
  question.address = server.address;
  question.port = server.port;
  question.deadline = deadline;
  return probe_tls(question);
}

std::string wire_error(const std::string& fields) {
  std::string message = "E";
  const std::size_t length = 4 + fields.size();
  for (const unsigned shift : {24U, 16U, 8U, 0U}) message += static_cast<char>(length >> shift & 255U);
  return message + fields;
}

volatile std::sig_atomic_t signals_seen = 0;

// Counts a signal while it lives; a call that it interrupts is not repeated by the system.
class Counting {
 public:
  explicit Counting(int signal) : signal_(signal) {
    signals_seen = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { signals_seen = signals_seen + 1; };
    sigaction(signal, &action, &before_);
  }
  Counting(const Counting&) = delete;
  Counting& operator=(const Counting&) = delete;
  ~Counting() { sigaction(signal_, &before_, nullptr); }

 private:
  int signal_;
  struct sigaction before_ {};
};

// A server's side of a handshake, and THEN(connection).
void over_tls(const Scene& scene, int fd, const std::function<void(SSL*)>& then) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context, scene.identity.certificate.get());
  SSL_CTX_use_PrivateKey(context, scene.identity.key.get());
  SSL* connection = SSL_new(context);
  SSL_set_fd(connection, fd);
  SSL_accept(connection);
  then(connection);
  SSL_free(connection);
  SSL_CTX_free(context);
}

}  // namespace

TEST_CASE("A server is asked over IPv4, IPv6 and a socket alike; an address is sent as no name") {
  const Scene scene;
  std::vector<std::string> places = {"127.0.0.1", scene.folder.path(".s.PGSQL.5432")};
  try {
    Server probe(hold, "::1");
    places.emplace_back("::1");
  } catch (const std::runtime_error&) {
    MESSAGE("skipped: no IPv6 here");
  }
  for (const std::string& place : places) {
    CAPTURE(place);
    const auto tls = scene.tls();
    Server server(postgres(tls), place);
    TlsQuestion question = scene.question(server);
    question.host = "127.0.0.1";
    const TlsReport report = probe_tls(question);
    server.stop();
    CHECK(report.answer == TlsAnswer::tls);
    CHECK(report.trusted);
    CHECK(report.name_matches);
    CHECK(tls->server_name == "");
    CHECK(tls->parting == "close_notify");
  }
}

TEST_CASE("TLS 1.2 and 1.3 are named; older ones are refused, as libpq refuses them") {
  const Scene scene;
  const auto look = [&](int version) {
    Server server(postgres(scene.tls({.chain = {}, .version = version})));
    return probe_tls(scene.question(server));
  };
  const TlsReport two = look(TLS1_2_VERSION);
  CHECK(two.answer == TlsAnswer::tls);
  CHECK(two.protocol == "TLSv1.2");
  CHECK(two.cipher == "ECDHE-ECDSA-AES256-GCM-SHA384");
  CHECK(two.trusted);
  CHECK(look(TLS1_3_VERSION).protocol == "TLSv1.3");
  const TlsReport one = look(TLS1_1_VERSION);
  CHECK(one.answer == TlsAnswer::alert);
  CHECK(one.chain.empty());
  CHECK(one.signs() == Signs{});
}

TEST_CASE("'N' says that there is no TLS") {
  Server server(answering("N", After::hold));
  const TlsReport report = ask(server);
  CHECK(report.answer == TlsAnswer::refused);
  CHECK(report.words == "N");
  CHECK(report.chain.empty());
  CHECK(report.signs() == Signs{"no-tls"});
}

TEST_CASE("An error is read in both forms that PostgreSQL has") {
  const std::string fields = "SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0Fproc.c\0\0"s;
  SUBCASE("fields") {
    Server server(answering(wire_error(fields), After::hold));
    const TlsReport report = ask(server);
    CHECK(report.answer == TlsAnswer::error);
    CHECK(report.words == "FATAL:  sorry, too many clients already");
    CHECK(report.sqlstate == "53300");
    CHECK(report.signs() == Signs{});
  }
  SUBCASE("fields that end too early") {
    Server server(answering(wire_error(fields).substr(0, 30)));
    const TlsReport report = ask(server);
    CHECK(report.words == "FATAL:  sor");
    CHECK(report.sqlstate == "53300");
  }
  SUBCASE("text, of a postmaster that could not start a process") {
    Server server(
        answering("Ecould not fork new process for connection: Cannot allocate memory\n\0"s, After::hold));
    const TlsReport report = ask(server);
    CHECK(report.answer == TlsAnswer::error);
    CHECK(report.words == "could not fork new process for connection: Cannot allocate memory");
    CHECK(report.sqlstate == "");
  }
  SUBCASE("text shorter than a length") {
    Server server(answering("Eno\0more"s));
    CHECK(ask(server).words == "no");
  }
  SUBCASE("a flood is cut, and control characters are shown") {
    Server server(answering("E\x1b[31m" + std::string(1'000'000, 'x')));
    const std::string words = ask(server).words;
    CHECK(words.substr(0, 10) == "\\x1b[31mxx");
    CHECK(words.size() == 503);
  }
}

TEST_CASE("A web server is known by its answer") {
  Server server(answering("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n"));
  const TlsReport report = ask(server);
  CHECK(report.answer == TlsAnswer::http);
  CHECK(report.words == "HTTP/1.1 400 Bad Request");
  CHECK(report.signs() == Signs{"http"});
}

TEST_CASE("Something else is quoted") {
  Server server([](int fd) {
    say(fd, "220 mail.example ESMTP\r\n");
    hold(fd);
  });
  const TlsReport report = ask(server);
  CHECK(report.answer == TlsAnswer::other);
  CHECK(report.words == "220 mail.example ESMTP");
  CHECK(report.signs() == Signs{});
}

TEST_CASE("Bytes behind the 'S' are nobody's handshake") {
  Server server(answering("SSH-2.0-OpenSSH_9.2\r\n", After::hold));
  const TlsReport report = ask(server);
  CHECK(report.answer == TlsAnswer::other);
  CHECK(report.words == "SSH-2.0-OpenSSH_9.2");
  CHECK(report.protocol == "");
}

TEST_CASE("Silence lasts until the deadline and no longer, whatever signals come") {
  const auto began = std::chrono::steady_clock::now();
  SUBCASE("before the answer") {
    Server server(hold);
    const TlsReport report = ask(server, 200ms);
    CHECK(report.answer == TlsAnswer::silent);
    CHECK(report.words == "no answer after the request for TLS");
    CHECK(report.signs() == Signs{});
  }
  SUBCASE("in the handshake") {
    Server server(answering("S", After::hold));
    const TlsReport report = ask(server, 200ms);
    CHECK(report.answer == TlsAnswer::silent);
    CHECK(report.words == "no answer in the handshake");
  }
  SUBCASE("with a byte now and then") {
    Server server([](int fd) {
      while (send(fd, "E", 1, MSG_NOSIGNAL) == 1) std::this_thread::sleep_for(20ms);
    });
    CHECK(ask(server, 200ms).answer == TlsAnswer::error);
  }
  SUBCASE("with signals") {
    const Counting counting(SIGALRM);
    const itimerval often{{0, 5000}, {0, 5000}};
    const itimerval never{};
    Server server(hold);
    setitimer(ITIMER_REAL, &often, nullptr);
    const TlsReport report = ask(server, 200ms);
    setitimer(ITIMER_REAL, &never, nullptr);
    CHECK(report.answer == TlsAnswer::silent);
    CHECK(signals_seen > 5);
  }
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(took >= 200ms);
  CHECK(took < 5s);
}

TEST_CASE("A connection that ends is told from one that never was") {
  SUBCASE("closed at once") {
    Server server([](int) {});
    const TlsReport report = ask(server);
    CHECK(report.answer == TlsAnswer::closed);
    CHECK_FALSE(report.words.empty());
  }
  SUBCASE("closed instead of an answer") {
    Server server(answering(""));
    const TlsReport report = ask(server);
    CHECK(report.answer == TlsAnswer::closed);
    CHECK(report.words == "the server closed the connection after the request for TLS");
  }
  SUBCASE("closed where the handshake should begin") {
    Server server([](int fd) {
      if (is_request(fd)) say(fd, "S");
      receive(fd, 64);
      shutdown(fd, SHUT_WR);
      hold(fd);
    });
    const TlsReport report = ask(server);
    CHECK(report.answer == TlsAnswer::closed);
    CHECK(report.words == "the server closed the connection in the handshake");
    CHECK(report.chain.empty());
    CHECK(report.signs() == Signs{});
  }
  SUBCASE("torn in the midst of the server's first record") {
    Server server([](int fd) {
      if (is_request(fd)) say(fd, "S");
      receive(fd, 5);
      say(fd, "\x16\x03\x03\x00\x7a\x02\x00\x00"sv);
      const linger torn{1, 0};
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &torn, sizeof torn);
    });
    const TlsReport report = ask(server);
    CHECK(report.answer == TlsAnswer::closed);
    CHECK(report.words == "Connection reset by peer");
  }
  SUBCASE("a port where nobody listens") {
    TlsQuestion question;
    question.address = "127.0.0.1";
    {
      Server server(hold);
      question.port = server.port;
    }
    const TlsReport report = probe_tls(question);
    CHECK(report.answer == TlsAnswer::unreachable);
    CHECK(report.words == "Connection refused");
    question.direct = true;
    CHECK(probe_tls(question).words == "Connection refused");
  }
  SUBCASE("a port that swallows packets") {
    // A queue that is full: the kernel drops who comes next.
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0);
    REQUIRE(listen(listener, 0) == 0);
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
    const int guest = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(connect(guest, reinterpret_cast<sockaddr*>(&address), length) == 0);
    TlsQuestion question;
    question.address = "127.0.0.1";
    question.port = std::to_string(ntohs(address.sin_port));
    question.deadline = 200ms;
    const TlsReport report = probe_tls(question);
    CHECK(report.answer == TlsAnswer::unreachable);
    CHECK(report.words == "Connection timed out");
    close(guest);
    close(listener);
  }
  SUBCASE("addresses that are none") {
    TlsQuestion question;
    question.port = "5432";
    question.address = "db.example";
    CHECK(probe_tls(question).answer == TlsAnswer::unreachable);
    question.address = "/" + std::string(200, 'x');
    CHECK(probe_tls(question).words == "File name too long");
    question.address = "/nowhere/.s.PGSQL.5432";
    CHECK(probe_tls(question).words == "No such file or directory");
  }
}

TEST_CASE("A server that does not close when we part is left after a second") {
  const Scene scene;
  Server server([&](int fd) {
    if (!is_request(fd)) return;
    say(fd, "S");
    over_tls(scene, fd, [&](SSL* /*connection*/) { hold(fd); });
  });
  const auto began = std::chrono::steady_clock::now();
  const TlsReport report = probe_tls(scene.question(server));
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(report.answer == TlsAnswer::tls);
  CHECK(report.trusted);
  CHECK(took < 5s);  // the deadline is 10 s
}

TEST_CASE("A server that floods instead of closing is left after a second too") {
  const Scene scene;
  Server server([&](int fd) {
    if (!is_request(fd)) return;
    say(fd, "S");
    over_tls(scene, fd, [&](SSL* connection) {
      const std::string flood(16384, 'x');
      const auto end = std::chrono::steady_clock::now() + 8s;
      while (std::chrono::steady_clock::now() < end &&
             SSL_write(connection, flood.data(), static_cast<int>(flood.size())) > 0)
        continue;
    });
  });
  const auto began = std::chrono::steady_clock::now();
  const TlsReport report = probe_tls(scene.question(server));
  CHECK(report.answer == TlsAnswer::tls);
  CHECK(std::chrono::steady_clock::now() - began < 5s);
}

TEST_CASE("A server that hears nothing any more raises no SIGPIPE") {
  const io_test::Folder folder;
  const Counting counting(SIGPIPE);
  Server server(
      [](int fd) {
        receive(fd, 5);
        shutdown(fd, SHUT_RD);                              // on a Unix socket: EPIPE for who writes
        say(fd, "\x16\x03\x03\x00\x04\x02\x00\x00\x00"sv);  // a greeting without a word: answered by an alert
        hold(fd);
      },
      folder.path("s"));
  TlsQuestion question;
  question.address = server.address;
  question.direct = true;
  const TlsReport report = probe_tls(question);
  CHECK(report.answer == TlsAnswer::alert);
  CHECK_FALSE(report.words.empty());
  CHECK(report.alert == -1);  // ours, not the server's
  CHECK(signals_seen == 0);
}

TEST_CASE("Direct TLS offers PostgreSQL's protocol, and says what was agreed on") {
  const Scene scene;
  const auto tls = scene.tls({.chain = {}, .alpn = "postgresql"});
  Server server(direct_tls(tls));
  TlsQuestion question = scene.question(server);
  question.direct = true;
  const TlsReport report = probe_tls(question);
  server.stop();
  CHECK(report.answer == TlsAnswer::tls);
  CHECK(report.direct);
  CHECK(report.alpn == "postgresql");
  CHECK(report.trusted);
  CHECK(report.signs() == Signs{});
  CHECK(tls->server_name == kHost);
  CHECK(server.connections == 1);

  SUBCASE("another's protocol is an alert") {
    Server other(direct_tls(scene.tls({.chain = {}, .alpn = "h2"})));
    TlsQuestion again = scene.question(other);
    again.direct = true;
    const TlsReport refused = probe_tls(again);
    CHECK(refused.answer == TlsAnswer::alert);
    CHECK(refused.alert == SSL_AD_NO_APPLICATION_PROTOCOL);
    CHECK(refused.words.find("no application protocol") != std::string::npos);
    CHECK(refused.signs() == Signs{});
  }
}

TEST_CASE("A port that wants TLS at once is asked for it when it does not understand PostgreSQL's request") {
  const Scene scene;
  const auto tls = scene.tls({.chain = {}, .alpn = "postgresql"});
  SUBCASE("and said so with an alert") {
    Server server([&](int fd) {
      char first = 0;
      recv(fd, &first, 1, MSG_PEEK);
      if (first == 0) {
        receive(fd, 8);
        say(fd, "\x15\x03\x01\x00\x02\x02\x0a"sv);
      } else {
        serve_tls(fd, *tls);
      }
    });
    const TlsReport report = probe_tls(scene.question(server));
    server.stop();
    CHECK(server.connections == 2);
    CHECK(report.answer == TlsAnswer::other);
    CHECK(report.words == "TLS alert: unexpected_message");
    CHECK(report.direct);
    CHECK(report.alpn == "postgresql");
    CHECK(report.trusted);
    CHECK(report.signs() == Signs{"direct-tls"});
  }
  SUBCASE("and closed, as OpenSSL's servers do") {
    Server server(direct_tls(tls));
    const TlsReport report = probe_tls(scene.question(server));
    server.stop();
    CHECK(server.connections == 2);
    CHECK(report.answer == TlsAnswer::other);
    CHECK_FALSE(report.words.empty());  // an end or a reset: a matter of moments
    CHECK(report.direct);
    CHECK(report.trusted);
    CHECK(report.signs() == Signs{"direct-tls"});
  }
  SUBCASE("and makes no handshake either") {
    Server server([](int fd) {
      receive(fd, 8);
      say(fd, "\x15\x03\x01\x00\x02\x02\x46"sv);
      hold(fd);
    });
    const TlsReport report = probe_tls(scene.question(server));
    server.stop();
    CHECK(server.connections == 2);
    CHECK(report.answer == TlsAnswer::other);
    CHECK(report.words == "TLS alert: protocol version");
    CHECK(report.alert == SSL_AD_PROTOCOL_VERSION);
    CHECK_FALSE(report.direct);
    CHECK(report.signs() == Signs{});
  }
}

TEST_CASE("A client's certificate is asked for, demanded, given, refused") {
  const Scene scene;
  const Identity clients = make({.common_name = "Clients", .purpose = Purpose::authority});
  const Identity client = make({.common_name = "me"}, &clients);
  const Identity stranger = make({.common_name = "stranger"});
  const std::string certificate = scene.folder.write("me.crt", pem({client}));
  const std::string key = scene.folder.write("me.key", key_pem(client));
  const std::string strange = scene.folder.write("strange.pem", pem({stranger}) + key_pem(stranger));
  constexpr int kDemand = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;

  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    CAPTURE(version);
    const auto look = [&](int verify, const std::string& mine, const std::string& its_key) {
      Server server(postgres(
          scene.tls({.chain = {}, .version = version, .verify = verify, .client_authorities = {clients}})));
      TlsQuestion question = scene.question(server);
      question.certificate = mine;
      question.key = its_key;
      return probe_tls(question);
    };
    const TlsReport asked = look(SSL_VERIFY_PEER, "", "");
    CHECK(asked.answer == TlsAnswer::tls);
    CHECK(asked.wants_client_certificate);
    CHECK(asked.alert == -1);
    CHECK(asked.signs() == Signs{});

    const TlsReport demanded = look(kDemand, "", "");
    CHECK(demanded.answer == TlsAnswer::alert);
    CHECK(demanded.wants_client_certificate);
    CHECK(demanded.alert == (version == TLS1_2_VERSION ? SSL_AD_HANDSHAKE_FAILURE : 116));
    CHECK(demanded.words.find(version == TLS1_2_VERSION ? "handshake failure" : "certificate required") !=
          std::string::npos);
    CHECK(demanded.signs() == Signs{"client-certificate"});
    // What the server showed before is known all the same.
    CHECK(demanded.protocol == (version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3"));
    CHECK(demanded.chain.size() == 1);
    CHECK(demanded.trusted);
    CHECK(demanded.name_matches);

    const TlsReport given = look(kDemand, certificate, key);
    CHECK(given.answer == TlsAnswer::tls);
    CHECK(given.wants_client_certificate);
    CHECK(given.signs() == Signs{});

    const TlsReport refused = look(kDemand, strange, "");
    CHECK(refused.answer == TlsAnswer::alert);
    CHECK(refused.alert >= 0);
    CHECK(refused.signs() == Signs{"client-certificate"});
  }
}

TEST_CASE("A client's certificate or key that cannot be used is the caller's mistake") {
  const Scene scene;
  const std::string certificate = scene.folder.write("c.crt", pem({scene.identity}));
  const auto message = [&](const std::string& mine, const std::string& key) -> std::string {
    TlsQuestion question;
    question.address = "127.0.0.1";
    question.port = "1";
    question.certificate = mine;
    question.key = key;
    try {
      probe_tls(question);
      return "";
    } catch (const Failure& failure) {
      CHECK(failure.kind == Failure::Kind::usage);
      return failure.what();
    }
  };
  const std::string missing = scene.folder.path("missing");
  CHECK(message(missing, "") ==
        "cannot use the client's certificate in " + missing + ": No such file or directory");
  const std::string other = scene.folder.write("other.key", key_pem(scene.root));
  CHECK(message(certificate, other) == "cannot use the client's key in " + other + ": key values mismatch");
}
