// Compiles scan-inl.hpp and insert_lines-inl.hpp once for each kind of vectors: foreach_target.h includes
// this file again and again, each time with another HWY_TARGET.

#include "libfilter/lex/kernel_vector.hpp"

// SSSE3 alone is that of processors that nobody restores a dump on, AVX-512 of the later kinds has nothing
// that these loops want, and vectors of a width that is known only at run time fill no mask of 64 bits.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
// Its assertions stand in the library that is left out.
#define HWY_IS_DEBUG_BUILD 0

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libfilter/lex/kernel_vector.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

// Highway's own scalar forms come with every processor that is not sure to have vectors: ours are better.
#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
#include "libfilter/lex/insert_lines-inl.hpp"
#include "libfilter/lex/scan-inl.hpp"

namespace sluice::HWY_NAMESPACE {

constexpr Kernel kernel(std::string_view name) {
  return {name, find_rare, find_stops, find_end_marker, count_line_feeds, insert_lines, find_pair};
}

}  // namespace sluice::HWY_NAMESPACE
#endif

#if HWY_ONCE
namespace sluice {

#if HWY_TARGETS & HWY_AVX3
// A rare byte mostly stands near: what vectors of 64 bytes gain on the way there they lose at its ends, where
// a comparison makes a mask of bits first (3.3 GB/s and 4.4 where every 25th byte is one). A pair of bytes is
// two comparisons and little else (51 GB/s and 66). All else gains: end markers 30 to 51, INSERT
// statements 5.7 to 8.2, stops 16 to 19.
static constexpr Kernel avx512_kernel() {
  Kernel kernel = N_AVX3::kernel("avx512");
#if HWY_TARGETS & HWY_AVX2
  kernel.find_rare = N_AVX2::find_rare;
  kernel.find_pair = N_AVX2::find_pair;
#endif
  return kernel;
}
#endif

std::span<const VectorKernel> vector_kernels() {
  static constexpr VectorKernel kAll[] = {
#if HWY_TARGETS & HWY_NEON
    {N_NEON::kernel("neon"), [] { return true; }},
#endif
#if HWY_TARGETS & HWY_SSE4
    {N_SSE4::kernel("sse4"),
     [] { return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul"); }},
#endif
#if HWY_TARGETS & HWY_AVX2
    {N_AVX2::kernel("avx2"),
     [] {
       return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
              __builtin_cpu_supports("fma") && __builtin_cpu_supports("pclmul");
     }},
#endif
#if HWY_TARGETS & HWY_AVX3
    {avx512_kernel(),
     [] {
       return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("bmi2") &&
              __builtin_cpu_supports("pclmul");
     }},
#endif
  };
  return kAll;
}

}  // namespace sluice
#endif
