// When a roll may run: weekly windows and single dates, without what is denied. All of it is arithmetic on
// values.
//
// The clock is changed twice a year, and these are the rules for it (docs/change-window.md):
//  - A weekly entry belongs to the weekday of its start, also behind midnight.
//  - A start that is skipped is the moment at which the clock is put forward. A start that happens twice is
//    the first one. A duration is time that passes, whatever the clock shows.
//  - What is denied is denied as widely as it can be read: from the first moment that its start may mean
//  until
//    the last that its end may mean.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "calendar/zone.hpp"

namespace nightlatch::calendar {

// Every week on these days: from `start` after midnight, for `duration`.
struct Weekly {
  std::vector<std::chrono::weekday> days;  // empty: every day
  seconds start{0};
  seconds duration{0};
  bool operator==(const Weekly&) const = default;
};

// Once, in local time: from `from` until before `to`.
struct Dated {
  local_seconds from;
  local_seconds to;
  bool operator==(const Dated&) const = default;
};

struct Entries {
  std::vector<Weekly> weekly;
  std::vector<Dated> dated;

  [[nodiscard]] bool empty() const { return weekly.empty() && dated.empty(); }
  bool operator==(const Entries&) const = default;
};

// A window as a playbook states it.
struct WindowRules {
  std::string timezone;  // IANA name; empty: there is no window, and a roll may run at any time
  Entries allow;         // empty: always, but for what is denied
  Entries deny;
  std::string calendar;  // an iCalendar file, each event of which is denied; empty: none

  [[nodiscard]] bool is_stated() const { return !timezone.empty(); }
  bool operator==(const WindowRules&) const = default;
};

// From `begin` until before `end`.
struct Interval {
  sys_seconds begin;
  sys_seconds end;

  [[nodiscard]] bool holds(sys_seconds when) const { return begin <= when && when < end; }
  bool operator==(const Interval&) const = default;
};

// From a local start, for a time that passes, and at least until the clock has shown its end for the last
// time.
[[nodiscard]] Interval denied_interval(local_seconds start, seconds duration, const Zone& zone);

// How far ahead a window is looked for.
inline constexpr std::chrono::days horizon{400};

class Window {
 public:
  // `denied`: the events of the calendar.
  Window(WindowRules rules, Zone zone, std::vector<Interval> denied = {})
      : rules_(std::move(rules)), zone_(std::move(zone)), denied_(std::move(denied)) {}

  // The intervals in which a roll may run, as far as they meet [from, until), joined and in order.
  [[nodiscard]] std::vector<Interval> open_between(sys_seconds from, sys_seconds until) const;
  // Until when a roll may run without a break; nullopt: it may not at `now`.
  [[nodiscard]] std::optional<sys_seconds> open_until(sys_seconds now) const;
  // The first interval from `now` on with so much time left; it may have begun. nullopt: there is none within
  // the horizon.
  [[nodiscard]] std::optional<Interval> next(sys_seconds now, seconds needed) const;

  [[nodiscard]] const Zone& zone() const { return zone_; }
  [[nodiscard]] const WindowRules& rules() const { return rules_; }

 private:
  WindowRules rules_;
  Zone zone_;
  std::vector<Interval> denied_;
};

}  // namespace nightlatch::calendar
