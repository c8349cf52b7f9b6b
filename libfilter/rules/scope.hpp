// One rule's view of one statement: what its captures stand for. The engine's own; nothing else includes it.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libfilter/rules/rule.hpp"

namespace sluice {

class Scope {
 public:
  // All must outlive the scope, which is meant to live as long as one rule is asked.
  Scope(const TokenText& statement, std::span<const WordId> words, const Pattern& pattern,
        Pattern::Match match, std::string_view database, const std::map<std::string, std::string>& renames)
      : statement_(statement),
        words_(words),
        pattern_(&pattern),
        match_(std::move(match)),
        database_(database),
        renames_(renames) {}

  const TokenText& statement() const { return statement_; }
  TokenRange matched() const { return match_.range; }

  // The same, with what a clause of the rule has captured at this token, if it matches there.
  Scope inside_clause(const Pattern& clause, Pattern::Match match) const {
    Scope inner = *this;
    inner.clause_ = &clause;
    inner.match_ = std::move(match);
    return inner;
  }
  Pattern::Match match_clause(const Pattern& clause, std::size_t at) const {
    return clause.match(statement_, words_, at, match_.captures);
  }

  // Whether this statement's patterns have the capture at all.
  bool names(std::size_t capture) const {
    return pattern_->captures(capture) || (clause_ != nullptr && clause_->captures(capture));
  }
  bool is_set(std::size_t capture) const {
    return capture < match_.captures.size() && match_.captures[capture].set;
  }
  bool is_one(std::size_t capture) const {
    const auto range = match_.captures[capture].range;
    return range.last - range.first == 1 || all_elements(capture).size() == 1;
  }
  Elements all_elements(std::size_t capture) const {
    return is_set(capture) ? elements_of(statement_, match_.captures[capture]) : Elements();
  }

  // The elements that the rule is about, by their places in the list: those chosen by its conditions, all
  // when there was none.
  using Chosen = std::vector<std::size_t>;
  Chosen elements(std::size_t capture) const;
  bool has_chosen(std::size_t capture) const { return find(chosen_, capture) != nullptr; }
  void choose(std::size_t capture, Chosen elements) { set(chosen_, capture, {false, std::move(elements)}); }
  // A capture with one element.
  void choose_whole(std::size_t capture) { set(chosen_, capture, {true, {}}); }

  // While ACT runs, the capture stands for one of its elements.
  template <class Act>
  void with_element(std::size_t capture, TokenRange element, Act act) {
    set(current_, capture, element);
    act();
    erase(current_, capture);
  }
  // Calls ACT once for each element of the one list capture that the texts name, or once.
  template <class Act>
  void for_each_element(std::initializer_list<const Template*> texts, Act act) {
    for (const auto* text : texts) {
      for (const auto& part : text->parts) {
        if (!part.is_capture() || !is_set(part.capture) || find(current_, part.capture) != nullptr) continue;
        const auto all = all_elements(part.capture);
        if (all.size() + (has_chosen(part.capture) ? 1 : 0) < 2) continue;
        for (const auto i : elements(part.capture)) with_element(part.capture, all[i], act);
        return;
      }
    }
    act();
  }

  // The text with names and literals as they are meant: for comparing.
  std::string value_of(const Template& text) const;
  // The text as SQL.
  std::string render(const Template& text) const;

 private:
  template <class T>
  using Few = boost::container::small_vector<std::pair<std::size_t, T>, 2>;
  template <class T>
  static const T* find(const Few<T>& few, std::size_t capture) {
    for (const auto& [number, value] : few)
      if (number == capture) return &value;
    return nullptr;
  }
  template <class T>
  static void set(Few<T>& few, std::size_t capture, T value) {
    for (auto& [number, old] : few) {
      if (number != capture) continue;
      old = std::move(value);
      return;
    }
    few.emplace_back(capture, std::move(value));
  }
  template <class T>
  static void erase(Few<T>& few, std::size_t capture) {
    for (auto it = few.begin(); it != few.end(); ++it) {
      if (it->first != capture) continue;
      few.erase(it);
      return;
    }
  }

  TokenRange range(std::size_t capture) const;
  std::string_view text_of(TokenRange range) const;
  void append_value(std::string& out, TokenRange range) const;
  std::string render(const Template& text, std::string_view tag) const;

  const TokenText& statement_;
  std::span<const WordId> words_;
  const Pattern* pattern_;
  const Pattern* clause_ = nullptr;
  Pattern::Match match_;
  std::string_view database_;
  const std::map<std::string, std::string>& renames_;
  struct Choice {
    bool whole;
    Chosen elements;
  };
  Few<Choice> chosen_;       // elements of a list that meet the conditions
  Few<TokenRange> current_;  // the element a text is being made for
};

// A dollar-quote tag whose delimiter does not occur in the text.
std::string unused_tag(std::string_view text);

}  // namespace sluice
