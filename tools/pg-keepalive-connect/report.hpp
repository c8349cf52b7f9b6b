// An inspection, told: as text for a person, as JSON (report.schema.json), as errors with steps to take.
#pragma once

#include <string>

#include "libfilter/pg/inspection.hpp"
#include "tools/common/messages.hpp"

namespace sluice {

// Of a session.
std::string as_text(const Inspection& found);
// Of either.
std::string as_json(const Inspection& found);

// Of a failure: what, the raw words, the times of the stages, likely causes, numbered steps.
void say_failure(const Inspection& found, const Messages& messages);
void say_advice(const Advice& advice, const Messages& messages);

// "db.example (10.0.0.5), port 5432"
std::string place_of(const Attempt& attempt);

}  // namespace sluice
