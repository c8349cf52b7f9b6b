#include "tools/pg-restore-stream/config.hpp"

#include <charconv>
#include <filesystem>

namespace sluice {

ProgramSpec restore_program() {
  const OptionList own = {
      {"-d, --dbname CONNINFO", "the server and database"},
      {"-j, --jobs N", "load data, build indexes and constraints on N connections (1)"},
      {"-1, --single-transaction", "all of it, or nothing"},
      {"--on-error=stop|continue", "what an SQL error does (stop)"},
      {"--ignore SQLSTATE[:WORD]", "such errors, of statements of this kind, are harmless"},
      {"--rejects FILE", "rows that the server refuses go there, the rest of their table is loaded"},
      {"--resume", "go on where an interrupted run of this dump stopped"},
      {"--in-doubt=run|skip", "with --resume: what to do with a statement that may have run or not"},
      {"--retries N", "tries to get a lost connection back (5)"},
      {"--forget", "remove what runs have left on the server to be resumed; reads no input"},
      {"--verify=none|count|digest", "compare the tables with the dump after the load (none)"},
      {"--plan", "say what would run, in what order and on how many connections; touches nothing"},
      {"--report FILE", "what was done, as JSON"},
      {"--buffer SIZE", "with -j: rows under way, in bytes (64M)"},
      {"--max-statement SIZE", "statements up to this length are read in one piece (1M)"},
  };
  const OptionList common = {
      {kProgress.spelling, "how far it has come, on standard error; SIGUSR1 tells once"},
      kQuiet,
      {"-v, --verbose", "consequences of errors and notices of the server too"},
      kGenerate,
      kHelp,
      kVersion,
  };
  return {.name = "pg-restore-stream",
          .usage = R"(Usage: pg-restore-stream -d CONNINFO [OPTION]... [FILE]
Runs a plain-SQL dump against a server: pipelined, exactly once also across crashes, with errors that say what to do.
CONNINFO is a URI, keyword=value pairs or a database's name; libpq's variables count. No FILE, or -: standard input.
)",
          .groups = {joined({own, connection_options(), common})},
          .closing =
              "Status: 0 done, 1 errors passed over, rows rejected or a difference, 2 usage, 3 unsound "
              "input, 4 I/O,\n"
              "5 server or SQL error.\n",
          .refused = {kOutput, kCompress, kPasswordRefresh}};
}

