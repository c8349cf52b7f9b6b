#include "libfilter/pg/tls.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libfilter/io/failure.hpp"
#include "tests/unit/io_fixture.hpp"
#include "tests/unit/tls_fixture.hpp"

using namespace sluice;
using namespace sluice::tls_test;
using namespace std::string_literals;
using Signs = std::vector<std::string>;

namespace {

const std::string kHost = "db.example";

std::string words(int error) { return X509_verify_cert_error_string(error); }

// An authority, and a file with its certificate.
struct Authority {
  explicit Authority(const std::string& name = "Test Root")
      : root(make({.common_name = name, .purpose = Purpose::authority})),
        file(folder.write("root.pem", pem({root}))) {}

  Identity server(Wanted wanted) const { return make(wanted, &root); }
  Identity server() const { return server({.common_name = kHost, .names = "DNS:" + kHost}); }

  io_test::Folder folder;
  Identity root;
  std::string file;
};

TlsQuestion question_for(const Server& server, const std::string& roots, const std::string& host = kHost) {
  TlsQuestion question;
  question.host = host;
  question.address = server.address;
  question.port = server.port;
  question.roots = roots;
  return question;
}

// What is seen of a PostgreSQL with this chain.
TlsReport look_at(const std::vector<Identity>& chain, const std::string& roots,
                  const std::string& host = kHost) {
  const auto tls = std::make_shared<TlsServer>(TlsServer{.chain = chain});
  Server server(postgres(tls));
  return probe_tls(question_for(server, roots, host));
}

bool fits(const std::vector<std::string>& names, const std::string& common_name, const std::string& host) {
  static const Authority authority;
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
  const TlsReport report =
      look_at({authority.server({.common_name = common_name, .names = list})}, authority.file, host);
  REQUIRE(report.answer == TlsAnswer::tls);
  CHECK(report.trusted);
  CHECK(report.signs() == (report.name_matches ? Signs{} : Signs{"wrong-name"}));
  return report.name_matches;
}

}  // namespace

TEST_CASE("A good server is trusted, and its certificate is read out") {
  const Authority authority;
  const Identity identity = authority.server({.common_name = kHost,
                                              .names = "DNS:db.example,IP:192.0.2.7,IP:2001:db8::1",
                                              .organisation = "Fish, Chips & Co",
                                              .unit = "K\xc3\xbc"
                                                      "che"});
  const auto tls = std::make_shared<TlsServer>(TlsServer{.chain = {identity}});
  Server server(postgres(tls));
  const TlsReport report = probe_tls(question_for(server, authority.file));
  server.stop();

  CHECK(report.answer == TlsAnswer::tls);
  CHECK(report.words == "");
  CHECK(report.alert == -1);
  CHECK_FALSE(report.direct);
  CHECK(report.protocol == "TLSv1.3");
  CHECK(report.cipher == "TLS_AES_256_GCM_SHA384");
  CHECK(report.alpn == "");
  CHECK(report.roots == authority.file);
  CHECK(report.trusted);
  CHECK(report.problems.empty());
  CHECK(report.problem == "");
  CHECK(report.problem_depth == -1);
  CHECK(report.missing_issuer == "");
  CHECK(report.name_matches);
  CHECK_FALSE(report.wants_client_certificate);
  CHECK(report.signs() == Signs{});

  REQUIRE(report.chain.size() == 1);
  const Certificate& certificate = report.chain[0];
  CHECK(certificate.subject ==
        "CN=db.example,OU=K\xc3\xbc"
        "che,O=Fish\\, Chips & Co");
  CHECK(certificate.issuer == "CN=Test Root");
  CHECK(certificate.common_name == "db.example");
  CHECK(certificate.names == std::vector<std::string>{"db.example", "192.0.2.7", "2001:db8::1"});
  CHECK(certificate.key == "EC P-256");
  CHECK_FALSE(certificate.self_signed);
  CHECK(certificate.not_after - certificate.not_before == 31 * 86400);
  CHECK(std::abs(std::difftime(certificate.not_after, std::time(nullptr)) - 30 * 86400) < 60);
  unsigned char digest[32];
  unsigned length = 0;
  X509_digest(identity.certificate.get(), EVP_sha256(), digest, &length);
  char first[6];
  std::snprintf(first, sizeof first, "%02X:%02X", digest[0], digest[1]);
  CHECK(certificate.sha256.size() == 95);
  CHECK(certificate.sha256.substr(0, 5) == first);

  // Nothing was said to it but the parting, and the name came with the greeting.
  CHECK(tls->server_name == kHost);
  CHECK(tls->heard == "");
  CHECK(tls->parting == "close_notify");
}

