// The time that a log tells of, as a set of spans: what lies between them are its gaps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nightlatch::scan {

struct TimeSpan {
  std::int64_t from_us = 0;
  std::int64_t to_us = 0;

  bool operator==(const TimeSpan&) const = default;
};

class TimeSpans {
 public:
  // Spans that are less than `joined_us` apart are one.
  explicit TimeSpans(std::int64_t joined_us) : joined_us_(joined_us) {}

  void add(TimeSpan span);
  void add(const TimeSpans& other);

  // In order, at least joined_us apart. At most 4,096: beyond that the nearest are joined.
  [[nodiscard]] const std::vector<TimeSpan>& spans() const { return spans_; }
  [[nodiscard]] std::vector<TimeSpan> gaps() const;

 private:
  void join_nearest();

  static constexpr std::size_t most = 4096;
  std::int64_t joined_us_;
  std::vector<TimeSpan> spans_;
};

}  // namespace nightlatch::scan
