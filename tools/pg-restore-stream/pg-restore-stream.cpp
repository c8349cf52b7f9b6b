// pg-restore-stream: runs a plain-SQL dump against a server, as psql would, but pipelined, exactly once also
// across crashes, and with nothing of the dump executed that is not SQL.

#include <algorithm>
#include <cstring>
#include <mutex>

#include "libfilter/io/sink.hpp"
#include "libfilter/pg/child_process.hpp"
#include "libfilter/pg/static_program.hpp"
#include "tools/pg-restore-stream/config.hpp"
#include "tools/pg-restore-stream/plan.hpp"
#include "tools/pg-restore-stream/progress.hpp"
#include "tools/pg-restore-stream/say.hpp"
#include "tools/pg-restore-stream/teller.hpp"

namespace sluice {
namespace {

Source open_input(const Config& config) {
  Source::Limits limits;
  limits.hold = config.restore.max_statement + Lexer::kLookahead;
  if (config.read_size > 0) limits.read_size = config.read_size;
  return Source::open(config.input, limits);
}

int run(Config config, const Messages& messages) {
  if (config.plan) return print_plan(open_input(config), config, messages);
  std::vector<std::string> warnings;
  const Settings settings =
      connection_settings(config.conninfo, config.connection, messages.tool(), messages, warnings);
  need_a_server(settings, config.conninfo_given, "-d CONNINFO");
  std::optional<AdviceBook> book;
  Dial& dial = config.restore.dial;
  dial.settings = settings;
  dial.password = password_source(config.connection, settings);
  dial.patience.wait = config.connection.wait;
  std::once_flag once;  // any lane may be the first to ask
  dial.book = [&book, &once]() -> const AdviceBook& {
    std::call_once(once, [&] { book = advice_book(); });
    return *book;
  };
  if (config.forget) {
    const auto names = forget_runs(dial);
    for (const auto& name : names)
      messages.note("removed the journal from database \"" + printable(name) + "\"");
    if (names.empty()) messages.note("there is no journal: nothing to remove");
    return kDone;
  }
  Source source = open_input(config);
  // Its place is tried before the work, not behind it.
  if (!config.report.empty()) Sink::open(config.report, {});
  Teller teller(config, settings, source.name(), dial.book, messages);
  catch_progress_signal();
  try {
    const RestoreResult result = restore(std::move(source), config.restore, teller);
    const bool equal = std::all_of(result.verified.begin(), result.verified.end(),
                                   [](const auto& table) { return table.equal || !table.compared; });
    int status = result.errors > 0 || !equal ? kAnswerIsNo : kDone;
    if (!result.finished && !result.nothing_left) status = kServerFailed;
    teller.end(result);
    if (result.nothing_left) messages.note("nothing left to do: this dump has been restored here");
    if (result.finished && result.journal)
      messages.note("the journal stays in schema pgsluice, for --resume; --forget removes it");
    teller.write_report(status);
    return status;
  } catch (const Failure& failure) {
    teller.clear();
    messages.error(failure.what(), failure.detail, failure.hint);
    teller.end(std::nullopt);
    teller.write_report(status_of(failure));
    return status_of(failure);
  }
}

// Passwords may stand in it: the list of processes shows it no longer than this takes.
void hide_secrets(int argc, char** argv) {
  for (int a = 1; a < argc; ++a) {
    const std::string_view before = argv[a - 1], here = argv[a];
    if (const auto at = letter_d(before);
        (at > 0 && at + 1 == before.size()) || before == "--dbname" || before == "--password-command")
      hide_argument(argv[a], "***");
    else if (const auto at = letter_d(here); at > 0 && at + 1 < here.size())
      hide_argument(argv[a] + at + 1, "***");
    else if (here.starts_with("--dbname=") || here.starts_with("--password-command="))
      hide_argument(argv[a] + here.find('=') + 1, "***");
  }
}

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) {
  const auto program = sluice::restore_program();
  sluice::Messages messages(program.name);
  return sluice::run_program(messages, [&] {
    sluice::forbid_core_files();
    sluice::settle_static_program();
    std::vector<std::string> words(argv, argv + argc);
    std::vector<char*> ours;
    for (auto& word : words) ours.push_back(word.data());
    sluice::hide_secrets(argc, argv);
    const auto options = sluice::parse_options(argc, ours.data(), program);
    if (sluice::answered(options, program)) return static_cast<int>(sluice::kDone);
    auto config = sluice::Config::from(options, messages);
    config.command_again = sluice::command_again(words);
    return sluice::run(std::move(config), messages);
  });
}
