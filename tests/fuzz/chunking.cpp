// Units and tokens, and the output of sanitize-rds, are the same however the input comes in.
#include "tests/differential/split.hpp"
#include "tests/fuzz/support/fuzz.hpp"

using namespace sluice;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t stretch = 1 + input.byte();
  const auto script = input.rest();
  const auto whole = testing::split(script);
  const auto in_stretches = testing::split(script, stretch);
  const auto few_tokens = testing::split(script, stretch, testing::Recorded::least);
  fuzz::same("faults", whole.fault, "");
  fuzz::same("units and tokens", testing::in_full(whole), testing::in_full(in_stretches));
  fuzz::same("units, with few tokens", testing::in_full(whole, testing::Detail::no_tokens),
             testing::in_full(few_tokens, testing::Detail::no_tokens));
  const auto& rules = fuzz::rules_for_rds();
  fuzz::same("filtered", fuzz::sanitized(script, 64 * 1024, rules).both(),
             fuzz::sanitized(script, stretch, rules).both());
  return 0;
}
