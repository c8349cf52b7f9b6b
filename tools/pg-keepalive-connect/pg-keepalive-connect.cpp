// pg-keepalive-connect: connects and tells what it found, or why it could not and what to do; or runs a
// program with the same settings, keepalives included. It changes nothing on the server, never overrides what
// the user has set, and shows no password: not in messages, not in an argument list, not in an environment.

#include <algorithm>
#include <cstring>
#include <iostream>
#include <iterator>

#include "libfilter/io/sink.hpp"
#include "libfilter/pg/child_process.hpp"
#include "libfilter/pg/static_program.hpp"
#include "tools/pg-keepalive-connect/command.hpp"
#include "tools/pg-keepalive-connect/config.hpp"
#include "tools/pg-keepalive-connect/report.hpp"

namespace sluice {
namespace {

void write(const Config& config, const std::string& text) {
  Sink sink = Sink::open(config.output, Compression::by_name(config.output));
  sink.put(text);
  sink.finish();
}

void print(const Config& config, const Settings& settings) {
  const auto secrets = config.show_password ? Secrets::shown : Secrets::hidden;
  switch (config.print) {
    case Config::Print::uri:
      return write(config, as_uri(settings, secrets) + "\n");
    case Config::Print::conninfo:
      return write(config, as_conninfo(settings, secrets) + "\n");
    case Config::Print::env:
      return write(config, as_shell(settings, secrets));
    case Config::Print::service:
      return write(config, as_service(settings, "pgsluice", secrets));
    case Config::Print::nothing:
      break;
  }
}

// The words that somebody has, without the connection that said them.
int explain(const Config& config, const Messages& messages) {
  std::string words = *config.explain;
  if (words == "-") words.assign(std::istreambuf_iterator<char>(std::cin), {});
  const AdviceBook book = advice_book();
  const Settings settings = Settings::parse(config.conninfo);
  Attempt attempt;
  attempt.endpoint = settings.endpoints().front();
  const auto* service =
      settings.value("host").empty() ? nullptr : book.recognise(attempt.endpoint.host, attempt.endpoint.port);
  const auto advice =
      book.explain(words, service == nullptr ? "" : service->id, particulars(attempt, settings, book));
  if (!advice) {
    messages.error(
        "no advice is known for these words", {},
        "give the line that holds the server's error; without TEXT, the connection itself is looked at");
    return kAnswerIsNo;
  }
  write(config, as_text(*advice));
  return kDone;
}

Patience patience(const Config& config, const Messages& messages) {
  Patience patience;
  patience.wait = config.connection.wait;
  if (config.waiting_is_told)
    patience.before_pause = [&messages](const Attempt& last, const Advice& advice, auto pause, auto left) {
      const auto seconds = [](auto time) {
        const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(time).count() / 100;
        return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
      };
      messages.note(place_of(last) + ": " + printable(advice.summary, 1000) + "; next try in " +
                    seconds(pause) + ", " + seconds(left) + " left");
    };
  return patience;
}

int run(const Config& config, const Messages& messages) {
  if (config.explain) return explain(config, messages);
  const std::string program = config.command.empty() ? messages.tool() : config.command.front();
  std::vector<std::string> warnings;
  const Settings settings = connection_settings(
      config.conninfo, config.connection, program.substr(program.find_last_of('/') + 1), messages, warnings);
  need_a_server(settings, config.conninfo_given, "CONNINFO");
  if (config.verbose)
    for (const auto& one : settings.all())
      if (one.source != Settings::Source::standard)
        messages.note(one.keyword + "=" + (one.secret ? "***" : printable(one.value)) + " (" +
                      std::string(name_of(one.source)) + ")");
  if (config.print != Config::Print::nothing) {
    print(config, settings);
    return kDone;
  }

  const auto password = password_source(config.connection, settings);
  if (!config.command.empty()) {
    if (config.connection.wait.count() > 0) {
      const AdviceBook book = advice_book();
      Tried tried = connect(settings, password, patience(config, messages), book);
      if (!tried.connection) {
        say_failure(inspect(std::move(tried), settings, book), messages);
        return kServerFailed;
      }
    }
    return run_command(config.command, settings, password, config.connection.password_refresh, messages);
  }

  const AdviceBook book = advice_book();
  Inspection found = inspect(connect(settings, password, patience(config, messages), book), settings, book);
  if (config.json) {
    found.warnings.insert(found.warnings.begin(), warnings.begin(), warnings.end());
    write(config, as_json(found));
  } else if (found.failure) {
    say_failure(found, messages);
  } else {
    write(config, as_text(found));
    for (const auto& warning : found.warnings) messages.warning(printable(warning, 1000));
  }
  if (!found.failure) return kDone;
  return found.failure->symptom.stage == Stage::settings ? kUsage : kAnswerIsNo;
}

// What stands before "--" is ours. Passwords may be in it: the list of processes shows it no longer than this
// takes.
struct CommandLine {
  std::vector<std::string> ours, command;

  CommandLine(int argc, char** argv) {
    int i = 0;
    for (; i < argc && std::strcmp(argv[i], "--") != 0; ++i) ours.emplace_back(argv[i]);
    for (++i; i < argc; ++i) command.emplace_back(argv[i]);
    constexpr std::string_view kCommand = "--password-command";
    for (std::size_t a = 1; a < ours.size(); ++a) {
      if (ours[a - 1] == kCommand)
        hide_argument(argv[a], "***");
      else if (ours[a].starts_with(std::string(kCommand) + "="))
        hide_argument(argv[a] + kCommand.size() + 1, "***");
      else if (ours[a].find_first_of("=:@") != std::string::npos && !ours[a].starts_with("-"))
        hide_argument(argv[a], "(connection string)");
    }
  }
};

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) {
  const auto program = sluice::keepalive_program();
  sluice::Messages messages(program.name);
  return sluice::run_program(messages, [&] {
    sluice::forbid_core_files();
    sluice::settle_static_program();
    sluice::CommandLine line(argc, argv);
    std::vector<char*> ours;
    for (auto& one : line.ours) ours.push_back(one.data());
    const auto options = sluice::parse_options(static_cast<int>(ours.size()), ours.data(), program);
    if (sluice::answered(options, program)) return static_cast<int>(sluice::kDone);
    return sluice::run(sluice::Config::from(options, line.command, messages), messages);
  });
}