TEST_CASE("Keys are named by kind and size") {
  const auto key_of = [](EVP_PKEY* key) {
    const Identity identity =
        make({.common_name = "x", .key = std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free)});
    const TlsReport report = look_at({identity}, "");
    return report.chain.empty() ? "none: " + report.words : report.chain[0].key;
  };
  CHECK(key_of(EVP_RSA_gen(2048)) == "RSA 2048");
  CHECK(key_of(EVP_EC_gen("P-384")) == "EC P-384");
}

TEST_CASE("A certificate that has expired is said to have, and nothing else is wrong") {
  const Authority authority;
  const TlsReport report =
      look_at({authority.server({.common_name = kHost, .from_days = -20, .to_days = -10})}, authority.file);
  CHECK(report.answer == TlsAnswer::tls);
  CHECK_FALSE(report.trusted);
  CHECK(report.problem == words(X509_V_ERR_CERT_HAS_EXPIRED));
  CHECK(report.problem_depth == 0);
  CHECK(report.problems.size() == 1);
  CHECK(report.missing_issuer == "");
  CHECK(report.signs() == Signs{"expired"});
}

TEST_CASE("A certificate of tomorrow is not valid yet") {
  const Authority authority;
  const TlsReport report =
      look_at({authority.server({.common_name = kHost, .from_days = 1})}, authority.file);
  CHECK_FALSE(report.trusted);
  CHECK(report.problem == words(X509_V_ERR_CERT_NOT_YET_VALID));
  CHECK(report.problem_depth == 0);
  CHECK(report.signs() == Signs{"not-yet-valid"});
}

TEST_CASE("An expired root of the file is found one behind the chain that was sent") {
  const io_test::Folder folder;
  const Identity root =
      make({.common_name = "Old Root", .purpose = Purpose::authority, .from_days = -20, .to_days = -10});
  const TlsReport report =
      look_at({make({.common_name = kHost}, &root)}, folder.write("old.pem", pem({root})));
  CHECK_FALSE(report.trusted);
  CHECK(report.problem == words(X509_V_ERR_CERT_HAS_EXPIRED));
  CHECK(report.problem_depth == 1);
  CHECK(report.chain.size() == 1);
  CHECK(report.signs() == Signs{"expired"});
}

TEST_CASE("Both an unknown root and a date that has passed are said, wherever in the chain") {
  const Authority authority;
  const Identity other = make({.common_name = "Other Root", .purpose = Purpose::authority});
  const Identity between = make(
      {.common_name = "Between", .purpose = Purpose::authority, .from_days = -20, .to_days = -10}, &other);
  SUBCASE("at the top of what was sent, where OpenSSL does not look") {
    const TlsReport report = look_at({make({.common_name = kHost}, &between), between}, authority.file);
    CHECK(report.problem == words(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY));
    CHECK(report.problem_depth == 1);
    CHECK(report.missing_issuer == "CN=Other Root");
    REQUIRE(report.problems.size() == 2);
    CHECK(report.problems[1].words == words(X509_V_ERR_CERT_HAS_EXPIRED));
    CHECK(report.problems[1].depth == 1);
    CHECK(report.signs() == Signs{"expired", "unknown-root"});
  }
  SUBCASE("below it") {
    const TlsReport report =
        look_at({make({.common_name = kHost, .from_days = 1, .to_days = 2}, &between), between, other},
                authority.file);
    CHECK(report.problem == words(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN));
    CHECK(report.problem_depth == 2);
    REQUIRE(report.problems.size() == 3);
    CHECK(report.problems[1].depth == 1);
    CHECK(report.problems[2].words == words(X509_V_ERR_CERT_NOT_YET_VALID));
    CHECK(report.problems[2].depth == 0);
    CHECK(report.signs() == Signs{"expired", "not-yet-valid", "unknown-root"});
  }
}

TEST_CASE("A self-signed certificate vouches for itself alone") {
  const Authority authority;
  const Identity identity = make({.common_name = kHost});
  const TlsReport report = look_at({identity}, authority.file);
  CHECK_FALSE(report.trusted);
  CHECK(report.problem == words(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT));
  CHECK(report.problem_depth == 0);
  CHECK(report.missing_issuer == "CN=db.example");
  CHECK(report.chain.at(0).self_signed);
  CHECK(report.name_matches);
  CHECK(report.signs() == Signs{"self-signed"});

  SUBCASE("and is trusted where it is itself among the roots") {
    const TlsReport known = look_at({identity}, authority.folder.write("self.pem", pem({identity})));
    CHECK(known.trusted);
    CHECK(known.signs() == Signs{});
  }
}

