// How a changed dump carries its own past.
//
// What a filter removes or changes stays beside it in comment lines, so that --revert can bring it back
// byte for byte and a second run knows what the first has done. A block of marks stands between two
// statements, never inside one:
//
//   --@ sanitize-rds changed 1 [role-exists]: why          what was done: removed | changed N | data
//   --@| CREATE ROLE app;                                  the original, line by line
//   DO $do$BEGIN CREATE ROLE app; EXCEPTION ...            N statements that stand for it (changed only)
//
// Line feeds of ours: the one behind each line of marks, those between the N statements, and these two:
//   "--@+ sanitize-rds\n"      in front of a block whose original began in mid-line
//   "\n--@. sanitize-rds\n"    behind a removed original that was followed by something else than a line end
// All of them are known without a look at the bytes that follow, so the result does not depend on how
// the input was cut.
//
// Inside the original a lone CR (it would end the comment for psql) is written DLE r, a NUL (psql would glue
// the next line on) DLE 0, and DLE (0x10) itself DLE DLE. CR LF stays as it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libfilter/io/sink.hpp"

namespace sluice {

enum class Mode : std::uint8_t { comment, drop };

enum class MarkKind : std::uint8_t {
  none,      // not a line of marks of this tool
  removed,   // header
  changed,   // header; `statements` statements stand for the original
  data,      // header: removed COPY data
  original,  // a line of the original
  front,     // --@+
  behind,    // --@.
  cut,       // --@!: the input ended behind a COPY, before its data
};

struct Mark {
  MarkKind kind = MarkKind::none;
  std::size_t begin = 0;       // where "--@" stands in the space unit
  std::size_t statements = 0;  // changed
  std::string_view rules;      // removed, changed, data: what stands between the brackets
};

// No rule makes more statements of one: a mark that says so is none.
inline constexpr std::size_t kMostStatements = 100;

// What a space unit (or its head) of TOOL's own making says. `original` lines belong to the tool of the
// header before them.
Mark read_mark(std::string_view space, std::string_view tool);

// The bytes that the text of an `original` line stands for. Stretches of any size.
class OriginalDecoder {
 public:
  // Appends to OUT what `text` (behind "--@| ") stands for.
  void decode(std::string_view text, std::string& out);

 private:
  bool escape_ = false;
};

// What every line of marks begins with, but for white space.
inline constexpr std::string_view kMarkPrefix = "--@";
inline constexpr std::string_view kOriginalPrefix = "--@| ";

// A Sink that writes marks. Null sink: everything is thrown away (--check).
class MarkedOutput {
 public:
  MarkedOutput(Sink* sink, std::string tool, Mode mode);

  // Unchanged input.
  void pass(std::string_view lent, std::uint64_t offset);

  // A block: what was done (RULES and WHY are our own words), then the original in stretches, then its end.
  void begin_removed(std::string_view rules, std::string_view why);
  void begin_data(std::string_view rules, std::string_view why);
  void begin_changed(std::string_view rules, std::string_view why, std::size_t statements);
  void original(std::string_view bytes);
  void end_original();

  // The statements that stand for a changed original, or poison: as they are.
  void own(std::string_view text);

  bool at_line_start() const { return at_line_start_; }

 private:
  void begin(std::string_view verb, std::string_view rules, std::string_view why);
  void settle_break(char next);
  void put(std::string_view text);

  Sink* sink_;
  std::string tool_;
  Mode mode_;
  bool any_ = false;  // something was written
  bool at_line_start_ = true;
  bool break_owed_ = false;  // a removed original's comment line is still open
  bool replaced_ = false;    // the open block is a `changed` one
  bool original_line_start_ = true;
  bool cr_pending_ = false;
  std::string buffer_;
};

}  // namespace sluice
