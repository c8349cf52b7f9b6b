// PATTERN: what grep's -e, -F and -i mean, over bytes of any encoding.
//
// Patterns are RE2's regular expressions (-F: plain strings). Text in UTF-8 is matched as characters. A dump
// may also be in another encoding, or in none: then
//  - a pattern's characters beyond ASCII are looked for as they are written in the dump's client_encoding
//    (iconv), and its text is matched byte by byte;
//  - \xHH with HH >= 80 stands for the byte as well as for the character U+00HH: caf\xe9 finds the word in
//    LATIN1 and in UTF-8;
//  - a pattern that is itself no UTF-8 is taken byte by byte.
// Case is ignored for the letters of all encodings; in a pattern that is no UTF-8, for those of LATIN1. In an
// encoding of several bytes a character a match may begin inside of one, and `.` is a byte.
//
// The prefilter: most patterns contain a string that every match must contain. candidate() looks for that
// string with a vector kernel, many times faster than RE2 can look at bytes; where it finds nothing there is
// nothing to find.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

class Matcher {
 public:
  struct Options {
    bool fixed = false;
    bool ignore_case = false;
  };

  // A match of any of PATTERNS counts. No patterns: matches nothing; an empty pattern matches everything.
  // Throws Failure::usage with RE2's words for a bad one.
  Matcher(const std::vector<std::string>& patterns, Options options);
  ~Matcher();
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;

  // The text that follows is in this encoding, as `SET client_encoding` names it; empty: not known, UTF-8 is
  // taken. Cheap when it is the same as before or the one before that. Throws as the constructor does where
  // the patterns become too large.
  void set_encoding(std::string_view client_encoding);

  struct Match {
    std::size_t begin = 0, end = 0;
  };
  // The leftmost match that begins at FROM or behind it; with -F or several patterns the longest at its
  // place, as grep has it, and with one regular expression the one that RE2 takes. ^ and $ are the text's
  // ends.
  std::optional<Match> find(std::string_view text, std::size_t from = 0) const;
  bool matches(std::string_view text) const;

  // The first place at or behind FROM where a string stands that a match must contain; npos: nothing in
  // TEXT from FROM on is matched. FROM itself when the patterns have no such string (can_skip() is false
  // then).
  std::size_t candidate(std::string_view text, std::size_t from = 0) const;
  bool can_skip() const;
  // Whether candidate() finds the same whatever the text's encoding is.
  bool same_in_every_encoding() const;

  // The same as candidate() for patterns that have no such string, in a text of lines: the first place at or
  // behind FROM in a line that may be matched, were it a text of its own; npos: no line is.
  std::size_t candidate_line(std::string_view text, std::size_t from = 0) const;
  bool can_skip_lines() const;

  // Bytes that two neighbouring stretches of a text must share for candidate() to miss nothing: the longest
  // such string less one.
  std::size_t overlap() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice
