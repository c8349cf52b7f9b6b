#include "tools/common/options.hpp"

#include <boost/program_options.hpp>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <utility>

#include "libfilter/io/digest.hpp"
#include "libfilter/lex/kernel.hpp"
#include "tools/common/completion.hpp"

namespace sluice {

namespace po = boost::program_options;

namespace {

// boost gives the word behind --color to it. A value that may be left out stands behind = alone.
void give_back_words(std::vector<po::option>& parsed, const ProgramSpec& program) {
  for (const OptionSpec& spec : program.options()) {
    const OptionParts parts = OptionParts::of(spec);
    for (std::size_t i = 0; parts.may_be_left_out && i < parsed.size(); ++i) {
      po::option& one = parsed[i];
      if ("--" + one.string_key != parts.names.back() || one.original_tokens.size() < 2) continue;
      po::option word("file", {one.original_tokens.back()});
      word.original_tokens = {one.original_tokens.back()};
      one.original_tokens.pop_back();
      one.value.clear();
      parsed.insert(parsed.begin() + static_cast<std::ptrdiff_t>(i) + 1, word);
    }
  }
}

}  // namespace

Options parse_options(int argc, char** argv, const ProgramSpec& program) {
  po::options_description all = description_of(program);
  all.add_options()("file", po::value<std::vector<std::string>>()->composing(), "");
  po::positional_options_description positional;
  positional.add("file", -1);
  namespace style = po::command_line_style;
  Options options;
  auto parsed = po::command_line_parser(argc, argv)
                    .options(all)
                    .positional(positional)
                    .style(style::unix_style & ~style::allow_guessing)
                    .run();
  give_back_words(parsed.options, program);
  po::store(parsed, options);
  po::notify(options);
  if (program.operands == ProgramSpec::Operands::file && options.count("file") != 0 &&
      options["file"].as<std::vector<std::string>>().size() > 1)
    throw Failure(Failure::Kind::usage, "more than one FILE", {}, "give one, or pipe them in: cat A B | ...");
  return options;
}

std::string option(const Options& options, const std::string& name, const std::string& otherwise) {
  return options.count(name) == 0 ? otherwise : options[name].as<std::vector<std::string>>().back();
}

Failure bad_value(const std::string& name, const std::string& value, const std::string& expected) {
  // A connection string that went to the wrong place is not repeated.
  const bool may_be_secret =
      value.find("://") != std::string::npos || value.find("password") != std::string::npos;
  return Failure(Failure::Kind::usage,
                 "bad value for " + name + ": '" + (may_be_secret ? "***" : printable(value)) + "'",
                 "expected " + expected);
}

namespace {

std::string generated(const ProgramSpec& program, const std::string& what) {
  if (what == "complete-bash") return completion(program, Shell::bash);
  if (what == "complete-zsh") return completion(program, Shell::zsh);
  if (what == "complete-fish") return completion(program, Shell::fish);
  throw bad_value("--generate", what, "complete-bash, complete-zsh or complete-fish");
}

}  // namespace

bool answered(const Options& options, const ProgramSpec& program) {
  if (options.count("help") != 0) {
    std::cout << help_of(program);
  } else if (options.count("version") != 0) {
    std::cout << program.name << " (pgsluice) " << PGSLUICE_VERSION << "\n";
  } else if (options.count("generate") != 0) {
    std::cout << generated(program, option(options, "generate", ""));
  } else {
    return false;
  }
  if (!std::cout.flush()) throw Failure(Failure::Kind::io, "cannot write to standard output");
  return true;
}

OptionList filter_options() {
  return {{"--mode=comment|drop", "keep what is removed as comments (the default), or not"},
          {"--revert", "undo --mode=comment, byte for byte"},
          {"--check", "write no dump: one finding a line; status 1 when there is one"},
          {"--report FILE", "what was done and lost, as JSON"},
          {"--strict-meta", "refuse meta-commands that no dump holds"},
          {"--max-statement SIZE", "bytes held of one statement (K, M; default 1M)"},
          kOutput,
          kCompress,
          kProgress,
          kQuiet,
          {"-v, --verbose", "every finding as it comes"},
          kGenerate,
          kHelp,
          kVersion};
}

std::vector<std::string> list_option(const Options& options, const std::string& name) {
  std::vector<std::string> out;
  if (options.count(name) == 0) return out;
  for (const std::string& value : options[name].as<std::vector<std::string>>()) {
    for (std::size_t begin = 0; begin <= value.size();) {
      const auto comma = std::min(value.find(',', begin), value.size());
      if (comma > begin) out.push_back(value.substr(begin, comma - begin));
      begin = comma + 1;
    }
  }
  return out;
}

std::map<std::string, std::string> map_option(const Options& options, const std::string& name) {
  std::map<std::string, std::string> out;
  if (options.count(name) == 0) return out;
  for (const std::string& value : options[name].as<std::vector<std::string>>()) {
    // A comma parts two pairs only where another OLD=NEW follows: it may stand in a name.
    for (std::size_t begin = 0; begin <= value.size();) {
      auto end = value.find(',', begin);
      while (end != std::string::npos && value.find('=', end) == std::string::npos)
        end = value.find(',', end + 1);
      const std::string pair = value.substr(begin, end - begin);
      const auto equals = pair.find('=');
      if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size())
        throw bad_value("--" + name, value, "OLD=NEW");
      if (!out.emplace(pair.substr(0, equals), pair.substr(equals + 1)).second)
        throw Failure(Failure::Kind::usage, "--" + name + " names '" + pair.substr(0, equals) + "' twice");
      if (end == std::string::npos) break;
      begin = end + 1;
    }
  }
  return out;
}

