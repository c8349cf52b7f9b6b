#include "libfilter/rules/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libfilter/io/failure.hpp"

namespace sluice {

void Report::add(const Finding& finding, std::uint64_t line) {
  auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.rule == finding.rule; });
  if (row == rows.end()) row = rows.insert(rows.end(), Row{finding.rule, 0, {}, {}});
  ++row->count;
  if (row->first_lines.size() == kLinesKept) return;
  row->first_lines.push_back(line);
  row->first_findings.push_back(printable(finding.what));
}

std::uint64_t Report::losses() const {
  std::uint64_t sum = 0;
  for (const auto& row : rows)
    if (!row.rule->lost.empty()) sum += row.count;
  return sum;
}

std::string Report::json(const Run& run) const {
  using nlohmann::ordered_json;
  ordered_json out;
  out["tool"] = run.tool;
  out["version"] = run.version;
  out["file"] = run.input;
  if (!run.to.empty()) out["to"] = run.to;
  if (!run.from.empty()) out["from"] = run.from;
  if (run.target_version != 0) out["to_version"] = run.target_version;
  out["rules"] = ordered_json::array();
  for (const auto& row : rows) {
    ordered_json item;
    item["id"] = row.rule->id;
    item["action"] = action_name(row.rule->action);
    item["summary"] = row.rule->summary;
    item["count"] = row.count;
    item["first_lines"] = row.first_lines;
    item["findings"] = row.first_findings;
    item["lost"] = row.rule->lost.empty() ? ordered_json(nullptr) : ordered_json(row.rule->lost);
    out["rules"].push_back(std::move(item));
  }
  out["totals"] = {{"statements", statements},
                   {"changed", changed},
                   {"removed", removed},
                   {"injected", injected},
                   {"losses", losses()}};
  const auto side = [](std::uint64_t bytes, const std::string& sha256) {
    ordered_json item = {{"bytes", bytes}};
    if (!sha256.empty()) item["sha256"] = sha256;
    return item;
  };
  out["input"] = side(input_bytes, input_sha256);
  out["output"] = side(output_bytes, output_sha256);
  return escaped_json(out.dump(2, ' ', false, ordered_json::error_handler_t::replace)) + "\n";
}

std::string Report::table() const {
  constexpr std::size_t kActionWidth = 13;
  std::size_t id_width = 4, count_width = 5;
  for (const auto& row : rows) {
    id_width = std::max(id_width, row.rule->id.size());
    count_width = std::max(count_width, std::to_string(row.count).size());
  }
  std::string out;
  const auto pad = [](const std::string& text, std::size_t width) {
    return std::string(width - text.size(), ' ');
  };
  for (const auto& row : rows) {
    const auto count = std::to_string(row.count);
    const std::string action(action_name(row.rule->action));
    out += "  " + pad(count, count_width) + count + "  " + row.rule->id + pad(row.rule->id, id_width) + "  " +
           action;
    if (!row.rule->lost.empty()) out += pad(action, kActionWidth);
    if (!row.rule->lost.empty()) out += "  lost: " + row.rule->lost;
    out += "\n";
  }
  return out;
}

}  // namespace sluice
