// How a pattern is searched for.
//
// Strings (-F, and regular expressions that are nothing else) go to the vector kernel. Everything else is
// RE2's, as at most two expressions, each the alternatives of all patterns:
//  - one over the characters of UTF-8, as the patterns were written;
//  - one over bytes, for text in other encodings and for patterns that mean bytes (byte_expression.hpp).
//
// Before RE2 sees anything, the vector kernel looks for the strings that a match must contain
// (required_literals.hpp).
#include "libfilter/find/matcher.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "libfilter/find/byte_expression.hpp"
#include "libfilter/find/charset.hpp"
#include "libfilter/find/literal.hpp"
#include "libfilter/find/required_literals.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/lex/encoding.hpp"

namespace sluice {
namespace {

constexpr std::size_t kEncodingsKept = 2;  // pg_dumpall: a session's databases mostly have one or two

// The string that is all that an expression matches, if there is one: public\.users.
std::optional<std::string> plain_string(std::string_view expression) {
  std::string plain;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    char c = expression[i];
    if (std::string_view("^$.|?*+()[]{}").find(c) != std::string_view::npos) return std::nullopt;
    if (c == '\\') {
      if (++i == expression.size()) return std::nullopt;
      c = expression[i];
      if (!std::ispunct(static_cast<unsigned char>(c)) || !is_ascii(c)) return std::nullopt;
    }
    plain += c;
  }
  return plain;
}

// Whether the expression means the same for a line among others as for the line alone, with (?m) before it.
// Not with signs for the text's ends; nor with $, for a line may end with CR LF.
bool can_go_over_lines(const std::string& expression) {
  for (const char* sign : {"$", "\\A", "\\z", "\\Q", "\\C", "(?-", "(?i-", "(?s-", "(?U-", "(?is-", "(?si-"})
    if (expression.find(sign) != std::string::npos) return false;
  return true;
}

}  // namespace

struct Matcher::State {
  // A pattern as it was given.
  struct Pattern {
    std::string expression;            // -F: with its signs escaped
    std::optional<std::string> plain;  // the string that it is, if it is one and case counts
    bool is_utf8 = true;
  };
  // The patterns in one encoding.
  struct Compiled {
    LiteralSet literals;  // without expressions: the patterns themselves; else what every match contains
    std::vector<std::unique_ptr<RE2>> expressions;
    std::vector<std::unique_ptr<RE2>> over_lines;  // the same, where ^ is a line's beginning; may be empty
  };

  LetterCase letter_case;
  std::vector<Pattern> patterns;
  std::string encoding_name;
  std::map<std::string, Compiled> by_encoding;
  const Compiled* now = nullptr;

  void add_pattern(const std::string& text, bool fixed) {
    Pattern& pattern = patterns.emplace_back();
    pattern.expression = fixed ? RE2::QuoteMeta(text) : text;
    if (letter_case == LetterCase::kept) pattern.plain = fixed ? text : plain_string(text);
    const RE2 characters(pattern.expression, expression_options(RE2::Options::EncodingUTF8, letter_case));
    pattern.is_utf8 = characters.error_code() != RE2::ErrorBadUTF8;
    const RE2 bytes(pattern.is_utf8 ? "" : pattern.expression,
                    expression_options(RE2::Options::EncodingLatin1, letter_case));
    const std::string& error = (pattern.is_utf8 ? characters : bytes).error();
    if (!error.empty())
      throw Failure(Failure::Kind::usage, "bad pattern: " + printable(error), "pattern: " + printable(text),
                    "patterns are RE2's regular expressions; -F takes them as plain strings");
  }

  void select(std::string_view client_encoding) {
    const std::string name = bare_encoding_name(client_encoding);
    auto found = by_encoding.find(name);
    if (found == by_encoding.end()) {
      if (by_encoding.size() == kEncodingsKept)
        std::erase_if(by_encoding, [&](const auto& entry) { return &entry.second != now; });
      found = by_encoding.emplace(name, compile(Charset(name))).first;
    }
    now = &found->second;
    encoding_name = client_encoding;
  }

  Compiled compile(const Charset& charset) const {
    Compiled compiled;
    const auto is_string = [](const Pattern& pattern) { return pattern.plain && !pattern.plain->empty(); };
    if (patterns.size() <= kMostLiterals && std::ranges::all_of(patterns, is_string)) {
      std::vector<Literal> literals;
      for (const Pattern& pattern : patterns)
        literals.emplace_back(pattern.is_utf8 ? charset.encode_or_keep(*pattern.plain) : *pattern.plain,
                              LetterCase::kept);
      compiled.literals = LiteralSet(std::move(literals));
      return compiled;
    }

    std::vector<std::string> over_characters, over_bytes;
    for (const Pattern& pattern : patterns) {
      if (!pattern.is_utf8) {
        over_bytes.push_back(pattern.expression);
        continue;
      }
      if (charset.is_utf8()) over_characters.push_back(pattern.expression);
      if (charset.is_utf8() && pattern.expression.find("\\x") == std::string::npos) continue;
      auto in_bytes = byte_expression(pattern.expression, charset, letter_case);
      if (!charset.is_utf8() || in_bytes.names_bytes) over_bytes.push_back(std::move(in_bytes.text));
    }
    std::vector<Literal> required;
    bool can_skip = true;
    const auto add = [&](const std::vector<std::string>& alternatives, RE2::Options::Encoding encoding) {
      if (alternatives.empty()) return;
      const bool alone = over_characters.empty() || over_bytes.empty();
      RE2::Options options = expression_options(encoding, letter_case);
      options.set_max_mem(kExpressionMemory / (alone ? 1 : 2));
      options.set_longest_match(patterns.size() > 1);
      const std::string expression = any_of(alternatives, options);
      const auto& re2 = compiled.expressions.emplace_back(std::make_unique<RE2>(expression, options));
      if (!re2->ok()) throw Failure(Failure::Kind::usage, "bad patterns: " + printable(re2->error()));
      const auto literals = required_literals(expression, options);
      can_skip = can_skip && !literals.empty();
      required.insert(required.end(), literals.begin(), literals.end());
    };
    add(over_characters, RE2::Options::EncodingUTF8);
    add(over_bytes, RE2::Options::EncodingLatin1);
    if (can_skip && required.size() <= 2 * kMostLiterals) compiled.literals = LiteralSet(std::move(required));
    if (compiled.literals.empty()) add_over_lines(compiled);
    return compiled;
  }