std::size_t parse_size(const std::string& text, const std::string& option) {
  std::size_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const std::string_view suffix(rest, static_cast<std::size_t>(end - rest));
  const std::size_t unit = suffix == "K" ? 1024 : suffix == "M" ? 1024 * 1024 : suffix.empty() ? 1 : 0;
  constexpr std::size_t kMost = std::size_t{1} << 30;
  if (error != std::errc() || unit == 0 || value == 0 || value > kMost / unit)
    throw bad_value(option, text, "1 to 1024M, such as 65536, 64K or 4M");
  return value * unit;
}

std::size_t window_of_environment() {
  const char* window = std::getenv("PGSLUICE_WINDOW");
  return window == nullptr ? 0 : parse_size(window, "the environment variable PGSLUICE_WINDOW");
}

void use_kernel_of_environment() {
  const char* name = std::getenv("PGSLUICE_KERNEL");
  if (name == nullptr) return;
  std::string names;
  for (const Kernel& one : kernels()) {
    if (one.name == name) return use_kernel(one);
    const bool last = &one == &kernels().back();
    names += (names.empty() ? "" : last ? " or " : ", ") + std::string(one.name);
  }
  throw bad_value("the environment variable PGSLUICE_KERNEL", name, names);
}

namespace {

bool same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return a == b || (std::filesystem::equivalent(a, b, error) && !error);
}

// The report has a place of its own, and it is tried before the work, not behind it.
std::optional<Sink> open_report(const FilterRun& run) {
  if (run.report_file.empty()) return std::nullopt;
  if (run.report_file == "-" && !run.check && run.output == "-")
    throw Failure(Failure::Kind::usage, "the dump and the report cannot both go to standard output", {},
                  "give --report FILE, or -o FILE for the dump");
  if (run.report_file != "-" &&
      (same_file(run.report_file, run.input) || same_file(run.report_file, run.output)))
    throw Failure(Failure::Kind::usage, "--report " + run.report_file + " is also the input or the output",
                  {}, "give the report a file of its own");
  return Sink::open(run.report_file, {});
}

