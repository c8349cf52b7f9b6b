#include "libfilter/rules/pattern.hpp"

#include <algorithm>
#include <cctype>

#include "libfilter/dump/names.hpp"
#include "libfilter/io/failure.hpp"

namespace sluice {

// Reads a pattern's source into steps. One level of recursion a bracket.
class PatternCompiler {
 public:
  PatternCompiler(Pattern& pattern, std::string_view source) : pattern_(pattern), source_(source) {}

  void compile() {
    sequence("");
    if (at_ < source_.size()) fail("a word, a mark in quotes, {capture}, [option] or ...");
    emit({Pattern::Op::done, {}, 0, 0});
    if (pattern_.steps_.size() == 1) fail("at least one word");
    pattern_.first_words_ = first_words(0);
    if (pattern_.steps_[0].op == Pattern::Op::word) pattern_.second_words_ = first_words(1);
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
      const auto split = emit({Pattern::Op::split, {}, 0, 0});
      alternatives("]");
      ++at_;
      if (take("*")) emit({Pattern::Op::jump, {}, split, 0});
      pattern_.steps_[split].a = split + 1;
      pattern_.steps_[split].b = pattern_.steps_.size();
    } else if (c == '(') {
      ++at_;
      alternatives(")");
      ++at_;
    } else if (take("...")) {
      emit({Pattern::Op::gap, {}, 0, 0});
    } else if (c == '{') {
      capture();
    } else {
      literals();
    }
  }

