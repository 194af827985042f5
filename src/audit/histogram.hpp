// When something happened, as few bars whose width grows with the time that they cover.
#pragma once

#include <array>
#include <cstdint>

namespace nightlatch::audit {

class Histogram {
 public:
  static constexpr std::size_t bars = 48;

  void add(std::int64_t time_us, std::uint64_t count);
  void add(const Histogram& other);

  [[nodiscard]] bool empty() const { return width_us_ == 0; }
  // The beginning of the first bar.
  [[nodiscard]] std::int64_t from_us() const { return first_ * width_us_; }
  [[nodiscard]] std::int64_t width_us() const { return width_us_; }
  [[nodiscard]] const std::array<std::uint64_t, bars>& counts() const { return counts_; }

 private:
  void widen();
  // Makes room for the bar of this number, in units of the width.
  void include(std::int64_t time_us);

  static constexpr std::int64_t narrowest_us = 60'000'000;
  std::int64_t width_us_ = 0;  // a minute, doubled as often as needed
  std::int64_t first_ = 0;     // the first bar, in widths since 1970
  std::int64_t last_ = 0;      // the last one that was needed
  std::array<std::uint64_t, bars> counts_{};
};

}  // namespace nightlatch::audit
