#include "libfilter/restore/verify.hpp"

#include <algorithm>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/session.hpp"
#include "libfilter/io/failure.hpp"
#include "libfilter/lex/lexer.hpp"
#include "libfilter/restore/explain.hpp"
#include "libfilter/restore/grouped.hpp"

namespace sluice {
namespace {

const std::string* setting(const SessionState& session, std::string_view name) {
  const std::string* text = nullptr;
  for (const auto& [key, statement] : session.settings)
    if (key == name) text = &statement;
  return text;
}

Lexer tokens_of(std::string_view text) {
  Lexer lexer;
  lexer.want_tokens([](const void*, std::string_view, std::string_view) { return Lexer::kAllTokens; },
                    nullptr);
  static_cast<void>(lexer.scan(text, Lexer::End::last));
  return lexer;
}

// The client_encoding that STATEMENT sets.
std::string encoding_set_by(const std::string& statement) {
  const Lexer lexer = tokens_of(statement);
  Session session;
  session.statement(statement, lexer.tokens());
  return session.client_encoding();
}

bool has_where(const std::string& copy) {
  const Lexer lexer = tokens_of(copy);
  return std::ranges::any_of(lexer.tokens(), [&](const Token& token) {
    return token.kind == TokenKind::word && equal_ignoring_case(token.of(copy), "where");
  });
}

// As pg_dump reads a table, whatever the script has left in the session; all of it is gone with the
// transaction.
std::string settings_to_read(const std::string& encoding) {
  std::string sql =
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL SESSION AUTHORIZATION DEFAULT; "
      "SET LOCAL ROLE NONE; SET LOCAL search_path TO ''; SET LOCAL row_security TO off; "
      "SET LOCAL DateStyle TO 'ISO'; SET LOCAL IntervalStyle TO 'postgres'; "
      "SET LOCAL extra_float_digits TO 3; SET LOCAL bytea_output TO 'hex'; "
      "SET LOCAL TimeZone TO 'UTC'; SET LOCAL statement_timeout TO 0; SET LOCAL client_encoding TO ";
  return sql + (encoding.empty() ? "DEFAULT" : sql_literal(encoding));
}

}  // namespace

struct Verifier::Facts {
  std::string oid, kind;
  std::string from;      // ONLY "public"."t"
  std::string columns;   // of the COPY, for a SELECT
  bool spelled = false;  // some values have several spellings
  bool bytea = false;
  std::string doubt;  // a column that may be spelled otherwise all the same
};

Verifier::Table& Verifier::table_of(const std::string& database, const ObjectName& name) {
  auto& tables = databases_[database];
  const auto [entry, is_new] = tables.try_emplace(name.schema + '\0' + name.name);
  if (is_new) entry->second.name = name;
  entry->second.due = true;
  return entry->second;
}

void Verifier::copy(const Step& header) {
  const SessionState& session = *header.before;
  header_ = header.header;
  const std::string* encoding_statement = setting(session, "client_encoding");
  const std::string encoding = encoding_statement != nullptr ? encoding_set_by(*encoding_statement) : "";
  header_.format.encoding = encoding_by_name(encoding);
  const std::string* path = setting(session, "search_path");

  auto& tables = databases_[session.database];
  const bool known = tables.count(header_.table.schema + '\0' + header_.table.name) != 0;
  Table& table = table_of(session.database, header_.table);
  if (!known) {
    table.columns = header_.columns;
    table.columns_listed = header_.columns_listed;
    table.encoding = encoding;
    if (header_.table.schema.empty() && path != nullptr) table.search_path = *path;
  } else if (table.why_not.empty()) {
    if (table.columns != header_.columns || table.columns_listed != header_.columns_listed)
      table.why_not_by_rows = "it has several COPYs, with different columns";
    if (table.encoding != encoding) table.why_not_by_rows = "it has several COPYs, in different encodings";
  }
  if (has_where(header.text)) table.why_not = "its COPY has a WHERE";
  if (header.in_transaction) in_transaction_.insert(&table);
  table_ = &table;
  in_copy_ = true;
  skip_ = header_.format.header ? 1 : 0;
  digest_.reset();
  if (method_ == Method::digest) digest_ = std::make_unique<RowDigest>(header_.format, header_.columns);
}

void Verifier::rows(const Step& rows) {
  if (!in_copy_) return;
  if (digest_) return digest_->feed(rows.text);
  const auto skipped = std::min(skip_, rows.rows);
  skip_ -= skipped;
  table_->sums.rows += rows.rows - skipped;
}

void Verifier::copy_end() {
  if (!in_copy_) return;
  in_copy_ = false;
  if (!digest_) return;
  digest_->finish();
  table_->sums += digest_->sums();
}

void Verifier::rejected(std::string_view row) {
  if (table_ == nullptr) return;
  if (digest_)
    table_->sums -= digest_->of_row(row);
  else
    --table_->sums.rows;
}

void Verifier::not_loaded() {
  if (table_ != nullptr) table_->why_not = "its COPY failed, or was passed over";
}

void Verifier::not_loaded(const Step& header) {
  table_of(header.before->database, header.header.table).why_not = "its COPY failed, or was passed over";
}

void Verifier::statement(const Step& statement) {
  if (statement.way == Way::rollback)
    for (Table* table : in_transaction_) table->why_not = "the dump takes some of its rows back, by ROLLBACK";
  if (statement.way == Way::rollback || statement.way == Way::commit) in_transaction_.clear();
  const Object& object = statement.object;
  constexpr std::string_view kInsert = "insert";
  if (object.type != "TABLE DATA" || !equal_ignoring_case(statement.text.substr(0, kInsert.size()), kInsert))
    return;
  Table& table = table_of(statement.before->database, object.name);
  if (table.why_not.empty()) table.why_not = "the dump has INSERTs for it";
}

std::vector<RunReport::Verified> Verifier::check(Wire& wire, const std::string& database) {
  std::vector<RunReport::Verified> verdicts;
  Tables& tables = databases_[database];
  try {
    mark_partitions(wire, tables);
  } catch (const Wire::Refused&) {
    // Who may not know of them finds that a part has more rows than the dump has for it.
  }
  for (auto& [key, table] : tables) {
    if (!table.due) continue;
    table.due = false;
    RunReport::Verified verdict;
    verdict.table = (database.empty() ? "" : database + ": ") + written(table.name);
    verdict.expected_rows = table.sums.rows;
    try {
      compare(wire, table, verdict);
    } catch (const Wire::Refused& refused) {
      verdict.compared = verdict.equal = false;
      verdict.problem = "it cannot be read back: " + printable(refused.error.message, 300);
    }
    if (wire.in_transaction()) wire.query("ROLLBACK");
    verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

// What one of two tables has may have come for the other: a partition, and the whole.
void Verifier::mark_partitions(Wire& wire, Tables& tables) {
  if (wire.version() < 120000) return;
  // By the oid of each table that is a part: those above it.
  std::map<std::string, std::vector<std::string>> above;
  for (const auto& row :
       wire.query("SELECT t.relid::pg_catalog.oid, p.partrelid FROM pg_catalog.pg_partitioned_table p, "
                  "pg_catalog.pg_partition_tree(p.partrelid) t WHERE t.level OPERATOR(pg_catalog.>) 0"))
    above[row.at(0).value_or("")].push_back(row.at(1).value_or(""));
  if (above.empty()) return;
  std::map<std::string, Table*> by_oid;
  for (auto& [key, table] : tables) {
    if (!table.due) continue;
    try {
      wire.query(settings_to_read(table.encoding));
      if (const auto found = find(wire, table); !found.empty()) by_oid[found.at(0).value_or("")] = &table;
    } catch (const Wire::Refused&) {
      // compare() meets the same, and tells it.
    }
    if (wire.in_transaction()) wire.query("ROLLBACK");
  }
  struct Pair {
    Table *part, *whole;
    RowSums sums;  // of the part alone
  };
  std::vector<Pair> pairs;
  for (const auto& [oid, parents] : above)
    for (const auto& parent : parents) {
      const auto part = by_oid.find(oid), whole = by_oid.find(parent);
      if (part != by_oid.end() && whole != by_oid.end())
        pairs.push_back({part->second, whole->second, part->second->sums});
    }
  for (const auto& [part, whole, sums] : pairs) {
    constexpr std::string_view kWhy = "the dump has rows for its partitions too";
    if (part->why_not.empty())
      whole->why_not_by_rows = kWhy;
    else
      whole->why_not = kWhy;
    whole->sums += sums;
  }
  for (const auto& [part, whole, sums] : pairs)
    part->why_not = "the dump has rows for it, and for " + written(whole->name) + ", of which it is a part";
}

// Its oid, kind, schema and name; nothing when it is not there.
std::vector<std::optional<std::string>> Verifier::find(Wire& wire, const Table& table) {
  std::string where =
      "n.nspname =" + sql_literal(table.name.schema) + " AND c.relname =" + sql_literal(table.name.name);
  if (table.name.schema.empty()) {
    wire.query(table.search_path.empty() ? "SET LOCAL search_path TO DEFAULT" : table.search_path);
    const auto by_path = wire.query("SELECT pg_catalog.to_regclass(" +
                                    sql_literal(quote_name(table.name.name)) + ")::pg_catalog.oid");
    wire.query("SET LOCAL search_path TO ''");
    where = "c.oid = " + by_path.at(0).at(0).value_or("0");
  }
  const auto found = wire.query(
      "SELECT c.oid, c.relkind, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n "
      "ON n.oid = c.relnamespace WHERE " +
      where);
  return found.empty() ? std::vector<std::optional<std::string>>() : found.at(0);
}

// Nothing: it is not there.
std::optional<Verifier::Facts> Verifier::facts_of(Wire& wire, const Table& table) {
  const auto found = find(wire, table);
  if (found.empty()) return std::nullopt;
  const auto text = [&](std::size_t i) { return found.at(i).value_or(""); };
  Facts facts;
  facts.oid = text(0);
  facts.kind = text(1);
  facts.from = (facts.kind == "p" ? "" : "ONLY ") + quote_name(text(2)) + '.' + quote_name(text(3));
  // Each column with the types within its type: of a domain, an array, a range, a composite.
  const std::string generated = wire.version() >= 120000 ? "a.attgenerated <> ''" : "false";
  const std::string multiranges =
      wire.version() >= 140000
          ? "UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngmultitypid = p.type "
          : "";
  const auto columns = wire.query(
      "WITH RECURSIVE parts(attnum, type) AS (SELECT a.attnum, a.atttypid FROM pg_attribute a "
      "WHERE a.attrelid = " +
      facts.oid +
      " AND a.attnum > 0 AND NOT a.attisdropped UNION "
      "SELECT p.attnum, x.type FROM parts p, LATERAL ("
      "SELECT t.typbasetype FROM pg_type t WHERE t.oid = p.type AND t.typtype = 'd' "
      "UNION ALL SELECT t.typelem FROM pg_type t WHERE t.oid = p.type AND t.typelem <> 0 "
      "UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = p.type " +
      multiranges +
      "UNION ALL SELECT i.atttypid FROM pg_type t JOIN pg_attribute i ON i.attrelid = t.typrelid "
      "WHERE t.oid = p.type AND t.typtype = 'c' AND i.attnum > 0 AND NOT i.attisdropped) x(type)) "
      "SELECT a.attname, " +
      generated +
      ", format_type(a.atttypid, NULL), "
      "bool_or(p.type IN (700, 701, 1184, 602, 604, 718)), bool_or(p.type = 17), bool_or(p.type IN (700, "
      "790)), "
      "bool_or(p.type IN (701, 1184, 602, 604, 718)) AND a.atttypid NOT IN (701, 1184) "
      "FROM pg_attribute a JOIN parts p ON p.attnum = a.attnum WHERE a.attrelid = " +
      facts.oid + " GROUP BY a.attnum, a.attname, a.atttypid" +
      (wire.version() >= 120000 ? ", a.attgenerated" : "") + " ORDER BY a.attnum");
  std::vector<std::string> names = table.columns;
  for (const auto& row : columns) {
    const auto is = [&](std::size_t i) { return row.at(i) == "t"; };
    const std::string name = row.at(0).value_or("");
    if (!table.columns_listed && !is(1)) names.push_back(name);
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    facts.spelled |= is(3);
    facts.bytea |= is(4);
    if (facts.doubt.empty() && (is(5) || is(6)))
      facts.doubt = "; column " + printable(name) + " of type " + printable(row.at(2).value_or("")) +
                    " may be spelled otherwise by the server that was dumped";
  }
  for (const auto& name : names) facts.columns += (facts.columns.empty() ? "" : ", ") + quote_name(name);
  return facts;
}

RowSums Verifier::read_back(Wire& wire, const Table& table, const Facts& facts) {
  CopyFormat format;
  format.encoding = encoding_by_name(table.encoding);
  RowDigest digest(format, {});
  wire.read_rows("COPY (SELECT " + facts.columns + " FROM " + facts.from + ") TO STDOUT",
                 [&digest](std::string_view row) { digest.feed(row); });
  return digest.sums();
}

void Verifier::compare(Wire& wire, const Table& table, RunReport::Verified& verdict) {
  const auto not_compared = [&verdict](const std::string& why) {
    verdict.compared = verdict.equal = false;
    verdict.problem = "not compared: " + why;
  };
  if (!table.why_not.empty()) return not_compared(table.why_not);
  wire.query(settings_to_read(table.encoding));
  const auto facts = facts_of(wire, table);
  if (!facts) return not_compared("it is no longer there");
  if (facts->kind != "r" && facts->kind != "p" && facts->kind != "f") return not_compared("it is no table");

  std::string why = table.why_not_by_rows;
  if (table.sums.unfit) why = "it has rows of over 256 KiB that are not written as pg_dump does";
  const bool by_digest = method_ == Method::digest && why.empty();
  if (by_digest) {
    const auto same = [&](const RowSums& found) {
      verdict.found_rows = found.rows;
      return found.rows == table.sums.rows && !found.unfit &&
             (found.exact == table.sums.exact || (facts->spelled && found.spelled == table.sums.spelled));
    };
    verdict.equal = same(read_back(wire, table, *facts));
    if (!verdict.equal && verdict.found_rows == verdict.expected_rows && facts->bytea) {
      wire.query("SET LOCAL bytea_output TO 'escape'");  // the dump may be written so
      verdict.equal = same(read_back(wire, table, *facts));
    }
  } else {
    const auto found = wire.query("SELECT count(*) FROM " + facts->from);
    verdict.found_rows = std::strtoull(found.at(0).at(0).value_or("0").c_str(), nullptr, 10);
    verdict.equal = verdict.found_rows == verdict.expected_rows;
  }
  if (verdict.found_rows > verdict.expected_rows)
    verdict.problem = "the table has " + counted(verdict.found_rows - verdict.expected_rows, "row") +
                      " more than the dump loaded";
  else if (verdict.found_rows < verdict.expected_rows)
    verdict.problem =
        counted(verdict.found_rows, "row") + ", " + grouped(verdict.expected_rows) + " in the dump";
  else if (!verdict.equal)
    verdict.problem = "its rows are not those of the dump (digest differs, " +
                      counted(verdict.found_rows, "row") + ")" + facts->doubt;
  else if (method_ == Method::digest && !by_digest)
    verdict.problem = "counted, not compared by digest: " + why;
}

std::string verified_text(const RunReport::Verified& verified) {
  std::string text = printable(verified.table, 300) + ": ";
  if (verified.equal)
    text += counted(verified.found_rows, "row") + ", as in the dump" +
            (verified.problem.empty() ? "" : " (" + verified.problem + ")");
  else if (verified.compared && verified.found_rows > verified.expected_rows)
    text += counted(verified.found_rows, "row") + ", " + grouped(verified.expected_rows) +
            " in the dump: " + verified.problem;
  else
    text += verified.problem;
  return text;
}

}  // namespace sluice
