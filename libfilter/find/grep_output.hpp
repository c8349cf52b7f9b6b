// Records as grep prints lines: prefixes, context, counts, colours.
//
// A prefix stands once before a record, not before each of its lines. Context records come without their
// rows.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "libfilter/find/matcher.hpp"
#include "libfilter/io/sink.hpp"

namespace sluice {

struct GrepFormat {
  enum class Print { records, matches, count, files_with, files_without, nothing };
  Print print = Print::records;
  bool file_names = false, line_numbers = false, colour = false;
  char end = '\n';                  // of a record
  std::uint64_t most = UINT64_MAX;  // records a file (-m)
  std::uint64_t before = 0, after = 0;
  const Matcher* matcher = nullptr;  // for Print::matches and colours; not owned
};

class GrepOutput {
 public:
  GrepOutput(Sink& sink, GrepFormat format) : sink_(sink), format_(format) {}

  void begin_file(const std::string& name);
  // Prints the count or the name, where these are asked for.
  void end_file();

  // A record that was found, in one or more stretches. LENT: bytes of the Source at OFFSET, which stay until
  // the Sink is settled; otherwise they are copied.
  void begin(std::string_view text, bool lent, std::uint64_t offset, std::uint64_t line);
  void more(std::string_view text, bool lent, std::uint64_t offset);
  // The same for a statement's rows, in which nothing is highlighted.
  void rows(std::string_view text, bool lent, std::uint64_t offset);
  // True: no more records of this file are wanted.
  bool end();

  // A record that was not found. True as for end().
  bool other(std::string_view text, std::uint64_t line);
  bool wants_others() const { return prints() && (format_.before > 0 || format_.after > 0); }
  // Records themselves are printed, not only counted or named.
  bool prints() const { return format_.print == GrepFormat::Print::records; }

  // Whatever else has to be written between records.
  void own(std::string_view text) { sink_.put(text); }

  std::uint64_t found() const { return found_; }  // in this file

 private:
  struct Before {
    std::string text;
    std::uint64_t line;
  };

  void prefix(std::uint64_t line, char separator);
  void separate_groups();
  void coloured(std::string_view text);
  void print_matches(std::string_view text);
  void painted(std::string_view sgr, std::string_view text);
  void put(std::string_view text, bool lent, std::uint64_t offset);

  Sink& sink_;
  GrepFormat format_;
  std::string file_;
  std::uint64_t found_ = 0;
  std::uint64_t line_ = 0;
  bool searching_ = false;  // the record's statement, not its rows
  bool ignored_ = false;    // the record in progress is one more than wanted
  bool line_open_ = false;  // what was written last was no line's end

  std::deque<Before> before_;
  std::uint64_t after_left_ = 0;
  bool gap_ = false;          // records were left out since the last one printed
  bool any_printed_ = false;  // so that "--" stands between groups alone
};

}  // namespace sluice
