// A process of our own making: started with what it needs and nothing else of ours.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace sluice {

struct ChildOptions {
  std::vector<std::string> arguments;              // the program, found by PATH, and what it is given
  std::map<std::string, std::string> environment;  // put into it
  std::vector<std::string> unset;                  // taken out of it
  int input = -1, output = -1;                     // become its standard input and output; -1: ours
  bool own_group = false;
};

// Starts it with no signal blocked and with the limit of core files that this process began with. When the
// calling thread ends first, the child gets SIGTERM. SIGCHLD has its default action from here on. Throws
// std::system_error with the error of exec.
pid_t start_child(const ChildOptions& options);

// Makes core files of this process impossible: it holds a password. A child has the limit from before.
void forbid_core_files();

// The first line of what a shell command prints, for a password. ENVIRONMENT is put into its own; its
// standard input is empty. Throws Failure::server when it cannot be run, fails, prints nothing, or is not
// done in time.
std::string first_line_of(const std::string& command, const std::map<std::string, std::string>& environment,
                          std::chrono::milliseconds time);

}  // namespace sluice
