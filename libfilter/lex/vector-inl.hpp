// What scan-inl.hpp and insert_lines-inl.hpp share: bytes into vectors, and vectors into masks of 64 bits.

#if defined(SLUICE_LEX_VECTOR_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SLUICE_LEX_VECTOR_INL
#undef SLUICE_LEX_VECTOR_INL
#else
#define SLUICE_LEX_VECTOR_INL
#endif

#include <hwy/highway.h>

#include <array>
#include <cstdint>
#include <string_view>

HWY_BEFORE_NAMESPACE();
namespace sluice::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::ScalableTag<std::uint8_t>;

template <class D>
HWY_INLINE hn::Vec<D> load(D d, const char* at) {
  return hn::LoadU(d, reinterpret_cast<const std::uint8_t*>(at));
}

template <class D, class Row>
HWY_INLINE hn::Vec<D> load_row(D d, const Row& row) {
  return hn::LoadDup128(d, reinterpret_cast<const std::uint8_t*>(row.data()));
}

// Bit i of the result: what the mask says of the i-th byte.
template <class D>
HWY_INLINE std::uint64_t bits_of(D d, hn::Mask<D> mask) {
  std::uint64_t bits = 0;
  hn::StoreMaskBits(d, mask, reinterpret_cast<std::uint8_t*>(&bits));
  return bits;
}

// The sum of all bytes.
template <class D>
HWY_INLINE std::size_t sum_of(D d, hn::Vec<D> bytes) {
  const hn::Repartition<std::uint64_t, D> sums;
  (void)d;
  return hn::GetLane(hn::SumOfLanes(sums, hn::SumsOf8(bytes)));
}

// A set of bytes as two tables of sixteen bit sets: a byte is in the set where the entry of its low half and
// that of its high half have a bit in common. Each row of sixteen values that has some in the set takes a
// bit.
struct HalfTables {
  alignas(16) std::array<std::uint8_t, 16> low{}, high{};
};

constexpr HalfTables half_tables(std::string_view bytes) {
  HalfTables tables;
  std::uint8_t next = 1;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    auto& row = tables.high[byte >> 4];
    if (row == 0) {
      row = next;
      next = static_cast<std::uint8_t>(next << 1);
    }
    tables.low[byte & 15] |= row;
  }
  return tables;
}

// Not zero for each byte that is in the set.
template <class D>
HWY_INLINE hn::Vec<D> classes_of(D d, hn::Vec<D> bytes, const HalfTables& tables) {
  return hn::And(hn::TableLookupBytes(load_row(d, tables.low), hn::And(bytes, hn::Set(d, 15))),
                 hn::TableLookupBytes(load_row(d, tables.high), hn::ShiftRight<4>(bytes)));
}

}  // namespace sluice::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
