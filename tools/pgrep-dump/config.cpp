#include "tools/pgrep-dump/config.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "libfilter/dump/names.hpp"

namespace sluice {

ProgramSpec pgrep_program() {
  // Those of one word.
  constexpr const char* kTypes =
      "ACL AGGREGATE BLOB BLOBS CAST COLLATION COMMENT CONSTRAINT CONVERSION DATABASE DEFAULT DOMAIN "
      "EXTENSION "
      "FUNCTION INDEX OPERATOR POLICY PROCEDURE PUBLICATION ROLE RULE SCHEMA SEQUENCE SERVER STATISTICS "
      "SUBSCRIPTION TABLE TABLESPACE TRANSFORM TRIGGER TYPE VIEW";
  const OptionList matching = {
      {"-e, --regexp PATTERN", "an RE2 regular expression over the statement (repeatable)"},
      {"-E, --extended-regexp", "nothing: patterns are"},
      {"-F, --fixed-strings", "PATTERN is a string"},
      {"-i, --ignore-case", "upper and lower case are one"},
      {"-v, --invert-match", "what does not match; without PATTERN, what is not selected"},
      {"-c, --count", "how many"},
      {"-l, --files-with-matches", "names of files with a match"},
      {"-L, --files-without-match", "names of files without one"},
      {"-o, --only-matching", "what matched, a line each"},
      {"-n, --line-number", "the line a record begins in"},
      {"-q, --quiet, --silent", "nothing: the status tells"},
      {"-m, --max-count NUM", "stop behind NUM records of a file"},
      {"-H, --with-filename", "the file's name before each record (default for several)"},
      {"-h, --no-filename", "no names"},
      {"-A, --after-context NUM", "NUM records behind each as well"},
      {"-B, --before-context NUM", "NUM records before"},
      {"-C, --context NUM", "both"},
      {"-z, --null-data", "records end with NUL, not with a line feed"},
      {"--color[=auto|always|never]", "colour what matched"},
  };
  const OptionList selectors = {
      {"--type TYPE[,TYPE]", "pg_dump's words: TABLE, INDEX, FUNCTION, 'TABLE DATA' ...", {.words = kTypes}},
      {"--schema NAME[,NAME]", "objects in these schemas"},
      {"--name NAME[,NAME]", "objects called so"},
      {"--table NAME[,NAME]", "tables with all that belongs to them"},
      {"--database NAME[,NAME]", "what is in these databases"},
      {"--owner NAME[,NAME]", "what is owned by these roles"},
      {"--section SECTION[,SECTION]", "pre-data, data, post-data", {.words = "pre-data data post-data"}},
      {"--restorable", "with all that it takes to load it into an empty database"},
      {"--no-connect", "leave \\connect out of it"},
  };
  const OptionList rows = {
      {"--rows", "records are rows of COPY data"},
      {"--where 'COLUMN OP VALUE'", "= != < <= > >= ~ !~ 'is null' 'is not null' (repeatable)"},
      {"--columns NAME[,NAME]", "print these columns"},
      {"--format=copy|csv|tsv|jsonl|sql",
       "rows in this form; --list, --sizes: text|json",
       {.words = "text json", .with = "--list --sizes"}},
  };
  const OptionList others = {
      {"--list", "what is in the dump, an object a line"},
      {"--sizes", "how large its tables are"},
      {"--units", "the lexer's view: kind, offset, length"},
      {"--max-statement SIZE", "bytes held of one statement or row (K, M; default 1M)"},
      {"--output FILE", kOutput.help},
      kCompress,
      kProgress,
      {"--verbose", "also tell which roles the output needs"},
      kGenerate,
      {"--help", kHelp.help},
      kVersion,
  };
  return {.name = "pgrep-dump",
          .usage = R"(Usage: pgrep-dump [OPTION]... [PATTERN] [FILE]...
grep for PostgreSQL's SQL dumps: a record is a statement, with the rows of a COPY, or a row.
)",
          .groups = {matching, selectors, rows, others},
          .closing = R"(NAME is a glob, folded to lower case unless "quoted"; schema.name for one schema's.
Status: 0 found, 1 not found, 2 usage or a file that cannot be opened, 3 a dump that is not whole, 4 I/O.
)",
          .operands = ProgramSpec::Operands::files,
          .flags = ProgramSpec::Flags::again};
}

