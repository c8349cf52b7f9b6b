// Tokens, white space and comments of generated scripts.

#include <string>

#include "tests/differential/generated_grammar.hpp"

namespace sluice::testing {
namespace {

using namespace std::string_view_literals;

constexpr unsigned kDeepest = 4;

}  // namespace

// A character whose first byte is not ASCII: of the encoding, or what psql takes for one by its first byte.
GeneratedGrammar::Character GeneratedGrammar::character() {
  constexpr std::array kUtf8 = {"\xc3\xa9"sv, "\xe8\xaa\x9e"sv, "\xf0\x9f\x90\x98"sv, "\xef\xbb\xbf"sv};
  constexpr std::array kOfLetters = {"\\"sv, "|"sv, "`"sv, "~"sv, "^"sv, "@"sv, "A"sv, "z"sv, "\xb0"sv};
  constexpr std::array kWrong = {"'"sv, "\""sv, "$"sv, ";"sv, "-"sv, "/"sv, "*"sv, "("sv, ")"sv, " "sv};
  const auto two = [&](std::string_view lead) {
    return std::string(lead) + std::string(one_in(3) ? pick(kWrong) : pick(kOfLetters));
  };
  std::string bytes;
  switch (sampled_.charset) {
    case Charset::safe:
      bytes = pick(kUtf8);
      return {bytes, bytes};
    case Charset::sjis:
      bytes = one_in(4) ? "\xb1" : two(pick(std::array{"\x83"sv, "\x95"sv, "\xe0"sv}));
      break;
    case Charset::gb18030:
      bytes = one_in(3) ? std::string("\x81\x30\x84\x35") : two("\x95");
      break;
    case Charset::johab:
      bytes = one_in(4) ? two("\x8f") + "'" : two("\xb4");
      break;
    case Charset::big5:
    case Charset::gbk:
    case Charset::uhc:
      bytes = two(pick(std::array{"\xa4"sv, "\xb3"sv, "\x90"sv}));
      break;
  }
  std::string mask(bytes.size(), '\xff');
  mask[0] = bytes[0];
  return {bytes, mask};
}

void GeneratedGrammar::put_character() {
  if (ascii_only_) return put("c");
  const auto one = character();
  put(one.bytes, one.mask);
}

void GeneratedGrammar::new_line() {
  if (crlf_) put("\r");
  line_feed();
}

// The next line is glued on; a blank keeps its first word apart.
void GeneratedGrammar::nul_line() { put("\0 it's \"gone\"; \\\n "sv); }

void GeneratedGrammar::line_comment() {
  constexpr std::array kText = {" a"sv,   "it's"sv, "\""sv, "$$"sv, "/*"sv, "*/"sv,
                                "\\g "sv, ";"sv,    ")"sv,  "-"sv,  ":x"sv, "copy t from stdin;"sv};
  put("--");
  for (auto i = below(4); i > 0; --i) put(pick(kText));
  if (one_in(8)) put_character();
}

// What follows may touch it. In a string's wake no carriage return stands without a line feed, and none
// before a line feed does harm.
void GeneratedGrammar::blank() {
  switch (below(24)) {
    case 0:
    case 1:
    case 2:
      new_line();
      break;
    case 3:
      put("\t");
      break;
    case 4:
      put(after_string_ ? " " : "\r");
      break;
    case 5:
      put(everything() ? "\v" : "\f");
      break;
    case 6:
      put(" ");  // no operator reaches the comment
      line_comment();
      if (!after_string_ && one_in(4)) {
        put("\r");
      } else {
        new_line();
      }
      break;
    case 7:
    case 8:
      put(" ");
      comment();
      break;
    case 9:
      put(" ");
      if (everything() && one_in(6)) nul_line();
      break;
    case 10:
      new_line();
      if (one_in(3)) new_line();
      break;
    default:
      put(" ");
  }
  touches_ = true;
}

void GeneratedGrammar::separate() {
  if (!statement_is_empty() && (!touches_ || one_in(3))) blank();
  touches_ = false;
}

void GeneratedGrammar::comment() {
  constexpr std::array kText = {" x"sv, "* "sv,    "/ "sv, "'"sv,   "\""sv, "$$"sv, ";"sv, "--"sv,
                                "\\"sv, "it's "sv, "*'"sv, "$a$"sv, "(("sv, "**"sv, "//"sv};
  if (depth_ >= kDeepest) return;
  ++depth_;
  begin_construct(What::comment, "/*");
  unsigned open = 1;
  for (auto i = below(6); i > 0; --i) {
    switch (below(8)) {
      case 0:
        new_line();
        break;
      case 1:
        put(" ");
        put(one_in(2) ? "/*/" : "/*");  // opens only
        put(" ");
        ++open;
        break;
      case 2:
        put_character();
        break;
      case 3:
        if (everything() && one_in(6)) nul_line();
        break;
      default:
        put(pick(kText));
        put(" ");
    }
  }
  for (; open > 1; --open) put(one_in(2) ? " */" : " **/");
  if (one_in(4)) put("*");
  end_comment();
  --depth_;
}

void GeneratedGrammar::string_content(char quote, bool backslashes, bool doubles) {
  constexpr std::array kText = {
      "a"sv,  "it"sv,  ";"sv,   "--"sv, "/*"sv, "*/"sv, "$$"sv,  "$a$"sv, "("sv,   ")"sv,
      ":x"sv, ":'x"sv, "end"sv, " "sv,  "\t"sv, "\r"sv, "\\."sv, "b\\"sv, "\\g"sv, "copy t from stdin;"sv};
  constexpr std::array kEscaped = {"\\'"sv, "\\\\"sv, "\\n"sv, "\\\""sv, "\\x41"sv, "\\'"sv};
  for (auto i = below(6); i > 0; --i) {
    switch (below(8)) {
      case 0:
        new_line();
        break;
      case 1:
        if (doubles) put(std::string(2, quote));
        break;
      case 2:
        if (backslashes) put(pick(kEscaped));
        break;
      case 3:
        put_character();
        break;
      case 4:
        if (!backslashes) break;
        put("\\");  // psql has it escape nothing at the end of a line, and no carriage return ends one
        if (one_in(3)) {
          new_line();
        } else {
          put_character();
        }
        break;
      case 5:
        if (everything() && one_in(12)) {
          nul_line();
        } else {
          put(quote == '\'' ? "\"" : "'");
        }
        break;
      default: {
        const auto text = pick(kText);
        if (!backslashes) {
          put(text.find(quote) == text.npos ? text : "x");
        } else {
          put(text.find_first_of("\\'") == text.npos ? text : "y");
        }
      }
    }
  }
}

void GeneratedGrammar::quoted(What what, std::string_view opener, bool backslashes, bool doubles) {
  const char quote = opener.back();
  begin_construct(what, opener);
  string_content(quote, backslashes, doubles);
  end_construct({&quote, 1});
}

void GeneratedGrammar::plain_string(std::string_view opener) {
  quoted(What::string, opener, !sampled_.backslash_is_plain, true);
}

void GeneratedGrammar::string() {
  constexpr std::array kEscapes = {"E'"sv, "e'"sv};
  constexpr std::array kBits = {"B'"sv, "b'"sv, "X'"sv, "x'"sv};
  constexpr std::array kNational = {"N'"sv, "n'"sv};
  constexpr std::array kUnicode = {"U&'"sv, "u&'"sv};
  switch (below(8)) {
    case 0:
    case 1:
      return quoted(What::string, pick(kEscapes), true, true);
    case 2:
      quoted(What::string, pick(kBits), false, false);
      if (one_in(3)) plain_string();  // two quotes end the one and begin the other
      return;
    case 3:
      return plain_string(pick(kNational));
    case 4:
      quoted(What::string, pick(kUnicode), false, true);
      if (one_in(2)) return;
      put(" ");
      return word("uescape");
    default:
      return plain_string();
  }
}

void GeneratedGrammar::name() {
  constexpr std::array kOpeners = {"\""sv, "\""sv, "U&\""sv, "u&\""sv};
  quoted(What::quoted_name, pick(kOpeners), false, true);
}

// GLUED stands before it: a number, or a variable, which a dollar sign ends.
void GeneratedGrammar::dollar_string(std::string_view glued) {
  constexpr std::array kTags = {""sv,  ""sv,     "a"sv,    "A"sv,  "ab"sv,       "a_b"sv,
                                "_"sv, "tag1"sv, "body"sv, "aa"sv, "\xc3\xa9"sv, "\xe8\xaa\x9e"sv};
  constexpr std::array kBody = {"a"sv,   "$"sv,   "$$"sv,    "$a$"sv, "$A$"sv,   "$a"sv, "$ab$"sv, "a$"sv,
                                "'"sv,   "\""sv,  "/*"sv,    "--"sv,  ";"sv,     "\\"sv, "\\."sv,  "$1"sv,
                                "end"sv, "$_$"sv, "$tag1"sv, " "sv,   "$body"sv, "("sv,  "\xc3"sv};
  std::string tag(pick(kTags)), mask = tag;
  if (sampled_.charset != Charset::safe) {
    const auto one = character();
    const bool plain = tag.empty() || static_cast<unsigned char>(tag[0]) < 0x80;
    if (!plain) tag = mask = "";
    if (!plain || one_in(3)) {
      tag += one.bytes;
      mask += one.mask;
    }
  }
  const std::string delimiter = "$" + tag + "$";
  mask = "$" + mask + "$";
  if (!glued.empty()) token(glued);
  begin_construct(What::dollar_string, delimiter, delimiter);
  const auto body = text().size() - 1;  // the second dollar sign may not be the first of the closing one
  const auto charset = sampled_.charset;
  for (auto i = below(7); i > 0; --i) {
    if (one_in(6)) {
      new_line();
    } else if (one_in(8)) {
      put_character();
    } else if (everything() && one_in(40)) {
      nul_line();
    } else {
      auto piece = pick(kBody);
      if (piece == "\xc3" && sampled_.charset != Charset::safe) piece = "x";
      // Not where it would close.
      const auto would_be = masked().substr(body) + std::string(piece) + mask;
      if (would_be.find(mask, 1) == would_be.size() - mask.size()) put(piece);
    }
  }
  // The tag's bytes are other characters in another encoding.
  const bool ascii =
      delimiter.find_first_not_of("$ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") ==
      delimiter.npos;
  if (sampled_.charset != charset && !ascii) throw Cut();
  // Where what stands at the end begins the delimiter, it would close early: $a + $a$ is well, $ + $$ is not.
  const auto would_be = masked().substr(body) + mask;
  if (would_be.find(mask, 1) != would_be.size() - mask.size()) put(" ");
  need(delimiter.size());
  end_construct("");
  // psql compares what its scanner sees of a character: the first byte.
  std::string closer = delimiter;
  for (std::size_t i = 0; i < closer.size(); ++i)
    if (mask[i] != delimiter[i] && sampled_.charset != Charset::gb18030 && one_in(2)) closer[i] = '\\';
  put(closer, mask);
  after_string_ = false;
}

void GeneratedGrammar::inert_dollar() {
  constexpr std::array kInert = {"$"sv, "$tag"sv, "$1"sv, "$12"sv, "$1$"sv};
  if (one_in(2)) {
    token(pick(kInert));
    if (one_in(2)) put(" ");
  } else {
    constexpr std::array kWords = {"foo$$"sv, "a$b$c"sv, "_$$"sv, "\xc3\xa9$x$"sv, "e$$"sv};
    const bool safe = sampled_.charset == Charset::safe;
    word(safe ? pick(kWords) : "foo$$");
  }
}

// A letter before the quote that is the end of something else, or that is none.
void GeneratedGrammar::glued_string() {
  constexpr std::array kPlain = {"1e"sv, "1.5e"sv, "$1e"sv, "12x"sv};
  constexpr std::array kWords = {"te"sv, "_e"sv, "nb"sv, "ux"sv, "uu"sv};
  constexpr std::array kEscapes = {"::"sv, ","sv, "1.."sv, "=>"sv};
  switch (below(3)) {
    case 0:
      token(pick(kPlain));
      return plain_string();
    case 1:
      word(pick(kWords));
      return plain_string();
    default:
      token(pick(kEscapes));
      quoted(What::string, "e'", true, true);
  }
}

// Behind a carriage return inside of a line the same kind of string goes on; behind a line feed another
// begins.
void GeneratedGrammar::continued_string() {
  constexpr std::array kGaps = {" \r "sv, "\r"sv, " -- it\r "sv, "\r\r-- \"\r"sv};
  const bool escapes = one_in(2) || !sampled_.backslash_is_plain;
  begin_construct(What::string, escapes ? "E'" : "'");
  string_content('\'', escapes, true);
  for (auto i = 1 + below(2); i > 0; --i) {
    put("'" + std::string(pick(kGaps)) + "'");
    string_content('\'', escapes, true);
  }
  end_construct("'");
  if (one_in(2)) return;
  put(" ");
  new_line();
  plain_string();
}

void GeneratedGrammar::colon() {
  constexpr std::array kForms = {"::"sv,    ":="sv,   ":x"sv, ":12"sv, ":"sv,     ":{?end}"sv, ":{?copy}"sv,
                                 "[1:2]"sv, "[:n]"sv, "{"sv,  "}"sv,   ":copy"sv, ":end"sv};
  switch (below(5)) {
    case 0:
      token(":'x'");
      after_string_ = true;
      return;
    case 1:
      return token(":\"x\"");
    case 2:
      token(":e");
      return plain_string();
    case 3:
      return dollar_string(":x");
    default: {
      const auto form = pick(kForms);
      return token(everything() || !form.starts_with(":{") ? form : "::");  // psql puts FALSE there
    }
  }
}

void GeneratedGrammar::operator_run() {
  constexpr std::array kRuns = {"+"sv, "="sv,  "<="sv,  "@"sv,   "#"sv,  "`"sv, "|"sv,
                                "~"sv, "*/"sv, "->>"sv, "!~*"sv, "^@"sv, "%"sv, "?&"sv};
  token(pick(kRuns));
  switch (below(5)) {  // a comment begins inside of a run
    case 0:
      line_comment();
      new_line();
      touches_ = true;
      break;
    case 1:
      comment();
      break;
    default:
      break;
  }
}

void GeneratedGrammar::number() {
  constexpr std::array kNumbers = {"1"sv, "1.5"sv, "1e5"sv, ".5"sv, "42"sv, "0x1f"sv, "1_000"sv, "1."sv};
  if (one_in(10)) return dollar_string("1");
  token(pick(kNumbers));
}

void GeneratedGrammar::any_word(std::string_view text) {
  std::string written(text);
  const auto letters = below(4);
  for (char& c : written)
    if (c >= 'a' && c <= 'z' && (letters == 0 || (letters == 1 && one_in(2))))
      c = static_cast<char>(c - 'a' + 'A');
  word(written);
}

void GeneratedGrammar::pool_word() {
  constexpr std::array kPool = {"a"sv,     "t"sv,    "x1"sv,       "from"sv,  "stdin"sv, "case"sv, "end"sv,
                                "begin"sv, "or"sv,   "function"sv, "e"sv,     "b"sv,     "n"sv,    "u"sv,
                                "csv"sv,   "into"sv, "copy"sv,     "where"sv, "_"sv};
  if (one_in(8)) {
    const auto one = character();
    return word("w" + one.bytes + "x", "w" + one.mask + "x");
  }
  any_word(pick(kPool));
}

}  // namespace sluice::testing
