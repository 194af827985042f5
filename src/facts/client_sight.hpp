// What the run's own client has seen in one span of time: it asks through the cluster's endpoint as the users
// of the cluster do, a few times a second, each time over a new connection. Values only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nightlatch::facts {

// Requests that failed one after the other. Times are milliseconds since 1970 UTC.
struct Outage {
  std::int64_t began_ms = 0;  // when the first of them was sent
  std::int64_t ended_ms = 0;  // when the first good answer came after it; while there is none: the last look
  std::uint64_t requests = 0;
  std::string why{};  // of the first one

  bool operator==(const Outage&) const = default;
};

struct ClientSight {
  std::int64_t from_ms = 0;
  std::int64_t until_ms = 0;
  std::uint64_t requests = 0;
  std::uint64_t failed = 0;   // no answer, or another status than 200
  std::int64_t usual_ms = 0;  // of a good answer, in the mean
  std::int64_t slowest_ms = 0;
  std::vector<Outage> outages{};   // those that ended in this span, or that had not ended at the last look
  std::uint64_t more_outages = 0;  // that are not listed

  bool operator==(const ClientSight&) const = default;
};

}  // namespace nightlatch::facts
