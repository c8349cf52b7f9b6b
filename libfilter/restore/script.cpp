// How units become steps.
//
// A step's extent begins where the one before ends. What is read is hashed as it is taken into an extent, so
// that the digest at a step's end is that of all bytes up to there, though the reader may be further on in
// COPY data. That is gathered up to a stretch and cut at the last row's end in it, whatever the pieces in
// which it came: the steps are the same for every way to read.
//
// A COPY is given when its data has begun, because what else stands on its line has to be seen first.
#include "libfilter/restore/script.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "libfilter/dump/names.hpp"
#include "libfilter/dump/soundness.hpp"
#include "libfilter/lex/scan.hpp"
#include "libfilter/restore/commands.hpp"
#include "libfilter/restore/kinds.hpp"
#include "libfilter/restore/row_ends.hpp"
#include "libfilter/restore/sharing.hpp"

namespace sluice {
namespace {

// Whatever is no row of an INSERT or a name of a COPY: enough for every statement that people write.
constexpr std::size_t kTokens = 4096;

std::size_t wanted(const void*, std::string_view first, std::string_view) {
  if (equal_ignoring_case(first, "insert")) return Lexer::kHeadTokens;
  return equal_ignoring_case(first, "copy") ? Lexer::kAllTokens : kTokens;
}

UnitReader::Start start_of(const Script::Options& options, const ResumePoint* point) {
  UnitReader::Start start;
  start.session.keep_settings();
  start.session.begin(options.standard_conforming_strings, options.client_encoding);
  if (point == nullptr) return start;
  const auto& settings = point->session.settings;
  start.session.go_on(
      {point->standard_conforming_strings, point->client_encoding,
       settings.empty() ? nullptr : std::make_shared<const std::decay_t<decltype(settings)>>(settings),
       point->session.database.empty() ? std::nullopt : std::optional(point->session.database),
       point->restrict_key.empty() ? std::nullopt : std::optional(point->restrict_key)});
  start.line = point->line;
  start.this_line = point->this_line;
  return start;
}

}  // namespace

struct Script::State {
  State(Source& the_source, const Options& the_options, const ResumePoint* point);

  Step next();
  std::optional<Step> statement(const Unit& first);
  std::optional<Step> meta_command(const Unit& unit);
  void check_meta(std::string_view bytes, std::span<const Token> tokens, std::uint64_t first_line);
  void check_nul(std::string_view bytes, const Lexer::Flags& flags);
  void await_data(const Step& step);
  void take_data(const Unit& unit);
  Step next_of_copy();
  Step rows(std::size_t length, std::uint64_t count);
  RowEnds::Found scan(std::size_t length);

  void take(std::string_view bytes);
  void follow_session();
  std::string point();
  Step finish(Step step);

  std::string place(std::uint64_t of_line) const {
    return source.name() + ':' + std::to_string(of_line) + ": ";
  }
  Failure refused(std::uint64_t of_line, const std::string& message, std::string hint = {}) const {
    return Failure(Failure::Kind::unsound_input, place(of_line) + message, {}, std::move(hint));
  }

  Source& source;
  Options options;
  UnitReader reader;
  Sha256 digest;             // of the bytes before `at`
  std::uint64_t begin = 0;   // of the extent
  std::uint64_t at = 0;      // what is behind it is in no extent yet
  std::uint64_t line = 1;    // on which `at` stands
  std::string resume_point;  // of the extent's beginning
  std::string restrict_key;
  std::string database;
  std::string schema;      // of names without one; empty: unknown
  bool temporary = false;  // they may mean a temporary table
  bool in_transaction = false;
  bool ended = false;
  std::shared_ptr<const SessionState> session;
  Session::Settings settings;  // those that `session` holds

  // ResumePoint::rest(), and what it was made of.
  std::string rest;
  struct Known {
    const SessionState* session = nullptr;
    std::string restrict_key, client_encoding;
    Lexer::Settings this_line;
    bool strings = true, temporary = false;
    bool operator==(const Known&) const = default;
  };
  Known known;

