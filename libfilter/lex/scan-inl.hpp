// The searches of scan.hpp, for the vectors of HWY_TARGET. Included once for each by kernel_vector.cpp.

#if defined(SLUICE_LEX_SCAN_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SLUICE_LEX_SCAN_INL
#undef SLUICE_LEX_SCAN_INL
#else
#define SLUICE_LEX_SCAN_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "libfilter/lex/plain.hpp"
#include "libfilter/lex/vector-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {

// What is left at the end and fills no vector is looked at with one half as wide, or, where there was a whole
// one, with a last whole one that goes over some bytes again.

template <class D>
const char* find_rare_by(D d, const RareBytes::Rows& rows, const char* at, const char* end) {
  constexpr std::ptrdiff_t kLane = hn::MaxLanes(d);
  if (end - at < kLane) {
    if constexpr (kLane > 16) return find_rare_by(hn::Half<D>(), rows, at, end);
    return plain::find_rare(rows, at, end);
  }
  const auto first = load_row(d, rows[0]), second = load_row(d, rows[1]), third = load_row(d, rows[2]),
             fourth = load_row(d, rows[3]);
  for (const char* const last = end - kLane;; at = std::min(at + kLane, last)) {
    const auto bytes = load(d, at);
    const auto found = hn::Or(hn::Or(hn::Eq(bytes, first), hn::Eq(bytes, second)),
                              hn::Or(hn::Eq(bytes, third), hn::Eq(bytes, fourth)));
    if (const auto mask = bits_of(d, found)) return at + std::countr_zero(mask);
    if (at == last) return end;
  }
}

const char* find_rare(const RareBytes::Rows& rows, const char* at, const char* end) {
  return find_rare_by(Bytes(), rows, at, end);
}

// Every stop lies in one row of sixteen values, which two look-ups, one by the low and one by the high half
// of a byte, tell apart.
constexpr HalfTables kStopTables = half_tables(std::string_view("'\"$;()\\-/:\0", 11));

StopMasks find_stops(const char* bytes) {
  const Bytes d;
  StopMasks masks;
  for (std::size_t i = 0; i < kMaskedBytes; i += hn::MaxLanes(d)) {
    const auto at = load(d, bytes + i);
    masks.stops |= bits_of(d, hn::Ne(classes_of(d, at, kStopTables), hn::Zero(d))) << i;
    masks.quotes |= bits_of(d, hn::Or(hn::Eq(at, hn::Set(d, '\'')), hn::Eq(at, hn::Zero(d)))) << i;
  }
  return masks;
}

// A byte that matches compares to -1: subtracted, it counts. 255 rounds fit a byte before the counters have
// to be added up.
std::size_t count_line_feeds(std::string_view bytes) {
  const Bytes d;
  constexpr std::size_t kLane = hn::MaxLanes(d), kGroup = 4 * kLane, kRounds = 255 / 4;
  const auto line_feed = hn::Set(d, '\n');
  const auto feeds_at = [&](const char* at)
                            HWY_ATTR { return hn::VecFromMask(d, hn::Eq(load(d, at), line_feed)); };
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::size_t count = 0;
  while (static_cast<std::size_t>(end - at) >= kGroup) {
    auto counters = hn::Zero(d);
    for (std::size_t round = 0; round < kRounds && static_cast<std::size_t>(end - at) >= kGroup; ++round) {
      const auto here = hn::Add(feeds_at(at), feeds_at(at + kLane));
      const auto next = hn::Add(feeds_at(at + 2 * kLane), feeds_at(at + 3 * kLane));
      counters = hn::Sub(counters, hn::Add(here, next));
      at += kGroup;
    }
    count += sum_of(d, counters);
  }
  for (; static_cast<std::size_t>(end - at) >= kLane; at += kLane)
    count += hn::CountTrue(d, hn::Eq(load(d, at), line_feed));
  return count + plain::count_line_feeds({at, static_cast<std::size_t>(end - at)});
}

