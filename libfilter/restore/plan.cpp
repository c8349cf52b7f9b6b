#include "libfilter/restore/plan.hpp"

#include <algorithm>
#include <utility>

#include "libfilter/dump/names.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/restore/explain.hpp"
#include "libfilter/restore/grouped.hpp"

namespace sluice {
namespace {

std::string right(std::string text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::string_view kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  std::size_t unit = 1;
  std::uint64_t tenths = bytes * 10 / 1024;
  for (; tenths >= 10240 && unit + 1 < std::size(kUnits); ++unit) tenths /= 1024;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + ' ' + std::string(kUnits[unit]);
}

std::string first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && ((text[end] | 32) >= 'a' && (text[end] | 32) <= 'z')) ++end;
  return upper_case(text.substr(0, end));
}

std::string what_of(const Step& step) {
  switch (step.way) {
    case Way::begin:
      return "BEGIN";
    case Way::commit:
      return "COMMIT";
    case Way::rollback:
      return "ROLLBACK";
    default:
      break;
  }
  if (step.object.act == Object::Act::setting) return "setting";
  const std::string word = first_word(step.text);
  if (word == "INSERT" && !step.object.name.empty()) return "INSERT " + printable(written(step.object.name));
  const std::string label = label_of(step.object);
  if (label.empty()) return word;
  switch (step.object.act) {
    case Object::Act::own:
      return "OWNER of " + label;
    case Object::Act::alter:
    case Object::Act::drop:
      return word + ' ' + label;
    default:
      return label;
  }
}

}  // namespace

// As Crew's: see Run::fits().
bool Plan::fits(const Step& step) const {
  if (terms_.jobs < 2 || terms_.transaction == Terms::Transaction::one || step.in_transaction ||
      !step.side_by_side)
    return false;
  return step.kind != Step::Kind::copy ||
         (terms_.rejects == Terms::Rejects::none && step.header.format.kind == CopyFormat::Kind::text &&
          !step.header.format.header);
}

Plan::Line Plan::line_of(const Step& step) {
  Line line;
  line.line = step.line;
  line.section = step.object.section == Section::none ? "-" : word_of(step.object.section);
  line.side = fits(step);
  if (step.way == Way::alone) {
    ++alone_;
    line.note = terms_.transaction == Terms::Transaction::one ? ": cannot be in a transaction, which -1 wants"
                                                              : ": alone, outside of a transaction";
  }
  return line;
}

void Plan::take(const Step& step) {
  if (!std::exchange(begun_, true)) write_("    line  section    what\n");
  databases_.insert(step.before->database);
  switch (step.kind) {
    case Step::Kind::statement:
      statement(step);
      break;
    case Step::Kind::copy:
      copy_ = step;
      copy_rows_ = copy_bytes_ = 0;
      break;
    case Step::Kind::rows:
      copy_rows_ += step.rows;
      copy_bytes_ += step.text.size();
      break;
    case Step::Kind::copy_end:
      copy(*std::exchange(copy_, std::nullopt));
      break;
    case Step::Kind::connect: {
      if (terms_.transaction == Terms::Transaction::one)
        throw Failure(Failure::Kind::unsound_input,
                      name_ + ":" + std::to_string(step.line) + ": \\connect, and -1",
                      "one transaction cannot be in two databases", "restore it without -1");
      Line line;
      line.line = step.line;
      line.section = "-";
      line.what =
          "\\connect " + (step.text.empty() ? "to the database of -d" : printable(quote_name(step.text)));
      line.foldable = false;
      add(std::move(line), step);
      break;
    }
    case Step::Kind::end:
      stop();
      summary();
      break;
  }
}

void Plan::statement(const Step& step) {
  if (terms_.transaction == Terms::Transaction::one && step.way == Way::rollback)
    throw Failure(Failure::Kind::unsound_input,
                  name_ + ":" + std::to_string(step.line) + ": ROLLBACK, and -1", {},
                  "restore it without -1");
  ++statements_;
  Line line = line_of(step);
  line.what = what_of(step);
  if (terms_.transaction == Terms::Transaction::one && (step.way == Way::begin || step.way == Way::commit))
    line.note = ": passed over, for -1";
  add(std::move(line), step);
}

