#include "audit/histogram.hpp"

#include <algorithm>

namespace nightlatch::audit {

namespace {

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value >= 0 ? value / by : -((by - 1 - value) / by);
}

}  // namespace

void Histogram::widen() {
  std::array<std::uint64_t, bars> wider{};
  std::int64_t first = floor_divide(first_, 2);
  for (std::size_t i = 0; i < bars; ++i) {
    if (counts_[i] == 0) continue;
    wider[static_cast<std::size_t>(floor_divide(first_ + static_cast<std::int64_t>(i), 2) - first)] +=
        counts_[i];
  }
  counts_ = wider;
  first_ = first;
  last_ = floor_divide(last_, 2);
  width_us_ *= 2;
}

void Histogram::include(std::int64_t time_us) {
  while (true) {
    std::int64_t bar = floor_divide(time_us, width_us_);
    std::int64_t first = std::min(first_, bar);
    std::int64_t last = std::max(last_, bar);
    if (last - first < static_cast<std::int64_t>(bars)) {
      auto shift = static_cast<std::size_t>(first_ - first);
      if (shift > 0)
        std::rotate(counts_.begin(), counts_.end() - static_cast<std::ptrdiff_t>(shift), counts_.end());
      first_ = first;
      last_ = last;
      return;
    }
    widen();
  }
}

void Histogram::add(std::int64_t time_us, std::uint64_t count) {
  if (time_us == 0) return;
  if (width_us_ == 0) {
    width_us_ = narrowest_us;
    first_ = last_ = floor_divide(time_us, width_us_);
  }
  include(time_us);
  counts_[static_cast<std::size_t>(floor_divide(time_us, width_us_) - first_)] += count;
}

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < bars; ++i) {
    if (other.counts_[i] > 0)
      add((other.first_ + static_cast<std::int64_t>(i)) * other.width_us_, other.counts_[i]);
  }
  while (!empty() && width_us_ < other.width_us_) widen();
}

}  // namespace nightlatch::audit
