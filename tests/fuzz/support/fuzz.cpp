#include "tests/fuzz/support/fuzz.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "libfilter/io/failure.hpp"

namespace sluice::fuzz {
namespace {

constexpr const char* kTool = "sanitize-rds";
constexpr std::size_t kMaxStatement = 64 * 1024;

void show(std::string_view name, std::string_view text) {
  std::fprintf(stderr, "%.*s (%zu bytes): ", static_cast<int>(name.size()), name.data(), text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || (byte >= ' ' && byte < 0x7f && c != '\\')) {
      std::fputc(c, stderr);
    } else {
      std::fprintf(stderr, "\\x%02x", byte);
    }
  }
  std::fputc('\n', stderr);
}

}  // namespace

std::uint8_t Input::byte() {
  if (bytes_.empty()) return 0;
  const auto first = static_cast<std::uint8_t>(bytes_.front());
  bytes_.remove_prefix(1);
  return first;
}

std::string_view Input::up_to(char c) {
  const auto end = std::min(bytes_.find(c), bytes_.size());
  const auto found = bytes_.substr(0, end);
  bytes_.remove_prefix(std::min(end + 1, bytes_.size()));
  return found;
}

void same(std::string_view what, std::string_view one, std::string_view other) {
  if (one == other) return;
  std::fprintf(stderr, "not the same: %.*s\n", static_cast<int>(what.size()), what.data());
  show("one", one);
  show("other", other);
  std::abort();
}

File::File(std::string_view bytes) : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
  for (auto left = bytes; !left.empty();) {
    const auto written = write(descriptor_, left.data(), left.size());
    if (written <= 0) std::abort();
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  path_ = "/proc/self/fd/" + std::to_string(descriptor_);
}

File::~File() { close(descriptor_); }

Output run(std::string_view bytes, std::size_t read_size, std::size_t hold,
           const std::function<void(Source&, Sink&)>& work) {
  Output output;
  const File file(bytes);
  try {
    Source source = Source::open(file.path(), {.read_size = read_size, .hold = hold});
    Sink sink = Sink::open("/dev/null", {});
    sink.observe([&](std::string_view some) { output.bytes += some; });
    source.before_fill([&] { sink.settle(); });
    try {
      work(source, sink);
    } catch (const Failure& failure) {
      output.failure = failure.what() + ("\n" + failure.detail);
    }
    sink.finish();
  } catch (const Failure& failure) {
    output.failure += failure.what();
  }
  // Each run has a file of another name.
  for (auto at = output.failure.find(file.path()); at != std::string::npos;
       at = output.failure.find(file.path()))
    output.failure.replace(at, file.path().size(), "input");
  return output;
}

const RuleSet& rules_for_rds() {
  static const RuleLibrary library = RuleLibrary::builtin();
  static const RuleSet rules = [] {
    Selection selection;
    selection.to = "rds";
    selection.from = "any";
    return library.select(selection);
  }();
  return rules;
}

Output sanitized(std::string_view bytes, std::size_t read_size, const RuleSet& rules, Mode mode) {
  return run(bytes, read_size, kMaxStatement + Lexer::kLookahead, [&](Source& source, Sink& sink) {
    FilterOptions options;
    options.tool = kTool;
    options.mode = mode;
    options.max_statement = kMaxStatement;
    Filter(source, &sink, rules, options).run();
  });
}

Output reverted(std::string_view bytes, std::size_t read_size) {
  return run(bytes, read_size, kMaxStatement + Lexer::kLookahead,
             [&](Source& source, Sink& sink) { revert(source, sink, kTool, kMaxStatement); });
}

}  // namespace sluice::fuzz
