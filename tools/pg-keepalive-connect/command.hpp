// Runs a program with the settings of a connection.
//
// libpq has environment variables for most settings, which are set; for keepalives it has none, and no
// password belongs in an environment. These go into two files that libpq reads, a service file and a password
// file. They lie in memory (memfd) and are reached through this process alone, as /proc/PID/fd/N: mode 0600,
// nothing on a disk, and gone with this process, however it ends.
//
// This process stays beside the program: it passes signals on, has a fresh password made from time to time
// (--password-command, --password-refresh), and ends as the program ends.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "libfilter/pg/connection.hpp"
#include "libfilter/pg/settings.hpp"
#include "tools/common/messages.hpp"

namespace sluice {

// PASSWORD, if there is one, is asked again every REFRESH. The exit status: that of the program; 126 where it
// cannot be run, 127 where there is none, as env(1). Does not come back when a signal ended the program: the
// same signal ends this process. Throws Failure.
int run_command(const std::vector<std::string>& command, const Settings& settings,
                const PasswordSource& password, std::chrono::seconds refresh, const Messages& messages);

}  // namespace sluice
