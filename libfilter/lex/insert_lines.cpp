#include "libfilter/lex/insert_lines.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "libfilter/lex/scan.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace sluice {
namespace {

constexpr std::size_t kBlock = 64;

// What a byte is, a bit each. Every class lies in one row of sixteen bytes, which two table look-ups, one by
// the low and one by the high half of a byte, tell apart.
enum Class : std::uint8_t {
  kQuote = 1,
  kParenthesis = 2,
  kColonOrSemicolon = 4,
  kSign = 8,  // " $ /, which begin what is not for us
  kBackslash = 16,
  kNul = 32,
  kBeforeString = 64,  // blank ( , '
  kMinus = 128,
};

constexpr std::array<std::uint8_t, 16> by_low_half() {
  std::array<std::uint8_t, 16> table{};
  const auto add = [&](std::string_view bytes, Class what) {
    for (const char c : bytes) table[static_cast<unsigned char>(c) & 15] |= what;
  };
  add("'", kQuote);
  add("()", kParenthesis);
  add(":;", kColonOrSemicolon);
  add("\"$/", kSign);
  add("\\", kBackslash);
  add(std::string_view("\0", 1), kNul);
  add(" (,'", kBeforeString);
  add("-", kMinus);
  return table;
}

constexpr std::array<std::uint8_t, 16> by_high_half() {
  std::array<std::uint8_t, 16> table{};
  table[0] = kNul;
  table[2] = kQuote | kParenthesis | kSign | kBeforeString | kMinus;
  table[3] = kColonOrSemicolon;
  table[5] = kBackslash;
  return table;
}

constexpr auto kLow = by_low_half(), kHigh = by_high_half();

struct Masks {
  std::uint64_t quote = 0, parenthesis = 0, colon_or_semicolon = 0, sign = 0, nul = 0, before = 0, minus = 0;
};

Masks masks_plain(const char* bytes) {
  Masks masks;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const unsigned what = kLow[byte & 15] & kHigh[byte >> 4];
    const auto bit = [&](unsigned classes) { return std::uint64_t{(what & classes) != 0} << i; };
    masks.quote |= bit(kQuote);
    masks.parenthesis |= bit(kParenthesis);
    masks.colon_or_semicolon |= bit(kColonOrSemicolon);
    masks.sign |= bit(kSign | kBackslash);
    masks.nul |= bit(kNul);
    masks.before |= bit(kBeforeString);
    masks.minus |= bit(kMinus);
  }
  return masks;
}

#if defined(__SSE2__)

// The classes of thirty-two bytes.
__attribute__((target("avx2"))) inline __m256i classes_of(const char* bytes) {
  const auto table = [](const auto& row) __attribute__((target("avx2"))) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row.data())));
  };
  const __m256i half = _mm256_set1_epi8(15);
  const __m256i block = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
  return _mm256_and_si256(
      _mm256_shuffle_epi8(table(kLow), _mm256_and_si256(block, half)),
      _mm256_shuffle_epi8(table(kHigh), _mm256_and_si256(_mm256_srli_epi16(block, 4), half)));
}

__attribute__((target("avx2"))) inline std::uint64_t bits_of(__m256i first, __m256i second, int classes) {
  const __m256i wanted = _mm256_set1_epi8(static_cast<char>(classes)), none = _mm256_setzero_si256();
  const int low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(first, wanted), none));
  const int high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(second, wanted), none));
  return ~(static_cast<std::uint32_t>(low) | (std::uint64_t{static_cast<std::uint32_t>(high)} << 32));
}

__attribute__((target("avx2"))) Masks masks_avx2(const char* bytes) {
  const __m256i first = classes_of(bytes), second = classes_of(bytes + 32);
  return {bits_of(first, second, kQuote),
          bits_of(first, second, kParenthesis),
          bits_of(first, second, kColonOrSemicolon),
          bits_of(first, second, kSign | kBackslash),
          bits_of(first, second, kNul),
          bits_of(first, second, kBeforeString),
          bits_of(first, second, kMinus)};
}