  // COPY data.
  enum class Data : std::uint8_t { none, goes_on, whole, cut_off };
  Data data = Data::none;
  std::string gathered;   // without the end marker
  std::size_t given = 0;  // bytes of it
  std::string marker;
  bool any_rows = false;  // a step of them was given
  std::optional<RowEnds> row_ends;
  CopyFormat::Kind data_kind = CopyFormat::Kind::text;
};

Script::State::State(Source& the_source, const Options& the_options, const ResumePoint* point)
    : source(the_source),
      options(the_options),
      reader((point == nullptr ? refuse_foreign(the_source) : void(), the_source), the_options.hold,
             start_of(the_options, point)) {
  options.stretch = std::max<std::size_t>(options.stretch, 1);
  reader.want_tokens(&wanted, nullptr);
  begin = at = source.offset();
  if (point != nullptr) {
    if (point->offset != at) throw std::logic_error("a script is read on from where its source stands");
    digest = Sha256::restore(point->sha256_state);
    line = point->line;
    restrict_key = point->restrict_key;
    database = point->session.database;
    temporary = point->temporary;
  }
  follow_session();
}

// What has been read goes into the extent.
void Script::State::take(std::string_view bytes) {
  digest.update(bytes);
  at += bytes.size();
  line += count_line_feeds(bytes);
}

void Script::State::follow_session() {
  if (session && settings == reader.session().settings() && database == session->database) return;
  settings = reader.session().settings();
  auto state = std::make_shared<SessionState>();
  state->database = database;
  if (settings) state->settings = *settings;
  schema.clear();
  for (const auto& [name, text] : state->settings)
    if (name == "search_path") schema = only_schema(text);
  session = std::move(state);
}

std::string Script::State::point() {
  const auto& lexer = reader.lexer();
  const auto now = reader.session().lexer_settings();
  Known current{session.get(),
                restrict_key,
                reader.session().client_encoding(),
                lexer.sampled(),
                now.standard_conforming_strings,
                temporary};
  if (rest.empty() || !(current == known)) {
    ResumePoint point;
    point.session = *session;
    point.restrict_key = restrict_key;
    point.standard_conforming_strings = current.strings;
    point.client_encoding = current.client_encoding;
    point.this_line = current.this_line;
    point.temporary = temporary;
    rest = point.rest();
    known = std::move(current);
  }
  return ResumePoint::text(at, line, digest.save(), rest);
}

// The extent ends here.
Step Script::State::finish(Step step) {
  step.offset = begin;
  step.end = begin = at;
  step.end_line = line;
  step.sha256 = digest.hex();
  if (!step.before) step.before = session;
  follow_session();
  step.after = session;
  return step;
}

Step Script::State::next() {
  if (ended) throw std::logic_error("the last step was given");
  if (data != Data::none) return next_of_copy();
  resume_point = in_transaction ? std::string() : point();
  for (;;) {
    const Unit* unit = reader.next();
    if (unit == nullptr) break;
    std::optional<Step> step;
    switch (unit->kind) {
      case UnitKind::space:
        check_nul(unit->bytes, unit->flags);
        take(unit->bytes);
        break;
      case UnitKind::statement:
        step = statement(*unit);
        break;
      case UnitKind::meta_command:
        step = meta_command(*unit);
        break;
      case UnitKind::copy_data:
        throw refused(unit->line, "COPY data without its COPY");
    }
    if (step) return std::move(*step);
  }
  ended = true;
  Step step;
  step.line = line;
  step.in_transaction = in_transaction;
  step.resume_point = std::move(resume_point);
  return finish(std::move(step));
}

void Script::State::check_nul(std::string_view bytes, const Lexer::Flags& flags) {
  if (!flags.nul) return;
  const auto nul = bytes.find('\0');
  if (nul == bytes.npos) return;
  throw Failure(Failure::Kind::unsound_input,
                place(line + count_line_feeds(bytes.substr(0, nul))) + "a NUL byte in SQL text",
                "it is byte " + std::to_string(at + nul) +
                    ": the server takes none, and would see a statement cut short",
                "pg_dump writes none; is the file damaged?");
}

// psql would run these while it reads the statement.
void Script::State::check_meta(std::string_view bytes, std::span<const Token> tokens,
                               std::uint64_t first_line) {
  for (const auto& token : tokens) {
    if (token.kind != TokenKind::meta) continue;
    const auto name = token.of(bytes);
    if (name == "\\;" || name == "\\:") continue;
    throw refused_command(place(first_line + count_line_feeds(bytes.substr(0, token.begin))), name);
  }
}

std::optional<Step> Script::State::meta_command(const Unit& unit) {
  check_nul(unit.bytes, unit.flags);
  const std::string where = place(unit.line);
  const auto name = unit.tokens.empty() ? std::string_view("\\") : unit.tokens[0].of(unit.bytes);
  if (!restrict_key.empty() && name != "\\unrestrict")
    throw refused(unit.line, printable(name, 60) + ": backslash commands are restricted behind \\restrict",
                  "pg_dump writes none there: where does this script come from?");
  const bool connects = name == "\\connect" || name == "\\c";
  // pg_dumpall writes one in front of a \connect whose name psql might not read else.
  const bool encodes = name == "\\encoding" && !encoding_named(unit.bytes, unit.tokens).empty();
  const bool known = connects || encodes || name == "\\restrict" || name == "\\unrestrict";
  if (!known || unit.part != Part::whole) throw refused_command(where, name);
  Step step;
  if (connects) {
    if (in_transaction)
      throw refused(unit.line, "\\connect inside a transaction: what that did would be lost",
                    "end it with COMMIT first");
    step.text = database_to_connect(where, unit.bytes, unit.tokens.subspan(1), database);
  } else if (encodes) {
    step.text = "SET client_encoding = '" + encoding_named(unit.bytes, unit.tokens) + "'";
  } else {
    const std::string key = sluice::restrict_key(where, unit.bytes, unit.tokens);
    const bool ends = name == "\\unrestrict";
    if (ends && restrict_key.empty()) throw refused(unit.line, "\\unrestrict without a \\restrict before it");
    if (ends && key != restrict_key)
      throw refused(unit.line, "the key of \\unrestrict is not that of \\restrict");
    restrict_key = ends ? std::string() : key;
  }
  take(unit.bytes);
  if (!connects && !encodes) return std::nullopt;
  step.line = unit.line;
  step.resume_point = std::move(resume_point);
  step.before = session;
  step.in_transaction = in_transaction;
  if (encodes) {
    step.kind = Step::Kind::statement;
    step.object.act = Object::Act::setting;
    return finish(std::move(step));
  }
  step.kind = Step::Kind::connect;
  database = step.text;
  temporary = false;
  return finish(std::move(step));
}

std::optional<Step> Script::State::statement(const Unit& first) {
  // A longer one is gathered and scanned again: its tokens are known to the head alone.
  std::string whole;
  std::vector<Token> all_tokens;
  Unit unit = first;
  const Lexer::Settings read_with = reader.lexer().sampled();
  const bool split = first.part != Part::whole;
  if (split) {
    const Unit* part = &first;
    for (;;) {
      whole += part->bytes;
      if (whole.size() > options.longest_statement)
        throw refused(first.line, "a statement longer than the server takes, " +
                                      std::to_string(options.longest_statement) + " bytes");
      if (part->ends() || part->flags.interrupted) break;
      part = reader.next();
      if (part == nullptr) throw ends_inside(source.name(), reader.open_thing());
    }
    unit.flags = part->flags;
    unit.trailing = part->trailing;
    Lexer lexer;
    lexer.want_tokens(&wanted, nullptr);
    lexer.apply(read_with);
    static_cast<void>(lexer.scan(whole, Lexer::End::last));
    all_tokens = lexer.tokens();
    unit.bytes = whole;
    unit.tokens = all_tokens;
  }
  const auto bytes = unit.bytes;
  const auto tokens = unit.tokens;
  const std::uint64_t first_line = line;
  check_nul(bytes, unit.flags);
  if (unit.flags.holds_meta) check_meta(bytes, tokens, first_line);
  const unsigned copies = reader.lexer().copies_owed();
  if (unit.flags.by_meta) {
    const std::uint64_t its_line = first_line + count_line_feeds(bytes);
    const Unit* command = reader.next();
    const bool is_command =
        command != nullptr && !command->tokens.empty() && command->kind == UnitKind::meta_command;
    throw refused_command(place(its_line), is_command ? command->tokens[0].of(command->bytes) : "\\g");
  }
  if (unit.flags.interrupted)
    throw refused(first_line, "a statement with COPY data in its middle",
                  "put it behind the data's \\. line");
  if (unit.trailing) throw ends_inside(source.name(), reader.open_thing());

  const bool empty = tokens.empty() || (tokens.size() == 1 && tokens[0].of(bytes) == ";");
  if (empty) {
    take(bytes);
    return std::nullopt;
  }
  Step step;
  step.kind = copies > 0 ? Step::Kind::copy : Step::Kind::statement;
  step.in_transaction = in_transaction;
  step.line = first_line + count_line_feeds(bytes.substr(0, tokens[0].begin));
  step.text = bytes.substr(tokens[0].begin, bytes.size() - 1 - tokens[0].begin);
  step.object = object_of(bytes, tokens);
  if (split && (step.object.act == Object::Act::setting || step.object.act == Object::Act::transaction))
    throw refused(step.line, "a " + std::string(step.object.type) + " longer than " +
                                 std::to_string(options.hold) + " bytes: it is not followed");
  step.way = way_of(bytes, tokens, in_transaction ? Transaction::open : Transaction::none);
  const bool joined = step.way == Way::query;
  if (copies > 0) {
    if (copies > 1 || joined)
      throw refused(step.line, "a COPY with data joined to other commands", "give it a statement of its own");
    auto headers = copies_of(bytes, tokens);
    if (headers.size() != 1) throw refused(step.line, "a COPY whose data is not to be told");
    step.header = std::move(headers[0]);
    if (step.header.format.kind == CopyFormat::Kind::binary)
      throw refused(step.line, "COPY data in binary format: psql finds no end of it in a script",
                    "dump it in text format");
  }
  if (may_make_temporary(bytes, tokens, step.object)) temporary = true;
  if (!in_transaction && step.way == Way::piped &&
      tokens.size() < (copies > 0 ? Lexer::kAllTokens : kTokens)) {
    Sharing sharing = sharing_of(bytes, tokens, step.object, temporary ? std::string() : schema);
    step.side_by_side = sharing.side_by_side;
    step.relations = std::move(sharing.relations);
  }
  step.before = session;
  step.resume_point = std::move(resume_point);
  take(bytes);
  in_transaction = reader.session().in_transaction();
  step = finish(std::move(step));
  if (copies > 0) await_data(step);
  return step;
}

// The rest of the COPY's line, up to the data.
void Script::State::await_data(const Step& step) {
  CopyFormat format = step.header.format;
  format.encoding = reader.session().lexer_settings().encoding;
  data_kind = format.kind;
  row_ends.emplace(format);
  data = Data::goes_on;
  gathered.clear();
  given = 0;
  any_rows = false;
  for (;;) {
    const Unit* unit = reader.next();
    if (unit == nullptr) throw ends_inside(source.name(), reader.open_thing());
    if (unit->kind == UnitKind::copy_data) return take_data(*unit);
    if (unit->kind != UnitKind::space)
      throw refused(unit->line, "something else on the line of a COPY, which psql would run behind its data",
                    "put it on a line of its own behind the \\. line");
    check_nul(unit->bytes, unit->flags);
    take(unit->bytes);
  }
}

void Script::State::take_data(const Unit& unit) {
  auto bytes = unit.bytes;
  if (unit.trailing) {
    data = Data::cut_off;
  } else if (unit.ends()) {
    data = Data::whole;
    const std::size_t length = bytes.ends_with("\\.\r\n") ? 4 : 3;
    marker = bytes.substr(bytes.size() - length);
    bytes.remove_suffix(length);
  }
  if (given > 0 && gathered.size() + bytes.size() > gathered.capacity()) {
    gathered.erase(0, given);
    given = 0;
  }
  gathered += bytes;
}

RowEnds::Found Script::State::scan(std::size_t length) {
  const auto bytes = std::string_view(gathered).substr(given, length);
  if (const auto nul = bytes.find('\0'); nul != bytes.npos)
    throw Failure(
        Failure::Kind::unsound_input,
        place(line + count_line_feeds(bytes.substr(0, nul))) + "a NUL byte in COPY data",
        "it is byte " + std::to_string(at + nul) + ": the server takes none, psql drops the rest of its line",
        "pg_dump writes none; is the file damaged?");
  const auto found = row_ends->scan(bytes);
  if (found.marker) {
    const auto before = std::string_view(gathered).substr(given, *found.marker);
    throw refused(line + count_line_feeds(before), "a row of COPY data ends with \\.",
                  "servers before version 18 take it for the end of all data and leave out what follows; "
                  "write \\\\. for a backslash and a dot");
  }
  return found;
}

Step Script::State::next_of_copy() {
  for (;;) {
    const std::size_t have = gathered.size() - given;
    if (have >= options.stretch || (data == Data::cut_off && have > 0)) {
      const std::size_t length = std::min(have, options.stretch);
      const auto found = scan(length);
      if (found.end > 0) {
        if (found.end < length) row_ends->restart();
        return rows(found.end, found.rows);
      }
      if (have >= options.stretch) return rows(length, 0);
      given = gathered.size();
    }
    if (data == Data::cut_off) throw ends_inside(source.name(), reader.open_thing());
    if (data == Data::whole) {
      if (have > 0 || row_ends->open() || !any_rows) {
        const auto found = scan(have);
        const bool open = row_ends->open();
        if (open && data_kind == CopyFormat::Kind::csv)
          throw refused(
              line + count_line_feeds(std::string_view(gathered).substr(given)),
              "the CSV data ends inside a quoted value: a line \\. ends the data wherever it stands",
              "load this file with psql's \\copy from a file of its own");
        row_ends->restart();
        // The server takes the end of all data for the end of a row.
        return rows(have, found.rows + (open ? 1 : 0));
      }
      data = Data::none;
      Step step;
      step.kind = Step::Kind::copy_end;
      step.in_transaction = in_transaction;
      step.line = line;
      take(marker);
      gathered.clear();
      gathered.shrink_to_fit();
      given = 0;
      return finish(std::move(step));
    }
    const Unit* unit = reader.next();
    if (unit == nullptr) throw ends_inside(source.name(), reader.open_thing());
    take_data(*unit);
  }
}

Step Script::State::rows(std::size_t length, std::uint64_t count) {
  Step step;
  step.kind = Step::Kind::rows;
  step.in_transaction = in_transaction;
  step.line = line;
  step.text.assign(gathered, given, length);
  step.rows = count;
  step.ends_row = !row_ends->open();
  any_rows = true;
  take(step.text);
  given += length;
  if (given == gathered.size()) {
    gathered.clear();
    given = 0;
  }
  return finish(std::move(step));
}

Script::Script(Source& source, const Options& options)
    : state_(std::make_unique<State>(source, options, nullptr)) {}

Script::Script(Source& source, const Options& options, const ResumePoint& point)
    : state_(std::make_unique<State>(source, options, &point)) {}

Script::~Script() = default;

Step Script::next() { return state_->next(); }

bool Script::restrict_open() const { return !state_->restrict_key.empty(); }

}  // namespace sluice
