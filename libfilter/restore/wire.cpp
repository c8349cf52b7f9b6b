#include "libfilter/restore/wire.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

namespace sluice {
namespace {

constexpr int kTick = 100;  // milliseconds
// What libpq takes at once: it copies it into a buffer that never shrinks.
constexpr std::size_t kPut = 64 * 1024;

std::string trimmed(std::string words) {
  while (!words.empty() && words.back() == '\n') words.pop_back();
  return words;
}

Wire::Rows rows_of(const PGresult* result) {
  Wire::Rows rows(static_cast<std::size_t>(PQntuples(result)));
  for (int r = 0; r < PQntuples(result); ++r)
    for (int c = 0; c < PQnfields(result); ++c)
      rows[static_cast<std::size_t>(r)].push_back(PQgetisnull(result, r, c) != 0
                                                      ? std::nullopt
                                                      : std::optional<std::string>(PQgetvalue(result, r, c)));
  return rows;
}

bool is_error(const PGresult* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR;
}

}  // namespace

void ClearResult::operator()(pg_result* result) const { PQclear(result); }

std::string sql_literal(std::string_view text) {
  std::string out = " E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return out + "'";
}

Wire::Wire(Connection connection, Tick tick, Notice notice)
    : connection_(std::move(connection)), tick_(std::move(tick)), notice_(std::move(notice)) {
  PQsetNoticeReceiver(
      connection_.get(),
      [](void* wire, const PGresult* result) {
        const auto* self = static_cast<const Wire*>(wire);
        if (self->notice_) self->notice_(server_error_of(result));
      },
      this);
  PQsetErrorVerbosity(connection_.get(), PQERRORS_DEFAULT);
  pid_ = PQbackendPID(connection_.get());
}

Wire::~Wire() = default;

int Wire::pid() const { return pid_; }
void Wire::ask_pid() {
  pid_ = std::atoi(query("SELECT pg_catalog.pg_backend_pid()").at(0).at(0).value_or("0").c_str());
}
bool Wire::in_transaction() const { return PQtransactionStatus(connection_.get()) != PQTRANS_IDLE; }
int Wire::version() const { return PQserverVersion(connection_.get()); }
int Wire::socket() const { return PQsocket(connection_.get()); }

std::string Wire::parameter(const char* name) const {
  const char* value = PQparameterStatus(connection_.get(), name);
  return value == nullptr ? "" : value;
}

void Wire::lost() const { throw Lost{trimmed(PQerrorMessage(connection_.get()))}; }

// An error that the connection does not outlive is no answer to the command.
void Wire::check(const pg_result* result) const {
  if (result == nullptr || !is_error(result)) return;
  const auto error = server_error_of(result);
  if (PQstatus(connection_.get()) == CONNECTION_BAD || error.severity == "FATAL" ||
      error.severity == "PANIC" || error.sqlstate.empty())
    throw Lost{trimmed(error.message)};
}

void Wire::wait(int fd) {
  for (int turn = 0; turn < 10; ++turn) {
    std::array<pollfd, 2> waiting{{{socket(), POLLIN, 0}, {fd, POLLIN, 0}}};
    const int ready = ::poll(waiting.data(), fd == -1 ? 1 : 2, kTick);
    if (tick_) tick_();
    if (ready > 0) {
      if (waiting[0].revents != 0 && PQconsumeInput(connection_.get()) == 0) lost();
      return;
    }
  }
}

bool Wire::ready() {
  if (PQisBusy(connection_.get()) == 0) return true;
  pollfd waiting{socket(), POLLIN, 0};
  if (::poll(&waiting, 1, 0) > 0 && PQconsumeInput(connection_.get()) == 0) lost();
  return PQisBusy(connection_.get()) == 0;
}

Result Wire::take() {
  while (PQisBusy(connection_.get()) != 0) wait(-1);
  Result result(PQgetResult(connection_.get()));
  check(result.get());
  if (result == nullptr && PQstatus(connection_.get()) == CONNECTION_BAD) lost();
  return result;
}

Wire::Rows Wire::query(const std::string& sql) {
  answered_ = 0;
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) lost();
  Rows rows;
  std::optional<ServerError> error;
  while (Result result = take()) {
    switch (PQresultStatus(result.get())) {
      case PGRES_TUPLES_OK:
        rows = rows_of(result.get());
        break;
      case PGRES_COPY_OUT: {
        char* line = nullptr;
        while (PQgetCopyData(connection_.get(), &line, 0) > 0) PQfreemem(line);
        break;
      }
      case PGRES_COPY_IN:
        PQputCopyEnd(connection_.get(), "pgsluice has no data for it");
        break;
      default:
        if (is_error(result.get()) && !error) error = server_error_of(result.get());
    }
    if (!error) ++answered_;
  }
  if (error) throw Refused{*error};
  return rows;
}