  static void add_over_lines(Compiled& compiled) {
    const auto& expressions = compiled.expressions;
    if (!std::ranges::all_of(expressions, [](const auto& one) { return can_go_over_lines(one->pattern()); }))
      return;
    for (const auto& expression : expressions) {
      RE2::Options options;
      options.Copy(expression->options());
      options.set_never_nl(true);
      auto& lines = compiled.over_lines.emplace_back(
          std::make_unique<RE2>("(?m:" + expression->pattern() + ")", options));
      if (lines->ok()) continue;
      compiled.over_lines.clear();
      return;
    }
  }

  static std::string any_of(const std::vector<std::string>& alternatives, const RE2::Options& options) {
    if (alternatives.size() == 1) return alternatives[0];
    std::string all;
    for (const std::string& alternative : alternatives) {
      // A \Q without its \E lasts to the end of the pattern, not of them all.
      const bool quoting =
          !RE2("(?:" + alternative + ")", options).ok() && RE2("(?:" + alternative + "\\E)", options).ok();
      all += (all.empty() ? "(?:" : "|(?:") + alternative + (quoting ? "\\E)" : ")");
    }
    return all;
  }
};

Matcher::Matcher(const std::vector<std::string>& patterns, Options options)
    : state_(std::make_unique<State>()) {
  state_->letter_case = options.ignore_case ? LetterCase::ignored : LetterCase::kept;
  for (const std::string& pattern : patterns) state_->add_pattern(pattern, options.fixed);
  state_->select("");
}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

void Matcher::set_encoding(std::string_view client_encoding) {
  if (client_encoding != state_->encoding_name) state_->select(client_encoding);
}

std::optional<Matcher::Match> Matcher::find(std::string_view text, std::size_t from) const {
  const auto place = candidate(text, from);
  if (place == text.npos) return std::nullopt;
  const State::Compiled& now = *state_->now;
  if (now.expressions.empty())
    return Match{place, place + now.literals.longest_at(text.data() + place, text.data() + text.size())};

  std::optional<Match> best;
  for (const auto& expression : now.expressions) {
    re2::StringPiece found;
    if (!expression->Match({text.data(), text.size()}, from, text.size(), RE2::UNANCHORED, &found, 1))
      continue;
    const auto begin = static_cast<std::size_t>(found.data() - text.data());
    const Match match{begin, begin + found.size()};
    if (!best || match.begin < best->begin || (match.begin == best->begin && match.end > best->end))
      best = match;
  }
  return best;
}

bool Matcher::matches(std::string_view text) const {
  if (candidate(text) == text.npos) return false;
  const auto& expressions = state_->now->expressions;
  return expressions.empty() || std::ranges::any_of(expressions, [&](const auto& expression) {
           return expression->Match({text.data(), text.size()}, 0, text.size(), RE2::UNANCHORED, nullptr, 0);
         });
}

std::size_t Matcher::candidate(std::string_view text, std::size_t from) const {
  if (from > text.size()) return text.npos;
  if (!can_skip()) return from;
  const char* end = text.data() + text.size();
  const char* found = state_->now->literals.find(text.data() + from, end);
  return found != end ? static_cast<std::size_t>(found - text.data()) : text.npos;
}

bool Matcher::same_in_every_encoding() const {
  return std::ranges::all_of(state_->patterns, [](const State::Pattern& pattern) {
    return std::ranges::all_of(pattern.expression, is_ascii) &&
           pattern.expression.find("\\x") == std::string::npos;
  });
}

bool Matcher::can_skip_lines() const { return !state_->now->over_lines.empty(); }

std::size_t Matcher::candidate_line(std::string_view text, std::size_t from) const {
  if (!can_skip_lines()) return from;
  std::size_t first = text.npos;
  for (const auto& expression : state_->now->over_lines) {
    re2::StringPiece found;
    if (expression->Match({text.data(), text.size()}, from, text.size(), RE2::UNANCHORED, &found, 1))
      first = std::min(first, static_cast<std::size_t>(found.data() - text.data()));
  }
  return first;
}

bool Matcher::can_skip() const {
  // Without literals and without expressions there are no patterns, and nothing to find.
  return !state_->now->literals.empty() || state_->now->expressions.empty();
}

std::size_t Matcher::overlap() const {
  const auto longest = state_->now->literals.longest();
  return longest > 0 ? longest - 1 : 0;
}

}  // namespace sluice
