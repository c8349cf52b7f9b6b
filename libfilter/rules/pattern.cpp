#include "libfilter/rules/pattern.hpp"

#include <algorithm>
#include <cctype>

#include "libfilter/dump/names.hpp"
#include "libfilter/io/failure.hpp"

namespace sluice {

// Reads a pattern's source into steps. One level of recursion a bracket.
class PatternCompiler {
 public:
  PatternCompiler(Pattern& pattern, std::string_view source, std::vector<std::string>& names)
      : pattern_(pattern), source_(source), names_(names) {}

  void compile() {
    sequence("");
    if (at_ < source_.size()) fail("a word, a mark in quotes, {capture}, [option] or ...");
    emit({.op = Pattern::Op::done});
    if (pattern_.steps_.size() == 1) fail("at least one word");
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw Failure(Failure::Kind::usage,
                  "bad pattern at column " + std::to_string(at_ + 1) + ": expected " + expected,
                  "pattern: " + std::string(source_));
  }

  std::size_t emit(Pattern::Step step) {
    pattern_.steps_.push_back(std::move(step));
    return pattern_.steps_.size() - 1;
  }

  void blanks() {
    while (at_ < source_.size() && std::isspace(static_cast<unsigned char>(source_[at_]))) ++at_;
  }
  bool looking_at(char c) const { return at_ < source_.size() && source_[at_] == c; }
  bool take(std::string_view text) {
    if (source_.substr(at_, text.size()) != text) return false;
    at_ += text.size();
    return true;
  }

  // Elements up to one of the characters in END, which is left for the caller.
  void sequence(std::string_view end) {
    for (;;) {
      blanks();
      if (at_ >= source_.size() || end.find(source_[at_]) != std::string_view::npos) return;
      element();
    }
  }

  void element() {
    const char c = source_[at_];
    if (c == '[') {
      ++at_;
      const auto split = emit({.op = Pattern::Op::split});
      alternatives("]");
      ++at_;
      if (take("*")) emit({.op = Pattern::Op::jump, .a = split});
      pattern_.steps_[split].a = split + 1;
      pattern_.steps_[split].b = pattern_.steps_.size();
    } else if (c == '(') {
      ++at_;
      alternatives(")");
      ++at_;
    } else if (take("...")) {
      emit({.op = Pattern::Op::gap});
    } else if (c == '{') {
      capture();
    } else {
      literals();
    }
  }

  // A | B | C up to CLOSE:  split L1 L2; L1: A; jump end; L2: split ... end:
  void alternatives(std::string_view close) {
    std::vector<std::size_t> jumps;
    std::size_t split = emit({.op = Pattern::Op::split});
    const std::string end = std::string(close) + "|";
    for (;;) {
      pattern_.steps_[split].a = split + 1;
      sequence(end);
      if (at_ >= source_.size()) fail("'" + std::string(close) + "'");
      if (source_[at_] != '|') break;
      ++at_;
      jumps.push_back(emit({.op = Pattern::Op::jump}));
      pattern_.steps_[split].b = pattern_.steps_.size();
      split = emit({.op = Pattern::Op::split});
    }
    pattern_.steps_[split].b = split + 1;  // the last one has no other way
    for (const auto jump : jumps) pattern_.steps_[jump].a = pattern_.steps_.size();
  }

  void capture() {
    ++at_;
    const auto close = source_.find('}', at_);
    if (close == std::string_view::npos) fail("'}'");
    const auto inside = source_.substr(at_, close - at_);
    const auto colon = inside.find(':');
    const std::string name(inside.substr(0, colon));
    const auto type = colon == std::string_view::npos ? std::string_view("name") : inside.substr(colon + 1);
    if (name.empty()) fail("a name for the capture");
    static const std::vector<std::pair<std::string_view, Pattern::Op>> kTypes = {
        {"name", Pattern::Op::name},     {"qname", Pattern::Op::qname},   {"names", Pattern::Op::names},
        {"qnames", Pattern::Op::qnames}, {"string", Pattern::Op::string}, {"token", Pattern::Op::token},
        {"values", Pattern::Op::values}};
    const auto found =
        std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.first == type; });
    if (found == kTypes.end()) fail("a type: name, qname, names, qnames, string, token or values");
    auto known = std::find(names_.begin(), names_.end(), name);
    if (known == names_.end()) known = names_.insert(known, name);
    const auto number = static_cast<std::size_t>(known - names_.begin());
    if (!pattern_.captures(number)) pattern_.captured_.push_back(number);
    emit({.op = found->second, .a = number});
    at_ = close + 1;
  }

  // WORD, 'mark', \meta, or several of one kind with bars between (no blanks).
  void literals() {
    using Class = Vocabulary::Class;
    Pattern::Step step{.op = Pattern::Op::literal};
    for (;;) {
      Class what = Class::word;
      std::string text;
      if (looking_at('\'')) {
        what = Class::mark;
        const auto close = source_.find('\'', at_ + 1);
        if (close == std::string_view::npos || close == at_ + 1) fail("a mark in quotes");
        text = source_.substr(at_ + 1, close - at_ - 1);
        at_ = close + 1;
      } else {
        const auto begin = at_;
        if (take("\\")) what = Class::meta;
        while (at_ < source_.size() &&
               (std::isalnum(static_cast<unsigned char>(source_[at_])) || source_[at_] == '_'))
          ++at_;
        text = lower_case(source_.substr(begin, at_ - begin));
        if (text.empty() || text == "\\") fail("a word, a mark in quotes, {capture}, [option] or ...");
      }
      if (!step.texts.empty() && what != step.what) fail("alternatives of one kind (use a group for others)");
      step.what = what;
      step.texts.push_back(std::move(text));
      if (!looking_at('|') || at_ + 1 >= source_.size() || source_[at_ + 1] == ' ') break;
      ++at_;
    }
    emit(std::move(step));
  }

  Pattern& pattern_;
  std::string_view source_;
  std::vector<std::string>& names_;
  std::size_t at_ = 0;
};

