#include "libfilter/lex/scan.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace sluice {

const char* RareBytes::find(const char* at, const char* end) const {
#if defined(__SSE2__)
  const auto row = [&](std::size_t i) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(rows_[i].data()));
  };
  const __m128i first = row(0), second = row(1), third = row(2), fourth = row(3);
  for (; end - at >= static_cast<std::ptrdiff_t>(kLane); at += kLane) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, first), _mm_cmpeq_epi8(bytes, second)),
                     _mm_or_si128(_mm_cmpeq_epi8(bytes, third), _mm_cmpeq_epi8(bytes, fourth)));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (mask != 0) return at + std::countr_zero(mask);
  }
#endif
  const auto is_one = [&](char c) {
    return c == rows_[0][0] || c == rows_[1][0] || c == rows_[2][0] || c == rows_[3][0];
  };
  while (at < end && !is_one(*at)) ++at;
  return at;
}

StopMasks find_stops(const char* bytes) {
  StopMasks masks;
#if defined(__SSE2__)
  // ' ( ) are neighbours, and so are : ; and - / but for one bit: each group takes one comparison.
  const auto equals = [](__m128i a, char b) { return _mm_cmpeq_epi8(a, _mm_set1_epi8(b)); };
  const auto mask_of = [](__m128i a) { return std::uint64_t{static_cast<unsigned>(_mm_movemask_epi8(a))}; };
  for (unsigned i = 0; i < kMaskedBytes; i += 16) {
    const __m128i at = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
    const __m128i behind_quote = _mm_sub_epi8(at, _mm_set1_epi8('\''));
    const __m128i quote_or_parenthesis =
        _mm_cmpeq_epi8(_mm_min_epu8(behind_quote, _mm_set1_epi8(')' - '\'')), behind_quote);
    const __m128i colon_or_semicolon = equals(_mm_or_si128(at, _mm_set1_epi8(':' ^ ';')), ';');
    const __m128i minus_or_slash = equals(_mm_or_si128(at, _mm_set1_epi8('-' ^ '/')), '/');
    const __m128i nul = equals(at, '\0');
    const __m128i rest = _mm_or_si128(_mm_or_si128(equals(at, '"'), equals(at, '$')), equals(at, '\\'));
    const __m128i marks =
        _mm_or_si128(quote_or_parenthesis, _mm_or_si128(colon_or_semicolon, minus_or_slash));
    masks.stops |= mask_of(_mm_or_si128(_mm_or_si128(marks, rest), nul)) << i;
    masks.quotes |= mask_of(_mm_or_si128(equals(at, '\''), nul)) << i;
  }
#else
  static constexpr ByteSet kStops(std::string_view("'\"$;()\\-/:\0", 11));
  for (unsigned i = 0; i < kMaskedBytes; ++i) {
    masks.stops |= std::uint64_t{kStops.has(bytes[i])} << i;
    masks.quotes |= std::uint64_t{bytes[i] == '\'' || bytes[i] == '\0'} << i;
  }
#endif
  return masks;
}

