#include "libfilter/dump/soundness.hpp"

namespace sluice {
namespace {

std::string_view words_for(Lexer::Open::What what) {
  switch (what) {
    case Lexer::Open::What::string:
      return "a quoted string";
    case Lexer::Open::What::quoted_name:
      return "a quoted name";
    case Lexer::Open::What::dollar_string:
      return "a dollar-quoted string";
    case Lexer::Open::What::comment:
      return "a /* comment";
    case Lexer::Open::What::parentheses:
      return "parentheses";
    case Lexer::Open::What::atomic_body:
      return "a BEGIN ATOMIC body";
    case Lexer::Open::What::copy_data:
      return "COPY data";
    case Lexer::Open::What::meta_argument:
      return "a quoted argument of a meta-command";
    default:
      return "a statement";
  }
}

}  // namespace

void refuse_foreign(Source& source) {
  constexpr std::size_t kLongestMagic = 5;
  while (source.window().size() < kLongestMagic && source.fill()) {
  }
  const auto start = source.window();
  if (start.starts_with("PGDMP"))
    throw Failure(Failure::Kind::unsound_input,
                  source.name() + ":1: this is a custom-format dump, not SQL text", {},
                  "turn it into SQL with pg_restore -f - FILE");
  const auto nul = [&](std::size_t i) { return i < start.size() && start[i] == '\0'; };
  const bool little = !nul(0) && nul(1) && !nul(2) && nul(3);
  const bool big = nul(0) && !nul(1) && nul(2) && !nul(3);
  if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff") || little || big)
    throw Failure(Failure::Kind::unsound_input, source.name() + ":1: the input is UTF-16", {},
                  "convert with iconv -f UTF-16 -t UTF-8");
}

Failure ends_inside(const std::string& name, const UnitReader::OpenThing& open) {
  std::string detail =
      "it begins at line " + std::to_string(open.line) + ", byte " + std::to_string(open.offset);
  if (!open.what.delimiter.empty()) detail += ", with " + printable(open.what.delimiter, 80);
  return Failure(Failure::Kind::unsound_input,
                 name + ":" + std::to_string(open.line) + ": the input ends inside " +
                     std::string(words_for(open.what.what)),
                 detail, "was the dump cut off?");
}

Notice nul_in_sql(std::uint64_t line) {
  return {line,
          "a NUL byte in SQL text: psql drops the rest of its line and glues the next one on",
          {},
          "pg_dump writes none; is the file damaged?"};
}

std::string statement_poison(std::string_view tool) {
  return "\n{ --@! " + std::string(tool) + ": the input ends inside this statement\n";
}

std::string copy_csv_poison(char quote) { return {'\n', quote}; }

std::string bare_copy_poison(bool csv, char quote) {
  return csv ? std::string(1, quote) : std::string("\\0\n");
}

std::string copy_poison_before_data(std::string_view tool, bool csv, char quote) {
  return "--@! " + std::string(tool) + "\n" + bare_copy_poison(csv, quote);
}

}  // namespace sluice
