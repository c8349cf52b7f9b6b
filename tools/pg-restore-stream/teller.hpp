// What a person, a terminal and a report are told of a restore while it runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libfilter/restore/causes.hpp"
#include "libfilter/restore/explain.hpp"
#include "libfilter/restore/observer.hpp"
#include "libfilter/restore/report_data.hpp"
#include "tools/common/messages.hpp"
#include "tools/pg-restore-stream/config.hpp"
#include "tools/pg-restore-stream/progress.hpp"
#include "tools/pg-restore-stream/say.hpp"

namespace sluice {

class Teller : public Observer {
 public:
  // All of them outlive it. BOOK is called when there is something to explain.
  Teller(const Config& config, const Settings& settings, std::string file,
         std::function<const AdviceBook&()> book, const Messages& messages);

  Weight incident(const Incident& incident) override;
  void rejected(const Incident& incident) override;
  void begun(int lane, const Step& step) override;
  void loaded(int lane, std::uint64_t rows, std::uint64_t bytes) override;
  void done(int lane, const Step& step, double seconds, std::uint64_t rows) override;
  void connected(int lane, int pid, const ServerFacts& facts) override;
  void mended(int lane, const std::string& words, int tries) override;
  void server_said(const ServerError& words, std::uint64_t line) override;
  void note(const std::string& text) override;
  void warning(const Notice& notice) override;
  void without_journal(const Notice& why) override;
  void reading(std::uint64_t bytes, std::optional<std::uint64_t> total) override;
  void tick() override;

  // What SIGINT has to say, as long as nothing more is known.
  void expect_interrupts() const;
  // The last words. RESULT is nothing when a Failure has ended the run, which has been said.
  void end(const std::optional<RestoreResult>& result);
  // Takes the progress away.
  void clear() { progress_.clear(); }
  // --report, where it was asked for. STATUS is that of the process.
  void write_report(int status);
  // Whether nothing is left to do for write_report().
  bool reported() const { return reported_ || config_.report.empty(); }

  std::uint64_t roots() const { return causes_.roots(); }
  RunReport& report() { return report_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Work {
    int pid = 0;
    std::string what;
    std::uint64_t rows = 0, bytes = 0;
    Clock::time_point begun;
  };

  void say_verified() const;
  Said explain(const Incident& incident);
  Work& work(int lane);
  Ending how_to_go_on() const;
  std::string place(std::uint64_t line) const;

  const Config& config_;
  const Settings& settings_;
  std::string file_;
  std::function<const AdviceBook&()> book_;
  const Messages& messages_;

  Causes causes_;
  std::optional<Explainer> explainer_;
  ServerFacts facts_;
  RunReport report_;
  Tally tally_;
  RestoreProgress progress_;
  std::vector<Work> lanes_;
  std::uint64_t read_ = 0;
  std::optional<std::uint64_t> total_;
  std::uint64_t rows_ = 0, warnings_ = 0;
  std::string phase_;
  bool reported_ = false, journal_ = true;
  Clock::time_point begin_ = Clock::now();
};

}  // namespace sluice
