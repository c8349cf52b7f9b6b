#include "libfilter/pg/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/deadline.hpp"
#include "libfilter/pg/resolver.hpp"
#include "libfilter/pg/words.hpp"

namespace sluice {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::string_view kTimeout = "timeout expired";  // libpq's words for its own
enum class Asked { no, yes };  // whether the server has asked for a password or its like

// Times of the stages as they come; libpq may begin again (without TLS): then they add up.
class StageClock {
 public:
  explicit StageClock(Attempt& attempt) : attempt_(attempt) {}

  Stage now() const { return now_; }
  void enter(Stage stage) {
    if (running_ && stage == now_) return;
    if (running_) leave(true);
    now_ = stage;
    begin_ = Clock::now();
    running_ = true;
  }
  void end(bool passed) {
    if (running_) leave(passed);
  }
  // The failure belongs to another stage than the one that was seen last.
  void failed_in(Stage stage) {
    if (stage > now_) enter(stage);
    now_ = stage;
    end(false);
  }

 private:
  void leave(bool passed) {
    const Milliseconds took = Clock::now() - begin_;
    const auto found = std::find_if(attempt_.stages.begin(), attempt_.stages.end(),
                                    [&](const auto& one) { return one.stage == now_; });
    if (found == attempt_.stages.end()) {
      attempt_.stages.push_back({now_, took, passed});
    } else {
      found->took += took;
      found->passed = passed;
    }
    running_ = false;
  }

