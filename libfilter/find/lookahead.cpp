#include "libfilter/find/lookahead.hpp"

#include <algorithm>
#include <string_view>

namespace sluice {
namespace {

constexpr std::size_t kStretch = 2 * 1024 * 1024;
// A smaller file is read to its end, and nothing is lost.
constexpr std::uint64_t kWorthIt = 4 * 1024 * 1024;

constexpr std::size_t kLastLine = 64 * 1024;

}  // namespace

bool Lookahead::possible(const Source& source, const Matcher& matcher) {
  const bool is_large = source.bytes_total().value_or(0) >= kWorthIt;
  return is_large && matcher.same_in_every_encoding() && matcher.can_skip() &&
         matcher.overlap() < kStretch / 2 && source.place().has_value();
}

std::uint64_t Lookahead::size() const { return *source_.bytes_total(); }

std::optional<std::uint64_t> Lookahead::next(std::uint64_t from) {
  if (found_ && *found_ >= from) return found_;
  found_.reset();
  searched_ = std::max(searched_, from);
  while (searched_ < size()) {
    const bool at_hand = searched_ >= mapped_ && searched_ < mapped_end_;
    if (!at_hand && !map_on()) return found_ = from;  // look there yourself
    const std::string_view text(mapping_.data() + (searched_ - mapped_),
                                static_cast<std::size_t>(mapped_end_ - searched_));
    const auto at = matcher_.candidate(text);
    if (at != std::string_view::npos) {
      searched_ += at;
      return found_ = searched_;
    }
    searched_ = mapped_end_;
    if (mapped_end_ < size()) searched_ -= std::min<std::uint64_t>(matcher_.overlap(), text.size() - 1);
    mapped_end_ = mapped_;  // done with
  }
  mapping_.clear();
  return std::nullopt;
}

bool Lookahead::map_on() {
  const Source::Place place = *source_.place();
  const std::uint64_t length = std::min<std::uint64_t>(kStretch, size() - searched_);
  mapped_ = searched_;
  mapped_end_ = searched_ + length;
  return mapping_.map(place.fd, place.base + mapped_, static_cast<std::size_t>(length));
}

bool Lookahead::ends_well() {
  const Source::Place place = *source_.place();
  const std::uint64_t from = size() - std::min<std::uint64_t>(size(), kLastLine);
  if (from == size() || !mapping_.map(place.fd, place.base + from, static_cast<std::size_t>(size() - from)))
    return false;
  std::string_view tail(mapping_.data(), static_cast<std::size_t>(size() - from));
  if (!tail.ends_with('\n')) return false;
  const auto last = tail.find_last_not_of(" \t\r\n");
  if (last == std::string_view::npos) return false;
  tail = tail.substr(0, last + 1);
  const auto line_end = tail.rfind('\n');
  if (line_end == std::string_view::npos && from > 0) return false;
  const auto line = tail.substr(line_end == std::string_view::npos ? 0 : line_end + 1);
  return line.ends_with(';') || line.starts_with("--") || line.starts_with('\\');
}

}  // namespace sluice
