// Settings written as a connection string and as a URI are read by libpq to the same keywords and values; and
// what libpq reads of a text we read, too.
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>

#include "libfilter/io/failure.hpp"
#include "libfilter/pg/settings.hpp"
#include "tests/fuzz/support/fuzz.hpp"

using namespace sluice;

namespace {

using Values = std::map<std::string, std::string>;

// One port is that of every host: a URI says it with each.
std::string in_words(Values values) {
  std::string& port = values["port"];
  if (port.find_first_not_of(',') == port.npos) port.clear();  // a URI of several hosts without ports
  const auto commas = std::count(values["host"].begin(), values["host"].end(), ',');
  if (!port.empty() && port.find(',') == port.npos)
    for (const std::string one = port; std::count(port.begin(), port.end(), ',') < commas;) port += ',' + one;
  std::string text;
  for (const auto& [keyword, value] : values) text += keyword + " = " + value + '\n';
  return text;
}

std::string read_by_libpq(const std::string& text) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(text.c_str(), &error), &PQconninfoFree);
  if (!options) {
    const std::string said = std::string("refused: ") + text + ": " + (error == nullptr ? "" : error);
    PQfreemem(error);
    return said;
  }
  Values values;
  for (auto* option = options.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr) values[option->keyword] = option->val;
  return in_words(values);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array kKeywords = {
      "host", "hostaddr", "port",    "user",        "password", "dbname", "options",
      "host", "service",  "sslmode", "sslrootcert", "passfile", "port",   "application_name"};
  fuzz::Input input(data, size);
  Settings settings = Settings::parse("user=u");
  Values values{{"user", "u"}};
  for (auto many = 1 + input.below(5); many > 0; --many) {
    const std::string keyword = input.pick(kKeywords);
    std::string value(input.up_to('\n'));
    std::erase(value, '\0');
    // No other port comes so far: Settings::parse() refuses it.
    if (keyword == "port") std::erase_if(value, [](char c) { return (c < '0' || c > '9') && c != ','; });
    // An empty value is as good as none to libpq, and a URI has no place for one in front.
    if (value.empty()) continue;
    settings.set(keyword, value, Settings::Source::conninfo);
    values[keyword] = value;
  }
  const auto expected = in_words(values);
  fuzz::same("connection string", expected, read_by_libpq(as_conninfo(settings, Secrets::shown)));
  fuzz::same("URI", expected, read_by_libpq(as_uri(settings, Secrets::shown)));
  return 0;
}
