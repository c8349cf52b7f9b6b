// What is known of a connection that failed: the key under which advice is looked up.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

// The way to a session, in the order in which a connection goes it. An error of a later statement, or of
// pg_dump and its kin, is of the stage `statement`.
enum class Stage { settings, name, tcp, tls, start_up, authentication, session, statement };

// "settings", "name", "TCP", "TLS", "start-up", "authentication", "session", "statement"
std::string_view name_of(Stage stage);
std::optional<Stage> stage_named(std::string_view name);

struct Symptom {
  Stage stage = Stage::tcp;
  std::string sqlstate;  // five characters, or empty: the failure was not the server's, or it is not known
  std::string text;      // the words of the system, of libpq or of the server; may have several lines
  std::string service;   // Service::id; empty: none recognised
  // What was found out besides, for the cases that words do not tell apart: "rds-root", "expired",
  // "ipv6-only". rules/advice/README.md lists them.
  std::vector<std::string> signs;
};

}  // namespace sluice
