// Any bytes give times of the calendar that overlap what was asked for, or an error that says why not. Bytes
// behind a good calendar never make it another one without a word: they are read, or refused.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "calendar/errors.hpp"
#include "calendar/icalendar.hpp"

namespace {

using namespace nightlatch;
using namespace nightlatch::calendar;
using namespace std::chrono;

constexpr sys_seconds of_day(int year_number, unsigned month_number) {
  return sys_days(year(year_number) / month(month_number) / 1);
}

// Two changes of the clock, as a zone of Europe has them.
Zone sample_zone() {
  return {"Europe/Berlin",
          {{of_day(2026, 1), hours(1), "CET"},
           {of_day(2026, 4), hours(2), "CEST"},
           {of_day(2026, 11), hours(1), "CET"}}};
}

Result<Zone> zone_named(const std::string& name) {
  if (name == "Europe/Berlin") return sample_zone();
  return fail(calendar_errors::zone_unknown, "there is no time zone " + name);
}

Result<std::vector<Interval>> read(std::string_view bytes) {
  static const Zone zone = sample_zone();
  return read_calendar({.bytes = bytes,
                        .file = "fuzz",
                        .zone = zone,
                        .zone_named = zone_named,
                        .within = {of_day(2026, 1), of_day(2027, 3)}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Result<std::vector<Interval>> found = read(bytes);
  if (!found) {
    if (found.error().message.empty() || found.error().code.number == 0) std::abort();
    return 0;
  }
  for (const Interval& one : *found) {
    if (one.end < one.begin || one.end <= of_day(2026, 1) || one.begin >= of_day(2027, 3)) std::abort();
  }
  std::string more(bytes);
  more += '\0';
  more += "BEGIN:VEVENT\r\n";
  if (read(more)) std::abort();
  return 0;
}
