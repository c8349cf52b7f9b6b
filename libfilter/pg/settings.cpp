#include "libfilter/pg/settings.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>

#include "libfilter/io/failure.hpp"

namespace sluice {

namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

bool is_uri(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

Failure bad_conninfo(std::string message, std::string detail = {}, std::string hint = {}) {
  return Failure(Failure::Kind::usage, "connection string: " + std::move(message), std::move(detail),
                 std::move(hint));
}

// Edits to make A of B: enough for a slip of the keys.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t before = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = before + (a[i - 1] == b[j - 1] ? 0 : 1);
      before = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// The known keyword that WORD was meant to be, if it is near enough to one to be no piece of a password.
std::optional<std::string> meant(std::string_view word) {
  const Options known(PQconndefaults());
  std::optional<std::string> best;
  std::size_t least = 3;
  for (const auto* option = known.get(); option != nullptr && option->keyword != nullptr; ++option) {
    const std::size_t edits = distance(word, option->keyword);
    if (edits < least && edits * 3 <= word.size()) {
      least = edits;
      best = option->keyword;
    }
  }
  return best;
}

constexpr const char* kInUri = "in a URI write % as %25, @ as %40, / as %2F, : as %3A";
constexpr const char* kInPairs =
    "put a value with blanks between single quotes; inside, write \\' for a quote and \\\\ for a backslash";

// Words that are in many a connection string, and that this libpq does not take. Each is repeated only as it
// stands here, and so is no piece of a password.
std::optional<Failure> known_elsewhere(std::string_view word) {
  struct Newer {
    std::string_view keyword;
    int version;  // the first libpq that has it, by its release notes
  };
  constexpr std::array<Newer, 14> kNewer = {{{"gssdelegation", 16},
                                             {"load_balance_hosts", 16},
                                             {"require_auth", 16},
                                             {"sslcertmode", 16},
                                             {"sslnegotiation", 17},
                                             {"max_protocol_version", 18},
                                             {"min_protocol_version", 18},
                                             {"oauth_client_id", 18},
                                             {"oauth_client_secret", 18},
                                             {"oauth_issuer", 18},
                                             {"oauth_scope", 18},
                                             {"scram_client_key", 18},
                                             {"scram_server_key", 18},
                                             {"sslkeylogfile", 18}}};
  // Of JDBC, Prisma, asyncpg and SQLAlchemy, Rails.
  constexpr std::array<std::string_view, 13> kOfDrivers = {"ssl",
                                                           "sslfactory",
                                                           "currentSchema",
                                                           "schema",
                                                           "pgbouncer",
                                                           "connection_limit",
                                                           "pool",
                                                           "pool_timeout",
                                                           "statement_cache_size",
                                                           "socketTimeout",
                                                           "loginTimeout",
                                                           "prepareThreshold",
                                                           "prepared_statements"};
  const std::string name(word);
  for (const auto& [keyword, version] : kNewer)
    if (keyword == word)
      return bad_conninfo("this libpq, of version " + std::to_string(PQlibVersion() / 10'000) +
                              ", has no option '" + name + "'",
                          {}, name + " came with libpq " + std::to_string(version) + ": leave it out here");
  if (std::find(kOfDrivers.begin(), kOfDrivers.end(), word) != kOfDrivers.end())
    return bad_conninfo("libpq has no option '" + name + "'", {},
                        name + " is for a driver or a pool of applications: leave it out here");
  return std::nullopt;
}

// What libpq says of a text that it cannot read. It quotes pieces of the text, which may be pieces of a
// password ("password=two words"): only what cannot be one is repeated.
Failure unreadable(std::string_view words, const char* how) {
  const auto begin = words.find('"');
  const auto end = words.rfind('"');
  const auto quoted = begin == end ? std::string_view() : words.substr(begin + 1, end - begin - 1);
  if (words.starts_with("invalid connection option") || words.starts_with("invalid URI query parameter")) {
    if (const auto failure = known_elsewhere(quoted)) return *failure;
    if (const auto keyword = meant(quoted))
      return bad_conninfo("there is no option '" + std::string(quoted) + "'", {},
                          "did you mean " + *keyword + "?");
    return bad_conninfo("it holds an option that libpq does not know", {}, how);
  }
  if (words.starts_with("missing \"=\" after"))
    return bad_conninfo("a word stands without its keyword and '='", {}, how);
  std::string message(words.substr(0, begin));
  if (begin != end) message += "***" + std::string(words.substr(end + 1));
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.pop_back();
  return bad_conninfo(message, {}, how);
}

// A password with '@' or '/' in it that was not encoded makes libpq take its end for the host. Such a text
// is refused before anything of it can be shown or looked up.
void refuse_misread_uri(std::string_view text) {
  const auto authority = text.substr(text.find("://") + 3);
  const auto slash = std::min(authority.find('/'), authority.size());
  const auto at = authority.find('@');
  const auto query = std::min(authority.find('?'), authority.size());
  const bool another = at != std::string_view::npos && at < slash &&
                       authority.substr(at + 1, slash - at - 1).find('@') != std::string_view::npos;
  const bool behind = at != std::string_view::npos && at > slash && at < query;
  if (another || behind)
    throw bad_conninfo(another ? "there are two '@' before the host ends" : "there is an '@' behind a '/'",
                       "nothing was looked up or sent", kInUri);
}

bool is_number(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  for (auto comma = list.find(','); comma != std::string::npos; comma = list.find(',', begin)) {
    out.push_back(list.substr(begin, comma - begin));
    begin = comma + 1;
  }
  out.push_back(list.substr(begin));
  return out;
}

// libpq's own order, variables and secrets, from its table of options.
const std::vector<Settings::Setting>& known_options() {
  static const std::vector<Settings::Setting> known = [] {
    std::vector<Settings::Setting> out;
    const Options options(PQconndefaults());
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option)
      out.push_back({.keyword = option->keyword,
                     .value = {},
                     .variable = option->envvar == nullptr ? "" : option->envvar,
                     .source = Settings::Source::standard,
                     .secret = std::string_view(option->dispchar) == "*"});
    return out;
  }();
  return known;
}

std::size_t position(std::string_view keyword) {
  const auto& known = known_options();
  return static_cast<std::size_t>(
      std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.keyword == keyword; }) -
      known.begin());
}

