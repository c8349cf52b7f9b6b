// pg-restore-stream: runs a plain-SQL dump against a server, as psql would, but pipelined, exactly once also
// across crashes, and with nothing of the dump executed that is not SQL.

#include <algorithm>
#include <cstring>

#include "libfilter/pg/child_process.hpp"
#include "tools/pg-restore-stream/config.hpp"

namespace sluice {
namespace {

const std::string kHelp =
    std::string(kRestoreHelp) + kConnectionHelp +
    "      --progress=auto|always|never  how far it has come, on standard error; SIGUSR1 tells once\n"
    "  -q, --quiet               errors only\n"
    "  -v, --verbose             consequences of errors and notices of the server too\n"
    "  -h, --help                this text\n"
    "  -V, --version             the version\n"
    "\nStatus: 0 done, 1 errors passed over, 2 usage, 3 unsound input, 4 I/O, 5 server or SQL error.\n";

class Teller : public Observer {
 public:
  explicit Teller(const Messages& messages) : messages_(messages) {}
  Weight incident(const Incident& incident) override {
    messages_.error("line " + std::to_string(incident.line) + ": " + incident.error.message + " (" +
                    incident.error.sqlstate + ")");
    if (incident.row) messages_.detail("row " + std::to_string(incident.row->number));
    return Weight::error;
  }
  void rejected(const Incident& incident) override { this->incident(incident); }
  void begun(int, const Step&) override {}
  void loaded(int, std::uint64_t, std::uint64_t) override {}
  void done(int, const Step&, double, std::uint64_t) override {}
  void connected(int, int, const ServerFacts&) override {}
  void mended(int, const std::string& words, int) override { messages_.note("mended: " + words); }
  void server_said(const ServerError& words, std::uint64_t line) override {
    if (words.severity == "WARNING") messages_.warning("line " + std::to_string(line) + ": " + words.message);
  }
  void note(const std::string& text) override { messages_.note(text); }
  void warning(const Notice& notice) override {
    messages_.warning(notice.message, notice.detail, notice.hint);
  }
  void reading(std::uint64_t, std::optional<std::uint64_t>) override {}
  void tick() override {}

 private:
  const Messages& messages_;
};

int run(Config config, const Messages& messages) {
  std::vector<std::string> warnings;
  const Settings settings =
      connection_settings(config.conninfo, config.connection, messages.tool(), messages, warnings);
  std::optional<AdviceBook> book;
  Dial& dial = config.restore.dial;
  dial.settings = settings;
  dial.password = password_source(config.connection, settings);
  dial.patience.wait = config.connection.wait;
  dial.book = [&book]() -> const AdviceBook& {
    if (!book) book = advice_book();
    return *book;
  };
  if (config.forget) {
    for (const auto& name : forget_runs(dial))
      messages.note("removed the journal from database \"" + printable(name) + "\"");
    return kDone;
  }
  Source::Limits limits;
  limits.hold = config.restore.max_statement;
  if (config.read_size > 0) limits.read_size = config.read_size;
  Source source = Source::open(config.input, limits);
  Teller teller(messages);
  const RestoreResult result = restore(std::move(source), config.restore, teller);
  if (result.nothing_left) messages.note("nothing left to do: this dump has been restored here");
  if (!result.finished && !result.nothing_left) return kServerFailed;
  return result.errors > 0 ? kAnswerIsNo : kDone;
}

// Passwords may stand in it: the list of processes shows it no longer than this takes.
void hide_secrets(int argc, char** argv) {
  for (int a = 1; a < argc; ++a) {
    const std::string_view before = argv[a - 1], here = argv[a];
    if (before == "-d" || before == "--dbname" || before == "--password-command")
      hide_argument(argv[a], "***");
    else if (here.starts_with("-d") && here.size() > 2)
      hide_argument(argv[a] + 2, "***");
    else if (here.starts_with("--dbname=") || here.starts_with("--password-command="))
      hide_argument(argv[a] + here.find('=') + 1, "***");
  }
}

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) {
  sluice::Messages messages("pg-restore-stream");
  return sluice::run_program(messages, [&] {
    sluice::forbid_core_files();
    std::vector<std::string> words(argv, argv + argc);
    std::vector<char*> ours;
    for (auto& word : words) ours.push_back(word.data());
    sluice::hide_secrets(argc, argv);
    const auto options = sluice::parse_options(argc, ours.data(), sluice::restore_options());
    if (sluice::answered(options, messages, sluice::kHelp)) return static_cast<int>(sluice::kDone);
    return sluice::run(sluice::Config::from(options, messages), messages);
  });
}
