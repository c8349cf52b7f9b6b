#include "tools/pg-common/options.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include "libfilter/pg/child_process.hpp"
#include "libfilter/pg/tls.hpp"

extern char** environ;  // POSIX; not in every header

namespace sluice {

OptionList connection_options() {
  return {{"--idle SECONDS", "an idle line is probed after so long (60)"},
          {"--interval SECONDS", "time between probes that get no answer (10)"},
          {"--count N", "probes without an answer that end it (6)"},
          {"--user-timeout MS", "data without acknowledgement ends it (idle + interval * count)"},
          {"--connect-timeout SECONDS", "for each address (30; 0: none)"},
          {"--wait SECONDS", "try again while the failure is one that time can mend"},
          {"--tls-roots system|FILE", "check the certificate and its name by these roots"},
          {"--accept-any-certificate", "encrypt, but check nothing"},
          {"--password-command CMD", "a shell command that prints the password"}};
}

namespace {

// The value of an option that was given: a whole number from LEAST to MOST.
std::optional<int> number(const Options& options, const std::string& name, int least, int most) {
  if (options.count(name) == 0) return std::nullopt;
  const std::string text = option(options, name, "");
  int value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || rest != text.data() + text.size() || value < least || value > most)
    throw bad_value("--" + name, text,
                    "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

// Says a warning, and remembers its sentence.
class Warner {
 public:
  Warner(const Messages& messages, std::vector<std::string>& sentences)
      : messages_(messages), sentences_(sentences) {}

  void warning(const std::string& text, std::string_view detail = {}, std::string_view hint = {}) {
    messages_.warning(text, detail, hint);
    sentences_.push_back(text);
  }
  void alarm(const std::string& text, std::string_view detail, std::string_view hint) {
    messages_.alarm(text, detail, hint);
    sentences_.push_back(text);
  }

 private:
  const Messages& messages_;
  std::vector<std::string>& sentences_;
};

void warn_of_useless_variables(Warner& messages) {
  for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
    const std::string_view entry = *one;
    if (!entry.starts_with("PGKEEPALIVE") && !entry.starts_with("PGTCP")) continue;
    const std::string name(entry.substr(0, entry.find('=')));
    messages.warning("the environment variable " + name + " does nothing: libpq does not read it",
                     "keepalives can be set in a connection string or a service file only",
                     "use --idle, --interval, --count and --user-timeout");
  }
}

std::string roots_file(const std::string& choice) {
  if (choice != "system") {
    if (access(choice.c_str(), R_OK) != 0)
      throw Failure(Failure::Kind::usage, "--tls-roots: cannot read '" + printable(choice) + "'",
                    std::strerror(errno));
    return choice;
  }
  const auto found = system_roots();
  if (!found)
    throw Failure(Failure::Kind::usage,
                  "--tls-roots: the system's root certificates are in none of the places known", {},
                  "install them (Debian, Red Hat, Alpine: package ca-certificates), or name a file");
  return *found;
}

void apply_tls(Settings& settings, const ConnectionOptions& options, Warner& messages) {
  using Source = Settings::Source;
  const auto said = [&](const char* keyword) {
    const auto* one = settings.find(keyword);
    return one != nullptr && one->source != Source::standard && !one->value.empty();
  };
  // libpq 16 knows this word; an older one, here or in a command, looks for a file of that name. The file
  // says the same to all of them.
  if (settings.value("sslrootcert") == "system") {
    const auto source = settings.find("sslrootcert")->source;
    settings.set("sslrootcert", roots_file("system"), source);
    settings.fill("sslmode", "verify-full", source);
  }
  if (!options.tls_roots.empty()) {
    if (options.any_certificate)
      throw Failure(Failure::Kind::usage, "--tls-roots and --accept-any-certificate exclude each other");
    const std::string file = roots_file(options.tls_roots);
    if (said("sslrootcert") && settings.value("sslrootcert") != file)
      messages.warning("--tls-roots has no effect: sslrootcert is set already");
    settings.fill("sslrootcert", file, Source::option);
    settings.fill("sslmode", "verify-full", Source::option);
  }
  if (options.any_certificate) {
    const std::string mode = said("sslmode") ? settings.value("sslmode") : "";
    if (mode.starts_with("verify-") || mode == "disable" || said("sslrootcert"))
      throw Failure(Failure::Kind::usage,
                    "--accept-any-certificate contradicts " +
                        (said("sslrootcert") ? std::string("sslrootcert") : "sslmode=" + mode),
                    {}, "leave one of them out");
    settings.fill("sslmode", "require", Source::option);
    // With sslmode=require libpq checks by ~/.postgresql/root.crt if that exists; this file does not.
    settings.set("sslrootcert", "/dev/null/any-certificate", Source::option);
    messages.alarm(
        "any certificate is accepted",
        "whoever stands between can take the server's place, read the password and all data, and change them",
        "--tls-roots system, or --tls-roots FILE with the service's own roots, ends that");
  }
}

}  // namespace

ConnectionOptions ConnectionOptions::from(const Options& options) {
  constexpr int kDay = 86'400;
  ConnectionOptions out;
  const auto setting = [&](const std::string& name, const std::string& keyword, int least, int most) {
    if (const auto value = number(options, name, least, most))
      out.given.emplace_back(keyword, std::to_string(*value));
  };
  // The kernel's own bounds (tcp(7)), and a day.
  setting("idle", "keepalives_idle", 1, 32767);
  setting("interval", "keepalives_interval", 1, 32767);
  setting("count", "keepalives_count", 1, 127);
  setting("user-timeout", "tcp_user_timeout", 0, kDay * 1000);
  setting("connect-timeout", "connect_timeout", 0, kDay);
  out.wait = std::chrono::seconds(number(options, "wait", 0, 30 * kDay).value_or(0));
  out.tls_roots = option(options, "tls-roots", "");
  out.any_certificate = options.count("accept-any-certificate") != 0;
  out.password_command = option(options, "password-command", "");
  out.password_refresh = std::chrono::seconds(
      number(options, "password-refresh", 1, kDay).value_or(static_cast<int>(out.password_refresh.count())));
  if (options.count("password-refresh") != 0 && out.password_command.empty())
    throw Failure(Failure::Kind::usage, "--password-refresh is for --password-command");
  return out;
}

Settings connection_settings(const std::string& conninfo, const ConnectionOptions& options,
                             const std::string& application_name, const Messages& said,
                             std::vector<std::string>& warnings) {
  Warner messages(said, warnings);
  warn_of_useless_variables(messages);
  Settings settings = Settings::parse(conninfo);
  settings.add_environment();
  if (!options.password_command.empty() && settings.find("password") != nullptr) {
    if (settings.find("password")->source == Settings::Source::conninfo)
      throw Failure(Failure::Kind::usage, "--password-command, and a password in the connection string", {},
                    "leave one of them out");
    settings.remove("password");
  }
  // An option is nearer than the environment or a service, and what the user wrote is nearer than an option.
  for (const auto& [keyword, value] : options.given) {
    const auto* there = settings.find(keyword);
    if (there == nullptr || there->source != Settings::Source::conninfo)
      settings.set(keyword, value, Settings::Source::option);
    else if (there->value != value)
      messages.warning("the option for " + keyword + " has no effect: the connection string sets it to " +
                       printable(there->value));
  }
  apply_tls(settings, options, messages);
  fill_in(settings, application_name);
  if (settings.value("keepalives") == "0")
    messages.warning(
        "keepalives=0 is set: no timer is used, and a line that a load balancer has dropped is waited on "
        "without end");
  settings.endpoints();  // the lists of hosts and ports fit together, or it is said now
  return settings;
}

void need_a_server(const Settings& settings, bool given, const std::string& how) {
  const auto said = [](const Settings::Setting& one) {
    const bool where = one.keyword == "host" || one.keyword == "hostaddr" || one.keyword == "port" ||
                       one.keyword == "dbname" || one.keyword == "user";
    return one.source == Settings::Source::service || (where && one.source == Settings::Source::environment);
  };
  if (given || std::any_of(settings.all().begin(), settings.all().end(), said)) return;
  throw Failure(Failure::Kind::usage,
                "no connection string, and no variable of libpq's says where to connect", {},
                "give " + how + ", or '' for the server that libpq finds by itself; see --help");
}

PasswordSource password_source(const ConnectionOptions& options, const Settings& settings) {
  if (options.password_command.empty()) return {};
  const auto endpoint = settings.endpoints().front();
  std::map<std::string, std::string> environment = {{"PGPORT", endpoint.port},
                                                    {"PGUSER", settings.value("user")}};
  if (!endpoint.host.empty()) environment["PGHOST"] = endpoint.host;
  if (const auto* database = settings.find("dbname")) environment["PGDATABASE"] = database->value;
  const int seconds = std::atoi(settings.value("connect_timeout").c_str());
  const auto deadline = std::chrono::seconds(seconds > 0 ? seconds : 60);
  return [command = options.password_command, environment, deadline] {
    return first_line_of(command, environment, deadline);
  };
}

void hide_argument(char* argument, const std::string& shown) {
  const std::size_t size = std::strlen(argument);
  for (std::size_t i = 0; i < size; ++i) argument[i] = i < shown.size() ? shown[i] : ' ';
}

AdviceBook advice_book() {
  const char* rules = std::getenv("PGSLUICE_RULES");
  const std::string folder = rules == nullptr || *rules == '\0' ? "" : std::string(rules) + "/advice";
  const bool there = !folder.empty() && std::filesystem::is_directory(folder);
  return there ? AdviceBook::folder(folder) : AdviceBook::builtin();
}

}  // namespace sluice
