#include "libfilter/restore/terminal_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "libfilter/io/failure.hpp"

namespace sluice {

namespace {

constexpr std::string_view kCut = "...";

struct Range {
  char32_t first, last;
};

// Unicode's East_Asian_Width W and F, as far as terminals agree on them.
constexpr std::array<Range, 11> kWide = {{{0x1100, 0x115f},
                                          {0x2e80, 0x303e},
                                          {0x3041, 0xa4cf},
                                          {0xa960, 0xa97c},
                                          {0xac00, 0xd7a3},
                                          {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f},
                                          {0xff00, 0xff60},
                                          {0xffe0, 0xffe6},
                                          {0x1f300, 0x1faff},
                                          {0x20000, 0x3fffd}}};
constexpr std::array<Range, 5> kNoWidth = {
    {{0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20f0}, {0xfe00, 0xfe0f}, {0x1ab0, 0x1aff}}};

bool within(char32_t code, const auto& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const Range& range) { return code >= range.first && code <= range.last; });
}

// Bytes of the character at the front of TEXT, and what it is; one byte where it is no UTF-8.
struct Character {
  std::size_t size = 1;
  char32_t code = 0;
  bool sound = false;
};

Character character_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {1, lead, true};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  char32_t code = lead & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0U) != 0x80) return {};
    code = code << 6U | (byte & 0x3fU);
  }
  return {size, code, true};
}

std::size_t width_of(const Character& character) {
  if (within(character.code, kNoWidth)) return 0;
  return within(character.code, kWide) ? 2 : 1;
}

// A statement that was cut may end inside a character.
bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto character = character_of(text);
    if (!character.sound) return text.size() < 4 && static_cast<unsigned char>(text.front()) >= 0xc2;
    text.remove_prefix(character.size);
  }
  return true;
}

// Behind POSITION - 1 characters; npos when there are not as many.
std::size_t offset_of(std::string_view sql, std::size_t position) {
  std::size_t at = 0;
  if (!is_utf8(sql)) {
    at = position - 1;
  } else {
    for (std::size_t i = 1; i < position; ++i) {
      if (at >= sql.size()) return std::string_view::npos;
      at += character_of(sql.substr(at)).size;
    }
  }
  return at <= sql.size() ? at : std::string_view::npos;
}

// What is shown at once: a character, a tab's blanks, the mask of a secret.
struct Cell {
  std::string text;
  std::size_t width;
};

std::size_t width_of(std::span<const Cell> cells) {
  std::size_t width = 0;
  for (const auto& cell : cells) width += cell.width;
  return width;
}

Cell cell_of(std::string_view bytes, std::size_t column) {
  constexpr std::size_t kTab = 8;
  if (bytes == "\t") return {std::string(kTab - column % kTab, ' '), kTab - column % kTab};
  auto text = printable(bytes);
  const auto width = columns_of(text);
  return {std::move(text), width};
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto character = character_of(text);
    columns += width_of(character);
    text.remove_prefix(character.size);
  }
  return columns;
}

std::string cut_to_columns(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  const auto room = columns - std::min(columns, kCut.size());
  std::size_t used = 0, end = 0;
  while (end < text.size()) {
    const auto character = character_of(text.substr(end));
    if (used + width_of(character) > room) break;
    used += width_of(character);
    end += character.size;
  }
  return std::string(text.substr(0, end)) + std::string(kCut.substr(0, std::min(columns, kCut.size())));
}

std::optional<Excerpt> excerpt_at(std::string_view sql, std::size_t position,
                                  std::span<const StatementSecrets::Span> hidden, std::size_t width) {
  if (position == 0) return std::nullopt;
  const auto place = offset_of(sql, position);
  if (place == std::string_view::npos) return std::nullopt;
  const auto before = place == 0 ? std::string_view::npos : sql.rfind('\n', place - 1);
  const auto begin = before == std::string_view::npos ? 0 : before + 1;
  auto end = std::min(sql.find('\n', place), sql.size());
  if (end > place && sql[end - 1] == '\r') --end;

  Excerpt out;
  out.lines_before = static_cast<std::uint64_t>(
      std::count(sql.begin(), sql.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
  std::vector<Cell> cells;
  std::size_t column = 0, caret_cell = std::string_view::npos;
  for (auto at = begin; at < end;) {
    const auto secret = std::find_if(hidden.begin(), hidden.end(),
                                     [at](const auto& span) { return span.begin <= at && at < span.end; });
    const bool masked = secret != hidden.end();
    const auto next = masked ? std::min(secret->end, end) : at + character_of(sql.substr(at)).size;
    if (place >= at && place < next) caret_cell = cells.size();
    cells.push_back(masked ? Cell{"'***'", 5} : cell_of(sql.substr(at, std::min(next, end) - at), column));
    column += cells.back().width;
    at = next;
  }
  caret_cell = std::min(caret_cell, cells.size());

  // A long line: the place with what is around it, more of it before than behind.
  std::size_t first = 0, last = cells.size();
  const std::span<const Cell> all(cells);
  if (column > width) {
    const auto room = width - std::min(width, 2 * kCut.size());
    first = last = caret_cell;
    std::size_t used = 0;
    while (first > 0 && used + cells[first - 1].width <= room * 2 / 3) used += cells[--first].width;
    while (last < cells.size() && used + cells[last].width <= room) used += cells[last++].width;
    while (first > 0 && used + cells[first - 1].width <= room) used += cells[--first].width;
  }
  if (first > 0) out.text += kCut;
  for (auto i = first; i < last; ++i) out.text += cells[i].text;
  if (last < cells.size()) out.text += kCut;
  out.caret = (first > 0 ? kCut.size() : 0) + width_of(all.subspan(first, caret_cell - first));
  return out;
}

}  // namespace sluice
