// What there is to do: a dump as the row of steps that a server has to take.
//
// A Script (script.hpp) reads steps from a dump, in its order; lanes (lane.hpp) carry them out. A step owns
// its bytes: it is kept until the server has committed it, so that it can be sent again when a connection is
// lost. Offsets are in bytes from the start of the input (decompressed), lines count from 1.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libfilter/dump/copy_format.hpp"
#include "libfilter/dump/object.hpp"
#include "libfilter/lex/lexer.hpp"

namespace sluice {

// What the script has set in its session so far: what a new connection has to be told before a step that
// stands here. Shared by all steps between two changes.
struct SessionState {
  std::string database;  // of the last \connect; empty: that of the command line
  // The statement that has set it, for each setting, by its name in lower case, in the order in which they
  // have to run. SET ROLE is "role", SET SESSION AUTHORIZATION "session_authorization" (and stands before
  // the role). SET LOCAL is not among them, nor is what a ROLLBACK took back.
  std::vector<std::pair<std::string, std::string>> settings;
  bool operator==(const SessionState&) const = default;
};

// How a statement has to be sent.
enum class Way : std::uint8_t {
  piped,    // like any other: in a pipeline, with a transaction of its own unless one is open
  drained,  // the same, but when every answer before it is in: ROLLBACK TO, DISCARD PLANS, DEALLOCATE and
            // whatever else must not run unless all before it went well
  query,   // not in the extended protocol: commands that psql joins with \;, a parameter like $1 in the text,
           // COPY ... TO STDOUT
  alone,   // cannot run in a transaction, or ends it by itself: CREATE DATABASE, VACUUM, CREATE INDEX
           // CONCURRENTLY, ALTER SYSTEM, CALL, DO with COMMIT in it
  begin,   // BEGIN, START TRANSACTION
  commit,  // COMMIT, END (not COMMIT PREPARED: alone)
  rollback,  // ROLLBACK, ABORT (not ROLLBACK TO)
};

struct Step {
  enum class Kind : std::uint8_t {
    statement,
    copy,      // COPY ... FROM stdin: its data follows as rows, one or more of them, then copy_end
    rows,      // a stretch of COPY data
    copy_end,  // the \. was there
    connect,   // \connect: `text` is the name of the database; empty: that of the command line
    end,       // the input has ended, and is whole
  };

  Kind kind = Kind::end;
  Way way = Way::piped;
  bool in_transaction = false;  // a BEGIN of the script is open before this step (of COMMIT too)

  // The input's bytes that this step stands for; the steps' extents follow one another without a gap (space,
  // comments and \restrict belong to the step behind them).
  std::uint64_t offset = 0, end = 0;
  std::uint64_t line = 1;      // of the statement's first byte; of rows: of their first byte
  std::uint64_t end_line = 1;  // the line on which `end` stands
  std::string sha256;          // of the input's first `end` bytes, in hexadecimal

  // The statement as written, from its first token up to its semicolon; the rows' bytes, which are the last
  // of the extent; a database's name.
  std::string text;
  Object object;  // of statement and copy

  // Copy: what its rows look like. Rows: how many rows end in `text` (a HEADER line is one of them), and
  // whether it ends with one. The end of all data ends a row too. A COPY without rows has one step of none.
  CopyHeader header;
  std::uint64_t rows = 0;
  bool ends_row = true;

  // May be carried out at the same time as others (-j): only what shares no relation with it has to be done
  // before. False: a barrier. RELATIONS are "schema.name", unqualified names completed by search_path.
  bool side_by_side = false;
  std::vector<std::string> relations;

  // The session before and behind the step; never null.
  std::shared_ptr<const SessionState> before, after;

  // Where a later run may begin to read, if this is the next step for it to do; set on every step that is
  // neither rows nor copy_end, but for those inside of a transaction: nobody begins there.
  std::string resume_point;  // ResumePoint::text() at `offset`
};

// Where reading can begin anew: at a step's first byte.
struct ResumePoint {
  std::uint64_t offset = 0, line = 1;
  std::string sha256_state;  // Sha256::save(), of all bytes before
  SessionState session;
  std::string restrict_key;  // of the \restrict in force, or empty

  // What the reader has to know of the settings: psql takes new ones from the next line on.
  bool standard_conforming_strings = true;
  std::string client_encoding;  // empty: that of the connection
  Lexer::Settings this_line;
  bool temporary = false;  // a table may be a temporary one of the session

  std::string text() const;  // one line, JSON
  // The same in two steps, for many points of one session.
  std::string rest() const;  // what does not follow from the three
  static std::string text(std::uint64_t offset, std::uint64_t line, const std::string& sha256_state,
                          const std::string& rest);
  static ResumePoint parse(const std::string& text);  // throws Failure::usage for what is none
};

}  // namespace sluice
