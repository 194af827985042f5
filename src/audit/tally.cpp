#include "audit/tally.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "scan/hash64.hpp"

namespace nightlatch::audit {

namespace {

constexpr std::size_t known_slots = 1024;
constexpr std::size_t longest_text = 256;
constexpr std::string_view more_paths = "(further paths)";

std::string cut(std::string_view text) {
  return std::string(text.substr(0, longest_text));
}

std::string path_of(std::string_view uri) {
  return cut(uri.substr(0, uri.find_first_of("?#")));
}

template <class Map>
auto rows_of(const Map& map) {
  std::vector<typename Map::mapped_type> rows;
  rows.reserve(map.size());
  for (const auto& [key, row] : map) rows.push_back(row);
  return rows;
}

// Drops those rows that have no more requests than half of them. Returns the requests of those that were
// dropped.
template <class Map>
std::uint64_t drop_smaller_half(Map& map) {
  std::vector<std::uint64_t> counts;
  for (const auto& [key, row] : map) counts.push_back(row.requests);
  auto middle = counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2);
  std::nth_element(counts.begin(), middle, counts.end());
  std::uint64_t dropped = 0;
  for (auto row = map.begin(); row != map.end();) {
    bool small = row->second.requests <= *middle;
    dropped += small ? row->second.requests : 0;
    row = small ? map.erase(row) : std::next(row);
  }
  return dropped;
}

void add(const Endpoint& more, Endpoint& row) {
  row.requests += more.requests;
  row.severity = std::max(row.severity, more.severity);
  for (std::size_t i = 0; i < row.by_place.size(); ++i) row.by_place[i] += more.by_place[i];
  row.times.add(more.times);
}

void add(const Source& more, Source& row) {
  row.requests += more.requests;
  row.severity = std::max(row.severity, more.severity);
  row.classes |= more.classes;
  row.forwarded = row.forwarded || more.forwarded;
  for (std::size_t i = 0; i < row.by_outcome.size(); ++i) row.by_outcome[i] += more.by_outcome[i];
  row.times.add(more.times);
}

void add(const Caller& more, Caller& row) {
  row.requests += more.requests;
  row.times.add(more.times);
}

// Which of two texts a row shows as its example, so that the number of threads makes no difference.
template <class Row>
bool comes_first(const Row& one, const Row& other) {
  return other.times.first_us == 0 || (one.times.first_us != 0 && one.times.first_us < other.times.first_us);
}

}  // namespace

void Times::add(std::int64_t time_us) {
  if (time_us == 0) return;
  if (first_us == 0 || time_us < first_us) first_us = time_us;
  last_us = std::max(last_us, time_us);
}

void Times::add(const Times& other) {
  add(other.first_us);
  add(other.last_us);
}

Outcome outcome_of(const scan::Event& event, scan::Caller caller) {
  if (caller == scan::Caller::rejected) return Outcome::unauthenticated;
  if (event.decision == scan::Decision::allow) return Outcome::allowed;
  if (event.decision == scan::Decision::forbid || event.code == 403) return Outcome::forbidden;
  return event.code >= 100 && event.code < 400 ? Outcome::allowed : Outcome::other;
}

Tally::Tally(const Taxonomy& taxonomy, const Networks& networks, const AllowList& allowed)
    : taxonomy_(taxonomy),
      networks_(networks),
      allowed_(allowed),
      answered_for_(allowed.entries.size()),
      known_(known_slots) {}

void Tally::take(const scan::Event& event, scan::Caller caller) {
  if (caller == scan::Caller::posing_as_anonymous) {
    ++totals_.posing;
    return;
  }
  std::uint64_t key =
      scan::Hash64()
          .add(event.uri)
          .add(event.verb)
          .add(event.last_ip)
          .add(event.message)
          .add(static_cast<std::uint64_t>(event.code) << 16U |
               static_cast<std::uint64_t>(event.decision) << 8U | static_cast<std::uint64_t>(caller) << 1U |
               static_cast<std::uint64_t>(event.impersonates))
          .value();
  Known& known = known_[key % known_slots];
  if (known.key != key || known.round != round_) known = look_up(event, caller, key);
  std::int64_t time = scan::time_of(event);
  ++totals_.by_outcome[static_cast<std::size_t>(known.outcome)];
  ++totals_.by_severity[static_cast<std::size_t>(known.severity)];
  ++known.endpoint->requests;
  ++known.endpoint->by_place[static_cast<std::size_t>(known.source->place)];
  known.endpoint->severity = std::max(known.endpoint->severity, known.severity);
  known.endpoint->times.add(time);
  ++known.source->requests;
  ++known.source->by_outcome[static_cast<std::size_t>(known.outcome)];
  known.source->classes |= std::uint64_t{1} << known.endpoint->request_class;
  known.source->severity = std::max(known.source->severity, known.severity);
  known.source->times.add(time);
  known.source->forwarded = known.source->forwarded || event.forwarded;
  known.histogram->add(time, 1);
  if (known.answered_by) ++answered_for_[*known.answered_by];
  if (known.caller == nullptr) return;
  ++known.caller->requests;
  known.caller->times.add(time);
}

