#include "rollout/client_record.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "util/text.hpp"

namespace nightlatch::rollout {

namespace {

constexpr std::size_t longest_why_of_outage = 120;

template <class Number>
Number number(std::string_view text) {
  Number value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "1795310045123 1250 4 connection refused": when, for how long, how many requests, why.
std::string line_of(const facts::Outage& outage) {
  std::string why = outage.why.substr(0, longest_why_of_outage);
  std::replace(why.begin(), why.end(), '\n', ' ');
  return fmt::format("{} {} {} {}", outage.began_ms, outage.ended_ms - outage.began_ms, outage.requests, why);
}

facts::Outage outage_in(const std::string& line) {
  std::vector<std::string> words = split(line, ' ');
  words.resize(std::max<std::size_t>(words.size(), 3));
  facts::Outage outage;
  outage.began_ms = number<std::int64_t>(words[0]);
  outage.ended_ms = outage.began_ms + number<std::uint32_t>(words[1]);
  outage.requests = number<std::uint64_t>(words[2]);
  words.erase(words.begin(), words.begin() + 3);
  outage.why = join(words, " ");
  return outage;
}

}  // namespace

std::map<std::string, std::string> data_of(const facts::ClientSight& sight) {
  std::map<std::string, std::string> data{
      {"from", fmt::format("{}", sight.from_ms)},      {"until", fmt::format("{}", sight.until_ms)},
      {"requests", fmt::format("{}", sight.requests)}, {"failed", fmt::format("{}", sight.failed)},
      {"usualMs", fmt::format("{}", sight.usual_ms)},  {"slowestMs", fmt::format("{}", sight.slowest_ms)}};
  std::vector<std::string> lines;
  for (const facts::Outage& outage : sight.outages) lines.push_back(line_of(outage));
  if (!lines.empty()) data["outages"] = join(lines, "\n");
  if (sight.more_outages > 0) data["moreOutages"] = fmt::format("{}", sight.more_outages);
  return data;
}

facts::ClientSight sight_in(const Record& record) {
  facts::ClientSight sight;
  sight.from_ms = number<std::int64_t>(record.value("from"));
  sight.until_ms = number<std::int64_t>(record.value("until"));
  sight.requests = number<std::uint64_t>(record.value("requests"));
  sight.failed = number<std::uint64_t>(record.value("failed"));
  sight.usual_ms = number<std::int64_t>(record.value("usualMs"));
  sight.slowest_ms = number<std::int64_t>(record.value("slowestMs"));
  sight.more_outages = number<std::uint64_t>(record.value("moreOutages"));
  if (record.data.contains("outages")) {
    for (const std::string& line : split(record.value("outages"), '\n'))
      sight.outages.push_back(outage_in(line));
  }
  return sight;
}

}  // namespace nightlatch::rollout
