#include "libfilter/restore/report_data.hpp"

#include <algorithm>

namespace sluice {

void Tally::done(const Step& step, double seconds, std::uint64_t rows, std::uint64_t bytes) {
  const bool copies = step.kind == Step::Kind::copy;
  // Several connections tell each of their parts of one COPY.
  const bool again = copies && copy_lines_.contains(step.line);
  if (copies && copy_lines_.size() < kMostTables) copy_lines_.insert(step.line);
  // What a SELECT or an UPDATE says of rows is not what was loaded.
  if (!copies && step.object.type != "TABLE DATA") rows = 0;
  if (!again) ++report_.statements.run;
  report_.rows += rows;
  auto& phase = report_.phases.at(static_cast<std::size_t>(step.object.section));
  phase.seconds += seconds;
  phase.rows += rows;
  if (!again) ++phase.statements;
  note_slow(step, seconds);
  if (!copies) return;

  if (!again) ++report_.copies;
  report_.copy_bytes += bytes;
  auto name = written(step.header.table.empty() ? step.object.table : step.header.table);
  if (step.before && !step.before->database.empty()) name = step.before->database + ": " + name;
  const bool room = tables_.size() < kMostTables || tables_.contains(name);
  auto& load = room ? tables_[name] : report_.other_tables;
  if (!again) ++load.copies;
  load.rows += rows;
  load.bytes += bytes;
  load.seconds += seconds;
}

void Tally::note_slow(const Step& step, double seconds) {
  auto& slowest = report_.slowest;
  if (slowest.size() == kSlowest && seconds <= slowest.back().seconds) return;
  const auto at = std::find_if(slowest.begin(), slowest.end(),
                               [seconds](const auto& one) { return one.seconds < seconds; });
  slowest.insert(at, {step.line, label_of(step.object), seconds});
  if (slowest.size() > kSlowest) slowest.pop_back();
}

RunReport::Error* Tally::root(std::uint64_t line) {
  const auto found = std::find_if(report_.errors.rbegin(), report_.errors.rend(),
                                  [line](const auto& error) { return error.line == line; });
  return found == report_.errors.rend() ? nullptr : &*found;
}

void Tally::failed(const Incident& incident, const Said& said, const Causes::Verdict& verdict) {
  using Kind = Causes::Verdict::Kind;
  if (verdict.kind == Kind::ignored) {
    ++report_.statements.ignored;
    return;
  }
  ++report_.statements.failed;
  if (verdict.kind != Kind::root) {
    auto* error = root(verdict.root_line);
    if (error == nullptr) return;
    auto& following = verdict.kind == Kind::repeat ? error->repeats : error->consequences;
    ++following.count;
    if (following.lines.size() < kMostLines) following.lines.push_back(incident.line);
    return;
  }
  ++report_.errors_total;
  if (report_.errors.size() == kMostErrors) return;
  RunReport::Error error;
  error.line = incident.line;
  error.type = incident.object.type;
  error.name = written(incident.object.name);
  error.sqlstate = incident.error.sqlstate;
  error.message = said.message;
  error.detail = said.detail;
  error.hint = said.hint;
  error.context = said.context;
  error.advice = said.advice;
  error.rules = said.rules;
  error.row = incident.row;
  if (error.row) error.row->bytes.clear();
  error.rows_loaded = incident.rows_loaded;
  error.rows_skipped = incident.rows_skipped;
  report_.errors.push_back(std::move(error));
}

void Tally::finish() {
  report_.tables.assign(tables_.begin(), tables_.end());
  tables_.clear();
  std::sort(report_.tables.begin(), report_.tables.end(), [](const auto& a, const auto& b) {
    return a.second.bytes != b.second.bytes ? a.second.bytes > b.second.bytes : a.first < b.first;
  });
}

}  // namespace sluice