TEST_CASE("A chain of three is read and trusted; without its middle the issuer of the first is missing") {
  const Authority authority;
  const Identity between = make({.common_name = "Between", .purpose = Purpose::authority}, &authority.root);
  const Identity leaf = make({.common_name = kHost}, &between);
  const TlsReport whole = look_at({leaf, between, authority.root}, authority.file);
  CHECK(whole.trusted);
  REQUIRE(whole.chain.size() == 3);
  CHECK(whole.chain[0].issuer == "CN=Between");
  CHECK(whole.chain[1].subject == "CN=Between");
  CHECK_FALSE(whole.chain[1].self_signed);
  CHECK(whole.chain[2].subject == "CN=Test Root");
  CHECK(whole.chain[2].self_signed);

  const TlsReport two = look_at({leaf, between}, authority.file);
  CHECK(two.trusted);
  CHECK(two.chain.size() == 2);

  const TlsReport one = look_at({leaf}, authority.file);
  CHECK_FALSE(one.trusted);
  CHECK(one.problem == words(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY));
  CHECK(one.problem_depth == 0);
  CHECK(one.missing_issuer == "CN=Between");
  CHECK(one.signs() == Signs{"unknown-root"});
}

TEST_CASE("An authority made anew under its old name is not the one that was trusted") {
  const Authority authority;
  const Authority anew;
  const TlsReport report = look_at({anew.server()}, authority.file);
  CHECK_FALSE(report.trusted);
  CHECK(report.problem == words(X509_V_ERR_CERT_SIGNATURE_FAILURE));
  CHECK(report.missing_issuer == "CN=Test Root");
  CHECK(report.signs() == Signs{"unknown-root"});
}

TEST_CASE("The private authorities of RDS are known by their names, and missed where no root is theirs") {
  const auto rds = [](const std::string& name) {
    return Wanted{.common_name = name,
                  .purpose = Purpose::authority,
                  .organisation = "Amazon Web Services, Inc.",
                  .unit = "Amazon RDS"};
  };
  const Authority authority;
  const Identity root = make(rds("Amazon RDS eu-west-1 Root CA RSA2048 G1"));
  const Identity between = make(rds("Amazon RDS eu-west-1 Subordinate CA RSA2048 G1.A.2"), &root);
  const Identity leaf = make({.common_name = kHost}, &between);
  const TlsReport report = look_at({leaf, between}, authority.file);
  CHECK(report.missing_issuer ==
        "CN=Amazon RDS eu-west-1 Root CA RSA2048 G1,OU=Amazon RDS,O=Amazon Web Services\\, Inc.");
  CHECK(report.signs() == Signs{"unknown-root", "rds-root"});
  CHECK(look_at({leaf, between, root}, authority.file).signs() == Signs{"unknown-root", "rds-root"});
  CHECK(look_at({leaf}, authority.file).signs() == Signs{"unknown-root", "rds-root"});

  const std::string bundle = authority.folder.write("bundle.pem", pem({authority.root, root}));
  const TlsReport trusted = look_at({leaf, between}, bundle);
  CHECK(trusted.trusted);
  CHECK(trusted.signs() == Signs{});
}

TEST_CASE("Names of RDS's authorities, in every form that was seen, and of others") {
  const std::string tail = ",OU=Amazon RDS,O=Amazon Web Services\\, Inc.,L=Seattle,ST=Washington,C=US";
  CHECK(is_rds_authority("CN=Amazon RDS Root 2019 CA" + tail));
  CHECK(is_rds_authority("CN=Amazon RDS GovCloud Root CA" + tail));
  CHECK(is_rds_authority("CN=Amazon RDS af-south-1 Root CA" + tail));
  CHECK(is_rds_authority("CN=Amazon RDS eu-south-1 2019 CA" + tail));
  CHECK(is_rds_authority(
      "L=Seattle,CN=Amazon RDS ca-central-1 Root CA ECC384 G1,ST=WA,OU=Amazon RDS,O=Amazon Web Services\\, "
      "Inc.,C=US"));
  CHECK(is_rds_authority(
      "L=Seattle,CN=Amazon RDS us-east-1 Subordinate CA RSA4096 G1.A.10,ST=WA,OU=Amazon RDS,O=Amazon Web "
      "Services\\, Inc.,C=US"));
  CHECK_FALSE(is_rds_authority("CN=Amazon Root CA 1,O=Amazon,C=US"));
  CHECK_FALSE(is_rds_authority("CN=Amazon RSA 2048 M01,O=Amazon,C=US"));
  CHECK_FALSE(is_rds_authority("CN=x.y.eu-west-1.rds.amazonaws.com,OU=RDS,O=Amazon.com,L=Seattle,C=US"));
  CHECK_FALSE(is_rds_authority("CN=Amazon RDS Root 2019 CA,O=Somebody"));
  CHECK_FALSE(is_rds_authority("O=a\\,CN=Amazon RDS x\\,OU=Amazon RDS\\,O=Amazon Web Services"));
  CHECK_FALSE(is_rds_authority("CN=x\\"));
  CHECK_FALSE(is_rds_authority(""));
}