void Wire::begin_copy(const std::string& sql, const std::function<void(int, const Rows&)>& before) {
  answered_ = 0;
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) lost();
  std::optional<ServerError> error;
  while (Result result = take()) {
    if (PQresultStatus(result.get()) == PGRES_COPY_IN) return;
    if (is_error(result.get())) {
      error = server_error_of(result.get());
    } else if (!error) {
      before(answered_, rows_of(result.get()));
      ++answered_;
    }
  }
  if (!error) {
    error.emplace();
    error->severity = "ERROR";
    error->message = "the server did not ask for COPY data";
  }
  throw Refused{*error};
}

void Wire::put(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, kPut);
    // libpq would wait without a tick; and what the server says meanwhile (notices) has to be taken from it.
    for (bool writable = false; !writable;) {
      pollfd waiting{socket(), POLLOUT | POLLIN, 0};
      const int ready = ::poll(&waiting, 1, kTick);
      if (ready > 0 && (waiting.revents & POLLIN) != 0 && PQconsumeInput(connection_.get()) == 0) lost();
      writable = ready > 0 && (waiting.revents & ~POLLIN) != 0;
      if (!writable && tick_) tick_();
    }
    if (PQputCopyData(connection_.get(), part.data(), static_cast<int>(part.size())) != 1) lost();
    bytes.remove_prefix(part.size());
    if (tick_) tick_();
  }
}

std::uint64_t Wire::end_copy() {
  if (PQputCopyEnd(connection_.get(), nullptr) != 1) lost();
  std::uint64_t rows = 0;
  std::optional<ServerError> error;
  while (Result result = take()) {
    if (is_error(result.get()))
      error = server_error_of(result.get());
    else
      rows = std::strtoull(PQcmdTuples(result.get()), nullptr, 10);
  }
  if (error) throw Refused{*error};
  return rows;
}

void Wire::break_copy(const char* why) {
  if (PQputCopyEnd(connection_.get(), why) != 1) lost();
  while (take() != nullptr) {
  }
}

void Wire::enter_pipeline() {
  if (PQenterPipelineMode(connection_.get()) == 0) lost();
  in_pipeline_ = true;
}

void Wire::leave_pipeline() {
  if (PQexitPipelineMode(connection_.get()) == 0) lost();
  in_pipeline_ = false;
}

void Wire::send(const std::string& sql) {
  if (PQsendQueryParams(connection_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 0)
    lost();
}

void Wire::send_prepared(const char* name, const std::vector<std::optional<std::string>>& parameters) {
  std::vector<const char*> values;
  for (const auto& one : parameters) values.push_back(one ? one->c_str() : nullptr);
  if (PQsendQueryPrepared(connection_.get(), name, static_cast<int>(values.size()), values.data(), nullptr,
                          nullptr, 0) == 0)
    lost();
}

void Wire::prepare(const char* name, const std::string& sql) {
  if (PQsendPrepare(connection_.get(), name, sql.c_str(), 0, nullptr) == 0) lost();
  std::optional<ServerError> error;
  while (Result result = take())
    if (is_error(result.get())) error = server_error_of(result.get());
  if (error) throw Refused{*error};
}

void Wire::sync() {
  if (PQpipelineSync(connection_.get()) == 0) lost();
}

// Row by row: what a SELECT in a dump returns is thrown away, and may be large.
Result Wire::next() {
  while (true) {
    PQsetSingleRowMode(connection_.get());
    Result result = take();
    if (result == nullptr || PQresultStatus(result.get()) != PGRES_SINGLE_TUPLE) return result;
  }
}

struct Wire::Cancel::State {
  std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> handle{nullptr, PQfreeCancel};
};

Wire::Cancel::Cancel(const Wire& wire) : state_(std::make_unique<State>()) {
  state_->handle.reset(PQgetCancel(wire.connection_.get()));
}
Wire::Cancel::~Cancel() = default;

void Wire::Cancel::operator()() const {
  std::array<char, 256> words{};
  PQcancel(state_->handle.get(), words.data(), static_cast<int>(words.size()));
}

void Wire::read_rows(const std::string& sql, const std::function<void(std::string_view)>& row) {
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) lost();
  std::optional<ServerError> error;
  while (Result result = take()) {
    if (is_error(result.get())) error = server_error_of(result.get());
    if (PQresultStatus(result.get()) != PGRES_COPY_OUT) continue;
    for (std::uint64_t rows = 0;; ++rows) {
      constexpr std::uint64_t kRowsPerTick = 4096;
      char* bytes = nullptr;
      const int length = PQgetCopyData(connection_.get(), &bytes, 1);
      const std::unique_ptr<char, decltype(&PQfreemem)> owned(bytes, &PQfreemem);
      if (length == -1) break;
      if (length < -1) lost();
      if (length == 0)
        wait(-1);
      else
        row({bytes, static_cast<std::size_t>(length)});
      if (rows % kRowsPerTick == 0 && tick_) tick_();
    }
  }
  if (error) throw Refused{*error};
}

}  // namespace sluice
