// Turns facts and a playbook into a plan, or into refusals. Pure.
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
  AcceptOutage accept_outage = AcceptOutage::no;  // yes: plan for the only API server, too (S14)
  Accepted accepted{};
  std::string today;                   // YYYY-MM-DD, for paths that expire
  std::vector<std::string> skipped{};  // a rollback leaves these nodes as they are, if they were not read
  std::optional<OutsideWindow> outside_window{};  // the plan goes past the window of the playbook
  std::string open_because{};  // set: the playbook is spec::opening_playbook, and this is a person's reason
  bool to_broken = false;      // a rollback may lead back to an API server that the kubelet kills (S2)
};

// The bytes of one node that no plan file holds, because probes may carry tokens.
struct NodeBytes {
  std::string manifest_before;
  std::string manifest_after;
  std::string config;
  std::string diff;  // unified, for people
};

struct PlanOutcome {
  std::optional<Plan> plan;                // set when there are no refusals; changes_nothing(): nothing to do
  std::map<std::string, NodeBytes> bytes;  // by node name; empty bytes for a node that does not change
  std::map<facts::ObjectReference, std::string>
      object_diffs;             // of the writes to the API, unified, for people
  std::vector<Error> refusals;  // as many as could be found at once
};

// Plans an apply. The plan is sealed and has no creation time. Refusals: those of preconditions.hpp,
// restart_inputs.hpp, image.hpp, owners.hpp, order.hpp and rewrite.hpp; one_api_server (S14),
// versions_differ (S12), timeout_short and ceiling_short (S5), balancer_probe (S17). Refusals about
// kubeadm-config, its patches (S20) and the ceiling are looked for only when there are no others. A node
// that holds what the playbook wants is part of the plan and does not change. Logins (S18): where --oidc-*
// flags move into the configuration file, the plan has the check login_untested, and more_algorithms where
// the flags accepted fewer than the nine algorithms that a file accepts. Both name the issuer of the first
// such node. With `open_because` the plan is a rollback that undoes no run, with the check opens_every_path.
[[nodiscard]] PlanOutcome make_plan(const PlanRequest& request);

// The rehearsal of `plan`: only its first swap is left, and nothing is written to the API. Sealed anew.
// `plan` swaps the manifest of at least one node.
[[nodiscard]] Plan rehearsal_of(const Plan& plan);

// The inverse of `original`, which `run` carried out wholly or in part, on today's bytes (docs/safety.md,
// S1): the list of changes reversed, and each change inverted. A node that the run did not change is left
// alone. A node that the run left in mid-change goes first. The node that serves nightlatch's own connection
// to the API goes last, unless spec.order is stated. Nodes of request.skipped are left out, each with the
// check node_skipped; what another rollback has skipped stays so when it is gone on with. Nodes that joined
// since have the check node_joined. Of the request only `facts`, `skipped`, `accept_outage` and `to_broken`
// are used.
// Refusals: wrong_cluster; node_unreadable; those of check_node, but for run_unfinished of `run` itself;
// not_a_member, for another machine; those of take_back.hpp, where the manifest is neither what the run wrote
// nor what it found: what was edited since stays, with the check edit_kept. In mid-change that is
// not_ours_anymore; skip_unknown, skip_answers and skip_all; one_api_server, where only one of several nodes
// is not skipped, unless `accept_outage` (S14); plan_edited, where the way back does not lead to the old
// bytes; back_to_broken (S2), unless `to_broken`.
[[nodiscard]] PlanOutcome make_rollback(const Plan& original, const std::string& run,
                                        const PlanRequest& request);

// What a person does about a rollback of `run` that is refused because the node does not answer. `skipped`:
// those that are skipped already.
[[nodiscard]] std::string way_past(const std::string& node, const std::string& run,
                                   std::vector<std::string> skipped);

// Whether `run` is the newest run on the node and left it in mid-change: its step there is not a last one,
// or the guard has restored the old manifest and no gate has been asked since.
[[nodiscard]] bool left_in_midrun(const facts::NodeFacts& facts, const std::string& run);

// Gives `now` the order of `reviewed` and seals it: only the endpoint's address may have moved since the
// review, and a run looks that up again before each node. Does nothing where another node is in trouble now
// ("worst first"), or a node has another kind of change.
void keep_order(Plan& now, const Plan& reviewed);

// One line for each difference between a plan that was reviewed and one made now; empty: their hashes are
// equal.
[[nodiscard]] std::vector<std::string> differences(const Plan& reviewed, const Plan& now);

// Error: plan_outdated with the lines of `differences`, where there are any. `file` is the reviewed plan's,
// for the message.
[[nodiscard]] Status check_unchanged(const Plan& reviewed, const Plan& now, std::string_view file);

}  // namespace nightlatch::plan
