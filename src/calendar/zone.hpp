// A time zone as values: from when on which offset from UTC holds. Whoever reads the zone data of the system
// makes one (operate/zone_data.hpp); here is only arithmetic.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nightlatch::calendar {

using std::chrono::local_seconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;

struct ZoneSpan {
  sys_seconds begin;  // until the next span begins
  seconds offset{0};  // local time minus UTC
  std::string abbreviation;
};

// Of what is local time twice, where the clock is put back.
enum class Occurrence { first, last };

class Zone {
 public:
  // `spans` in the order of time, at least one. The first counts for all that is before it, too.
  Zone(std::string name, std::vector<ZoneSpan> spans) : name_(std::move(name)), spans_(std::move(spans)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const ZoneSpan& span_at(sys_seconds when) const;
  [[nodiscard]] local_seconds to_local(sys_seconds when) const {
    return local_seconds(when.time_since_epoch() + span_at(when).offset);
  }
  // A local time that is skipped, where the clock is put forward, is the moment at which it is.
  [[nodiscard]] sys_seconds to_sys(local_seconds when, Occurrence which) const;

 private:
  std::string name_;
  std::vector<ZoneSpan> spans_;
};

[[nodiscard]] Zone utc();

// "Sat 2026-11-28 22:00 CET"
[[nodiscard]] std::string text_of(sys_seconds when, const Zone& zone);

// YYYY-MM-DDTHH:MM; nullopt: it is no time of the calendar.
[[nodiscard]] std::optional<local_seconds> read_local_time(std::string_view text);

}  // namespace nightlatch::calendar
