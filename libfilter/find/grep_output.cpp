#include "libfilter/find/grep_output.hpp"

#include "libfilter/io/failure.hpp"

namespace sluice {
namespace {

// grep's default colours (GREP_COLORS in its manual).
constexpr std::string_view kMatch = "01;31", kFile = "35", kLine = "32", kSeparator = "36";

}  // namespace

void GrepOutput::begin_file(const std::string& name) {
  file_ = name;
  found_ = 0;
  before_.clear();
  after_left_ = 0;
  gap_ = true;
}

void GrepOutput::end_file() {
  using Print = GrepFormat::Print;
  if (format_.print == Print::count) {
    if (format_.file_names) {
      painted(kFile, file_);
      painted(kSeparator, ":");
    }
    sink_.put(std::to_string(found_) + "\n");
  }
  if ((format_.print == Print::files_with && found_ > 0) ||
      (format_.print == Print::files_without && found_ == 0)) {
    painted(kFile, file_);
    sink_.put("\n");
  }
}

void GrepOutput::painted(std::string_view sgr, std::string_view text) {
  if (!format_.colour) return sink_.put(text);
  sink_.put("\33[" + std::string(sgr) + "m\33[K" + std::string(text) + "\33[m\33[K");
}

void GrepOutput::prefix(std::uint64_t line, char separator) {
  if (format_.file_names) {
    painted(kFile, file_);
    painted(kSeparator, {&separator, 1});
  }
  if (format_.line_numbers) {
    painted(kLine, std::to_string(line));
    painted(kSeparator, {&separator, 1});
  }
}

void GrepOutput::separate_groups() {
  if (gap_ && any_printed_ && wants_others()) {
    painted(kSeparator, "--");
    sink_.put("\n");
  }
  gap_ = false;
  any_printed_ = true;
}

void GrepOutput::put(std::string_view text, bool lent, std::uint64_t offset) {
  if (text.empty()) return;
  line_open_ = text.back() != '\n';
  if (lent) {
    sink_.pass(text, offset);
  } else {
    sink_.put(text);
  }
}

void GrepOutput::begin(std::string_view text, bool lent, std::uint64_t offset, std::uint64_t line) {
  ignored_ = found_ >= format_.most;  // it may still be context
  if (ignored_) {
    other(text, line);
    return;
  }
  ++found_;
  line_ = line;
  searching_ = true;
  if (format_.print == GrepFormat::Print::matches) return print_matches(text);
  if (format_.print != GrepFormat::Print::records) return;
  if (wants_others()) {
    separate_groups();
    for (const Before& context : before_) {
      prefix(context.line, '-');
      sink_.put(context.text + format_.end);
    }
    before_.clear();
    after_left_ = format_.after;
  }
  prefix(line, ':');
  line_open_ = true;
  if (format_.colour && format_.matcher != nullptr) return coloured(text);
  put(text, lent, offset);
}

void GrepOutput::more(std::string_view text, bool lent, std::uint64_t offset) {
  if (ignored_) return;
  if (format_.print == GrepFormat::Print::matches && searching_) print_matches(text);
  if (format_.print == GrepFormat::Print::records) put(text, lent, offset);
}

void GrepOutput::rows(std::string_view text, bool lent, std::uint64_t offset) {
  searching_ = false;
  more(text, lent, offset);
}

bool GrepOutput::end() {
  if (ignored_) return after_left_ == 0;
  if (format_.print == GrepFormat::Print::records && (line_open_ || format_.end != '\n'))
    sink_.put({&format_.end, 1});
  using Print = GrepFormat::Print;
  const bool one_is_enough = format_.print == Print::files_with || format_.print == Print::files_without ||
                             format_.print == Print::nothing;
  return one_is_enough || (found_ >= format_.most && after_left_ == 0);
}

bool GrepOutput::other(std::string_view text, std::uint64_t line) {
  if (after_left_ > 0) {
    --after_left_;
    prefix(line, '-');
    sink_.put(std::string(text) + format_.end);
  } else if (format_.before > 0) {
    before_.push_back({std::string(text), line});
    if (before_.size() > format_.before) {
      before_.pop_front();
      gap_ = true;
    }
  } else {
    gap_ = true;
  }
  return found_ >= format_.most && after_left_ == 0;
}

void GrepOutput::coloured(std::string_view text) {
  std::size_t at = 0;
  line_open_ = text.empty() || text.back() != '\n';
  while (const auto match = format_.matcher->find(text, at)) {
    if (match->end == match->begin) {
      if (match->begin >= text.size()) break;
      sink_.put(text.substr(at, match->begin + 1 - at));
      at = match->begin + 1;
      continue;
    }
    sink_.put(text.substr(at, match->begin - at));
    painted(kMatch, text.substr(match->begin, match->end - match->begin));
    at = match->end;
  }
  sink_.put(text.substr(at));
}

void GrepOutput::print_matches(std::string_view text) {
  if (format_.matcher == nullptr) return;
  for (std::size_t at = 0; at <= text.size();) {
    const auto match = format_.matcher->find(text, at);
    if (!match) return;
    at = match->end > match->begin ? match->end : match->end + 1;
    if (match->end == match->begin) continue;
    prefix(line_, ':');
    painted(kMatch, text.substr(match->begin, match->end - match->begin));
    sink_.put({&format_.end, 1});
  }
}

}  // namespace sluice
