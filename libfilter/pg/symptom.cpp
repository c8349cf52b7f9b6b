#include "libfilter/pg/symptom.hpp"

#include <array>

namespace sluice {

namespace {

constexpr std::array<std::string_view, 8> kStages = {"settings", "name",           "TCP",     "TLS",
                                                     "start-up", "authentication", "session", "statement"};

}  // namespace

std::string_view name_of(Stage stage) { return kStages[static_cast<std::size_t>(stage)]; }

std::optional<Stage> stage_named(std::string_view name) {
  for (std::size_t i = 0; i < kStages.size(); ++i)
    if (kStages[i] == name) return static_cast<Stage>(i);
  return std::nullopt;
}

}  // namespace sluice