namespace {

bool given(const Options& options, const char* name) { return options.count(name) != 0; }

std::vector<std::string> texts(const Options& options, const char* name) {
  return given(options, name) ? options[name].as<std::vector<std::string>>() : std::vector<std::string>();
}

std::vector<std::string> names(const Options& options, const char* name) {
  std::vector<std::string> out;
  for (const std::string& list : texts(options, name))
    for (std::string& part : split_list(list)) out.push_back(std::move(part));
  if (given(options, name) && out.empty()) throw bad_value("--" + std::string(name), "", "a name");
  return out;
}

std::vector<NameGlob> globs(const Options& options, const char* name) {
  std::vector<NameGlob> out;
  for (const std::string& text : names(options, name)) out.emplace_back(text);
  return out;
}

std::uint64_t number(const Options& options, const char* name, std::uint64_t otherwise) {
  if (!given(options, name)) return otherwise;
  const std::string text = option(options, name, "");
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw bad_value("--" + std::string(name), text, "a number");
  return value;
}

Selectors selectors(const Options& options) {
  Selectors asked;
  for (const std::string& type : names(options, "type")) asked.types.push_back(upper_case(type));
  asked.schemas = globs(options, "schema");
  asked.names = globs(options, "name");
  asked.tables = globs(options, "table");
  asked.databases = globs(options, "database");
  asked.owners = globs(options, "owner");
  for (const std::string& name : names(options, "section")) {
    constexpr std::array kSections = {Section::pre_data, Section::data, Section::post_data};
    const auto found =
        std::find_if(kSections.begin(), kSections.end(), [&](Section s) { return word_of(s) == name; });
    if (found == kSections.end()) throw bad_value("--section", name, "pre-data, data or post-data");
    asked.sections.push_back(*found);
  }
  return asked;
}

bool exists(const std::string& path) {
  struct stat about {};
  return path == "-" || stat(path.c_str(), &about) == 0;
}

bool looks_like_a_file(const std::string& text) {
  constexpr std::array kEndings = {".sql", ".dump", ".gz", ".zst", ".bz2", ".xz"};
  return text.find('/') != std::string::npos ||
         std::any_of(kEndings.begin(), kEndings.end(),
                     [&](const char* ending) { return text.ends_with(ending); });
}

// Which arguments are patterns and which are files. Where PATTERN may be left out, the first argument is one
// unless it is the name of a file.
std::optional<std::vector<std::string>> take_patterns(const Options& options,
                                                      std::vector<std::string>& arguments,
                                                      bool may_be_left_out) {
  if (given(options, "regexp")) return texts(options, "regexp");
  if (arguments.empty() ||
      (may_be_left_out && (exists(arguments.front()) || looks_like_a_file(arguments.front())))) {
    if (may_be_left_out) return std::nullopt;
    throw Failure(Failure::Kind::usage, "nothing to look for", {},
                  "give a PATTERN or a selector, such as --table users");
  }
  std::vector<std::string> patterns = {arguments.front()};
  arguments.erase(arguments.begin());
  return patterns;
}

void refuse_together(const Options& options, const char* what, std::initializer_list<const char*> others) {
  for (const char* other : others)
    if (given(options, what) && given(options, other))
      throw Failure(Failure::Kind::usage, "--" + std::string(what) + " cannot go with --" + other);
}

void check_combinations(const Options& options) {
  refuse_together(options, "units",
                  {"list", "sizes", "rows", "restorable", "regexp", "where", "columns", "format", "quiet",
                   "type", "schema", "name", "table", "database", "owner", "section"});
  refuse_together(options, "list", {"sizes"});
  for (const char* answer : {"units", "list", "sizes"})
    refuse_together(options, answer,
                    {"rows", "restorable", "where", "columns", "count", "only-matching", "files-with-matches",
                     "files-without-match", "max-count", "line-number", "null-data", "after-context",
                     "before-context", "context"});
  refuse_together(
      options, "restorable",
      {"count", "files-with-matches", "files-without-match", "only-matching", "line-number", "quiet",
       "with-filename", "after-context", "before-context", "context", "null-data", "max-count"});
  if (given(options, "no-connect") && !given(options, "restorable"))
    throw Failure(Failure::Kind::usage, "--no-connect is for --restorable");
  for (const char* name : {"where", "columns"})
    if (given(options, name) && !given(options, "rows"))
      throw Failure(Failure::Kind::usage, "--" + std::string(name) + " is for --rows");
}

GrepFormat::Print print_of(const Options& options) {
  using Print = GrepFormat::Print;
  if (given(options, "quiet") || given(options, "silent")) return Print::nothing;
  if (given(options, "files-with-matches")) return Print::files_with;
  if (given(options, "files-without-match")) return Print::files_without;
  if (given(options, "count")) return Print::count;
  return given(options, "only-matching") ? Print::matches : Print::records;
}

GrepFormat print_format(const Options& options, std::size_t files) {
  GrepFormat print;
  print.print = print_of(options);
  print.file_names = (files > 1 && !given(options, "no-filename") && !given(options, "restorable")) ||
                     given(options, "with-filename");
  print.line_numbers = given(options, "line-number");
  print.end = given(options, "null-data") ? '\0' : '\n';
  print.most = number(options, "max-count", print.most);
  const auto both = number(options, "context", 0);
  print.after = number(options, "after-context", both);
  print.before = number(options, "before-context", both);
  std::string when = option(options, "color", "auto");
  if (when.empty()) when = "always";  // --color
  if (when != "auto" && when != "always" && when != "never")
    throw bad_value("--color", when, "auto, always or never");
  const char* terminal = std::getenv("TERM");
  print.colour =
      when == "always" || (when == "auto" && isatty(STDOUT_FILENO) == 1 && !given(options, "output") &&
                           terminal != nullptr && std::string(terminal) != "dumb");
  return print;
}

void rows_config(const Options& options, PgrepConfig& config) {
  RowOptions& rows = config.rows;
  for (const std::string& text : texts(options, "where")) rows.where.emplace_back(text);
  for (const std::string& text : names(options, "columns"))
    rows.columns.push_back(name_of(text.front() == '"' ? TokenKind::quoted_name : TokenKind::word, text));
  if (given(options, "format")) rows.format = row_format(option(options, "format", ""));
  const bool as_sql = rows.format == RowFormat::copy || rows.format == RowFormat::sql;
  if (config.search.restorable && rows.format == RowFormat::raw) rows.format = RowFormat::copy;
  if (config.search.restorable && rows.format != RowFormat::copy && !as_sql)
    throw Failure(Failure::Kind::usage, "--restorable needs --format=copy or --format=sql");
  if (rows.format == RowFormat::raw) return;
  for (const char* name : {"line-number", "with-filename", "only-matching", "after-context", "before-context",
                           "context", "null-data"})
    if (given(options, name))
      throw Failure(Failure::Kind::usage,
                    "--" + std::string(name) + " would spoil --format: leave one of them out");
  config.print.file_names = config.print.file_names && !config.print_records();
  config.print.colour = false;
}

}  // namespace

