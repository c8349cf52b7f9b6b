#include "libfilter/find/search.hpp"

#include <algorithm>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/soundness.hpp"

namespace sluice {
namespace {

// Of a statement that is searched in pieces, what is searched again with the next piece: a match is found if
// it is no longer than this.
constexpr std::size_t kLongestMatch = 64 * 1024;

// How far behind a statement the prefilter looks ahead at once: far enough to be fast among small statements,
// near enough to waste little where rows follow.
constexpr std::size_t kLookAhead = 64 * 1024;

std::size_t tokens_for(const void* objects, std::string_view first, std::string_view) {
  if (equal_ignoring_case(first, "copy")) return Lexer::kAllTokens;
  if (!*static_cast<const bool*>(objects)) return 0;
  constexpr std::size_t kEnoughForATable = 16;
  return equal_ignoring_case(first, "insert") ? kEnoughForATable : Lexer::kAllTokens;
}

}  // namespace

std::vector<Token> tokens_of(std::string_view text, Lexer::Settings settings) {
  Lexer lexer;
  lexer.apply(settings);
  lexer.scan(text, Lexer::End::last);
  return lexer.tokens();
}

Search::Search(Source& source, const SearchOptions& options, Replay& replay, Taker& taker)
    : source_(source),
      options_(options),
      replay_(replay),
      taker_(taker),
      reader_(source, options.max_statement),
      recall_(source),
      objects_(options.objects || options.restorable || !options.selectors.empty()),
      waits_(!options.selectors.tables.empty() || !options.selectors.owners.empty()) {
  reader_.want_tokens(tokens_for, &objects_);
  replay_.begin_input();
  if (options.matcher != nullptr) options.matcher->set_encoding("");
  const bool alone = !options.restorable && !waits_ && !taker.wants_others();
  if (options.needle != nullptr && alone && Lookahead::possible(source, *options.needle))
    lookahead_.emplace(source, *options.needle);
  passes_ =
      options.matcher != nullptr && options.matcher->can_skip() && !options.invert && !objects_ && alone;
}

void Search::run() {
  refuse_foreign(source_);
  read();
  if (enough_) return;
  end_record();
  run_deferred();
  release();
  if (options_.restorable) finish_restorable();
  if (reader_.session().restrict_key() && !left_unread_)
    warn(0, "the input ends without the \\unrestrict that belongs to its \\restrict",
         "was the dump cut off between two statements?");
}

// Whether what is left of the input can be left unread: nothing of it is matched, and it ends as a dump does.
bool Search::nothing_left() {
  if (!lookahead_ || position_ < next_candidate_ || fate_ == Fate::chosen || !deferred_.empty()) return false;
  const auto next = lookahead_->next(position_);
  if (next) {
    next_candidate_ = *next + 1;
    return false;
  }
  left_unread_ = lookahead_->ends_well();
  lookahead_.reset();
  return left_unread_;
}

void Search::follow_encoding() {
  const std::string& encoding = reader_.session().client_encoding();
  if (options_.matcher == nullptr || encoding == encoding_) return;
  encoding_ = encoding;
  options_.matcher->set_encoding(encoding);
  clear_until_ = 0;
}

// Up to where nothing is matched, as far as the window tells.
std::uint64_t Search::clear_from_here() {
  constexpr std::size_t kFar = 256 * 1024;
  follow_encoding();
  const std::uint64_t here = position_;
  if (fate_ == Fate::chosen || clear_until_ > here) return clear_until_;
  // What has been looked at ahead need not be looked at twice.
  if (lookahead_ && options_.needle == options_.matcher && next_candidate_ > here + 1)
    return clear_until_ = next_candidate_ - 1;
  const auto window = source_.window();
  const auto behind = here - std::min(here, source_.offset());
  if (behind >= window.size()) return here;
  const auto ahead = window.substr(static_cast<std::size_t>(behind), kFar);
  const auto found = options_.matcher->candidate(ahead);
  const bool none = found == std::string_view::npos;
  return clear_until_ =
             here + (none ? ahead.size() - std::min(ahead.size(), options_.matcher->overlap()) : found);
}

void Search::read() {
  while (!enough_) {
    if (nothing_left()) return;
    const auto quiet = reader_.pass_quiet(UnitReader::Inserts::stay);
    if (!quiet.bytes.empty()) position_ = quiet.offset + quiet.bytes.size();
    if (passes_) reader_.pass_inserts_before(clear_from_here());
    if (objects_) reader_.pass_inserts_before(alike_.empty() ? 0 : UINT64_MAX, alike_);
    reads_as_now_ = reader_.lexer().sampled() == reader_.session().lexer_settings();
    const Unit* unit = reader_.next();
    if (unit == nullptr) return;
    if (unit->ends()) position_ = unit->offset + unit->bytes.size();
    switch (unit->kind) {
      case UnitKind::space:
        break;
      case UnitKind::meta_command:
        meta_command(*unit);
        break;
      case UnitKind::statement:
        statement(*unit);
        break;
      case UnitKind::copy_data:
        copy_data(*unit);
        break;
    }
    if (unit->flags.nul && unit->kind != UnitKind::copy_data && !std::exchange(nul_seen_, true) &&
        options_.notice)
      options_.notice(nul_in_sql(unit->line));
    if (unit->trailing && !enough_) trailing(*unit);
  }
}

void Search::warn(std::uint64_t line, std::string message, std::string hint) {
  if (options_.notice) options_.notice({line, std::move(message), {}, std::move(hint)});
}

// The record that is open gets nothing any more; and what was found of the input so far can be used by
// nobody.
void Search::trailing(const Unit& unit) {
  if (fate_ == Fate::chosen) taker_.cut_off(poison(unit));
  if (fate_ == Fate::held) {  // what there is of it is not the statement
    held_.back().written = true;
    if (!waiting_.empty() && waiting_.back() + 1 == held_.size()) waiting_.pop_back();
  }
  fate_ = Fate::none;
  release();
  throw ends_inside(source_.name(), reader_.open_thing());
}

// An open CSV quote is refused as it is; a second one would close it.
std::string Search::poison(const Unit& unit) const {
  const Lexer& lexer = reader_.lexer();
  if (unit.kind != UnitKind::copy_data) return statement_poison(options_.tool);
  if (!lexer.copy_is_csv()) return std::string(kCopyTextPoison);
  return lexer.copy_in_csv_quote() ? std::string() : copy_csv_poison(lexer.copy_csv_quote());
}

// --- units

void Search::statement(const Unit& unit) {
  if (!unit.begins()) return go_on(unit);
  if (unit.flags.interrupted) {
    half_ = {std::string(unit.bytes), unit.offset, unit.line, 0};
    return;
  }
  if (owed_ > 0 || unit.flags.continues) return defer(unit);
  end_record();
  if (unit.trailing) {
    fate_ = Fate::passed;
    return;
  }
  begin_statement({unit.bytes, unit.tokens, {}, kNoThing, 0, unit.offset, unit.line, true},
                  unit.part == Part::whole);
  if (!unit.ends()) return;
  groups_ = unit.groups;
  text_ended(unit);
}

void Search::go_on(const Unit& unit) {
  if (fate_ == Fate::chosen) taker_.more(unit.bytes, true, unit.offset);
  if (fate_ == Fate::held) {
    Held& held = held_.back();
    held.place = recall_.keep(unit.bytes, unit.offset, held.place);
    if (held.fits == Fits::unknown && search_on(unit.bytes))
      held.fits = options_.invert ? Fits::no : Fits::yes;
  }
  if (!unit.ends() || unit.trailing) return;
  if (fate_ == Fate::held) {
    Held& held = held_.back();
    if (held.fits == Fits::unknown) held.fits = options_.invert ? Fits::yes : Fits::no;
    decide_held(static_cast<HeldId>(held_.size() - 1));
  }
  groups_ = unit.groups;
  text_ended(unit);
}

// The statement's text is all there; a \g may follow, and then its rows.
void Search::text_ended(const Unit& unit) {
  owed_ = reader_.lexer().copies_owed();
  block_ = 0;
  meta_ends_it_ = unit.flags.by_meta;
  if (owed_ == 0 && !meta_ends_it_) end_record();
}

void Search::meta_command(const Unit& unit) {
  if (meta_ends_it_ && unit.flags.sends) {
    if (fate_ == Fate::chosen) taker_.more(unit.bytes, true, unit.offset);
    if (!unit.ends()) return;
    meta_ends_it_ = false;
    if (owed_ == 0) end_record();
    return;
  }
  if (owed_ == 0) end_record();
  alike_.clear();
  if (unit.part != Part::whole) return;
  const std::string database = reader_.session().database().value_or("");
  if (database != database_) {
    release();
    if (options_.restorable) finish_database();
    catalog_.clear();
    held_.clear();
    recall_.forget();
    database_ = database;
    before_rows_ = true;
  }
  if (objects_) replay_.meta_command(unit.bytes, unit.tokens);
}

void Search::copy_data(const Unit& unit) {
  // Rows are not looked at: each place in them that has it would stop us in vain.
  if (unit.offset + unit.bytes.size() >= next_candidate_) lookahead_.reset();
  if (fate_ == Fate::chosen && owed_ > 0 &&
      taker_.data({unit.bytes, unit.offset, unit.line, block_, unit.begins(),
                   unit.ends() && !unit.trailing}) == Taker::Enough::yes)
    return end_record();
  if (!unit.ends() || unit.trailing) return;
  ++block_;
  if (owed_ > 0) --owed_;
  if (owed_ == 0) {
    end_record();
    run_deferred();
  }
}

void Search::end_record() {
  meta_ends_it_ = false;
  owed_ = 0;
  if (fate_ == Fate::chosen) enough_ = taker_.end(groups_) == Taker::Enough::yes;
  fate_ = Fate::none;
}

// psql reads what stands on the line of a COPY before the rows, and runs it behind them.
void Search::defer(const Unit& unit) {
  std::size_t held = unit.bytes.size();
  for (const Deferred& one : deferred_) held += sizeof one + one.text.size();
  if (unit.part != Part::whole || held > options_.max_statement)
    return warn(unit.line,
                "what stands on the line of a COPY and is longer than --max-statement is passed over");
  Deferred next = {{}, unit.offset, unit.line, 0};
  if (unit.flags.continues) std::swap(next, half_);
  next.text += unit.bytes;
  next.blocks = reader_.lexer().copies_owed();
  deferred_.push_back(std::move(next));
  half_ = {};
  if (owed_ == 0) run_deferred();
}

void Search::run_deferred() {
  while (owed_ == 0 && !deferred_.empty() && !enough_) {
    end_record();
    const Deferred now = std::move(deferred_.front());
    deferred_.pop_front();
    const auto tokens = tokens_of(now.text, reader_.session().lexer_settings());
    begin_statement({now.text, tokens, {}, kNoThing, 0, now.offset, now.line, false}, true);
    owed_ = now.blocks;
    block_ = 0;
    if (owed_ == 0) end_record();
  }
}

// --- what is asked for

// psql looks at the settings once a line. Behind a SET on its own line a string ends elsewhere than it will
// on a line of its own, and what was text would be a command.
void Search::refuse_two_readings(const Statement& statement) const {
  if (reads_as_now_) return;
  const bool same =
      statement.text.find('\'') == std::string_view::npos || std::ranges::none_of(statement.text, [](char c) {
        return c == '\\' || static_cast<unsigned char>(c) >= 0x80;
      });
  if (same) return;
  throw Failure(Failure::Kind::unsound_input,
                source_.name() + ":" + std::to_string(statement.line) +
                    ": a statement on the line of a SET that changes how it is read",
                "on a line of its own psql would read it otherwise", "put a line end behind the SET");
}

void Search::begin_statement(Statement statement, bool whole) {
  carried_.clear();
  alike_.clear();
  fate_ = Fate::passed;
  follow_encoding();
  if (options_.restorable) {
    refuse_two_readings(statement);
    replay_.lexer_settings(reader_.session().lexer_settings());
  }
  if (objects_ && !is_record(statement)) return;
  statement.state = replay_.state();

  const bool rows = statement.object.act == Object::Act::load;
  if (before_rows_ && rows) release();
  const Fits fits = this->fits(statement, whole);
  const bool chosen = is_chosen(fits, statement.thing);
  if (fits == Fits::unknown || (!rows && before_rows_ && (waits_ || options_.restorable))) {
    hold(statement, fits);
    if (before_rows_ && !rows) waiting_.push_back(static_cast<HeldId>(held_.size() - 1));
    fate_ = Fate::held;
  } else if (chosen) {
    if (leaves_out(statement)) return;
    choose(statement);
    fate_ = Fate::chosen;
  } else if (holds_back(statement)) {
    hold(statement, fits);
    fate_ = Fate::held;
    if (whole) decide_held(static_cast<HeldId>(held_.size() - 1));
    if (whole && !chosen && taker_.wants_others())
      enough_ = taker_.other(record_of(statement)) == Taker::Enough::yes;
  } else {
    if (fits == Fits::yes && rows && waits_ && statement.thing != kNoThing)
      catalog_[statement.thing].data_line = statement.line;
    pass_over(statement);
    note_alike(statement);
  }
}

// An INSERT that was passed over without a look at its values: so are those that begin as it does, down to
// the table.
void Search::note_alike(const Statement& statement) {
  const bool alike = options_.matcher == nullptr && !taker_.wants_others() &&
                     statement.object.type == "TABLE DATA" && statement.text.starts_with(kInsertInto);
  if (!alike) return;
  std::size_t at = 2;  // INSERT INTO name
  const auto& tokens = statement.tokens;
  while (at + 2 < tokens.size() && tokens[at + 1].of(statement.text) == ".") at += 2;
  if (at < tokens.size()) alike_ = statement.text.substr(0, tokens[at].end() + 1);
}

// Looks at the statement as an object and files it. False: it is none that could be chosen.
bool Search::is_record(Statement& statement) {
  Object& object = statement.object;
  object = object_of(statement.text, statement.tokens);
  if (object.act == Object::Act::setting) replay_.setting(statement.text, statement.tokens);
  if (object.act == Object::Act::transaction && options_.restorable)
    replay_.transaction(statement.text, statement.tokens);
  bool linked = false;
  statement.thing = catalog_.file(object, replay_.schema(), linked);
  for (const auto& other : object.more_names) {
    if (options_.selectors.tables.empty() || table_asked_for(statement.thing)) break;
    const ThingId id = catalog_.find(object.space, other, replay_.schema());
    if (id != kNoThing) statement.thing = id;
  }
  if (object.space == NameSpace::extension && object.act == Object::Act::define) {
    for (std::size_t i = 0; i + 1 < statement.tokens.size(); ++i)
      if (equal_ignoring_case(statement.tokens[i].of(statement.text), "schema"))
        catalog_.extension_in(statement.thing, name_of(statement.tokens[i + 1].kind,
                                                       statement.tokens[i + 1].of(statement.text)));
  }
  if (linked && waits_ && !before_rows_) settle(statement.thing);
  if (!options_.restorable) return true;
  give_up_earlier(statement);
  note_followed(statement);
  const bool whole_database = object.space == NameSpace::database && options_.selectors.types.empty();
  const bool left_out = statement.thing != kNoThing && catalog_[statement.thing].left_out;
  return object.act != Object::Act::setting && object.act != Object::Act::transaction &&
         object.act != Object::Act::drop && !whole_database && !left_out;
}

Search::Fits Search::fits(const Statement& statement, bool whole) {
  const Selectors& asked = options_.selectors;
  const Object& object = statement.object;
  bool selected = !objects_ || taker_.takes(object);
  if (!asked.empty()) {
    const Thing* thing = statement.thing == kNoThing ? nullptr : &catalog_[statement.thing];
    const bool own_entry = object.act == Object::Act::own || object.act == Object::Act::alter;
    const auto type = thing != nullptr && own_entry && !thing->type.empty() ? thing->type : object.type;
    std::string schema = object.space == NameSpace::schema ? object.name.name : object.name.schema;
    if (schema.empty() && thing != nullptr) schema = thing->name.schema;
    const std::string& database =
        object.space == NameSpace::database ? object.name.name : reader_.session().database().value_or("");
    selected = selected && selects_type(asked.types, type) && selects(asked.schemas, schema) &&
               selects(asked.names, ObjectName{schema, object.name.name}) &&
               selects(asked.databases, database) && selects(asked.sections, object.section);
  }
  if (options_.matcher == nullptr) return selected ? Fits::yes : Fits::no;
  if (!selected) return Fits::no;
  return matched(statement.text, statement.offset, statement.lent, whole);
}

Search::Fits Search::matched(std::string_view text, std::uint64_t offset, bool lent, bool whole) {
  const bool found = may_match(text, offset, lent) && options_.matcher->matches(text);
  if (whole || found) return found != options_.invert ? Fits::yes : Fits::no;
  carried_.clear();
  search_on(text.substr(text.size() - std::min(text.size(), kLongestMatch)));
  return Fits::unknown;
}

// Whether a string that a match must contain is there at all. Looked for in a long stretch of the window at
// once, and remembered for the small statements in it.
bool Search::may_match(std::string_view text, std::uint64_t offset, bool lent) {
  const Matcher& matcher = *options_.matcher;
  if (!matcher.can_skip()) return true;
  if (!lent || text.size() >= kLookAhead) return matcher.candidate(text) != std::string_view::npos;
  const std::uint64_t end = offset + text.size();
  if (end <= clear_until_) return false;
  const auto ahead = source_.window().substr(0, text.size() + kLookAhead);
  const auto found = matcher.candidate(ahead);
  clear_until_ = found != std::string_view::npos
                     ? offset + found
                     : offset + ahead.size() - std::min(ahead.size(), matcher.overlap());
  if (found == std::string_view::npos) return false;
  return clear_until_ < end;
}

// The next piece of a long statement.
bool Search::search_on(std::string_view bytes) {
  carried_ += bytes;
  const bool found = options_.matcher->matches(carried_);
  if (carried_.size() > kLongestMatch) carried_.erase(0, carried_.size() - kLongestMatch);
  return found;
}

bool Search::table_asked_for(ThingId id) const {
  constexpr int kDeepest = 64;
  for (int steps = 0; id != kNoThing && steps < kDeepest; ++steps) {
    const Thing& thing = catalog_[id];
    if (thing.space == NameSpace::relation && thing.type != "INDEX" &&
        selects(options_.selectors.tables, thing.name))
      return true;
    id = thing.table != kNoThing ? thing.table : thing.partition_of;
  }
  return false;
}

bool Search::is_chosen(Fits fits, ThingId id) const {
  const Selectors& asked = options_.selectors;
  const bool found =
      fits == Fits::yes && (asked.tables.empty() || table_asked_for(id)) &&
      (asked.owners.empty() || (id != kNoThing && selects(asked.owners, catalog_.owner_of(id))));
  return options_.matcher == nullptr ? found != options_.invert : found;
}

// Behind the first rows: whether the statement may still be wanted.
bool Search::holds_back(const Statement& statement) const {
  if (statement.object.type == "TABLE DATA") return false;
  return statement.thing != kNoThing && (options_.restorable || waits_);
}

// --- statements held back

void Search::hold(const Statement& statement, Fits fits) {
  const Recall::Place place = recall_.keep(statement.text, statement.offset);
  held_.push_back({place, statement.offset, statement.line, statement.state, statement.thing, fits, false});
  if (statement.thing != kNoThing)
    catalog_[statement.thing].statements.push_back(static_cast<HeldId>(held_.size() - 1));
}

// A statement that was held back and is now known to its end: written if it is chosen, or belongs to what was
// needed.
void Search::decide_held(HeldId id) {
  if (!waiting_.empty() && waiting_.back() == id) return;
  Held& held = held_[id];
  if (is_chosen(held.fits, held.thing)) return write_held(id);
  if (held.thing == kNoThing) {
    held_.pop_back();
    if (held_.empty()) recall_.forget();
    return;
  }
  bring_along(id);
}

// The first rows of a database, or its end: everything is known that could concern what was held back.
void Search::release() {
  before_rows_ = false;
  const std::vector<HeldId> waiting = std::move(waiting_);
  waiting_.clear();
  for (const HeldId id : waiting) {
    if (enough_) return;
    const bool chosen = is_chosen(held_[id].fits, held_[id].thing);
    if (chosen) {
      write_held(id);
    } else if (taker_.wants_others()) {
      enough_ = taker_.other(record_of(read_again(id).statement)) == Taker::Enough::yes;
    }
  }
}

// A link that came behind the first rows: what is held back of the thing may now be chosen.
void Search::settle(ThingId id) {
  if (options_.invert && options_.matcher == nullptr) return;
  const auto statements = catalog_[id].statements;
  for (const HeldId held : statements)
    if (!held_[held].written && is_chosen(held_[held].fits, id)) write_held(held);
  const auto dependents = catalog_[id].dependents;
  for (const ThingId dependent : dependents) settle(dependent);
  Thing& thing = catalog_[id];
  if (thing.data_line != 0 && is_chosen(Fits::yes, id)) {
    warn(thing.data_line, "rows of " + printable(thing.name.name) +
                              " passed before the dump told that they belong to"
                              " what was asked for");
    thing.data_line = 0;
  }
}

Search::Again Search::read_again(HeldId id) {
  const Held& held = held_[id];
  Recall::Place place = held.place;
  place.length = std::min<std::uint64_t>(place.length, options_.max_statement);
  Again again;
  again.text = recall_.read(place);
  again.tokens = tokens_of(again.text, replay_.lexer_settings_of(held.state));
  again.statement = {again.text, again.tokens, object_of(again.text, again.tokens),
                     held.thing, held.state,   held.offset,
                     held.line,  false};
  return again;
}

void Search::write_held(HeldId id) {
  const Again again = read_again(id);
  const bool was_written = std::exchange(held_[id].written, true);
  if (leaves_out(again.statement)) return;
  if (was_written) {  // as something that another one needed
    note_chosen(again.statement);
    return;
  }
  end_record();
  choose(again.statement);
  const Recall::Place place = held_[id].place;
  if (place.length > again.text.size())
    recall_.read({place.at + again.text.size(), place.length - again.text.size()},
                 [&](std::string_view bytes) { taker_.more(bytes, false, 0); });
  const auto opens = [&](const Token& token) { return token.depth == 0 && token.of(again.text) == "("; };
  const auto groups = std::count_if(again.tokens.begin(), again.tokens.end(), opens);
  enough_ = taker_.end(static_cast<std::uint64_t>(groups)) == Taker::Enough::yes;
}

Record Search::record_of(const Statement& statement) {
  Record record;
  record.text = statement.text;
  record.tokens = statement.tokens;
  record.lent = statement.lent;
  record.offset = statement.offset;
  record.line = statement.line;
  record.object = objects_ ? &statement.object : nullptr;
  if (statement.thing != kNoThing) {
    record.owner = catalog_.owner_of(statement.thing);
    record.schema = catalog_[statement.thing].name.schema;
    record.table = catalog_.table_of(statement.thing);
  }
  record.database = database_;
  record.session = &reader_.session();
  return record;
}

void Search::choose(const Statement& statement) {
  if (options_.restorable) {
    note_chosen(statement);
    prepare(statement);
  }
  taker_.begin(record_of(statement));
}

void Search::pass_over(const Statement& statement) {
  fate_ = Fate::passed;
  if (taker_.wants_others()) enough_ = taker_.other(record_of(statement)) == Taker::Enough::yes;
}

}  // namespace sluice
