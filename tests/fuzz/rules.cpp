// A rule file means the same with comments and empty lines around it; and what it makes of a dump does not
// hang on how the dump comes in. A file that is refused is refused in both spellings.
#include <algorithm>
#include <optional>
#include <string>

#include "libfilter/io/failure.hpp"
#include "tests/fuzz/support/fuzz.hpp"

using namespace sluice;

namespace {

constexpr std::string_view kDump =
    "CREATE ROLE a SUPERUSER;\nALTER ROLE a WITH LOGIN PASSWORD 'x';\nSET x = 1;\n"
    "CREATE TABLE s.t (a int, b text DEFAULT 'x;y') TABLESPACE ts;\nCOPY s.t (a) FROM stdin;\n1\n\\.\n"
    "ALTER TABLE s.t OWNER TO a; GRANT SELECT ON s.t TO a, b;\nCREATE EXTENSION e WITH SCHEMA s;\n"
    "CREATE FUNCTION f() RETURNS int LANGUAGE c AS $$ x $$;\n\\connect d\nCOMMENT ON TABLE t IS 'c';\n";

struct Outcome {
  std::string refusal;
  std::optional<RuleSet> rules;
};

Outcome read(const std::string& text) {
  Outcome outcome;
  static const RuleLibrary library = RuleLibrary::builtin();
  try {
    Selection selection;
    selection.user_files.push_back(RuleFile::parse(text, "f"));
    for (const auto& rule : selection.user_files[0].rules) selection.only.insert(rule.id);
    selection.to = "rds";
    selection.from = "any";
    outcome.rules = library.select(selection);
  } catch (const Failure&) {
    outcome.refusal = "refused";
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t read_size = 1 + input.byte();
  const std::string text(input.rest());
  // A byte order mark stands at the beginning alone; behind a comment it is none.
  if (text.starts_with("\xEF\xBB\xBF")) return 0;
  const auto plain = read(text), commented = read("# a comment\n\n" + text);
  fuzz::same("refusals", plain.refusal, commented.refusal);
  if (!plain.rules) return 0;
  fuzz::same("filtered", fuzz::sanitized(kDump, 4096, *plain.rules).both(),
             fuzz::sanitized(kDump, read_size, *commented.rules).both());
  return 0;
}
