// What a journal tells of a run in detail: when each step of each node began and ended, what the gates
// answered, and what the run's own client saw. A fold of records, as RunProgress is, for the evidence.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "facts/client_sight.hpp"
#include "facts/probe.hpp"
#include "rollout/record.hpp"

namespace nightlatch::rollout {

// A step from its intend record to its end. Times are milliseconds since 1970 UTC.
struct StepSpan {
  std::string step;
  std::int64_t began_ms = 0;
  std::int64_t ended_ms = 0;
  Phase phase = Phase::intend;  // of the last record; intend: the journal has no end of it
};

// One question of a node's gates, with the answers that were noted. Where there is none, Seen::why says so.
struct GateHistory {
  facts::Expectation question;
  facts::Seen before;  // in the preflight
  facts::Seen first;   // after the change
  facts::Seen last;    // after the change, before it was undone if it was
  facts::Seen after;   // of what the node has at the end of the run
};

struct NodeTimeline {
  std::string node;
  std::vector<StepSpan> steps;  // in the order in which they began
  std::vector<GateHistory> gates;
};

struct Timeline {
  std::vector<NodeTimeline> nodes;   // in the order of their first records
  std::vector<StepSpan> of_the_run;  // the writes to the API, named by their objects, and the last check
  std::vector<facts::ClientSight> client;

  void fold(const Record& record);
  // nullptr: it has no record.
  [[nodiscard]] const NodeTimeline* find(const std::string& node) const;
};

// The outages of all spans, each once: one that was not over at a look is told again by the next.
[[nodiscard]] std::vector<facts::Outage> outages_of(const std::vector<facts::ClientSight>& client);

}  // namespace nightlatch::rollout
