#include "tools/pg-keepalive-connect/report.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "libfilter/io/failure.hpp"

namespace sluice {

namespace {

using Json = nlohmann::ordered_json;

std::string milliseconds(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(),
                value < 0.995  ? "%.2f ms"
                : value < 9.95 ? "%.1f ms"
                               : "%.0f ms",
                value);
  return text.data();
}

std::string date(std::time_t at, const char* format) {
  std::tm parts{};
  gmtime_r(&at, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), format, &parts);
  return text.data();
}

int days_left(const Certificate& certificate) {
  return static_cast<int>(std::floor(std::difftime(certificate.not_after, std::time(nullptr)) / 86400));
}

std::string stages_of(const Attempt& attempt) {
  std::string out;
  for (const auto& one : attempt.stages)
    out += (out.empty() ? "" : ", ") + std::string(name_of(one.stage)) + " " +
           milliseconds(one.took.count()) + (one.passed ? "" : " (failed)");
  return out;
}

std::string list(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& one : names) out += (out.empty() ? "" : ", ") + one;
  return out;
}

// Foreign words, line by line.
std::string lines(std::string_view text, const std::string& between) {
  std::string out;
  while (!text.empty()) {
    const auto line = text.substr(0, std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    out += (out.empty() ? "" : between) +
           printable(line.substr(std::min(line.find_first_not_of(" \t"), line.size())), 1000);
  }
  return out;
}

class Table {
 public:
  void row(const std::string& name, const std::string& value) {
    if (!value.empty())
      text_ += name + std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') + value + "\n";
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void add_certificates(Table& table, const TlsReport& tls) {
  for (std::size_t i = 0; i < tls.chain.size(); ++i) {
    const auto& one = tls.chain[i];
    const int days = days_left(one);
    table.row(i == 0 ? "certificate" : "issued by",
              printable(one.subject, 300) + ", " + one.key + ", " + date(one.not_before, "%Y-%m-%d") +
                  " to " + date(one.not_after, "%Y-%m-%d") +
                  (days < 0 ? " (expired)" : " (" + std::to_string(days) + " days left)"));
    if (i == 0 && !one.names.empty()) table.row("", "for " + printable(list(one.names), 500));
    if (i + 1 == tls.chain.size() && !one.self_signed)
      table.row("issued by", printable(one.issuer, 300) + " (not sent)");
  }
}

// Advice has names of the user's in it.
std::string shown(const std::string& text) { return printable(text, 1000); }

struct AdviceLine {
  std::string text;
  bool is_step;
};

std::vector<AdviceLine> lines_of(const Advice& advice) {
  std::vector<AdviceLine> out;
  for (const auto& cause : advice.causes)
    out.push_back({(out.empty() ? "likely: " : "or: ") + shown(cause), false});
  int number = 0;
  for (const auto& step : advice.steps) out.push_back({std::to_string(++number) + ". " + shown(step), true});
  return out;
}

Json json_of(const Symptom& symptom) {
  return {{"stage", name_of(symptom.stage)},
          {"sqlstate", symptom.sqlstate.empty() ? Json() : Json(symptom.sqlstate)},
          {"text", symptom.text}};
}

Json json_of(const Diagnosis& failure) {
  Json out = json_of(failure.symptom);
  out["advice"] = failure.advice.id;
  out["passes"] = failure.advice.passes;
  out["summary"] = failure.advice.summary;
  out["causes"] = failure.advice.causes;
  out["steps"] = failure.advice.steps;
  return out;
}

Json json_of(const Attempt& attempt) {
  Json out;
  out["host"] = attempt.endpoint.host;
  out["address"] = attempt.address.empty() ? Json() : Json(attempt.address);
  out["port"] = attempt.endpoint.port;
  out["stages"] = Json::array();
  for (const auto& one : attempt.stages)
    out["stages"].push_back({{"stage", name_of(one.stage)},
                             {"ms", std::round(one.took.count() * 1000) / 1000},
                             {"passed", one.passed}});
  out["failure"] = attempt.failure ? json_of(*attempt.failure) : Json();
  return out;
}

Json json_of(const TlsReport& tls, const Inspection& found) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  Json out;
  out["used"] = found.encrypted;
  out["direct"] = tls.direct;
  out["protocol"] = or_null(tls.protocol);
  out["cipher"] = or_null(tls.cipher);
  out["verified"] = found.verified();
  out["roots"] = or_null(tls.roots);
  out["trusted"] = tls.trusted;
  out["problem"] = or_null(tls.problem);
  out["missing_issuer"] = or_null(tls.missing_issuer);
  out["name_matches"] = tls.name_matches;
  out["chain"] = Json::array();
  for (const auto& one : tls.chain)
    out["chain"].push_back({{"subject", one.subject},
                            {"issuer", one.issuer},
                            {"not_before", date(one.not_before, "%Y-%m-%dT%H:%M:%SZ")},
                            {"not_after", date(one.not_after, "%Y-%m-%dT%H:%M:%SZ")},
                            {"days_left", days_left(one)},
                            {"names", one.names},
                            {"key", one.key},
                            {"sha256", one.sha256}});
  return out;
}

}  // namespace

std::string place_of(const Attempt& attempt) {
  const auto& [host, address, port] = attempt.endpoint;
  if (attempt.endpoint.is_socket())  // None is known yet where the command for a password has failed.
    return "socket in " + (attempt.address.empty() ? "libpq's own folder" : printable(attempt.address)) +
           ", port " + port;
  const std::string name = host.empty() ? attempt.address : host;
  return printable(name) +
         (attempt.address.empty() || attempt.address == name ? "" : " (" + attempt.address + ")") +
         ", port " + port;
}

std::string as_text(const Inspection& found) {
  const Attempt& attempt = found.attempt();
  Table table;
  table.row("connected", place_of(attempt));
  if (found.service != nullptr) table.row("service", found.service->name);
  const ServerFacts& server = *found.server;
  table.row("server", "PostgreSQL " + printable(server.version) +
                          (server.in_recovery ? ", standby"
                           : server.read_only ? ", read-only session"
                                              : ""));
  table.row("session", "database " + printable(server.database) + ", user " + printable(server.user) +
                           (server.superuser ? " (superuser)" : ""));
  if (found.tls) {
    const TlsReport& tls = *found.tls;
    table.row("TLS", tls.protocol + ", " + tls.cipher);
    add_certificates(table, tls);
    table.row("checked", found.verified() + " (sslmode=" + found.settings.value("sslmode") + ")");
    table.row("judgement",
              (tls.trusted ? "trusted" : "not trusted: " + tls.problem) +
                  (tls.missing_issuer.empty() ? "" : ", there is no " + printable(tls.missing_issuer)) +
                  (tls.roots.empty() ? "" : " (roots: " + tls.roots + ")") +
                  (tls.name_matches ? "; the name matches" : "; the name does not match"));
  } else if (!attempt.endpoint.is_socket()) {
    table.row("TLS", "none");
  }
  if (found.round_trip_ms) table.row("round trip", milliseconds(*found.round_trip_ms));
  if (!found.timers) {
    table.row("keepalives", "none: a socket of this machine");
  } else if (!found.timers->on) {
    table.row("keepalives", "off");
  } else {
    const Timers& timers = *found.timers;
    table.row("keepalives",
              "idle for " + std::to_string(timers.idle_s) + " s, then every " +
                  std::to_string(timers.interval_s) + " s, " + std::to_string(timers.count) + " times" +
                  (timers.user_timeout_ms == 0
                       ? ""
                       : "; without acknowledgement for " + std::to_string(timers.user_timeout_ms / 1000) +
                             " s the line ends"));
  }
  table.row("stages", stages_of(attempt));
  return table.text();
}

std::string as_json(const Inspection& found) {
  Json out;
  out["tool"] = "pg-keepalive-connect";
  out["version"] = PGSLUICE_VERSION;
  out["reachable"] = !found.failure;
  out["settings"] = Json::object();
  for (const auto& one : found.settings.all())
    if (one.source != Settings::Source::standard)
      out["settings"][one.keyword] = {{"value", one.secret ? "***" : one.value},
                                      {"source", name_of(one.source)}};
  out["service"] = nullptr;
  if (const auto* service = found.service)
    out["service"] = {{"id", service->id},
                      {"family", service->family},
                      {"name", service->name},
                      {"role", service->role.empty() ? Json() : Json(service->role)}};
  out["attempts"] = Json::array();
  for (const auto& one : found.attempts) out["attempts"].push_back(json_of(one));
  out["tries"] = found.tries;
  out["waited_s"] = std::round(found.waited.count() * 1000) / 1000;
  out["server"] = nullptr;
  if (const auto& server = found.server)
    out["server"] = {{"version", server->version},     {"version_number", server->version_number},
                     {"user", server->user},           {"database", server->database},
                     {"superuser", server->superuser}, {"in_recovery", server->in_recovery},
                     {"read_only", server->read_only}, {"timeouts_ms", server->timeouts_ms}};
  out["tls"] = found.tls ? json_of(*found.tls, found) : Json();
  out["round_trip_ms"] = found.round_trip_ms ? Json(std::round(*found.round_trip_ms * 1000) / 1000) : Json();
  out["keepalives"] = nullptr;
  if (const auto& timers = found.timers)
    out["keepalives"] = {{"on", timers->on},
                         {"idle_s", timers->idle_s},
                         {"interval_s", timers->interval_s},
                         {"count", timers->count},
                         {"user_timeout_ms", timers->user_timeout_ms}};
  out["failure"] = found.failure ? json_of(*found.failure) : Json();
  out["warnings"] = found.warnings;
  // What a server says need not be UTF-8.
  return escaped_json(out.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

std::string as_text(const Advice& advice) {
  std::string out = shown(advice.summary) + "\n";
  for (const auto& line : lines_of(advice)) out += "  " + line.text + "\n";
  return out;
}

void say_failure(const Inspection& found, const Messages& messages) {
  const Diagnosis& failure = *found.failure;
  for (const auto& one : found.attempts)
    if (one.failure && place_of(one) != place_of(failure.attempt))
      messages.warning(place_of(one) + ": " + lines(one.failure->text, "; "));
  messages.error(place_of(failure.attempt) + ": " + shown(failure.advice.summary));
  const Symptom& symptom = failure.symptom;
  if (!symptom.text.empty())
    messages.detail(lines(symptom.text, "; ") +
                    (symptom.sqlstate.empty() ? "" : " (SQLSTATE " + symptom.sqlstate + ")"));
  messages.detail("stages: " + stages_of(failure.attempt));
  if (found.service != nullptr) messages.detail("service: " + found.service->name);
  if (found.tls && !found.tls->chain.empty() && symptom.stage == Stage::tls) {
    const auto& leaf = found.tls->chain.front();
    messages.detail("certificate: " + printable(leaf.subject, 300) + ", for " +
                    printable(list(leaf.names), 500) + ", " + date(leaf.not_before, "%Y-%m-%d") + " to " +
                    date(leaf.not_after, "%Y-%m-%d"));
    if (!found.tls->problem.empty())
      messages.detail(
          "judgement: " + found.tls->problem +
          (found.tls->missing_issuer.empty() ? "" : "; there is no " + printable(found.tls->missing_issuer)) +
          (found.tls->roots.empty() ? "" : " (roots: " + found.tls->roots + ")"));
  }
  if (found.tries > 1) messages.detail("tried " + std::to_string(found.tries) + " times");
  for (const auto& line : lines_of(failure.advice))
    line.is_step ? messages.hint(line.text) : messages.detail(line.text);
}

}  // namespace sluice
