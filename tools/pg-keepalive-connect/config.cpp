#include "tools/pg-keepalive-connect/config.hpp"

#include "tools/common/progress.hpp"

namespace sluice {

ProgramSpec keepalive_program() {
  const OptionList own = {
      {"--json", "what was found, or why not, as JSON"},
      {"--print=uri|conninfo|env|service", "the completed settings; does not connect"},
      {"--show-password", "with --print: the password too"},
      {"--explain TEXT", "what an error message means and what to do; does not connect"},
  };
  const OptionList common = {
      kPasswordRefresh,
      kOutput,
      {kProgress.spelling, "never: do not tell of each try while waiting"},
      kQuiet,
      {"-v, --verbose", "all settings, and where each comes from"},
      kGenerate,
      kHelp,
      kVersion,
  };
  return {.name = "pg-keepalive-connect",
          .usage = R"(Usage: pg-keepalive-connect [OPTION]... CONNINFO [-- COMMAND [ARG]...]
Connects and tells what it found, or why it could not and what to do. With COMMAND (pg_dump, psql, …): runs it with these
settings, keepalives included. CONNINFO is a URI or keyword=value pairs, as for psql; libpq's variables count.
)",
          .groups = {joined({own, connection_options(), common})},
          .closing =
              "Status: 0 connected, 1 no connection, 2 usage, 4 I/O, 5 --wait ended before COMMAND; or that "
              "of COMMAND.\n",
          .refused = {kCompress},
          .operands = ProgramSpec::Operands::connection_and_command};
}

namespace {

Config::Print parse_print(const std::string& text) {
  if (text == "uri") return Config::Print::uri;
  if (text == "conninfo") return Config::Print::conninfo;
  if (text == "env") return Config::Print::env;
  if (text == "service") return Config::Print::service;
  throw bad_value("--print", text, "uri, conninfo, env or service");
}

Failure usage(std::string message, std::string hint = {}) {
  return Failure(Failure::Kind::usage, std::move(message), {}, std::move(hint));
}

}  // namespace

Config Config::from(const Options& options, const std::vector<std::string>& command, Messages& messages) {
  Config config;
  if (options.count("quiet") != 0) messages.set(Messages::Volume::quiet);
  if (options.count("verbose") != 0) messages.set(Messages::Volume::verbose);
  config.verbose = options.count("verbose") != 0;
  config.waiting_is_told = Progress::parse(option(options, "progress", "auto")) != Progress::When::never;

  if (options.count("file") != 0) {
    const auto& texts = options["file"].as<std::vector<std::string>>();
    // A second text may be a piece of a password that was not quoted: it is not repeated.
    if (texts.size() > 1)
      throw usage("more than one connection string", "quote it as one word; a COMMAND comes behind --");
    config.conninfo = texts.front();
    config.conninfo_given = true;
  }
  config.command = command;
  config.connection = ConnectionOptions::from(options);
  config.json = options.count("json") != 0;
  config.show_password = options.count("show-password") != 0;
  config.output = option(options, "output", "-");
  if (options.count("print") != 0) config.print = parse_print(option(options, "print", ""));
  if (options.count("explain") != 0) config.explain = option(options, "explain", "");

  const int ways = (config.print != Print::nothing) + config.explain.has_value() + !config.command.empty();
  if (ways > 1) throw usage("--print, --explain and a COMMAND exclude each other");
  if (config.json && ways > 0) throw usage("--json cannot go with --print, --explain or a COMMAND");
  if (config.show_password && config.print == Print::nothing) throw usage("--show-password is for --print");
  if (!config.command.empty() && options.count("output") != 0)
    throw usage("--output cannot go with a COMMAND", "redirect the output of the COMMAND itself");
  if (options.count("compress") != 0) throw usage("--compress is for the filters");
  return config;
}

}  // namespace sluice
