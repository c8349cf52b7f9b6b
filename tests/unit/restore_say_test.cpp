// What a person reads at the end, and while it runs. Read each as one would at night.
#include <doctest/doctest.h>

#include <unistd.h>
#include <csignal>

#include <cstdio>
#include <string>

// The program's own sources are in no library.
#include "libfilter/restore/terminal_text.hpp"
#include "tools/pg-restore-stream/progress.hpp"
#include "tools/pg-restore-stream/say.hpp"

namespace {

using namespace sluice;

// What BODY writes to standard error.
template <class Body>
std::string heard(Body body) {
  std::fflush(stderr);
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  const int before = dup(STDERR_FILENO);
  dup2(fileno(file), STDERR_FILENO);
  body();
  std::fflush(stderr);
  dup2(before, STDERR_FILENO);
  close(before);
  std::rewind(file);
  std::string out(4096, '\0');
  out.resize(std::fread(out.data(), 1, out.size(), file));
  std::fclose(file);
  return out;
}

std::string end_of(const Ending& ending, Messages::Volume volume = Messages::Volume::normal) {
  Messages messages("prs");
  messages.set(volume);
  return heard([&] { say_end(ending, messages); });
}

Ending stopped() {
  Ending ending;
  ending.how = Ending::How::stopped;
  ending.file = "dump.sql";
  ending.errors = 1;
  ending.line = 120;
  ending.statements = 1234;
  ending.rows = 5000000;
  ending.command = command_again({"/usr/bin/pg-restore-stream", "-d", "shop", "dump.sql"});
  return ending;
}

ProgressState state() {
  ProgressState out;
  out.bytes = 1536ULL << 20U;
  out.total = 6ULL << 30U;
  out.rows = 1234567;
  out.phase = "data";
  out.what = "public.t";
  return out;
}

}  // namespace

TEST_CASE("an error is said with its details and hints in their order") {
  Said said;
  said.error = "dump.sql:1: no";
  said.details = {"a", "b"};
  said.hints = {"1. c"};
  CHECK(heard([&] { say(said, Messages("prs")); }) ==
        "prs: error: dump.sql:1: no\nprs: detail: a\nprs: detail: b\nprs: hint: 1. c\n");
}

TEST_CASE("a run without errors ends with a note, and quietly with -q") {
  Ending ending;
  ending.statements = 12;
  ending.rows = 1;
  ending.seconds = 3.14;
  CHECK(end_of(ending) == "prs: note: 12 statements and 1 row in 3.1 s\n");
  CHECK(end_of(ending, Messages::Volume::quiet).empty());
  ending.ignored = 2;
  CHECK(end_of(ending) == "prs: note: 12 statements and 1 row in 3.1 s; 2 errors ignored\n");
}

TEST_CASE("errors that were passed over are counted by roots and consequences") {
  Ending ending;
  ending.errors = 3;
  ending.consequences = 17;
  ending.repeats = 489;
  ending.ignored = 1;
  ending.rejected_rows = 5;
  ending.rejects_file = "r.txt";
  ending.statements = 9;
  CHECK(end_of(ending) ==
        "prs: warning: 3 errors, 17 consequences of them, 489 repeats of them; 1 error ignored; 5 rows "
        "rejected "
        "(in r.txt); done: 9 statements and 0 rows in 0.0 s\n");
  ending = {};
  ending.errors = ending.consequences = 1;
  CHECK(count_text(ending) == "1 error, 1 consequence of it");
}

TEST_CASE("a run that stopped says what is loaded, where it stopped and how to go on") {
  CHECK(end_of(stopped()) ==
        "prs: note: stopped at dump.sql:120: 1 error\n"
        "prs: detail: what stands before it is done and stays: 1234 statements and 5000000 rows by this run\n"
        "prs: hint: mend line 120 of the dump, or the server, then go on where it stopped, nothing is done "
        "twice:\n"
        "prs: hint: pg-restore-stream --resume -d shop dump.sql\n");
  CHECK(end_of(stopped(), Messages::Volume::quiet).empty());
  auto ending = stopped();
  ending.from_pipe = true;
  CHECK(end_of(ending).find("hint: send the same dump again: ... | pg-restore-stream --resume") !=
        std::string::npos);
  ending.goes_on = Ending::GoesOn::anew;
  CHECK(end_of(ending) ==
        "prs: note: stopped at dump.sql:120: 1 error\n"
        "prs: detail: nothing is loaded: it was one transaction (-1), and the server has taken it back\n"
        "prs: hint: mend line 120 of the dump, or the server, then run the same command again\n");
  ending.goes_on = Ending::GoesOn::not_possible;
  CHECK(end_of(ending).find("begin again with an empty database") != std::string::npos);
}

