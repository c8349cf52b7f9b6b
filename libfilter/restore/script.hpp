// Reads a dump as steps, and refuses what must not reach a server: every meta-command but \connect,
// \restrict, \unrestrict and the \. of COPY data; NUL bytes; a script whose COPY data psql would read in
// another place.
//
// Nothing here speaks to a server. Every command is taken to succeed, as Session does.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "libfilter/dump/unit_reader.hpp"
#include "libfilter/io/digest.hpp"
#include "libfilter/io/source.hpp"
#include "libfilter/restore/step.hpp"

namespace sluice {

class Script {
 public:
  struct Options {
    std::size_t hold = 1024 * 1024;                 // of the UnitReader; longer statements are gathered
    std::size_t stretch = 256 * 1024;               // bytes of COPY data in one step, about
    std::string client_encoding = {};               // the connection's, before any SET; empty: unknown
    bool standard_conforming_strings = true;        // likewise
    std::size_t longest_statement = 1'000'000'000;  // the server takes no more in one message
  };

  // SOURCE outlives it; its hold is that of the options and Lexer::kLookahead at least. Throws
  // Failure::unsound_input for what is no SQL text (refuse_foreign).
  Script(Source& source, const Options& options);
  // Reads on from POINT, where SOURCE stands (Source::seek).
  Script(Source& source, const Options& options, const ResumePoint& point);
  ~Script();

  // The next step; the last one is Step::Kind::end, and is given once. Throws Failure::unsound_input (with
  // file and line) for what is refused, and for an input that ends too early; what came before it has been
  // given. Of COPY data cut off, rows that are whole have been given, and no copy_end.
  Step next();

  // A \restrict that no \unrestrict has ended: at the end of a dump a sign that it was cut off.
  bool restrict_open() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice
