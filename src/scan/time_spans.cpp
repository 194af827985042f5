#include "scan/time_spans.hpp"

#include <algorithm>
#include <limits>

namespace nightlatch::scan {

void TimeSpans::add(TimeSpan span) {
  // The first that ends late enough to be joined, and the first that begins too late.
  auto first = std::lower_bound(
      spans_.begin(), spans_.end(), span.from_us,
      [&](const TimeSpan& one, std::int64_t from) { return one.to_us + joined_us_ <= from; });
  auto last = std::upper_bound(first, spans_.end(), span.to_us, [&](std::int64_t to, const TimeSpan& one) {
    return to + joined_us_ <= one.from_us;
  });
  if (first != last) {
    span.from_us = std::min(span.from_us, first->from_us);
    span.to_us = std::max(span.to_us, (last - 1)->to_us);
    first = spans_.erase(first, last);
  }
  spans_.insert(first, span);
  if (spans_.size() > most) join_nearest();
}

void TimeSpans::add(const TimeSpans& other) {
  for (const TimeSpan& span : other.spans_) add(span);
}

void TimeSpans::join_nearest() {
  std::size_t nearest = 0;
  std::int64_t distance = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i + 1 < spans_.size(); ++i) {
    std::int64_t between = spans_[i + 1].from_us - spans_[i].to_us;
    if (between >= distance) continue;
    distance = between;
    nearest = i;
  }
  spans_[nearest].to_us = spans_[nearest + 1].to_us;
  spans_.erase(spans_.begin() + static_cast<std::ptrdiff_t>(nearest) + 1);
}

std::vector<TimeSpan> TimeSpans::gaps() const {
  std::vector<TimeSpan> found;
  for (std::size_t i = 0; i + 1 < spans_.size(); ++i)
    found.push_back({spans_[i].to_us, spans_[i + 1].from_us});
  return found;
}

}  // namespace nightlatch::scan
