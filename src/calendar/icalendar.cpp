#include "calendar/icalendar.hpp"

#include <algorithm>
#include <array>
#include <libical/ical.h>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "calendar/errors.hpp"

namespace nightlatch::calendar {

namespace {

using namespace std::chrono;

constexpr int most_occurrences = 20'000;  // of one event

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
struct FreeIterator {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};

// What says nothing about when an event is.
constexpr std::array descriptive{
    "UID",      "DTSTAMP",       "SUMMARY",    "DESCRIPTION", "LOCATION", "CLASS",           "CREATED",
    "CONTACT",  "LAST-MODIFIED", "CATEGORIES", "SEQUENCE",    "TRANSP",   "STATUS",          "ORGANIZER",
    "ATTENDEE", "URL",           "PRIORITY",   "COMMENT",     "GEO",      "COLOR",           "VERSION",
    "PRODID",   "CALSCALE",      "METHOD",     "NAME",        "SOURCE",   "REFRESH-INTERVAL"};

bool is_descriptive(std::string_view name) {
  return name.starts_with("X-") ||
         std::find(descriptive.begin(), descriptive.end(), name) != descriptive.end();
}

// libical says NULL where it has no word, as for the name of a component that it does not know.
std::string word(const char* text) {
  return text == nullptr ? "something unknown" : text;
}

// libical takes month 13 for a time, too.
bool is_time(const icaltimetype& time) {
  bool has_day = year_month_day(year(time.year), month(static_cast<unsigned>(time.month)),
                                day(static_cast<unsigned>(time.day)))
                     .ok();
  bool has_hour = time.hour >= 0 && time.hour < 24 && time.minute >= 0 && time.minute < 60 &&
                  time.second >= 0 && time.second <= 60;
  return has_day && has_hour && !icaltime_is_null_time(time);
}

local_seconds local_of(const icaltimetype& time) {
  year_month_day date(year(time.year), month(static_cast<unsigned>(time.month)),
                      day(static_cast<unsigned>(time.day)));
  local_seconds at(local_days(date).time_since_epoch());
  return time.is_date != 0 ? at : at + hours(time.hour) + minutes(time.minute) + seconds(time.second);
}

icaltimetype ical_of(local_seconds time) {
  local_days day = floor<days>(time);
  year_month_day date(day);
  auto second = (time - day).count();
  icaltimetype out = icaltime_null_time();
  out.year = static_cast<int>(date.year());
  out.month = static_cast<int>(static_cast<unsigned>(date.month()));
  out.day = static_cast<int>(static_cast<unsigned>(date.day()));
  out.hour = static_cast<int>(second / 3600);
  out.minute = static_cast<int>(second / 60 % 60);
  out.second = static_cast<int>(second % 60);
  return out;
}

// A time of an event, in the local time of its zone.
struct EventTime {
  local_seconds at;
  Zone zone;
  bool is_day = false;
};

struct Event {
  std::string name;  // its SUMMARY or UID, for messages
  std::optional<EventTime> start;
  std::optional<EventTime> end;
  std::optional<seconds> duration;
  std::optional<icalrecurrencetype> rule;
  std::vector<EventTime> left_out;
  bool is_cancelled = false;
};

class Reader {
 public:
  explicit Reader(const CalendarInput& input) : input_(input) {}

