#include "tools/pg-restore-stream/plan.hpp"

#include "libfilter/io/sink.hpp"
#include "libfilter/restore/plan.hpp"
#include "libfilter/restore/script.hpp"

namespace sluice {

int print_plan(Source source, const Config& config, const Messages& messages) {
  if (config.restore.resume)
    throw Failure(Failure::Kind::usage, "--plan and --resume exclude each other", {},
                  "the server alone knows what is left to do, and --plan does not ask it");
  if (!config.report.empty())
    throw Failure(Failure::Kind::usage, "--plan and --report exclude each other", {},
                  "the report is of what was done");
  Plan::Terms terms;
  terms.jobs = config.restore.jobs;
  if (config.restore.single_transaction) terms.transaction = Plan::Terms::Transaction::one;
  if (!config.restore.rejects.empty()) terms.rejects = Plan::Terms::Rejects::file;
  Sink out = Sink::open("-", {});
  Plan plan(terms, source.name(), [&out](std::string_view text) { out.put(text); });
  try {
    Script::Options options;
    options.hold = config.restore.max_statement;
    Script script(source, options);
    for (Step step; plan.take(step = script.next()), step.kind != Step::Kind::end;) {
    }
    if (script.restrict_open())
      messages.warning(
          source.name() + ": the input ends without the \\unrestrict that belongs to its \\restrict", {},
          "was the dump cut off?");
  } catch (...) {
    plan.stop();
    out.finish();
    throw;
  }
  out.finish();
  return kDone;
}

}  // namespace sluice
