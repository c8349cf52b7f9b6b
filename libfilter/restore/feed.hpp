// The steps of a dump as a restore takes them: one after the other, kept until the server has committed
// them, and given again when a connection was lost before that.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "libfilter/restore/spool.hpp"
#include "libfilter/restore/step.hpp"

namespace sluice {

class Feed {
 public:
  // READ waits for the script's next step; TRY_READ gives one only if it is at hand.
  struct Reader {
    std::function<Step()> read;
    std::function<std::optional<Step>()> try_read;
  };
  explicit Feed(Reader reader) : reader_(std::move(reader)) {}

  // The next step, which is valid until it is confirmed. Null: none is at hand.
  Step* next();
  Step* try_next();
  // A step was given that was not begun yet: it is given again.
  void put_back();
  // The last step that was given, which is somebody else's from now on.
  Step take_last();

  // All up to POSITION is done, once and for all; true of what failed and was passed over, too.
  void confirm(std::uint64_t position);
  // Gives what lies behind POSITION again. False: it is no longer there.
  bool rewind(std::uint64_t position);
  // The texts of rows that were given and not confirmed go into a temporary file. False: they stay, there is
  // none.
  bool put_aside();
  // What was given and not confirmed so far will not be asked for again, but for the last step.
  void forget();
  // Something has been forgotten that is not confirmed.
  bool has_forgotten() const { return forgotten_ > 0; }

  // In order; the last one is that of the last next(). Rows that were put aside have no text: see text_of().
  const std::deque<Step>& kept() const { return kept_; }
  std::string text_of(const Step& step) const;
  // Of their texts, in memory and aside: bounding it is the caller's business.
  std::size_t kept_bytes() const { return kept_bytes_; }
  std::size_t bytes_aside() const { return bytes_aside_; }

 private:
  struct Place {
    std::uint64_t place;
    std::size_t size;
  };

  Step* keep(Step step);
  void drop_front();

  Reader reader_;
  std::deque<Step> kept_;
  std::deque<Step> again_;
  std::size_t kept_bytes_ = 0, bytes_aside_ = 0;
  std::uint64_t forgotten_ = 0;  // what ends here or before cannot be given again; 0: nothing is forgotten
  Spool spool_;
  std::map<std::uint64_t, Place> aside_;  // by the step's offset
};

}  // namespace sluice
