// Our units against psql's own. corpus/ holds scripts, each with the units that an instrumented psql made of
// it (SCRIPT.units: kind, offset, length in bytes, flags; one unit a line, in the order psql handled them).
//
// psql tells what it sent, we cut the whole script; so its rows are first made into what we have to give:
//  * rows are sorted by offset; white space and -- comments have no row and are not compared;
//  * a meta-command inside of a statement (`inner`, `error`) is part of that statement;
//  * a statement that COPY data stands in (it began on the COPY's line) is cut there: the first part is
//    `interrupted`, the second `continues`;
//  * a statement that \r threw away has no row, but its \r has: together they are a statement of ours;
//  * of a statement in a false \if, which psql keeps in its buffer and shows again and longer, the new bytes
//    are a statement of ours;
//  * `trailing` runs to the end of the script, and both it and `noterm` must be what Lexer::open() tells.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "tests/differential/split.hpp"

namespace sluice::testing {
namespace {

// Scripts that set psql variables and use them as SQL: psql puts the values in before it looks for the ends
// of statements, which we do not; the places are flagged psql_variable instead.
constexpr std::array kWithVariables = {"052-vars-defined.sql", "053-vars-recursive.sql"};

struct Row {
  std::string kind;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string flag;
};

struct Expected {
  std::vector<Row> rows;  // kind as name_of_kind() has it; flag as in `description`
  Lexer::Open::What open = Lexer::Open::What::nothing;
  bool any_open = false;  // what is open is not told
};

std::string contents(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Row> read_rows(const std::filesystem::path& path) {
  std::vector<Row> rows;
  std::istringstream in(contents(path));
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    Row row;
    std::uint64_t length = 0;
    fields >> row.kind >> row.begin >> length >> row.flag;
    row.end = row.begin + length;
    rows.push_back(row);
  }
  return rows;
}

// The first byte from `at` on that is neither white space nor in a -- comment.
std::uint64_t skip_space(std::string_view script, std::uint64_t at, std::uint64_t end) {
  if (at == 0 && script.starts_with("\xEF\xBB\xBF")) at = 3;
  while (at < end) {
    if (script.substr(at, 2) == "--") {
      at = std::min<std::uint64_t>(script.find_first_of("\r\n", at), end);
    } else if (script[at] == ' ' || (script[at] >= '\t' && script[at] <= '\r')) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

Expected expected_units(std::string_view script, std::vector<Row> rows) {
  Expected expected;
  std::vector<Row> statements, others;
  std::uint64_t shown =
      0;  // end of the last row in psql's order, to tell what of an inactive statement is new
  for (Row& row : rows) {
    const auto end = row.end;
    if (row.kind == "statement") {
      if (row.flag == "inactive" && row.begin < shown) row.begin = skip_space(script, shown, end);
      statements.push_back(row);
    } else if (row.kind == "trailing") {
      statements.push_back({"open statement", row.begin, script.size(), {}});
      expected.any_open = true;
    } else if (row.kind == "copy-data") {
      if (row.flag == "noterm") expected.open = Lexer::Open::What::copy_data;
      if (row.begin < row.end)
        others.push_back({row.flag == "noterm" ? "open copy_data" : "copy_data", row.begin, row.end, {}});
    } else {
      others.push_back({"meta_command", row.begin, row.end, row.flag});
    }
    shown = end;
  }
  const auto encloses = [](const Row& outer, const Row& inner) {
    return outer.begin <= inner.begin && inner.end <= outer.end;
  };
  for (const Row& row : others) {
    const bool inside = row.kind == "meta_command" &&
                        std::ranges::any_of(statements, [&](const Row& s) { return encloses(s, row); });
    if (!inside) expected.rows.push_back(row);
  }
  for (Row row : statements) {
    std::string flag = row.flag == "by-meta" ? " by_meta" : "";
    for (const Row& data : others) {
      if (!data.kind.ends_with("copy_data") || data.begin <= row.begin || data.end >= row.end) continue;
      expected.rows.push_back({row.kind, row.begin, data.begin, flag + " interrupted"});
      row.begin = data.end;
      flag = " continues";
    }
    expected.rows.push_back({row.kind, row.begin, row.end, flag});
  }
  std::ranges::sort(expected.rows, {}, &Row::begin);

  // A statement that \r throws away, with the \r.
  std::uint64_t at = 0;
  for (Row& row : expected.rows) {
    const auto begin = skip_space(script, at, row.begin);
    if (begin < row.begin) row = {"statement", begin, row.end, {}};
    at = row.end;
  }
  return expected;
}

std::string description(std::string_view script, const Row& row) {
  return row.kind + row.flag + " at " + std::to_string(row.begin) + ": " +
         printable(script.substr(row.begin, std::min<std::uint64_t>(row.end - row.begin, 60))) + " (" +
         std::to_string(row.end - row.begin) + ")";
}

// What we make of the script, in the words of `expected`.
std::vector<std::string> found(std::string_view script, const Split& parts) {
  std::vector<std::string> descriptions;
  for (const SplitUnit& unit : parts.units) {
    if (unit.kind == UnitKind::space) continue;
    Row row{std::string(unit.open ? "open " : "") + std::string(name_of_kind(unit.kind)),
            unit.offset,
            unit.offset + unit.length,
            {}};
    if (unit.flags.by_meta) row.flag += " by_meta";
    if (unit.flags.interrupted) row.flag += " interrupted";
    if (unit.flags.continues) row.flag += " continues";
    descriptions.push_back(description(script, row));
  }
  return descriptions;
}

void check(const std::filesystem::path& path) {
  CAPTURE(path.filename().string());
  const std::string script = contents(path);
  Expected expected = expected_units(script, read_rows(path.string() + ".units"));
  // Whether a meta-command sends is compared where psql told so; a \r is no sending, and yet ends a
  // statement.
  std::vector<std::uint64_t> sending;
  for (Row& row : expected.rows) {
    if (row.flag == "send") sending.push_back(row.begin);
    if (row.kind == "meta_command") row.flag.clear();
  }
  for (const std::size_t stretch : kStretches) {
    CAPTURE(stretch);
    const Split parts = split(script, stretch);
    REQUIRE(parts.fault == "");
    std::uint64_t end = 0;
    for (const SplitUnit& unit : parts.units) {
      REQUIRE(unit.offset == end);
      end += unit.length;
    }
    REQUIRE(end == script.size());
    if (std::ranges::count(kWithVariables, path.filename().string()) > 0) {
      CHECK(std::ranges::any_of(parts.units, [](const SplitUnit& u) { return u.flags.psql_variable; }));
      continue;
    }
    const auto ours = found(script, parts);
    for (std::size_t i = 0; i < std::max(ours.size(), expected.rows.size()); ++i) {
      const auto mine = i < ours.size() ? ours[i] : "nothing";
      const auto psqls = i < expected.rows.size() ? description(script, expected.rows[i]) : "nothing";
      if (mine == psqls) continue;
      FAIL_CHECK(i << ": psql has " << psqls << "\n     we have " << mine);
      break;
    }
    for (const SplitUnit& unit : parts.units)
      if (std::ranges::count(sending, unit.offset) > 0) CHECK(unit.flags.sends);
    if (expected.any_open) {
      CHECK(parts.open.what != Lexer::Open::What::nothing);
    } else {
      CHECK(static_cast<int>(parts.open.what) == static_cast<int>(expected.open));
    }
  }
}

std::vector<std::filesystem::path> scripts(const std::string& folder) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(PGSLUICE_TEST_DATA "/differential/corpus/" + folder))
    if (entry.path().extension() == ".sql") found.push_back(entry.path());
  std::ranges::sort(found);
  REQUIRE_FALSE(found.empty());
  return found;
}

}  // namespace

TEST_CASE("small scripts are cut where psql cuts them, fed in stretches of any size") {
  for (const auto& path : scripts("lexer")) check(path);
}

TEST_CASE("dumps of servers 13 and 17 are cut where psql cuts them, fed in stretches of any size") {
  for (const auto& path : scripts("versions")) check(path);
}

}  // namespace sluice::testing
