// Splits a script into units exactly as psql does. The reference is psql's own scanner (PostgreSQL's
// src/fe_utils/psqlscan.l, src/bin/psql/psqlscanslash.l, mainloop.c, copy.c), in its form since the
// August 2026 releases: COPY ... FROM STDIN is recognised here, not by the server's reply.
//
// The lexer is fed bytes in stretches of any size and gives the same units for every way to cut the input.
// Long things (strings, comments, dollar bodies, COPY data) are explicit states in which a search for the
// few bytes that can end them skips ahead. Short tokens are taken whole: scan() may leave up to kLookahead
// bytes unconsumed for want of the bytes behind them, and is given them again. Memory does not depend on the
// input but for the tokens of one unit, whose number and offsets are bounded by Limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/lex/encoding.hpp"
#include "libfilter/lex/insert_lines.hpp"
#include "libfilter/lex/token.hpp"

namespace sluice {

enum class UnitKind : std::uint8_t {
  space,  // white space and -- comments between units; ends with a line (its LF included) or where another
          // unit starts
  statement,     // ends with its ';', or before the meta-command that sends it
  copy_data,     // one block, its \. line included
  meta_command,  // from its backslash to where psql stops reading it (the LF is not part of it)
};

class Lexer {
 public:
  enum class End { more_follows, last };

  static constexpr std::size_t kLookahead = 1024;

  struct Settings {
    bool standard_conforming_strings = true;
    Encoding encoding = Encoding::safe;
    bool operator==(const Settings&) const = default;
  };

  struct Result {
    std::size_t consumed =
        0;  // bytes of the stretch that are done with; at most kLookahead less than given unless a unit ended
    bool unit_ended = false;     // the unit ends behind the last consumed byte
    std::size_t line_feeds = 0;  // among the consumed bytes
  };

  Lexer();

  // Scans on from where the last call stopped. `bytes` begins with what that call left unconsumed. With
  // End::last nothing is left; a unit still open then does not end (unit_ended false): see open().
  Result scan(std::string_view bytes, End end);

  // Passes over whole INSERT statements, each on lines of its own, without telling of them: what of the
  // stretch they are. Only between units, at the beginning of a line; nothing where what comes, or the state,
  // is not that simple. None of them holds a psql variable.
  InsertLines pass_inserts(std::string_view bytes, std::string_view begin);

  // The same for lines that are empty or a -- comment, but for comments that begin with EXCEPT if that is not
  // empty. The stretch may begin behind a statement if that is the last on its line.
  std::size_t pass_comments(std::string_view bytes, std::string_view except);

  // Begins OFFSET bytes (not 0) behind the input's beginning, between two units, in a line whose settings are
  // THIS_LINE. Before the first scan().
  struct Start {
    std::uint64_t offset = 0;
    Settings this_line, settings;
    std::string restrict_key;
  };
  void begin_inside(const Start& start);

  // The settings of the line that is being scanned; apply() changes those of the next.
  Settings sampled() const { return sampled_; }

  // The session's settings have changed: psql samples them once a line, so they hold from the next line on.
  void apply(Settings settings);

  // The unit being scanned, or the one that has just ended (until the next scan()).
  UnitKind kind() const;
  const std::vector<Token>& tokens()
      const;  // offsets from the unit's start; statements and meta-commands only

  struct Flags {
    bool by_meta = false;     // the statement was ended by a meta-command (\g) that follows
    bool holds_meta = false;  // a meta-command stands inside the statement, or psql joined statements with \;
    bool on_copy_line = false;   // COPY data begins behind this line: no line may be put in here
    bool interrupted = false;    // a statement cut in two by COPY data that begins behind its line
    bool continues = false;      // the second half of such a statement
    bool psql_variable = false;  // has a :name, :'name' or :"name" that psql would replace if it were set
    bool nul = false;            // a NUL byte: psql drops the rest of the line there
    bool sends = false;          // meta-command: sends the query buffer (\g and the like)
  };
  Flags flags() const;

  // Blocks of COPY data that are still owed when a statement has ended: they begin behind the line's end.
  unsigned copies_owed() const;

  // The line of a COPY has ended: its data is next.
  bool data_due() const { return data_next_; }

  // The COPY block (kind() == copy_data): CSV data, and whether its last byte stands inside a quoted field.
  bool copy_is_csv() const;
  bool copy_in_csv_quote() const;
  char copy_csv_quote() const;

  // Tokens recorded of one unit at most; a unit with more counts as one that is longer than what is held.
  static constexpr std::size_t kMostTokens = 128 * 1024;
  bool too_many_tokens() const { return tokens_.size() >= kMostTokens; }

