#include "tests/differential/split.hpp"

#include <algorithm>
#include <cstdio>

#include "libfilter/dump/unit_reader.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice::testing {

Split split(std::string_view script, std::size_t stretch, Recorded recorded) {
  Split result;
  Lexer lexer;
  if (recorded == Recorded::least)
    lexer.want_tokens([](const void*, std::string_view first,
                         std::string_view) { return UnitReader::session_needs(first); },
                      nullptr);
  std::size_t given = 0, done = 0, begin = 0;
  const auto describe = [&] {
    SplitUnit unit;
    unit.kind = lexer.kind();
    unit.offset = begin;
    unit.length = done - begin;
    unit.flags = lexer.flags();
    if (unit.kind == UnitKind::statement || unit.kind == UnitKind::meta_command) unit.tokens = lexer.tokens();
    if (unit.kind == UnitKind::statement) unit.copies_owed = lexer.copies_owed();
    if (unit.kind == UnitKind::statement) unit.groups = lexer.groups();
    if (unit.kind == UnitKind::copy_data) unit.copy_is_csv = lexer.copy_is_csv();
    return unit;
  };
  for (;;) {
    const auto end = given == script.size() ? Lexer::End::last : Lexer::End::more_follows;
    const auto bytes = script.substr(done, given - done);
    const auto step = lexer.scan(bytes, end);
    if (step.consumed > bytes.size()) {
      result.fault = "consumed more than it was given";
      return result;
    }
    if (step.line_feeds != count_line_feeds(bytes.substr(0, step.consumed))) {
      result.fault = "counted other line feeds than there are at offset " + std::to_string(done);
      return result;
    }
    done += step.consumed;
    if (step.unit_ended) {
      if (done == begin) {
        result.fault = "an empty unit at offset " + std::to_string(begin);
        return result;
      }
      result.units.push_back(describe());
      for (const Token& token : result.units.back().tokens)
        if (std::uint64_t{token.begin} + token.length > done - begin)
          result.fault = "a token that is not inside of its unit, from offset " + std::to_string(begin);
      const auto text = script.substr(begin, done - begin);
      if (lexer.kind() == UnitKind::statement) result.session.statement(text, lexer.tokens());
      if (lexer.kind() == UnitKind::meta_command) result.session.meta_command(text, lexer.tokens());
      lexer.apply(result.session.lexer_settings());
      begin = done;
    } else if (end == Lexer::End::last) {
      break;
    } else {
      if (bytes.size() - step.consumed > Lexer::kLookahead) {
        result.fault = "left more than kLookahead bytes at offset " + std::to_string(done);
        return result;
      }
      given += std::min(stretch, script.size() - given);
    }
  }
  if (done != script.size()) result.fault = "left bytes at the end, from offset " + std::to_string(done);
  result.open = lexer.open();
  result.open_offset = begin + result.open.offset;
  if (done > begin) {
    result.units.push_back(describe());
    result.units.back().open = result.open.what != Lexer::Open::What::nothing;
  }
  return result;
}

std::string_view name_of_kind(UnitKind kind) {
  switch (kind) {
    case UnitKind::space:
      return "space";
    case UnitKind::statement:
      return "statement";
    case UnitKind::copy_data:
      return "copy_data";
    case UnitKind::meta_command:
      return "meta_command";
  }
  return "?";
}

std::string_view name_of_kind(TokenKind kind) {
  switch (kind) {
    case TokenKind::word:
      return "word";
    case TokenKind::quoted_name:
      return "quoted_name";
    case TokenKind::string:
      return "string";
    case TokenKind::number:
      return "number";
    case TokenKind::parameter:
      return "parameter";
    case TokenKind::op:
      return "op";
    case TokenKind::mark:
      return "mark";
    case TokenKind::meta:
      return "meta";
    case TokenKind::argument:
      return "argument";
  }
  return "?";
}

std::string units_of(std::string_view script, std::size_t stretch) {
  const Split parts = split(script, stretch);
  std::string text;
  for (const SplitUnit& unit : parts.units) {
    if (!text.empty()) text += ' ';
    if (unit.open) text += "open ";
    text += name_of_kind(unit.kind);
    text += '[';
    text += script.substr(unit.offset, unit.length);
    text += ']';
  }
  if (!parts.fault.empty()) text += " fault: " + parts.fault;
  return text;
}

std::string tokens_of(std::string_view script) {
  const Split parts = split(script);
  const auto unit = std::ranges::find_if(parts.units, [](const SplitUnit& u) { return !u.tokens.empty(); });
  std::string text;
  if (unit == parts.units.end()) return text;
  for (const Token& token : unit->tokens) {
    if (!text.empty()) text += ' ';
    text += name_of_kind(token.kind);
    text += '(';
    text += token.of(script.substr(unit->offset, unit->length));
    text += ')';
  }
  return text;
}

std::string in_full(const Split& split, Detail detail) {
  std::string text;
  for (const SplitUnit& unit : split.units) {
    text += name_of_kind(unit.kind);
    text += ' ' + std::to_string(unit.offset) + ' ' + std::to_string(unit.length);
    if (unit.open) text += " open";
    const std::pair<bool, const char*> flags[] = {
        {unit.flags.by_meta, "by_meta"},
        {unit.flags.holds_meta, "holds_meta"},
        {unit.flags.on_copy_line, "on_copy_line"},
        {unit.flags.interrupted, "interrupted"},
        {unit.flags.continues, "continues"},
        {unit.flags.psql_variable, "psql_variable"},
        {unit.flags.nul, "nul"},
        {unit.flags.sends, "sends"},
        {unit.copy_is_csv, "csv"},
    };
    for (const auto& [set, name] : flags)
      if (set) text += std::string(" ") + name;
    if (unit.copies_owed > 0) text += " owes " + std::to_string(unit.copies_owed);
    if (unit.groups > 0) text += " groups " + std::to_string(unit.groups);
    for (const Token& token : unit.tokens) {
      if (detail == Detail::no_tokens) break;
      text += ' ';
      text += name_of_kind(token.kind);
      text += '@' + std::to_string(token.begin) + '+' + std::to_string(token.length) + '^' +
              std::to_string(token.depth);
    }
    text += '\n';
  }
  if (split.open.what != Lexer::Open::What::nothing)
    text += "open: " + std::to_string(static_cast<int>(split.open.what)) + " since " +
            std::to_string(split.open_offset) + ' ' + printable(split.open.delimiter) + '\n';
  if (!split.fault.empty()) text += "fault: " + split.fault + '\n';
  return text;
}

std::string printable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\\') {
      text += "\\\\";
    } else if (byte < 0x20 || byte >= 0x7f) {
      char hex[5];
      std::snprintf(hex, sizeof hex, "\\x%02x", byte);
      text += hex;
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace sluice::testing
