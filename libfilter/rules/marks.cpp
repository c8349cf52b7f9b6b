#include "libfilter/rules/marks.hpp"

#include <charconv>

#include "libfilter/lex/scan.hpp"

namespace sluice {
namespace {

constexpr char kEscape = '\x10';

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

Mark read_mark(std::string_view space, std::string_view tool) {
  Mark mark;
  // A NUL hides the rest of its line, and the next one belongs to the same unit.
  const auto nul = space.rfind('\0');
  const auto visible = nul == std::string_view::npos ? 0 : space.find('\n', nul);
  if (visible == std::string_view::npos) return {};
  mark.begin = space.find_first_not_of(" \t\r\f\v\n", visible);
  if (mark.begin == std::string_view::npos) return {};
  auto text = space.substr(mark.begin);
  if (!take(text, kMarkPrefix)) return {};
  const std::string signature = " " + std::string(tool);
  if (take(text, "| ")) {
    mark.kind = MarkKind::original;
  } else if (take(text, "+")) {
    if (take(text, signature)) mark.kind = MarkKind::front;
  } else if (take(text, ".")) {
    if (take(text, signature)) mark.kind = MarkKind::behind;
  } else if (take(text, "!")) {
    if (take(text, signature)) mark.kind = MarkKind::cut;
  } else if (take(text, signature + " ")) {
    if (take(text, "removed ")) mark.kind = MarkKind::removed;
    if (take(text, "data ")) mark.kind = MarkKind::data;
    if (take(text, "changed ")) {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mark.statements);
      if (error == std::errc() && mark.statements > 0 && mark.statements <= kMostStatements)
        mark.kind = MarkKind::changed;
    }
    const auto open = text.find('['), close = text.find(']');
    if (open < close && close != text.npos) mark.rules = text.substr(open + 1, close - open - 1);
  }
  return mark;
}

void OriginalDecoder::decode(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (escape_) {
      out.push_back(c == 'r' ? '\r' : c == '0' ? '\0' : c);
      escape_ = false;
    } else if (c == kEscape) {
      escape_ = true;
    } else {
      out.push_back(c);
    }
  }
}

MarkedOutput::MarkedOutput(Sink* sink, std::string tool, Mode mode)
    : sink_(sink), tool_(std::move(tool)), mode_(mode) {}

void MarkedOutput::put(std::string_view text) {
  if (text.empty()) return;
  any_ = true;
  if (sink_ != nullptr) sink_->put(text);
}

void MarkedOutput::settle_break(char next) {
  if (!break_owed_) return;
  break_owed_ = false;
  if (next == '\n' || next == '\r') return;
  put("\n--@. " + tool_ + "\n");
  at_line_start_ = true;
}

void MarkedOutput::pass(std::string_view lent, std::uint64_t offset) {
  if (lent.empty()) return;
  settle_break(lent.front());
  // What looks like a byte order mark is one at the beginning alone; there it would be left out.
  if (!any_ && offset > 0 && lent.front() == '\xef') put("\n");
  any_ = true;
  if (sink_ != nullptr) sink_->pass(lent, offset);
  at_line_start_ = lent.back() == '\n';
}

void MarkedOutput::own(std::string_view text) {
  if (text.empty()) return;
  settle_break(text.front());
  put(text);
  at_line_start_ = text.back() == '\n';
}

void MarkedOutput::begin(std::string_view verb, std::string_view rules, std::string_view why) {
  replaced_ = false;
  if (mode_ == Mode::drop) return;
  settle_break('-');
  std::string header;
  if (!at_line_start_) header = "--@+ " + tool_ + "\n";
  header += "--@ " + tool_ + " " + std::string(verb) + " [" + std::string(rules) + "]";
  if (!why.empty()) header += ": " + std::string(why);
  put(header + "\n");
  at_line_start_ = true;
  original_line_start_ = true;
}

void MarkedOutput::begin_removed(std::string_view rules, std::string_view why) {
  begin("removed", rules, why);
}
void MarkedOutput::begin_data(std::string_view rules, std::string_view why) { begin("data", rules, why); }
void MarkedOutput::begin_changed(std::string_view rules, std::string_view why, std::size_t statements) {
  begin("changed " + std::to_string(statements), rules, why);
  replaced_ = true;
}

void MarkedOutput::original(std::string_view bytes) {
  if (mode_ == Mode::drop || bytes.empty()) return;
  buffer_.clear();
  const auto settle_cr = [&](char next) {
    if (!cr_pending_) return;
    cr_pending_ = false;
    if (next == '\n') {
      buffer_.push_back('\r');
    } else {
      buffer_ += {kEscape, 'r'};
    }
  };
  static constexpr RareBytes kSpecial(std::string_view("\n\r\0\x10", 4));
  const char* const end = bytes.data() + bytes.size();
  for (const char* at = bytes.data(); at < end; ++at) {
    const char c = *at;
    settle_cr(c);
    if (original_line_start_) buffer_ += kOriginalPrefix;
    original_line_start_ = c == '\n';
    if (const char* special = kSpecial.find(at, end); special > at) {
      buffer_.append(at, special);
      at = special - 1;
      continue;
    }
    if (c == '\r') {
      cr_pending_ = true;
    } else if (c == '\0') {
      buffer_ += {kEscape, '0'};
    } else if (c == kEscape) {
      buffer_ += {kEscape, kEscape};
    } else {
      buffer_.push_back(c);
    }
  }
  put(buffer_);
}

void MarkedOutput::end_original() {
  if (mode_ == Mode::drop) return;
  if (cr_pending_) put(std::string{kEscape, 'r'});
  cr_pending_ = false;
  if (replaced_) {
    put("\n");
    at_line_start_ = true;
  } else {
    at_line_start_ = original_line_start_;
    break_owed_ = !original_line_start_;
  }
}

}  // namespace sluice