Tally::Known Tally::look_up(const scan::Event& event, scan::Caller caller, std::uint64_t key) {
  RequestPath path = read_path(event.uri);
  std::size_t decoded_class = taxonomy_.class_of(path, event.verb);
  std::size_t request_class = path.is_disguised ? taxonomy_.encoded_twin() : decoded_class;
  bool tries_impersonation =
      event.impersonates || event.message.find("cannot impersonate") != std::string_view::npos;
  if (tries_impersonation) request_class = taxonomy_.impersonation();
  Known known;
  known.key = key;
  known.outcome = outcome_of(event, caller);
  Source source{.address = cut(event.last_ip),
                .place = networks_.place_of(event.last_ip),
                .agent = cut(event.user_agent)};
  known.answered_by = allowed_.find(path.path, event.last_ip);
  if (!known.answered_by)
    known.severity = severity_of(request_class, decoded_class, known.outcome, source.place);
  bool is_nothing_known = taxonomy_.classes[decoded_class].name == "scanner-noise" || !path.is_api;
  known.source = &source_of(source);
  known.endpoint =
      &endpoint_of({.request_class = request_class,
                    .shape = is_nothing_known ? "(no path of an API server)" : cut(path.shape),
                    .verb = cut(event.verb),
                    .outcome = known.outcome,
                    .example = path_of(event.uri),
                    .source = source.address,
                    .agent = source.agent,
                    .binding = known.outcome == Outcome::allowed ? cut(event.reason) : std::string()});
  known.histogram = &histograms_[{request_class, known.outcome}];
  if (known.outcome == Outcome::allowed) {
    known.caller = caller_of({.path = cut(path.path),
                              .address = source.address,
                              .place = source.place,
                              .agent = source.agent,
                              .verb = cut(event.verb),
                              .request_class = request_class});
  }
  known.round = round_;
  return known;
}

Severity Tally::severity_of(std::size_t request_class, std::size_t decoded_class, Outcome outcome,
                            Place place) const {
  if (outcome == Outcome::other) return Severity::none;
  auto index = static_cast<std::size_t>(outcome);
  const RequestClass& judged = taxonomy_.classes[request_class];
  Severity severity = judged.severity[index];
  bool twin_allowed = request_class == taxonomy_.encoded_twin() && outcome == Outcome::allowed;
  if (twin_allowed) severity = std::max(severity, raised(taxonomy_.classes[decoded_class].severity[index]));
  if (judged.from_probes[index] && asks_probes(place)) return *judged.from_probes[index];
  return place == Place::public_network ? raised(severity) : severity;
}

Endpoint& Tally::endpoint_of(const Endpoint& wanted) {
  auto key = [](const Endpoint& row) {
    return fmt::format("{} {} {} {}", row.request_class, static_cast<int>(row.outcome), row.verb, row.shape);
  };
  std::string name = key(wanted);
  if (auto found = endpoints_.find(name); found != endpoints_.end()) return found->second;
  if (endpoints_.size() < most_endpoints) return endpoints_.emplace(std::move(name), wanted).first->second;
  Endpoint merged = wanted;
  merged.shape = more_paths;
  merged.verb = "*";
  merged.merged = true;
  ++merged_endpoints_;
  return endpoints_.try_emplace(key(merged), merged).first->second;
}

Source& Tally::source_of(const Source& wanted) {
  if (auto found = sources_.find(wanted.address); found != sources_.end()) return found->second;
  if (sources_.size() >= most_sources) drop_small_sources();
  return sources_.emplace(wanted.address, wanted).first->second;
}

Caller* Tally::caller_of(const Caller& wanted) {
  std::string key = wanted.address + " " + wanted.path;
  if (auto found = callers_.find(key); found != callers_.end()) return &found->second;
  if (callers_.size() >= most_callers) drop_small_callers();
  return &callers_.emplace(std::move(key), wanted).first->second;
}

void Tally::drop_small_sources() {
  merged_sources_ += drop_smaller_half(sources_);
  ++round_;
}

void Tally::drop_small_callers() {
  merged_callers_ += drop_smaller_half(callers_);
  ++round_;
}

void Tally::add(const Tally& other) {
  for (std::size_t i = 0; i < totals_.by_outcome.size(); ++i)
    totals_.by_outcome[i] += other.totals_.by_outcome[i];
  for (std::size_t i = 0; i < totals_.by_severity.size(); ++i)
    totals_.by_severity[i] += other.totals_.by_severity[i];
  totals_.posing += other.totals_.posing;
  for (std::size_t i = 0; i < answered_for_.size(); ++i) answered_for_[i] += other.answered_for_[i];
  for (const auto& [key, more] : other.endpoints_) {
    Endpoint empty = more;
    empty.requests = 0;
    empty.by_place = {};
    Endpoint& row = endpoint_of(empty);
    if (comes_first(more, row)) {
      row.example = more.example;
      row.source = more.source;
      row.agent = more.agent;
      row.binding = more.binding;
    }
    audit::add(more, row);
  }
  for (const auto& [key, more] : other.sources_) {
    Source empty = more;
    empty.requests = 0;
    empty.by_outcome = {};
    Source& row = source_of(empty);
    if (comes_first(more, row)) row.agent = more.agent;
    audit::add(more, row);
  }
  for (const auto& [key, more] : other.callers_) {
    Caller empty = more;
    empty.requests = 0;
    Caller& row = *caller_of(empty);
    if (comes_first(more, row)) row.agent = more.agent;
    audit::add(more, row);
  }
  for (const auto& [key, more] : other.histograms_) histograms_[key].add(more);
  merged_endpoints_ += other.merged_endpoints_;
  merged_sources_ += other.merged_sources_;
  merged_callers_ += other.merged_callers_;
  ++round_;
}

std::vector<Endpoint> Tally::endpoints() const {
  return rows_of(endpoints_);
}

std::vector<Source> Tally::sources() const {
  return rows_of(sources_);
}

std::vector<Caller> Tally::callers() const {
  return rows_of(callers_);
}

}  // namespace nightlatch::audit