  Attempt& attempt_;
  Stage now_ = Stage::settings;
  Clock::time_point begin_;
  bool running_ = false;
};

// libpq's state, as a stage. ANSWERED: the server has said something since the start-up packet.
Stage stage_of(const PGconn* connection, const std::string& sslmode, bool socket, bool answered) {
  switch (PQstatus(connection)) {
    case CONNECTION_STARTED:
      return Stage::tcp;
    case CONNECTION_MADE:
      return socket || sslmode == "disable" || sslmode == "allow" ? Stage::start_up : Stage::tls;
    case CONNECTION_SSL_STARTUP:
    case CONNECTION_GSS_STARTUP:
      return Stage::tls;
    case CONNECTION_AWAITING_RESPONSE:
      return answered ? Stage::authentication : Stage::start_up;
    default:
      return Stage::session;
  }
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_of_target_session_attrs(const Words& words) {
  return words.text.starts_with("session is ") || words.text.starts_with("server is ");
}

// The stage that a failure belongs to. One call of PQconnectPoll may go through several: SQLSTATE knows
// better (PostgreSQL manual, appendix A).
Stage stage_of_failure(const Words& words, Stage seen, Asked asked) {
  const std::string& state = words.sqlstate;
  if (state.starts_with("28")) return Stage::authentication;
  // PgBouncer has one state for all that it says.
  if (state == "08P01" && contains(words.text, "authentication failed")) return Stage::authentication;
  if (state == "53300" && seen == Stage::authentication)
    return asked == Asked::yes ? Stage::session : Stage::start_up;  // by which limit was met
  if (state == "57P03") return Stage::start_up;
  if (!state.empty()) return seen == Stage::start_up && state.starts_with("08") ? seen : Stage::session;
  // libpq's own words; it speaks English here, since nothing calls setlocale.
  if (contains(words.text, "expected authentication request")) return Stage::start_up;
  if (is_of_target_session_attrs(words)) return Stage::session;
  if (contains(words.text, "fe_sendauth") || contains(words.text, "authentication") ||
      contains(words.text, "channel binding") || contains(words.text, "SCRAM"))
    return Stage::authentication;
  // A line that ends behind the handshake is told in OpenSSL's name too.
  const bool ended = contains(words.text, "SSL SYSCALL error") && seen > Stage::tls;
  if (!ended && (contains(words.text, "SSL") || contains(words.text, "certificate"))) return Stage::tls;
  return seen;
}

// What clouds take in the place of a password, for some minutes: a signed request (Amazon), a JSON Web Token.
bool is_token(std::string_view password) {
  return contains(password, "X-Amz-Signature=") || (password.starts_with("eyJ") && contains(password, "."));
}

// Where libpq goes on after a failure (fe-connect.c: try_next_addr, try_next_host, error_return).
enum class Next { address, host, nowhere };

// WORDS are the last ones, STAGE theirs.
Next next_after(const Words& words, Stage stage) {
  if (words.text == kTimeout || stage == Stage::tcp) return Next::address;
  return words.sqlstate == "57P03" || is_of_target_session_attrs(words) ? Next::host : Next::nowhere;
}

// The message that tells most, of those for each way that libpq tried. The first, but for a refusal by
// pg_hba.conf when another way got further: with sslmode=allow, or where a line is for hostnossl.
const Words& telling(const std::vector<Words>& all) {
  const auto refused = [](const Words& one) { return contains(one.text, "pg_hba.conf"); };
  if (refused(all.front()))
    for (const auto& one : all)
      if (!one.sqlstate.empty() && !refused(one)) return one;
  return all.front();
}

struct Outcome {
  Attempt attempt;
  Connection connection;
  Next next = Next::nowhere;
};

// One address. TARGET is target_session_attrs.
Outcome try_address(const Settings& settings, const Settings::Endpoint& endpoint, const std::string& address,
                    const std::string& target, const Deadline& deadline) {
  Outcome outcome;
  Attempt& attempt = outcome.attempt;
  attempt.endpoint = endpoint;
  attempt.address = address;
  StageClock clock(attempt);
  clock.enter(Stage::settings);

  std::vector<const char*> keywords, values;
  const auto give = [&](const char* keyword, const std::string& value) {
    keywords.push_back(keyword);
    values.push_back(value.c_str());
  };
  for (const auto& one : settings.all())
    if (one.keyword != "host" && one.keyword != "hostaddr" && one.keyword != "port" &&
        one.keyword != "target_session_attrs")
      give(one.keyword.c_str(), one.value);
  give("host", endpoint.host);
  if (!endpoint.is_socket()) give("hostaddr", address);
  give("port", endpoint.port);
  if (!target.empty()) give("target_session_attrs", target);
  keywords.push_back(nullptr);
  values.push_back(nullptr);

  // 0: a database's name is a name.
  outcome.connection.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
  PGconn* connection = outcome.connection.get();
  if (connection == nullptr) throw std::bad_alloc();
  // The only way to SQLSTATE before there is a session: it stands in the message then.
  PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
  // Where nothing was said it is libpq's own folder of sockets.
  if (const char* folder = PQhost(connection); address.empty() && folder != nullptr) attempt.address = folder;
  // libpq would write a server's notices to standard error as they come, escape sequences and all.
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);

  int answers = 0;  // of the server, up to the authentication
  const auto fail = [&](std::string_view message, Stage seen) {
    auto all = words_of(message);
    if (all.empty()) all.emplace_back();
    const auto asked = answers > 1 ? Asked::yes : Asked::no;
    outcome.next = next_after(all.back(), stage_of_failure(all.back(), seen, asked));
    const Words& words = telling(all);
    // What was seen last is of the last way that libpq tried; the ways before it were with TLS.
    if (&words != &all.back()) seen = Stage::tls;
    Symptom symptom;
    symptom.stage = stage_of_failure(words, seen, asked);
    symptom.sqlstate = words.sqlstate;
    symptom.text = without_secrets(words.text, settings);
    if (is_token(settings.value("password"))) symptom.signs.emplace_back("token");
    clock.failed_in(symptom.stage);
    attempt.failure = std::move(symptom);
    outcome.connection.reset();
  };

  if (PQstatus(connection) == CONNECTION_BAD) {
    const std::string_view message = PQerrorMessage(connection);
    // What it did not like of the settings it says without the name of a server.
    fail(message, message.starts_with("connection to server") ? Stage::tcp : Stage::settings);
    return outcome;
  }
  const std::string sslmode = settings.value("sslmode");
  const auto seen = [&] { return stage_of(connection, sslmode, endpoint.is_socket(), answers > 0); };
  auto next = PGRES_POLLING_WRITING;
  Stage last = Stage::tcp;
  clock.enter(last);
  while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
    pollfd waiting{PQsocket(connection), static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                   0};
    const int ready = ::poll(&waiting, 1, deadline.for_poll());
    if (deadline.passed()) {
      fail(kTimeout, last);
      return outcome;
    }
    if (ready <= 0) continue;
    if (PQstatus(connection) == CONNECTION_AWAITING_RESPONSE && next == PGRES_POLLING_READING) {
      ++answers;
      clock.enter(last = Stage::authentication);
    }
    next = PQconnectPoll(connection);
    if (next == PGRES_POLLING_FAILED) break;
    if (PQstatus(connection) == CONNECTION_STARTED) answers = 0;
    if (next != PGRES_POLLING_OK) clock.enter(last = seen());
  }
  if (next == PGRES_POLLING_FAILED) {
    fail(PQerrorMessage(connection), last);
    return outcome;
  }
  clock.end(true);
  PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
  return outcome;
}