  Result<std::vector<Interval>> read() {
    icalerror_set_errors_are_fatal(false);
    // libical reads up to a NUL, and would know nothing of what follows.
    if (input_.bytes.find('\0') != std::string_view::npos)
      return fail(calendar_errors::not_a_calendar, fmt::format("{}: it holds a NUL byte", input_.file));
    std::unique_ptr<icalcomponent, FreeComponent> root(
        icalparser_parse_string(std::string(input_.bytes).c_str()));
    if (!root || icalcomponent_isa(root.get()) != ICAL_VCALENDAR_COMPONENT)
      return fail(calendar_errors::not_a_calendar, fmt::format("{}: it has no one VCALENDAR", input_.file));
    NL_TRY(check(root.get(), "the calendar"));
    for (icalcomponent* one = icalcomponent_get_first_component(root.get(), ICAL_ANY_COMPONENT);
         one != nullptr; one = icalcomponent_get_next_component(root.get(), ICAL_ANY_COMPONENT)) {
      icalcomponent_kind kind = icalcomponent_isa(one);
      if (kind == ICAL_VTIMEZONE_COMPONENT) continue;  // the IANA data says more of a zone, and by its name
      if (kind != ICAL_VEVENT_COMPONENT)
        return unsupported("the calendar", word(icalcomponent_kind_to_string(kind)));
      NL_TRY(read_event(one));
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> unsupported(const std::string& where, std::string_view what) const {
    return fail(calendar_errors::calendar_unsupported,
                fmt::format("{}: {} has {}", input_.file, where, what));
  }

  static std::string name_of(icalproperty* property) {
    if (icalproperty_isa(property) == ICAL_X_PROPERTY) return word(icalproperty_get_x_name(property));
    return word(icalproperty_get_property_name(property));
  }

  // Whether all that the component says of itself is only told to people.
  Status check(icalcomponent* component, const std::string& where) const {
    for (icalproperty* one = icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY); one != nullptr;
         one = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY)) {
      if (icalproperty_isa(one) == ICAL_XLICERROR_PROPERTY)
        return fail(calendar_errors::not_a_calendar,
                    fmt::format("{}: {}: {}", input_.file, where, word(icalproperty_get_xlicerror(one))));
      if (std::string name = name_of(one); !is_descriptive(name)) return unsupported(where, name);
    }
    return {};
  }

  // `time` is as it is written: in UTC, in the zone of its TZID, or in that of the window.
  [[nodiscard]] Result<EventTime> time_of(icalproperty* property, const icaltimetype& time) const {
    if (!is_time(time))
      return fail(calendar_errors::not_a_calendar,
                  fmt::format("{}: {} cannot be read", input_.file, name_of(property)));
    bool is_day = time.is_date != 0;
    if (icaltime_is_utc(time)) return EventTime{local_of(time), utc(), is_day};
    icalparameter* named = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    if (named == nullptr || is_day) return EventTime{local_of(time), input_.zone, is_day};
    NL_ASSIGN(Zone zone, input_.zone_named(word(icalparameter_get_tzid(named))));
    return EventTime{local_of(time), std::move(zone), is_day};
  }

  Status take(icalproperty* property, Event& event) const {
    switch (icalproperty_isa(property)) {
      case ICAL_DTSTART_PROPERTY: {
        NL_ASSIGN(event.start, time_of(property, icalproperty_get_dtstart(property)));
        return {};
      }
      case ICAL_DTEND_PROPERTY: {
        NL_ASSIGN(event.end, time_of(property, icalproperty_get_dtend(property)));
        return {};
      }
      case ICAL_EXDATE_PROPERTY: {
        NL_ASSIGN(EventTime time, time_of(property, icalproperty_get_exdate(property)));
        event.left_out.push_back(std::move(time));
        return {};
      }
      case ICAL_DURATION_PROPERTY:
        event.duration = seconds(icaldurationtype_as_int(icalproperty_get_duration(property)));
        return {};
      case ICAL_RRULE_PROPERTY:
        if (event.rule) return unsupported(event.name, "two RRULE");
        event.rule = icalproperty_get_rrule(property);
        return {};
      case ICAL_STATUS_PROPERTY:
        event.is_cancelled = icalproperty_get_status(property) == ICAL_STATUS_CANCELLED;
        return {};
      case ICAL_XLICERROR_PROPERTY:
        return fail(calendar_errors::not_a_calendar, fmt::format("{}: {}: {}", input_.file, event.name,
                                                                 word(icalproperty_get_xlicerror(property))));
      default:
        break;
    }
    std::string name = name_of(property);
    if (is_descriptive(name)) return {};
    return unsupported(event.name, name);
  }

