// --report: what a run did, as JSON (report.schema.json).
#pragma once

#include <string>

#include "libfilter/restore/report_data.hpp"

namespace sluice {

// Indented, ends with a line feed. Bytes that are no UTF-8 are replaced.
std::string as_json(const RunReport& report);

// PATH "-" is standard output. A file is whole or the old one. Throws Failure::io.
void write_report(const RunReport& report, const std::string& path);

}  // namespace sluice
