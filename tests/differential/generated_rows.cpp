// The rows of COPY in generated scripts.

#include <string>

#include "tests/differential/generated_grammar.hpp"

namespace sluice::testing {

using namespace std::string_view_literals;

void GeneratedGrammar::copy_rows(bool csv) {
  for (auto i = one_in(4) ? 0 : below(6); i > 0; --i) row(csv);
  if (one_in(200)) put(std::string(9000, 'x') + "\n");  // longer than what psql reads at once
}

void GeneratedGrammar::row(bool csv) {
  constexpr std::array kText = {"a"sv,  "\\N"sv, "\\\\."sv,    "it's"sv,   "\""sv, "\\t"sv, ";"sv, "--"sv,
                                "/*"sv, "$$"sv,  "\xe3\x81"sv, "\x83\\"sv, ":x"sv, "\\"sv,  "\r"sv};
  constexpr std::array kLooksLikeTheEnd = {" \\."sv,  "\\. "sv,    "x\\."sv, "\\.;"sv, "\\.x"sv, "\\.\\."sv,
                                           "\\\\."sv, "\\.\r\r"sv, "\\,"sv,  "."sv,    "\\"sv,   "\\.\t"sv};
  switch (below(8)) {
    case 0:
      put(std::string(pick(kLooksLikeTheEnd)) + "\n");
      return;
    case 1:
      put("\n");
      return;
    case 2:
      put("copy t from stdin;\n");
      return;
    case 3:
      if (!everything() || !one_in(4)) break;
      // psql does not see where this line ends, nor then that the next is \. alone.
      put("a\0b\n"sv);
      if (one_in(2)) {
        put("\\.\n");
      } else {
        put("\n");
      }
      return;
    case 4:
    case 5:
      if (csv) {
        csv_field();
        put("\n");
        return;
      }
      break;
    default:
      break;
  }
  std::string line = "r";
  for (auto i = below(5); i > 0; --i) line += pick(kText);
  put(line + line_end());
}

void GeneratedGrammar::csv_field() {
  constexpr std::array kInside = {"a"sv,      "\"\""sv, "\n"sv, ","sv,   "x\\.\n"sv,
                                  "\n\\.x"sv, "'"sv,    "\\"sv, "\r\n"sv};
  std::string field = "\"";
  for (auto i = below(5); i > 0; --i) field += pick(kInside);
  // Not the end marker, which is one inside of a quoted field too.
  put(field + "a\"");
}

}  // namespace sluice::testing