void Plan::copy(const Step& step) {
  const std::uint64_t rows = copy_rows_ - (step.header.format.header && copy_rows_ > 0 ? 1 : 0);
  ++copies_;
  rows_ += rows;
  bytes_ += copy_bytes_;
  Line line = line_of(step);
  line.foldable = false;
  line.what = "COPY " + printable(written(step.header.table)) + ": " + counted(rows, "row") + ", " +
              bytes_text(copy_bytes_);
  add(std::move(line), step);
}

void Plan::add(Line line, const Step& step) {
  if (line.side) {
    side_by_side_ += 1;
    const bool same = pending_ && pending_->side && pending_->foldable && line.foldable &&
                      pending_->what == line.what && pending_->note == line.note;
    for (const auto& relation : step.relations) {
      const auto before = last_line_.find(relation);
      if (before != last_line_.end() && !same) line.after.insert(before->second);
      last_line_[relation] = same ? pending_->line : line.line;
    }
  } else {
    last_line_.clear();
  }
  if (pending_ && pending_->foldable && line.foldable && pending_->side == line.side &&
      pending_->what == line.what && pending_->note == line.note && pending_->section == line.section) {
    ++pending_->count;
    return;
  }
  if (pending_) put(*pending_);
  pending_ = std::move(line);
}

void Plan::put(const Line& line) {
  if (!line.side) {
    if (first_) write(*first_, "");
    first_.reset();
    in_group_ = false;
    return write(line, "");
  }
  if (!in_group_ && !first_) {
    first_ = line;
    return;
  }
  if (first_) {
    ++groups_;
    in_group_ = true;
    write_("side by side on " + std::to_string(terms_.jobs) + " connections:\n");
    write(*std::exchange(first_, std::nullopt), "  ");
  }
  write(line, "  ");
}

void Plan::write(const Line& line, std::string_view indent) {
  constexpr std::size_t kLine = 8, kSection = 9, kMostLines = 3;
  std::string text(indent);
  text += right(std::to_string(line.line), kLine) + "  " + std::string(line.section);
  text.append(kSection - std::min(kSection, line.section.size()) + 2, ' ');
  if (line.what == "setting")
    text += counted(line.count, line.what);
  else
    text += (line.count > 1 ? grouped(line.count) + ' ' : "") + line.what;
  text += line.note;
  std::size_t shown = 0;
  for (const auto before : line.after) {
    if (shown == kMostLines) {
      text += " and " + std::to_string(line.after.size() - kMostLines) + " more";
      break;
    }
    text += shown > 0 ? ", " : line.after.size() == 1 ? ", after line " : ", after lines ";
    text += std::to_string(before);
    ++shown;
  }
  write_(text + '\n');
}

void Plan::stop() {
  if (pending_) put(*std::exchange(pending_, std::nullopt));
  if (first_) write(*std::exchange(first_, std::nullopt), "");
}

void Plan::summary() {
  std::string text = counted(statements_, "statement") + ", ";
  if (copies_ > 0)
    text += grouped(copies_) + " COPY with " + counted(rows_, "row") + " (" + bytes_text(bytes_) + "), ";
  text += counted(databases_.size(), "database") + '\n';
  const bool one = terms_.transaction == Terms::Transaction::one;
  if (alone_ > 0)
    text += counted(alone_, "statement") +
            (one ? " that cannot be in a transaction: -1 stops there\n" : " outside of a transaction\n");
  if (one)
    text += "in one transaction, on 1 connection\n";
  else if (groups_ == 0)
    text += "one after the other, on 1 connection\n";
  else
    text += grouped(side_by_side_) + " of them side by side on " + std::to_string(terms_.jobs) +
            " connections, in " + counted(groups_, "group") + "; the others one after the other\n";
  write_(text);
}

}  // namespace sluice
