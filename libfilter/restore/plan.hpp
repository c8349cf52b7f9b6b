// What a restore would do with a dump, in lines for a person: the order, what runs side by side (-j) and what
// has to wait for what, what runs outside of a transaction. Nothing is asked of a server: a table's triggers,
// partitions and journal are not known here, and may make some of what could run side by side run in order.
//
//     line  section    what
//       12  pre-data   TABLE public.t
//   side by side on 4 connections:
//         40  data       COPY public.t: 1,203 rows, 54.3 KiB
//       1300  post-data  INDEX i on public.t, after line 40
//
// Equal neighbours are one line. Memory: a line, and the relations of one group.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "libfilter/restore/step.hpp"

namespace sluice {

class Plan {
 public:
  struct Terms {
    unsigned jobs = 1;
    enum class Transaction : std::uint8_t { each, one } transaction = Transaction::each;  // one: -1
    enum class Rejects : std::uint8_t { none, file } rejects = Rejects::none;
  };
  using Write = std::function<void(std::string_view)>;

  // NAME is the input's.
  Plan(const Terms& terms, std::string name, Write write)
      : terms_(terms), name_(std::move(name)), write_(std::move(write)) {}

  // Every step of a Script, in order; the end writes the summary. Throws Failure::unsound_input for what a
  // restore refuses.
  void take(const Step& step);
  // Writes what is held back: the input is refused behind it.
  void stop();

 private:
  struct Line {
    std::uint64_t line = 0, count = 1;
    std::string_view section;
    std::string what, note;
    bool side = false;  // by side with others
    std::set<std::uint64_t> after;
    bool foldable = true;
  };

  void statement(const Step& step);
  void copy(const Step& step);
  Line line_of(const Step& step);
  bool fits(const Step& step) const;
  void add(Line line, const Step& step);
  void put(const Line& line);
  void write(const Line& line, std::string_view indent);
  void summary();

  const Terms terms_;
  const std::string name_;
  const Write write_;
  std::optional<Line> pending_;  // may be one of several
  std::optional<Line> first_;    // of a group, if another one follows
  bool begun_ = false, in_group_ = false;
  std::map<std::string, std::uint64_t> last_line_;  // of each relation, in this group
  std::optional<Step> copy_;
  std::uint64_t copy_rows_ = 0, copy_bytes_ = 0;

  std::set<std::string> databases_;
  std::uint64_t statements_ = 0, copies_ = 0, rows_ = 0, bytes_ = 0, alone_ = 0, groups_ = 0,
                side_by_side_ = 0;
};

}  // namespace sluice
