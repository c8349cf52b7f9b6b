// A rule, as read from a rule file (rules/README.md is the manual of the format).
//
// A rule file is TOML: a [profile] table, [sets] of names, [memory], and [[rule]] tables. Reading one checks
// everything that can be checked before any input is seen; what is wrong is a Failure::usage with file, line
// and what was expected.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/rules/pattern.hpp"

namespace sluice {

enum class Action : std::uint8_t {
  note,           // changes nothing; remembers
  keep,           // the statement stays as it is, no later rule is asked
  comment,        // the statement goes; it stays as a comment (--mode=comment)
  drop,           // the statement goes, in every mode
  strip,          // clauses go
  take,           // elements of a list go; with the last one, the statement
  replace,        // captures or clauses are replaced by a text
  wrap,           // in a DO block: on a condition, or with errors that count for nothing
  attempt,        // in a DO block that turns the server's refusal into a WARNING
  inject,         // statements of ours before or behind it
  skip_database,  // everything goes, up to the next database
  warn,           // said, not changed
};
std::string_view action_name(Action action);

// Text with {capture} in it; {capture:how} says how it is written:
//   (none)  as in the statement      literal  as an SQL string literal     value  the bare name or text
//   schema  what stands before the last dot, as in the statement       last  what stands behind it
//   renamed  the name it gets by --rename-role or --map
//   {@database}  the current database, empty when it is not known
//   {$}  the tag of a dollar quote that does not occur in the statement
struct Template {
  enum class Kind : std::uint8_t { own, as_written, literal, value, schema, last, renamed, database, tag };
  struct Part {
    Kind kind = Kind::own;
    std::string text;         // own: the text; else what stands between the braces
    std::size_t capture = 0;  // its number in the rule
    bool is_capture() const { return kind != Kind::own && kind != Kind::database && kind != Kind::tag; }
  };
  std::vector<Part> parts;
  std::size_t length = 0;  // about, of what it becomes; in bytes
  bool empty() const { return parts.empty(); }
  static Template parse(std::string_view text);  // throws Failure::usage
};

// "{role} in superusers", "{schema},{role} not in (a, b)", "{setting} like app.*"
struct Condition {
  Template subject;
  bool negated = false;
  enum class Test : std::uint8_t { in_set, in_list, like } test = Test::in_set;
  std::string set;                                // in_set
  std::size_t set_number = 0;                     // in the rule set
  std::vector<std::string> values;                // in_list; like: globs, in lower case
  static Condition parse(std::string_view text);  // throws Failure::usage
};

// A fact for later statements: VALUE is put into (taken out of) the set.
struct Memo {
  std::string set;
  Template value;
  std::size_t set_number = 0;  // in the rule set
};

struct VersionRange {
  int least = 0;
  int most = 9999;
  bool any() const { return least == 0 && most == 9999; }
  bool holds(int version) const { return version >= least && version <= most; }
  static VersionRange parse(std::string_view text);  // "<=14", ">=16", "15", "14-16"; throws Failure::usage
};

struct Clause {
  Pattern pattern;
  Template with;  // replace: the text; strip: empty
};

struct Rule {
  std::string id;
  Action action = Action::note;
  std::string summary;  // one line
  std::string why;      // with the server's words
  std::string lost;     // what is lost; empty: nothing
  Template what;        // the finding's text; the summary when empty

  std::vector<std::string> captures;  // by their numbers
  std::vector<Pattern> match;         // the first that matches counts
  std::vector<Condition> where;

  std::vector<Clause> clauses;      // strip, replace: searched behind the match, every occurrence
  std::vector<Pattern> until;       // where the search ends
  bool anywhere = false;            // inside parentheses too
  std::optional<std::size_t> take;  // take: the list's number
  struct Replacement {
    std::size_t capture;
    Template with;
  };
  std::vector<Replacement> replace;

  Template guard;                     // wrap: an SQL condition that has to hold, else nothing is done
  std::vector<std::string> refusals;  // wrap: errors that count for nothing; attempt: that become a WARNING
  Template otherwise;                 // wrap: a statement to run on such an error
  Template before, after;             // inject
  Template once;                      // inject: a key; only the first time

  std::vector<Memo> remember, forget;
  bool secret = false;  // what it takes out is a secret: the original is not kept beside the result

  std::vector<std::string> to;  // target services; empty: every one
  VersionRange target;          // the target's major version; not any(): only with --to-version
  std::string option;           // only with this option of the program

  struct Example {
    std::string given;  // statements that stand before
    std::string input, output;
    int target = 0;
    std::vector<std::string> with;  // rules active besides this one
  };
  std::vector<Example> examples;

  std::string file;
  int line = 0;

  // Whether a statement of this shape has to be shown to the rule.
  bool may_concern(const StatementShape& shape) const;
};

struct RuleFile {
  enum class Direction : std::uint8_t { part, to, from, always };
  std::string name;
  Direction direction = Direction::part;
  std::string summary;
  std::vector<std::string> includes;
  std::map<std::string, std::vector<std::string>> sets;
  std::vector<std::string> per_database;  // sets that are forgotten when the database changes
  std::vector<Rule> rules;

  // FILE is the name for messages. Throws Failure::usage.
  static RuleFile parse(std::string_view text, const std::string& file);
};

}  // namespace sluice
