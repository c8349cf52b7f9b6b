// libpq's messages of a connection that failed, taken apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

struct Words {
  std::string sqlstate;  // or empty
  std::string text;      // the prefix with host and port is gone, and so is LOCATION
};

// MESSAGE is PQerrorMessage's, with PQERRORS_VERBOSE or not. It has a part for each way that libpq tried
// (with TLS, then without), in that order.
std::vector<Words> words_of(std::string_view message);

}  // namespace sluice
