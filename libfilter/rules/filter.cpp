#include "libfilter/rules/filter.hpp"

#include <algorithm>
#include <utility>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/soundness.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/lex/scan.hpp"

namespace sluice {
namespace {

std::string rule_ids(const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& finding : findings) out += (out.empty() ? "" : ", ") + finding.rule->id;
  return out;
}

// What psql has of these is refused by the server, or may run; all others would run by half.
bool refused_as_it_is(Lexer::Open::What what) {
  return what == Lexer::Open::What::string || what == Lexer::Open::What::quoted_name ||
         what == Lexer::Open::What::dollar_string || what == Lexer::Open::What::comment ||
         what == Lexer::Open::What::harmless;
}

// Whether a rule that takes out a secret holds, or may hold, for the statement.
bool holds_secret(const Verdict& verdict) {
  return std::any_of(verdict.findings.begin(), verdict.findings.end(),
                     [](const Finding& f) { return f.rule->secret; }) ||
         std::any_of(verdict.undecided.begin(), verdict.undecided.end(),
                     [](const Rule* r) { return r->secret; });
}

bool begins_create_database(const Unit& unit) {
  return unit.tokens.size() > 1 && equal_ignoring_case(unit.tokens[0].of(unit.bytes), "create") &&
         equal_ignoring_case(unit.tokens[1].of(unit.bytes), "database");
}

void keep_tail(std::string& tail, std::string_view bytes) {
  constexpr std::size_t kTail = 256;
  if (bytes.size() >= kTail) {
    tail = bytes.substr(bytes.size() - kTail);
  } else {
    tail += bytes;
    if (tail.size() > kTail) tail.erase(0, tail.size() - kTail);
  }
}

}  // namespace

Filter::Filter(Source& source, Sink* sink, const RuleSet& rules, FilterOptions options)
    : source_(source),
      rules_(rules),
      checking_(sink == nullptr),
      options_(std::move(options)),
      reader_(source, options_.max_statement),
      engine_(rules, options_.tool, options_.renames),
      rows_are_weighed_(engine_.wants("insert", "into")),
      output_(sink, options_.tool, options_.mode),
      psql_(source.name(), options_.strict_meta ? PsqlWatch::On::refuse : PsqlWatch::On::warn,
            [this](const std::string& key, const Notice& notice) { warn_once(key, notice); }) {
  // A statement that no rule can hold for need not be taken apart to its end.
  reader_.want_tokens(
      [](const void* context, std::string_view first, std::string_view second) {
        const bool all =
            equal_ignoring_case(first, "select") || static_cast<const Engine*>(context)->wants(first, second);
        return all ? Lexer::kAllTokens : Lexer::kHeadTokens;
      },
      &engine_);
}

void Filter::run() {
  refuse_foreign(source_);
  try {
    read();
  } catch (const Failure&) {
    spoil();
    throw;
  }
  if (const auto key = reader_.session().restrict_key(); key && options_.notice)
    options_.notice({0,
                     "the input ends without the \\unrestrict that belongs to its \\restrict",
                     {},
                     "was the dump cut off between two statements?"});
}

// Lines in which there is nothing to find pass in blocks.
void Filter::pass_quiet() {
  if (reading_original_) return;
  using Inserts = UnitReader::Inserts;
  const bool weighed = rows_are_weighed_ || skipping_ || verbatim_ > 0;
  const auto quiet = reader_.pass_quiet(weighed ? Inserts::stay : Inserts::pass, kMarkPrefix);
  if (quiet.bytes.empty()) return;
  output_.pass(quiet.bytes, quiet.offset);
  report_.statements += quiet.statements;
  report_.input_bytes = quiet.offset + quiet.bytes.size();
}

