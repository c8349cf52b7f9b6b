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
    const auto* found = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at - 2)));
    if (found == nullptr) return end;
    if (found[1] == '\\' && found[2] == '.') return found;
    at = found + 1;
  }
  return end;
}

}  // namespace sluice
