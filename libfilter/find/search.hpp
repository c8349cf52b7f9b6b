// The statements of a dump that were asked for, one after the other.
//
// A record is a statement with the COPY data that belongs to it. Whether it is chosen is known at once for
// most of what can be asked: PATTERN, --type, --schema, --name. It is not for --table and --owner: that a
// sequence belongs to a table, that a table is a partition, who owns a function, a dump says only behind the
// CREATE. And with --restorable a statement may be wanted because of another that comes much later.
//
// So, where one of these is asked for, statements are held back (Recall: by their place, or in a temporary
// file) up to the first row of the database, behind which pg_dump says nothing that concerns what stood
// before; then the chosen ones are written in their order. What is chosen and needs others (--restorable) is
// written behind them; these are found by the names that its tokens mention. Rows are never held back.
//
// Memory: the Source's buffer, a statement's tokens, and about 1,000 bytes for each object where statements
// are held back; nothing otherwise.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/dump/object.hpp"
#include "libfilter/dump/unit_reader.hpp"
#include "libfilter/find/catalog.hpp"
#include "libfilter/find/lookahead.hpp"
#include "libfilter/find/matcher.hpp"
#include "libfilter/find/recall.hpp"
#include "libfilter/find/replay.hpp"
#include "libfilter/find/selector.hpp"
#include "libfilter/io/source.hpp"

namespace sluice {

// A chosen statement. Views are valid during the call.
struct Record {
  std::string_view text;  // as it stands in the dump; of a long one the beginning
  std::span<const Token> tokens;
  bool lent = false;  // text is the Source's, at its place
  std::uint64_t offset = 0, line = 0;
  const Object* object = nullptr;            // nullptr where nobody asked for it
  std::string_view schema, owner, database;  // as far as the dump has told
  ObjectName table;                          // what it belongs to, or is
  const Session* session = nullptr;
};

// What becomes of the records that a Search finds.
class Taker {
 public:
  virtual ~Taker() = default;

  // Whether a statement about OBJECT can be chosen at all.
  virtual bool takes(const Object&) const { return true; }
  virtual void begin(const Record& record) = 0;
  // More of its text: the rest of a long statement, the \g that ends it.
  virtual void more(std::string_view bytes, bool lent, std::uint64_t offset) = 0;
  // Its rows, as they come. BLOCK counts the blocks that belong to it; LINE is that of the block's first row.
  struct Data {
    std::string_view bytes;
    std::uint64_t offset = 0, line = 0;
    unsigned block = 0;
    bool begins = false, ends = false;  // ends: with its end marker
  };
  // Enough: nobody wants to see more of the input, not even the rest of these rows. end() comes next.
  enum class Enough { no, yes };
  virtual Enough data(const Data& data) = 0;
  // GROUPS: how many parentheses it opened outside of others.
  virtual Enough end(std::uint64_t groups) = 0;

  // A statement that was not chosen, for context.
  virtual bool wants_others() const { return false; }
  virtual Enough other(const Record&) { return Enough::no; }

  // --restorable: whole lines that have to stand before; never between begin() and end().
  virtual void support(std::string_view) {}

  // The input ends inside the record; POISON makes a reader of what was written so far fail.
  virtual void cut_off(std::string_view poison) = 0;
};

struct SearchOptions {
  std::string tool;
  Selectors selectors;
  Matcher* matcher = nullptr;       // none: the selectors decide alone
  const Matcher* needle = nullptr;  // a statement that is taken contains a match of it
  bool invert = false;              // of the matcher; without one, of the selectors
  bool restorable = false;
  bool objects = false;  // the Taker wants to know objects and owners
  std::size_t max_statement = 1024 * 1024;
  std::function<void(const Notice&)> notice;
};

// The tokens of a statement that is read again.
std::vector<Token> tokens_of(std::string_view text, Lexer::Settings settings);

class Search {
 public:
  // REPLAY outlives the Search: it knows what was written of inputs before.
  Search(Source& source, const SearchOptions& options, Replay& replay, Taker& taker);

  // Reads the input to its end, or until the Taker has enough. Throws Failure.
  void run();

  // --restorable: roles that the output names and does not make.
  const std::set<std::string>& roles() const { return roles_; }

 private:
  using HeldId = std::uint32_t;

  // Whether all holds that can be known from the statement alone; unknown: it is long, and PATTERN has not
  // been found in what there is of it.
  enum class Fits : std::uint8_t { no, yes, unknown };

  // A statement held back.
  struct Held {
    Recall::Place place;
    std::uint64_t offset = 0, line = 0;
    Replay::State state = 0;
    ThingId thing = kNoThing;
    Fits fits = Fits::no;
    bool written = false;  // or given up
  };

