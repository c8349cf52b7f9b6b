#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <string>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/settings.hpp"

using namespace sluice;

namespace {

// "keyword=value|…" in libpq's order, so that a test compares one string.
std::string said(const Settings& settings) {
  std::string out;
  for (const auto& one : settings.all())
    if (one.source != Settings::Source::standard)
      out += (out.empty() ? "" : "|") + one.keyword + "=" + one.value;
  return out;
}

std::string parsed(std::string_view text) { return said(Settings::parse(text)); }

Failure refusal(std::string_view text) {
  try {
    Settings::parse(text);
  } catch (const Failure& failure) {
    return failure;
  }
  FAIL("not refused: " << text);
  return Failure(Failure::Kind::usage, "");
}

std::string all_words(const Failure& failure) {
  return std::string(failure.what()) + "\n" + failure.detail + "\n" + failure.hint;
}

class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

}  // namespace

TEST_CASE(
    "a URI with an encoded password, an IPv6 address, a second host and options is read as libpq reads it") {
  CHECK(parsed("postgresql://u:p%40ss%3Aw@[::1]:5433,h2/db?options=-c%20statement_timeout%3D0") ==
        "user=u|password=p@ss:w|dbname=db|host=::1,h2|port=5433,|options=-c statement_timeout=0");
}

TEST_CASE("a URI comes back in the spelling it had, and what is filled in stands once") {
  const std::string uri = "postgresql://u:p%40ss%3Aw@[::1]:5433,h2/db?options=-c%20statement_timeout%3D0";
  auto settings = Settings::parse(uri);
  CHECK(as_uri(settings, Secrets::shown) == uri);
  fill_in(settings, "");
  CHECK(
      as_uri(settings, Secrets::hidden) ==
      "postgresql://u:***@[::1]:5433,h2/db?options=-c%20statement_timeout%3D0&connect_timeout=30&keepalives=1"
      "&keepalives_idle=60&keepalives_interval=10&keepalives_count=6&tcp_user_timeout=120000");
  auto again = Settings::parse(as_uri(settings, Secrets::shown));
  fill_in(again, "");
  CHECK(said(again) == said(settings));
}

TEST_CASE("a keyword inside a value is no keyword") {
  auto settings = Settings::parse("host=/tmp dbname='a b' password='k\\'eepalives=1'");
  CHECK(said(settings) == "password=k'eepalives=1|dbname=a b|host=/tmp");
  fill_in(settings, "");
  CHECK(settings.value("keepalives") == "1");
  CHECK(as_conninfo(settings, Secrets::shown)
            .starts_with("password='k\\'eepalives=1' dbname='a b' host=/tmp connect_timeout=30 "));
}

TEST_CASE("a text of neither form is a database's name, as for psql") {
  CHECK(parsed("shop") == "dbname=shop");
  CHECK(parsed("") == "");
}

TEST_CASE("a database's name that looks like a connection string stays a name in every spelling") {
  const auto settings = Settings::parse("host=h dbname='host=evil port=1 dbname=x'");
  REQUIRE(said(settings) == "dbname=host=evil port=1 dbname=x|host=h");
  CHECK(parsed(as_uri(settings, Secrets::shown)) == said(settings));
  CHECK(parsed(as_conninfo(settings, Secrets::shown)) == said(settings));
  CHECK(as_service(settings, "s", Secrets::shown) == "[s]\ndbname=host=evil port=1 dbname=x\nhost=h\n");
}

TEST_CASE("what the user set is not filled in again, whatever it is") {
  auto settings = Settings::parse("keepalives_idle=300 connect_timeout=5 application_name=mine");
  fill_in(settings, "ours");
  CHECK(said(settings) ==
        "connect_timeout=5|application_name=mine|keepalives=1|keepalives_idle=300|"
        "keepalives_interval=10|keepalives_count=6|tcp_user_timeout=360000");
}

TEST_CASE("keepalives switched off stay off, and no timer is filled in that libpq would not set") {
  auto settings = Settings::parse("keepalives=0");
  fill_in(settings, "");
  CHECK(said(settings) == "connect_timeout=30|keepalives=0");
}

TEST_CASE("a timer that is no number for libpq is refused, and not repeated") {
  for (const char* text :
       {"connect_timeout=geheim", "connect_timeout=''", "keepalives=1x", "keepalives_idle=99999999999",
        "keepalives_interval=1.5", "keepalives_count='- 1'", "tcp_user_timeout=+-1"}) {
    CAPTURE(text);
    Settings settings = Settings::parse(text);
    try {
      fill_in(settings, "");
      FAIL_CHECK("not refused");
    } catch (const Failure& failure) {
      CHECK(failure.kind == Failure::Kind::usage);
      CHECK(all_words(failure).find("geheim") == std::string::npos);
    }
  }
}

TEST_CASE("the greatest numbers that libpq takes add up to a day, and blanks around a number are libpq's") {
  Settings settings = Settings::parse(
      "keepalives_idle=2147483647 keepalives_interval=' +2147483647 ' keepalives_count=2147483647");
  fill_in(settings, "");
  CHECK(settings.value("tcp_user_timeout") == "86400000");
  Settings negative = Settings::parse("keepalives_idle=-5 keepalives_interval=-1");
  fill_in(negative, "");
  CHECK(negative.value("tcp_user_timeout") == "0");
}

