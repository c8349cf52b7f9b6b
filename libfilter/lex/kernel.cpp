#include "libfilter/lex/kernel.hpp"

#include <vector>

#include "libfilter/lex/kernel_vector.hpp"
#include "libfilter/lex/plain.hpp"

namespace sluice {
namespace {

constexpr Kernel kScalar{"scalar",
                         plain::find_rare,
                         plain::find_stops,
                         plain::find_end_marker,
                         plain::count_line_feeds,
                         plain::insert_lines,
                         plain::find_pair};

// What is initialised before the choice below scans by the scalar kernel.
constinit const Kernel* in_use = &kScalar;

}  // namespace

std::span<const Kernel> kernels() {
  static const auto all = [] {
    std::vector<Kernel> kernels{kScalar};
    for (const VectorKernel& vector : vector_kernels())
      if (vector.runs_here()) kernels.push_back(vector.kernel);
    return kernels;
  }();
  return all;
}

const Kernel& kernel() { return *in_use; }
void use_kernel(const Kernel& kernel) { in_use = &kernel; }

namespace {
[[maybe_unused]] const bool chosen = (use_kernel(kernels().back()), true);
}

const char* RareBytes::find(const char* at, const char* end) const {
  return in_use->find_rare(rows_, at, end);
}
StopMasks find_stops(const char* bytes) { return in_use->find_stops(bytes); }
EndMarker find_end_marker(std::string_view bytes) { return in_use->find_end_marker(bytes); }
std::size_t count_line_feeds(std::string_view bytes) { return in_use->count_line_feeds(bytes); }
InsertLines insert_lines(std::string_view bytes, std::string_view begin) {
  return in_use->insert_lines(bytes, begin);
}
const char* find_pair(const BytePair& pair, const char* at, const char* last) {
  return in_use->find_pair(pair, at, last);
}

}  // namespace sluice
