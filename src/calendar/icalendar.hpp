// The events of an iCalendar file (RFC 5545) as times at which no roll may run: single and recurring ones
// (RRULE, EXDATE), with a TZID, in UTC, without a zone, and whole days. Whatever else would change when an
// event is (RDATE, RECURRENCE-ID and the like) is refused by its name, because a time that is overlooked is a
// roll in a freeze. Only libical's parser and its arithmetic of recurrences are used: the zones are those of
// the IANA data, and no file is read.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/window.hpp"
#include "util/result.hpp"

namespace nightlatch::calendar {

struct CalendarInput {
  std::string_view bytes;
  std::string_view file;  // for messages
  const Zone& zone;       // of events without one, and of whole days
  std::function<Result<Zone>(const std::string& name)> zone_named;
  Interval within;  // which occurrences are wanted
};

// In no order. Errors: not_a_calendar; calendar_unsupported; those of zone_named.
[[nodiscard]] Result<std::vector<Interval>> read_calendar(const CalendarInput& input);

}  // namespace nightlatch::calendar
