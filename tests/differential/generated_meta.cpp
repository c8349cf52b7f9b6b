// Meta-commands of generated scripts.

#include <string>

#include "tests/differential/generated_grammar.hpp"

namespace sluice::testing {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kKey = "k3y";

}  // namespace

// Between units. What a real psql is given does no harm: it echoes to nowhere.
void GeneratedGrammar::meta() {
  constexpr std::array kHarmless = {"\\echo"sv, "\\qecho"sv,      "\\warn"sv,
                                    "\\echo"sv, "\\timing off"sv, "\\set zz"sv};
  constexpr std::array kMore = {"\\pset"sv, "\\d"sv,  "\\dt+"sv, "\\set"sv, "\\unset"sv, "\\prompt"sv,
                                "\\i"sv,    "\\ir"sv, "\\cd"sv,  "\\o"sv,   "\\w"sv,     "\\lo_import"sv,
                                "\\e"sv,    "\\x"sv,  "\\?"sv,   "\\p"sv,   "\\s"sv,     "\\password"sv};
  constexpr std::array kWholeLine = {"\\!"sv, "\\h"sv, "\\help"sv, "\\ef"sv, "\\sv+"sv, "\\copy"sv};
  constexpr std::array kUnknown = {"\\."sv,  "\\nosuch"sv,   "\\"sv, "\\echo;select"sv,
                                   "\\.x"sv, "\\connectx"sv, "\\1"sv};
  if (restricted_) return whole_line_meta(one_in(2) ? pick(kUnknown) : pick(kHarmless));
  switch (below(10)) {
    case 0:
    case 1:
      return whole_line_meta(pick(kUnknown));
    case 2:
      if (everything()) return whole_line_meta(pick(kWholeLine));
      break;
    case 3:
      return connect_meta();
    case 4:
      if (everything()) {
        need("\\g"sv.size());
        begin_meta(active_);
        put("\\g");
        return end_of_meta();
      }
      break;
    case 5:
    case 6:
      if (everything()) return plain_meta(pick(kMore));
      break;
    case 7: {
      if (!everything() || !active_) break;
      // \copy reads the script, too.
      if (!one_in(4)) break;
      return whole_line_meta("\\copy t to stdout");
    }
    default:
      break;
  }
  plain_meta(pick(kHarmless));
}

void GeneratedGrammar::meta_argument() {
  constexpr std::array kArguments = {"a"sv,
                                     "'it''s; -- \\' x'"sv,
                                     "\"dq \\ ; \"\"\""sv,
                                     "a'b c'd"sv,
                                     "`echo \\ x'\"`"sv,
                                     ":x"sv,
                                     ":'x'"sv,
                                     "b;"sv,
                                     "'/*'"sv,
                                     "$$"sv,
                                     "--"sv,
                                     "''"sv,
                                     "(a"sv,
                                     "''''"sv,
                                     "'\\\\'"sv};
  put(" ");
  if (one_in(6)) put(one_in(2) ? "\t" : " \r ");
  if (!one_in(6)) return put(pick(kArguments));
  const auto one = character();
  const bool in_quotes = one_in(2);
  put(in_quotes ? "'m" : "m");
  put(one.bytes, one.mask);
  put(in_quotes ? "'" : "n");
}

void GeneratedGrammar::meta_arguments(std::size_t most) {
  for (auto i = below(most + 1); i > 0; --i) meta_argument();
}

// A line feed, which is none of it, or two backslashes, which are, or the next one's.
void GeneratedGrammar::end_of_meta() {
  switch (restricted_ ? 4 : below(5)) {  // there its line is thrown away
    case 0:
      put(" \\\\");
      return end_meta();
    case 1:
      put(" ");
      end_meta();
      begin_meta(false);
      put("\\echo");
      [[fallthrough]];
    default:
      if (crlf_) put("\r");
      end_meta();
      line_feed();
  }
}

void GeneratedGrammar::plain_meta(std::string_view name) {
  need(name.size());
  begin_meta(false);
  put(name);
  meta_arguments(3);
  if (one_in(8)) {  // a quote that is not closed ends with the line
    put(one_in(2) ? " 'a \\\\ b" : " \"a \\\\ ; ");
    if (crlf_) put("\r");
    end_meta();
    return line_feed();
  }
  end_of_meta();
}

// Its line is all its own; of an unknown one it is thrown away.
void GeneratedGrammar::whole_line_meta(std::string_view name) {
  constexpr std::array kRest = {" a"sv, " 'it"sv, " \\\\ select 1;"sv, " \\g"sv, " /* "sv, " $$"sv,
                                ";"sv,  " \" "sv};
  need(name.size());
  begin_meta(false);
  put(name);
  if (name != "\\copy" && name != "\\!") {
    if (name == "\\") put(" x");
    for (auto i = below(3); i > 0; --i) put(pick(kRest));
  } else {
    put(" t");
  }
  if (crlf_) put("\r");
  end_meta();
  line_feed();
}