TEST_CASE("Without roots nobody is missed, but dates still count") {
  const Authority authority;
  const TlsReport good = look_at({authority.server()}, "");
  CHECK_FALSE(good.trusted);
  CHECK(good.roots == "");
  CHECK(good.problem == "");
  CHECK(good.missing_issuer == "");
  CHECK(good.name_matches);
  CHECK(good.signs() == Signs{});
  const TlsReport self_signed = look_at({make({.common_name = kHost})}, "");
  CHECK(self_signed.signs() == Signs{});
  CHECK(self_signed.chain.at(0).self_signed);
  const TlsReport expired =
      look_at({authority.server({.common_name = kHost, .from_days = -9, .to_days = -2})}, "");
  CHECK(expired.problem == words(X509_V_ERR_CERT_HAS_EXPIRED));
  CHECK(expired.signs() == Signs{"expired"});
}

TEST_CASE("A certificate for clients only is no server's") {
  const Authority authority;
  Identity identity = authority.server();
  extend(identity.certificate.get(), authority.root.certificate.get(), NID_ext_key_usage, "clientAuth");
  X509_sign(identity.certificate.get(), authority.root.key.get(), EVP_sha256());
  const TlsReport report = look_at({identity}, authority.file);
  CHECK_FALSE(report.trusted);
  CHECK(report.problem == words(X509_V_ERR_INVALID_PURPOSE));
  CHECK(report.signs() == Signs{});
}

TEST_CASE("Names are compared as libpq compares them") {
  CHECK(fits({"DNS:db.example"}, "", "db.example"));
  CHECK(fits({"DNS:DB.Example"}, "", "db.eXample"));
  CHECK(fits({"DNS:a.example", "DNS:db.example"}, "", "db.example"));
  CHECK_FALSE(fits({"DNS:other.example"}, "", "db.example"));

  SUBCASE("the common name counts where there is no name of its kind") {
    CHECK(fits({}, "db.example", "db.example"));
    CHECK_FALSE(fits({"DNS:other.example"}, "db.example", "db.example"));
    CHECK(fits({"IP:192.0.2.7"}, "db.example", "db.example"));
    CHECK(fits({"DNS:db.example"}, "192.0.2.7", "192.0.2.7"));
    CHECK_FALSE(fits({"IP:192.0.2.8"}, "192.0.2.7", "192.0.2.7"));
  }
  SUBCASE("a wildcard is the left-most label, and one label") {
    CHECK(fits({"DNS:*.example"}, "", "db.example"));
    CHECK(fits({"DNS:*.DB.example"}, "", "one.db.example"));
    CHECK(fits({}, "*.example", "db.example"));
    CHECK_FALSE(fits({"DNS:*.example"}, "", "one.db.example"));
    CHECK_FALSE(fits({"DNS:*.example"}, "", "example"));
    CHECK_FALSE(fits({"DNS:*.example"}, "", ".example"));
    CHECK_FALSE(fits({"DNS:d*.example"}, "", "db.example"));
    CHECK_FALSE(fits({"DNS:db.*"}, "", "db.example"));
    CHECK_FALSE(fits({"DNS:*"}, "", "db"));
  }
  SUBCASE("addresses are compared as numbers") {
    CHECK(fits({"IP:192.0.2.7"}, "", "192.0.2.7"));
    CHECK_FALSE(fits({"IP:192.0.2.7"}, "", "192.0.2.70"));
    CHECK(fits({"IP:2001:db8:0:0:0:0:0:1"}, "", "2001:db8::1"));
    CHECK_FALSE(fits({"IP:2001:db8::1"}, "", "2001:db8::2"));
    CHECK(fits({"DNS:192.0.2.7"}, "", "192.0.2.7"));
  }
}

