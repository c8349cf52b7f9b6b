// How a Run loads the data of a COPY: in pieces, each in a transaction with the journal's move.

#include <algorithm>
#include <cstdlib>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/soundness.hpp"
#include "libfilter/restore/copy_error.hpp"
#include "libfilter/restore/run.hpp"

namespace sluice {
namespace {

// Rows that are not committed: kept in memory, and in a file.
constexpr std::size_t kInMemory = 512 * 1024;
constexpr std::size_t kAside = 1024 * 1024 * 1024;
// Of a row, in a message.
constexpr std::size_t kShown = 1000;
// Read on at most behind an error that stops the run, to tell how much of the COPY was not loaded.
constexpr std::size_t kLookAhead = 1024 * 1024;

// Rows of one COPY statement are checked against each other when it ends (keys to the same table), triggers
// are called for each of them: a table with triggers gets its rows in one.
std::string has_triggers(const ObjectName& table) {
  const std::string name =
      table.schema.empty() ? quote_name(table.name) : quote_name(table.schema) + "." + quote_name(table.name);
  return "SELECT 1 FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(" +
         sql_literal(name) + ") AND (relhastriggers OR relkind OPERATOR(pg_catalog.<>) 'r'); ";
}

bool is_splittable(const CopyFormat& format) {
  return format.kind == CopyFormat::Kind::text && !format.header;
}

// COPY ... WHERE leaves rows out.
bool has_where(const std::string& text) { return lower_case(text).find("where") != std::string::npos; }

}  // namespace

// The first step is the COPY itself, or, when an earlier piece of it is done, rows of it.
void Run::copy(Step& first) {
  if (first.kind == Step::Kind::copy) {
    while (auto flight = lane_.land(Lane::Wait::yes)) landed(*flight);
    if (repair_) return repair();
    copy_ = Copy{};
    copy_->header = first;
  } else {
    if (!drain()) return;
    feed_.put_back();
  }
  lane_.leave_pipeline();
  copy_->begun = std::chrono::steady_clock::now();
  copy_->own = !in_transaction(copy_->header);
  copy_->split = copy_->own && is_splittable(copy_->header.header.format);
  said_line_ = copy_->header.line;
  observer_.begun(lane_.number(), copy_->header);
  pieces();
}

std::string Run::begin_piece_sql() const {
  std::string sql;
  if (pending_) {
    const auto ourselves = lane_.as_ourselves(*copy_->header.before);
    sql += ourselves;
    sql += journal_ ? Journal::move_text(pending_->to) : session_guard(std::nullopt, pending_->to.position);
    sql += "; COMMIT; ";
  }
  if (copy_->own) sql += "BEGIN; ";
  if (copy_->own && !copy_->asked) sql += has_triggers(copy_->header.header.table);
  return sql;
}

// False: the COPY was refused, and its data was passed over.
bool Run::begin_piece() {
  const std::string before = begin_piece_sql();
  // The numbers of the commands before the COPY: [SET LOCAL ..., SET LOCAL ...,] move, COMMIT; BEGIN, SELECT.
  const int commit = pending_ ? (lane_.as_ourselves(*copy_->header.before).empty() ? 1 : 3) : -1;
  const int triggers = copy_->own && !copy_->asked ? commit + 2 : -1;
  try {
    lane_.wire().begin_copy(before + copy_->header.text, [&](int command, const Wire::Rows& rows) {
      if (command == commit) copy_committed();
      if (command == triggers) {
        copy_->asked = true;
        if (!rows.empty() && options_.rejects.empty()) copy_->split = false;
      }
    });
    return true;
  } catch (const Wire::Refused& refused) {
    if (lane_.wire().in_transaction() && copy_->own) lane_.wire().query("ROLLBACK");
    if (pending_) {
      pending_.reset();
      commit_refused(refused.error);
      return begin_piece();
    }
    ServerError error = refused.error;
    if (error.position > before.size()) error.position -= before.size();
    header_refused(error);
    return false;
  }
}

// The transaction of a piece is over.
void Run::copy_committed() {
  tell_rejected();
  if (pending_) {
    done_ = pending_->to.position;
    done_sha256_ = pending_->to.sha256;
    feed_.confirm(done_);
    pending_.reset();
  }
  if (auto& copy = committing_ ? committing_ : copy_; copy) {
    copy->rows += std::exchange(copy->waiting, 0);
    copy->counted += std::exchange(copy->waiting_counted, 0);
    copy->waiting_end = 0;
  }
  if (!committing_) return;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - committing_->begun).count();
  observer_.done(lane_.number(), committing_->header, seconds, committing_->counted);
  committing_.reset();
}