// A variable of the environment while it lives.
class Lent {
 public:
  Lent(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) before_ = old;
    value == nullptr ? unsetenv(name) : setenv(name, value, 1);
  }
  ~Lent() { before_ ? setenv(name_, before_->c_str(), 1) : unsetenv(name_); }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

// PQconndefaults passes over a service that there is not. An attempt to connect does not, and looks for it
// before it finds that no port is called "-".
void require_service(const std::string& service) {
  const std::array<const char*, 3> keywords = {"service", "port", nullptr};
  const std::array<const char*, 3> values = {service.c_str(), "-", nullptr};
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
      PQconnectStartParams(keywords.data(), values.data(), 0), PQfinish);
  std::string words = connection ? PQerrorMessage(connection.get()) : "out of memory";
  while (!words.empty() && words.back() == '\n') words.pop_back();
  if (words.find("service") != std::string::npos)
    throw Failure(Failure::Kind::usage, words, {},
                  "services are looked for in PGSERVICEFILE, ~/.pg_service.conf and the system's "
                  "pg_service.conf");
}

}  // namespace

std::string_view name_of(Settings::Source source) {
  switch (source) {
    case Settings::Source::conninfo:
      return "conninfo";
    case Settings::Source::option:
      return "option";
    case Settings::Source::service:
      return "service";
    case Settings::Source::environment:
      return "environment";
    case Settings::Source::filled:
      return "filled in";
    case Settings::Source::standard:
      break;
  }
  return "default";
}

Settings Settings::parse(std::string_view text) {
  Settings settings;
  if (text.find('\0') != std::string_view::npos) throw bad_conninfo("it holds a NUL");
  if (text.starts_with("jdbc:"))
    throw bad_conninfo("this is an address for JDBC", {},
                       "write postgresql://USER@HOST:PORT/DATABASE; user and password come before the host");
  if (!is_uri(text) && text.find('=') == std::string_view::npos) {
    if (text.find("://") != std::string_view::npos)
      throw bad_conninfo("a URI begins with postgresql://", {}, {});
    if (!text.empty()) settings.set("dbname", std::string(text), Source::conninfo);
    return settings;
  }
  if (is_uri(text)) refuse_misread_uri(text);
  char* error = nullptr;
  const Options options(PQconninfoParse(std::string(text).c_str(), &error));
  if (options == nullptr) {
    const std::unique_ptr<char, decltype(&PQfreemem)> words(error, PQfreemem);
    throw unreadable(words ? words.get() : "out of memory", is_uri(text) ? kInUri : kInPairs);
  }
  for (const auto* option = options.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr) settings.set(option->keyword, option->val, Source::conninfo);
  for (const auto& port : split(settings.value("port")))
    if (!is_number(port)) throw bad_conninfo("the port is not a number", {}, is_uri(text) ? kInUri : "");
  return settings;
}

void Settings::add_environment() {
  const char* chosen = std::getenv("PGSERVICE");
  const std::string service = find("service") != nullptr ? value("service") : chosen != nullptr ? chosen : "";
  if (!service.empty()) require_service(service);
  remove("service");

  const auto defaults = [](const char* with_service) {
    const Lent lent("PGSERVICE", with_service);
    return Options(PQconndefaults());
  };
  const Options with = defaults(service.empty() ? nullptr : service.c_str());
  const Options without = defaults(nullptr);
  if (with == nullptr || without == nullptr) throw std::bad_alloc();
  for (const auto *a = with.get(), *b = without.get(); a->keyword != nullptr; ++a, ++b) {
    if (a->val == nullptr || find(a->keyword) != nullptr || std::string_view(a->keyword) == "service")
      continue;
    // Where both say the same it makes no difference who is thought to have said it.
    const bool from_service = b->val == nullptr || std::string_view(a->val) != b->val;
    const bool from_variable = a->envvar != nullptr && std::getenv(a->envvar) != nullptr;
    set(a->keyword, a->val,
        from_service    ? Source::service
        : from_variable ? Source::environment
                        : Source::standard);
  }
}

