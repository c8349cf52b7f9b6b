#include "libfilter/dump/unit_reader.hpp"

#include <algorithm>
#include <utility>

#include "libfilter/dump/names.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice {

// An INSERT statement that a pass ends in is mostly shorter.
static constexpr std::size_t kLeastRead = 16 * 1024;

UnitReader::UnitReader(Source& source, std::size_t hold) : source_(source), hold_(hold) {
  lexer_.want_tokens(
      [](const void* reader, std::string_view first, std::string_view second) {
        return const_cast<UnitReader*>(static_cast<const UnitReader*>(reader))->tokens_needed(first, second);
      },
      this);
}

UnitReader::UnitReader(Source& source, std::size_t hold, Start start) : UnitReader(source, hold) {
  session_ = std::move(start.session);
  line_ = start.line;
  if (source.offset() == 0) {
    lexer_.apply(session_.lexer_settings());
    return;
  }
  line_begins_ = false;
  lexer_.begin_inside(
      {source.offset(), start.this_line, session_.lexer_settings(), session_.restrict_key().value_or("")});
}

void UnitReader::want_tokens(Lexer::Wanted wanted, const void* context) {
  wanted_ = wanted;
  wanted_context_ = context;
}

// Any other word may begin a statement that a session has to know: what is missing here costs time only.
std::size_t UnitReader::session_needs(std::string_view first) {
  static constexpr std::string_view kNever[] = {"insert",  "copy",    "create", "alter",   "comment",
                                                "grant",   "revoke",  "drop",   "update",  "delete",
                                                "analyze", "refresh", "import", "security"};
  // A set_config() may stand anywhere in these.
  for (const std::string_view word : {"select", "with", "values"})
    if (equal_ignoring_case(first, word)) return Lexer::kAllTokens;
  const bool never = std::ranges::any_of(kNever, [&](std::string_view word) {
    return first.size() == word.size() && equal_ignoring_case(first, word);
  });
  return never ? 0 : Lexer::kHeadTokens;
}

std::size_t UnitReader::tokens_needed(std::string_view first, std::string_view second) {
  const auto needs = session_needs(first);
  session_cares_ = needs > 0;
  if (wanted_ == nullptr) return Lexer::kAllTokens;
  return std::max(needs, wanted_(wanted_context_, first, second));
}

// At the beginning of a line. What is passed over is given back at once.
void UnitReader::pass_inserts() {
  while (passable_ > source_.offset()) {
    const auto window = source_.window();
    const auto most = std::min<std::uint64_t>(window.size(), passable_ - source_.offset());
    const InsertLines passed =
        lexer_.pass_inserts(window.substr(0, static_cast<std::size_t>(most)), passable_begin_);
    line_ += passed.line_feeds;
    source_.consume(passed.bytes);
    // What is left of the window may be the beginning of more of them.
    if (passed.bytes == 0 || source_.window().size() >= kLeastRead || at_end_) return;
    at_end_ = !source_.fill();
  }
}

UnitReader::Quiet UnitReader::pass_quiet(Inserts inserts, std::string_view except) {
  Quiet quiet;
  if (split_ || tail_owed_ || done_) return quiet;
  give_back();
  if (scanned_ > 0) return quiet;
  const auto window = source_.window();
  quiet.offset = source_.offset();
  std::size_t passed = 0;
  for (;;) {
    const auto comments = lexer_.pass_comments(window.substr(passed), except);
    line_ += count_line_feeds(window.substr(passed, comments));
    passed += comments;
    const bool line_begins = passed > 0 || line_begins_;
    if (inserts == Inserts::stay || !line_begins) break;
    const auto rows = lexer_.pass_inserts(window.substr(passed), kInsertInto);
    line_ += rows.line_feeds;
    passed += rows.bytes;
    quiet.statements += rows.statements;
    if (rows.bytes == 0) break;
  }
  quiet.bytes = window.substr(0, passed);
  line_begins_ = line_begins_ || passed > 0;
  source_.consume(passed);
  return quiet;
}

