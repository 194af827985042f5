// Facts and a playbook become a plan, or refusals.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "facts/cluster_facts.hpp"
#include "plan/plan.hpp"
#include "spec/inventory.hpp"
#include "spec/playbook.hpp"

namespace nightlatch::plan {

enum class AcceptOutage { no, yes };

struct PlanRequest {
  spec::Cluster cluster;
  spec::Playbook playbook;
  facts::ClusterFacts facts;
  AcceptOutage accept_outage = AcceptOutage::no;  // S14: one API server
  std::vector<std::string> accepted_owners{};     // S12: by name, who else may look after the manifests
  std::string today;                              // YYYY-MM-DD, for expiring paths
  bool to_broken = false;                         // S2: a rollback may lead back into a loop
};

// What leaves the machine besides the plan: bytes that no plan file holds. By node name.
struct NodeBytes {
  std::string manifest_before;
  std::string manifest_after;
  std::string config;
  std::string diff;  // unified, for people
};

struct PlanOutcome {
  std::optional<Plan> plan;  // set when there are no refusals; changes_nothing(): nothing to do
  std::map<std::string, NodeBytes> bytes;
  std::map<facts::ObjectReference, std::string>
      object_diffs;             // of the writes to the API, unified, for people
  std::vector<Error> refusals;  // all of them, not only the first
};

[[nodiscard]] PlanOutcome make_plan(const PlanRequest& request);

// The first node that would change, alone, and only rehearsed. `plan` changes one at least.
[[nodiscard]] Plan rehearsal_of(const Plan& plan);

// The inverse of a plan that was carried out, wholly or in part, on today's bytes (S1): its list reversed,
// each change turned round. A node whose manifest is no longer what that run wrote is refused, a node it
// never changed is left alone. A node that was left in mid-change goes first, and one that serves our own
// connection last.
[[nodiscard]] PlanOutcome make_rollback(const Plan& original, const std::string& run,
                                        const PlanRequest& request);

// The run's own mark on the node is not terminal: it stopped in the middle; or its guard restored and nobody
// has gated that yet.
[[nodiscard]] bool left_in_midrun(const facts::NodeFacts& facts, const std::string& run);

// The endpoint's address may have moved since the review, which is looked up again before each node: `now`
// takes the reviewed order, unless other nodes go first as the worst.
void keep_order(Plan& now, const Plan& reviewed);

// Names every difference between a plan that was reviewed and one made now from the same playbook; empty: the
// same. Nothing is applied when there is one.
[[nodiscard]] std::vector<std::string> differences(const Plan& reviewed, const Plan& now);

// plan_outdated with every difference, when there is one. `file` is the reviewed plan's.
[[nodiscard]] Status check_unchanged(const Plan& reviewed, const Plan& now, std::string_view file);

}  // namespace nightlatch::plan