namespace {

EndMarker find_end_marker_plain(std::string_view bytes) {
  EndMarker found;
  for (;; ++found.at, ++found.line_feeds) {
    found.at = std::min(bytes.find('\n', found.at), bytes.size());
    if (found.at == bytes.size() || bytes.substr(found.at + 1, 2) == "\\.") return found;
  }
}

#if defined(__SSE2__)

// Line feeds are common in COPY data, and so are backslashes (\N), but a backslash right behind a line
// feed is rare: comparing two neighbouring bytes at once leaves almost nothing to look at twice.
//
//   bytes at p    1 \t a \n \ . \n ...      == '\n' :  0 0 0 1 0 0 1
//   bytes at p+1  \t a \n \ . \n ...        == '\\' :  0 0 0 1 0 0 0
//
// A byte that matches compares to -1: subtracted, it counts. 255 rounds fit the counters, which are then
// added up; a group of four vectors is looked at once, and gone through by the plain form where it has a
// backslash behind a line feed.
__attribute__((target("avx2"))) EndMarker find_end_marker_avx2(std::string_view bytes) {
  constexpr std::size_t kLane = 32, kGroup = 4 * kLane, kRounds = 255 / 4;
  const __m256i line_feed = _mm256_set1_epi8('\n');
  const __m256i backslash = _mm256_set1_epi8('\\');
  std::size_t at = 0, line_feeds = 0;
  while (bytes.size() - at > kGroup) {
    __m256i counters = _mm256_setzero_si256();
    bool candidate = false;
    for (std::size_t round = 0; round < kRounds && bytes.size() - at > kGroup; ++round, at += kGroup) {
      __m256i both = _mm256_setzero_si256(), feeds = _mm256_setzero_si256();
      for (std::size_t i = 0; i < kGroup; i += kLane) {
        const char* from = bytes.data() + at + i;
        const __m256i here =
            _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)), line_feed);
        const __m256i next =
            _mm256_cmpeq_epi8(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 1)), backslash);
        both = _mm256_or_si256(both, _mm256_and_si256(here, next));
        feeds = _mm256_sub_epi8(feeds, here);
      }
      candidate = _mm256_testz_si256(both, both) == 0;
      if (candidate) break;
      counters = _mm256_add_epi8(counters, feeds);
    }
    const __m256i sums = _mm256_sad_epu8(counters, _mm256_setzero_si256());
    alignas(kLane) std::array<std::uint64_t, 4> parts;
    _mm256_store_si256(reinterpret_cast<__m256i*>(parts.data()), sums);
    line_feeds += parts[0] + parts[1] + parts[2] + parts[3];
    if (!candidate) continue;
    const auto group = bytes.substr(at, kGroup + 2);  // a marker that begins in the group may end behind it
    const EndMarker found = find_end_marker_plain(group);
    const bool inside = found.at < kGroup;
    line_feeds += inside ? found.line_feeds : count_line_feeds(group.substr(0, kGroup));
    at += inside ? found.at : kGroup;
    if (inside) return {at, line_feeds};
  }
  const EndMarker found = find_end_marker_plain(bytes.substr(at));
  return {at + found.at, line_feeds + found.line_feeds};
}

__attribute__((target("sse2"))) EndMarker find_end_marker_sse2(std::string_view bytes) {
  const __m128i line_feed = _mm_set1_epi8('\n');
  const __m128i backslash = _mm_set1_epi8('\\');
  std::size_t at = 0;
  for (; bytes.size() - at >= 18; at += 16) {
    const char* from = bytes.data() + at;
    const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i next = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 1));
    const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(here, line_feed), _mm_cmpeq_epi8(next, backslash));
    for (auto mask = static_cast<unsigned>(_mm_movemask_epi8(both)); mask != 0; mask &= mask - 1) {
      const auto found = at + static_cast<std::size_t>(std::countr_zero(mask));
      if (bytes[found + 2] == '.') return {found, count_line_feeds(bytes.substr(0, found))};
    }
  }
  const auto found = at + find_end_marker_plain(bytes.substr(at)).at;
  return {found, count_line_feeds(bytes.substr(0, found))};
}

#endif

}  // namespace

std::span<const EndMarkerSearch> end_marker_searches() {
#if defined(__SSE2__)
  static constexpr EndMarkerSearch kAll[] = {find_end_marker_plain, find_end_marker_sse2,
                                             find_end_marker_avx2};
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  return std::span(kAll).first(has_avx2 ? 3 : 2);
#else
  static constexpr EndMarkerSearch kAll[] = {find_end_marker_plain};
  return kAll;
#endif
}

EndMarker find_end_marker(std::string_view bytes) { return end_marker_searches().back()(bytes); }

std::size_t count_line_feeds(std::string_view bytes) {
  const char* at = bytes.data();
  const char* end = at + bytes.size();
  std::size_t count = 0;
#if defined(__SSE2__)
  // As above: 255 rounds fit a byte before the sixteen counters have to be added up.
  const __m128i line_feed = _mm_set1_epi8('\n');
  while (end - at >= 16) {
    __m128i counters = _mm_setzero_si128();
    for (int round = 0; round < 255 && end - at >= 16; ++round, at += 16)
      counters = _mm_sub_epi8(
          counters, _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), line_feed));
    const __m128i sums = _mm_sad_epu8(counters, _mm_setzero_si128());
    count += static_cast<std::size_t>(_mm_cvtsi128_si64(sums)) +
             static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
  }
  if (bytes.size() >= 16) {
    // The last ones once more, with those that have not been counted yet.
    const __m128i last = _mm_loadu_si128(reinterpret_cast<const __m128i*>(end - 16));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(last, line_feed)));
    return count + static_cast<std::size_t>(std::popcount(mask >> (16 - (end - at))));
  }
#endif
  for (; at < end; ++at) count += *at == '\n' ? 1 : 0;
  return count;
}

}  // namespace sluice
