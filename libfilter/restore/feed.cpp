#include "libfilter/restore/feed.hpp"

#include <utility>

namespace sluice {

Step* Feed::keep(Step step) {
  kept_bytes_ += step.text.size();
  kept_.push_back(std::move(step));
  return &kept_.back();
}

Step* Feed::next() {
  if (again_.empty()) return keep(reader_.read());
  Step step = std::move(again_.front());
  again_.pop_front();
  return keep(std::move(step));
}

Step* Feed::try_next() {
  if (!again_.empty()) return next();
  auto step = reader_.try_read();
  return step ? keep(std::move(*step)) : nullptr;
}

void Feed::put_back() {
  kept_bytes_ -= kept_.back().text.size();
  again_.push_front(std::move(kept_.back()));
  kept_.pop_back();
}

void Feed::confirm(std::uint64_t position) {
  while (!kept_.empty() && kept_.front().end <= position) {
    kept_bytes_ -= kept_.front().text.size();
    kept_.pop_front();
  }
}

bool Feed::rewind(std::uint64_t position) {
  confirm(position);
  if (forgotten_ > position) return false;
  for (; !kept_.empty(); kept_.pop_back()) again_.push_front(std::move(kept_.back()));
  kept_bytes_ = 0;
  return true;
}

void Feed::forget() {
  while (kept_.size() > 1) {
    forgotten_ = kept_.front().end;
    kept_bytes_ -= kept_.front().text.size();
    kept_.pop_front();
  }
}

}  // namespace sluice
