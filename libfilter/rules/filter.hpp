// A dump through a set of rules: units in, marked output out.
//
// Each statement is weighed once. What no rule touches is passed by its place in the input; what is removed
// or changed goes out as a block of marks (marks.hpp). Blocks that an earlier run of the same tool left are
// passed as they are, and their originals are weighed for what there is to remember: a second run changes
// nothing.
//
// At the end of an input that stops inside a statement or COPY data, poison is put behind what was sent so
// that a reader fails instead of running half of it, and Failure::unsound_input is thrown.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "libfilter/dump/soundness.hpp"
#include "libfilter/dump/unit_reader.hpp"
#include "libfilter/rules/engine.hpp"
#include "libfilter/rules/marks.hpp"
#include "libfilter/rules/psql_watch.hpp"
#include "libfilter/rules/report.hpp"

namespace sluice {

struct FilterOptions {
  std::string tool;
  Mode mode = Mode::comment;
  std::size_t max_statement = 1024 * 1024;  // bytes; longer statements are passed unless they go whole
  bool strict_meta = false;                 // meta-commands that no dump holds are an error
  std::map<std::string, std::string> renames;
  std::function<void(const Notice&)> notice;
  std::function<void(const Finding&, std::uint64_t line)> finding;
};

class Filter {
 public:
  // SINK may be null: nothing is written (--check). All references must outlive the filter.
  Filter(Source& source, Sink* sink, const RuleSet& rules, FilterOptions options);

  // To the end of the input. Throws Failure; what was sent until then is settled in any case.
  void run();

  const Report& report() const { return report_; }
  const Engine& engine() const { return engine_; }

 private:
  void pass_quiet();
  void space(const Unit& unit);
  void meta_command(const Unit& unit);
  void statement(const Unit& unit);
  void doubt_mark(const Unit& unit);
  void check_long(const Unit& unit);
  void refuse_secret(const Unit& unit);
  void copy_data(const Unit& unit);
  void pass(const Unit& unit);
  void remove(const Unit& unit, const Verdict& verdict);
  void change(const Unit& unit, const Verdict& verdict);
  void go_on(const Unit& unit);
  void note_findings(const Verdict& verdict, std::uint64_t line);
  void observe_original();
  void check_nul(const Unit& unit);
  void warn_once(const std::string& key, Notice notice);
  void read();
  std::string poison_for(Lexer::Open::What what) const;
  std::string poison_before_data() const;
  void spoil();
  [[noreturn]] void end_early(const Unit& unit);

  Source& source_;
  RuleSet const& rules_;
  bool checking_;  // every finding is told as such
  FilterOptions options_;
  UnitReader reader_;
  Engine engine_;
  bool rows_are_weighed_;  // there is a rule that INSERT statements have to be shown to
  MarkedOutput output_;
  PsqlWatch psql_;
  Report report_;

  enum class Fate : std::uint8_t { pass, remove };
  Fate unit_fate_ = Fate::pass;      // of a unit in parts
  std::deque<Fate> copy_fates_;      // of the COPY blocks owed
  std::string removed_rules_;        // of the statement last removed, for its data
  std::optional<Finding> skipping_;  // inside a database that goes
  std::string skip_restrict_key_;
  std::string database_;

  bool reading_original_ = false;
  bool original_line_ = false;  // the line being passed in parts is one of an original
  std::string original_;
  OriginalDecoder decoder_;
  std::size_t verbatim_due_ = 0;  // once a line of the original has been seen
  std::size_t verbatim_ = 0;      // statements of an earlier run still to pass as they are
  std::string tail_;              // the last bytes of the unit being passed in parts
  bool open_sent_ = false;        // parts of the open unit were written
  bool reads_as_now_ = true;      // no SET on this line, before this unit, has changed how psql reads
  bool spoilt_ = false;           // poison was sent
  std::set<std::string> warned_;
};

// Undoes what a Filter of this tool did in Mode::comment. Throws Failure.
// MARKED is told the rules that the marks name, as they stand there ("a, b"), and the line.
void revert(Source& source, Sink& sink, const std::string& tool, std::size_t max_statement,
            const std::function<void(std::string_view rules, std::uint64_t line)>& marked = {});

}  // namespace sluice
