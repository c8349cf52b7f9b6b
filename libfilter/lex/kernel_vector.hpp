// The kernels for vectors, as they were compiled; not all of them run everywhere.
#pragma once

#include <span>

#include "libfilter/lex/kernel.hpp"

namespace sluice {

struct VectorKernel {
  Kernel kernel;
  bool (*runs_here)();
};
// The narrowest first.
std::span<const VectorKernel> vector_kernels();

}  // namespace sluice
