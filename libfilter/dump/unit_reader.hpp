// A Source and a Lexer together: the input as a row of units, each lent whole when it fits.
//
// The units of an input, written one after the other, are the input. A unit that is longer than the
// Source's hold arrives as a head and pieces; COPY data always arrives as it comes in. Memory is that of
// the Source's buffer and of one unit's tokens.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "libfilter/dump/session.hpp"
#include "libfilter/io/source.hpp"
#include "libfilter/lex/insert_lines.hpp"
#include "libfilter/lex/lexer.hpp"

namespace sluice {

enum class Part : std::uint8_t {
  whole,
  head,   // the first bytes of a unit that goes on
  piece,  // the following bytes of such a unit
  tail,   // its last bytes; may be empty
};

// Views are valid until the next call of UnitReader::next().
struct Unit {
  UnitKind kind = UnitKind::space;
  Part part = Part::whole;
  bool trailing = false;  // whole or tail: the input ended inside this unit
  std::string_view bytes;
  std::uint64_t offset = 0;       // of bytes.front(), from the start of the input
  std::uint64_t line = 1;         // of the unit's first byte (not of this part's)
  std::span<const Token> tokens;  // of statements and meta-commands; with a head those known so far
  Lexer::Flags flags;
  std::uint64_t groups = 0;  // of a statement: parentheses opened outside of others so far (Lexer::groups)

  bool begins() const { return part == Part::whole || part == Part::head; }
  bool ends() const { return part == Part::whole || part == Part::tail; }
};

class UnitReader {
 public:
  explicit UnitReader(Source& source, std::size_t hold);

  // With another session than a new one, or from a place inside of the input where one unit has ended and the
  // next begins: SOURCE stands there.
  struct Start {
    Session session;
    std::uint64_t line = 1;
    Lexer::Settings this_line;  // behind the beginning alone
  };
  UnitReader(Source& source, std::size_t hold, Start start);
  UnitReader(const UnitReader&) = delete;
  UnitReader& operator=(const UnitReader&) = delete;

  // The next unit, or nullptr at the end of the input. Gives back the bytes of the unit before it.
  const Unit* next();

  // Nobody wants to see INSERT statements that end before OFFSET of the input, and begin with BEGIN ("INSERT
  // INTO public.t "): next() may leave them out.
  void pass_inserts_before(std::uint64_t offset, std::string_view begin = kInsertInto) {
    passable_ = offset;
    if (offset > 0) passable_begin_ = begin;
  }

  // Whole lines that come next and tell nothing: empty ones, -- comments but for those that begin with
  // EXCEPT, and, where they are welcome, INSERT statements that begin as pg_dump's do. As many as are at hand
  // and as the lexer can pass in blocks, maybe none. The bytes are given back; the view is valid until
  // next().
  enum class Inserts : std::uint8_t { stay, pass };
  struct Quiet {
    std::string_view bytes;
    std::uint64_t offset = 0;  // of bytes.front(), from the start of the input
    std::uint64_t statements = 0;
  };
  Quiet pass_quiet(Inserts inserts, std::string_view except = {});

  // Follows SET, \connect and the like; up to date with the units that next() has returned whole.
  const Session& session() const { return session_; }
  const Lexer& lexer() const { return lexer_; }

  // How many tokens of a statement the caller wants to see (Lexer::want_tokens); all, until this is called.
  // The session is shown what it needs whatever the answer, so there may be more.
  void want_tokens(Lexer::Wanted wanted, const void* context);

  // Tokens of a statement that begins with this word without which a session cannot be followed.
  static std::size_t session_needs(std::string_view first);

  // For the message when the input ends early: what is open, and the line and byte offset it began at.
  struct OpenThing {
    Lexer::Open what;
    std::uint64_t line = 0;
    std::uint64_t offset = 0;
  };
  OpenThing open_thing() const;

 private:
  void give_back();
  void pass_inserts();
  const Unit* lend(std::string_view bytes, bool ended);
  void note_open();
  void follow_session();
  std::size_t tokens_needed(std::string_view first, std::string_view second);

  Source& source_;
  std::size_t hold_;
  Lexer lexer_;
  Session session_;
  Lexer::Wanted wanted_ = nullptr;
  const void* wanted_context_ = nullptr;
  bool session_cares_ = true;  // the open statement may change the session
  Unit unit_;
  std::size_t scanned_ = 0;        // bytes of the window that the lexer is done with
  std::size_t lent_ = 0;           // bytes of the window that unit_ shows
  std::size_t line_feeds_ = 0;     // among the scanned ones
  std::uint64_t line_ = 1;         // of the window's first byte
  std::uint64_t unit_line_ = 1;    // of the open unit's first byte
  std::uint64_t unit_offset_ = 0;  // of the open unit's first byte
  bool line_begins_ = true;        // what was given back last ends with a line feed
  std::uint64_t passable_ = 0;     // see pass_inserts_before()
  std::string passable_begin_;
  bool split_ = false;      // parts of the open unit have been lent
  bool tail_owed_ = false;  // the unit was longer than the hold, though it was all there
  bool at_end_ = false;
  bool done_ = false;
  OpenThing open_;
};

}  // namespace sluice