  // How many tokens of a statement shall be recorded, 0 to kAllTokens: asked when it begins with two words,
  // as soon as these are known, and again for each statement that psql joins to it with \;. What was recorded
  // before the question stays, and meta-commands inside of a statement are recorded whatever the answer.
  // Where no further tokens are wanted, and words can change nothing any more, the lexer looks at the few
  // bytes that can: several times faster, with the same units.
  //
  // Who follows the session must see the first tokens of what changes its settings or its transaction (SET,
  // SELECT set_config(), BEGIN, ...): UnitReader asks for those itself.
  static constexpr std::size_t kHeadTokens = 64;
  static constexpr std::size_t kAllTokens = kMostTokens;
  using Wanted = std::size_t (*)(const void* context, std::string_view first, std::string_view second);
  void want_tokens(Wanted wanted, const void* context);

  // Parentheses opened outside of others in the open statement or, behind its end, in the last one: the rows
  // of INSERT ... VALUES (1), (2) with its list of columns.
  std::uint64_t groups() const { return groups_; }

  // No more tokens of the open unit are needed: it is longer than what is held.
  void stop_recording() {
    recording_ = false;
    most_tokens_ = 0;
  }

  // What is open at the end of the bytes scanned so far, in words for a message ("a dollar-quoted string"),
  // and where it began, as an offset from the unit's start. Nothing is open in and behind a space unit or
  // after a unit has ended.
  struct Open {
    enum class What {
      nothing,
      harmless,
      statement,
      string,
      quoted_name,
      dollar_string,
      comment,
      parentheses,
      atomic_body,
      copy_data,
      meta_argument
    };
    // harmless: a SELECT without INTO, outside parentheses; what there is of it may run
    What what = What::nothing;
    std::uint64_t offset = 0;  // from the unit's start
    std::string delimiter;     // "$fn$" for a dollar-quoted string
  };
  Open open() const;

 private:
  enum class State : std::uint8_t {
    between,        // no unit is open, or a space unit
    initial,        // in a statement
    quoted,         // '...' in its five kinds, or "..."
    dollar,         // $tag$ ... $tag$
    comment,        // /* ... */
    line_comment,   // -- ... in a statement
    space_comment,  // -- ... in a space unit
    long_token,     // a word or number longer than kLookahead
    meta_arguments,
    meta_line,  // a meta-command that takes the whole line, or whose line psql throws away
    copy,
    after_quit,  // psql reads no further
  };
  enum class Quote : std::uint8_t { plain, escapes, bits, name };
  enum class Word : std::uint8_t {
    other,
    copy,
    from,
    stdin_,
    create,
    or_,
    replace,
    function,
    begin,
    case_,
    end,
    select,
    into,
    binary,
    csv,
    quote,
    escape
  };
  enum class MetaKind : std::uint8_t { unknown, plain, sends, whole_line, may_pipe, resets, quits, branch };
  struct Branch {
    bool active, taken, parent_active;
    unsigned parens;
  };
  class Cursor;
  class Ends;

  enum class Closing : std::uint8_t { closed, goes_on, need_more };

  static Word word_of(std::string_view text);
  static MetaKind meta_kind(std::string_view name);

  // Each scans in its state and returns whether to go on: false when the unit has ended or more bytes
  // are needed.
  bool run(Cursor& in, Result& result);
  bool between(Cursor& in, Result& result);
  bool initial(Cursor& in, Result& result);
  bool quoted(Cursor& in, Result& result);
  bool dollar(Cursor& in, Result& result);
  bool comment(Cursor& in, Result& result);
  bool line_comment(Cursor& in, State behind);
  bool long_token(Cursor& in);
  bool meta_arguments(Cursor& in, Result& result);
  bool meta_line(Cursor& in, Result& result);
  bool copy(Cursor& in, Result& result);

  // One token of the initial state; false when more bytes are needed.
  bool word(Cursor& in);
  bool number(Cursor& in);
  bool dollar_sign(Cursor& in);
  bool operators(Cursor& in);
  bool open_quote(Cursor& in, std::ptrdiff_t prefix, Quote kind);
  bool colon(Cursor& in);
  Closing closing_quote(Cursor& in);
  const char* word_end(Cursor& in, const char* from);
  void mask_trail_bytes(std::string& text) const;
  bool begins_delimiter(std::string_view bytes) const;
  bool begin_long_token(Cursor& in, TokenKind kind);
  bool meta_begin(Cursor& in, Result& result);
  bool meta_end(Result& result);
  void end_argument(const Cursor& in);
  bool keep_argument(Cursor& in);
  void meta_done();
  void branch();
  void copy_from_script();

