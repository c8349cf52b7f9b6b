#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/advice.hpp"

namespace {

using namespace sluice;

const AdviceBook& book() {
  static const AdviceBook kBook = AdviceBook::builtin();
  return kBook;
}

const Particulars kValues = {{"host", "db.example.com"}, {"port", "5432"},           {"user", "app"},
                             {"database", "shop"},       {"address", "203.0.113.7"}, {"seconds", "30"}};

Symptom symptom(Stage stage, const std::string& sqlstate, const std::string& text,
                const std::string& service = {}, std::vector<std::string> signs = {}) {
  return {stage, sqlstate, text, service, std::move(signs)};
}

Advice advise(const Symptom& of) { return book().advise(of, kValues); }

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += text + "\n";
  return out;
}

bool holds(const std::vector<std::string>& texts, std::string_view what) {
  return joined(texts).find(what) != std::string::npos;
}

std::string fault(const std::string& text) {
  try {
    (void)AdviceBook::parse(text, "my.toml");
  } catch (const Failure& failure) {
    CHECK(failure.kind == Failure::Kind::usage);
    return std::string(failure.what()) + (failure.detail.empty() ? "" : " | " + failure.detail);
  }
  return "none";
}

const std::string kEntry =
    "[[advice]]\nid = \"x\"\nsummary = \"s\"\nsteps = \"t\"\nexample = { text = \"e\" }\n";
const std::string kServices =
    "[[service]]\nid = \"s\"\nfamily = \"f\"\nname = \"S\"\nhost = \"s.*\"\nroots = \"here\"\n";

std::string found(const std::string& entries, const Symptom& of) {
  return AdviceBook::parse(entries, "my.toml").advise(of, {}).id;
}

std::string entry(const std::string& id, const std::string& keys) {
  return "[[advice]]\nid = \"" + id + "\"\nsummary = \"s\"\nsteps = \"t\"\nexample = { text = \"e\" }\n" +
         keys + "\n";
}

}  // namespace

TEST_CASE("each entry of the advice is the one found for its own examples") {
  CHECK(book().examples().size() > 100);
  for (const auto& example : book().examples()) {
    CAPTURE(example.place);
    CAPTURE(example.symptom.text);
    CHECK(advise(example.symptom).id == example.id);
  }
}