void Filter::read() {
  for (;;) {
    pass_quiet();
    reads_as_now_ = reader_.lexer().sampled() == reader_.session().lexer_settings();
    const Unit* unit = reader_.next();
    if (unit == nullptr) break;
    switch (unit->kind) {
      case UnitKind::space:
        space(*unit);
        break;
      case UnitKind::meta_command:
        meta_command(*unit);
        break;
      case UnitKind::statement:
        statement(*unit);
        break;
      case UnitKind::copy_data:
        copy_data(*unit);
        break;
    }
    if (!unit->ends()) keep_tail(tail_, unit->bytes);
    if (unit->trailing) end_early(*unit);
    if (unit->ends()) tail_.clear();
    report_.input_bytes = unit->offset + unit->bytes.size();
  }
}

void Filter::warn_once(const std::string& key, Notice notice) {
  // What is remembered must not grow with the input.
  constexpr std::size_t kMost = 1000;
  if (!options_.notice || warned_.size() > kMost || !warned_.insert(key).second) return;
  options_.notice(notice);
  if (warned_.size() > kMost) options_.notice({notice.line, "further warnings are left out", {}, {}});
}

void Filter::note_findings(const Verdict& verdict, std::uint64_t line) {
  for (const auto& finding : verdict.findings) {
    report_.add(finding, line);
    if (finding.rule->action == Action::warn && !checking_)
      warn_once("rule " + finding.rule->id,
                {line,
                 "[" + finding.rule->id + "] " + finding.rule->summary +
                     (finding.what == finding.rule->summary ? "" : ": " + printable(finding.what)),
                 {},
                 {}});
    if (options_.finding) options_.finding(finding, line);
  }
}

void Filter::pass(const Unit& unit) {
  output_.pass(unit.bytes, unit.offset);
  open_sent_ = !unit.ends();
}

// The later parts of a unit whose head was decided on.
void Filter::go_on(const Unit& unit) {
  if (unit_fate_ == Fate::pass) {
    pass(unit);
  } else {
    output_.original(unit.bytes);
    if (unit.ends()) output_.end_original();
    open_sent_ = !unit.ends();
  }
}

void Filter::space(const Unit& unit) {
  check_nul(unit);
  pass(unit);
  if (!unit.begins()) {
    if (original_line_ && original_.size() < options_.max_statement) decoder_.decode(unit.bytes, original_);
    return;
  }
  const Mark mark = read_mark(unit.bytes, options_.tool);
  original_line_ = reading_original_ && mark.kind == MarkKind::original;
  if (original_line_) {
    // Only what stands for something is an earlier run's.
    verbatim_ = std::max(verbatim_, std::exchange(verbatim_due_, 0));
    if (original_.size() < options_.max_statement)
      decoder_.decode(unit.bytes.substr(mark.begin + kOriginalPrefix.size()), original_);
    return;
  }
  observe_original();
  switch (mark.kind) {
    case MarkKind::changed:
      verbatim_due_ = mark.statements;
      [[fallthrough]];
    case MarkKind::removed:
      verbatim_ = 0;
      // What went with its whole database was not weighed by the earlier run either.
      reading_original_ = std::none_of(rules_.rules().begin(), rules_.rules().end(), [&](const Rule& rule) {
        return rule.action == Action::skip_database &&
               unit.bytes.find("[" + rule.id + "]") != std::string_view::npos;
      });
      break;
    default:
      break;
  }
}

void Filter::observe_original() {
  if (!reading_original_) return;
  reading_original_ = false;
  if (original_.size() >= options_.max_statement)
    original_.clear();  // the first run could not weigh it whole either
  Lexer lexer;
  lexer.apply(reader_.session().lexer_settings());
  std::string_view rest = original_;
  while (!rest.empty()) {
    const auto result = lexer.scan(rest, Lexer::End::last);
    if (lexer.kind() == UnitKind::statement)
      (void)engine_.weigh({rest.substr(0, result.consumed), lexer.tokens(), true}, database_,
                          reader_.session().lexer_settings());
    if (!result.unit_ended || result.consumed == 0) break;
    rest.remove_prefix(result.consumed);
  }
  original_.clear();
}