  static std::string title_of(icalcomponent* component) {
    for (const char* text : {icalcomponent_get_summary(component), icalcomponent_get_uid(component)}) {
      if (text != nullptr && *text != '\0') return fmt::format("the event \"{}\"", text);
    }
    return "an event";
  }

  Status read_event(icalcomponent* component) {
    Event event;
    event.name = title_of(component);
    for (icalproperty* one = icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY); one != nullptr;
         one = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY))
      NL_TRY(take(one, event));
    for (icalcomponent* one = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT);
         one != nullptr; one = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)) {
      if (icalcomponent_isa(one) != ICAL_VALARM_COMPONENT)
        return unsupported(event.name, word(icalcomponent_kind_to_string(icalcomponent_isa(one))));
    }
    if (!event.start)
      return fail(calendar_errors::not_a_calendar,
                  fmt::format("{}: {} has no DTSTART", input_.file, event.name));
    if (event.is_cancelled) return {};
    return add_occurrences(event);
  }

  // As the clock shows it, where start and end are in one zone.
  static seconds length_of(const Event& event) {
    const EventTime& start = *event.start;
    seconds least = start.is_day ? seconds(days(1)) : seconds(0);
    if (event.duration) return std::max(*event.duration, least);
    if (!event.end) return least;
    if (event.end->zone.name() == start.zone.name())
      return std::max(seconds(event.end->at - start.at), least);
    return event.end->zone.to_sys(event.end->at, Occurrence::last) -
           start.zone.to_sys(start.at, Occurrence::first);
  }

  static bool is_left_out(const Event& event, local_seconds at) {
    const Zone& zone = event.start->zone;
    return std::any_of(event.left_out.begin(), event.left_out.end(), [&](const EventTime& one) {
      if (one.is_day) return floor<days>(at) == floor<days>(one.at);
      return zone.to_sys(at, Occurrence::first) == one.zone.to_sys(one.at, Occurrence::first);
    });
  }

  void add(const Event& event, local_seconds at, seconds length) {
    if (is_left_out(event, at)) return;
    Interval one = denied_interval(at, length, event.start->zone);
    if (one.begin < input_.within.end && input_.within.begin < one.end) found_.push_back(one);
  }

  // The end of a rule is written in UTC, and its days are those of the event. The last day counts whole.
  static void make_end_local(icalrecurrencetype& rule, const Zone& zone) {
    if (icaltime_is_null_time(rule.until)) return;
    local_seconds until = local_of(rule.until);
    if (icaltime_is_utc(rule.until)) until = zone.to_local(sys_seconds(until.time_since_epoch()));
    if (rule.until.is_date != 0) until += days(1) - seconds(1);
    rule.until = ical_of(until);
  }

  Status add_occurrences(const Event& event) {
    const EventTime& start = *event.start;
    seconds length = length_of(event);
    add(event, start.at, length);  // also where its rule would not come there
    if (!event.rule) return {};
    icalrecurrencetype rule = *event.rule;
    make_end_local(rule, start.zone);
    std::unique_ptr<icalrecur_iterator, FreeIterator> next(icalrecur_iterator_new(rule, ical_of(start.at)));
    if (!next) return unsupported(event.name, "an RRULE that cannot be followed");
    local_seconds last = start.zone.to_local(input_.within.end) + days(1);
    for (int count = 0;; ++count) {
      icaltimetype at = icalrecur_iterator_next(next.get());
      if (icaltime_is_null_time(at) || local_of(at) > last) return {};
      if (count == most_occurrences)
        return unsupported(event.name,
                           fmt::format("an RRULE with more than {} occurrences", most_occurrences));
      add(event, local_of(at), length);
    }
  }

  const CalendarInput& input_;
  std::vector<Interval> found_;
};

}  // namespace

Result<std::vector<Interval>> read_calendar(const CalendarInput& input) {
  return Reader(input).read();
}

}  // namespace nightlatch::calendar