milliseconds connect_timeout(const Settings& settings) {
  return std::chrono::seconds(std::atoi(settings.value("connect_timeout").c_str()));
}

// Once through all hosts and their addresses. Next::nowhere: libpq would look no further.
Next try_hosts(const Settings& settings, const std::string& target, const Deadline& end, Tried& tried) {
  const auto timeout = connect_timeout(settings);
  const auto deadline = [&] {
    return (timeout.count() > 0 ? Deadline::in(timeout) : Deadline::never()).or_before(end);
  };
  for (const auto& endpoint : settings.endpoints()) {
    std::vector<std::string> addresses;
    std::optional<StageTime> name_time;
    if (!endpoint.address.empty()) {
      addresses = {endpoint.address};
    } else if (is_address(endpoint.host)) {
      addresses = {endpoint.host};
    } else if (endpoint.is_socket()) {
      addresses = {endpoint.host};
    } else {
      const auto begin = Clock::now();
      const auto resolved = resolve(endpoint.host, deadline());
      name_time = {Stage::name, Clock::now() - begin, resolved && resolved->error.empty()};
      if (!name_time->passed) {
        Symptom symptom;
        symptom.stage = Stage::name;
        // libpq's words for the same
        symptom.text = "could not translate host name \"" + endpoint.host +
                       "\" to address: " + (resolved ? resolved->error : std::string(kTimeout));
        tried.attempts.push_back({endpoint, "", {*name_time}, std::move(symptom)});
        continue;
      }
      addresses = resolved->addresses;
    }
    const bool v6_alone = !addresses.empty() && name_time &&
                          std::all_of(addresses.begin(), addresses.end(),
                                      [](const auto& one) { return one.find(':') != std::string::npos; });
    for (const auto& address : addresses) {
      auto outcome = try_address(settings, endpoint, address, target, deadline());
      if (name_time) outcome.attempt.stages.insert(outcome.attempt.stages.begin(), *name_time);
      std::erase_if(outcome.attempt.stages,
                    [](const auto& one) { return one.stage == Stage::settings && one.passed; });
      if (outcome.attempt.failure && outcome.attempt.failure->stage == Stage::tcp && v6_alone)
        outcome.attempt.failure->signs.emplace_back("ipv6-only");
      tried.attempts.push_back(std::move(outcome.attempt));
      if (outcome.connection) {
        tried.connection = std::move(outcome.connection);
        return Next::nowhere;
      }
      if (outcome.next == Next::nowhere) return Next::nowhere;
      if (outcome.next == Next::host) break;
    }
  }
  return Next::host;
}

// The attempt that tells most: the last one that came furthest.
const Attempt& furthest(const Tried& tried) {
  const Attempt* best = &tried.attempts.front();
  for (const auto& one : tried.attempts)
    if (one.failure && (!best->failure || one.failure->stage >= best->failure->stage)) best = &one;
  return *best;
}

Symptom with_service(Symptom symptom, const Attempt& attempt, const AdviceBook& book) {
  if (const auto* service = book.recognise(
          attempt.endpoint.host.empty() ? attempt.address : attempt.endpoint.host, attempt.endpoint.port))
    symptom.service = service->id;
  return symptom;
}

// Without the client's certificate where that cannot be used, as a key with a pass phrase.
TlsReport look(TlsQuestion question) {
  if (!question.certificate.empty()) {
    try {
      return probe_tls(question);
    } catch (const Failure&) {
      question.certificate.clear();
    }
  }
  return probe_tls(question);
}

Advice advice_for(const Attempt& attempt, const Settings& settings, const AdviceBook& book) {
  return book.advise(with_service(*attempt.failure, attempt, book), particulars(attempt, settings, book));
}

}  // namespace

void FinishConnection::operator()(pg_conn* connection) const { PQfinish(connection); }

