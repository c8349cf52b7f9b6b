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
  step.text = text_of(step);
  if (const auto aside = aside_.find(step.offset); aside != aside_.end()) {
    bytes_aside_ -= aside->second.size;
    aside_.erase(aside);
  }
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

Step Feed::take_last() {
  kept_bytes_ -= kept_.back().text.size();
  Step step = std::move(kept_.back());
  kept_.pop_back();
  return step;
}

void Feed::drop_front() {
  const Step& step = kept_.front();
  kept_bytes_ -= step.text.size();
  if (const auto aside = aside_.find(step.offset); aside != aside_.end()) {
    bytes_aside_ -= aside->second.size;
    aside_.erase(aside);
    if (aside_.empty()) spool_.clear();
  }
  kept_.pop_front();
}

void Feed::confirm(std::uint64_t position) {
  // A step without an extent, as the end, is not done because what stands before it is.
  while (!kept_.empty() && kept_.front().end <= position && kept_.front().offset < position) drop_front();
  if (forgotten_ <= position) forgotten_ = 0;
}

bool Feed::rewind(std::uint64_t position) {
  confirm(position);
  if (forgotten_ > 0) return false;
  for (; !kept_.empty(); kept_.pop_back()) again_.push_front(std::move(kept_.back()));
  kept_bytes_ = 0;
  return true;
}

bool Feed::put_aside() {
  for (Step& step : kept_) {
    if (step.kind != Step::Kind::rows || step.text.empty()) continue;
    const auto place = spool_.put(step.text);
    if (!place) return false;
    aside_[step.offset] = {*place, step.text.size()};
    bytes_aside_ += step.text.size();
    kept_bytes_ -= step.text.size();
    std::string().swap(step.text);  // its memory too
  }
  return true;
}

std::string Feed::text_of(const Step& step) const {
  const auto aside = aside_.find(step.offset);
  return aside == aside_.end() ? step.text : spool_.get(aside->second.place, aside->second.size);
}

void Feed::forget() {
  while (kept_.size() > 1) {
    forgotten_ = kept_.front().end;
    drop_front();
  }
}

}  // namespace sluice