void say_report(const Report& report, const Messages& messages) {
  if (report.rows.empty()) return;
  messages.note(std::to_string(report.statements) +
                (report.statements == 1 ? " statement: " : " statements: ") + std::to_string(report.changed) +
                " changed, " + std::to_string(report.removed) + " removed, " +
                std::to_string(report.injected) + " added");
  const std::string table = report.table();
  for (std::size_t begin = 0; begin < table.size();) {
    const auto end = table.find('\n', begin);
    messages.detail(table.substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace

namespace {

// Anybody can write a mark into a dump, and --revert makes statements of comments: a rule that there is not
// is a sign of that.
std::function<void(std::string_view, std::uint64_t)> strange_marks(const FilterRun& run, const Source& source,
                                                                   const Messages& messages) {
  std::set<std::string> known = run.own_rules;
  const RuleLibrary library = rule_library();
  for (const auto& file : library.files())
    for (const auto& rule : file.rules) known.insert(rule.id);
  return [known = std::move(known), told = std::set<std::string>(), &source, &messages](
             std::string_view rules, std::uint64_t line) mutable {
    while (!rules.empty()) {
      const auto end = std::min(rules.find(", "), rules.size());
      const std::string rule(rules.substr(0, end));
      rules.remove_prefix(std::min(end + 2, rules.size()));
      constexpr std::size_t kMost = 100;
      if (known.contains(rule) || told.size() >= kMost || !told.insert(rule).second) continue;
      messages.warning(source.name() + ":" + std::to_string(line) + ": a mark names the rule " +
                           printable(rule) + ", which there is not",
                       "what it holds was made a part of the dump again",
                       "if the rule is your own, give --rules; else compare the output with the dump");
    }
  };
}

}  // namespace

FilterRun FilterRun::from(const Options& options, Messages& messages) {
  FilterRun run;
  run.input = option(options, "file", "-");
  run.output = option(options, "output", "-");
  run.compression = options.count("compress") != 0 ? Compression::parse(option(options, "compress", ""))
                                                   : Compression::by_name(run.output);
  run.progress = Progress::parse(option(options, "progress", "auto"));
  if (options.count("quiet") != 0) messages.set(Messages::Volume::quiet);
  if (options.count("verbose") != 0) messages.set(Messages::Volume::verbose);
  use_kernel_of_environment();
  run.read_size = window_of_environment();

  const auto mode = option(options, "mode", "comment");
  if (mode != "comment" && mode != "drop") throw bad_value("--mode", mode, "comment or drop");
  run.revert = options.count("revert") != 0;
  run.check = options.count("check") != 0;
  for (const auto* name : {"revert", "output", "compress"})
    if (run.check && options.count(name) != 0)
      throw Failure(Failure::Kind::usage, "--check writes no dump: it cannot go with --" + std::string(name));
  run.report_file = option(options, "report", "");
  if (run.revert && !run.report_file.empty()) throw Failure(Failure::Kind::usage, "--revert makes no report");
  run.filter.tool = messages.tool();
  run.filter.mode = mode == "drop" ? Mode::drop : Mode::comment;
  run.filter.strict_meta = options.count("strict-meta") != 0;
  run.filter.max_statement = parse_size(option(options, "max-statement", "1M"), "--max-statement");
  run.described.tool = messages.tool();
  run.described.version = PGSLUICE_VERSION;
  return run;
}

RuleLibrary rule_library() {
  const char* folder = std::getenv("PGSLUICE_RULES");
  return folder != nullptr && *folder != '\0' ? RuleLibrary::folder(folder) : RuleLibrary::builtin();
}

int run_filter(FilterRun run, const RuleSet& rules, const Messages& messages) {
  Source::Limits limits;
  if (run.read_size != 0) limits.read_size = run.read_size;
  limits.hold = run.filter.max_statement + Lexer::kLookahead;
  Source source = Source::open(run.input, limits);
  run.described.input = source.name();

  std::optional<Sink> report_sink = open_report(run);
  Progress progress(messages.tool(),
                    messages.volume() == Messages::Volume::quiet ? Progress::When::never : run.progress);
  std::optional<Sink> sink;
  if (!run.check) {
    sink = Sink::open(run.output, run.compression);
    sink->origin(source);
  }
  source.before_fill([&] {
    if (sink) sink->settle();
    progress.update(source.bytes_read(), source.bytes_total());
  });

  if (run.revert) {
    revert(source, *sink, run.filter.tool, run.filter.max_statement, strange_marks(run, source, messages));
    sink->finish();
    return kDone;
  }

  Sha256 input_digest, output_digest;
  if (report_sink) source.observe([&](std::string_view bytes) { input_digest.update(bytes); });
  if (report_sink && sink) sink->observe([&](std::string_view bytes) { output_digest.update(bytes); });

  const auto at = [&](std::uint64_t line) {
    return source.name() + (line == 0 ? "" : ":" + std::to_string(line));
  };
  run.filter.notice = [&](const Notice& notice) {
    progress.clear();
    messages.warning(at(notice.line) + ": " + notice.message, notice.detail, notice.hint);
  };
  const auto tell = [&](const Finding& finding, std::uint64_t line) {
    const bool named = !finding.what.empty() && finding.what != finding.rule->summary;
    const std::string text = at(line) + ": [" + finding.rule->id + "] " + finding.rule->summary +
                             (named ? ": " + printable(finding.what) : "");
    if (run.check) {
      std::cout << printable(text, text.npos) << '\n';
    } else {
      messages.note(text);
    }
  };
  if (run.check || messages.volume() == Messages::Volume::verbose) run.filter.finding = tell;

  Filter filter(source, sink ? &*sink : nullptr, rules, run.filter);
  try {
    filter.run();
  } catch (Failure& failure) {
    // A reader of standard output gets what there is, with what makes it fail; a file stays as it was.
    progress.clear();
    if (sink && run.output == "-" && failure.kind != Failure::Kind::io) sink->finish();
    if (sink && run.output != "-" && failure.detail.empty()) failure.detail = run.output + " was not written";
    throw;
  }
  if (sink) sink->finish();
  progress.clear();
  if (run.check && !std::cout.flush()) throw Failure(Failure::Kind::io, "cannot write to standard output");

  Report report = filter.report();
  report.output_bytes = sink ? sink->bytes() : 0;
  if (report_sink) {
    report.input_sha256 = input_digest.hex();
    if (sink) report.output_sha256 = output_digest.hex();
    report_sink->put(report.json(run.described));
    report_sink->finish();
  }
  for (const auto& name : filter.engine().unmet())
    messages.warning("nothing in the dump is called " + printable(name), {},
                     "names are compared as PostgreSQL does: unquoted ones are lower case");
  if (!run.check) say_report(report, messages);
  if (run.strict && report.losses() > 0) {
    if (!run.check)
      messages.error("--strict: something was lost (" + std::to_string(report.losses()) +
                     (report.losses() == 1 ? " finding)" : " findings)"));
    return kAnswerIsNo;
  }
  return run.check && !run.strict && !report.rows.empty() ? kAnswerIsNo : kDone;
}

}  // namespace sluice