void Run::pieces() {
  auto& wire = lane_.wire();
  // A piece whose rows may have to be looked at one by one is held in memory.
  const std::size_t piece_size = rejects_ ? kInMemory : options_.piece;
  while (true) {
    if (!begin_piece()) return;
    const std::uint64_t begin = feed_.kept().empty() ? 0 : feed_.kept().back().end;
    std::uint64_t rows = 0, bytes = 0;
    const Step* last = nullptr;
    try {
      for (bool full = false; !full;) {
        Step& step = *next_waiting();
        if (step.kind == Step::Kind::rows && is_done_ahead(step)) {
          // An earlier run with several lanes has loaded these rows: what stands before them ends here.
          if (last != nullptr) {
            feed_.put_back();
            break;
          }
          copy_->rows += step.rows;
          feed_.confirm(step.end);
          continue;
        }
        last = &step;
        if (step.kind == Step::Kind::copy_end) break;
        wire.put(step.text);
        rows += step.rows;
        bytes += step.text.size();
        observer_.loaded(lane_.number(), step.rows, step.text.size());
        full = copy_->split && step.ends_row && bytes >= piece_size;
        if (feed_.kept_bytes() > kInMemory && !feed_.put_aside()) full = copy_->split && step.ends_row;
        if (!full && (feed_.kept_bytes() > 2 * kInMemory || feed_.bytes_aside() > kAside)) feed_.forget();
      }
    } catch (const Failure&) {
      // The input ends within the data, or cannot be read: what is whole in earlier pieces stays.
      wire.break_copy("the dump ends inside of this COPY data");
      throw;
    }
    try {
      const std::uint64_t counted = wire.end_copy();
      // What COMMIT would refuse has to be known while the rows can be looked at one by one.
      if (rejects_ && copy_->own) wire.query("SET CONSTRAINTS ALL IMMEDIATE");
      copy_->waiting_counted = counted;
      const bool plain =
          copy_->header.header.format.kind == CopyFormat::Kind::text && !has_where(copy_->header.text);
      if (plain && counted != rows) {
        Notice notice;
        notice.line = copy_->header.line;
        notice.message =
            "the server has taken " + std::to_string(counted) + " rows of " + std::to_string(rows);
        notice.detail = "a trigger or a rule of the table may leave rows out";
        observer_.warning(notice);
      }
    } catch (const Wire::Refused& refused) {
      if (copy_->own) wire.query("ROLLBACK");
      // Parts of a COPY with a header line would each need one.
      if (!rejects_ || feed_.has_forgotten() || !copy_->own || copy_->header.header.format.header)
        return piece_refused(refused.error, begin);
      const auto size = rejects_.size();
      try {
        copy_->waiting_counted = 0;
        salvage(piece_from(begin), refused.error);
      } catch (const Wire::Refused& other) {
        wire.query("ROLLBACK");
        rejects_.cut(size);
        rejected_.clear();
        return piece_refused(other.error, begin);
      }
    }
    const bool ended = last->kind == Step::Kind::copy_end;
    copy_->waiting = rows;
    copy_->waiting_end = last->end;
    if (copy_->own) {
      pending_ = {behind(*last), last};
      chain_ = last->end;
      if (rejects_) {  // what a COMMIT refuses can be looked for only now
        settle();
        drain();
        lane_.leave_pipeline();
      }
    }
    if (ended) break;
  }
  committing_ = std::move(copy_);
  copy_.reset();
  if (!committing_->own || !pending_) copy_committed();
}

Run::Piece Run::piece_from(std::uint64_t begin) const {
  Piece piece;
  piece.before = copy_->rows;
  for (const auto& step : feed_.kept()) {
    if (step.kind != Step::Kind::rows || step.offset < begin) continue;
    const std::string text = feed_.text_of(step);
    if (piece.bytes.empty()) {
      piece.offset = step.end - text.size();
      piece.line = step.line;
    }
    piece.bytes += text;
  }
  return piece;
}

