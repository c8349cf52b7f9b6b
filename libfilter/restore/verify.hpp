// Whether the tables hold what the dump has for them: rows counted, or compared by a digest (row_digest.hpp)
// that does not depend on their order.
//
// The dump's side is gathered while it is read. The target's side is read back at the end, with the settings
// under which pg_dump reads: so that what both spell differently is no difference. What cannot be compared
// (rows that came by INSERT, COPY ... WHERE, a COPY that failed) is said, never passed over.
//
// Memory: for each table about 300 bytes and the names of its columns, and for a COPY what RowDigest holds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libfilter/restore/report_data.hpp"
#include "libfilter/restore/row_digest.hpp"
#include "libfilter/restore/step.hpp"
#include "libfilter/restore/wire.hpp"

namespace sluice {

class Verifier {
 public:
  enum class Method : std::uint8_t { count, digest };

  explicit Verifier(Method method) : method_(method) {}

  // --- while the dump is read; every step once, whoever loads it
  void copy(const Step& header);
  void rows(const Step& rows);
  void copy_end();
  // Of the present COPY: a row that was not loaded, as written, without its line end.
  void rejected(std::string_view row);
  // The present COPY, or that which has just ended, was refused or passed over.
  void not_loaded();
  // The same of the last COPY into this table; for who hears of it later.
  void not_loaded(const Step& header);
  // Any other statement: INSERTs are no rows of a COPY, and a ROLLBACK takes those before it away.
  void statement(const Step& statement);

  // The tables of DATABASE (SessionState::database) that rows came for since it was last asked, by their
  // names. WIRE is idle, connected to it, and left as it was. Throws Wire::Lost.
  std::vector<RunReport::Verified> check(Wire& wire, const std::string& database);

 private:
  struct Table {
    ObjectName name;
    std::vector<std::string> columns;  // of the COPY
    bool columns_listed = false;
    std::string encoding;     // as the script names it
    std::string search_path;  // the statement that sets it, for a name without a schema
    RowSums sums;
    std::string why_not;          // it cannot be compared at all
    std::string why_not_by_rows;  // or not by digest
    bool due = true;
  };
  struct Facts;
  using Tables = std::map<std::string, Table>;

  Table& table_of(const std::string& database, const ObjectName& name);
  void compare(Wire& wire, const Table& table, RunReport::Verified& verdict);
  void mark_partitions(Wire& wire, Tables& tables);
  std::vector<std::optional<std::string>> find(Wire& wire, const Table& table);
  std::optional<Facts> facts_of(Wire& wire, const Table& table);
  RowSums read_back(Wire& wire, const Table& table, const Facts& facts);

  Method method_;
  std::map<std::string, Tables> databases_;
  Table* table_ = nullptr;  // of the present COPY, or the last one
  std::unique_ptr<RowDigest> digest_;
  CopyHeader header_;
  bool in_copy_ = false;
  std::uint64_t skip_ = 0;  // rows of a HEADER to come
  std::set<Table*> in_transaction_;
};

// "public.t: 1,000 rows, as in the dump"
std::string verified_text(const RunReport::Verified& verified);

}  // namespace sluice
