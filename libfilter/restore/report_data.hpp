// What a run did, for its report: filled while it goes, written when it ends.
#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "libfilter/restore/causes.hpp"
#include "libfilter/restore/explain.hpp"
#include "libfilter/restore/step.hpp"

namespace sluice {

// Texts are free of passwords: whoever fills it sees to that. Seconds of statements are added up over all
// connections, so that those of a phase may be more than the run took.
struct RunReport {
  struct {
    std::string name, sha256;  // of the decompressed bytes that were read
    std::uint64_t bytes = 0, lines = 0;
  } input;
  struct {
    std::string host, port, user, server_version, service;  // service: Service::id, or empty
    std::vector<std::string> databases;
  } target;
  std::vector<std::pair<std::string, std::string>> options;  // by name, without secrets

  int status = 0;  // of the process
  std::time_t started = 0, ended = 0;
  double seconds = 0;

  struct Counts {
    std::uint64_t run = 0, failed = 0, ignored = 0, skipped = 0;  // of statements, COPY among them
  } statements;
  std::uint64_t rows = 0, copies = 0, copy_bytes = 0;  // loaded
  std::uint64_t connections_lost = 0, connections_mended = 0, retries = 0;
  struct Place {
    std::uint64_t line = 0, offset = 0;
  };
  std::optional<Place> resumed_from, stopped_at;

  struct Phase {
    double seconds = 0;
    std::uint64_t statements = 0, rows = 0;
  };
  std::array<Phase, 4> phases;  // by Section

  struct Slow {
    std::uint64_t line = 0;
    std::string object;  // label_of()
    double seconds = 0;
  };
  std::vector<Slow> slowest;  // the slowest first

  struct Load {
    std::uint64_t copies = 0, rows = 0, bytes = 0;
    double seconds = 0;
  };
  std::vector<std::pair<std::string, Load>> tables;  // "database: schema.table" where there are several
  Load other_tables;                                 // those that there was no room for

  struct Following {
    std::uint64_t count = 0;
    std::vector<std::uint64_t> lines;  // the first ones
  };
  struct Error {
    std::uint64_t line = 0;
    std::string type, name;  // of the object
    std::string sqlstate, message, detail, hint, context, advice;
    std::vector<std::string> rules;
    std::optional<Incident::Row> row;  // without its bytes
    std::uint64_t rows_loaded = 0, rows_skipped = 0;
    Following consequences, repeats;
  };
  std::vector<Error> errors;       // roots, the first ones
  std::uint64_t errors_total = 0;  // all roots

  std::string rejects_file;
  std::uint64_t rejected_rows = 0;

  struct Verified {
    std::string table;
    bool compared = true;  // false: `problem` says why not
    bool equal = true;
    std::uint64_t expected_rows = 0, found_rows = 0;
    std::string problem;  // why it was not compared, what differs, or a remark
  };
  std::string verify = "none";  // none, count, digest
  std::vector<Verified> verified;
};

// Counts for a RunReport. Its memory is bounded: kMostTables tables (about 4 MiB), kMostErrors roots.
class Tally {
 public:
  static constexpr std::size_t kSlowest = 10;
  static constexpr std::size_t kMostTables = 20'000;
  static constexpr std::size_t kMostErrors = 500;
  static constexpr std::size_t kMostLines = 20;  // of what follows from one root

  explicit Tally(RunReport& report) : report_(report) {}

  // STEP is a statement, or the COPY whose data has been taken, or a part of it: rows and bytes of this run.
  void done(const Step& step, double seconds, std::uint64_t rows = 0, std::uint64_t bytes = 0);
  void failed(const Incident& incident, const Said& said, const Causes::Verdict& verdict);
  void skipped(std::uint64_t statements = 1) { report_.statements.skipped += statements; }

  // To be called once, before the report is written: brings the tables over, the largest first.
  void finish();

 private:
  void note_slow(const Step& step, double seconds);
  RunReport::Error* root(std::uint64_t line);

  RunReport& report_;
  std::unordered_map<std::string, RunReport::Load> tables_;
  std::unordered_set<std::uint64_t> copy_lines_;
};

}  // namespace sluice