void Filter::meta_command(const Unit& unit) {
  observe_original();
  if (!unit.begins()) return go_on(unit);
  unit_fate_ = Fate::pass;
  psql_.command(unit);
  if (unit.part != Part::whole || unit.tokens.empty()) return pass(unit);
  const auto name = unit.tokens.front().of(unit.bytes);
  const bool connects = name == "\\connect" || name == "\\c";
  const bool restricts = name == "\\restrict" || name == "\\unrestrict";

  if (restricts) {
    const auto key = unit.tokens.size() > 1 ? unit.tokens[1].of(unit.bytes) : std::string_view();
    if (skipping_ && name == "\\restrict" && key != skip_restrict_key_) skipping_.reset();
    return pass(unit);
  }
  Verdict verdict =
      engine_.weigh({unit.bytes, unit.tokens, true}, database_, reader_.session().lexer_settings());
  if (connects && !verdict.skip_database) {
    skipping_.reset();
    const auto database = reader_.session().database().value_or("");
    if (database != database_) engine_.database_changed();
    database_ = database;
  }
  if (verdict.skip_database || skipping_ || verdict.fate == Verdict::Fate::remove) {
    if (verdict.findings.empty()) verdict.findings.push_back(*skipping_);
    if (verdict.skip_database && !skipping_) skipping_ = verdict.findings.front();
    note_findings(verdict, unit.line);
    return remove(unit, verdict);
  }
  pass(unit);
}

void Filter::remove(const Unit& unit, const Verdict& verdict) {
  ++report_.removed;
  unit_fate_ = Fate::remove;
  removed_rules_ = rule_ids(verdict.findings);
  if (!verdict.keep_original) {
    if (unit.ends()) return;
    throw Failure(Failure::Kind::unsound_input,
                  source_.name() + ":" + std::to_string(unit.line) +
                      ": the statement is longer than --max-statement and cannot be dropped");
  }
  output_.begin_removed(removed_rules_, verdict.findings.front().rule->summary);
  output_.original(unit.bytes);
  if (unit.ends()) output_.end_original();
  open_sent_ = !unit.ends();
}

void Filter::change(const Unit& unit, const Verdict& verdict) {
  ++report_.changed;
  report_.injected += verdict.before.size() + verdict.after.size();
  if (verdict.keep_original) {
    output_.begin_changed(rule_ids(verdict.findings), verdict.findings.front().rule->summary,
                          1 + verdict.before.size() + verdict.after.size());
    output_.original(unit.bytes);
    output_.end_original();
  }
  for (const auto& text : verdict.before) output_.own(text + "\n");
  output_.own(verdict.text);
  for (const auto& text : verdict.after) output_.own("\n" + text);
}

void Filter::check_nul(const Unit& unit) {
  if (!unit.flags.nul) return;
  warn_once("nul", nul_in_sql(unit.line));
}

// What an earlier run has written needs no change. Anybody can write a mark.
void Filter::doubt_mark(const Unit& unit) {
  const Verdict verdict = engine_.weigh_made({unit.bytes, unit.tokens, unit.part == Part::whole}, database_,
                                             reader_.session().lexer_settings());
  if (verdict.fate == Verdict::Fate::pass) return;
  warn_once("mark " + rule_ids(verdict.findings),
            {unit.line,
             "[" + rule_ids(verdict.findings) +
                 "] would change this statement, but a mark before it says that an earlier run has made it: "
                 "passed unchanged",
             {},
             "if no earlier run has, take the mark out; if one has, with other options, use --revert first"});
}