TEST_CASE("a setting of the environment or of the chosen service counts as the user's") {
  const std::string file =
      std::string(std::getenv("TMPDIR") ? std::getenv("TMPDIR") : "/tmp") + "/pgsluice-unit-service";
  {
    std::FILE* out = std::fopen(file.c_str(), "w");
    REQUIRE(out != nullptr);
    std::fputs("[shop]\nhost=db.example\nkeepalives_idle=7\nuser=clerk\n", out);
    std::fclose(out);
  }
  const Variable services("PGSERVICEFILE", file), timeout("PGCONNECT_TIMEOUT", "9"), user("PGUSER", "other");
  auto settings = Settings::parse("service=shop dbname=d");
  settings.add_environment();
  fill_in(settings, "");
  CHECK(settings.find("service") == nullptr);
  CHECK(settings.find("host")->source == Settings::Source::service);
  CHECK(settings.value("user") == "clerk");
  CHECK(settings.value("keepalives_idle") == "7");
  CHECK(settings.value("connect_timeout") == "9");
  CHECK(settings.find("connect_timeout")->source == Settings::Source::environment);
  CHECK(settings.find("dbname")->source == Settings::Source::conninfo);
  CHECK(settings.find("sslmode")->source == Settings::Source::standard);

  auto chosen_by_variable = Settings::parse("");
  {
    const Variable service("PGSERVICE", "shop");
    chosen_by_variable.add_environment();
    CHECK(std::string(std::getenv("PGSERVICE")) == "shop");
  }
  CHECK(chosen_by_variable.value("host") == "db.example");

  auto missing = Settings::parse("service=nowhere");
  CHECK_THROWS_WITH_AS(missing.add_environment(), "definition of service \"nowhere\" not found", Failure);
  std::remove(file.c_str());
}

TEST_CASE("no piece of a password that broke the text is repeated") {
  for (const std::string text : {"host=h password=sesam oeffne=dich", "host=h password=sesam oeffnedich",
                                 "postgresql://u:sesam%zzoeffne@h/db", "postgresql://u:12/sesam@h/db",
                                 "postgresql://u:sesam@oeffne@h/db", "postgresql://u:sesam/oeffne@h/db",
                                 "host=h password='sesam oeffne", "postgresql://u:sesam/oeffne",
                                 "postgresql://h/db?sesam=oeffne", "postgresql://u:p@[::1/sesam",
                                 "jdbc:postgresql://h/db?user=u&password=sesam", "mysql://u:sesam@h/"}) {
    CAPTURE(text);
    const auto words = all_words(refusal(text));
    CHECK(words.find("sesam") == std::string::npos);
    CHECK(words.find("oeffne") == std::string::npos);
  }
}

TEST_CASE("a slip in a keyword is named, with what was meant") {
  const auto failure = refusal("host=h sslmod=require");
  CHECK(std::string(failure.what()) == "connection string: there is no option 'sslmod'");
  CHECK(failure.hint == "did you mean sslmode?");
  CHECK(refusal("postgresql://h/d?conect_timeout=3").hint == "did you mean connect_timeout?");
}

TEST_CASE("an option of a driver is named") {
  CHECK(std::string(refusal("postgresql://h/d?pgbouncer=true").what()) ==
        "connection string: libpq has no option 'pgbouncer'");
}

TEST_CASE("a keyword of a later libpq is known as such, and taken where libpq knows it") {
  std::string got;
  try {
    got = parsed("host=h sslnegotiation=direct");
  } catch (const Failure& failure) {
    got = failure.hint;
  }
  const bool taken = got == "host=h|sslnegotiation=direct";
  CHECK_MESSAGE((taken || got == "sslnegotiation came with libpq 17: leave it out here"), got);
}

TEST_CASE("hosts, addresses and ports are taken apart as libpq does") {
  const auto list = [](std::string_view text) {
    std::string out;
    for (const auto& one : Settings::parse(text).endpoints())
      out += (out.empty() ? "" : " ") + one.host + "/" + one.address + "/" + one.port +
             (one.is_socket() ? "!" : "");
    return out;
  };
  CHECK(list("") == "//5432!");
  CHECK(list("host=a,b port=1") == "a//1 b//1");
  CHECK(list("host=a,/tmp,@abstract port=1,,3") == "a//1 /tmp//5432! @abstract//3!");
  CHECK(list("host=a hostaddr=10.0.0.1") == "a/10.0.0.1/5432");
  CHECK(list("hostaddr=10.0.0.1,::1") == "/10.0.0.1/5432 /::1/5432");
  CHECK_THROWS_WITH_AS(list("host=a,b port=1,2,3"), "the lists in host and port differ in length: 2 and 3",
                       Failure);
  CHECK_THROWS_AS(list("host=a,b hostaddr=10.0.0.1"), Failure);
}