Pattern::Pattern(std::string_view source, std::vector<std::string>& names) {
  PatternCompiler(*this, source, names).compile();
}

bool Pattern::captures(std::size_t number) const {
  return std::find(captured_.begin(), captured_.end(), number) != captured_.end();
}

void Pattern::bind(Vocabulary& vocabulary) {
  for (auto& step : steps_) {
    step.words.clear();
    for (const auto& text : step.texts) step.words.push_back(vocabulary.add(step.what, text));
  }
  first_words_ = first_words(0);
  second_words_.clear();
  const auto begin = steps_[0].op;
  const bool one_token =
      begin == Op::literal || begin == Op::name || begin == Op::token || begin == Op::string;
  if (one_token) second_words_ = first_words(1);
  required_ = required_from_start();
}

// What stands there in every match that begins at the step; nothing when it can be something else.
std::vector<WordId> Pattern::first_words(std::size_t at) const {
  const auto& step = steps_[at];
  switch (step.op) {
    case Op::literal:
      return step.words;
    case Op::jump:
      return first_words(step.a);
    case Op::split: {
      auto a = first_words(step.a), b = first_words(step.b);
      if (a.empty() || b.empty()) return {};
      a.insert(a.end(), b.begin(), b.end());
      return a;
    }
    default:
      return {};
  }
}

// Backwards: what a step needs, and what all the ways that go on from it need.
WordSet Pattern::required_from_start() const {
  std::vector<WordSet> required(steps_.size());
  for (std::size_t i = steps_.size() - 1; i-- > 0;) {
    const auto& step = steps_[i];
    // A jump back repeats something optional, which asks for nothing.
    const auto next = step.op != Op::jump ? i + 1 : step.a > i ? step.a : steps_[step.a].b;
    required[i] = required[next];
    if (step.op == Op::split) required[i] &= required[step.b];
    if (step.op == Op::literal && step.words.size() == 1) required[i].add(step.words[0]);
  }
  return required[0];
}

bool Pattern::may_match(const StatementShape& shape) const {
  const auto may_be = [](const std::vector<WordId>& words, WordId word) {
    return words.empty() || std::find(words.begin(), words.end(), word) != words.end();
  };
  return may_be(first_words_, shape.first) && may_be(second_words_, shape.second) && may_match(shape.words);
}

StatementShape look_up(const Vocabulary& vocabulary, const TokenText& statement, std::vector<WordId>& words) {
  StatementShape shape;
  words.resize(statement.tokens.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = vocabulary.find(statement.tokens[i], statement.text);
    if (words[i] != kNoWord) shape.words.add(words[i]);
  }
  if (!words.empty()) shape.first = words[0];
  if (words.size() > 1) shape.second = words[1];
  if (!statement.complete) shape.words = WordSet::all();  // they may follow
  return shape;
}

Elements elements_of(const TokenText& statement, const Capture& capture) {
  Elements elements;
  auto range = capture.range;
  if (!capture.set) return elements;
  // One token is no list, though it may be a comma.
  for (auto at = range.first; at < range.last && range.last - range.first > 1; ++at) {
    if (!statement.is_comma(at)) continue;
    elements.push_back({range.first, at});
    range.first = at + 1;
  }
  elements.push_back(range);
  return elements;
}

class PatternMatcher {
 public:
  PatternMatcher(const Pattern& pattern, const TokenText& statement, std::span<const WordId> words,
                 Pattern::Match& match)
      : steps_(pattern.steps_), s_(statement), words_(words), match_(match) {}

