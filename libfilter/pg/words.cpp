#include "libfilter/pg/words.hpp"

#include <algorithm>

namespace sluice {

std::vector<Words> words_of(std::string_view message) {
  // connection to server at "h" (1.2.3.4), port 5432 failed: …
  // connection to server on socket "…" failed: …
  constexpr std::string_view kBegin = "connection to server ", kEnd = " failed: ";
  std::vector<std::string> parts(1);
  while (!message.empty()) {
    const auto line = message.substr(0, std::min(message.find('\n'), message.size()));
    message.remove_prefix(std::min(line.size() + 1, message.size()));
    std::string_view rest = line;
    if (line.starts_with(kBegin) && line.find(kEnd) != std::string_view::npos) {
      if (!parts.back().empty()) parts.emplace_back();
      rest = line.substr(line.find(kEnd) + kEnd.size());
    }
    if (rest.starts_with("LOCATION:  ")) continue;
    if (!parts.back().empty()) parts.back() += '\n';
    parts.back() += rest;
  }
  std::vector<Words> out;
  for (auto& part : parts) {
    while (!part.empty() && (part.back() == '\n' || part.back() == ' ')) part.pop_back();
    if (part.empty()) continue;
    Words words;
    // "FATAL:  28P01: password …", in the server's language
    const auto blanks = part.find(":  ");
    const auto line = part.find('\n');
    if (blanks != std::string::npos && blanks < line && part.size() > blanks + 10 &&
        part.compare(blanks + 8, 2, ": ") == 0) {
      const auto state = part.substr(blanks + 3, 5);
      if (std::all_of(state.begin(), state.end(),
                      [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); })) {
        words.sqlstate = state;
        part.erase(blanks + 3, 7);
      }
    }
    words.text = part;
    out.push_back(std::move(words));
  }
  return out;
}

}  // namespace sluice
