#include "rollout/record.hpp"

#include <array>
#include <charconv>
#include <ctime>
#include <optional>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rollout/errors.hpp"
#include "util/whole_json.hpp"

namespace nightlatch::rollout {

namespace {

constexpr int version = 1;
constexpr std::array<std::string_view, 3> phases{"intend", "done", "failed"};

std::string format_time(std::int64_t ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03d}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                     ms % 1000);
}

std::optional<std::int64_t> parse_time(const std::string& text) {
  constexpr std::size_t length = std::string_view("2026-11-22T01:14:05.000Z").size();
  if (text.size() != length || text.back() != 'Z') return std::nullopt;
  std::tm tm{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S.", &tm);
  const char* end = text.data() + length - 1;
  int millis = 0;
  if (rest == nullptr || end - rest != 3) return std::nullopt;
  if (auto [stop, error] = std::from_chars(rest, end, millis);
      error != std::errc{} || stop != end || millis < 0)
    return std::nullopt;
  return static_cast<std::int64_t>(::timegm(&tm)) * 1000 + millis;
}

}  // namespace

std::string_view name(Phase phase) {
  return phases[static_cast<std::size_t>(phase)];
}

std::map<std::string, std::string> error_data(int code, std::string_view why) {
  return {{"code", fmt::format("{}", code)}, {"why", std::string(why)}};
}

std::string Record::value(const std::string& key) const {
  auto found = data.find(key);
  return found == data.end() ? std::string{} : found->second;
}

int error_code(const Record& record) {
  auto found = record.data.find("code");
  int number = 0;
  if (found != record.data.end())
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), number);
  return number;
}

std::string to_line(const Record& record, std::string_view prev) {
  nlohmann::ordered_json json;
  json["v"] = version;
  json["seq"] = record.seq;
  json["t"] = format_time(record.time_ms);
  json["run"] = record.run;
  json["node"] = record.node;
  json["step"] = record.step;
  json["phase"] = name(record.phase);
  json["data"] = record.data;
  json["prev"] = prev;
  // The texts that a node sends may contain bytes that are not UTF-8. They must not stop the journal.
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<ParsedLine> from_line(std::string_view line) {
  auto broken = [](std::string why) { return fail(rollout_errors::journal_broken, std::move(why)); };
  try {
    auto json = parse_whole_json(line);
    if (!json.at("v").is_number() || json.at("v") != version)
      return broken("the line is of another version of the journal");
    ParsedLine parsed;
    parsed.record.seq = json.at("seq").get<std::uint64_t>();
    auto time = parse_time(json.at("t").get<std::string>());
    if (!time) return broken("the value of t is not a time");
    parsed.record.time_ms = *time;
    parsed.record.run = json.at("run").get<std::string>();
    parsed.record.node = json.at("node").get<std::string>();
    parsed.record.step = json.at("step").get<std::string>();
    auto phase = json.at("phase").get<std::string>();
    for (std::size_t i = 0; i < phases.size(); ++i) {
      if (phases[i] == phase) parsed.record.phase = static_cast<Phase>(i);
    }
    if (name(parsed.record.phase) != phase) return broken(fmt::format("unknown phase \"{}\"", phase));
    parsed.record.data = json.at("data").get<std::map<std::string, std::string>>();
    parsed.prev = json.at("prev").get<std::string>();
    return parsed;
  } catch (const nlohmann::json::exception&) {
    return broken("not a journal line");
  }
}

}  // namespace nightlatch::rollout