void GeneratedGrammar::inner_meta() {
  constexpr std::array kNames = {"\\echo"sv, "\\p"sv, "\\set x"sv, "\\pset"sv, "\\warn"sv};
  put(pick(kNames));
  meta_arguments(2);
  if (one_in(2)) {
    put(" \\\\");
  } else {
    new_line();
  }
  touches_ = true;
}

void GeneratedGrammar::sending_meta() {
  constexpr std::array kSends = {"\\g"sv,     "\\gx"sv,           "\\gset"sv, "\\gexec"sv,
                                 "\\gdesc"sv, "\\crosstabview"sv, "\\watch"sv};
  const auto name = everything() ? pick(kSends) : kSends[below(2)];
  need(name.size());
  begin_meta(true);
  put(name);
  if (everything() && name == "\\g" && one_in(4)) {
    put(" | cat 'x \\\\ ;");
    if (crlf_) put("\r");
    end_meta();
    return line_feed();
  }
  if (everything() && one_in(3)) meta_argument();
  end_of_meta();
}

// The statement is thrown away: it ends with the \r.
void GeneratedGrammar::reset_meta() {
  blank();
  need(std::string_view("\\reset \\\\\r\n")
           .size());  // whole: where the script ends inside of it, all is open to us
  put(one_in(2) ? "\\r" : "\\reset");
  if (one_in(3)) {
    put(" \\\\");
    return throw_statement_away();
  }
  if (crlf_) put("\r");
  throw_statement_away();
  line_feed();
}

void GeneratedGrammar::encoding_meta() {
  struct Named {
    std::string_view name;
    Charset charset;
  };
  constexpr std::array<Named, 5> kNames = {{{"SJIS", Charset::sjis},
                                            {"gbk", Charset::gbk},
                                            {"BIG5", Charset::big5},
                                            {"UTF8", Charset::safe},
                                            {"uhc", Charset::uhc}}};
  const auto& one = kNames[below(kNames.size())];
  const std::string command = "\\encoding " + std::string(one.name);
  need(command.size());
  begin_meta(false);
  put(command);
  if (active_ && !restricted_) now_.charset = one.charset;
  end_of_meta();
}

void GeneratedGrammar::connect_meta() {
  constexpr std::array kAny = {"\\connect -"sv, "\\c -"sv, "\\c - -"sv};
  constexpr std::array kMore = {"\\connect shop"sv, "\\connect \"dbname='odd \"\"db\"\"'\""sv,
                                "\\connect -reuse-previous=on \"dbname='x \\ y'\""sv, "\\c 'it''s'"sv};
  const auto command = everything() && one_in(2) ? pick(kMore) : pick(kAny);
  need(command.size());
  begin_meta(false);
  put(command);
  if (active_ && !restricted_) now_ = {};
  end_of_meta();
}

void GeneratedGrammar::restricted_lines() {
  const std::string lock = "\\restrict " + std::string(kKey), unlock = "\\unrestrict " + std::string(kKey);
  need(lock.size());
  begin_meta(false);
  put(lock);
  if (crlf_) put("\r");
  end_meta();
  line_feed();
  restricted_ = active_;
  for (auto i = below(4); i > 0; --i) {
    gap();
    item();
  }
  gap();
  if (one_in(4)) {
    begin_meta(false);
    put("\\unrestrict other");
    if (crlf_) put("\r");
    end_meta();
    line_feed();
  }
  begin_meta(false);
  put(unlock);
  restricted_ = false;
  end_of_meta();
}

// In a false branch nothing is sent or obeyed, and no COPY owns data; all is read as ever.
void GeneratedGrammar::branches() {
  if (in_branch_ || restricted_) return statement();
  in_branch_ = true;
  const auto command = [&](std::string_view text) {
    begin_meta(false);
    put(text);
    if (crlf_) put("\r");
    end_meta();
    line_feed();
  };
  const auto inside = [&](bool active) {
    active_ = active;
    for (auto i = below(3); i > 0; --i) {
      gap();
      item();
    }
    gap();
  };
  bool taken = one_in(2);
  command(taken ? "\\if true" : "\\if false");
  inside(taken);
  if (one_in(2)) {
    const bool holds = one_in(2);
    command(holds ? "\\elif 1" : "\\elif off");
    inside(holds && !taken);
    taken = taken || holds;
  }
  if (one_in(2)) {
    command("\\else");
    inside(!taken);
  }
  command("\\endif");
  active_ = true;
  in_branch_ = false;
}

// What a false branch leaves open is forgotten.
void GeneratedGrammar::inner_branch() {
  const auto parens = parens_;
  put("\\if false");
  new_line();
  for (auto i = below(3); i > 0; --i) {
    open_parenthesis();
    put(" x ");
  }
  put("\\endif");
  new_line();
  parens_ = parens;
  touches_ = true;
}

}  // namespace sluice::testing
