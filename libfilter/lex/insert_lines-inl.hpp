// insert_lines() for the vectors of HWY_TARGET. Included once for each by kernel_vector.cpp.

#if defined(SLUICE_LEX_INSERT_LINES_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SLUICE_LEX_INSERT_LINES_INL
#undef SLUICE_LEX_INSERT_LINES_INL
#else
#define SLUICE_LEX_INSERT_LINES_INL
#endif

#include <hwy/highway.h>

#include <bit>
#include <cstring>

#include "libfilter/lex/insert_head.hpp"
#include "libfilter/lex/insert_lines.hpp"
#include "libfilter/lex/vector-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {

struct InsertMasks {
  std::uint64_t quote = 0, open = 0, close = 0, semicolon = 0, line_feed = 0;
  std::uint64_t strange_outside = 0, strange_inside = 0;  // of strings
};

constexpr HalfTables kStrangeTables = half_tables(std::string_view("\"$/\\:\0", 6));

// Of the sixty-four bytes at AT, with a byte before them that can be read.
HWY_INLINE InsertMasks insert_masks(const char* at) {
  const Bytes d;
  const auto is = [d](hn::Vec<Bytes> bytes, char c)
                      HWY_ATTR { return hn::Eq(bytes, hn::Set(d, static_cast<std::uint8_t>(c))); };
  InsertMasks masks;
  for (std::size_t i = 0; i < kMaskedBytes; i += hn::MaxLanes(d)) {
    const auto here = load(d, at + i), before = load(d, at + i - 1);
    const auto quote = is(here, '\'');
    masks.quote |= bits_of(d, quote) << i;
    masks.open |= bits_of(d, is(here, '(')) << i;
    masks.close |= bits_of(d, is(here, ')')) << i;
    masks.semicolon |= bits_of(d, is(here, ';')) << i;
    masks.line_feed |= bits_of(d, is(here, '\n')) << i;
    const auto strange = hn::Ne(classes_of(d, here, kStrangeTables), hn::Zero(d));
    const auto second_minus = hn::And(is(here, '-'), is(before, '-'));
    masks.strange_outside |= bits_of(d, hn::Or(strange, second_minus)) << i;
    const auto escapes = hn::And(quote, is(hn::Or(before, hn::Set(d, 0x20)), 'e'));
    masks.strange_inside |= bits_of(d, hn::Or(escapes, is(here, '\0'))) << i;
  }
  return masks;
}

// Bit i of the result: how many of the bits up to and with i are set, modulo 2.
HWY_INLINE std::uint64_t prefix_parity(std::uint64_t bits) {
#if HWY_ARCH_X86
  const hn::Full128<std::uint64_t> d;
  return hn::GetLane(hn::CLMulLower(hn::Set(d, bits), hn::Set(d, ~std::uint64_t{0})));
#else
  for (int step = 1; step < 64; step *= 2) bits ^= bits << step;
  return bits;
#endif
}

// Goes over the statements, a block at a time.
class InsertPass {
 public:
  InsertPass(std::string_view bytes, std::string_view begin) : bytes_(bytes), begin_(begin) {}

  InsertLines done() const { return done_; }

  // The block at AT. False: there is nothing more to pass.
  HWY_INLINE bool block(const InsertMasks& masks, std::size_t at) {
    const std::uint64_t inside = prefix_parity(masks.quote) ^ in_string_;
    // As numbers: a bit of OPEN, subtracted, borrows from all behind it up to the bit of CLOSE.
    const std::uint64_t open = masks.open & ~inside, close = masks.close & ~inside;
    const std::uint64_t enclosed = close - open - in_parentheses_;
    in_string_ = all_if_last(inside);
    in_parentheses_ = enclosed >> 63;
    std::uint64_t strange = (masks.strange_outside & ~inside) | (masks.strange_inside & inside) |
                            (open & ~enclosed) | (close & enclosed);
    if (head_end_ > at) strange &= ~before(head_end_ - at);
    std::uint64_t ends = masks.semicolon & ~(inside | enclosed);
    while ((ends | strange) != 0) {
      const auto place = static_cast<std::size_t>(std::countr_zero(ends | strange));
      if ((strange >> place & 1) != 0) {
        if (bytes_[at + place] != '"' || !know_head() || head_end_ <= at + place) return false;
      } else {
        if (!next_statement(at + place + 1, masks.line_feed & before(place))) return false;
        ends &= ends - 1;
      }
      if (head_end_ > at) strange &= ~before(head_end_ - at);
    }
    line_feeds_ += static_cast<std::size_t>(std::popcount(masks.line_feed));
    return true;
  }

 private:
  static std::uint64_t before(std::size_t place) {
    return place < 64 ? (std::uint64_t{1} << place) - 1 : ~std::uint64_t{0};
  }
  static std::uint64_t all_if_last(std::uint64_t bits) {
    return static_cast<std::uint64_t>(static_cast<std::int64_t>(bits) >> 63);
  }

  // A statement has ended before AT, with these line feeds in its last block. Whether another one begins
  // behind a line feed.
  HWY_INLINE bool next_statement(std::size_t at, std::uint64_t line_feeds) {
    if (at >= bytes_.size() || bytes_[at] != '\n') return false;
    done_.bytes = at + 1;
    ++done_.statements;
    done_.line_feeds = line_feeds_ + static_cast<std::size_t>(std::popcount(line_feeds)) + 1;
    const auto rest = bytes_.substr(done_.bytes);
    head_end_ = !head_.empty() && rest.starts_with(head_) ? done_.bytes + head_.size() : 0;
    return begins(rest);
  }

  // Whether REST begins with begin_, which is no shorter than kInsertInto and often no longer than this looks
  // at.
  HWY_INLINE bool begins(std::string_view rest) const {
    static_assert(kInsertInto.size() >= 8);
    if (rest.size() < begin_.size()) return false;
    const auto differ = [&](std::size_t at) HWY_ATTR {
      std::uint64_t one, other;
      std::memcpy(&one, rest.data() + at, 8);
      std::memcpy(&other, begin_.data() + at, 8);
      return one ^ other;
    };
    if ((differ(0) | differ(begin_.size() - 8)) != 0) return false;
    return begin_.size() <= 16 || rest.starts_with(begin_);
  }

  // This statement has a name in quotes: whether it is in a head.
  bool know_head() {
    head_ = bytes_.substr(done_.bytes, insert_head(bytes_.substr(done_.bytes)));
    head_end_ = done_.bytes + head_.size();
    return !head_.empty();
  }

  std::string_view bytes_, begin_;
  InsertLines done_;
  std::string_view head_;     // of a statement before, where it has names in quotes
  std::size_t head_end_ = 0;  // of this statement's, where that is the same; what is strange before it is not
  std::size_t line_feeds_ = 0;
  std::uint64_t in_string_ = 0, in_parentheses_ = 0;  // what the block before leaves to this one
};

InsertLines insert_lines(std::string_view bytes, std::string_view begin) {
  if (!bytes.starts_with(begin)) return {};
  InsertPass pass(bytes, begin);
  std::size_t at = 1;  // the first byte is a letter, and every block has one before it
  for (; bytes.size() - at >= kMaskedBytes; at += kMaskedBytes)
    if (!pass.block(insert_masks(bytes.data() + at), at)) return pass.done();
  std::array<char, 1 + kMaskedBytes> rest;
  rest.fill(' ');
  std::memcpy(rest.data(), bytes.data() + at - 1, bytes.size() - at + 1);
  pass.block(insert_masks(rest.data() + 1), at);
  return pass.done();
}

}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
