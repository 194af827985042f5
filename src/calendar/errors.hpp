// Error codes of this room: calendars and time zones.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::calendar_errors {

inline constexpr ErrorCode not_a_calendar{1601, Exit::usage, "a file is not an iCalendar file",
                                          "export the calendar again, as iCalendar (.ics, RFC 5545)"};
inline constexpr ErrorCode calendar_unsupported{
    1602, Exit::refused, "a calendar holds something that nightlatch does not understand",
    "state it in another way: events with DTSTART, DTEND or DURATION, RRULE and EXDATE are understood"};
inline constexpr ErrorCode zone_unknown{1603, Exit::usage, "the system has no such time zone",
                                        "use a name of the IANA data, such as Europe/Berlin; install tzdata "
                                        "where there is none"};

inline constexpr std::array all{not_a_calendar, calendar_unsupported, zone_unknown};

}  // namespace nightlatch::calendar_errors