TEST_CASE("a service file is refused what it cannot hold") {
  const auto file_of = [](std::string_view text) {
    return as_service(Settings::parse(text), "s", Secrets::shown);
  };
  CHECK(file_of("options=' -c a=b'") == "[s]\noptions= -c a=b\n");
  CHECK_THROWS_AS(file_of("application_name='a '"), Failure);
  CHECK_THROWS_AS(file_of("application_name='a\nhost=evil'"), Failure);
  CHECK_THROWS_AS(file_of("application_name=" + std::string(1001, 'x')), Failure);
}

TEST_CASE("a password file names these servers, or any, and escapes what it must") {
  CHECK(as_password_file(Settings::parse("host=a,::1,/srv/run port=1,2,3 user='u:x'"), "p:w\\d",
                         Servers::these) ==
        "a:1:*:u\\:x:p\\:w\\\\d\n\\:\\:1:2:*:u\\:x:p\\:w\\\\d\n/srv/run:3:*:u\\:x:p\\:w\\\\d\n");
  CHECK(as_password_file(Settings::parse("user=u"), "p", Servers::these) == "localhost:5432:*:u:p\n");
  CHECK(as_password_file(Settings::parse("host=a user=u"), "p", Servers::any) == "*:*:*:u:p\n");
  CHECK_THROWS_AS(as_password_file(Settings::parse("host=a"), "two\nlines", Servers::any), Failure);
}

TEST_CASE("a shell gets back what was set, and no secret") {
  CHECK(as_shell(
            Settings::parse("host=h password=geheim user=oneill keepalives_idle=5 application_name='a\nb'"),
            Secrets::hidden) ==
        "export PGUSER='oneill'\nexport PGHOST='h'\nexport PGAPPNAME='a\nb'\n# PGPASSWORD=***\n"
        "# no variable of libpq's says keepalives_idle=5\n");
  CHECK(as_shell(Settings::parse("password='it\\'s'"), Secrets::shown) == "export PGPASSWORD='it'\\''s'\n");
}

TEST_CASE("a password is taken out of a text in both of its spellings") {
  const auto settings = Settings::parse("postgresql://u:s%40lz!x@h");
  CHECK(without_secrets("no: s@lz!x, s%40lz%21x, u, h", settings) == "no: ***, ***, u, h");
}

// Every text that we write is read by libpq to the settings it was made of.
TEST_CASE("random settings survive the way to text and back, in every form") {
  std::mt19937 random(20261122);
  const auto pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  const std::string alphabet = "ab1 '\\\"%@:/?#&=+,;[]{}<>|~.-_!*()\t\n\r\x01\x7f\xc3\xa4\xff";
  const auto word = [&](std::string_view without) {
    std::string out;
    for (std::size_t n = pick(9); n > 0; --n) {
      const char c = alphabet[pick(alphabet.size())];
      if (without.find(c) == std::string_view::npos) out += c;
    }
    return out;
  };
  constexpr std::string_view kKeywords[] = {
      "user",        "password",        "dbname",      "options", "application_name",
      "sslrootcert", "connect_timeout", "sslpassword", "service", "passfile"};
  const std::string kHosts[] = {
      "h", "db.example.com", "10.0.0.1", "::1", "fe80::1", "/tmp", "/var/run/a b", "@x", "", "w%41", "a[b]"};
  std::map<std::string, int> seen;
  for (int round = 0; round < 20000; ++round) {
    Settings settings;
    for (const auto keyword : kKeywords)
      if (pick(3) == 0) settings.set(keyword, word(""), Settings::Source::conninfo);
    const std::size_t hosts = pick(4), ports = pick(3);
    const auto list = [&](std::size_t n, const auto& one) {
      std::string out = one();
      for (; n > 1; --n) out += "," + one();
      return out;
    };
    if (hosts > 0)
      settings.set("host", list(hosts, [&] { return kHosts[pick(std::size(kHosts))]; }),
                   Settings::Source::conninfo);
    if (ports > 0)
      settings.set("port",
                   list(ports == 1 ? 1 : std::max<std::size_t>(hosts, 1),
                        [&] { return pick(4) == 0 ? std::string() : std::to_string(1 + pick(65535)); }),
                   Settings::Source::conninfo);
    if (hosts > 0 && pick(5) == 0)
      settings.set("hostaddr", list(hosts, [] { return std::string("10.9.8.7"); }),
                   Settings::Source::conninfo);

    const auto conninfo = as_conninfo(settings, Secrets::shown);
    CAPTURE(conninfo);
    if (!conninfo.empty()) REQUIRE(parsed(conninfo) == said(settings));
    const auto uri = as_uri(settings, Secrets::shown);
    CAPTURE(uri);
    const auto again = Settings::parse(uri);
    // A port for all hosts is written to each of them.
    const auto ends = [](const Settings& of) {
      std::string out;
      for (const auto& one : of.endpoints()) out += one.host + "|" + one.address + "|" + one.port + "\n";
      return out;
    };
    REQUIRE(ends(again) == ends(settings));
    for (const auto keyword : kKeywords) {
      REQUIRE(again.value(keyword) == settings.value(keyword));
      ++seen[std::string(keyword)];
    }
  }
  CHECK(seen.size() == std::size(kKeywords));
}
