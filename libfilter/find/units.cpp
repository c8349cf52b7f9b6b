#include "libfilter/find/units.hpp"

#include <cstdint>
#include <string>

#include "libfilter/dump/soundness.hpp"
#include "libfilter/dump/unit_reader.hpp"

namespace sluice {
namespace {

// Nothing is done with a unit but counting its bytes: it may come in pieces.
constexpr std::size_t kHold = 64 * 1024;

std::string_view word_of(UnitKind kind) {
  switch (kind) {
    case UnitKind::statement:
      return "statement";
    case UnitKind::copy_data:
      return "copy-data";
    case UnitKind::meta_command:
      return "meta-command";
    case UnitKind::space:
      break;
  }
  return "space";
}

}  // namespace

void write_units(Source& source, Sink& sink, std::string_view prefix) {
  refuse_foreign(source);
  UnitReader reader(source, kHold);
  const auto write = [&](std::string_view kind, std::uint64_t offset, std::uint64_t length) {
    if (length == 0) return;
    sink.put(std::string(prefix) + std::string(kind) + "\t" + std::to_string(offset) + "\t" +
             std::to_string(length) + "\n");
  };
  std::uint64_t space = 0, offset = 0, length = 0;  // the lexer ends space with each line; here it goes on
  while (const Unit* unit = reader.next()) {
    if (unit->kind == UnitKind::space) {
      space += unit->bytes.size();
      continue;
    }
    if (unit->begins()) {
      write("space", unit->offset - space, space);
      space = 0;
      offset = unit->offset;
      length = 0;
    }
    length += unit->bytes.size();
    if (!unit->ends()) continue;
    write(unit->trailing ? "trailing" : word_of(unit->kind), offset, length);
    if (unit->trailing) throw ends_inside(source.name(), reader.open_thing());
    offset += length;
    length = 0;
  }
  write("space", offset, space);
}

}  // namespace sluice
