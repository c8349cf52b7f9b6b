#include "libfilter/find/literal.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <utility>

namespace sluice {
namespace {

unsigned char byte_at(const char* at) { return static_cast<unsigned char>(*at); }

bool is_letter(unsigned char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

char in_lower_case(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return is_letter(byte) ? static_cast<char>(byte | 0x20) : c;
}

// How much of a dump is this byte: a guess from its rank, near enough to choose by. Data rules the order:
// digits, words in lower case, and what stands between columns, in times and in JSON.
double share_of(unsigned char c) {
  static const auto kShares = [] {
    constexpr std::string_view kMostCommonFirst =
        "e0 at1in\to2rs3ld4c56u7m89p\n-hgfb,.yv_:w\"'k/TESAIRNO()LC;DMxUPBjz=q@GFHVYXWK\\{}J+QZ<>[]|*%&?!#$~";
    std::array<double, 256> shares;
    shares.fill(1.0 / 16 / 256);
    for (std::size_t i = 0; i < kMostCommonFirst.size(); ++i)
      shares[byte_at(&kMostCommonFirst[i])] = 1.0 / 3 / static_cast<double>(i + 8);
    return shares;
  }();
  return kShares[c];
}

double share_of(const WantedByte& wanted) {
  const auto other = static_cast<unsigned char>(wanted.value & ~wanted.fold);
  return share_of(wanted.value) + (wanted.fold != 0 ? share_of(other) : 0);
}

}  // namespace

Literal::Literal(std::string_view bytes, LetterCase letter_case) : bytes_(bytes), letter_case_(letter_case) {
  if (letter_case == LetterCase::ignored) std::ranges::transform(bytes_, bytes_.begin(), in_lower_case);
  const auto wanted = [&](std::size_t i) {
    const auto c = byte_at(&bytes_[i]);
    const bool fold = letter_case == LetterCase::ignored && is_letter(c);
    return WantedByte{i, c, static_cast<unsigned char>(fold ? 0x20 : 0)};
  };
  // The rarest byte, and the rarest of those that differ from it: where one stands the same often stands
  // beside it.
  const auto rarest = [&](auto admitted) {
    WantedByte best = wanted(0);
    bool found = false;
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      if (!admitted(bytes_[i]) || (found && share_of(wanted(i)) >= share_of(best))) continue;
      best = wanted(i);
      found = true;
    }
    return best;
  };
  pair_[0] = rarest([](char) { return true; });
  pair_[1] = rarest([&](char c) { return byte_at(&c) != pair_[0].value; });
  const bool one_value = pair_[1].value == pair_[0].value;
  if (one_value) pair_[1] = wanted(bytes_.size() - 1 - pair_[0].offset);
  commonness_ = share_of(pair_[0]) * (bytes_.size() == 1 ? 1 : share_of(pair_[1]));
}

bool Literal::stands_at(const char* at, const char* end) const {
  if (static_cast<std::size_t>(end - at) < bytes_.size()) return false;
  if (letter_case_ == LetterCase::kept) return std::memcmp(at, bytes_.data(), bytes_.size()) == 0;
  return std::equal(bytes_.begin(), bytes_.end(), at,
                    [](char wanted, char c) { return wanted == in_lower_case(c); });
}

const char* Literal::find(const char* at, const char* end) const {
  const auto size = static_cast<std::size_t>(end - at);
  if (size < bytes_.size()) return end;
  const bool kept = letter_case_ == LetterCase::kept;
  if (bytes_.size() == 1 && kept) {
    const void* found = std::memchr(at, bytes_[0], size);
    return found != nullptr ? static_cast<const char*>(found) : end;
  }

  // A place that passes and is none costs as much as looking at this many bytes: with more of them memmem,
  // whose time does not depend on luck, is faster.
  constexpr std::ptrdiff_t kBytesAMiss = 8, kPatience = 1024;
  const char* last = end - bytes_.size();
  std::ptrdiff_t misses = 0;
  for (const char* place = at; (place = find_pair(pair_, place, last)) != nullptr; ++place) {
    if (stands_at(place, end)) return place;
    ++misses;
    if (kept && misses * kBytesAMiss > place - at + kPatience) {
      const void* found = memmem(place, static_cast<std::size_t>(end - place), bytes_.data(), bytes_.size());
      return found != nullptr ? static_cast<const char*>(found) : end;
    }
    if (place == last) break;
  }
  return end;
}

LiteralSet::LiteralSet(std::vector<Literal> literals) : literals_(std::move(literals)) {
  std::ranges::stable_sort(literals_, std::ranges::greater{}, &Literal::commonness);
  for (const Literal& literal : literals_) longest_ = std::max(longest_, literal.size());
}

// Every string is searched for in a block that stays in the first cache, and only before the place where
// another stands. Blocks begin small: where a string is common the others have not read far in vain.
const char* LiteralSet::find(const char* at, const char* end) const {
  if (literals_.size() == 1) return literals_[0].find(at, end);
  constexpr std::ptrdiff_t kFirstBlock = 256, kBlock = 8192;
  for (std::ptrdiff_t block = kFirstBlock; at < end; block = std::min(block * 2, kBlock)) {
    const char* block_end = end - at > block ? at + block : end;
    const char* first = block_end;  // no place before it has been found
    for (const Literal& literal : literals_) {
      // A string that begins before FIRST may end behind it.
      const auto room = static_cast<std::ptrdiff_t>(literal.size() - 1);
      const char* stop = end - first > room ? first + room : end;
      const char* found = literal.find(at, stop);
      if (found != stop) first = found;
    }
    if (first != block_end) return first;
    at = block_end;
  }
  return end;
}

std::size_t LiteralSet::longest_at(const char* at, const char* end) const {
  std::size_t longest = 0;
  for (const Literal& literal : literals_)
    if (literal.size() > longest && literal.stands_at(at, end)) longest = literal.size();
  return longest;
}

}  // namespace sluice
