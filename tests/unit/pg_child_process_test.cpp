#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <string>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/child_process.hpp"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

std::string failure_of(const std::string& command, std::chrono::milliseconds time = 10s) {
  try {
    return "it printed " + first_line_of(command, {}, time);
  } catch (const Failure& failure) {
    return failure.what();
  }
}

}  // namespace

TEST_CASE("the first line of a command is taken, with the environment it was given") {
  CHECK(first_line_of("echo \"$NAME\"; echo second", {{"NAME", "a b"}}, 10s) == "a b");
  CHECK(first_line_of("printf 'no line end'", {}, 10s) == "no line end");
  CHECK(first_line_of("cat; echo end", {}, 10s) == "end");  // its standard input is empty
}

TEST_CASE("a command that fails is told without what it printed") {
  CHECK(failure_of("echo geheim; exit 3") == "the command for the password ended with status 3");
  CHECK(failure_of("echo geheim; kill -TERM $$") == "the command for the password was ended by signal 15");
  CHECK(failure_of("echo; echo geheim") == "the command for the password printed nothing");
}

TEST_CASE("a command that does not end is ended, also when it has closed its output") {
  for (const char* command : {"sleep 60", "echo geheim; exec >&-; sleep 60", "while :; do :; done"}) {
    CAPTURE(command);
    const auto began = std::chrono::steady_clock::now();
    CHECK(failure_of(command, 1s) == "the command for the password was not done in 1 s");
    CHECK(std::chrono::steady_clock::now() - began < 5s);
  }
}

TEST_CASE("how a command ended is known where SIGCHLD was ignored") {
  std::signal(SIGCHLD, SIG_IGN);
  CHECK(failure_of("exit 3") == "the command for the password ended with status 3");
  std::signal(SIGCHLD, SIG_DFL);
}
