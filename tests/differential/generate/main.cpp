// generate-scripts FIRST COUNT FOLDER: writes generated scripts that a real psql can run, FOLDER/NUMBER.sql,
// and beside each NUMBER.sql.made: its units as `pgrep-dump --units` would print them.
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/differential/generated.hpp"

int main(int argc, char** argv) {
  using namespace sluice::testing;
  if (argc != 4) return 2;
  const auto first = std::strtoull(argv[1], nullptr, 10), count = std::strtoull(argv[2], nullptr, 10);
  bool good = true;
  for (auto number = first; number < first + count; ++number) {
    const auto script = generate(number, Readers::psql);
    const auto path = std::string(argv[3]) + '/' + std::to_string(number) + ".sql";
    good = good &&
           std::ofstream(path, std::ios::binary)
               .write(script.text.data(), static_cast<std::streamsize>(script.text.size())) &&
           std::ofstream(path + ".made") << unit_lines(script);
  }
  return good ? 0 : 1;
}
