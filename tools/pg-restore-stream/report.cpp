#include "tools/pg-restore-stream/report.hpp"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "libfilter/io/failure.hpp"
#include "libfilter/io/sink.hpp"

namespace sluice {

namespace {

using Json = nlohmann::ordered_json;

double rounded(double seconds) { return std::round(seconds * 1000) / 1000; }

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

// ISO 8601, UTC.
Json time_of(std::time_t at) {
  if (at == 0) return {};
  std::tm parts{};
  gmtime_r(&at, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

Json json_of(const std::optional<RunReport::Place>& place) {
  if (!place) return {};
  return {{"line", place->line}, {"offset", place->offset}};
}

Json json_of(const RunReport::Load& load) {
  return {{"copies", load.copies},
          {"rows", load.rows},
          {"bytes", load.bytes},
          {"seconds", rounded(load.seconds)}};
}

Json json_of(const RunReport::Following& following) {
  return {{"count", following.count}, {"lines", following.lines}};
}

Json json_of(const RunReport::Error& error) {
  Json out;
  out["line"] = error.line;
  out["type"] = or_null(error.type);
  out["name"] = or_null(error.name);
  out["sqlstate"] = or_null(error.sqlstate);
  out["message"] = error.message;
  out["detail"] = or_null(error.detail);
  out["hint"] = or_null(error.hint);
  out["context"] = or_null(error.context);
  out["row"] = nullptr;
  if (const auto& row = error.row)
    out["row"] = {{"number", row->number},
                  {"line", row->line},
                  {"offset", row->offset},
                  {"column", or_null(row->column)}};
  out["rows_loaded"] = error.rows_loaded;
  out["rows_skipped"] = error.rows_skipped;
  out["advice"] = or_null(error.advice);
  out["rules"] = error.rules;
  out["consequences"] = json_of(error.consequences);
  out["repeats"] = json_of(error.repeats);
  return out;
}

Json list_of(const auto& items, auto one) {
  Json out = Json::array();
  for (const auto& item : items) out.push_back(one(item));
  return out;
}

}  // namespace

std::string as_json(const RunReport& report) {
  Json out;
  out["tool"] = "pg-restore-stream";
  out["version"] = PGSLUICE_VERSION;
  out["status"] = report.status;
  out["started"] = time_of(report.started);
  out["ended"] = time_of(report.ended);
  out["seconds"] = rounded(report.seconds);
  out["input"] = {{"name", report.input.name},
                  {"bytes", report.input.bytes},
                  {"lines", report.input.lines},
                  {"sha256", or_null(report.input.sha256)}};
  const auto& target = report.target;
  out["target"] = {{"host", or_null(target.host)},
                   {"port", or_null(target.port)},
                   {"user", or_null(target.user)},
                   {"databases", target.databases},
                   {"server_version", or_null(target.server_version)},
                   {"service", or_null(target.service)}};
  out["options"] = Json::object();
  for (const auto& [name, value] : report.options) out["options"][name] = value;
  out["statements"] = {{"run", report.statements.run},
                       {"failed", report.statements.failed},
                       {"ignored", report.statements.ignored},
                       {"skipped", report.statements.skipped}};
  out["rows"] = report.rows;
  out["copies"] = report.copies;
  out["copy_bytes"] = report.copy_bytes;
  out["connections"] = {
      {"lost", report.connections_lost}, {"mended", report.connections_mended}, {"retries", report.retries}};
  out["resumed_from"] = json_of(report.resumed_from);
  out["stopped_at"] = json_of(report.stopped_at);
  out["phases"] = Json::object();
  for (const auto section : {Section::pre_data, Section::data, Section::post_data, Section::none}) {
    const auto& phase = report.phases.at(static_cast<std::size_t>(section));
    out["phases"][section == Section::none ? "other" : std::string(word_of(section))] = {
        {"seconds", rounded(phase.seconds)}, {"statements", phase.statements}, {"rows", phase.rows}};
  }
  out["slowest"] = list_of(report.slowest, [](const auto& one) {
    return Json{{"line", one.line}, {"object", or_null(one.object)}, {"seconds", rounded(one.seconds)}};
  });
  out["tables"] = list_of(report.tables, [](const auto& one) {
    Json row = {{"name", one.first}};
    row.update(json_of(one.second));
    return row;
  });
  out["other_tables"] = report.other_tables.copies == 0 ? Json() : json_of(report.other_tables);
  out["errors_total"] = report.errors_total;
  out["errors"] = list_of(report.errors, [](const auto& one) { return json_of(one); });
  out["rejects"] = nullptr;
  if (!report.rejects_file.empty())
    out["rejects"] = {{"file", report.rejects_file}, {"rows", report.rejected_rows}};
  out["verify"] = {{"method", report.verify}, {"tables", list_of(report.verified, [](const auto& one) {
                                                 return Json{{"name", one.table},
                                                             {"compared", one.compared},
                                                             {"equal", one.equal},
                                                             {"expected_rows", one.expected_rows},
                                                             {"found_rows", one.found_rows},
                                                             {"problem", or_null(one.problem)}};
                                               })}};
  // Names and messages need not be UTF-8.
  return escaped_json(out.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

void write_report(const RunReport& report, const std::string& path) {
  auto sink = Sink::open(path, {});
  sink.put(as_json(report));
  sink.finish();
}

}  // namespace sluice
