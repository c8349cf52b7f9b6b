// Statements of generated scripts.

#include "tests/differential/generated_grammar.hpp"

#include <string>

namespace sluice::testing {
namespace {

using namespace std::string_view_literals;

constexpr unsigned kDeepest = 4;

}  // namespace

GeneratedGrammar::GeneratedGrammar(std::uint64_t number, Readers readers, std::size_t most)
    : GeneratedWriter(most), readers_(readers), state_(number) {
  state_ = random();  // else a case would be the one before it, but for its first number
}

std::uint64_t GeneratedGrammar::random() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

Generated GeneratedGrammar::script() {
  crlf_ = one_in(5);
  try {
    if (one_in(16)) put("\xef\xbb\xbf");
    for (auto items = 1 + below(9); items > 0; --items) {
      gap();
      item();
    }
    gap();
    if (one_in(2)) new_line();
  } catch (const Cut&) {
  }
  return finish();
}

void GeneratedGrammar::item() {
  switch (below(12)) {
    case 0:
    case 1:
      return meta();
    case 2:
      return setting();
    case 3:
      return everything() ? branches() : statement();
    case 4:
      return restricted_ ? statement() : restricted_lines();
    default:
      return statement();
  }
}

// White space and comments between units; maybe nothing.
void GeneratedGrammar::gap() {
  for (auto i = below(4); i > 0; --i) {
    switch (below(8)) {
      case 0:
        put(" ");
        break;
      case 1:
        put(everything() ? "\t\v" : "\t\f");
        break;
      case 2:
        line_comment();
        new_line();
        break;
      case 3:
        put("\r");
        break;
      case 4:
        line_comment();
        put("\r");
        break;
      case 5:
        if (everything() && one_in(8)) nul_line();
        break;
      default:
        new_line();
    }
  }
}

void GeneratedGrammar::statement() {
  begin_statement();
  touches_ = true;
  ascii_only_ = !everything();
  if (one_in(8)) comment();
  ascii_only_ = false;
  for (auto more = one_in(8) ? 1 + below(2) : 0;; --more) {
    switch (below(12)) {
      case 0:
      case 1:
        ascii_only_ = !everything();
        copy();
        break;
      case 2:
        no_copy();
        break;
      case 3:
        function();
        break;
      case 4:
        everything() ? no_function() : generic();
        break;
      case 5:
        rule();
        break;
      default:
        generic();
    }
    // A query of several parts is one transaction: a COPY behind a part that fails is none.
    if (more == 0 || !everything() || !in_statement()) break;
    separate();
    join();
    touches_ = true;
  }
  if (in_statement()) finish_statement();
  ascii_only_ = false;
}

void GeneratedGrammar::finish_statement() {
  while (begins_ > 0) {
    separate();
    any_word("end");
  }
  if (one_in(12) && !restricted_ && active_) {
    if (everything() && one_in(4)) return reset_meta();
    separate();
    return sending_meta();
  }
  if (one_in(4)) blank();
  semicolon();
}

void GeneratedGrammar::tokens(std::size_t most) {
  for (auto i = below(most + 1); i > 0; --i) some_token();
}

void GeneratedGrammar::some_token() {
  separate();
  switch (below(22)) {
    case 0:
    case 1:
    case 2:
      return string();
    case 3:
      return name();
    case 4:
    case 5:
      return dollar_string();
    case 6:
      return inert_dollar();
    case 7:
      return glued_string();
    case 8:
      return continued_string();
    case 9:
      return colon();
    case 10:
    case 11:
      return operator_run();
    case 12:
      return number();
    case 13:
    case 14:
      return group();
    case 15:
      if (everything() && !restricted_ && one_in(3)) return one_in(4) ? inner_branch() : inner_meta();
      return token("\\:");
    case 16:
      token(",");
      touches_ = true;
      return;
    case 17:
      if (parens_ > 0 || !one_in(4)) return pool_word();
      close_parenthesis();  // none is open
      touches_ = true;
      return;
    default:
      return pool_word();
  }
}

void GeneratedGrammar::group() {
  if (depth_ >= kDeepest) return number();
  ++depth_;
  open_parenthesis();
  touches_ = true;
  tokens(4);
  if (one_in(3)) {
    separate();
    (void)semicolon();
    touches_ = true;
    tokens(2);
  }
  if (everything() && one_in(16)) join();
  separate();
  close_parenthesis();
  touches_ = true;
  --depth_;
}

// "(" and ")" among them are parentheses, what begins with a quote is a string or a name of itself.
void GeneratedGrammar::words(std::string_view several) {
  while (!several.empty()) {
    const auto end = several.find(' ');
    const auto one = several.substr(0, end);
    several.remove_prefix(end == several.npos ? several.size() : end + 1);
    separate();
    if (one == "(") {
      open_parenthesis();
      touches_ = true;
    } else if (one == ")") {
      close_parenthesis();
      touches_ = true;
    } else if (one[0] >= 'a' && one[0] <= 'z') {
      any_word(one);
    } else {
      token(one);
      after_string_ = one[0] == '\'';
      touches_ = one == ",";
    }
  }
}

void GeneratedGrammar::generic() {
  constexpr std::array kFirst = {"select"sv,           "insert into t values"sv, "select"sv,       "values"sv,
                                 "update"sv,           "comment on"sv,           "create table"sv, "grant"sv,
                                 "create view v as"sv, "alter table t"sv,        "xyz"sv,          "do"sv,
                                 "select 1"sv};
  if (one_in(8)) {
    separate();
    if (one_in(2)) {
      name();
    } else {
      number();
    }
  }
  words(pick(kFirst));
  tokens(8);
}

void GeneratedGrammar::copy() {
  constexpr std::array kAny = {"copy t"sv, "copy \"t\""sv, "copy public . t"sv, "copy t ( a )"sv,
                               "copy public . \"t\" ( a )"sv};
  constexpr std::array kMore = {"copy \"from\" ( stdin )"sv,
                                "copy a . b . c ( from , \"stdin\" )"sv,
                                "copy a . b . c . d . e . f"sv,
                                "copy a . b . c . d . e"sv,
                                "copy u ( )"sv,
                                "copy t ( a , b , c )"sv,
                                "copy U&\"x\""sv};
  if (everything() && one_in(6)) {  // what is no word does not count
    separate();
    switch (below(3)) {
      case 0:
        name();
        break;
      case 1:
        number();
        break;
      default:
        group();
    }
  }
  if (everything() && one_in(40)) {
    words("copy binary t from stdin");
    return;
  }
  words(everything() && one_in(3) ? pick(kMore) : pick(kAny));
  words(one_in(6) ? "from stdout" : "from stdin");
  copy_options();
}

void GeneratedGrammar::copy_options() {
  constexpr std::array kOptions = {""sv,
                                   ""sv,
                                   "csv"sv,
                                   "with csv"sv,
                                   "with ( format csv )"sv,
                                   "( format csv , header )"sv,
                                   "with ( format text )"sv,
                                   "delimiter '|'"sv,
                                   "with delimiter as ',' null as 'x'"sv,
                                   "csv header quote '\"'"sv,
                                   "with csv quote as '#' escape as '@'"sv,
                                   "( format csv , quote '#' )"sv,
                                   "( format csv , delimiter ';' , null '' )"sv};
  if (everything() && one_in(40)) return words(one_in(2) ? "with ( format binary )" : "binary");
  words(pick(kOptions));
}

void GeneratedGrammar::no_copy() {
  constexpr std::array kAny = {
      "copy t to stdout"sv, "copy ( select 1 ) to stdout"sv, "copy t from pstdin"sv,   "copy t from 'f'"sv,
      "copy t to stdin"sv,  "copy from from stdin"sv,        "copy t from \"stdin\""sv};
  constexpr std::array kMore = {"copy a . b . c . d . e . f . g from stdin"sv,
                                "copy t from program 'x'"sv,
                                "copy ( delete from stdin ) to 'x'"sv,
                                "explain copy t from stdin"sv,
                                "copy t from"sv,
                                "copy t stdin"sv,
                                "copy t ( from stdin )"sv,
                                "xcopy t from stdin"sv};
  words(everything() && one_in(2) ? pick(kMore) : pick(kAny));
}

void GeneratedGrammar::function() {
  constexpr std::array kHeads = {"create function f ( a int )"sv, "create or replace function f ( )"sv,
                                 "create procedure p ( )"sv,
                                 "create or replace procedure s . p ( b text default ';' )"sv};
  constexpr std::array kAttributes = {""sv, "returns int"sv, "language sql"sv, "returns int language sql"sv,
                                      "immutable set search_path = ''"sv};
  words(pick(kHeads));
  words(pick(kAttributes));
  words("begin atomic");
  for (auto i = below(4); i > 0 && begins_ > 0; --i) {
    switch (below(4)) {
      case 0:
        words("select case when a then");
        tokens(2);
        words("else 2 end");
        break;
      case 1:
        words("begin");
        tokens(3);
        words("end");
        break;
      case 2:
        words("insert into t values");
        group();
        break;
      default:
        words("select");
        tokens(4);
    }
    if (begins_ == 0) return;  // a word was `end`
    separate();
    (void)semicolon();
    touches_ = true;
  }
}

// Looks like one, and the first semicolon ends it.
void GeneratedGrammar::no_function() {
  constexpr std::array kHeads = {"create temp function f ( ) begin atomic select 1"sv,
                                 "create \"x\" or function f ( ) begin select 1"sv,
                                 "create or function f ( ) begin atomic"sv,
                                 "do begin"sv,
                                 "create view v as select case when a then 1"sv,
                                 "create or replace view function begin"sv};
  words(pick(kHeads));
}

void GeneratedGrammar::rule() {
  words("create rule r as on insert to t do also");
  separate();
  open_parenthesis();
  touches_ = true;
  for (auto i = 1 + below(3); i > 0; --i) {
    words(one_in(2) ? "insert into a values" : "delete from stdin where");
    tokens(3);
    separate();
    (void)semicolon();
    touches_ = true;
  }
  separate();
  close_parenthesis();
  touches_ = true;
}

// What changes where strings end, from the next line on; and something behind it on the same line.
void GeneratedGrammar::setting() {
  struct Named {
    std::string_view name;
    Charset charset;
  };
  constexpr std::array<Named, 13> kNames = {{{"SJIS", Charset::sjis},
                                             {"shift_jis", Charset::sjis},
                                             {"Big5", Charset::big5},
                                             {"GBK", Charset::gbk},
                                             {"win936", Charset::gbk},
                                             {"UHC", Charset::uhc},
                                             {"GB18030", Charset::gb18030},
                                             {"gb18030", Charset::gb18030},
                                             {"JOHAB", Charset::johab},
                                             {"UTF8", Charset::safe},
                                             {"EUC_JP", Charset::safe},
                                             {"johab", Charset::johab},
                                             {"Shift_JIS_2004", Charset::sjis}}};
  if (one_in(4) && (everything() || !restricted_)) return encoding_meta();
  if (data_is_due()) new_line();  // a SET that data stands in is not followed
  begin_statement();
  touches_ = true;
  ascii_only_ = !everything();
  Settings then = now_;
  if (one_in(6)) {
    words(one_in(2) ? "reset all" : "discard all");
    then = {};
  } else if (one_in(2)) {
    constexpr std::array kOff = {"off"sv, "false"sv, "'off'"sv, "no"sv, "'0'"sv, "of"sv};
    constexpr std::array kOn = {"on"sv, "true"sv, "'on'"sv, "default"sv, "yes"sv, "1"sv};
    const bool on = one_in(4);
    then.backslash_is_plain = on;
    const auto value = on ? pick(kOn) : pick(kOff);
    if (value[0] != '\'' || one_in(2)) {
      words(one_in(2) ? "set standard_conforming_strings" : "set session standard_conforming_strings");
      words(one_in(2) ? "to" : "=");
      words(value);
    } else {
      words("select pg_catalog . set_config ( 'standard_conforming_strings' ,");
      words(value);
      words(", false )");
    }
  } else {
    const auto& one = kNames[below(kNames.size())];
    const auto name = "'" + std::string(one.name) + "'";
    then.charset = one.charset;
    switch (below(3)) {
      case 0:
        words("set names");
        break;
      case 1:
        words("set client_encoding to");
        break;
      default:
        words("set client_encoding =");
    }
    words(name);
  }
  if (one_in(4)) blank();
  (void)semicolon();
  ascii_only_ = false;
  if (active_) now_ = then;
  if (one_in(3)) statement();
  if (one_in(2)) new_line();
}

Generated generate(std::uint64_t number, Readers readers, std::size_t most) {
  auto made = GeneratedGrammar(number, readers, most).script();
  if (most != kNoLimit || number % 3 != 0 || made.text.empty()) return made;
  const auto cut = static_cast<std::size_t>((number / 3 * 0x9e3779b97f4a7c15U >> 17) % made.text.size());
  return GeneratedGrammar(number, readers, cut).script();
}

}  // namespace sluice::testing
