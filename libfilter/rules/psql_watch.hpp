// What psql does with a dump beside sending it: the meta-commands that it obeys, and the variables whose
// values it puts into the text.
//
// pg_dump and pg_dumpall write four meta-commands, each alone on its line, in shapes that are known: \connect
// with the name of a database, \encoding, \restrict and \unrestrict. Whatever else there is, is told or
// refused, and so are these four when they do more than that: \connect to another server sends passwords
// there, and what stands in backquotes goes to the shell. A variable that psql sets itself is no better,
// since a dump chooses what is in some of them (the name of the database, the last error's message), and psql
// reads the value as it reads the script.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "libfilter/dump/unit_reader.hpp"
#include "libfilter/io/failure.hpp"

namespace sluice {

class PsqlWatch {
 public:
  enum class On : std::uint8_t { warn, refuse };
  // What has the same key is told once.
  using Warn = std::function<void(const std::string& key, const Notice&)>;

  PsqlWatch(std::string input, On on, Warn warn)
      : input_(std::move(input)), on_(on), warn_(std::move(warn)) {}

  // A meta-command of its own, or its first part. Throws Failure::unsound_input where it is refused.
  void command(const Unit& unit) const;

  // A statement, and every part of one that is not whole. Throws the same.
  void statement(const Unit& unit) const;

 private:
  void name_what_runs(std::string_view name, std::uint64_t line) const;
  void variables(const Unit& unit) const;
  void tell(const std::string& key, std::uint64_t line, const std::string& message, std::string detail,
            std::string hint) const;

  std::string input_;
  On on_;
  Warn warn_;
};

}  // namespace sluice
