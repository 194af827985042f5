// Counts the requests of a scan: by class, by endpoint, by source, in bounded memory. Totals, and what is
// counted by class, outcome, place and severity, are always exact; where there are more endpoints or sources
// than fit, the small ones are merged, and how many is known.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "audit/allow_list.hpp"
#include "audit/histogram.hpp"
#include "audit/networks.hpp"
#include "audit/severity.hpp"
#include "audit/taxonomy.hpp"
#include "scan/request_merger.hpp"

namespace nightlatch::audit {

struct Times {
  std::int64_t first_us = 0;  // 0: never
  std::int64_t last_us = 0;

  void add(std::int64_t time_us);
  void add(const Times& other);
};

struct Endpoint {
  std::size_t request_class = 0;
  std::string shape{};  // "/api/v1/namespaces/{namespace}/pods"
  std::string verb{};
  Outcome outcome = Outcome::other;
  Severity severity = Severity::none;  // the worst of its requests
  std::uint64_t requests = 0;
  std::array<std::uint64_t, place_names.size()> by_place{};
  std::string example{};  // a URI without its query
  std::string source{};   // the last address of that request
  std::string agent{};    // what that client called itself
  std::string binding{};  // what authorization said: names the binding that allowed it
  bool merged = false;    // of several shapes
  Times times{};
};

struct Source {
  std::string address{};
  Place place = Place::unknown;
  std::uint64_t requests = 0;
  std::array<std::uint64_t, outcome_names.size()> by_outcome{};
  std::uint64_t classes = 0;  // a bit for each class
  Severity severity = Severity::none;
  std::string agent{};
  std::string behaves_like{};  // known_clients.hpp; empty: like none of them
  bool forwarded = false;      // it sent addresses of its own choice as well
  Times times{};
};

// Who was let in where: what would break if the path were closed.
struct Caller {
  std::string path{};  // decoded, without its query; as conditions are compared
  std::string address{};
  Place place = Place::unknown;
  std::string agent{};
  std::string verb{};
  std::size_t request_class = 0;
  Severity severity = Severity::none;  // the worst of its requests
  std::uint64_t requests = 0;
  Times times{};
};

// One request, when it is counted. Valid for the call only.
struct Judged {
  const scan::Event& event;
  const Endpoint& endpoint;
  const Source& source;
  Severity severity = Severity::none;
};
using OnJudged = std::function<void(const Judged&)>;

struct Totals {
  std::array<std::uint64_t, outcome_names.size()> by_outcome{};
  std::uint64_t posing = 0;  // impersonation of the anonymous user by somebody with credentials
  std::array<std::uint64_t, severity_names.size()> by_severity{};

  [[nodiscard]] std::uint64_t of(Outcome outcome) const {
    return by_outcome[static_cast<std::size_t>(outcome)];
  }
  [[nodiscard]] std::uint64_t all() const {
    return of(Outcome::allowed) + of(Outcome::forbidden) + of(Outcome::unauthenticated) + of(Outcome::other);
  }
};

// What became of a request of an anonymous or a rejected caller.
[[nodiscard]] Outcome outcome_of(const scan::Event& event, scan::Caller caller);

class Tally final : public scan::RequestSink {
 public:
  // `allowed`: what these entries answer for has no severity. `on_judged` hears of every request; may be
  // empty.
  Tally(const Taxonomy& taxonomy, const Networks& networks, const AllowList& allowed,
        OnJudged on_judged = {});
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;
  ~Tally() override = default;

  void take(const scan::Event& event, scan::Caller caller) override;
  void add(const Tally& other);

  [[nodiscard]] const Totals& totals() const { return totals_; }
  // Requests that each entry of the allow-list answers for.
  [[nodiscard]] const std::vector<std::uint64_t>& answered_for() const { return answered_for_; }
  [[nodiscard]] std::vector<Endpoint> endpoints() const;
  [[nodiscard]] std::vector<Source> sources() const;
  [[nodiscard]] std::vector<Caller> callers() const;
  // By class and outcome.
  [[nodiscard]] const std::map<std::pair<std::size_t, Outcome>, Histogram>& histograms() const {
    return histograms_;
  }
  // Requests whose endpoint, source or caller was merged with others. 0: every row is exact.
  [[nodiscard]] std::uint64_t merged_endpoints() const { return merged_endpoints_; }
  [[nodiscard]] std::uint64_t merged_sources() const { return merged_sources_; }
  [[nodiscard]] std::uint64_t merged_callers() const { return merged_callers_; }

  // Beyond these the smallest are merged.
  static constexpr std::size_t most_endpoints = 2000;
  static constexpr std::size_t most_sources = 4000;
  static constexpr std::size_t most_callers = 4000;

 private:
  // What was found out about a request that is asked again and again.
  struct Known {
    std::uint64_t key = 0;
    std::uint64_t round = 0;  // of the tables that the pointers point into
    Endpoint* endpoint = nullptr;
    Source* source = nullptr;
    Caller* caller = nullptr;
    Histogram* histogram = nullptr;
    Severity severity = Severity::none;
    Outcome outcome = Outcome::other;
    std::optional<std::size_t> answered_by{};  // the entry of the allow-list
  };

  Known look_up(const scan::Event& event, scan::Caller caller, std::uint64_t key);
  Severity severity_of(std::size_t request_class, std::size_t decoded_class, Outcome outcome,
                       Place place) const;
  Endpoint& endpoint_of(const Endpoint& wanted);
  Source& source_of(const Source& wanted);
  Caller* caller_of(const Caller& wanted);
  void drop_small_sources();
  void drop_small_callers();

  const Taxonomy& taxonomy_;
  const Networks& networks_;
  const AllowList& allowed_;
  OnJudged on_judged_;
  std::vector<std::uint64_t> answered_for_;
  Totals totals_;
  std::unordered_map<std::string, Endpoint> endpoints_;
  std::unordered_map<std::string, Source> sources_;
  std::unordered_map<std::string, Caller> callers_;
  std::map<std::pair<std::size_t, Outcome>, Histogram> histograms_;
  std::vector<Known> known_;
  std::uint64_t round_ = 1;
  std::uint64_t merged_endpoints_ = 0;
  std::uint64_t merged_sources_ = 0;
  std::uint64_t merged_callers_ = 0;
};

}  // namespace nightlatch::audit
