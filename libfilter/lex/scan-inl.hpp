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
template <class D>
std::size_t count_line_feeds_by(D d, std::string_view bytes) {
  constexpr std::size_t kLane = hn::MaxLanes(d), kGroup = 4 * kLane, kRounds = 255 / 4;
  if (bytes.size() < kLane) {
    if constexpr (kLane > 16) return count_line_feeds_by(hn::Half<D>(), bytes);
    return plain::count_line_feeds(bytes);
  }
  const auto line_feed = hn::Set(d, '\n');
  const auto is_feed = [&](const char* at) HWY_ATTR { return hn::Eq(load(d, at), line_feed); };
  const auto feeds = [&](const char* at) HWY_ATTR { return hn::VecFromMask(d, is_feed(at)); };
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const auto left = [&] { return static_cast<std::size_t>(end - at); };
  std::size_t count = 0;
  while (left() >= kGroup) {
    auto counters = hn::Zero(d);
    for (std::size_t round = 0; round < kRounds && left() >= kGroup; ++round, at += kGroup)
      counters = hn::Sub(counters, hn::Add(hn::Add(feeds(at), feeds(at + kLane)),
                                           hn::Add(feeds(at + 2 * kLane), feeds(at + 3 * kLane))));
    count += sum_of(d, counters);
  }
  for (; left() >= kLane; at += kLane) count += hn::CountTrue(d, is_feed(at));
  if (left() == 0) return count;
  const std::uint64_t last =
      bits_of(d, is_feed(end - kLane)) >> (kLane - left());  // but what has been counted
  return count + static_cast<std::size_t>(std::popcount(last));
}

std::size_t count_line_feeds(std::string_view bytes) { return count_line_feeds_by(Bytes(), bytes); }

// Line feeds are common in COPY data, and so are backslashes (\N), but a backslash right behind a line
// feed is rare: comparing two neighbouring bytes at once leaves almost nothing to look at twice. A comparison
// is a difference here, zero where bytes are equal, so that the least of many tells whether one of them was:
// what is a mask of bits and no vector where vectors are wide need not be made.
//
//   bytes at p    1 \t a \n \ . \n ...      ^ '\n' :  x x x 0 x x 0        counted: those that are not zero
//   bytes at p+1  \t a \n \ . \n ...        ^ '\\' :  x x x 0 x x x        both or-ed: zero at a candidate
//
// A group of four vectors is asked at once. Where rows begin with \N it is asked once more, with the dot; the
// one that has all three is left to the plain form, and so is what is left at the end.
EndMarker find_end_marker(std::string_view bytes) {
  const Bytes d;
  constexpr std::size_t kLane = hn::MaxLanes(d), kGroup = 4 * kLane, kRounds = 255 / 4;
  const auto line_feed = hn::Set(d, '\n'), backslash = hn::Set(d, '\\'), dot = hn::Set(d, '.');
  const auto one = hn::Set(d, 1);
  const auto any_zero = [d](hn::Vec<Bytes> v) HWY_ATTR { return !hn::AllFalse(d, hn::Eq(v, hn::Zero(d))); };
  const auto least_of = [](hn::Vec<Bytes> a, hn::Vec<Bytes> b, hn::Vec<Bytes> c, hn::Vec<Bytes> e)
                            HWY_ATTR { return hn::Min(hn::Min(a, b), hn::Min(c, e)); };
  auto least = hn::Set(d, 0xFF);
  EndMarker found;
  bool marker = false;
  while (!marker && bytes.size() - found.at >= kGroup + 2) {
    auto others = hn::Zero(d);  // bytes that are no line feeds
    const std::size_t begin = found.at;
    for (std::size_t round = 0; round < kRounds && bytes.size() - found.at >= kGroup + 2; ++round) {
      const char* const from = bytes.data() + found.at;
      const auto differs = [&](std::size_t offset, hn::Vec<Bytes> wanted)
                               HWY_ATTR { return hn::Xor(load(d, from + offset), wanted); };
      const auto a = load(d, from), b = load(d, from + kLane), c = load(d, from + 2 * kLane),
                 e = load(d, from + 3 * kLane);
      const auto a1 = hn::Xor(a, line_feed), b1 = hn::Xor(b, line_feed), c1 = hn::Xor(c, line_feed),
                 e1 = hn::Xor(e, line_feed);
      const auto a2 = hn::Or(a1, differs(1, backslash)), b2 = hn::Or(b1, differs(kLane + 1, backslash)),
                 c2 = hn::Or(c1, differs(2 * kLane + 1, backslash)),
                 e2 = hn::Or(e1, differs(3 * kLane + 1, backslash));
      if (HWY_UNLIKELY(any_zero(least_of(a2, b2, c2, e2)))) {
        marker = any_zero(least_of(hn::Or(a2, differs(2, dot)), hn::Or(b2, differs(kLane + 2, dot)),
                                   hn::Or(c2, differs(2 * kLane + 2, dot)),
                                   hn::Or(e2, differs(3 * kLane + 2, dot))));
        if (marker) break;
      }
      others = hn::Add(others, hn::Add(hn::Add(hn::Min(a1, one), hn::Min(b1, one)),
                                       hn::Add(hn::Min(c1, one), hn::Min(e1, one))));
      least = hn::Min(least, least_of(a, b, c, e));
      found.at += kGroup;
    }
    found.line_feeds += found.at - begin - sum_of(d, others);
  }
  const EndMarker rest = plain::find_end_marker(bytes.substr(found.at));
  return {found.at + rest.at, found.line_feeds + rest.line_feeds, any_zero(least) || rest.nul};
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