namespace {

Failure usage(std::string message, std::string hint = {}) {
  return Failure(Failure::Kind::usage, std::move(message), {}, std::move(hint));
}

unsigned number(const Options& options, const std::string& name, unsigned otherwise, unsigned least,
                unsigned most) {
  if (options.count(name) == 0) return otherwise;
  const std::string text = option(options, name, "");
  unsigned value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || rest != text.data() + text.size() || value < least || value > most)
    throw bad_value("--" + name, text,
                    "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

void refuse_same(const std::string& option, const std::string& file, const std::string& what,
                 const std::string& other) {
  if (file.empty() || other.empty() || file == "-" || other == "-") return;
  std::error_code error;
  if (file == other || (std::filesystem::equivalent(file, other, error) && !error))
    throw usage(option + " " + printable(file) + " is also " + what, "give each a file of its own");
}

template <class T>
T one_of(const Options& options, const std::string& name, T otherwise,
         std::initializer_list<std::pair<std::string_view, T>> choices) {
  if (options.count(name) == 0) return otherwise;
  const std::string text = option(options, name, "");
  std::string words;
  for (const auto& [word, value] : choices) {
    if (word == text) return value;
    const bool last = word == std::prev(choices.end())->first;
    words += (words.empty() ? "" : last ? " or " : ", ") + std::string(word);
  }
  throw bad_value("--" + name, text, words);
}

}  // namespace

Config Config::from(const Options& options, Messages& messages) {
  Config config;
  if (options.count("quiet") != 0) messages.set(Messages::Volume::quiet);
  if (options.count("verbose") != 0) messages.set(Messages::Volume::verbose);
  config.progress = Progress::parse(option(options, "progress", "auto"));
  config.read_size = window_of_environment();
  if (options.count("file") != 0) config.input = options["file"].as<std::vector<std::string>>().front();
  config.conninfo_given = options.count("dbname") != 0;
  config.conninfo = option(options, "dbname", "");
  if (options.count("password-refresh") != 0)
    throw usage("--password-refresh is for pg-keepalive-connect",
                "--password-command is run for each connection here");
  config.connection = ConnectionOptions::from(options);
  for (const auto& text : list_option(options, "ignore")) config.ignore.push_back(Ignored::parse(text));
  config.plan = options.count("plan") != 0;
  config.forget = options.count("forget") != 0;
  config.report = option(options, "report", "");

  RestoreOptions& restore = config.restore;
  restore.jobs = number(options, "jobs", 1, 1, 256);
  restore.single_transaction = options.count("single-transaction") != 0;
  restore.on_error =
      one_of(options, "on-error", RestoreOptions::OnError::stop,
             {{"stop", RestoreOptions::OnError::stop}, {"continue", RestoreOptions::OnError::go_on}});
  restore.in_doubt = one_of(options, "in-doubt", RestoreOptions::InDoubt::ask,
                            {{"run", RestoreOptions::InDoubt::run}, {"skip", RestoreOptions::InDoubt::skip}});
  config.verify = one_of(options, "verify", Verify::none,
                         {{"none", Verify::none}, {"count", Verify::count}, {"digest", Verify::digest}});
  restore.expects_harmless_errors = !config.ignore.empty();
  restore.resume = options.count("resume") != 0;
  if (config.verify == Verify::count) restore.verify = Verifier::Method::count;
  if (config.verify == Verify::digest) restore.verify = Verifier::Method::digest;
  restore.retries = static_cast<int>(number(options, "retries", 5, 0, 1000));
  restore.journal_is_needed = restore.resume || options.count("retries") != 0;
  restore.rejects = option(options, "rejects", "");
  if (options.count("buffer") != 0) restore.buffer = parse_size(option(options, "buffer", ""), "--buffer");
  if (options.count("max-statement") != 0)
    restore.max_statement = parse_size(option(options, "max-statement", ""), "--max-statement");

  if (restore.single_transaction && options.count("jobs") != 0 && restore.jobs > 1)
    throw usage("-1 and -j exclude each other", "one transaction is of one connection");
  if (restore.single_transaction && restore.on_error == RestoreOptions::OnError::go_on)
    throw usage("-1 and --on-error=continue exclude each other", "an error ends the transaction");
  if (restore.single_transaction && !restore.rejects.empty())
    throw usage("-1 and --rejects exclude each other", "a row that is refused ends the transaction");
  if (options.count("in-doubt") != 0 && !restore.resume) throw usage("--in-doubt is for --resume");
  if (config.forget) {
    for (const char* other : {"resume", "plan", "rejects", "report", "verify", "jobs", "single-transaction"})
      if (options.count(other) != 0) throw usage("--forget cannot go with --" + std::string(other));
    if (options.count("file") != 0) throw usage("--forget reads no input", "leave the file out");
  }
  // To be cut would be the end of what is read.
  refuse_same("--rejects", restore.rejects, "the input", config.input);
  refuse_same("--report", config.report, "the input", config.input);
  refuse_same("--report", config.report, "--rejects", restore.rejects);
  for (const char* other : {"output", "compress"})
    if (options.count(other) != 0)
      throw usage("--" + std::string(other) + " is for the filters", "this program writes to the server");
  for (const auto& [name, value] : options) {
    if (value.empty() || name == "file" || name == "dbname" || name == "password-command") continue;
    const auto* values = boost::any_cast<std::vector<std::string>>(&value.value());
    if (values == nullptr)
      config.told.emplace_back(name, "");
    else
      for (const auto& one : *values) config.told.emplace_back(name, one);
  }
  return config;
}

}  // namespace sluice
