#include "calendar/window.hpp"

#include <algorithm>
#include <utility>

namespace nightlatch::calendar {

namespace {

using namespace std::chrono;

enum class Reading { allowed, denied };

Interval interval_of(local_seconds start, seconds duration, const Zone& zone, Reading reading) {
  if (reading == Reading::denied) return denied_interval(start, duration, zone);
  sys_seconds begin = zone.to_sys(start, Occurrence::first);
  return {begin, begin + duration};
}

Interval interval_of(const Dated& dated, const Zone& zone, Reading reading) {
  bool denied = reading == Reading::denied;
  return {zone.to_sys(dated.from, Occurrence::first),
          zone.to_sys(dated.to, denied ? Occurrence::last : Occurrence::first)};
}

void add(std::vector<Interval>& found, const Interval& one, const Interval& within) {
  if (one.begin < within.end && within.begin < one.end && one.begin < one.end) found.push_back(one);
}

// A week before: an entry may last for some days.
void add_weekly(std::vector<Interval>& found, const Weekly& weekly, const Zone& zone, Reading reading,
                const Interval& within) {
  local_days first = floor<days>(zone.to_local(within.begin)) - days(8);
  local_days last = floor<days>(zone.to_local(within.end)) + days(1);
  for (local_days day = first; day <= last; day += days(1)) {
    bool is_on = weekly.days.empty() ||
                 std::find(weekly.days.begin(), weekly.days.end(), weekday(day)) != weekly.days.end();
    if (is_on) add(found, interval_of(day + weekly.start, weekly.duration, zone, reading), within);
  }
}

std::vector<Interval> intervals_of(const Entries& entries, const Zone& zone, Reading reading,
                                   const Interval& within) {
  std::vector<Interval> found;
  for (const Weekly& weekly : entries.weekly) add_weekly(found, weekly, zone, reading, within);
  for (const Dated& dated : entries.dated) add(found, interval_of(dated, zone, reading), within);
  return found;
}

// In order, and those that touch as one.
std::vector<Interval> joined(std::vector<Interval> all) {
  std::sort(all.begin(), all.end(), [](const Interval& a, const Interval& b) { return a.begin < b.begin; });
  std::vector<Interval> out;
  for (const Interval& one : all) {
    if (!out.empty() && one.begin <= out.back().end) {
      out.back().end = std::max(out.back().end, one.end);
    } else {
      out.push_back(one);
    }
  }
  return out;
}

// Both in order and apart.
std::vector<Interval> without(const std::vector<Interval>& all, const std::vector<Interval>& denied) {
  std::vector<Interval> out;
  for (Interval one : all) {
    for (const Interval& hole : denied) {
      if (hole.end <= one.begin || one.end <= hole.begin) continue;
      if (one.begin < hole.begin) out.push_back({one.begin, hole.begin});
      one.begin = hole.end;
    }
    if (one.begin < one.end) out.push_back(one);
  }
  return out;
}

}  // namespace

Interval denied_interval(local_seconds start, seconds duration, const Zone& zone) {
  sys_seconds begin = zone.to_sys(start, Occurrence::first);
  return {begin, std::max(begin + duration, zone.to_sys(start + duration, Occurrence::last))};
}

std::vector<Interval> Window::open_between(sys_seconds from, sys_seconds until) const {
  const Interval within{from, until};
  std::vector<Interval> allowed{within};
  if (!rules_.allow.empty()) allowed = joined(intervals_of(rules_.allow, zone_, Reading::allowed, within));
  std::vector<Interval> denied = intervals_of(rules_.deny, zone_, Reading::denied, within);
  denied.insert(denied.end(), denied_.begin(), denied_.end());
  return without(allowed, joined(std::move(denied)));
}

std::optional<sys_seconds> Window::open_until(sys_seconds now) const {
  for (const Interval& one : open_between(now, now + horizon)) {
    if (one.holds(now)) return one.end;
  }
  return std::nullopt;
}

std::optional<Interval> Window::next(sys_seconds now, seconds needed) const {
  for (const Interval& one : open_between(now, now + horizon)) {
    sys_seconds begin = std::max(one.begin, now);
    if (begin < one.end && begin + needed <= one.end) return Interval{begin, one.end};
  }
  return std::nullopt;
}

}  // namespace nightlatch::calendar