// What it does to the session is not followed, and strings may mean something else behind it.
void Filter::check_long(const Unit& unit) {
  if (unit.part != Part::head) return;
  static constexpr std::string_view kWords[] = {"set",     "reset",  "discard",   "begin",    "start",
                                                "commit",  "end",    "prepare",   "rollback", "abort",
                                                "release", "select", "savepoint", "values",   "with"};
  const auto is = [&](std::string_view word) {
    return equal_ignoring_case(unit.tokens[0].of(unit.bytes), word);
  };
  if (!unit.tokens.empty() && std::ranges::none_of(kWords, is)) return;
  const bool asks = !unit.tokens.empty() && (is("select") || is("values") || is("with"));
  const std::string message = "a statement that may change the session is longer than --max-statement";
  const std::string detail = "a setting that it changes is not seen: strings behind it may be read wrongly";
  if (options_.strict_meta)
    throw Failure(Failure::Kind::unsound_input,
                  source_.name() + ":" + std::to_string(unit.line) + ": " + message, detail,
                  "give a larger --max-statement");
  if (!asks) warn_once("long", {unit.line, message, detail, "give a larger --max-statement"});
}

// Of a statement that is not whole, and that may hold a secret which was to be taken out, nothing is written.
void Filter::refuse_secret(const Unit& unit) {
  const auto& rules = rules_.rules();
  if (std::none_of(rules.begin(), rules.end(), [](const Rule& rule) { return rule.secret; })) return;
  if (!holds_secret(
          engine_.weigh({unit.bytes, unit.tokens, false}, database_, reader_.session().lexer_settings())))
    return;
  const std::string where = source_.name() + ":" + std::to_string(unit.line) + ": ";
  if (unit.trailing)
    throw Failure(Failure::Kind::unsound_input,
                  where + "the input ends inside a statement that may hold a password",
                  "nothing of it was written", "was the dump cut off?");
  throw Failure(Failure::Kind::unsound_input,
                where + "a statement longer than --max-statement may hold a password",
                "nothing of it was written", "give a larger --max-statement");
}

void Filter::statement(const Unit& unit) {
  observe_original();
  const auto owed = unit.ends() ? reader_.lexer().copies_owed() : 0U;
  const auto data_goes = [&](Fate fate) { copy_fates_.insert(copy_fates_.end(), owed, fate); };
  psql_.statement(unit);
  if (!unit.begins()) {
    go_on(unit);
    return data_goes(unit_fate_);
  }
  ++report_.statements;
  unit_fate_ = Fate::pass;
  check_nul(unit);
  check_long(unit);
  if (unit.part == Part::head || unit.trailing) refuse_secret(unit);
  if (verbatim_ > 0 || unit.trailing) {
    if (verbatim_ > 0) {
      --verbatim_;
      doubt_mark(unit);
    }
    pass(unit);
    return data_goes(Fate::pass);
  }

  Verdict verdict;
  if (!skipping_ || begins_create_database(unit)) {
    verdict = engine_.weigh({unit.bytes, unit.tokens, unit.part == Part::whole}, database_,
                            reader_.session().lexer_settings());
    if (!verdict.skip_database) skipping_.reset();
  }
  if (verdict.skip_database || skipping_) {
    if (verdict.findings.empty()) verdict.findings.push_back(*skipping_);
    verdict.fate = Verdict::Fate::remove;
    if (!skipping_) {
      skipping_ = verdict.findings.front();
      skip_restrict_key_ = reader_.session().restrict_key().value_or("");
    }
  }

  const auto& flags = unit.flags;
  // psql looks at the settings once a line, so no line may begin anew behind a SET on the same line.
  const bool in_the_way = flags.on_copy_line || flags.by_meta || flags.holds_meta || flags.interrupted ||
                          flags.continues || !reads_as_now_;
  if (verdict.fate != Verdict::Fate::pass && in_the_way) {
    if (holds_secret(verdict))
      throw Failure(
          Failure::Kind::unsound_input,
          source_.name() + ":" + std::to_string(unit.line) +
              ": a statement that may hold a password shares its line with COPY, SET or a meta-command",
          "nothing of it was written", "put it on a line of its own");
    warn_once("line " + std::to_string(unit.line),
              {unit.line,
               "[" + rule_ids(verdict.findings) +
                   "] would change this statement, but it shares its "
                   "line with COPY, SET or a meta-command: passed unchanged",
               {},
               "put it on a line of its own"});
    verdict = {};
  }
  if (unit.part == Part::head && (verdict.fate == Verdict::Fate::change || !verdict.undecided.empty())) {
    const auto& rule = verdict.findings.empty() ? *verdict.undecided.front() : *verdict.findings.front().rule;
    if (verdict.fate != Verdict::Fate::remove) {
      if (options_.notice)
        options_.notice(
            {unit.line,
             "[" + rule.id +
                 "] may hold for this statement, which is longer than --max-statement: passed unchanged",
             {},
             "give a larger --max-statement"});
      verdict = {};
    }
  }
  note_findings(verdict, unit.line);
  switch (verdict.fate) {
    case Verdict::Fate::pass:
      pass(unit);
      break;
    case Verdict::Fate::change:
      change(unit, verdict);
      break;
    case Verdict::Fate::remove:
      remove(unit, verdict);
      break;
  }
  data_goes(verdict.fate == Verdict::Fate::remove ? Fate::remove : Fate::pass);
}

