// psql's meta-commands, as far as they decide where units end (src/bin/psql/psqlscanslash.l, command.c): how
// much of the line each takes, which send the statement, \if and its kin, \restrict, \copy from stdin.

#include <algorithm>
#include <cstring>

#include "libfilter/lex/cursor.hpp"

namespace sluice {
namespace {

// "false", "off", "0" and their unique beginnings, as psql's ParseVariableBool(); what is neither is false
// too.
bool is_true(std::string_view text) {
  const auto begins = [&](std::string_view word, std::size_t least) {
    return text.size() >= least && text.size() <= word.size() && same_word(text, word.substr(0, text.size()));
  };
  return begins("true", 1) || begins("yes", 1) || begins("on", 2) || text == "1";
}

}  // namespace

Lexer::MetaKind Lexer::meta_kind(std::string_view name) {
  static constexpr std::string_view kSends[] = {"g", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch"};
  static constexpr std::string_view kWholeLine[] = {"!", "help", "h", "ef", "ev", "sf", "sf+", "sv", "sv+"};
  static constexpr std::string_view kMayPipe[] = {"o", "out", "w", "write"};
  static constexpr std::string_view kBranch[] = {"if", "elif", "else", "endif"};
  static constexpr std::string_view kPlain[] = {
      "a",         "bind",   "C",     "c",     "connect",  "conninfo",   "cd",
      "copyright", "e",      "edit",  "echo",  "encoding", "errverbose", "f",
      "getenv",    "H",      "html",  "i",     "include",  "ir",         "include_relative",
      "l",         "list",   "l+",    "list+", "p",        "print",      "password",
      "prompt",    "pset",   "qecho", "warn",  "restrict", "unrestrict", "s",
      "set",       "setenv", "t",     "T",     "timing",   "unset",      "x",
      "z",         "zS",     "?"};
  const auto in = [&](const auto& list) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
  };
  if (in(kSends)) return MetaKind::sends;
  if (in(kWholeLine) || same_word(name, "copy")) return MetaKind::whole_line;
  if (in(kMayPipe)) return MetaKind::may_pipe;
  if (in(kBranch)) return MetaKind::branch;
  if (name == "r" || name == "reset") return MetaKind::resets;
  if (name == "q" || name == "quit") return MetaKind::quits;
  if (in(kPlain) || (!name.empty() && name.front() == 'd') || name.starts_with("lo_")) return MetaKind::plain;
  return MetaKind::unknown;
}

// At a backslash outside everything.
bool Lexer::meta_begin(Cursor& in, Result& result) {
  if (in.left() < 2 && !final_) return false;
  bool in_statement = kind_ == UnitKind::statement;
  const char next = in.left() > 1 ? in.at[1] : '\0';
  if (in_statement && (next == ';' || next == ':')) {
    flags_.holds_meta = flags_.holds_meta || next == ';';
    record_here(in, TokenKind::meta, 2);
    if (next == ';' && parens_ == 0 && begins_ == 0) end_part();
    if (next == ';' && recording_ && most_tokens_ < kAllTokens) begin_part();
    return true;
  }
  const char* at = in.at + 1;
  while (at < in.end && !is_blank_or_line_feed(*at) && *at != '\\' && *at != '\0' && at - in.at < kLongestTag)
    at += character(at, in.end);
  if (at == in.end && !final_) return false;
  meta_name_ = in.text(in.at + 1, at);
  meta_ = meta_kind(meta_name_);
  if (!restrict_key_.empty() && meta_name_ != "unrestrict") meta_ = MetaKind::unknown;
  // In a false branch a command is read as ever, an unknown one too, but not obeyed.
  if (!active() && (meta_ == MetaKind::sends || meta_ == MetaKind::resets || meta_ == MetaKind::quits))
    meta_ = MetaKind::plain;

  if (meta_ == MetaKind::sends && in_statement) {
    // The statement ends here; the meta-command is a unit of its own.
    flags_.by_meta = true;
    sent_by_meta_ = true;
    end_statement(result);
    if (in_unit(in) > 0) return false;
    // Only COPY data stood between the two: what is left of the statement is no unit.
    result.unit_ended = false;
    flags_ = {};
    owed_ = 0;
    in_statement = false;
  }
  meta_inner_ = in_statement;
  if (in_statement) {
    flags_.holds_meta = true;
  } else {
    kind_ = UnitKind::meta_command;
    any_token_ = false;
  }
  if (meta_ == MetaKind::sends) {
    flags_.sends = true;
    if (!sent_by_meta_) pending_.insert(pending_.end(), last_query_.begin(), last_query_.end());
  }
  sent_by_meta_ = false;
  record_here(in, TokenKind::meta, at - in.at);
  meta_quote_ = 0;
  meta_in_argument_ = false;
  meta_first_argument_ = true;
  meta_argument_.clear();
  meta_line_.clear();
  state_ =
      meta_ == MetaKind::unknown || meta_ == MetaKind::whole_line ? State::meta_line : State::meta_arguments;
  return true;
}

bool Lexer::meta_end(Result& result) {
  meta_done();
  if (!meta_inner_) return ends(result);
  if (meta_ == MetaKind::resets) {
    state_ = State::between;
    return ends(result);
  }
  return true;
}

void Lexer::end_argument(const Cursor& in) {
  if (!meta_in_argument_) return;
  record(TokenKind::argument, token_begin_, in_unit(in), parens_);
  meta_in_argument_ = false;
  meta_first_argument_ = false;
}

// Steps over one character of an argument; the first argument's text is kept, but for its single quotes.
bool Lexer::keep_argument(Cursor& in) {
  const char* from = in.at;
  if (!step(in)) return false;
  if (meta_first_argument_ && meta_argument_.size() < kLookahead) meta_argument_ += in.text(from, in.at);
  return true;
}

bool Lexer::meta_arguments(Cursor& in, Result& result) {
  while (in.at < in.end) {
    const char c = *in.at;
    if (c == '\0') return skip_nul(in);
    if (c == '\n') {
      end_argument(in);
      return meta_end(result);
    }
    if (meta_quote_ != 0) {
      if (c == '\\' && meta_quote_ == '\'') {
        if (in.left() < 2 && !final_) return false;
        const bool escapes = in.left() > 1 && in.at[1] != '\n';
        if (escapes) ++in.at;
        if (keep_argument(in)) continue;
        if (escapes) --in.at;
        return false;
      }
      if (c != meta_quote_) {
        if (!keep_argument(in)) return false;
        continue;
      }
      meta_quote_ = 0;
      if (c == '\'') {
        ++in.at;
      } else if (!keep_argument(in)) {
        return false;
      }
      continue;
    }
    if (kBlank.has(c)) {
      end_argument(in);
      ++in.at;
      continue;
    }
    if (c == '\\') {
      if (in.left() < 2 && !final_) return false;
      end_argument(in);
      if (in.left() > 1 && in.at[1] == '\\') in.at += 2;
      return meta_end(result);
    }
    const bool pipes = meta_ == MetaKind::may_pipe || meta_name_ == "g" || meta_name_ == "gx";
    if (!meta_in_argument_) {
      if (c == '|' && pipes && meta_first_argument_) {
        state_ = State::meta_line;
        return true;
      }
      meta_in_argument_ = true;
      token_begin_ = in_unit(in);
    }
    if (c == '\'' || c == '"' || c == '`') meta_quote_ = c;
    if (c == '\'') {
      ++in.at;
    } else if (!keep_argument(in)) {
      return false;
    }
  }
  return true;
}

bool Lexer::meta_line(Cursor& in, Result& result) {
  const char* line_end = kInLine.find(in.at, in.end);
  if (meta_line_.size() < kLineKept) meta_line_ += in.text(in.at, line_end);
  in.at = line_end;
  if (in.at == in.end) return true;
  if (*in.at == '\0') return skip_nul(in);
  return meta_end(result);
}

// What a complete meta-command does to the lexer.
void Lexer::meta_done() {
  state_ = meta_inner_ ? State::initial : State::between;
  if (meta_ == MetaKind::unknown) return;
  if (meta_ == MetaKind::branch) return branch();
  if (!active()) return;
  if (meta_name_ == "restrict" || meta_name_ == "unrestrict")
    meta_argument_.erase(meta_argument_.find_last_not_of(';') + 1);
  if (meta_ == MetaKind::quits) {
    state_ = State::after_quit;
  } else if (meta_name_ == "restrict" && restrict_key_.empty()) {
    restrict_key_ = meta_argument_;
  } else if (meta_name_ == "unrestrict" && restrict_key_ == meta_argument_) {
    restrict_key_.clear();
  } else if (same_word(meta_name_, "copy")) {
    copy_from_script();
  }
}

void Lexer::branch() {
  if (meta_name_ == "if") {
    const bool value = is_true(meta_argument_) && active();
    branches_.push_back({value, value, active(), parens_});
    return;
  }
  if (branches_.empty()) return;
  auto& here = branches_.back();
  // What an inactive branch left open is forgotten.
  if (!here.active) parens_ = here.parens;
  if (meta_name_ == "endif") {
    branches_.pop_back();
  } else if (meta_name_ == "elif") {
    here.active = here.parent_active && !here.taken && is_true(meta_argument_);
    here.taken = here.taken || here.active;
  } else {
    here.active = here.parent_active && !here.taken;
    here.taken = true;
  }
}

// \copy table [(columns)] from stdin [options]: psql reads the script, as for COPY.
void Lexer::copy_from_script() {
  Lexer words;
  meta_line_.erase(
      0, meta_line_.find_first_not_of(" \t\r\f\v"));  // else the blanks would be a unit of their own
  (void)words.scan(meta_line_, End::last);
  CopyBlock block;
  bool from = false, found = false;
  for (const auto& token : words.tokens()) {
    const auto text = token.of(meta_line_);
    if (token.kind == TokenKind::word && from && !found && same_word(text, "stdin")) found = true;
    from = token.kind == TokenKind::word && token.depth == 0 && same_word(text, "from");
    if (found && token.kind == TokenKind::word) {
      block.csv = block.csv || same_word(text, "csv");
      block.binary = block.binary || same_word(text, "binary");
    }
  }
  if (found) pending_.push_back(block);
}

}  // namespace sluice
