#include "libfilter/restore/journal.hpp"

#include <cstdlib>

namespace sluice {
namespace {

// Names and operators are qualified everywhere: the script's search_path may be anything.
constexpr std::string_view kNotRun = "pgsluice: not run, since a statement before it failed ";

// The lock's name: "pgsl", 1.
const std::string kLock = "1885826924, 1";

std::string number(std::uint64_t n) { return std::to_string(n); }

std::uint64_t number_of(const std::optional<std::string>& text) {
  return text ? std::strtoull(text->c_str(), nullptr, 10) : 0;
}

std::string list_of(const std::vector<int>& pids) {
  std::string list = "ARRAY[";
  for (const int pid : pids) list += (list.back() == '[' ? "" : ", ") + std::to_string(pid);
  return list + "]::pg_catalog.int4[]";
}

std::vector<int> numbers_of(const Wire::Rows& rows) {
  std::vector<int> numbers;
  for (const auto& row : rows) numbers.push_back(std::atoi(row.at(0).value_or("0").c_str()));
  return numbers;
}

// Fails, with words for the server's log, unless ONE equals OTHER. Neither may be a constant: the planner
// would try the words out.
std::string unless_equal(const std::string& one, const std::string& other) {
  return "CASE WHEN " + one + " OPERATOR(pg_catalog.=) " + other + " THEN 0 ELSE (" + sql_literal(kNotRun) +
         " OPERATOR(pg_catalog.||) (" + one + ")::pg_catalog.text)::pg_catalog.int4 END";
}

}  // namespace

bool is_guard_error(const ServerError& error) {
  return error.sqlstate == "22P02" && error.message.find(kNotRun) != std::string::npos;
}

std::optional<JournalRow> Journal::look() {
  if (!wire_.query("SELECT pg_catalog.to_regclass('pgsluice.run')").at(0).at(0)) return std::nullopt;
  const auto rows = wire_.query(
      "SELECT run, holder, input, identity, system, database, state, next_database, position, sha256, "
      "resume_point, rejected, intent, intent_before FROM pgsluice.run");
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  const auto text = [&](std::size_t i) { return row.at(i).value_or(""); };
  JournalRow out;
  out.run = text(0);
  out.holder = text(1);
  out.input = text(2);
  out.identity = text(3);
  out.system = text(4);
  out.database = text(5);
  out.state = text(6);
  out.next_database = text(7);
  out.position = number_of(row.at(8));
  out.sha256 = text(9);
  out.resume_point = text(10);
  out.rejected = number_of(row.at(11));
  if (row.at(12)) out.intent = number_of(row.at(12));
  out.intent_before = text(13);
  return out;
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> Journal::done_ahead() {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const auto& row : wire_.query("SELECT first, behind FROM pgsluice.done ORDER BY first"))
    ranges.emplace_back(number_of(row.at(0)), number_of(row.at(1)));
  return ranges;
}

bool Journal::create() {  // twice is once
  try {
    wire_.query(
        "BEGIN; SET LOCAL search_path = pg_catalog; SET LOCAL client_min_messages = warning; SET LOCAL "
        "default_tablespace = ''; "
        "CREATE SCHEMA IF NOT EXISTS pgsluice; "
        "COMMENT ON SCHEMA pgsluice IS 'how far pg-restore-stream has come; pg-restore-stream --forget "
        "removes it'; "
        "CREATE TABLE IF NOT EXISTS pgsluice.run ("
        "one pg_catalog.bool PRIMARY KEY DEFAULT true CHECK (one), run text NOT NULL, holder text NOT NULL, "
        "input text NOT NULL, identity text NOT NULL, system text NOT NULL, database text NOT NULL, "
        "state text NOT NULL, next_database text NOT NULL, position bigint NOT NULL, sha256 text NOT NULL, "
        "resume_point text NOT NULL, rejected bigint NOT NULL, intent bigint, intent_before text NOT NULL, "
        "started timestamptz NOT NULL DEFAULT pg_catalog.now(), "
        "updated timestamptz NOT NULL DEFAULT pg_catalog.now()) WITH (fillfactor = 20); "
        "CREATE TABLE IF NOT EXISTS pgsluice.done (first bigint PRIMARY KEY, behind bigint NOT NULL); "
        "COMMIT");
    return true;
  } catch (const Wire::Refused& refused) {
    wire_.query("ROLLBACK");
    if (refused.error.sqlstate == "42501") return false;
    throw;
  }
}

void Journal::write(const JournalRow& row) {
  const auto text = [](const std::string& value) { return sql_literal(value); };
  wire_.query(
      "BEGIN; DELETE FROM pgsluice.done WHERE behind OPERATOR(pg_catalog.<=) " + number(row.position) +
      " OR NOT EXISTS (SELECT 1 FROM pgsluice.run WHERE run OPERATOR(pg_catalog.=)" + text(row.run) +
      "); DELETE FROM pgsluice.run; "
      "INSERT INTO pgsluice.run (run, holder, input, identity, system, database, state, next_database, "
      "position, sha256, resume_point, rejected, intent, intent_before) VALUES (" +
      text(row.run) + "," + text(row.holder) + "," + text(row.input) + "," + text(row.identity) + "," +
      text(row.system) + "," + text(row.database) + "," + text(row.state) + "," + text(row.next_database) +
      "," + number(row.position) + "," + text(row.sha256) + "," + text(row.resume_point) + "," +
      number(row.rejected) + "," + (row.intent ? number(*row.intent) : "NULL") + "," +
      text(row.intent_before) + "); COMMIT");
}

bool Journal::remove() {
  if (!wire_.query("SELECT pg_catalog.to_regclass('pgsluice.run')").at(0).at(0)) return false;
  wire_.query("DROP TABLE pgsluice.run, pgsluice.done; DROP SCHEMA pgsluice");
  return true;
}

std::pair<std::string, std::string> Journal::where() {
  const std::string oid =
      "(SELECT oid FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) "
      "pg_catalog.current_database())";
  try {
    const auto row =
        wire_.query("SELECT (SELECT system_identifier FROM pg_catalog.pg_control_system()), " + oid).at(0);
    return {row.at(0).value_or(""), row.at(1).value_or("")};
  } catch (const Wire::Refused&) {
    // Some services keep it to themselves: the database's oid has to do.
    return {"", wire_.query("SELECT " + oid).at(0).at(0).value_or("")};
  }
}

bool Journal::lock_alone() {
  return wire_.query("SELECT pg_catalog.pg_try_advisory_lock(" + kLock + ")").at(0).at(0) == "t";
}

std::vector<int> Journal::holders() {
  return numbers_of(wire_.query(
      "SELECT l.pid FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database WHERE "
      "l.locktype = 'advisory' AND d.datname = pg_catalog.current_database() AND l.classid = 1885826924 AND "
      "l.objid = 1 AND l.objsubid = 2 AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()"));
}

void Journal::share() {
  wire_.query("SELECT pg_catalog.pg_advisory_lock_shared(" + kLock +
              "); SELECT pg_catalog.pg_advisory_unlock(" + kLock +
              ") FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid() "
              "AND mode = 'ExclusiveLock' AND classid = 1885826924 AND objid = 1 AND objsubid = 2");
}

void Journal::terminate(const std::vector<int>& pids) {
  for (const int pid : pids) {
    try {
      wire_.query("SELECT pg_catalog.pg_terminate_backend(" + std::to_string(pid) + ")");
    } catch (const Wire::Refused&) {
      // Another user's: it is waited for.
    }
  }
}

std::vector<int> Journal::still_there(const std::vector<int>& pids) {
  if (pids.empty()) return {};
  return numbers_of(
      wire_.query("SELECT pid FROM pg_catalog.pg_stat_activity WHERE pid = ANY (" + list_of(pids) + ")"));
}

std::vector<std::optional<std::string>> Journal::move_parameters(std::optional<std::uint64_t> from,
                                                                 const JournalRow& to) {
  return {from ? std::optional(number(*from)) : std::nullopt, number(to.position), to.sha256, to.resume_point,
          number(to.rejected)};
}

void Journal::prepare_move() {
  wire_.prepare(kMove,
                "WITH moved AS (UPDATE pgsluice.run SET position = $2::pg_catalog.int8, sha256 = "
                "$3::pg_catalog.text, resume_point = $4::pg_catalog.text, rejected = $5::pg_catalog.int8, "
                "intent = NULL, updated = "
                "pg_catalog.clock_timestamp() WHERE position OPERATOR(pg_catalog.=) "
                "COALESCE($1::pg_catalog.int8, position) RETURNING 1) SELECT " +
                    unless_equal("pg_catalog.count(*)", "1") + " FROM moved");
}

std::string Journal::move_text(const JournalRow& to) {
  return "UPDATE pgsluice.run SET position = " + number(to.position) + ", sha256 =" + sql_literal(to.sha256) +
         ", resume_point =" + sql_literal(to.resume_point) + ", rejected = " + number(to.rejected) +
         ", intent = NULL, updated = pg_catalog.clock_timestamp()";
}

std::string Journal::done_text(std::uint64_t first, std::uint64_t end) {
  return "INSERT INTO pgsluice.done VALUES (" + number(first) + ", " + number(end) + ")";
}

std::string Journal::forget_done_text(std::uint64_t position) {
  return "DELETE FROM pgsluice.done WHERE behind OPERATOR(pg_catalog.<=) " + number(position);
}

std::string session_guard(std::optional<std::uint64_t> from, std::uint64_t to) {
  const std::string setting = "'pgsluice.position'";
  const std::string set = "pg_catalog.set_config(" + setting + ",'" + number(to) + "',false)";
  if (!from) return "SELECT " + set;
  return "SELECT " + unless_equal("pg_catalog.current_setting(" + setting + ")", "'" + number(*from) + "'") +
         ", " + set;
}

}  // namespace sluice
