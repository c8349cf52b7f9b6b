#include "tools/pg-restore-stream/teller.hpp"

#include <algorithm>
#include <cerrno>

#include "libfilter/restore/secrets.hpp"
#include "tools/pg-restore-stream/report.hpp"
#include "tools/pg-restore-stream/say.hpp"

namespace sluice {
namespace {

// Rejected rows, and warnings of the server, that are told one by one.
constexpr std::uint64_t kTold = 10;
constexpr std::uint64_t kWarnings = 100;

}  // namespace

Teller::Teller(const Config& config, const Settings& settings, std::string file,
               std::function<const AdviceBook&()> book, const Messages& messages)
    : config_(config),
      settings_(settings),
      file_(std::move(file)),
      book_(std::move(book)),
      messages_(messages),
      causes_(config.ignore),
      tally_(report_),
      progress_(messages.tool(), config.progress) {
  const auto endpoint = settings.endpoints().front();
  report_.input.name = file_;
  report_.target.host = endpoint.host;
  report_.target.port = endpoint.port;
  report_.target.user = settings.value("user");
  report_.options = config.told;
  report_.verify = config.verify == Config::Verify::none    ? "none"
                   : config.verify == Config::Verify::count ? "count"
                                                            : "digest";
  report_.rejects_file = config.restore.rejects;
  report_.started = std::time(nullptr);
}

std::string Teller::place(std::uint64_t line) const {
  return file_ + (line > 0 ? ":" + std::to_string(line) : "");
}

Said Teller::explain(const Incident& incident) {
  if (!explainer_) {
    const auto& book = book_();
    Attempt attempt;
    attempt.endpoint = settings_.endpoints().front();
    Explainer::Surroundings surroundings;
    surroundings.file = file_;
    const auto* service = book.recognise(attempt.endpoint.host, attempt.endpoint.port);
    surroundings.service = service == nullptr ? "" : service->id;
    surroundings.server_version = facts_.version_number;
    surroundings.superuser = facts_.superuser;
    surroundings.values = particulars(attempt, settings_, book);
    surroundings.rules = rule_library;
    report_.target.service = surroundings.service;
    explainer_.emplace(book, std::move(surroundings));
  }
  return explainer_->explain(incident);
}

Observer::Weight Teller::incident(const Incident& incident) {
  using Kind = Causes::Verdict::Kind;
  const auto verdict = causes_.judge(incident);
  Said said;
  if (verdict.kind == Kind::root) {
    said = explain(incident);
    progress_.clear();
    say(said, messages_);
  } else if (messages_.volume() == Messages::Volume::verbose) {
    progress_.clear();
    const std::string why = verdict.kind == Kind::consequence ? "follows from line "
                            : verdict.kind == Kind::repeat    ? "the same as on line "
                                                              : "ignored";
    messages_.note(place(incident.line) + ": " + printable(incident.error.message, 300) + " (" +
                   incident.error.sqlstate + "): " + why +
                   (verdict.kind == Kind::ignored ? "" : std::to_string(verdict.root_line)));
  }
  tally_.failed(incident, said, verdict);
  return verdict.kind == Kind::ignored ? Weight::harmless : Weight::error;
}

void Teller::rejected(const Incident& incident) {
  if (report_.rejected_rows++ >= kTold) return;
  progress_.clear();
  const Said said = explain(incident);
  messages_.warning(said.error);
  for (const auto& detail : said.details) messages_.detail(detail);
  if (report_.rejected_rows == kTold)
    messages_.note("further rejected rows are only written to " + printable(config_.restore.rejects));
}

Teller::Work& Teller::work(int lane) {
  const auto number = static_cast<std::size_t>(lane);
  if (lanes_.size() <= number) lanes_.resize(number + 1);
  return lanes_[number];
}

void Teller::begun(int lane, const Step& step) {
  Work& one = work(lane);
  one.what = label_of(step.object);
  one.rows = one.bytes = 0;
  one.begun = Clock::now();
  phase_ = word_of(step.object.section);
}

void Teller::loaded(int lane, std::uint64_t rows, std::uint64_t bytes) {
  Work& one = work(lane);
  one.rows += rows;
  one.bytes += bytes;
  rows_ += rows;
}

void Teller::done(int lane, const Step& step, double seconds, std::uint64_t rows) {
  Work& one = work(lane);
  tally_.done(step, seconds, rows, step.kind == Step::Kind::copy ? one.bytes : 0);
  if (step.object.section != Section::none) phase_ = word_of(step.object.section);
  one.what.clear();
}

void Teller::connected(int lane, int pid, const ServerFacts& facts) {
  work(lane).pid = pid;
  if (lane != 0) return;
  if (facts_.database.empty()) expect_interrupts();
  if (!facts_.database.empty() && facts_.database != facts.database) causes_.connected();
  facts_ = facts;
  report_.target.server_version = facts.version;
  auto& databases = report_.target.databases;
  if (std::find(databases.begin(), databases.end(), facts.database) == databases.end())
    databases.push_back(facts.database);
}

void Teller::mended(int, const std::string& words, int tries) {
  ++report_.connections_lost;
  ++report_.connections_mended;
  report_.retries += static_cast<std::uint64_t>(tries);
  note("the connection was lost (" + printable(words, 200) + ") and made anew; nothing is done twice");
}

void Teller::server_said(const ServerError& words, std::uint64_t line) {
  const bool warning = words.severity == "WARNING";
  if (!warning && messages_.volume() != Messages::Volume::verbose) return;
  if (++warnings_ > kWarnings) return;
  progress_.clear();
  const std::string text = place(line) + ": " + printable(words.message, 500);
  if (warning)
    messages_.warning(text, printable(words.detail, 500), printable(words.hint, 500));
  else
    messages_.note(text);
  if (warnings_ == kWarnings) messages_.note("further notices of the server are not shown");
}

void Teller::note(const std::string& text) {
  progress_.clear();
  messages_.note(text);
}

void Teller::warning(const Notice& notice) {
  progress_.clear();
  messages_.warning((notice.line > 0 ? place(notice.line) + ": " : "") + notice.message, notice.detail,
                    notice.hint);
}

void Teller::without_journal(const Notice& why) {
  warning(why);
  journal_ = false;
  expect_interrupts();
}

Ending Teller::how_to_go_on() const {
  Ending ending;
  ending.goes_on = config_.restore.single_transaction ? Ending::GoesOn::anew
                   : journal_                         ? Ending::GoesOn::by_resume
                                                      : Ending::GoesOn::not_possible;
  ending.from_pipe = config_.input == "-";
  ending.command = config_.command_again;
  return ending;
}

void Teller::expect_interrupts() const {
  if (messages_.volume() == Messages::Volume::quiet) return;
  const auto words = what_stays(how_to_go_on());
  const auto line = [this](const std::string& level, const std::string& text) {
    return text.empty() ? "" : messages_.tool() + ": " + level + ": " + text + "\n";
  };
  catch_interrupts(line("note", "interrupted; " + words.note) + line("hint", words.hint));
}

void Teller::reading(std::uint64_t bytes, std::optional<std::uint64_t> total) {
  read_ = bytes;
  total_ = total;
}

void Teller::tick() {
  if (!progress_.due()) return;
  ProgressState state;
  state.bytes = read_;
  state.total = total_;
  state.rows = rows_;
  state.phase = phase_;
  for (const auto& one : lanes_) {
    ProgressState::Lane lane;
    lane.pid = one.pid;
    lane.what = one.what;
    lane.rows = one.rows;
    lane.bytes = one.bytes;
    lane.seconds = one.what.empty() ? 0 : std::chrono::duration<double>(Clock::now() - one.begun).count();
    if (state.what.empty()) state.what = one.what;
    state.lanes.push_back(std::move(lane));
  }
  progress_.update(state);
}

void Teller::say_verified() const {
  std::size_t equal = 0;
  for (const auto& table : report_.verified) {
    equal += table.equal ? 1 : 0;
    if (!table.equal)
      messages_.warning(verified_text(table));
    else if (messages_.volume() == Messages::Volume::verbose)
      messages_.note(verified_text(table));
  }
  if (report_.verify != "none")
    messages_.note("verified: " + std::to_string(equal) + " of " + std::to_string(report_.verified.size()) +
                   " tables as in the dump");
}

void Teller::write_report(int status) {
  if (reported()) return;
  reported_ = true;
  report_.status = status;
  tally_.finish();
  sluice::write_report(report_, config_.report);
}

void Teller::end(const std::optional<RestoreResult>& result) {
  if (reported_) return;
  progress_.clear();
  report_.ended = std::time(nullptr);
  report_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  if (result) {
    report_.input.bytes = result->position;
    report_.input.lines = result->line;
    report_.input.sha256 = result->sha256;
    if (result->resumed) report_.resumed_from = {result->resumed->second, result->resumed->first};
    if (!result->finished && !result->nothing_left) report_.stopped_at = {result->line, result->position};
  }
  if (result) {
    report_.verified = result->verified;
    say_verified();
  }
  if (!result) {
    // Of a run that was refused nothing stays, and that is no news.
    if (report_.statements.run == 0) return;
    const auto words = what_stays(how_to_go_on());
    messages_.note("stopped; " + words.note);
    if (!words.hint.empty()) messages_.hint(words.hint);
    return;
  }
  if (result->nothing_left) return;
  journal_ = result->journal;
  Ending ending = how_to_go_on();
  ending.how = result->finished ? Ending::How::done : Ending::How::stopped;
  ending.file = file_;
  ending.errors = causes_.roots();
  ending.consequences = causes_.consequences();
  ending.repeats = causes_.repeats();
  ending.ignored = causes_.ignored();
  ending.rejected_rows = report_.rejected_rows;
  ending.rejects_file = config_.restore.rejects;
  ending.statements = report_.statements.run;
  ending.rows = report_.rows;
  ending.seconds = report_.seconds;
  ending.line = result->line;
  say_end(ending, messages_);
}

}  // namespace sluice
