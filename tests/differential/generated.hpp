// Random scripts whose units are known because of how they are made: a grammar puts constructs together and
// writes down where each begins and ends. Nothing of the lexer is asked and none of its tables is used; the
// rules are those of psql (PostgreSQL's psqlscan.l, psqlscanslash.l, mainloop.c, copy.c).
//
// A case is made from its number alone. Every third script is cut off at a random place between two of the
// smallest pieces, and then it is known what is open there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/lex/lexer.hpp"

namespace sluice::testing {

// What a generated script may hold.
enum class Readers {
  lexer,  // everything
  psql,   // what psql 15 does against a real server as it stands there: no meta-commands inside of
          // statements, no \if, no repeated query, no NUL, and COPY only from a table that exists: t(a text)
};

struct TrueUnit {
  UnitKind kind = UnitKind::space;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool by_meta = false, interrupted = false, continues = false;  // as in Lexer::Flags
  bool sends = false;
  unsigned copies_owed = 0;
  bool csv = false;
  std::uint64_t groups = 0;  // parentheses opened outside of others
  bool open = false;         // the script ends inside of it
};

struct Generated {
  std::string text;
  std::vector<TrueUnit> units;
  Lexer::Open::What open = Lexer::Open::What::nothing;
  std::uint64_t open_offset = 0;  // where that began, from the start of the script
  std::string delimiter;
};

inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

// At most MOST bytes: the script stops before the piece that does not fit.
Generated generate(std::uint64_t number, Readers readers, std::size_t most = kNoLimit);

// The units as `pgrep-dump --units` prints them.
std::string unit_lines(const Generated& script);

}  // namespace sluice::testing
