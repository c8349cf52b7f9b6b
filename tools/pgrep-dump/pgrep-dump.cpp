// pgrep-dump: grep for dumps. It finds statements and rows and prints them as they stand; it tells what a
// dump holds. It never runs anything, and changes no byte of what it prints unless another form is asked for.

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "libfilter/find/units.hpp"
#include "tools/pgrep-dump/config.hpp"

namespace sluice {
namespace {

// Columns of the terminal that the output goes to, for bars.
std::size_t terminal_width() {
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr && std::atoi(columns) > 0)
    return static_cast<std::size_t>(std::atoi(columns));
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

class Run {
 public:
  Run(PgrepConfig& config, const Messages& messages)
      : config_(config),
        messages_(messages),
        progress_(messages.tool(), config.progress),
        sink_(Sink::open(config.output, config.compression)),
        output_(sink_, config.print),
        replay_(config.connect),
        statements_(output_),
        rows_(output_, config.rows),
        list_(sink_, config.contents, config.print.file_names),
        sizes_(sink_, config.contents, terminal_width()),
        contents_([this](const Entry& entry) {
          if (!config_.print_records()) return;
          if (config_.answer == PgrepConfig::Answer::list) list_.write(entry);
          if (config_.answer == PgrepConfig::Answer::sizes) sizes_.add(entry);
        }) {
    config_.search.notice = config_.rows.notice = [this](const Notice& notice) {
      progress_.clear();
      messages_.warning(
          name_ + (notice.line == 0 ? "" : ":" + std::to_string(notice.line)) + ": " + notice.message,
          notice.detail, notice.hint);
    };
  }

  int all() {
    using Answer = PgrepConfig::Answer;
    const bool writes = config_.print_records();
    if (config_.answer == Answer::list && writes) list_.begin();
    for (const std::string& file : config_.files) {
      one(file);
      if (config_.print.print == GrepFormat::Print::nothing && found_) return kDone;
    }
    if (config_.answer == Answer::list && writes) list_.end();
    if (config_.answer == Answer::sizes && writes) sizes_.end();
    if (config_.answer == Answer::rows)
      for (const std::string& column : rows_.unmet_columns())
        messages_.warning("no COPY has a column called " + printable(column), {},
                          "names are compared as PostgreSQL does: unquoted ones are lower case");
    progress_.clear();
    if (config_.output == "-" || status_ == kDone) {
      sink_.finish();
    } else {
      messages_.note(config_.output + " was not written");
    }
    return status_ != kDone ? status_ : found_ ? kDone : kAnswerIsNo;
  }

 private:
  // One that cannot be opened is reported, and the others are searched; so is one that is no whole dump.
  void one(const std::string& file) {
    std::optional<Source> source;
    Source::Limits limits;
    if (config_.read_size != 0) limits.read_size = config_.read_size;
    if (config_.read_size == 0) limits.reading = Source::Reading::mapped;
    limits.hold = config_.search.max_statement + Lexer::kLookahead;
    try {
      source = Source::open(file, limits);
    } catch (const Failure& failure) {
      if (failure.kind == Failure::Kind::io) throw;
      report(failure, failure.kind == Failure::Kind::unsound_input ? kUnsoundInput : kUsage);
      return;
    }
    config_.rows.name = name_ = source->name();
    sink_.origin(*source);
    source->before_fill([&] {
      sink_.settle();
      progress_.update(source->bytes_read(), source->bytes_total());
    });
    output_.begin_file(name_);
    contents_.begin_file(name_);
    try {
      search(*source);
    } catch (const Failure& failure) {
      if (failure.kind == Failure::Kind::io) throw;
      progress_.clear();
      report(failure, failure.kind == Failure::Kind::usage ? kUsage : kUnsoundInput);
    }
    contents_.end_file();
    found_ = found_ || output_.found() > 0 || contents_.entries() > 0;
    output_.end_file();
    sink_.release();
  }

  void search(Source& source) {
    using Answer = PgrepConfig::Answer;
    if (config_.answer == Answer::units) {
      found_ = true;
      return write_units(source, sink_, config_.print.file_names ? name_ + ":" : "");
    }
    Taker& taker = config_.answer == Answer::statements ? static_cast<Taker&>(statements_)
                   : config_.answer == Answer::rows     ? static_cast<Taker&>(rows_)
                                                        : static_cast<Taker&>(contents_);
    Search search(source, config_.search, replay_, taker);
    search.run();
    if (messages_.volume() != Messages::Volume::verbose || search.roles().empty()) return;
    std::string roles;
    for (const std::string& role : search.roles()) roles += (roles.empty() ? "" : ", ") + printable(role);
    messages_.note("roles that have to be there: " + roles);
  }

  void report(const Failure& failure, int status) {
    messages_.error(failure.what(), failure.detail, failure.hint);
    status_ = std::max(status_, status);
  }

  PgrepConfig& config_;
  const Messages& messages_;
  Progress progress_;
  Sink sink_;
  GrepOutput output_;
  Replay replay_;
  StatementTaker statements_;
  RowTaker rows_;
  ListWriter list_;
  SizesWriter sizes_;
  ContentsTaker contents_;
  std::string name_;
  bool found_ = false;
  int status_ = kDone;
};

}  // namespace
}  // namespace sluice

int main(int argc, char** argv) {
  const auto program = sluice::pgrep_program();
  sluice::Messages messages(program.name);
  return sluice::run_program(messages, [&] {
    // Alone, -h can mean nothing but what it means to the other programs.
    static char help[] = "--help";
    if (argc == 2 && std::string_view(argv[1]) == "-h") argv[1] = help;
    const auto options = sluice::parse_options(argc, argv, program);
    if (sluice::answered(options, program)) return static_cast<int>(sluice::kDone);
    const auto config = sluice::pgrep_config(options, messages);
    return sluice::Run(*config, messages).all();
  });
}
