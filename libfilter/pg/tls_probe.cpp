// The probe: PostgreSQL's request for TLS, or none, and OpenSSL's handshake, with a deadline over all of it.
//
// The handshake verifies nothing, so that it comes to its end and everything can be looked at; no start-up
// packet follows, so that nothing is entrusted to the server. It speaks through a BIO of our own: OpenSSL's
// writes with write(2), which raises SIGPIPE when the server has gone.
//
// In TLS 1.3 a server judges the client's certificate after the client's part of the handshake is over. Its
// alert can only be read afterwards: we say that we close, and read until the server closes too.
#include <arpa/inet.h>

#include <array>
#include <cctype>
#include <cstdint>
#include <string_view>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/line.hpp"
#include "libfilter/pg/openssl.hpp"

namespace sluice {

namespace {

using namespace std::chrono_literals;

using OwnedContext = Owned<SSL_CTX, SSL_CTX_free>;
using OwnedConnection = Owned<SSL, SSL_free>;
using OwnedMethod = Owned<BIO_METHOD, BIO_meth_free>;

// Length 8, then 1234 and 5679 as 16-bit numbers: SSLRequest in "Message Formats" of PostgreSQL's manual.
constexpr std::string_view kRequest("\0\0\0\x08\x04\xd2\x16\x2f", 8);
constexpr std::string_view kAlpn = "\x0apostgresql";  // with its length before it, RFC 7301
constexpr char kTlsAlert = 0x15;                      // a record's first byte, RFC 8446 section 5.1
constexpr std::size_t kLongestMessage = 30000;        // of an error, as libpq has it
constexpr std::size_t kLongestWords = 500;
// For what follows the byte that says it all, and for the server's part in closing.
constexpr auto kRest = 1s;

// --- OpenSSL on a Line

Line& line_of(BIO* bio) { return *static_cast<Line*>(BIO_get_data(bio)); }

int read_bio(BIO* bio, char* to, int most) {
  return static_cast<int>(line_of(bio).read(to, static_cast<std::size_t>(most)));
}

int write_bio(BIO* bio, const char* from, int size) {
  const std::size_t written = line_of(bio).write(from, static_cast<std::size_t>(size));
  return written > 0 ? static_cast<int>(written) : -1;
}

long control_bio(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO* new_bio(Line& line) {
  static const OwnedMethod method = [] {
    OwnedMethod made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "line"));
    BIO_meth_set_read(made.get(), read_bio);
    BIO_meth_set_write(made.get(), write_bio);
    BIO_meth_set_ctrl(made.get(), control_bio);
    return made;
  }();
  BIO* bio = BIO_new(method.get());
  BIO_set_data(bio, &line);
  BIO_set_init(bio, 1);
  return bio;
}

int refuse_to_ask(char* /*to*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

[[noreturn]] void fail_for(const std::string& what, const std::string& file) {
  throw Failure(Failure::Kind::usage,
                "cannot use " + what + " in " + printable(file) + ": " + take_openssl_error("unknown").words);
}

OwnedContext make_context(const TlsQuestion& question) {
  ERR_clear_error();
  OwnedContext context(SSL_CTX_new(TLS_client_method()));
  if (!context)
    throw Failure(Failure::Kind::io, "cannot use OpenSSL: " + take_openssl_error("unknown").words);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  if (question.certificate.empty()) return context;
  // Without this OpenSSL would ask at the terminal for the pass phrase of a key that has one.
  SSL_CTX_set_default_passwd_cb(context.get(), refuse_to_ask);
  if (SSL_CTX_use_certificate_chain_file(context.get(), question.certificate.c_str()) != 1)
    fail_for("the client's certificate", question.certificate);
  const std::string& key = question.key.empty() ? question.certificate : question.key;
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1)
    fail_for("the client's key", key);
  return context;
}

bool is_name(const std::string& host) {
  in_addr four{};
  in6_addr six{};
  return !host.empty() && host.front() != '/' && inet_aton(host.c_str(), &four) == 0 &&
         inet_pton(AF_INET6, host.c_str(), &six) != 1;
}

// --- PostgreSQL's request and its answers

// BEGINNING and what follows it, up to a byte of ENDS, the end, or LIMIT bytes.
std::string read_until(Line& line, std::string beginning, std::string_view ends, std::size_t limit) {
  line.hurry(kRest);
  char byte = 0;
  while (beginning.size() < limit && line.read(&byte, 1) == 1 && ends.find(byte) == std::string_view::npos)
    beginning += byte;
  return beginning;
}

std::string first_line(Line& line, char first) {
  constexpr std::string_view kEnds("\r\n", 2);
  return printable(read_until(line, std::string(1, first), kEnds, kLongestWords));
}

std::string without_end(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  return text;
}

// Behind the 'E': a length and fields (protocol 3), or text and a null byte, as a postmaster writes it that
// could not start a process. A length that no message has is text.
void read_error(Line& line, TlsReport& report) {
  constexpr std::string_view kNothing;
  constexpr std::string_view kNull("\0", 1);
  const std::string head = read_until(line, {}, kNothing, 4);
  std::uint32_t length = 0;
  for (const char byte : head) length = length << 8U | static_cast<unsigned char>(byte);
  if (head.size() < 4 || length < 8 || length > kLongestMessage) {
    const std::size_t end = head.find('\0');
    const std::string text =
        end != std::string::npos ? head.substr(0, end) : read_until(line, head, kNull, kLongestMessage);
    report.words = printable(without_end(text), kLongestWords);
    return;
  }
  std::string severity, message;
  const std::string body = read_until(line, {}, kNothing, length - 4);
  for (std::size_t at = 0; at < body.size() && body[at] != '\0';) {
    const std::size_t end = std::min(body.find('\0', at), body.size());
    const std::string value = printable(body.substr(at + 1, end - at - 1), kLongestWords);
    if (body[at] == 'S') severity = value;
    if (body[at] == 'M') message = value;
    if (body[at] == 'C') report.sqlstate = value;
    at = end + 1;
  }
  report.words = severity.empty() ? message : severity + ":  " + message;
}

void read_alert(Line& line, TlsReport& report) {
  std::array<unsigned char, 6> record{};  // version, length, level, number
  std::size_t have = 0;
  line.hurry(kRest);
  while (have < record.size()) {
    const std::size_t more = line.read(&record[have], record.size() - have);
    if (more == 0) break;
    have += more;
  }
  report.words = "TLS alert";
  if (have < record.size()) return;
  report.alert = record[5];
  report.words += std::string(": ") + SSL_alert_desc_string_long(record[5]);
}

// Why nothing more comes over LINE; WHERE is for the ending that the system has no words for.
void say_ending(const Line& line, const std::string& where, TlsReport& report) {
  switch (line.ending()) {
    case Line::Ending::late:
      report.answer = TlsAnswer::silent;
      report.words = "no answer " + where;
      break;
    case Line::Ending::failed:
      report.answer = TlsAnswer::closed;
      report.words = line.system_words();
      break;
    default:
      report.answer = TlsAnswer::closed;
      report.words = "the server closed the connection " + where;
  }
}

// `direct`: it may be a port that wants TLS at once. Those say so by an alert, or, as OpenSSL's servers do,
// by closing.
enum class Next { handshake, nothing, direct };

Next request_tls(Line& line, TlsReport& report) {
  constexpr const char* kWhere = "after the request for TLS";
  char answer = 0;
  for (std::string_view rest = kRequest; !rest.empty();) {
    const std::size_t written = line.write(rest.data(), rest.size());
    if (written == 0) break;
    rest.remove_prefix(written);
  }
  // One byte and no more: what comes unencrypted behind an 'S' must not pass for the server's
  // (CVE-2021-23222). A failed write is looked at here too: there may be an answer that came before.
  if (line.read(&answer, 1) == 0) {
    say_ending(line, kWhere, report);
    return report.answer == TlsAnswer::closed ? Next::direct : Next::nothing;
  }
  switch (answer) {
    case 'S': {
      char behind = 0;
      if (line.peek(&behind, 1) == 0) return Next::handshake;
      // No server speaks before the client has begun the handshake. SSH does: "SSH-2.0-…".
      report.answer = TlsAnswer::other;
      report.words = first_line(line, answer);
      return Next::nothing;
    }
    case 'N':
      report.answer = TlsAnswer::refused;
      report.words = "N";
      return Next::nothing;
    case 'E':
      report.answer = TlsAnswer::error;
      read_error(line, report);
      return Next::nothing;
    case 'H':
      report.answer = TlsAnswer::http;
      report.words = first_line(line, answer);
      return Next::nothing;
    case kTlsAlert:
      report.answer = TlsAnswer::other;
      read_alert(line, report);
      return Next::direct;
    default:
      report.answer = TlsAnswer::other;
      report.words = first_line(line, answer);
      return Next::nothing;
  }
}

// --- the handshake

class Probe {
 public:
  explicit Probe(const TlsQuestion& question)
      : question_(question),
        roots_(read_roots(question.roots)),
        context_(make_context(question)),
        deadline_(Line::Clock::now() + question.deadline) {}

  TlsReport run() const {
    if (question_.direct) return direct();
    TlsReport report = blank();
    Line line(deadline_);
    if (!connect(line, report)) return report;
    const Next next = request_tls(line, report);
    if (next == Next::handshake) shake_hands(line, report);
    if (next != Next::direct) return report;
    TlsReport second = direct();
    if (second.answer != TlsAnswer::tls) return report;
    second.answer = TlsAnswer::other;
    second.words = report.words;
    return second;
  }

 private:
  TlsReport blank() const {
    TlsReport report;
    report.host = question_.host;
    report.roots = question_.roots;
    return report;
  }

  bool connect(Line& line, TlsReport& report) const {
    report.words = line.connect(question_.address, question_.port);
    return report.words.empty();
  }

  TlsReport direct() const {
    TlsReport report = blank();
    Line line(deadline_);
    report.direct = true;
    if (connect(line, report)) shake_hands(line, report);
    return report;
  }

  void shake_hands(Line& line, TlsReport& report) const {
    ERR_clear_error();
    const OwnedConnection connection(SSL_new(context_.get()));
    BIO* bio = new_bio(line);
    SSL_set_bio(connection.get(), bio, bio);
    if (is_name(question_.host)) SSL_set_tlsext_host_name(connection.get(), question_.host.c_str());
    if (report.direct) {
      SSL_set_alpn_protos(connection.get(), reinterpret_cast<const unsigned char*>(kAlpn.data()),
                          static_cast<unsigned>(kAlpn.size()));
    }
    // Called when the server asks for a certificate, in TLS 1.2 and 1.3, whether we have one or not.
    SSL_set_cert_cb(
        connection.get(),
        [](SSL*, void* asked) {
          *static_cast<bool*>(asked) = true;
          return 1;
        },
        &report.wants_client_certificate);
    if (SSL_connect(connection.get()) == 1) {
      report.answer = TlsAnswer::tls;
      examine(connection.get(), roots_.get(), report);
      part(connection.get(), line, report);
      return;
    }
    // Where the connection just ended OpenSSL has no words.
    const OpensslError error = take_openssl_error();
    if (error.words.empty()) {
      say_ending(line, "in the handshake", report);
    } else {
      say_alert(error, report);
    }
    examine(connection.get(), roots_.get(), report);
  }

  static void say_alert(const OpensslError& error, TlsReport& report) {
    report.answer = TlsAnswer::alert;
    report.words = error.words;
    report.alert = error.alert;
  }

  static void part(SSL* connection, Line& line, TlsReport& report) {
    line.hurry(kRest);
    SSL_shutdown(connection);
    std::array<char, 256> rest{};
    while (SSL_read(connection, rest.data(), static_cast<int>(rest.size())) > 0) continue;
    const OpensslError error = take_openssl_error();
    if (error.alert >= 0) say_alert(error, report);
  }

  const TlsQuestion& question_;
  Roots roots_;
  OwnedContext context_;
  Line::Clock::time_point deadline_;
};

}  // namespace

TlsReport probe_tls(const TlsQuestion& question) { return Probe(question).run(); }

}  // namespace sluice