#endif

// Bit i of the result: how many of the bits up to and with i are set, modulo 2.
std::uint64_t prefix_parity(std::uint64_t bits) {
  for (int step = 1; step < 64; step *= 2) bits ^= bits << step;
  return bits;
}

// Goes over the statements, a block at a time.
class Pass {
 public:
  Pass(std::string_view bytes, std::string_view begin) : bytes_(bytes), begin_(begin) {}

  InsertLines done() const { return done_; }

  // The block at AT. False: there is nothing more to pass.
  bool block(const Masks& masks, std::size_t at) {
    const std::uint64_t inside = prefix_parity(masks.quote) ^ inside_;
    const std::uint64_t opening = masks.quote & inside;
    const std::uint64_t second_minus = masks.minus & ((masks.minus << 1) | minus_);
    const std::uint64_t strange =
        masks.nul | ((masks.sign | second_minus) & ~inside) | (opening & ~((masks.before << 1) | before_));
    inside_ = (inside >> 63) != 0 ? ~std::uint64_t{0} : 0;
    before_ = masks.before >> 63;
    minus_ = masks.minus >> 63;

    std::uint64_t events = (masks.parenthesis | masks.colon_or_semicolon) & ~inside;
    if (strange != 0) events &= (strange & -strange) - 1;
    for (; events != 0; events &= events - 1) {
      const std::size_t place = at + static_cast<std::size_t>(std::countr_zero(events));
      if (place >= bytes_.size()) return false;
      const char c = bytes_[place];
      if (c == ':') return false;
      if (c == '(') ++depth_;
      if (c == ')' && depth_ > 0) --depth_;
      if (c == ';' && depth_ == 0 && !next_statement(place + 1)) return false;
    }
    return strange == 0;
  }

 private:
  // A statement has ended before AT. Whether another one begins behind a line feed.
  bool next_statement(std::size_t at) {
    if (at >= bytes_.size() || bytes_[at] != '\n') return false;
    done_.line_feeds += count_line_feeds(bytes_.substr(done_.bytes, at + 1 - done_.bytes));
    done_.bytes = at + 1;
    ++done_.statements;
    return bytes_.substr(done_.bytes, begin_.size()) == begin_;
  }

  std::string_view bytes_, begin_;
  InsertLines done_;
  std::uint64_t inside_ = 0, before_ = 0, minus_ = 0;  // what the block before leaves to this one
  std::size_t depth_ = 0;
};

InsertLines pass(std::string_view bytes, std::string_view begin, Masks (*masks_of)(const char* bytes)) {
  if (!bytes.starts_with(begin)) return {};
  Pass pass(bytes, begin);
  std::size_t at = 0;
  for (; bytes.size() - at >= kBlock; at += kBlock)
    if (!pass.block(masks_of(bytes.data() + at), at)) return pass.done();
  std::array<char, kBlock> rest;
  rest.fill(' ');
  std::memcpy(rest.data(), bytes.data() + at, bytes.size() - at);
  pass.block(masks_of(rest.data()), at);
  return pass.done();
}

InsertLines pass_plain(std::string_view bytes, std::string_view begin) {
  return pass(bytes, begin, masks_plain);
}

#if defined(__SSE2__)
InsertLines pass_avx2(std::string_view bytes, std::string_view begin) {
  return pass(bytes, begin, masks_avx2);
}
#endif

}  // namespace

std::span<const InsertLinesForm> insert_lines_forms() {
#if defined(__SSE2__)
  static constexpr InsertLinesForm kAll[] = {pass_plain, pass_avx2};
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  return std::span(kAll).first(has_avx2 ? 2 : 1);
#else
  static constexpr InsertLinesForm kAll[] = {pass_plain};
  return kAll;
#endif
}

InsertLines insert_lines(std::string_view bytes, std::string_view begin) {
  static const auto forms = insert_lines_forms();
  return forms.size() > 1 ? forms.back()(bytes, begin)
                          : InsertLines{};  // the plain form is slower than the lexer
}

}  // namespace sluice
