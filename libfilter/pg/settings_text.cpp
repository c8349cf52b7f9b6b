// Settings as text, in the five ways in which other programs read them.
#include <algorithm>
#include <array>
#include <optional>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/settings.hpp"

namespace sluice {

namespace {

constexpr const char* kHidden = "***";

bool is_said(const Settings::Setting& setting) { return setting.source != Settings::Source::standard; }

// A password of the environment is there for the next program too: it is not marked as missing.
bool is_left_out(const Settings::Setting& setting, Secrets secrets) {
  return !is_said(setting) ||
         (setting.secret && secrets == Secrets::hidden && setting.source == Settings::Source::environment);
}

// What the user has said comes first, and what was filled in behind it.
std::vector<const Settings::Setting*> in_order(const Settings& settings, Secrets secrets) {
  std::vector<const Settings::Setting*> out;
  for (const auto& one : settings.all())
    if (!is_left_out(one, secrets)) out.push_back(&one);
  std::stable_partition(out.begin(), out.end(),
                        [](const auto* one) { return one->source != Settings::Source::filled; });
  return out;
}

std::string shown(const Settings::Setting& setting, Secrets secrets) {
  return setting.secret && secrets == Secrets::hidden ? kHidden : setting.value;
}

// RFC 3986: all but the unreserved characters, and those of KEPT.
std::string percent_encoded(std::string_view text, std::string_view kept = {}) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("-._~").find(c) != std::string_view::npos ||
                       kept.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

// What stands for a secret needs no encoding.
std::string encoded(const Settings::Setting& setting, Secrets secrets, std::string_view kept = {}) {
  return setting.secret && secrets == Secrets::hidden ? kHidden : percent_encoded(setting.value, kept);
}

std::string with_escapes(std::string_view text, std::string_view escaped) {
  std::string out;
  for (const char c : text) {
    if (escaped.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// Manual 34.1.1.1: quotes where a value is empty or holds a blank; \ and ' always want a backslash.
std::string conninfo_value(const std::string& value) {
  const bool quoted = value.empty() || value.find_first_of(" \t\n\v\f\r'\\") != std::string::npos;
  return quoted ? "'" + with_escapes(value, "'\\") + "'" : value;
}

std::string shell_word(const std::string& value) {
  std::string out = "'";
  for (const char c : value) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// A comment ends with its line.
std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

// The hosts and ports as they stand in front of a URI's path, if they fit there: no ports of no host, no
// address in the place of a name.
std::optional<std::string> authority_hosts(const Settings& settings) {
  const auto* host = settings.find("host");
  const auto* port = settings.find("port");
  const bool port_said = port != nullptr && is_said(*port);
  if (host == nullptr || !is_said(*host) || host->value.empty()) return std::nullopt;
  if (const auto* address = settings.find("hostaddr"); address != nullptr && is_said(*address) && port_said)
    return std::nullopt;
  const auto count = std::count(host->value.begin(), host->value.end(), ',') + 1;
  const auto ports = port_said ? std::count(port->value.begin(), port->value.end(), ',') + 1 : 0;
  if (port_said && ports != 1 && ports != count) return std::nullopt;
  std::string out;
  std::string_view hosts = host->value, rest = port_said ? std::string_view(port->value) : "";
  const auto next = [](std::string_view& list) {
    const auto comma = std::min(list.find(','), list.size());
    const auto one = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    return one;
  };
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const auto name = next(hosts);
    const auto number = ports == 1 ? std::string_view(port->value) : next(rest);
    if (i > 0) out += ',';
    // An IPv6 address has its colons between brackets, where nothing is decoded.
    const bool v6 = name.find_first_not_of("0123456789abcdefABCDEF:.%") == std::string_view::npos &&
                    name.find(':') != std::string_view::npos;
    if (v6 && name.find('%') != std::string_view::npos) return std::nullopt;
    out += v6 ? "[" + std::string(name) + "]" : percent_encoded(name);
    if (!number.empty()) out += ":" + std::string(number);
  }
  return out;
}

}  // namespace

std::string as_uri(const Settings& settings, Secrets secrets) {
  const auto* user = settings.find("user");
  const auto* password = settings.find("password");
  const auto* dbname = settings.find("dbname");
  const bool user_first = user != nullptr && is_said(*user) && !user->value.empty();
  const bool password_first =
      user_first && password != nullptr && !password->value.empty() && !is_left_out(*password, secrets);
  const bool name_first = dbname != nullptr && is_said(*dbname) && !dbname->value.empty();
  const auto hosts = authority_hosts(settings);

  std::string out = "postgresql://";
  if (user_first) out += encoded(*user, secrets);
  if (password_first) out += ":" + encoded(*password, secrets);
  if (user_first) out += "@";
  if (hosts) out += *hosts;
  if (name_first) out += "/" + encoded(*dbname, secrets);

  char mark = '?';
  for (const auto* one : in_order(settings, secrets)) {
    const bool stands = (user_first && one == user) || (password_first && one == password) ||
                        (name_first && one == dbname) ||
                        (hosts && (one->keyword == "host" || one->keyword == "port"));
    if (stands) continue;
    out += mark + one->keyword + "=" + encoded(*one, secrets, "/:");
    mark = '&';
  }
  return out;
}

std::string as_conninfo(const Settings& settings, Secrets secrets) {
  std::string out;
  for (const auto* one : in_order(settings, secrets))
    out += (out.empty() ? "" : " ") + one->keyword + "=" + conninfo_value(shown(*one, secrets));
  return out;
}

std::string as_service(const Settings& settings, std::string_view name, Secrets secrets) {
  std::string out = "[" + std::string(name) + "]\n";
  for (const auto* one : in_order(settings, secrets)) {
    if (one->secret && secrets == Secrets::hidden) {
      out += "# " + one->keyword + "=***\n";
      continue;
    }
    // fe-connect.c, parseServiceFile: a line of at most 1,023 bytes, whose end is trimmed.
    const std::string& value = one->value;
    constexpr std::string_view kBlanks = " \t\v\f\r";
    const bool blank_at_end = !value.empty() && kBlanks.find(value.back()) != std::string_view::npos;
    if (value.find('\n') != std::string::npos || blank_at_end || value.size() > 1000)
      throw Failure(Failure::Kind::usage, "a service file cannot hold the value of " + one->keyword,
                    "it has a line feed, a blank at its end, or over 1,000 bytes");
    out += one->keyword + "=" + value + "\n";
  }
  return out;
}

std::string as_shell(const Settings& settings, Secrets secrets) {
  std::string exports, comments;
  for (const auto* one : in_order(settings, secrets)) {
    if (one->variable.empty()) {
      comments +=
          "# no variable of libpq's says " + one->keyword + "=" + one_line(shown(*one, secrets)) + "\n";
    } else if (one->secret && secrets == Secrets::hidden) {
      comments += "# " + one->variable + "=***\n";
    } else {
      exports += "export " + one->variable + "=" + shell_word(one->value) + "\n";
    }
  }
  return exports + comments;
}

std::string as_password_file(const Settings& settings, std::string_view password, Servers servers) {
  if (password.find_first_of("\n\r") != std::string_view::npos)
    throw Failure(Failure::Kind::usage, "the password holds a line end",
                  "no password file can say it, and a command gets its password in one");
  const std::string user = settings.value("user");
  std::string out;
  const auto line = [&](const std::string& host, const std::string& port) {
    out += host + ":" + port + ":*:" + (user.empty() ? "*" : with_escapes(user, ":\\")) + ":" +
           with_escapes(password, ":\\") + "\n";
  };
  if (servers == Servers::any) {
    line("*", "*");
    return out;
  }
  for (const auto& one : settings.endpoints()) {
    const std::string& name = one.host.empty() ? one.address : one.host;
    if (!name.empty()) line(with_escapes(name, ":\\"), one.port);
    // fe-connect.c, passwordFromFile: the socket in libpq's own folder is called localhost. Which folder
    // that is depends on who built libpq.
    constexpr std::array<std::string_view, 3> kFolders = {"", "/tmp", "/var/run/postgresql"};
    if (one.address.empty() && std::find(kFolders.begin(), kFolders.end(), one.host) != kFolders.end())
      line("localhost", one.port);
  }
  return out;
}

std::string without_secrets(std::string text, const Settings& settings) {
  constexpr std::size_t kShortest = 4;
  for (const auto& one : settings.all()) {
    if (!one.secret || one.value.size() < kShortest) continue;
    for (const auto& spelled : {one.value, percent_encoded(one.value)})
      for (auto at = text.find(spelled); at != std::string::npos; at = text.find(spelled, at))
        text.replace(at, spelled.size(), kHidden), at += std::string_view(kHidden).size();
  }
  return text;
}

}  // namespace sluice