TEST_CASE("every stage has a last resort, and so every symptom an answer with steps") {
  for (int i = 0; i <= static_cast<int>(Stage::statement); ++i) {
    const auto stage = static_cast<Stage>(i);
    CAPTURE(name_of(stage));
    const auto advice = advise(symptom(stage, "XX999", "qwertz"));
    std::string expected(name_of(stage));
    std::transform(expected.begin(), expected.end(), expected.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    CHECK(advice.id == expected);
    CHECK(!advice.steps.empty());
    CHECK_FALSE(advice.passes);
  }
}

TEST_CASE("a text names the roots of a service only where the service has some of its own") {
  const std::vector<std::string> of_services = {"{roots}", "{service}"};
  for (const auto& entry : book().entries()) {
    CAPTURE(entry.place);
    for (const auto& placeholder : of_services) {
      CHECK_FALSE(holds({entry.summary}, placeholder));
      CHECK_FALSE(holds(entry.causes, placeholder));
      CHECK_FALSE(holds(entry.steps, placeholder));
    }
    for (const auto& block : entry.for_services) {
      CHECK(!(block.causes.empty() && block.steps.empty()));
      for (const auto& service : book().services()) {
        const auto names = [&](const std::string& id) {
          return std::find(block.services.begin(), block.services.end(), id) != block.services.end();
        };
        if (!names(service.id) && !names(service.family)) continue;
        CAPTURE(service.id);
        CHECK((!holds(block.steps, "{roots}") || !service.roots.empty()));
      }
    }
  }
}

TEST_CASE("an entry that claims to know a failure says where from") {
  for (const auto& entry : book().entries()) {
    CAPTURE(entry.place);
    const bool known_by_something = !entry.says.empty() || !entry.signs.empty() || !entry.sqlstates.empty();
    CHECK(known_by_something == !entry.source.empty());
  }
}

TEST_CASE("the catalogue of failures is all there, in the words of old and new versions") {
  struct Row {
    int number;
    Stage stage;
    std::string sqlstate, text, id;
  };
  const std::string hba =
      "FATAL:  no pg_hba.conf entry for host \"203.0.113.7\", user \"u\", database \"d\", ";
  const std::string rejects = "FATAL:  pg_hba.conf rejects connection for host \"203.0.113.7\", user \"u\", ";
  const std::string slots = "FATAL:  remaining connection slots are reserved for ";
  const std::string running = "\n\tIs the server running on that host and accepting TCP/IP connections?";
  const std::string at = "connection to server at \"h\" (203.0.113.7), port 5432 failed: ";
  const auto authentication = Stage::authentication;
  const std::vector<Row> rows = {
      {1, authentication, "28000", hba + "no encryption", "no-encryption"},
      {1, authentication, "28000", hba + "SSL off", "no-encryption"},
      {1, authentication, "", at + hba + "no encryption", "no-encryption"},
      {2, authentication, "28000", hba + "SSL encryption", "hba"},
      {2, authentication, "28000", hba + "SSL on", "hba"},
      {3, authentication, "28000", rejects + "database \"rdsadmin\", SSL on", "hba-internal-database"},
      {3, authentication, "28000", rejects + "database \"rdsadmin\", SSL encryption",
       "hba-internal-database"},
      {4, authentication, "28000",
       "FATAL:  pg_hba.conf rejects replication connection for host \"203.0.113.7\", user \"u\", SSL on",
       "hba-replication"},
      {5, Stage::tcp, "", at + "Connection refused" + running, "refused"},
      {5, Stage::tcp, "", "could not connect to server: Connection refused" + running, "refused"},
      {6, Stage::tcp, "", at + "timeout expired", "tcp-timeout"},
      {6, Stage::tcp, "", "timeout expired", "tcp-timeout"},
      {7, Stage::tcp, "", at + "Connection timed out" + running, "tcp-timeout"},
      {8, Stage::tcp, "", at + "No route to host" + running, "host-unreachable"},
      {8, Stage::tcp, "", at + "Network is unreachable" + running, "no-route"},
      {9, Stage::name, "", "could not translate host name \"h\" to address: Name or service not known",
       "name-unknown"},
      {10, authentication, "28P01", "FATAL:  password authentication failed for user \"u\"", "password"},
      {10, authentication, "", at + "FATAL:  password authentication failed for user \"u\"", "password"},
      {11, authentication, "", at + "fe_sendauth: no password supplied", "password-missing"},
      {12, authentication, "28000", "FATAL:  PAM authentication failed for user \"u\"", "pam"},
      {13, Stage::tls, "", at + "server does not support SSL, but SSL was required", "tls-none"},
      {14, Stage::tls, "", at + "SSL error: certificate verify failed", "tls-verify"},
      {15, Stage::tls, "",
       at + "root certificate file \"/h/.postgresql/root.crt\" does not exist\nEither provide the file or "
            "change sslmode to disable server certificate verification.",
       "tls-root-file"},
      {15, Stage::tls, "",
       at + "root certificate file \"/h/.postgresql/root.crt\" does not exist\nEither provide the file, use "
            "the system's trusted roots with sslrootcert=system, or change sslmode to disable server "
            "certificate verification.",
       "tls-root-file"},
      {15, Stage::tls, "", at + "root certificate file \"system\" does not exist", "tls-root-system"},
      {16, Stage::tls, "", at + "server certificate for \"X\" does not match host name \"Y\"",
       "tls-wrong-name"},
      {16, Stage::tls, "",
       at + "server certificate for \"X\" (and 2 other names) does not match host name \"Y\"",
       "tls-wrong-name"},
      {17, Stage::statement, "08006", "SSL SYSCALL error: EOF detected", "tls-ended"},
      {18, Stage::start_up, "",
       at + "server closed the connection unexpectedly\n\tThis probably means the server terminated "
            "abnormally\n\tbefore or while processing the request.",
       "closed-at-once"},
      {18, Stage::tls, "", at + "SSL SYSCALL error: Connection reset by peer", "closed-at-once"},
      {19, Stage::statement, "", "could not receive data from server: Connection timed out", "line-lost"},
      {19, Stage::statement, "", "could not receive data from server: Connection reset by peer", "line-lost"},
      {20, Stage::tls, "", at + "received invalid response to SSL negotiation: H", "tls-http"},
      {21, Stage::session, "53300", slots + "non-replication superuser connections", "slots"},
      {21, Stage::session, "53300", slots + "roles with the SUPERUSER attribute", "slots"},
      {21, Stage::session, "", slots + "roles with privileges of the \"pg_use_reserved_connections\" role",
       "slots"},
      {22, Stage::start_up, "53300", "FATAL:  sorry, too many clients already", "slots"},
      {23, Stage::session, "53300", "FATAL:  too many connections for role \"u\"", "limit"},
      {23, Stage::session, "53300", "FATAL:  too many connections for database \"d\"", "limit"},
      {24, Stage::session, "3D000", "FATAL:  database \"d\" does not exist", "database-missing"},
      {25, authentication, "28000", "FATAL:  role \"u\" does not exist", "role-missing"},
      {26, authentication, "28000", "FATAL:  role \"u\" is not permitted to log in", "role-no-login"},
      {27, Stage::start_up, "57P03", "FATAL:  the database system is starting up", "starting"},
      {27, Stage::start_up, "57P03", "FATAL:  the database system is shutting down", "starting"},
      {27, Stage::start_up, "57P03", "FATAL:  the database system is in recovery mode", "starting"},
      {28, Stage::start_up, "57P03",
       "FATAL:  the database system is not accepting connections\nDETAIL:  Hot standby mode is disabled.",
       "standby-closed"},
      {29, Stage::statement, "25006", "ERROR:  cannot execute CREATE TABLE in a read-only transaction",
       "read-only"},
      {29, Stage::statement, "", "ERROR:  cannot execute COPY FROM in a read-only transaction", "read-only"},
      {30, Stage::session, "0A000", "ERROR:  cannot set transaction read-write mode during recovery",
       "read-only"},
      {31, Stage::session, "", at + "session is read-only", "session-attributes"},
      {31, Stage::session, "", at + "server is not in hot standby mode", "session-attributes"},
      {32, Stage::statement, "57P01", "FATAL:  terminating connection due to administrator command",
       "terminated"},
      {33, Stage::statement, "57014", "ERROR:  canceling statement due to statement timeout",
       "statement-timeout"},
      {34, Stage::statement, "25P03", "FATAL:  terminating connection due to idle-in-transaction timeout",
       "idle-timeout"},
      {35, Stage::session, "42704", "FATAL:  unrecognized configuration parameter \"transaction_timeout\"",
       "unknown-parameter"},
      {35, Stage::start_up, "08P01", "FATAL:  unsupported startup parameter: extra_float_digits",
       "pooler-parameter"},
      {36, Stage::session, "42501", "FATAL:  permission denied to set parameter \"session_replication_role\"",
       "parameter-denied"},
      {37, authentication, "", at + "channel binding required, but SSL not in use", "channel-binding"},
      {37, authentication, "",
       at + "channel binding required, but server authenticated client without channel binding",
       "channel-binding"},
      {38, authentication, "", "SCRAM authentication requires libpq version 10 or above", "old-client"},
      {39, authentication, "", "authentication method 10 not supported", "old-client"},
      {40, Stage::settings, "", "invalid connection option \"sslmod\"", "unknown-setting"},
      {40, Stage::settings, "", "invalid sslmode value: \"foo\"", "bad-value"},
      {41, Stage::statement, "42501",
       "pg_dumpall: error: query failed: ERROR:  permission denied for table pg_authid", "role-passwords"},
      {42, Stage::statement, "", "pg_dump: error: aborting because of server version mismatch",
       "version-mismatch"},
  };
  std::set<int> numbers;
  for (const auto& row : rows) {
    CAPTURE(row.number);
    CAPTURE(row.text);
    numbers.insert(row.number);
    CHECK(advise(symptom(row.stage, row.sqlstate, row.text)).id == row.id);
  }
  CHECK(numbers.size() == 42);
  CHECK(*numbers.rbegin() == 42);
}

TEST_CASE("time mends these and nothing else") {
  const std::set<std::string> expected = {
      "name-unknown",     "name-temporary", "refused",        "socket-missing", "tcp-timeout",
      "silent",           "starting",       "slots",          "limit",          "standby-not-ready",
      "pooler-full",      "pooler-login",   "compute-waking", "closed",         "closed-at-once",
      "host-unreachable", "line-lost",      "tls-ended",      "terminated",     "deadlock",
      "serialization"};
  std::set<std::string> passing;
  for (const auto& entry : book().entries())
    if (entry.passes) passing.insert(entry.id);
  CHECK(passing == expected);
}

TEST_CASE("no pg_hba entry without encryption at RDS is rds.force_ssl, and no matter of the network") {
  const auto advice = advise(symptom(
      Stage::authentication, "28000",
      "FATAL:  no pg_hba.conf entry for host \"203.0.113.7\", user \"u\", database \"d\", no encryption",
      "aurora-writer"));
  CHECK(advice.causes.at(0).find("rds.force_ssl") != std::string::npos);
  CHECK(holds(advice.steps, "sslmode=verify-full"));
  CHECK(holds(advice.steps, "sslmode=require"));
  CHECK(holds(advice.steps, "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"));
  CHECK_FALSE(holds(advice.steps, "security group"));
  CHECK_FALSE(holds(advice.steps, "pg_hba.conf"));
}

TEST_CASE("no step of the stage TLS gives up the check of a certificate") {
  const auto check = [](const std::string& place, const std::vector<std::string>& steps) {
    for (const auto& step : steps) {
      CAPTURE(place);
      CAPTURE(step);
      for (const auto* mode : {"disable", "require", "prefer", "allow"}) {
        CHECK(step.find(std::string("sslmode=") + mode) == std::string::npos);
        CHECK(step.find(std::string("PGSSLMODE=") + mode) == std::string::npos);
      }
    }
  };
  int checked = 0;
  for (const auto& entry : book().entries()) {
    const bool of_tls = std::find(entry.stages.begin(), entry.stages.end(), Stage::tls) != entry.stages.end();
    const bool of_file = entry.place.find("tls.toml") != std::string::npos;
    if (!of_tls && !of_file && entry.id != "weak-sslmode") continue;
    ++checked;
    check(entry.place, entry.steps);
    for (const auto& block : entry.for_services) check(entry.place, block.steps);
  }
  CHECK(checked > 15);
}

TEST_CASE("a server of RDS that the system's roots do not know gets the bundle, by sign and by words") {
  for (const auto& signs : std::vector<std::vector<std::string>>{
           {}, {"rds-root"}, {"unknown-root", "rds-root"}, {"unknown-root"}}) {
    const auto advice = advise(symptom(Stage::tls, "", "SSL error: certificate verify failed", "rds", signs));
    CHECK(
        holds(advice.steps, "curl -fsSO https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"));
    CHECK(holds(advice.steps, "sslmode=verify-full sslrootcert=global-bundle.pem"));
    CHECK_FALSE(advice.passes);
  }
  CHECK(holds(advise(symptom(Stage::tls, "", "certificate verify failed", "rds-china", {"rds-root"})).steps,
              "rds-truststore.s3.cn-north-1.amazonaws.com.cn"));
  // A proxy's certificate is of a public authority.
  CHECK_FALSE(
      holds(advise(symptom(Stage::tls, "", "certificate verify failed", "rds-proxy", {"unknown-root"})).steps,
            "global-bundle.pem"));
}

TEST_CASE("an IAM token that PAM refuses has the reasons of a token") {
  for (const auto* service : {"rds", "aurora-writer", ""}) {
    const auto advice = advise(symptom(Stage::authentication, "28000",
                                       "FATAL:  PAM authentication failed for user \"app\"", service));
    CHECK(advice.id == "pam");
    for (const auto* reason :
         {"15 minutes", "another host, port, user or region", "rds-db:connect", "rds_iam"})
      CHECK(holds(advice.causes, reason));
    CHECK(holds(advice.steps,
                "--password-command 'aws rds generate-db-auth-token --hostname db.example.com "
                "--port 5432 --username app"));
  }
  CHECK(advise(symptom(Stage::authentication, "28P01",
                       "FATAL:  password authentication failed for user \"a\"", "rds", {"token"}))
            .id == "token-as-password");
  // A token has nothing to do with what else can go wrong.
  CHECK(advise(symptom(Stage::session, "3D000", "FATAL:  database \"d\" does not exist", "rds", {"token"}))
            .id == "database-missing");
}

TEST_CASE("with sslmode=prefer the first error counts, and of many addresses the farthest") {
  const std::string at = "connection to server at \"h\" (203.0.113.7), port 5432 failed: FATAL:  ";
  const std::string hba =
      at + "no pg_hba.conf entry for host \"203.0.113.7\", user \"u\", database \"d\", no encryption\n";
  CHECK(advise(symptom(Stage::authentication, "28000",
                       at + "password authentication failed for user \"u\"\n" + hba, "rds"))
            .id == "password");
  CHECK(advise(symptom(Stage::authentication, "28000",
                       "connection to server at \"h\" (::1), port 5432 failed: Connection refused\n\tIs the "
                       "server running on that host and accepting TCP/IP connections?\n" +
                           hba))
            .id == "no-encryption");
}

TEST_CASE("every service is the one found for its own hosts") {
  for (const auto& service : book().services()) {
    CAPTURE(service.place);
    CHECK(!service.examples.empty());
    for (const auto& example : service.examples) {
      CAPTURE(example);
      const auto colon = example.rfind(':');
      const bool has_port =
          colon != std::string::npos && example.find(':') == colon && !example.starts_with('/');
      const auto* found = book().recognise(example.substr(0, has_port ? colon : example.size()),
                                           has_port ? example.substr(colon + 1) : "");
      REQUIRE(found != nullptr);
      CHECK(found->id == service.id);
    }
    for (const auto& note : service.notes) CHECK(note.find('{') == std::string::npos);
  }
  CHECK(book().recognise("db.example.com", "5432") == nullptr);
  CHECK(book().recognise("192.0.2.1", "") == nullptr);
  CHECK(book().recognise("rds.amazonaws.com.example.org", "") == nullptr);
  CHECK(book().service("rds")->family == "rds");
  CHECK(book().service("aurora-reader")->role == "reader");
  CHECK(book().service("no-such") == nullptr);
}

TEST_CASE("texts are filled in, and what is not known stays out of them") {
  const auto small =
      AdviceBook::parse(kServices + entry("x", "says = \"*e*\"\ncauses = \"{user} of {database}\"") +
                            "[[advice.for]]\nservice = \"f\"\nsteps = \"{service}: {roots}\"\n",
                        "my.toml");
  const auto advice = small.advise(symptom(Stage::tcp, "", "e", "s"), {{"user", "{host}"}});
  CHECK(advice.causes == std::vector<std::string>{"{host} of …"});
  CHECK(advice.steps == std::vector<std::string>{"S: here", "t"});
  CHECK(small.advise(symptom(Stage::tcp, "", "e", "s"), {{"roots", "there"}}).steps.at(0) == "S: there");
  CHECK(small.advise(symptom(Stage::tcp, "", "e", "other"), {}).steps == std::vector<std::string>{"t"});
  const auto none = small.advise(symptom(Stage::tcp, "", "f"), {});
  CHECK(none.id == "unknown");
  CHECK_FALSE(none.passes);
}

TEST_CASE("what is said of a service comes first, or instead") {
  const std::string base = kServices + entry("x", "causes = \"c\"");
  const auto of = symptom(Stage::tcp, "", "e", "s");
  const auto advice = [&](const std::string& block) {
    const auto out =
        AdviceBook::parse(base + "[[advice.for]]\nservice = \"s\"\n" + block, "my.toml").advise(of, {});
    return joined(out.causes) + joined(out.steps);
  };
  CHECK(advice("causes = \"d\"\nsteps = \"u\"") == "d\nc\nu\nt\n");
  CHECK(advice("instead = true\ncauses = \"d\"\nsteps = \"u\"") == "d\nu\n");
  CHECK(advice("instead = true\nsteps = \"u\"") == "c\nu\n");
}

TEST_CASE("which entry wins") {
  const auto of = symptom(Stage::tls, "12345", "first words\nsecond words\n\tand its more", "s", {"expired"});
  const auto last = entry("last", "");
  const auto state = entry("state", "sqlstate = \"12345\"");
  const auto words = entry("words", "says = \"second*\"");
  const auto more_words = entry("more-words", "says = \"second*more\"");
  const auto first_words = entry("first-words", "says = \"*st*\"");
  const auto sign = entry("sign", "sign = [\"no-tls\", \"expired\"]");
  const auto needs = entry("needs", "needs = \"expired\"");
  const auto elsewhere = entry("elsewhere", "stage = [\"TCP\", \"name\"]\nsign = \"expired\"");
  const auto wanting = entry("wanting", "needs = [\"expired\", \"http\"]\nsays = \"*\"");
  const auto of_service = entry("of-service", "service = \"f\"");
  const auto other_service = kServices + "[[service]]\nid = \"o\"\nname = \"O\"\nhost = \"o\"\n" +
                             entry("of-other", "service = \"o\"\nsign = \"expired\"");

  CHECK(found(last, of) == "last");
  CHECK(found(last + entry("later", ""), of) == "last");
  CHECK(found(kServices + last + of_service, of) == "of-service");
  CHECK(found(kServices + of_service + state, of) == "state");
  CHECK(found(state + last, of) == "state");
  CHECK(found(state + words, of) == "words");
  CHECK(found(words + more_words, of) == "more-words");
  CHECK(found(more_words + first_words, of) == "first-words");
  CHECK(found(first_words + sign, of) == "sign");
  CHECK(found(sign + needs, of) == "needs");
  CHECK(found(elsewhere + last, of) == "last");
  CHECK(found(wanting + last, of) == "last");
  CHECK(found(other_service + last, of) == "last");
  CHECK(found(entry("none", "says = \"words\""), of) == "unknown");
}

TEST_CASE("words without a stage are explained by how far they say that it came") {
  const std::string at = "psql: error: connection to server at \"h\" (1.2.3.4), port 5432 failed: ";
  const auto id = [](const std::string& words) { return book().explain(words, "", {})->id; };
  CHECK(id("server closed the connection unexpectedly") == "closed");
  CHECK(id(at + "server closed the connection unexpectedly") == "closed-at-once");
  CHECK(id("SSL SYSCALL error: EOF detected") == "tls-ended");
  CHECK(id(at + "timeout expired") == "tcp-timeout");
  CHECK(id("ERROR:  unrecognized configuration parameter \"transaction_timeout\"") == "dump-sets-unknown");
  CHECK(id("FATAL:  unrecognized configuration parameter \"x\"") == "unknown-parameter");
}

TEST_CASE("a step that is pasted into a shell takes a name for a name") {
  const auto small = AdviceBook::parse(
      "[[advice]]\nid = \"e\"\nstage = \"TCP\"\nsummary = \"{user}\"\nexample = { text = \"x\" }\n"
      "steps = [\"psql -U {user}\", \"ALTER ROLE \\\"{user}\\\";\", \"rolname = '{user}';\", "
      "\"{user}:*\"]\n",
      "my.toml");
  const auto advice = small.advise(symptom(Stage::tcp, "", "x"), {{"user", "a' b\"$(c)"}});
  CHECK(advice.summary == "a' b\"$(c)");
  CHECK(advice.steps == std::vector<std::string>{"psql -U 'a'\\'' b\"$(c)'", "ALTER ROLE \"a' b\"\"$(c)\";",
                                                 "rolname = 'a'' b\"$(c)';", "a' b\"$(c):*"});
  CHECK(small.advise(symptom(Stage::tcp, "", "x"), {{"user", "müller-1"}}).steps.at(0) == "psql -U müller-1");
}

TEST_CASE("mistakes in a file of advice are told with their line") {
  CHECK(fault("[[advice]\n").starts_with("my.toml:1: "));
  CHECK(fault(kEntry) == "none");
  CHECK(
      fault(kEntry + "colour = 1\n").starts_with("my.toml:6: unknown key 'colour' in [[advice]] | expected"));
  CHECK(fault("colour = 1\n").starts_with("my.toml:1: unknown key 'colour' in a file of advice"));
  CHECK(fault(kEntry + "[[advice.for]]\nservice = \"s\"\nsteps = \"x\"\nwhy = \"y\"\n")
            .starts_with("my.toml:9: unknown key 'why' in [[advice.for]]"));
  CHECK(fault(kEntry + "causes = \"by {nobody}\"\n")
            .starts_with("my.toml:6: causes: unknown placeholder {nobody} | expected one of: host, server,"));
  CHECK(fault(kEntry + "causes = \"{host\"\n").starts_with("my.toml:6: causes: unknown placeholder {host"));
  CHECK(fault(kEntry + "stage = \"tcp\"\n")
            .starts_with("my.toml:6: stage: unknown stage 'tcp' | expected one of: settings, name, TCP,"));
  CHECK(fault(kEntry + "sign = \"odd\"\n").starts_with("my.toml:6: sign: unknown sign 'odd' | expected"));
  CHECK(fault(kEntry + "needs = \"odd\"\n").starts_with("my.toml:6: needs: unknown sign 'odd'"));
  CHECK(fault(kEntry + "sqlstate = \"2800\"\n").starts_with("my.toml:6: sqlstate: expected the five"));
  CHECK(fault(kEntry + "passes = \"yes\"\n") == "my.toml:6: expected true or false");
  CHECK(fault(kEntry + "says = 1\n") == "my.toml:6: expected a string or a list of strings");
  CHECK(fault(kEntry + kEntry) == "my.toml:6: advice id 'x' is used twice");
  CHECK(fault("[[advice]]\nid = \"x\"\nsteps = \"t\"\n") == "my.toml:1: advice 'x' needs a summary");
  CHECK(fault("[[advice]]\nid = \"x\"\nsummary = \"s\"\n") == "my.toml:1: advice 'x' needs steps");
  CHECK(fault("[[advice]]\nid = \"x\"\nsummary = \"s\"\nsteps = \"t\"\n") ==
        "my.toml:1: advice 'x' needs an example");
  CHECK(fault(kEntry + "service = \"s\"\n") == "my.toml:1: unknown service or family 's'");
  CHECK(fault(kServices + kEntry + "service = [\"s\", \"f\"]\n") == "none");
  CHECK(fault(kEntry + "[[advice.for]]\nsteps = \"x\"\n") == "my.toml:6: [[advice.for]] needs a service");
  CHECK(fault(kServices + kServices) == "my.toml:7: service 's' is there twice");
  CHECK(fault("[[service]]\nid = \"s\"\nname = \"S\"\nhost = \"S.*\"\n") ==
        "my.toml:4: host: hosts are written in lower case");
  CHECK(fault("[[service]]\nid = \"s\"\nname = \"S\"\n") == "my.toml:1: service 's' needs a host");
}

TEST_CASE("a folder of advice stands in for the built-in files") {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "sluice-advice-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  const fs::path folder = name;
  std::ofstream(folder / "a.toml") << kServices;
  std::ofstream(folder / "b.toml") << entry("mine", "service = \"s\"");
  std::ofstream(folder / "c.txt") << "no advice";
  const auto own = AdviceBook::folder(folder.string());
  CHECK(own.services().size() == 1);
  CHECK(own.advise(symptom(Stage::tcp, "", "e", "s"), {}).id == "mine");
  CHECK(own.examples().at(0).place == (folder / "b.toml").string() + ":1");
  fs::remove_all(folder);
  CHECK_THROWS_AS((void)AdviceBook::folder(folder.string()), Failure);
  const auto shipped = AdviceBook::folder(std::string(PGSLUICE_SOURCE_DIR) + "/rules/advice");
  CHECK(shipped.entries().size() == book().entries().size());
}

TEST_CASE("what servers say of the statements of a dump is known (RULES, section 5)") {
  const std::vector<std::vector<std::string>> rows = {
      {"42501", "must be superuser to alter superusers", "needs-superuser"},
      {"42501", "permission denied to alter role", "needs-superuser"},
      {"42710", "role \"postgres\" already exists", "role-exists"},
      {"42501", "must be superuser to set grantor", "needs-superuser"},
      {"42501", "permission denied to grant privileges as role \"rdsadmin\"", "needs-superuser"},
      {"0LP01", "ADMIN option cannot be granted back to your own grantor", "needs-superuser"},
      {"42501", "must be member of role \"x\"", "not-a-member"},
      {"42501", "must be able to SET ROLE \"x\"", "not-a-member"},
      {"42501", "permission denied for schema public", "schema-public"},
      {"42501", "permission denied to set parameter \"app.x\"", "setting-denied"},
      {"42501", "must be owner of extension plpgsql", "extension-owner"},
      {"0A000", "extension \"x\" is not available", "extension-not-available"},
      {"42501", "permission denied to create extension \"x\"", "extension-not-allowed"},
      {"42501", "permission denied to create event trigger \"e\"", "needs-superuser"},
      {"42704", "tablespace \"x\" does not exist", "tablespace-missing"},
      {"42501", "permission denied: \"RI_ConstraintTrigger_c_1\" is a system trigger", "system-trigger"},
      {"42501", "must be superuser to create FOR ALL TABLES publication", "needs-superuser"},
      {"42501", "must be superuser to create subscriptions", "needs-superuser"},
      {"42501", "permission denied to change default privileges", "needs-superuser"},
      {"42704", "unrecognized configuration parameter \"transaction_timeout\"", "dump-sets-unknown"},
      {"42601", "option \"locale_provider\" not recognized", "syntax"},
      {"42809", "invalid locale name: \"en_US.UTF-8\"", "locale"},
      {"3D000", "database \"x\" does not exist", "database-missing-in-script"},
      {"42704", "role \"cloudsqlsuperuser\" does not exist", "role-not-there"},
      {"42501", "permission denied for function pg_replication_origin_create", "catalog-changes"},
      {"42501", "permission denied for table pg_database", "permission-denied"},
      {"55P03", "canceling statement due to lock timeout", "lock-timeout"},
      {"57014", "canceling statement due to statement timeout", "statement-timeout"},
      {"53100", "could not extend file \"base/1/2\": No space left on device", "disk-full"},
      {"53200", "out of shared memory", "out-of-memory"},
      {"25006", "cannot execute CREATE TABLE in a read-only transaction", "read-only"},
      {"26000", "prepared statement \"s1\" does not exist", "pooler-transaction-mode"},
      {"42P07", "Relation »t« existiert bereits", "exists"},
      {"42P01", "Relation »t« existiert nicht", "relation-missing"},
      {"22P02", "ungültige Eingabesyntax für Typ integer: »x«", "value-refused"},
  };
  for (const auto& row : rows) {
    CAPTURE(row[1]);
    CHECK(advise(symptom(Stage::statement, row[0], "ERROR:  " + row[1])).id == row[2]);
  }
}
