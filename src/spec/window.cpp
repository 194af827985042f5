#include "spec/window.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

#include "spec/errors.hpp"

namespace nightlatch::spec {

namespace {

using calendar::Dated;
using calendar::Entries;
using calendar::Weekly;
using std::chrono::seconds;

std::chrono::weekday weekday_of(const std::string& name) {
  constexpr std::array<std::string_view, 7> names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  unsigned number = 0;
  while (number < names.size() && names[number] != name) ++number;
  return std::chrono::weekday(number);
}

// HH:MM, as the form has checked it.
seconds time_of_day_of(const std::string& text) {
  auto number = [&](std::size_t at) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + 2, value);
    return value;
  };
  return std::chrono::hours(number(0)) + std::chrono::minutes(number(3));
}

Weekly weekly_of(const Section& item) {
  Weekly weekly;
  for (const std::string& day : item.texts("days")) weekly.days.push_back(weekday_of(day));
  weekly.start = time_of_day_of(item.text("start"));
  weekly.duration = item.duration("duration");
  return weekly;
}

tl::unexpected<Error> unfit(const Section& item, std::string_view key, std::string message) {
  return fail(Error{.code = spec_errors::bad_value, .message = std::move(message), .place = item.place(key)});
}

Result<Dated> dated_of(const Section& item) {
  Dated dated{*calendar::read_local_time(item.text("from")), *calendar::read_local_time(item.text("to"))};
  if (dated.from < dated.to) return dated;
  return unfit(item, "to", fmt::format("it ends at {} and begins at {}", item.text("to"), item.text("from")));
}

// Either every week or once.
Status add_denied(const Section& item, Entries& deny) {
  bool weekly = item.has("start") && item.has("duration");
  bool once = item.has("from") && item.has("to");
  bool mixed =
      (item.has("start") || item.has("duration") || item.has("days")) && (item.has("from") || item.has("to"));
  if (mixed || weekly == once)
    return unfit(item, "start", "a denied time has either start and duration, or from and to");
  if (weekly) {
    deny.weekly.push_back(weekly_of(item));
    return {};
  }
  NL_ASSIGN(Dated dated, dated_of(item));
  deny.dated.push_back(dated);
  return {};
}

}  // namespace

Result<calendar::WindowRules> read_window(const Section& root) {
  calendar::WindowRules rules{.timezone = root.text("spec.window.timezone"),
                              .allow = {},
                              .deny = {},
                              .calendar = root.text("spec.window.calendar")};
  for (const Section& item : root.sections("spec.window.allow"))
    rules.allow.weekly.push_back(weekly_of(item));
  for (const Section& item : root.sections("spec.window.dates")) {
    NL_ASSIGN(Dated dated, dated_of(item));
    rules.allow.dated.push_back(dated);
  }
  for (const Section& item : root.sections("spec.window.deny")) NL_TRY(add_denied(item, rules.deny));
  bool says_when = !rules.allow.empty() || !rules.deny.empty() || !rules.calendar.empty();
  if (says_when && !rules.is_stated())
    return unfit(root, "spec.window", "spec.window has no timezone, so that nobody knows when it is");
  if (!says_when && rules.is_stated())
    return unfit(root, "spec.window",
                 "spec.window has a timezone, and says neither what is allowed nor what is denied");
  return rules;
}

}  // namespace nightlatch::spec