  // In a string, a name, a dollar body or a comment: steps to the next byte that may end it. A value is the
  // state's own answer: there is no such byte here.
  std::optional<bool> find_end(Cursor& in, Result& result, const Ends& stops);

  // Where tokens are not wanted (skip_tokens.cpp).
  bool wants_more() const { return tokens_.size() < most_tokens_; }
  bool words_matter() const;
  const char* skip_tokens(Cursor& in);

  bool ends(Result& result);
  bool end_statement(Result& result);
  bool cut_for_copy(Result& result);
  void begin_statement();
  void begin_part();
  void begin_copy();
  void end_part();  // a statement is complete, or a part of one before \;
  void line_ended();
  bool nothing_pending() const;
  bool line_end_matters() const { return !pending_.empty() || !(settings_ == sampled_); }
  void open_parenthesis() { groups_ += parens_++ == 0 ? 1U : 0U; }
  void close_parenthesis() { parens_ -= parens_ > 0 ? 1U : 0U; }
  bool skip_nul(Cursor& in);
  void note_copy_nul(std::string_view bytes);
  void count_csv_quotes(std::string_view bytes);
  void count_word(std::string_view text);
  void ask_for_tokens(std::string_view text);
  void record(TokenKind kind, std::uint64_t begin, std::uint64_t end, std::uint32_t depth);
  void record_here(Cursor& in, TokenKind kind, std::ptrdiff_t length);
  bool is_copy_in() const;
  bool is_create_function() const;
  bool active() const { return branches_.empty() || branches_.back().active; }
  std::uint64_t in_unit(const Cursor& in) const;
  std::size_t character(const char* at, const char* end) const;
  bool step(Cursor& in) const;

  State state_ = State::between;
  UnitKind kind_ = UnitKind::space;
  Flags flags_;
  Settings settings_, sampled_;
  bool unit_ended_ = true;
  bool final_ = false;         // the stretch is the input's last
  bool skipping_nul_ = false;  // psql drops the rest of the line
  std::uint64_t input_ = 0;    // bytes consumed before this stretch
  std::uint64_t unit_ = 0;     // consumed before the open unit

  std::vector<Token> tokens_;
  bool recording_ = true;  // of this unit, at most:
  std::size_t most_tokens_ = kAllTokens;
  bool any_token_ = false;
  Wanted wanted_ = nullptr;
  const void* wanted_context_ = nullptr;
  bool asked_ = false;
  std::size_t part_begin_ = 0;  // in tokens_, of the statement or of its last part joined with \;
  std::string first_word_;      // of that, for wanted_

  std::uint32_t parens_ = 0;
  std::uint64_t groups_ = 0;
  std::uint32_t begins_ = 0;  // BEGIN ... END depth
  unsigned words_ = 0;        // in slots_, at most 8
  Word slots_[8] = {};
  Word last_word_ = Word::other;
  bool starts_with_select_ = false, has_into_ = false;

  Quote quote_ = Quote::plain;
  std::uint64_t token_begin_ = 0;  // from the unit's start, of the token in progress
  TokenKind long_kind_ = TokenKind::word;
  bool long_has_letters_ = false;           // from the first letter on, a dollar sign is part of the token
  std::string delimiter_, seen_delimiter_;  // as written, and as psql sees it
  std::uint64_t comment_depth_ = 0;

  MetaKind meta_ = MetaKind::plain;
  std::string meta_name_, meta_line_;
  bool meta_inner_ = false;  // inside a statement, whose unit it belongs to
  char meta_quote_ = 0;
  bool meta_in_argument_ = false;
  bool meta_first_argument_ = true;
  std::string restrict_key_, meta_argument_;
  std::vector<Branch> branches_;

  struct CopyBlock {
    bool csv = false, binary = false;
    bool has_escape = false;
    char quote = '"', escape = '"';
  };
  CopyBlock part_;                     // what the words of this part have said so far
  std::deque<CopyBlock> pending_;      // blocks that begin behind this line
  std::vector<CopyBlock> last_query_;  // for \g with an empty buffer
  std::vector<CopyBlock> this_query_;
  unsigned owed_ = 0;
  bool data_next_ = false;     // the line has ended: pending_ data follows
  bool sent_by_meta_ = false;  // the statement that a \g ends has just been one of ours
  bool copy_line_begin_ = true;
  bool copy_line_nul_ = false;  // in the last line, whose end psql then does not see
  bool copy_line_was_ended_ = true;
  bool copy_in_quote_ = false;
  bool copy_escaped_ = false;
  bool resume_statement_ = false;  // behind the data a statement goes on
  State resume_state_ = State::between;
};

}  // namespace sluice
