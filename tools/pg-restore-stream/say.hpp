// What is said of errors while they come, and of the run when it ends.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/restore/explain.hpp"
#include "tools/common/messages.hpp"

namespace sluice {

void say(const Said& said, const Messages& messages);

struct Ending {
  enum class How : std::uint8_t {
    done,     // to the end of the input; errors, if any, were passed over
    stopped,  // an error has stopped it (--on-error=stop), or the server is gone
  };
  How how = How::done;
  std::string file;  // the input's name

  std::uint64_t errors = 0, consequences = 0, repeats = 0, ignored = 0;  // see Causes
  std::uint64_t rejected_rows = 0;
  std::string rejects_file;

  // Of this run, committed: they stay.
  std::uint64_t statements = 0, rows = 0;
  double seconds = 0;

  // Stopped:
  std::uint64_t line = 0;  // the statement's, or the row's, that has to be mended
  enum class GoesOn : std::uint8_t {
    by_resume,     // there is a journal
    anew,          // -1: nothing is kept
    not_possible,  // no journal could be made: what is loaded stays, and cannot be gone on with
  };
  GoesOn goes_on = GoesOn::by_resume;
  bool from_pipe = false;  // the input is no file: the same has to come through the pipe again
  std::string command;     // command_again()
};

// "3 errors, 17 consequences of them, 489 repeats of them; 2 errors ignored; 5 rows rejected (in r.txt)";
// empty when there is nothing to say.
std::string count_text(const Ending& ending);

// The last words: a note on what was done, and of a run that stopped, what is loaded and how to go on; with
// -q none. Of errors that were passed over a warning.
void say_end(const Ending& ending, const Messages& messages);

// What stays of a run that does not come to an end, and how to go on; the hint may be empty.
struct Stays {
  std::string note, hint;
};
Stays what_stays(const Ending& ending);

// The command that goes on: ARGUMENTS are argv, with --resume if it is not there. Quoted for a shell.
// Connection strings, but for a database's bare name, and commands for passwords stand as '***'.
std::string command_again(const std::vector<std::string>& arguments);

// Where the d of -d stands in WORD, which may be a group of letters (-1d); 0: it has none.
std::size_t letter_d(std::string_view word);

}  // namespace sluice
