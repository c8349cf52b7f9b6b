#include "libfilter/dump/unit_reader.hpp"

#include <algorithm>

#include "libfilter/lex/scan.hpp"

namespace sluice {

UnitReader::UnitReader(Source& source, std::size_t hold) : source_(source), hold_(hold) {}

const Unit* UnitReader::next() {
  // The session has to know a statement before the lexer reads on: its settings hold from the next line.
  line_ += count_line_feeds(unit_.bytes.substr(0, lent_));
  source_.consume(lent_);
  scanned_ -= lent_;
  lent_ = 0;
  if (tail_owed_) {
    tail_owed_ = false;
    return lend(0, true);
  }
  if (done_) return nullptr;
  std::size_t limit = hold_;
  for (;;) {
    // What is behind the limit is not looked at, so that a unit is whole or not by its length alone and never
    // by how the input happened to come in.
    const auto window = source_.window();
    const bool limited = window.size() > limit;
    const auto ahead = window.substr(scanned_, limit - std::min(limit, scanned_));
    const auto result = lexer_.scan(ahead, at_end_ && !limited ? Lexer::End::last : Lexer::End::more_follows);
    scanned_ += result.consumed;
    if (result.unit_ended) {
      tail_owed_ = !split_ && (scanned_ > hold_ || lexer_.too_many_tokens());
      return lend(scanned_, !tail_owed_);
    }
    if (at_end_ && !limited) {
      done_ = true;
      if (scanned_ == 0 && !split_ && lexer_.kind() != UnitKind::copy_data) return nullptr;
      note_open();
      tail_owed_ = !split_ && scanned_ > hold_;
      return lend(scanned_, !tail_owed_);
    }
    const bool enough = window.size() >= limit || lexer_.too_many_tokens();
    if (scanned_ > 0 && (lexer_.kind() == UnitKind::copy_data || enough)) return lend(scanned_, false);
    if (window.size() >= limit) {
      limit += Lexer::kLookahead;  // its first token alone is longer
    } else {
      at_end_ = !source_.fill();
    }
  }
}

const Unit* UnitReader::lend(std::size_t length, bool ended) {
  unit_.bytes = source_.window().substr(0, length);
  unit_.offset = source_.offset();
  if (!split_) {
    unit_line_ = line_;
    unit_offset_ = source_.offset();
  }
  unit_.kind = lexer_.kind();
  unit_.part = ended ? (split_ ? Part::tail : Part::whole) : (split_ ? Part::piece : Part::head);
  unit_.line = unit_line_;
  unit_.tokens = lexer_.tokens();
  unit_.flags = lexer_.flags();
  unit_.trailing = done_ && ended && open_.what.what != Lexer::Open::What::nothing;
  split_ = !ended;
  lent_ = length;
  if (!ended) lexer_.stop_recording();
  if (unit_.part == Part::whole && length > 0) {
    if (unit_.kind == UnitKind::statement) session_.statement(unit_.bytes, unit_.tokens);
    if (unit_.kind == UnitKind::meta_command) session_.meta_command(unit_.bytes, unit_.tokens);
    lexer_.apply(session_.lexer_settings());
  }
  return &unit_;
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
