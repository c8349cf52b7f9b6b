// What the tests of the script reader share: a text as its steps, and steps as text.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/io/failure.hpp"
#include "libfilter/io/source.hpp"
#include "libfilter/restore/script.hpp"
#include "tests/unit/io_fixture.hpp"

namespace sluice::testing {

struct Steps {
  std::vector<Step> steps;
  std::optional<Failure> failure;
  bool restrict_open = false;

  // Of the kind that is asked for.
  std::vector<Step> of(Step::Kind kind) const {
    std::vector<Step> result;
    for (const Step& step : steps)
      if (step.kind == kind) result.push_back(step);
    return result;
  }
  std::string failed() const { return failure ? failure->what() : ""; }
};

struct Read {
  Script::Options options{};
  std::size_t read_size = 4096;
};

inline void read_on(Script& script, Steps& result) {
  try {
    do {
      result.steps.push_back(script.next());
    } while (result.steps.back().kind != Step::Kind::end);
  } catch (const Failure& failure) {
    result.failure = failure;
  }
  result.restrict_open = script.restrict_open();
}

inline Source open_script(const std::string& path, const Read& read) {
  return Source::open(path, {.read_size = read.read_size, .hold = read.options.hold + Lexer::kLookahead});
}

inline Steps steps_of(std::string_view text, const Read& read = {}) {
  const io_test::Folder folder;
  Source source = open_script(folder.write("in.sql", text), read);
  Steps result;
  try {
    Script script(source, read.options);
    read_on(script, result);
  } catch (const Failure& failure) {
    result.failure = failure;
  }
  return result;
}

// From POINT, which stands in TEXT.
inline Steps steps_from(std::string_view text, const std::string& point, const Read& read = {}) {
  const io_test::Folder folder;
  Source source = open_script(folder.write("in.sql", text), read);
  const ResumePoint parsed = ResumePoint::parse(point);
  Steps result;
  if (!source.seek(parsed.offset)) return result;
  Script script(source, read.options, parsed);
  read_on(script, result);
  return result;
}

// Without the folder of the scratch file.
inline std::string told(const Steps& steps) {
  const auto failed = steps.failed();
  const auto at = failed.find("in.sql:");
  return at == failed.npos ? failed : failed.substr(at);
}

inline std::string_view word_of(Step::Kind kind) {
  constexpr std::string_view kWords[] = {"statement", "copy", "rows", "copy_end", "connect", "end"};
  return kWords[static_cast<int>(kind)];
}

// One line for each step: "statement SELECT 1".
inline std::string outline(const Steps& steps) {
  std::string text;
  for (const Step& step : steps.steps) {
    text += word_of(step.kind);
    if (!step.text.empty()) text += ' ' + printable(step.text, 1000);
    text += '\n';
  }
  return text + (steps.failure ? "failure\n" : "");
}

// All that a step says, for comparing.
inline std::string all_of(const Step& step) {
  std::string text(word_of(step.kind));
  for (const std::uint64_t number :
       {std::uint64_t(step.way), std::uint64_t(step.in_transaction), step.offset, step.end, step.line,
        step.end_line, step.rows, std::uint64_t(step.ends_row), std::uint64_t(step.side_by_side)})
    text += ' ' + std::to_string(number);
  text += ' ' + step.sha256 + ' ' + printable(step.text, 100'000);
  for (const auto& relation : step.relations) text += " [" + relation + ']';
  text += ' ' + std::string(step.object.type) + ' ' + step.object.name.schema + '.' + step.object.name.name;
  text += ' ' + step.header.table.name + ' ' + std::to_string(step.header.columns.size());
  for (const auto* session : {&step.before, &step.after}) {
    text += "\n  db=" + (*session)->database;
    for (const auto& [name, statement] : (*session)->settings) text += " {" + name + ": " + statement + '}';
  }
  return text + "\n  " + step.resume_point + '\n';
}

inline std::string all_of(const Steps& steps, std::size_t from = 0) {
  std::string text;
  for (std::size_t i = from; i < steps.steps.size(); ++i) text += all_of(steps.steps[i]);
  return text + told(steps) + (steps.restrict_open ? "restricted" : "");
}

// Every script of tests/differential/corpus.
inline std::vector<std::string> corpus_scripts() {
  std::vector<std::string> scripts;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(PGSLUICE_TEST_DATA "/differential/corpus")) {
    if (entry.path().extension() != ".sql") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    scripts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return scripts;
}

}  // namespace sluice::testing