  // A statement to be looked at or written, now or again.
  struct Statement {
    std::string_view text;
    std::span<const Token> tokens;
    Object object;
    ThingId thing = kNoThing;
    Replay::State state = 0;
    std::uint64_t offset = 0, line = 0;
    bool lent = false;
  };

  // One that was read before: it owns what it shows.
  struct Again {
    std::string text;
    std::vector<Token> tokens;
    Statement statement;
  };

  // One that stands on the line of a COPY, or around its rows.
  struct Deferred {
    std::string text;
    std::uint64_t offset = 0, line = 0;
    unsigned blocks = 0;
  };

  // Of the statement whose parts, \g or rows may still come.
  enum class Fate : std::uint8_t { none, passed, chosen, held };

  void read();
  bool nothing_left();
  void follow_encoding();
  std::uint64_t clear_from_here();
  void statement(const Unit& unit);
  void refuse_two_readings(const Statement& statement) const;
  void begin_statement(Statement statement, bool whole);
  void go_on(const Unit& unit);
  void meta_command(const Unit& unit);
  void copy_data(const Unit& unit);
  void end_record();
  void trailing(const Unit& unit);
  std::string poison(const Unit& unit) const;
  void defer(const Unit& unit);
  void run_deferred();
  void text_ended(const Unit& unit);

  bool is_record(Statement& statement);
  Fits fits(const Statement& statement, bool whole);
  Fits matched(std::string_view text, std::uint64_t offset, bool lent, bool whole);
  bool may_match(std::string_view text, std::uint64_t offset, bool lent);
  bool search_on(std::string_view bytes);
  bool is_chosen(Fits fits, ThingId thing) const;
  bool table_asked_for(ThingId id) const;
  bool holds_back(const Statement& statement) const;

  void hold(const Statement& statement, Fits fits);
  void decide_held(HeldId id);
  void release();
  void settle(ThingId id);
  void choose(const Statement& statement);
  void write_held(HeldId id);
  void pass_over(const Statement& statement);
  void note_alike(const Statement& statement);
  void support(const Statement& statement, const Recall::Place& place);
  void bring_along(HeldId id);
  void note_chosen(const Statement& statement);
  bool leaves_out(const Statement& statement);
  ThingId not_chosen(ThingId table) const;
  void give_up_earlier(const Statement& statement);
  void need(const Statement& statement);
  void need_access_method(const Statement& statement);
  void need_of_body(const Statement& routine);
  void need_of_body(std::string_view text, const std::vector<std::string>& schemas, const Statement& routine);
  void need_of_part(std::string_view text, std::span<const Token> tokens,
                    const std::vector<std::string>& schemas, const Statement& routine);
  bool stands_before(ThingId id, const Statement& statement) const;
  void pull(ThingId id);
  void pull_keys(ThingId id, const Statement& statement);
  void pull_followers(std::uint64_t offset);
  void pull_relations();
  void prepare(const Statement& statement);
  void note_roles(const Statement& statement);
  void finish_database();
  void finish_restorable();
  void note_followed(const Statement& statement);
  Again read_again(HeldId id);

  Record record_of(const Statement& statement);
  void warn(std::uint64_t line, std::string message, std::string hint = {});

  Source& source_;
  bool reads_as_now_ = true;  // no SET on this line, before this unit, has changed how psql reads
  const SearchOptions& options_;
  Replay& replay_;
  Taker& taker_;
  UnitReader reader_;
  Recall recall_;
  Catalog catalog_;
  bool objects_;  // statements are looked at as objects
  bool waits_;    // --table, --owner: what is chosen may be known later
  bool before_rows_ = true;
  bool enough_ = false;
  bool nul_seen_ = false;

  std::string alike_;    // how INSERT statements begin that need not be seen either; empty: none
  bool passes_ = false;  // INSERT statements without a match need not be seen
  std::optional<Lookahead> lookahead_;
  std::uint64_t position_ = 0;        // behind the last whole unit
  std::uint64_t next_candidate_ = 0;  // nothing before is matched
  bool left_unread_ = false;

  std::string database_;

  std::set<std::string> roles_;
  std::set<ThingId> followers_due_;     // types whose casts and operator classes have to come along
  std::vector<ThingId> relations_due_;  // tables and views that functions' bodies name

  std::vector<Held> held_;
  std::vector<HeldId> waiting_;  // in the order of the input, before the first rows

  Fate fate_ = Fate::none;
  std::uint64_t groups_ = 0;  // of the record, as taker_.end() takes them
  std::string carried_;       // of a long statement: the end of what was searched
  unsigned owed_ = 0;         // blocks of rows that the open record still gets
  unsigned block_ = 0;
  bool meta_ends_it_ = false;  // a \g follows
  Deferred half_;              // a statement cut in two by rows
  std::deque<Deferred> deferred_;

  std::string encoding_;           // what the matcher was told
  std::uint64_t clear_until_ = 0;  // the prefilter: no match begins before
};

}  // namespace sluice
