// The options of the programs that speak to a server: keepalives, TLS, waiting, a command for the password.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "libfilter/pg/connection.hpp"
#include "libfilter/pg/settings.hpp"
#include "tools/common/options.hpp"

namespace sluice {

struct ConnectionOptions {
  std::vector<std::pair<std::string, std::string>> given;  // keywords and values of those that were
  std::chrono::seconds wait{0};
  std::string tls_roots;         // "system", a file, or empty
  bool any_certificate = false;  // --accept-any-certificate
  std::string password_command;
  std::chrono::seconds password_refresh{600};  // a token of Amazon's lives for 15 minutes

  // Throws Failure::usage.
  static ConnectionOptions from(const Options& options);
};

// What ConnectionOptions::from reads; --password-refresh is shown, or refused, by the program.
OptionList connection_options();
inline constexpr OptionSpec kPasswordRefresh = {"--password-refresh SECONDS",
                                                "run it again so often while COMMAND runs (600)"};

// The settings for CONNINFO: what the user wrote, what libpq would add, what OPTIONS say, what is filled in.
// Warns of what has no effect and of what is given up; those sentences are put into WARNINGS too. Throws
// Failure::usage.
Settings connection_settings(const std::string& conninfo, const ConnectionOptions& options,
                             const std::string& application_name, const Messages& messages,
                             std::vector<std::string>& warnings);

// Throws Failure::usage when nobody has said where to connect: no connection string was given, and no
// variable or service of libpq's says it.
void need_a_server(const Settings& settings, bool given, const std::string& how);

// --password-command as connect() wants it; empty without one.
PasswordSource password_source(const ConnectionOptions& options, const Settings& settings);

// Overwrites ARGUMENT, a string of main's argv, so that no list of processes shows a password in it.
void hide_argument(char* argument, const std::string& shown);

// The advice that is built in, or that of advice/ in the folder that PGSLUICE_RULES names, if there is one.
AdviceBook advice_book();

}  // namespace sluice
