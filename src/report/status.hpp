// `nightlatch status`: what the nodes say of a run; nightlatch.dev/status/v1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/exposure.hpp"
#include "api/lease.hpp"
#include "report/detect.hpp"
#include "report/page.hpp"
#include "report/render.hpp"
#include "rollout/progress.hpp"

namespace nightlatch::report {

struct NodeStatus {
  std::string name;
  std::string step;  // of the run on this node; empty: the run never came here
  std::string time;  // of that step, UTC
  std::string side;  // "old", "new", "foreign"; empty: not known without the plan
  access::Exposure exposure;
  bool running = false;         // its API server
  std::optional<Error> unread;  // the node could not be read
  std::string from_journal;     // the last step that the local journal knows; empty: none
  std::string note;             // "not-gated", "not-running": what a guard that restored alone has to add
  std::optional<std::int64_t> guard_seconds;  // armed: left until it puts the manifest back
  bool skipped = false;  // the run is a rollback that left the node as it was, because it did not answer
};

enum class RunState { none, finished, unfinished };

struct StatusReport {
  std::optional<api::Lease> lock;  // nullopt: there is none, or it could not be read
  ClusterHeader cluster;
  std::string run;          // empty: no node knows a run
  std::string of_run{};     // the run that its plan is about; empty: none, or not known
  std::string whole_run{};  // `of_run`, where the run went on with that one: its rollback turns both back
  std::optional<rollout::RunProgress> journal;  // local, when there is one
  std::vector<NodeStatus> nodes;

  [[nodiscard]] RunState state() const;
  // "old", "new", "mixed" or "unknown"
  [[nodiscard]] std::string cluster_state() const;
};

// A node is in the middle of the run: neither confirmed nor put back.
[[nodiscard]] bool is_mid_change(const NodeStatus& node);

[[nodiscard]] Page page_of(const StatusReport& report);
[[nodiscard]] std::string status_json(const StatusReport& report, const std::string& shared_options);

}  // namespace nightlatch::report