TEST_CASE("A name with a null byte in it is not the name before it") {
  const Authority authority;
  const TlsReport report = look_at({authority.server({.common_name = "db.example\0.evil"s})}, authority.file);
  CHECK(report.chain.at(0).common_name == "db.example\\x00.evil");
  CHECK_FALSE(report.name_matches);
}

TEST_CASE("Where no name is asked for, none is wrong") {
  const Authority authority;
  const TlsReport report = look_at({authority.server()}, authority.file, "");
  CHECK(report.trusted);
  CHECK_FALSE(report.name_matches);
  CHECK(report.signs() == Signs{});
}

TEST_CASE("A file of roots that is missing or holds none is the caller's mistake") {
  const Authority authority;
  const auto message = [&](const std::string& file) -> std::string {
    try {
      look_at({authority.server()}, file);
      return "";
    } catch (const Failure& failure) {
      CHECK(failure.kind == Failure::Kind::usage);
      return failure.what();
    }
  };
  const std::string missing = authority.folder.path("missing.pem");
  CHECK(message(missing) ==
        "cannot read the root certificates in " + missing + ": No such file or directory");
  const std::string empty = authority.folder.write("empty.pem", "none here\n");
  CHECK(message(empty).starts_with("cannot read the root certificates in " + empty + ": "));
}

TEST_CASE("A connection that is there is described as the probe describes its own") {
  const Authority authority;
  const auto tls = std::make_shared<TlsServer>(TlsServer{.chain = {authority.server()}});
  Server server(direct_tls(tls));
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  SSL_CTX_free);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server.port)));
  REQUIRE(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  SSL* connection = SSL_new(context.get());
  SSL_set_fd(connection, fd);
  REQUIRE(SSL_connect(connection) == 1);
  const TlsReport good = describe_tls(connection, kHost, authority.file);
  CHECK(good.answer == TlsAnswer::tls);
  CHECK(good.protocol == "TLSv1.3");
  CHECK(good.chain.size() == 1);
  CHECK(good.trusted);
  CHECK(good.signs() == Signs{});
  const TlsReport other = describe_tls(connection, "other.example", "");
  CHECK_FALSE(other.trusted);
  CHECK(other.signs() == Signs{"wrong-name"});
  CHECK(ERR_peek_error() == 0);
  SSL_free(connection);
  close(fd);
}

TEST_CASE("The system's roots are found where each system keeps them, in a fixed order") {
  const char* files[] = {
      "/usr/local/share/certs/ca-root-nss.crt",
      "/usr/local/etc/ca-certificates/cert.pem",
      "/usr/local/etc/openssl@3/cert.pem",
      "/opt/homebrew/etc/ca-certificates/cert.pem",
      "/opt/homebrew/etc/openssl@3/cert.pem",
      "/etc/ssl/cert.pem",
      "/etc/ssl/ca-bundle.pem",
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
      "/etc/pki/tls/certs/ca-bundle.crt",
      "/etc/ssl/certs/ca-certificates.crt",
  };
  const io_test::Folder all;
  CHECK(system_roots(all.path("")) == std::nullopt);
  for (const char* file : files) {
    CAPTURE(file);
    const io_test::Folder alone;
    for (const io_test::Folder* folder : {&alone, static_cast<const io_test::Folder*>(&all)}) {
      const std::string path = folder->path("") + file;
      std::filesystem::create_directories(std::filesystem::path(path).parent_path());
      std::ofstream(path) << "roots";
      CHECK(system_roots(folder->path("")) == path);  // in `all` each stands before those made before it
    }
  }
}

TEST_CASE("SSL_CERT_FILE names the system's roots, if it is there") {
  const io_test::Folder folder;
  const std::string mine = folder.write("mine.pem", "roots");
  const std::optional<std::string> without = [] {
    unsetenv("SSL_CERT_FILE");
    return system_roots();
  }();
  setenv("SSL_CERT_FILE", mine.c_str(), 1);
  CHECK(system_roots() == mine);
  CHECK(system_roots(folder.path("")) == std::nullopt);
  setenv("SSL_CERT_FILE", folder.path("missing.pem").c_str(), 1);
  CHECK(system_roots() == without);
  unsetenv("SSL_CERT_FILE");
}
