// Addresses of names, with a deadline.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libfilter/pg/deadline.hpp"

namespace sluice {

struct Resolved {
  std::vector<std::string> addresses;  // numeric, in the system's order
  std::string error;                   // the system's words; empty: found
};

// Whether HOST is a numeric address, IPv4 or IPv6.
bool is_address(const std::string& host);

// Nothing when the deadline has passed. getaddrinfo has none: it is asked in a thread that nobody waits for
// any longer then.
std::optional<Resolved> resolve(const std::string& host, const Deadline& deadline);

}  // namespace sluice
