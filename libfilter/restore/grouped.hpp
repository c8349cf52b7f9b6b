#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

// "1,234,567"
inline std::string grouped(std::uint64_t value) {
  std::string out = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > 0; at -= 3)
    out.insert(static_cast<std::size_t>(at), 1, ',');
  return out;
}

// "1 row", "1,000 rows"
inline std::string counted(std::uint64_t value, std::string_view thing) {
  return grouped(value) + ' ' + std::string(thing) + (value == 1 ? "" : "s");
}

}  // namespace sluice