// The bytes of the unit that was lent last.
void UnitReader::give_back() {
  if (lent_ > 0) line_begins_ = unit_.bytes[lent_ - 1] == '\n';
  line_ += line_feeds_;
  line_feeds_ = 0;
  source_.consume(lent_);
  scanned_ -= lent_;
  lent_ = 0;
}

const Unit* UnitReader::next() {
  give_back();
  if (tail_owed_) {
    tail_owed_ = false;
    return lend(source_.window().substr(0, 0), true);
  }
  if (done_) return nullptr;
  if (!split_ && line_begins_ && scanned_ == 0) pass_inserts();
  std::size_t limit = hold_;
  for (;;) {
    // What is behind the limit is not looked at, so that a unit is whole or not by its length alone and never
    // by how the input happened to come in.
    const auto window = source_.window();
    const bool limited = window.size() > limit;
    const auto ahead = window.substr(scanned_, limit - std::min(limit, scanned_));
    const auto result = lexer_.scan(ahead, at_end_ && !limited ? Lexer::End::last : Lexer::End::more_follows);
    scanned_ += result.consumed;
    line_feeds_ += result.line_feeds;
    if (result.unit_ended) {
      tail_owed_ = !split_ && (scanned_ > hold_ || lexer_.too_many_tokens());
      return lend(window.substr(0, scanned_), !tail_owed_);
    }
    if (at_end_ && !limited) {
      done_ = true;
      if (scanned_ == 0 && !split_ && lexer_.kind() != UnitKind::copy_data) return nullptr;
      note_open();
      tail_owed_ = !split_ && scanned_ > hold_;
      return lend(window.substr(0, scanned_), !tail_owed_);
    }
    const bool enough = window.size() >= limit || lexer_.too_many_tokens();
    if (scanned_ > 0 && (lexer_.kind() == UnitKind::copy_data || enough))
      return lend(window.substr(0, scanned_), false);
    if (window.size() >= limit) {
      limit += Lexer::kLookahead;  // its first token alone is longer
    } else {
      at_end_ = !source_.fill();
    }
  }
}

const Unit* UnitReader::lend(std::string_view bytes, bool ended) {
  unit_.bytes = bytes;
  unit_.offset = source_.offset();
  if (!split_) {
    unit_line_ = line_;
    unit_offset_ = unit_.offset;
  }
  unit_.kind = lexer_.kind();
  unit_.part = ended ? (split_ ? Part::tail : Part::whole) : (split_ ? Part::piece : Part::head);
  unit_.line = unit_line_;
  unit_.tokens = lexer_.tokens();
  unit_.flags = lexer_.flags();
  unit_.groups = unit_.kind == UnitKind::statement ? lexer_.groups() : 0;
  unit_.trailing = done_ && ended && open_.what.what != Lexer::Open::What::nothing;
  split_ = !ended;
  lent_ = bytes.size();
  if (!ended) lexer_.stop_recording();
  if (unit_.part == Part::whole && !bytes.empty()) follow_session();
  if (ended) session_cares_ = true;
  return &unit_;
}

// The session has to know a statement before the lexer reads on: its settings hold from the next line.
void UnitReader::follow_session() {
  if (unit_.kind == UnitKind::statement && (session_cares_ || unit_.flags.holds_meta)) {
    session_.statement(unit_.bytes, unit_.tokens);
  } else if (unit_.kind == UnitKind::meta_command) {
    session_.meta_command(unit_.bytes, unit_.tokens);
  } else {
    return;
  }
  lexer_.apply(session_.lexer_settings());
}

void UnitReader::note_open() {
  open_.what = lexer_.open();
  const std::uint64_t begin = split_ ? unit_offset_ : source_.offset();
  open_.offset = begin + open_.what.offset;
  // A thing that began in bytes already given back is reported with the line of its unit.
  open_.line = split_ ? unit_line_ : line_;
  if (open_.offset >= source_.offset())
    open_.line = line_ + count_line_feeds(source_.window().substr(
                             0, static_cast<std::size_t>(open_.offset - source_.offset())));
}

UnitReader::OpenThing UnitReader::open_thing() const { return open_; }

}  // namespace sluice
