#include "libfilter/lex/scan.hpp"

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace sluice {

// Line feeds are common in COPY data, and so are backslashes (\N), but a backslash right behind a line
// feed is rare: comparing two neighbouring bytes at once leaves almost nothing to look at twice.
//
//   bytes at p    1 \t a \n \ . \n ...      == '\n' :  0 0 0 1 0 0 1
//   bytes at p+1  \t a \n \ . \n ...        == '\\' :  0 0 0 1 0 0 0
const char* find_end_marker(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i line_feed = _mm_set1_epi8('\n');
  const __m128i backslash = _mm_set1_epi8('\\');
  while (end - at >= 18) {
    const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i next = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 1));
    auto both = static_cast<unsigned>(
        _mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(here, line_feed), _mm_cmpeq_epi8(next, backslash))));
    while (both != 0) {
      const char* candidate = at + __builtin_ctz(both);
      if (candidate[2] == '.') return candidate;
      both &= both - 1;
    }
    at += 16;
  }
#endif
  while (end - at >= 3) {
    const auto* found =
        static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at - 2)));
    if (found == nullptr) return end;
    if (found[1] == '\\' && found[2] == '.') return found;
    at = found + 1;
  }
  return end;
}

std::size_t count_line_feeds(std::string_view bytes) {
  const char* at = bytes.data();
  const char* end = at + bytes.size();
  std::size_t count = 0;
#if defined(__SSE2__)
  // A matching byte compares to -1; 255 rounds fit a byte before the sixteen counters have to be added up.
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
#endif
  for (; at < end; ++at) count += *at == '\n' ? 1 : 0;
  return count;
}

}  // namespace sluice
