// Which errors are mistakes of their own, and which follow from another one.
//
// A table that cannot be created brings hundreds of errors with it. Only the first is worth a person's time:
// it is the root, the others are its consequences. What failed is remembered by name; an error that says that
// such a name does not exist, or that concerns what failed itself, follows from it. When in doubt an error is
// a root: a consequence that is told too much costs a glance, a root that is hidden costs a night.
//
// Memory is bounded: names are kept as hashes, kMostNames of them and kMostRoots messages (about 2 MiB).
// What comes behind that is not remembered, and its consequences count as roots.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libfilter/restore/incident.hpp"

namespace sluice {

// --ignore SQLSTATE[:WORD]
struct Ignored {
  std::string sqlstate;  // five characters
  std::string word;      // in upper case: the command's first words ("CREATE", "CREATE ROLE") or pg_dump's
                         // word for the object ("ROLE", "TABLE DATA"); empty: any statement

  static Ignored parse(const std::string& text);  // throws Failure::usage
  bool covers(const Incident& incident) const;
};

class Causes {
 public:
  static constexpr std::size_t kMostNames = 20'000;
  static constexpr std::size_t kMostRoots = 2'000;

  struct Verdict {
    enum class Kind : std::uint8_t {
      root,
      consequence,  // of the error on `root_line`
      repeat,       // the same error as on `root_line`, met again
      ignored,      // --ignore
    };
    Kind kind = Kind::root;
    std::uint64_t root_line = 0;  // the line of the root's statement; of a root its own
  };

  explicit Causes(std::vector<Ignored> ignored = {}) : ignored_(std::move(ignored)) {}

  // To be called once for each error, in the order of the script.
  Verdict judge(const Incident& incident);

  // The script has opened another database: what failed in the one before is not missed here, but for roles,
  // databases and tablespaces.
  void connected();

  std::uint64_t roots() const { return roots_; }
  std::uint64_t consequences() const { return consequences_; }
  std::uint64_t repeats() const { return repeats_; }
  std::uint64_t ignored() const { return passed_over_; }

 private:
  // What is wrong with a thing that failed.
  enum class How : std::uint8_t {
    missing,   // it could not be made
    other,     // it was there already, or could not be altered: it may have another shape
    unloaded,  // its rows are not there, or not all
    keyless,   // a table whose primary key or unique constraint could not be made
  };
  struct Failed {
    std::uint64_t line;  // of the root
    bool global;         // of the cluster, not of a database
  };

  std::optional<std::uint64_t> cause_of(const Incident& incident) const;
  std::optional<std::uint64_t> named_in_message(const Incident& incident, bool& any) const;
  std::optional<std::uint64_t> named_in_statement(const Incident& incident) const;
  std::optional<std::uint64_t> of_own_object(const Incident& incident) const;
  std::optional<std::uint64_t> of_rows(const Incident& incident) const;
  std::optional<std::uint64_t> of_extension(const Incident& incident) const;
  std::optional<std::uint64_t> find(How how, std::string_view space, std::string_view schema,
                                    std::string_view name) const;
  std::optional<std::uint64_t> missing(std::string_view sqlstate, std::string_view message,
                                       const ObjectName& name) const;
  void remember(const Incident& incident, std::uint64_t root);
  void remember_name(How how, NameSpace space, const ObjectName& name, std::uint64_t root);
  void add(std::size_t key, std::uint64_t root, bool global);

  std::vector<Ignored> ignored_;
  std::unordered_map<std::size_t, Failed> failed_;          // by the hash of how, space, schema and name
  std::unordered_map<std::size_t, std::uint64_t> said_;     // the lines of roots, by the hash of their words
  std::vector<std::pair<std::string, Failed>> extensions_;  // that failed, at most kMostExtensions
  std::optional<std::uint64_t> aborted_by_;                 // the root of the last error that was not 25P02
  std::uint64_t roots_ = 0, consequences_ = 0, repeats_ = 0, passed_over_ = 0;
};

}  // namespace sluice