std::unique_ptr<PgrepConfig> pgrep_config(const Options& options, Messages& messages) {
  using Answer = PgrepConfig::Answer;
  auto config = std::make_unique<PgrepConfig>();
  check_combinations(options);
  if (given(options, "verbose")) messages.set(Messages::Volume::verbose);
  config->output = option(options, "output", "-");
  config->compression = given(options, "compress") ? Compression::parse(option(options, "compress", ""))
                                                   : Compression::by_name(config->output);
  config->progress = Progress::parse(option(options, "progress", "auto"));
  use_kernel_of_environment();
  config->read_size = window_of_environment();
  config->answer = given(options, "units")   ? Answer::units
                   : given(options, "list")  ? Answer::list
                   : given(options, "sizes") ? Answer::sizes
                   : given(options, "rows")  ? Answer::rows
                                             : Answer::statements;

  SearchOptions& search = config->search;
  search.tool = messages.tool();
  search.selectors = selectors(options);
  search.restorable = given(options, "restorable");
  search.objects = config->answer == Answer::list || config->answer == Answer::sizes;
  search.max_statement = parse_size(option(options, "max-statement", "1M"), "--max-statement");

  config->files = texts(options, "file");
  if (config->answer != Answer::units) {
    const bool asks_otherwise = !search.selectors.empty() || search.objects || given(options, "where") ||
                                (given(options, "rows") && given(options, "format"));
    if (const auto patterns = take_patterns(options, config->files, asks_otherwise))
      config->matcher.emplace(
          *patterns, Matcher::Options{given(options, "fixed-strings"), given(options, "ignore-case")});
  }
  if (config->files.empty()) config->files.push_back("-");
  config->print = print_format(options, config->files.size());
  const bool invert = given(options, "invert-match");
  Matcher* const matcher = config->matcher ? &*config->matcher : nullptr;
  config->print.matcher = invert ? nullptr : matcher;
  const bool over_rows = config->answer == Answer::rows;
  search.matcher = over_rows ? nullptr : matcher;
  search.invert = !over_rows && invert;
  config->rows.matcher = over_rows ? matcher : nullptr;
  config->rows.invert = over_rows && invert;
  config->rows.most = search.max_statement;
  search.needle = invert || over_rows ? nullptr : matcher;
  if (given(options, "no-connect")) config->connect = Replay::Connect::leave_out;

  if (over_rows) {
    rows_config(options, *config);
  } else if (given(options, "format")) {
    const std::string format = option(options, "format", "");
    if (!search.objects) throw Failure(Failure::Kind::usage, "--format is for --rows, --list and --sizes");
    if (format != "text" && format != "json") throw bad_value("--format", format, "text or json");
    config->contents = format == "json" ? ContentsFormat::json : ContentsFormat::text;
  }
  return config;
}

}  // namespace sluice