  bool run(std::size_t pc, std::size_t at) {
    for (;;) {
      const auto& step = steps_[pc];
      switch (step.op) {
        case Pattern::Op::done:
          match_.range.last = at;
          return true;
        case Pattern::Op::jump:
          pc = step.a;
          continue;
        case Pattern::Op::split:
          if (step.b != step.a) {
            const auto before = changed_.size();
            if (run(step.a, at)) return true;
            undo(before);
          }
          pc = step.b;
          continue;
        case Pattern::Op::gap:
          return gap(pc + 1, at);
        case Pattern::Op::literal:
          if (!have(at) || std::find(step.words.begin(), step.words.end(), words_[at]) == step.words.end())
            return false;
          ++at, ++pc;
          continue;
        default:
          if (!capture(step, at)) return false;
          ++pc;
          continue;
      }
    }
  }

  bool ran_out() const { return ran_out_; }

 private:
  bool have(std::size_t at) {
    if (at < s_.tokens.size()) return true;
    if (!s_.complete) ran_out_ = true;
    return false;
  }
  bool is(std::size_t at, TokenKind kind) { return have(at) && s_.tokens[at].kind == kind; }
  bool is_name(std::size_t at) {
    return have(at) &&
           (s_.tokens[at].kind == TokenKind::word || s_.tokens[at].kind == TokenKind::quoted_name);
  }
  bool is_mark(std::size_t at, char c) {
    return is(at, TokenKind::mark) && s_.tokens[at].length == 1 && s_.text[s_.tokens[at].begin] == c;
  }
  // Takes back what a way that led nowhere has captured.
  void undo(std::size_t before) {
    for (; changed_.size() > before; changed_.pop_back())
      match_.captures[changed_.back().first] = changed_.back().second;
  }

  // As little as will do; only where no parenthesis is open that was not open before.
  bool gap(std::size_t pc, std::size_t at) {
    if (!have(at)) return run(pc, at);
    const auto depth = s_.tokens[at].depth;
    for (std::size_t i = at; i < s_.tokens.size(); ++i) {
      if (s_.tokens[i].depth < depth) return false;
      if (s_.tokens[i].depth == depth && run(pc, i)) return true;
    }
    if (!s_.complete) ran_out_ = true;
    return false;
  }

  bool one_name(std::size_t& at) {
    if (!is_name(at)) return false;
    ++at;
    return true;
  }
  bool dotted_name(std::size_t& at) {
    if (!one_name(at)) return false;
    while (is_mark(at, '.') && is_name(at + 1)) at += 2;
    return true;
  }
  bool one_value(std::size_t& at) {
    if (is(at, TokenKind::op)) ++at;  // a sign
    if (!have(at) || s_.tokens[at].kind == TokenKind::mark) return false;
    ++at;
    return true;
  }

  bool capture(const Pattern::Step& step, std::size_t& at) {
    const auto first = at;
    const auto list = [&](auto take) {
      do {
        if (!(this->*take)(at)) return false;
      } while (is_mark(at, ',') && ++at);
      return true;
    };
    bool ok = false;
    switch (step.op) {
      case Pattern::Op::name:
        ok = one_name(at);
        break;
      case Pattern::Op::qname:
        ok = dotted_name(at);
        break;
      case Pattern::Op::names:
        ok = list(&PatternMatcher::one_name);
        break;
      case Pattern::Op::qnames:
        ok = list(&PatternMatcher::dotted_name);
        break;
      case Pattern::Op::values:
        ok = list(&PatternMatcher::one_value);
        break;
      default:
        ok = step.op == Pattern::Op::string ? is(at, TokenKind::string) : have(at);
        if (ok) ++at;
    }
    if (!ok) return false;
    changed_.emplace_back(step.a, match_.captures[step.a]);
    match_.captures[step.a] = {true, {first, at}};
    return true;
  }

  const std::vector<Pattern::Step>& steps_;
  const TokenText& s_;
  const std::span<const WordId> words_;
  Pattern::Match& match_;
  boost::container::small_vector<std::pair<std::size_t, Capture>, 16> changed_;  // and what it was before
  bool ran_out_ = false;
};

Pattern::Match Pattern::match(const TokenText& statement, std::span<const WordId> words, std::size_t first,
                              const Captures& outer) const {
  Match result;
  result.range = {first, first};
  result.captures = outer;
  for (const auto number : captured_) {
    if (number >= result.captures.size()) result.captures.resize(number + 1);
    result.captures[number] = {};
  }
  PatternMatcher matcher(*this, statement, words, result);
  if (matcher.run(0, first)) {
    result.matched = Matched::yes;
  } else if (matcher.ran_out()) {
    result.matched = Matched::undecided;
  }
  return result;
}

}  // namespace sluice