// Line feeds are common in COPY data, and so are backslashes (\N), but a backslash right behind a line
// feed is rare: comparing two neighbouring bytes at once leaves almost nothing to look at twice.
//
//   bytes at p    1 \t a \n \ . \n ...      == '\n' :  0 0 0 1 0 0 1
//   bytes at p+1  \t a \n \ . \n ...        == '\\' :  0 0 0 1 0 0 0
//
// A group of four vectors is looked at once, and gone through by the plain form where it has a backslash
// behind a line feed. The least of all bytes tells whether there was a NUL.
EndMarker find_end_marker(std::string_view bytes) {
  const Bytes d;
  constexpr std::size_t kLane = hn::MaxLanes(d), kGroup = 4 * kLane, kRounds = 255 / 4;
  const auto line_feed = hn::Set(d, '\n'), backslash = hn::Set(d, '\\');
  auto least = hn::Set(d, 0xFF);
  EndMarker found;
  const auto has_nul = [&]() HWY_ATTR { return !hn::AllFalse(d, hn::Eq(least, hn::Zero(d))); };
  while (bytes.size() - found.at > kGroup) {
    auto counters = hn::Zero(d);
    bool candidate = false;
    for (std::size_t round = 0; round < kRounds && bytes.size() - found.at > kGroup; ++round) {
      auto feeds = hn::Zero(d), both = hn::Zero(d), lowest = least;
      for (std::size_t i = 0; i < kGroup; i += kLane) {
        const char* from = bytes.data() + found.at + i;
        const auto here = load(d, from);
        const auto is_feed = hn::VecFromMask(d, hn::Eq(here, line_feed));
        both = hn::Or(both, hn::And(is_feed, hn::VecFromMask(d, hn::Eq(load(d, from + 1), backslash))));
        feeds = hn::Sub(feeds, is_feed);
        lowest = hn::Min(lowest, here);
      }
      candidate = !hn::AllTrue(d, hn::Eq(both, hn::Zero(d)));
      if (candidate) break;
      counters = hn::Add(counters, feeds);
      least = lowest;
      found.at += kGroup;
    }
    found.line_feeds += sum_of(d, counters);
    if (!candidate) continue;
    // A marker that begins in the group may end behind it.
    const auto group = bytes.substr(found.at, kGroup + 2);
    const EndMarker marker = plain::find_end_marker(group);
    const bool inside = marker.at < kGroup;
    const auto passed = group.substr(0, inside ? marker.at : kGroup);
    found.at += passed.size();
    found.line_feeds += inside ? marker.line_feeds : plain::count_line_feeds(passed);
    found.nul = found.nul || passed.find('\0') != std::string_view::npos;
    if (!inside) continue;
    found.nul = found.nul || has_nul();
    return found;
  }
  const EndMarker rest = plain::find_end_marker(bytes.substr(found.at));
  return {found.at + rest.at, found.line_feeds + rest.line_feeds, found.nul || rest.nul || has_nul()};
}

template <class D>
const char* find_pair_by(D d, const BytePair& pair, const char* at, const char* last) {
  constexpr std::ptrdiff_t kLane = hn::MaxLanes(d);
  if (last - at < kLane - 1) {
    if constexpr (kLane > 16) return find_pair_by(hn::Half<D>(), pair, at, last);
    return plain::find_pair(pair, at, last);
  }
  const auto first = hn::Set(d, pair[0].value), second = hn::Set(d, pair[1].value),
             first_fold = hn::Set(d, pair[0].fold), second_fold = hn::Set(d, pair[1].fold);
  const std::size_t first_offset = pair[0].offset, second_offset = pair[1].offset;
  const auto places = [&](const char* place) HWY_ATTR {
    return hn::And(hn::Eq(hn::Or(load(d, place + first_offset), first_fold), first),
                   hn::Eq(hn::Or(load(d, place + second_offset), second_fold), second));
  };
  // Two vectors a round, and one question to both.
  for (; last - at >= 2 * kLane - 1; at += 2 * kLane) {
    const auto here = places(at), next = places(at + kLane);
    if (hn::AllFalse(d, hn::Or(here, next))) continue;
    const auto mask = bits_of(d, here);
    return mask != 0 ? at + std::countr_zero(mask) : at + kLane + std::countr_zero(bits_of(d, next));
  }
  for (const char* const last_vector = last - (kLane - 1);; at = last_vector) {
    at = std::min(at, last_vector);
    if (const auto mask = bits_of(d, places(at))) return at + std::countr_zero(mask);
    if (at == last_vector) return nullptr;
  }
}

const char* find_pair(const BytePair& pair, const char* at, const char* last) {
  return find_pair_by(Bytes(), pair, at, last);
}

}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
