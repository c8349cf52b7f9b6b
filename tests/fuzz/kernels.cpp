// Each fast kernel against the scalar one.
#include "libfilter/lex/kernel.hpp"

#include <array>
#include <string>

#include "tests/fuzz/support/fuzz.hpp"

using namespace sluice;

namespace {

std::string answers(const Kernel& kernel, const RareBytes::Rows& rows, const BytePair& pair,
                    std::string_view bytes, std::string_view insert) {
  std::string text;
  const auto add = [&](std::size_t number) { text += std::to_string(number) + ' '; };
  const char* const end = bytes.data() + bytes.size();
  add(static_cast<std::size_t>(kernel.find_rare(rows, bytes.data(), end) - bytes.data()));
  if (bytes.size() >= kMaskedBytes) {
    const auto masks = kernel.find_stops(bytes.data());
    add(masks.stops);
    add(masks.quotes);
  }
  const auto marker = kernel.find_end_marker(bytes);
  add(marker.at);
  add(marker.line_feeds);
  add(marker.nul ? 1 : 0);
  add(kernel.count_line_feeds(bytes));
  const auto lines = kernel.insert_lines(bytes, insert);
  add(lines.bytes);
  add(lines.statements);
  add(lines.line_feeds);
  const auto reach = std::max(pair[0].offset, pair[1].offset);
  if (bytes.size() > reach) {
    const char* found = kernel.find_pair(pair, bytes.data(), end - 1 - reach);
    add(found == nullptr ? bytes.size() : static_cast<std::size_t>(found - bytes.data()));
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  std::string wanted;
  for (auto many = 1 + input.below(4); many > 0; --many) wanted += static_cast<char>(input.byte());
  RareBytes::Rows rows{};
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].fill(wanted[i < wanted.size() ? i : 0]);
  BytePair pair;
  for (auto& one : pair) {
    one.offset = input.below(40);
    one.fold = input.below(2) == 0 ? 0 : 0x20;
    one.value = static_cast<unsigned char>(input.byte() | one.fold);
  }
  const auto insert = input.below(2) == 0 ? kInsertInto : std::string_view("INSERT INTO public.t ");
  // A copy of its own size, so that a read beyond its end is seen, not aligned to anything.
  const auto skipped = std::min<std::size_t>(input.below(32), input.rest().size());
  const std::string bytes(input.rest().substr(skipped));
  const auto all = kernels();
  const auto expected = answers(all[0], rows, pair, bytes, insert);
  for (const auto& kernel : all.subspan(1))
    fuzz::same(kernel.name, expected, answers(kernel, rows, pair, bytes, insert));
  return 0;
}