const Settings::Setting* Settings::find(std::string_view keyword) const {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.keyword == keyword; });
  return found == all_.end() ? nullptr : &*found;
}

std::string Settings::value(std::string_view keyword) const {
  const auto* found = find(keyword);
  return found == nullptr ? "" : found->value;
}

void Settings::set(std::string_view keyword, std::string value, Source source) {
  const std::size_t place = position(keyword);
  // libpq 15 does not know what later ones do (sslnegotiation): it cannot have come from its parser.
  if (place == known_options().size())
    throw Failure(Failure::Kind::usage, "this libpq has no option '" + std::string(keyword) + "'");
  auto at = std::lower_bound(all_.begin(), all_.end(), place,
                             [](const Setting& one, std::size_t p) { return position(one.keyword) < p; });
  if (at == all_.end() || at->keyword != keyword) at = all_.insert(at, known_options()[place]);
  at->value = std::move(value);
  at->source = source;
}

void Settings::fill(std::string_view keyword, std::string value, Source source) {
  const auto* there = find(keyword);
  if (there == nullptr || there->source == Source::standard) set(keyword, std::move(value), source);
}

void Settings::remove(std::string_view keyword) {
  std::erase_if(all_, [&](const Setting& one) { return one.keyword == keyword; });
}

bool Settings::Endpoint::is_socket() const {
  return address.empty() && (host.empty() || host.front() == '/' || host.front() == '@');
}

std::vector<Settings::Endpoint> Settings::endpoints() const {
  const auto hosts = split(value("host"));
  const auto addresses = split(value("hostaddr"));
  const auto ports = split(value("port"));
  const bool by_address = !value("hostaddr").empty();
  const std::size_t count = by_address ? addresses.size() : hosts.size();
  const auto lengths = [](const char* keyword, std::size_t one, std::size_t other) {
    return Failure(Failure::Kind::usage, std::string("the lists in host and ") + keyword +
                                             " differ in length: " + std::to_string(one) + " and " +
                                             std::to_string(other));
  };
  if (by_address && !value("host").empty() && hosts.size() != count)
    throw lengths("hostaddr", hosts.size(), count);
  if (ports.size() != 1 && ports.size() != count) throw lengths("port", count, ports.size());
  std::vector<Endpoint> out;
  for (std::size_t i = 0; i < count; ++i) {
    Endpoint one;
    if (hosts.size() == count) one.host = hosts[i];
    if (by_address) one.address = addresses[i];
    one.port = ports[ports.size() == 1 ? 0 : i];
    if (one.port.empty()) one.port = "5432";
    out.push_back(std::move(one));
  }
  return out;
}

std::string Settings::root_certificates() const {
  std::string file = value("sslrootcert");
  if (const char* home = std::getenv("HOME"); file.empty() && home != nullptr)
    file = std::string(home) + "/.postgresql/root.crt";
  return ::access(file.c_str(), F_OK) == 0 ? file : "";
}

namespace {

// As libpq reads it (fe-connect.c, parse_int_param): blanks around it are allowed. A word that it would not
// take is not repeated: it may be a piece of something else.
int whole_number(const Settings& settings, std::string_view keyword) {
  const std::string text = settings.value(keyword);
  constexpr const char* kBlanks = " \t\n\v\f\r";
  const auto begin = std::min(text.find_first_not_of(kBlanks), text.size());
  const char* end = text.data() + text.find_last_not_of(kBlanks) + 1;
  const char* first =
      text.data() + begin + (text.compare(begin, 1, "+") == 0 && text.compare(begin, 2, "+-") != 0 ? 1 : 0);
  int value = 0;
  const auto [rest, error] = std::from_chars(first, std::max(first, end), value);
  if (error != std::errc() || rest != end)
    throw Failure(Failure::Kind::usage, std::string(keyword) + " is not a whole number, or a too large one");
  return value;
}

}  // namespace

void fill_in(Settings& settings, const std::string& application_name) {
  const auto number = [&](std::string_view keyword, long long otherwise) -> long long {
    settings.fill(keyword, std::to_string(otherwise));
    return whole_number(settings, keyword);
  };
  if (number("keepalives", 1) != 0) {
    const auto idle = number("keepalives_idle", 60);
    const auto interval = number("keepalives_interval", 10);
    const auto count = number("keepalives_count", 6);
    constexpr long long kDay = 86'400;
    number("tcp_user_timeout", std::clamp(idle + interval * count, 0LL, kDay) * 1000);
  }
  number("connect_timeout", 30);
  if (!application_name.empty()) settings.fill("application_name", application_name);
}

}  // namespace sluice
