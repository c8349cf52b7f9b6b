// Whether a statement that cannot run in a transaction has run: what the catalog tells of its object.
#pragma once

#include <string>

#include "libfilter/restore/step.hpp"
#include "libfilter/restore/wire.hpp"

namespace sluice {

struct Presence {
  // Answers with one text: another one after the statement has run than before. Empty: nobody can tell.
  std::string query;
  // To run it a second time does no harm: VACUUM, ALTER SYSTEM.
  bool repeatable = false;
  // Takes away what half of it has left, before it is run again: an invalid index.
  std::string mend;
};

Presence presence_of(const Step& step);

// The answer, or "" where there is no query.
std::string look_at(const Presence& presence, Wire& wire);

enum class IntentVerdict : std::uint8_t { run, done, unknown };
// BEFORE: what look_at() said before the statement was sent. Takes away what half of it has left.
IntentVerdict judge_intent(const Presence& presence, Wire& wire, const std::string& before);

}  // namespace sluice
