#include "operate/zone_data.hpp"

#include <date/tz.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "calendar/errors.hpp"

namespace nightlatch::operate {

namespace {

using namespace std::chrono;

calendar::Zone zone_of(const date::time_zone& zone, sys_seconds around) {
  sys_seconds from = around - years(2);
  sys_seconds until = around + years(12);
  std::vector<calendar::ZoneSpan> spans;
  for (sys_seconds at = from; at < until;) {
    date::sys_info info = zone.get_info(date::sys_seconds(at.time_since_epoch()));
    spans.push_back({.begin = spans.empty() ? from : at, .offset = info.offset, .abbreviation = info.abbrev});
    at = sys_seconds(info.end.time_since_epoch());
  }
  return {zone.name(), std::move(spans)};
}

}  // namespace

Result<calendar::Zone> zone_named(const std::string& name, sys_seconds around) {
  try {
    return zone_of(*date::locate_zone(name), around);
  } catch (const std::exception&) {
    return fail(calendar_errors::zone_unknown, fmt::format("there is no time zone \"{}\"", name));
  }
}

calendar::Zone reader_zone(sys_seconds around) {
  try {
    return zone_of(*date::current_zone(), around);
  } catch (const std::exception&) {
    return calendar::utc();
  }
}

}  // namespace nightlatch::operate