TEST_CASE("the command to go on with shows no connection string and no command for a password") {
  CHECK(command_again({"prs"}) == "prs --resume");
  CHECK(command_again({"prs", "--resume", "-d", "shop"}) == "prs --resume -d shop");
  CHECK(command_again({"prs", "-qd", "host=h password=p", "-1dshop"}) == "prs --resume -qd '***' -1dshop");
  CHECK(command_again({"prs", "-vdpostgresql://u:p@h/d"}) == "prs --resume '-vd***'");
  CHECK(command_again({"./prs", "-j2", "my dump's.sql"}) == "prs --resume -j2 'my dump'\\''s.sql'");
  const std::vector<std::vector<std::string>> cases = {
      {"-d", "postgresql://u:geheim@h/d"},      {"-dpostgresql://u:geheim@h/d"},
      {"--dbname=host=h password=geheim"},      {"--dbname", "host=h password=geheim"},
      {"--db", "host=h password=geheim"},       {"--password-command", "echo geheim"},
      {"--password-command=echo geheim"},       {"--password-c=echo geheim"},
      {"--resume", "postgresql://u:geheim@h/d"}};
  for (const auto& words : cases) {
    std::vector<std::string> all = {"prs"};
    all.insert(all.end(), words.begin(), words.end());
    all.push_back("x.sql");
    const auto text = command_again(all);
    CAPTURE(text);
    CHECK(text.find("geheim") == std::string::npos);
    CHECK(text.find("***") != std::string::npos);
    CHECK(text.ends_with(" x.sql"));
  }
}

TEST_CASE("progress tells bytes, share, rate, rows, phase, table and time left") {
  CHECK(progress_text(state(), 0, 30) ==
        "1.5 GiB of 6.0 GiB (25 %), 51.2 MiB/s, 1,234,567 rows, data: public.t, 1:30 left");
  // What an earlier run did is no speed of this one.
  CHECK(progress_text(state(), 1024ULL << 20U, 10).find("51.2 MiB/s") != std::string::npos);
  auto unsized = state();
  unsized.total.reset();
  CHECK(progress_text(unsized, 0, 30) == "1.5 GiB, 51.2 MiB/s, 1,234,567 rows, data: public.t");
  auto indexes = state();
  indexes.phase = "post-data";
  CHECK(progress_text(indexes, 0, 30).find("left") == std::string::npos);
  CHECK(progress_text({}, 0, 0) == "0 B, 0 B/s");
  auto long_run = state();
  CHECK(progress_text(long_run, 0, 7200).ends_with(", 6:00:00 left"));
}

TEST_CASE("names on the terminal are harmless, and lines no wider than it is") {
  auto evil = state();
  evil.what = "a\x1b[2J\nb";
  CHECK(progress_text(evil, 0, 30).find("data: a\\x1b[2J\\nb") != std::string::npos);
  for (std::size_t columns : {1U, 3U, 20U, 60U})
    for (const auto& line : progress_picture("prs", state(), 0, 30, columns, 5))
      CHECK(columns_of(line) <= columns);
}

TEST_CASE("several connections have a line each, as many as the terminal has") {
  auto several = state();
  several.lanes = {
      {101, "COPY public.t", 1000, 2048, 61}, {102, "", 0, 0, 0}, {103, "CREATE INDEX i", 0, 0, 3}};
  const auto picture = progress_picture("prs", several, 0, 30, 120, 24);
  REQUIRE(picture.size() == 4);
  CHECK(picture[0].starts_with("prs: 1.5 GiB of"));
  CHECK(picture[1] == "  101: COPY public.t, 1,000 rows, 2.0 KiB, 1:01");
  CHECK(picture[2] == "  102: waits");
  CHECK(picture[3] == "  103: CREATE INDEX i, 0:03");
  const auto low = progress_picture("prs", several, 0, 30, 120, 3);
  REQUIRE(low.size() == 3);
  CHECK(low[2] == "  and 2 more");
  CHECK(progress_picture("prs", several, 0, 30, 120, 1).size() == 1);
  several.lanes.resize(1);
  CHECK(progress_picture("prs", several, 0, 30, 120, 24).size() == 1);
}

TEST_CASE("the picture is drawn over itself, and taken away whole") {
  auto several = state();
  several.lanes = {{101, "a", 0, 0, 0}, {102, "b", 0, 0, 0}};
  const auto text = heard([&] {
    RestoreProgress progress("prs", Progress::When::always);
    progress.update(several);
    CHECK_FALSE(progress.due());  // not at once again
    progress.update(several);
    progress.clear();
    progress.clear();
  });
  CHECK(text.starts_with("\rprs: 1.5 GiB"));
  CHECK(text.ends_with("  102: b, 0:00\033[K\033[J\r\033[2A\033[J"));
  CHECK(heard([&] {
          RestoreProgress progress("prs", Progress::When::never);
          progress.update(several);
        }).empty());
}

TEST_CASE("SIGUSR1 asks for one line, without a terminal and with --progress=never too") {
  const auto text = heard([] {
    catch_progress_signal();
    RestoreProgress progress("prs", Progress::When::never);
    CHECK_FALSE(progress.due());
    progress.update(state());
    raise(SIGUSR1);
    CHECK(progress.due());
    progress.update(state());
    progress.update(state());
    std::signal(SIGUSR1, SIG_DFL);
  });
  CHECK(text.starts_with("prs: note: 1.5 GiB of 6.0 GiB (25 %), "));
  CHECK(text.find('\n') == text.size() - 1);
}
