#include "plan/window_json.hpp"

#include <nlohmann/json.hpp>

namespace nightlatch::plan {

namespace {

using calendar::Dated;
using calendar::Entries;
using calendar::local_seconds;
using calendar::Weekly;
using nlohmann::json;
using std::chrono::seconds;

// Days as numbers from Sunday, 0; local times as seconds since 1970 on the clock of the zone.
json to(const Entries& entries) {
  json weekly = json::array();
  for (const Weekly& one : entries.weekly) {
    json days = json::array();
    for (std::chrono::weekday day : one.days) days.push_back(day.c_encoding());
    weekly.push_back(
        {{"days", days}, {"startSeconds", one.start.count()}, {"durationSeconds", one.duration.count()}});
  }
  json dated = json::array();
  for (const Dated& one : entries.dated)
    dated.push_back(
        {{"from", one.from.time_since_epoch().count()}, {"to", one.to.time_since_epoch().count()}});
  return {{"weekly", weekly}, {"dated", dated}};
}

Entries entries_from(const json& value) {
  Entries entries;
  for (const json& one : value.at("weekly")) {
    Weekly weekly{.days = {},
                  .start = seconds(one.at("startSeconds").get<std::int64_t>()),
                  .duration = seconds(one.at("durationSeconds").get<std::int64_t>())};
    for (const json& day : one.at("days")) weekly.days.emplace_back(day.get<unsigned>());
    entries.weekly.push_back(std::move(weekly));
  }
  auto time = [](const json& seconds_since) {
    return local_seconds(seconds(seconds_since.get<std::int64_t>()));
  };
  for (const json& one : value.at("dated"))
    entries.dated.push_back({time(one.at("from")), time(one.at("to"))});
  return entries;
}

}  // namespace

json to_json(const calendar::WindowRules& rules) {
  return {{"timezone", rules.timezone},
          {"allow", to(rules.allow)},
          {"deny", to(rules.deny)},
          {"calendar", rules.calendar}};
}

calendar::WindowRules window_from_json(const json& value) {
  return {.timezone = value.at("timezone").get<std::string>(),
          .allow = entries_from(value.at("allow")),
          .deny = entries_from(value.at("deny")),
          .calendar = value.at("calendar").get<std::string>()};
}

}  // namespace nightlatch::plan
