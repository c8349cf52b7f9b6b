// A script through Lexer and Session, fed in stretches of a given size: the twin of UnitReader without a
// file, for tests that compare what comes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/dump/session.hpp"
#include "libfilter/lex/lexer.hpp"

namespace sluice::testing {

struct SplitUnit {
  UnitKind kind = UnitKind::space;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  Lexer::Flags flags;
  std::vector<Token> tokens;
  unsigned copies_owed = 0;
  bool copy_is_csv = false;
  std::uint64_t groups = 0;
  bool open = false;  // the script ends inside of it
};

struct Split {
  std::vector<SplitUnit> units;
  Lexer::Open open;               // at the end of the script
  std::uint64_t open_offset = 0;  // where that began, from the start of the script
  Session session;
  std::string fault;  // why the lexer could not go on; empty when all is well
};

inline constexpr std::size_t kWholeScript = static_cast<std::size_t>(-1);
inline constexpr std::size_t kStretches[] = {1, 2, 3, 7, 64, 4096, kWholeScript};

// Which tokens are recorded: all, or of every statement no more than a session has to be shown.
enum class Recorded { all, least };

Split split(std::string_view script, std::size_t stretch = kWholeScript, Recorded recorded = Recorded::all);

std::string_view name_of_kind(UnitKind kind);
std::string_view name_of_kind(TokenKind kind);

// "statement[select 1;] space[\n]"; a unit that the script ends in: "open statement[select 1]".
std::string units_of(std::string_view script, std::size_t stretch = kWholeScript);

// The tokens of the first statement or meta-command: "word(select) number(1) mark(;)".
std::string tokens_of(std::string_view script);

// Everything that a Split tells, one line a unit, for comparing two of them.
enum class Detail { all, no_tokens };
std::string in_full(const Split& split, Detail detail = Detail::all);

// Bytes a person can read: \n, \x00 and so on.
std::string printable(std::string_view bytes);

}  // namespace sluice::testing
