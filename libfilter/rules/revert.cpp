// The way back: blocks of marks are replaced by the originals that they hold (marks.hpp).

#include <algorithm>

#include "libfilter/dump/soundness.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/rules/filter.hpp"
#include "libfilter/rules/marks.hpp"

namespace sluice {
namespace {

class Reverter {
 public:
  using Marked = std::function<void(std::string_view rules, std::uint64_t line)>;

  Reverter(Source& source, Sink& sink, std::string tool, std::size_t max_statement, const Marked& marked)
      : source_(source),
        sink_(sink),
        tool_(std::move(tool)),
        reader_(source, max_statement),
        marked_(marked) {
    reader_.want_tokens([](const void*, std::string_view, std::string_view) { return std::size_t{0}; },
                        nullptr);
  }

  void run() {
    for (;;) {
      pass_quiet();
      const Unit* unit = reader_.next();
      if (unit == nullptr) break;
      if (unit->kind == UnitKind::space) {
        space(*unit);
      } else {
        other(*unit);
      }
    }
    settle_line_feed();
    if (!held_.empty()) sink_.put(held_);
    if (to_drop_ > 0)
      throw Failure(Failure::Kind::unsound_input, source_.name() + ": the input ends inside a block of marks",
                    {}, "was it cut off?");
  }

 private:
  // Outside of blocks, lines in which no mark stands pass many at a time.
  void pass_quiet() {
    if (in_block_ || to_drop_ > 0 || line_feed_held_ || behind_data_ || poison_line_) return;
    const auto quiet = reader_.pass_quiet(UnitReader::Inserts::pass, kMarkPrefix);
    sink_.pass(quiet.bytes, quiet.offset);
  }

  // The line feed behind a line of an original is the original's only when another such line or the
  // rest of the dump follows.
  void settle_line_feed() {
    if (line_feed_held_) sink_.put("\n");
    line_feed_held_ = false;
  }

  void pass(const Unit& unit, std::size_t from = 0) {
    sink_.pass(unit.bytes.substr(from), unit.offset + from);
  }

  void space(const Unit& unit) {
    if (!unit.begins()) {
      if (line_ == Line::original) {
        original(unit.bytes, unit.ends());
      } else if (line_ == Line::plain) {
        pass(unit);
      }
      return;
    }
    const Mark mark = read_mark(unit.bytes, tool_);
    line_ = Line::gone;
    if (poison_line_) {
      poison_line_ = false;
      return;
    }
    switch (mark.kind) {
      case MarkKind::original:
        if (!in_block_) break;
        settle_line_feed();
        line_ = Line::original;
        decoder_ = {};
        return original(unit.bytes.substr(mark.begin + kOriginalPrefix.size()), unit.ends());
      case MarkKind::front:
        settle_line_feed();
        sink_.put(unit.bytes.substr(0, mark.begin));
        return;
      case MarkKind::behind:
        line_feed_held_ = false;
        in_block_ = false;
        return;
      case MarkKind::cut:
        settle_line_feed();
        sink_.put(unit.bytes.substr(0, mark.begin));
        return;
      case MarkKind::removed:
      case MarkKind::data:
      case MarkKind::changed:
        if (marked_) marked_(mark.rules, unit.line);
        settle_line_feed();
        sink_.put(unit.bytes.substr(0, mark.begin));  // what a NUL joins with its line
        in_block_ = true;
        to_drop_ = mark.statements;
        return;
      case MarkKind::none:
        break;
    }
    if (to_drop_ > 0) {
      line_feed_held_ = false;
      return;
    }
    in_block_ = behind_data_ = false;
    settle_line_feed();
    line_ = Line::plain;
    pass(unit);
  }

  void original(std::string_view bytes, bool ends) {
    const bool line_feed = ends && bytes.ends_with('\n');
    if (line_feed) bytes.remove_suffix(1);
    text_.clear();
    decoder_.decode(bytes, text_);
    sink_.put(text_);
    line_feed_held_ = line_feed;
  }

  // Statements, meta-commands and COPY data.
  void other(const Unit& unit) {
    if (to_drop_ > 0 && unit.kind == UnitKind::statement) {
      line_feed_held_ = false;
      if (unit.ends()) --to_drop_;
      in_block_ = false;
      return;
    }
    in_block_ = false;
    if (behind_data_ && line_feed_held_ && unit.kind == UnitKind::meta_command && unit.bytes == "\\0") {
      line_feed_held_ = false;
      poison_line_ = true;
      return;
    }
    settle_line_feed();
    behind_data_ = false;
    without_poison(unit);
  }

  // Of what is open at the end the last bytes may be ours.
  void without_poison(const Unit& unit) {
    const auto statement = statement_poison(tool_);
    const auto longest = statement.size();
    if (unit.kind == UnitKind::copy_data && unit.ends() && !unit.trailing && unit.bytes.ends_with('\n')) {
      // A data block cut behind its \., before the line feed, has its poison in the place of the next
      // command.
      sink_.put(held_);
      held_.clear();
      sink_.pass(unit.bytes.substr(0, unit.bytes.size() - 1), unit.offset);
      line_feed_held_ = behind_data_ = true;
      return;
    }
    if (unit.part == Part::whole && !unit.trailing) return pass(unit);
    if (!unit.ends()) {
      if (unit.bytes.size() < longest) {
        held_ += unit.bytes;
        const auto sure = held_.size() - std::min(held_.size(), longest);
        sink_.put(std::string_view(held_).substr(0, sure));
        held_.erase(0, sure);
      } else {
        const auto sure = unit.bytes.size() - longest;
        sink_.put(held_);
        sink_.pass(unit.bytes.substr(0, sure), unit.offset);
        held_ = unit.bytes.substr(sure);
      }
      return;
    }
    held_ += unit.bytes;
    if (unit.trailing) {
      const char quote = reader_.lexer().copy_csv_quote();
      if (held_ == bare_copy_poison(reader_.lexer().copy_is_csv(), quote) && unit.kind == UnitKind::copy_data)
        held_.clear();
      const std::string poison = unit.kind != UnitKind::copy_data ? statement
                                 : reader_.lexer().copy_is_csv()  ? copy_csv_poison(quote)
                                                                  : std::string(kCopyTextPoison);
      if (std::string_view(held_).ends_with(poison)) held_.erase(held_.size() - poison.size());
    }
    sink_.put(held_);
    held_.clear();
  }

  Source& source_;
  Sink& sink_;
  std::string tool_;
  UnitReader reader_;
  const Marked& marked_;
  OriginalDecoder decoder_;
  bool in_block_ = false;    // the lines of an original follow
  std::size_t to_drop_ = 0;  // statements of ours that stand for the original
  bool line_feed_held_ = false;
  bool behind_data_ = false;  // the line feed held is that of COPY's end marker
  bool poison_line_ = false;  // the line of poison is still to end
  enum class Line { plain, original, gone } line_ = Line::plain;
  std::string text_, held_;
};

}  // namespace

void revert(Source& source, Sink& sink, const std::string& tool, std::size_t max_statement,
            const std::function<void(std::string_view, std::uint64_t)>& marked) {
  Reverter(source, sink, tool, max_statement, marked).run();
}

}  // namespace sluice
