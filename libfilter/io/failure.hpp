// The one exception of the library.
//
// The library never prints and never exits: what went wrong is thrown as a Failure, with the words a
// person needs (where, what, what to do next), and the one place in a program that catches turns the
// kind into an exit status (tools/common/).
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace sluice {

class Failure : public std::runtime_error {
 public:
  enum class Kind {
    usage,          // bad option value, bad rule file: exit status 2
    unsound_input,  // the input is no whole dump: it ends early, or its compression is broken: 3
    io,             // a read, write, flush, close or rename failed: 4
    unopened,       // an input cannot be opened: 4, or 2 where others are searched
    server,         // no connection, or what is needed for one: 5
  };

  Failure(Kind kind, std::string message, std::string detail = {}, std::string hint = {})
      : std::runtime_error(std::move(message)),
        kind(kind),
        detail(std::move(detail)),
        hint(std::move(hint)) {}

  Kind kind;
  // Without "detail:" and "hint:", which stand before each line of them; empty when there is nothing to say.
  std::string detail;
  std::string hint;
};

// Something to say to a person; the run goes on.
struct Notice {
  std::uint64_t line = 0;
  std::string message, detail, hint;
};

// TEXT for a message: control characters, invisible ones, those that turn the direction of text, and what is
// not UTF-8 are escaped; cut to about LIMIT bytes.
std::string printable(std::string_view text, std::size_t limit = 160);

// JSON, with the same characters written as \u and digits where its writer has left them in strings.
std::string escaped_json(std::string_view json);

// The same as printable(), of each line; without empty ones, and without the white space that begins one.
std::string printable_lines(std::string_view text, std::size_t limit);

}  // namespace sluice