Tried connect(const Settings& settings, const PasswordSource& password, const Patience& patience,
              const AdviceBook& book) {
  using namespace std::chrono_literals;
  const auto begin = Clock::now();
  const auto end = patience.wait.count() > 0 ? Deadline::in(patience.wait) : Deadline::never();
  Tried tried;
  for (milliseconds pause = 500ms;; pause = std::min(pause * 2, milliseconds(15s))) {
    ++tried.tries;
    const auto before = std::exchange(tried.attempts, {});
    Settings now = settings;
    try {
      if (password) now.set("password", password(), Settings::Source::option);
      const std::string target = settings.value("target_session_attrs");
      if (target == "prefer-standby") {  // libpq's two rounds, over all hosts
        if (try_hosts(now, "standby", end, tried) == Next::host) try_hosts(now, "any", end, tried);
      } else {
        try_hosts(now, target, end, tried);
      }
    } catch (const Failure& failure) {
      if (!password) throw;
      Symptom symptom;
      symptom.stage = Stage::authentication;
      symptom.text = failure.what() + (failure.detail.empty() ? "" : "\n" + failure.detail);
      symptom.signs = {"password-command"};
      tried.attempts.push_back(
          {settings.endpoints().front(), "", {{Stage::authentication, Milliseconds(0), false}}, symptom});
    }
    tried.waited = Clock::now() - begin;
    // A try that the end of the waiting has cut short tells less than the one before.
    if (!tried.connection && !before.empty() && end.passed() &&
        contains(furthest(tried).failure->text, kTimeout))
      tried.attempts = before;
    if (tried.connection || patience.wait.count() == 0) break;
    const Attempt& last = furthest(tried);
    const auto advice = advice_for(last, now, book);
    // The last try has a second for itself: one that ends as it begins would tell nothing.
    const auto left = std::chrono::duration_cast<milliseconds>(end.at() - Clock::now());
    if (!advice.passes || left <= 1s) break;
    pause = std::min(pause, left - milliseconds(1s));
    if (patience.before_pause) patience.before_pause(last, advice, pause, left);
    std::this_thread::sleep_for(pause);
  }
  return tried;
}

Particulars particulars(const Attempt& attempt, const Settings& settings, const AdviceBook& book) {
  const std::string host = attempt.endpoint.host.empty() ? attempt.address : attempt.endpoint.host;
  const auto* service = book.recognise(host, attempt.endpoint.port);
  return {{"host", host},
          {"server", attempt.endpoint.address.empty() ? host : attempt.endpoint.address},
          {"port", attempt.endpoint.port},
          {"address", attempt.address},
          {"user", settings.value("user")},
          {"database", settings.value("dbname").empty() ? settings.value("user") : settings.value("dbname")},
          {"service", service == nullptr ? "" : service->name},
          {"roots", service == nullptr ? "" : service->roots},
          {"seconds", settings.value("connect_timeout")}};
}

Diagnosis diagnose(const Tried& tried, const Settings& settings, const AdviceBook& book) {
  Diagnosis diagnosis;
  diagnosis.attempt = furthest(tried);
  diagnosis.symptom = with_service(*diagnosis.attempt.failure, diagnosis.attempt, book);
  Symptom& symptom = diagnosis.symptom;
  if (symptom.stage == Stage::tls && !diagnosis.attempt.endpoint.is_socket() && symptom.text != kTimeout) {
    TlsQuestion question;
    question.host = diagnosis.attempt.endpoint.host;
    question.address = diagnosis.attempt.address;
    question.port = diagnosis.attempt.endpoint.port;
    question.roots = settings.root_certificates();
    if (question.roots.empty()) question.roots = system_roots().value_or("");
    question.certificate = settings.value("sslcert");
    question.key = settings.value("sslkey");
    const auto timeout = connect_timeout(settings);
    if (timeout.count() > 0) question.deadline = std::min<milliseconds>(question.deadline, timeout);
    question.direct =
        settings.find("sslnegotiation") != nullptr && settings.value("sslnegotiation") == "direct";
    try {
      diagnosis.tls = look(question);
      // libpq looks at the name last: where it did not like the chain, another name is not the failure.
      // Where it had no file to judge by, what a judgement finds is not the failure either.
      const bool judged = !contains(symptom.text, "root certificate file");
      const bool name_counts =
          settings.value("sslmode") == "verify-full" && !contains(symptom.text, "certificate verify failed");
      for (auto& sign : judged ? diagnosis.tls->signs() : std::vector<std::string>())
        if (sign != "wrong-name" || name_counts) symptom.signs.push_back(std::move(sign));
    } catch (const Failure&) {
      // The roots cannot be read, and libpq has said so.
    }
  }
  diagnosis.advice = book.advise(symptom, particulars(diagnosis.attempt, settings, book));
  return diagnosis;
}

}  // namespace sluice