  // A | B | C up to CLOSE:  split L1 L2; L1: A; jump end; L2: split ... end:
  void alternatives(std::string_view close) {
    std::vector<std::size_t> jumps;
    std::size_t split = emit({Pattern::Op::split, {}, 0, 0});
    const std::string end = std::string(close) + "|";
    for (;;) {
      pattern_.steps_[split].a = split + 1;
      sequence(end);
      if (at_ >= source_.size()) fail("'" + std::string(close) + "'");
      if (source_[at_] != '|') break;
      ++at_;
      jumps.push_back(emit({Pattern::Op::jump, {}, 0, 0}));
      pattern_.steps_[split].b = pattern_.steps_.size();
      split = emit({Pattern::Op::split, {}, 0, 0});
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
    auto known = std::find(pattern_.names_.begin(), pattern_.names_.end(), name);
    if (known == pattern_.names_.end()) known = pattern_.names_.insert(known, name);
    emit({found->second, {}, static_cast<std::size_t>(known - pattern_.names_.begin()), 0});
    at_ = close + 1;
  }

  // WORD, 'mark', \meta, or several of one kind with bars between (no blanks).
  void literals() {
    Pattern::Step step{Pattern::Op::word, {}, 0, 0};
    for (;;) {
      Pattern::Op op = Pattern::Op::word;
      std::string text;
      if (looking_at('\'')) {
        op = Pattern::Op::mark;
        const auto close = source_.find('\'', at_ + 1);
        if (close == std::string_view::npos || close == at_ + 1) fail("a mark in quotes");
        text = source_.substr(at_ + 1, close - at_ - 1);
        at_ = close + 1;
      } else {
        const auto begin = at_;
        if (take("\\")) op = Pattern::Op::meta;
        while (at_ < source_.size() &&
               (std::isalnum(static_cast<unsigned char>(source_[at_])) || source_[at_] == '_'))
          ++at_;
        text = lower_case(source_.substr(begin, at_ - begin));
        if (text.empty() || text == "\\") fail("a word, a mark in quotes, {capture}, [option] or ...");
      }
      if (!step.texts.empty() && op != step.op) fail("alternatives of one kind (use a group for others)");
      step.op = op;
      step.texts.push_back(std::move(text));
      if (!looking_at('|') || at_ + 1 >= source_.size() || source_[at_ + 1] == ' ') break;
      ++at_;
    }
    emit(std::move(step));
  }

  // Every word the program can begin with; nothing when it can begin with something else.
  std::vector<std::string> first_words(std::size_t at) const {
    const auto& step = pattern_.steps_[at];
    switch (step.op) {
      case Pattern::Op::word:
      case Pattern::Op::meta:
        return step.texts;
      case Pattern::Op::jump:
        return first_words(step.a);
      case Pattern::Op::split: {
        auto a = first_words(step.a), b = first_words(step.b);
        if (a.empty() || b.empty()) return {};
        a.insert(a.end(), b.begin(), b.end());
        return a;
      }
      default:
        return {};
    }
  }

  Pattern& pattern_;
  std::string_view source_;
  std::size_t at_ = 0;
};

bool Pattern::second_may_be(std::string_view word) const {
  return second_words_.empty() ||
         std::find(second_words_.begin(), second_words_.end(), word) != second_words_.end();
}

Pattern::Pattern(std::string_view source) { PatternCompiler(*this, source).compile(); }

class PatternMatcher {
 public:
  PatternMatcher(const Pattern& pattern, const TokenText& statement, Pattern::Match& match)
      : steps_(pattern.steps_), names_(pattern.names_.size()), s_(statement), match_(match) {}

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
            auto saved = match_.captures;
            if (run(step.a, at)) return true;
            match_.captures = std::move(saved);
          }
          pc = step.b;
          continue;
        case Pattern::Op::gap:
          return gap(pc + 1, at);
        case Pattern::Op::word:
          if (!is(at, TokenKind::word) || !any_of(step.texts, s_.of(s_.tokens[at]))) return false;
          ++at, ++pc;
          continue;
        case Pattern::Op::meta:
          if (!is(at, TokenKind::meta) || !any_of(step.texts, s_.of(s_.tokens[at]))) return false;
          ++at, ++pc;
          continue;
        case Pattern::Op::mark:
          if (!have(at)) return false;
          if (s_.tokens[at].kind != TokenKind::mark && s_.tokens[at].kind != TokenKind::op) return false;
          if (!any_of(step.texts, s_.of(s_.tokens[at]))) return false;
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
  static bool any_of(const std::vector<std::string>& texts, std::string_view text) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const auto& t) { return equal_ignoring_case(t, text); });
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

  bool one_name(std::size_t& at, TokenRange& range) {
    if (!is_name(at)) return false;
    range = {at, at + 1};
    ++at;
    return true;
  }
  bool dotted_name(std::size_t& at, TokenRange& range) {
    if (!one_name(at, range)) return false;
    while (is_mark(at, '.') && is_name(at + 1)) at += 2;
    range.last = at;
    return true;
  }
  bool one_value(std::size_t& at, TokenRange& range) {
    range.first = at;
    if (is(at, TokenKind::op)) ++at;  // a sign
    if (!have(at) || s_.tokens[at].kind == TokenKind::mark) return false;
    range.last = ++at;
    return true;
  }

  bool capture(const Pattern::Step& step, std::size_t& at) {
    Capture found;
    found.set = true;
    found.range.first = at;
    TokenRange element;
    const auto list = [&](auto take) {
      do {
        if (!take(element)) return false;
        found.elements.push_back(element);
      } while (is_mark(at, ',') && ++at);
      return true;
    };
    bool ok = false;
    switch (step.op) {
      case Pattern::Op::name:
        ok = one_name(at, element);
        break;
      case Pattern::Op::qname:
        ok = dotted_name(at, element);
        break;
      case Pattern::Op::names:
        ok = list([&](TokenRange& r) { return one_name(at, r); });
        break;
      case Pattern::Op::qnames:
        ok = list([&](TokenRange& r) { return dotted_name(at, r); });
        break;
      case Pattern::Op::values:
        ok = list([&](TokenRange& r) { return one_value(at, r); });
        break;
      case Pattern::Op::string:
        ok = is(at, TokenKind::string);
        if (ok) element = {at, at + 1}, ++at;
        break;
      default:
        ok = have(at);
        if (ok) element = {at, at + 1}, ++at;
    }
    if (!ok) return false;
    if (found.elements.empty()) found.elements.push_back(element);
    found.range.last = at;
    if (match_.captures.empty()) match_.captures.resize(names_);
    match_.captures[step.a] = std::move(found);
    return true;
  }

  const std::vector<Pattern::Step>& steps_;
  const std::size_t names_;
  const TokenText& s_;
  Pattern::Match& match_;
  bool ran_out_ = false;
};

Pattern::Match Pattern::match(const TokenText& statement, std::size_t first) const {
  Match result;
  result.range = {first, first};
  PatternMatcher matcher(*this, statement, result);
  if (matcher.run(0, first)) {
    result.matched = Matched::yes;
    result.captures.resize(names_.size());
  } else if (matcher.ran_out()) {
    result.matched = Matched::undecided;
  }
  return result;
}

}  // namespace sluice