void Filter::copy_data(const Unit& unit) {
  if (unit.begins()) {
    unit_fate_ = Fate::pass;
    if (!copy_fates_.empty()) {
      unit_fate_ = copy_fates_.front();
      copy_fates_.pop_front();
    }
    if (unit_fate_ == Fate::remove) output_.begin_data(removed_rules_, {});
  }
  go_on(unit);
}

// What has to stand behind the open thing so that nothing of it is run.
std::string Filter::poison_for(Lexer::Open::What what) const {
  const auto& lexer = reader_.lexer();
  if (what == Lexer::Open::What::copy_data) {
    if (!lexer.copy_is_csv()) return std::string(kCopyTextPoison);
    return lexer.copy_in_csv_quote() ? std::string() : copy_csv_poison(lexer.copy_csv_quote());
  }
  return refused_as_it_is(what) ? std::string() : statement_poison(options_.tool);
}

// The run ends in the middle, by a broken input or a refusal: a reader must not take what was sent for the
// whole. Of the open unit only parts may have been sent.
void Filter::spoil() {
  if (spoilt_) return;
  spoilt_ = true;
  const auto& lexer = reader_.lexer();
  try {
    if (open_sent_) {
      if (unit_fate_ == Fate::pass) output_.own(poison_for(lexer.open().what));
    } else if (lexer.data_due() || !copy_fates_.empty()) {
      output_.own(poison_before_data());
    } else {
      output_.own(statement_poison(options_.tool));
    }
  } catch (const Failure&) {
    // It is the output that has failed; that is what is being told.
  }
}

std::string Filter::poison_before_data() const {
  const auto& lexer = reader_.lexer();
  return output_.at_line_start()
             ? bare_copy_poison(lexer.copy_is_csv(), lexer.copy_csv_quote())
             : copy_poison_before_data(options_.tool, lexer.copy_is_csv(), lexer.copy_csv_quote());
}

void Filter::end_early(const Unit& unit) {
  const auto open = reader_.open_thing();
  keep_tail(tail_, unit.part == Part::whole ? unit.bytes : std::string_view());
  spoilt_ = true;
  if (unit_fate_ == Fate::pass) {
    const auto& lexer = reader_.lexer();
    std::string poison = poison_for(open.what.what);
    if (unit.kind == UnitKind::copy_data) {
      if (unit.part == Part::whole && unit.bytes.empty()) poison = poison_before_data();
      if (tail_ == bare_copy_poison(lexer.copy_is_csv(), lexer.copy_csv_quote()))
        poison.clear();  // an earlier run's
    }
    if (!tail_.ends_with(poison)) output_.own(poison);
  }
  report_.input_bytes = unit.offset + unit.bytes.size();
  throw ends_inside(source_.name(), open);
}

}  // namespace sluice