// Reads to the end of the COPY's data, which is not loaded, and tells what was wrong.
Observer::Weight Run::pass_over(Incident& incident) {
  try {
    read_over(incident);
  } catch (const Failure&) {
    tell(incident);  // two things are wrong
    throw;
  }
  if (verifier_) verifier_->not_loaded(copy_->header);
  return tell(incident);
}

void Run::read_over(Incident& incident) {
  const bool stops = options_.on_error == RestoreOptions::OnError::stop && !options_.expects_harmless_errors;
  std::size_t bytes = 0;
  while (true) {
    const auto& kept = feed_.kept();
    const bool at_end = !kept.empty() && kept.back().kind == Step::Kind::copy_end;
    if (at_end) break;
    // A run that stops waits for nobody.
    Step* step = stops ? feed_.try_next() : next_waiting();
    for (int wait = 0; step == nullptr && wait < 10; ++wait) {
      wait_for_step();
      step = feed_.try_next();
    }
    if (step == nullptr || (stops && bytes > kLookAhead)) return;
    if (step->kind == Step::Kind::rows) {
      incident.rows_skipped += step->rows;
      incident.last_line = step->end_line - (step->ends_row ? 1 : 0);
      bytes += step->text.size();
      feed_.forget();
    }
  }
}

// The statement itself: no such table, no right to it.
void Run::header_refused(const ServerError& error) {
  Incident incident = incident_of(copy_->header, error);
  incident.rows_loaded = copy_->rows;
  result_.line = copy_->header.line;
  if (!copy_->own) transaction_failed_ = true;
  const auto weight = pass_over(incident);
  const bool own = copy_->own;
  copy_.reset();
  stop_unless_harmless(weight);
  if (!own) return;  // the transaction is kept: it is begun anew when the connection is lost
  move_to(feed_.kept().back());
  feed_.confirm(feed_.kept().back().end);
}

void Run::piece_refused(const ServerError& error, std::uint64_t begin) {
  Incident incident = incident_of(copy_->header, error);
  incident.rows_loaded = copy_->own ? copy_->rows : 0;
  if (const auto place = copy_place_of(error, copy_->header)) {
    Incident::Row row;
    row.number = copy_->rows + place->row;
    RowFinder finder(copy_->header.header.format, place->row);
    const bool is_text = copy_->header.header.format.kind == CopyFormat::Kind::text;
    std::uint64_t first_line = 0;
    for (const auto& step : feed_.kept())
      if (step.kind == Step::Kind::rows && step.offset >= begin && !feed_.has_forgotten()) {
        if (first_line == 0) first_line = step.line;
        finder.look(step, feed_.text_of(step));
      }
    finder.found(row);
    row.column = place->column;
    // In CSV the server counts lines, which are rows only as long as none has a line feed in it.
    if (is_text || row.line + 1 == first_line + place->row) incident.row = row;
  }
  for (const auto& step : feed_.kept())
    if (step.kind == Step::Kind::rows && step.offset >= copy_->header.offset) {
      incident.rows_skipped += step.rows;
      incident.last_line = step.end_line - (step.ends_row ? 1 : 0);
    }
  result_.line = incident.row && incident.row->line > 0 ? incident.row->line : copy_->header.line;
  if (!copy_->own) transaction_failed_ = true;
  const auto weight = pass_over(incident);
  const bool own = copy_->own;
  copy_.reset();
  stop_unless_harmless(weight);
  if (!own) return;
  move_to(feed_.kept().back());
  feed_.confirm(feed_.kept().back().end);
}

// A constraint that is checked at the end of the transaction.
void Run::commit_refused(const ServerError& error) {
  Copy& copy = committing_ ? *committing_ : *copy_;
  Incident incident = incident_of(copy.header, error);
  incident.rows_loaded = copy.rows;
  incident.rows_skipped = copy.waiting;
  copy.waiting = copy.waiting_counted = copy.waiting_end = 0;
  result_.line = copy.header.line;
  if (verifier_) verifier_->not_loaded(copy.header);
  committing_.reset();
  stop_unless_harmless(tell(incident));
}

