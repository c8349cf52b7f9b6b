#include "tools/pg-restore-stream/say.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "libfilter/io/failure.hpp"

namespace sluice {

namespace {

std::string count(std::uint64_t value, const std::string& one) {
  return std::to_string(value) + " " + one + (value == 1 ? "" : "s");
}

std::string seconds_text(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", seconds);
  return text.data();
}

std::string done_text(const Ending& ending) {
  return count(ending.statements, "statement") + " and " + count(ending.rows, "row");
}

// What a shell takes for one word.
std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:@/%+,=";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// A database's bare name may be shown; of a connection string nothing.
std::string shown_value(const std::string& value) {
  const bool bare = value.find('=') == std::string::npos && value.find("://") == std::string::npos;
  return bare ? value : "***";
}

bool may_be_secret(const std::string& word) {
  return word.find("://") != std::string::npos ||
         (word.find('=') != std::string::npos && word.find("pass") != std::string::npos);
}

// Options with a value that must not be shown as it is. Long ones may be cut short, as long as they are
// clear.
enum class Hides : std::uint8_t { nothing, connection, command };

Hides hides(std::string_view name) {
  constexpr std::string_view kConnection = "--dbname", kCommand = "--password-command";
  if (name.size() > 3 && kConnection.starts_with(name)) return Hides::connection;
  if (name.size() > 3 && kCommand.starts_with(name)) return Hides::command;
  return Hides::nothing;
}

std::string hidden(Hides how, const std::string& value) {
  return how == Hides::connection ? shown_value(value) : how == Hides::command ? "***" : value;
}

}  // namespace

void say(const Said& said, const Messages& messages) {
  messages.error(said.error);
  for (const auto& detail : said.details) messages.detail(detail);
  for (const auto& hint : said.hints) messages.hint(hint);
}

std::string count_text(const Ending& ending) {
  std::string out;
  const auto add = [&](const std::string& text, const char* between) {
    out += (out.empty() ? "" : between) + text;
  };
  if (ending.errors > 0) {
    add(count(ending.errors, "error"), "");
    const std::string of = ending.errors == 1 ? " of it" : " of them";
    if (ending.consequences > 0) add(count(ending.consequences, "consequence") + of, ", ");
    if (ending.repeats > 0) add(count(ending.repeats, "repeat") + of, ", ");
  }
  if (ending.ignored > 0) add(count(ending.ignored, "error") + " ignored", "; ");
  if (ending.rejected_rows > 0)
    add(count(ending.rejected_rows, "row") + " rejected" +
            (ending.rejects_file.empty() ? "" : " (in " + printable(ending.rejects_file) + ")"),
        "; ");
  return out;
}

namespace {

std::string again(const Ending& ending) {
  return (ending.from_pipe ? "send the same dump again: ... | " : "") + printable(ending.command, 1000);
}

}  // namespace

Stays what_stays(const Ending& ending) {
  switch (ending.goes_on) {
    case Ending::GoesOn::by_resume:
      return {"what is done stays; go on where it stopped, nothing is done twice:", again(ending)};
    case Ending::GoesOn::anew:
      return {"it was one transaction (-1), and nothing of it stays", {}};
    case Ending::GoesOn::not_possible:
      break;
  }
  return {"what is done stays, and there is no journal to go on by", "begin again with an empty database"};
}

void say_end(const Ending& ending, const Messages& messages) {
  const auto counts = count_text(ending);
  if (ending.how == Ending::How::done) {
    const auto text = done_text(ending) + " in " + seconds_text(ending.seconds);
    if (ending.errors == 0 && ending.rejected_rows == 0)
      messages.note(text + (counts.empty() ? "" : "; " + counts));
    else
      messages.warning(counts + "; done: " + text);
    return;
  }
  const auto file = printable(ending.file);
  messages.note("stopped at " + file + ":" + std::to_string(ending.line) +
                (counts.empty() ? "" : ": " + counts));
  const std::string mended =
      "mend line " + std::to_string(ending.line) + " of the dump, or the server, then ";
  switch (ending.goes_on) {
    case Ending::GoesOn::by_resume:
      messages.detail("what stands before it is done and stays: " + done_text(ending) + " by this run");
      messages.hint(mended + "go on where it stopped, nothing is done twice:");
      messages.hint(again(ending));
      break;
    case Ending::GoesOn::anew:
      messages.detail("nothing is loaded: it was one transaction (-1), and the server has taken it back");
      messages.hint(mended + "run the same command again");
      break;
    case Ending::GoesOn::not_possible:
      messages.detail("what stands before it is done and stays (" + done_text(ending) +
                      "); there is no journal to go on by");
      messages.hint(mended + "begin again with an empty database");
      messages.hint("to have a journal: GRANT CREATE ON DATABASE to the user that restores");
      break;
  }
}

std::size_t letter_d(std::string_view word) {
  if (!word.starts_with('-')) return 0;
  const auto at = word.find_first_not_of("1qv", 1);
  return at != std::string_view::npos && word[at] == 'd' ? at : 0;
}

std::string command_again(const std::vector<std::string>& arguments) {
  std::string out;
  bool resumes = false, options = true;
  Hides next = Hides::nothing;
  const auto add = [&](const std::string& word) { out += (out.empty() ? "" : " ") + quoted(word); };
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& word = arguments[i];
    if (i == 0) {
      add(word.substr(word.rfind('/') + 1));
      continue;
    }
    if (i == 1 && std::find(arguments.begin(), arguments.end(), "--resume") == arguments.end()) {
      add("--resume");
      resumes = true;
    }
    const auto equals = word.find('=');
    if (next != Hides::nothing) {
      add(hidden(next, word));
      next = Hides::nothing;
    } else if (options && word == "--") {
      options = false;
      add(word);
    } else if (options && word.starts_with("--")) {
      const auto how = hides(std::string_view(word).substr(0, equals));
      if (equals == std::string::npos)
        next = how, add(word);
      else
        add(word.substr(0, equals + 1) + hidden(how, word.substr(equals + 1)));
    } else if (const auto at = options ? letter_d(word) : 0; at > 0) {
      if (at + 1 == word.size())
        next = Hides::connection, add(word);
      else
        add(word.substr(0, at + 1) + shown_value(word.substr(at + 1)));
    } else {
      add(may_be_secret(word) ? "***" : word);
    }
  }
  if (!resumes && arguments.size() < 2) add("--resume");
  return out;
}

}  // namespace sluice