// --- --rejects

// Loads ROWS in a part of the open transaction that can be taken back. The error that the server has for
// them, if it has one.
std::optional<ServerError> Run::try_rows(std::string_view rows) {
  auto& wire = lane_.wire();
  try {
    wire.begin_copy("SAVEPOINT pgsluice; " + copy_->header.text, [](int, const Wire::Rows&) {});
    wire.put(rows);
    const auto counted = wire.end_copy();
    wire.query("SET CONSTRAINTS ALL IMMEDIATE; RELEASE pgsluice");
    copy_->waiting_counted += counted;
    return std::nullopt;
  } catch (const Wire::Refused& refused) {
    wire.query("ROLLBACK TO pgsluice");
    return refused.error;
  }
}

// Loads the rows [FROM, TO) that the server takes, in order, and puts the others into the file. ERROR is what
// it has said to all of them.
void Run::sieve(const Piece& piece, const Rows& rows, std::size_t from, std::size_t to,
                std::optional<ServerError> error) {
  while (from < to) {
    if (!error) error = try_rows(rows.between(piece, from, to));
    if (!error) return;
    // Bad values, and rows that a constraint or a trigger does not want. Anything else is no matter of rows.
    if (!error->sqlstate.starts_with("22") && !error->sqlstate.starts_with("23") &&
        !error->sqlstate.starts_with("P0"))
      throw Wire::Refused{*error};
    auto place = copy_place_of(*error, copy_->header);
    // In CSV the server counts lines.
    if (copy_->header.header.format.kind != CopyFormat::Kind::text) place.reset();
    if (place && place->row <= to - from) {
      const std::size_t bad = from + static_cast<std::size_t>(place->row) - 1;
      sieve(piece, rows, from, bad, std::nullopt);
      reject(piece, rows, bad, *error);
      from = bad + 1;
    } else if (to - from == 1) {
      reject(piece, rows, from, *error);
      return;
    } else {
      // A key that is missing elsewhere: the server does not say whose.
      const std::size_t middle = from + (to - from) / 2;
      sieve(piece, rows, from, middle, std::nullopt);
      from = middle;
    }
    error.reset();
  }
}

void Run::reject(const Piece& piece, const Rows& rows, std::size_t row, const ServerError& error) {
  std::string_view bytes = rows.between(piece, row, row + 1);
  if (bytes.ends_with('\n')) bytes.remove_suffix(1);
  Incident incident = incident_of(copy_->header, error);
  Incident::Row one;
  one.number = piece.before + row + 1;
  one.line = rows.lines[row];
  one.offset = piece.offset + rows.begins[row];
  one.bytes.assign(bytes.substr(0, kShown));
  if (const auto place = copy_place_of(error, copy_->header)) one.column = place->column;
  incident.row = one;
  rejects_.add(copy_->header.text,
               name_ + ":" + std::to_string(one.line) + ": row " + std::to_string(one.number) + ": " +
                   error.sqlstate + ": " + error.message,
               bytes);
  rejected_.push_back({std::move(incident), std::string(bytes)});
}

// Their transaction is over.
void Run::tell_rejected() {
  for (const auto& one : std::exchange(rejected_, {})) {
    ++result_.errors;
    ++result_.rejected;
    if (verifier_) verifier_->rejected(one.bytes);
    observer_.rejected(one.incident);
  }
}

// The rows of a piece that was refused as a whole, in one transaction, which is left open.
void Run::salvage(const Piece& piece, const ServerError& error) {
  Rows rows;
  RowSplitter splitter(copy_->header.header.format, 1);
  std::string_view bytes = piece.bytes;
  RowSplitter::Row row;
  while (splitter.next(bytes, row) || splitter.last(row)) {
    rows.begins.push_back(static_cast<std::size_t>(row.offset));
    rows.lines.push_back(piece.line + row.lines);
  }
  rows.begins.push_back(piece.bytes.size());
  lane_.wire().query("BEGIN");
  sieve(piece, rows, 0, rows.lines.size(), error);
  rejects_.flush();
}

}  // namespace sluice
