// The inverse of a plan that was carried out, as a plan of its own (S1).
#include <algorithm>

#include <fmt/format.h>

#include "manifest/splice.hpp"
#include "plan/errors.hpp"
#include "plan/expectations.hpp"
#include "plan/kubeadm_change.hpp"
#include "plan/planner.hpp"
#include "plan/preconditions.hpp"
#include "util/hash.hpp"

namespace nightlatch::plan {

namespace {

namespace codes = plan_errors;
using facts::NodeFacts;

Error refusal(const ErrorCode& code, std::string message) {
  return Error{code, std::move(message), {}, {}, {}, {}};
}

// The run turned `original` around on this node; `old_bytes` is what it found there.
Result<NodePlan> turn_around(const NodePlan& original, const NodeFacts& facts, const std::string& old_bytes) {
  NodePlan node = original;
  std::swap(node.sha256_before, node.sha256_after);
  std::swap(node.splices, node.undo);
  std::swap(node.before, node.after);
  node.opens.clear();
  node.config_path.clear();  // S3: the file that the old manifest names was never taken away
  node.config_sha256.clear();
  NL_ASSIGN(manifest::ApiServerPod pod,
            manifest::read_api_server_pod(old_bytes, fmt::format("{}:{}", facts.name, facts.manifest_path)));
  node.gates = gates_for(node.after, pod);
  return node;
}

Result<NodePlan> roll_back_node(const NodePlan& original, const NodeFacts& facts, const std::string& run,
                                NodeBytes& bytes) {
  if (facts.machine_id != original.machine_id) {
    return fail(codes::not_a_member,
                fmt::format("{} is another machine than the one run {} changed", facts.name, run));
  }
  const std::string& today = facts.manifest.bytes;
  const std::string& sha = facts.manifest.sha256;
  bool is_old = sha == original.sha256_before;
  bool is_new = sha == original.sha256_after;
  NodePlan untouched = original;
  untouched.action = NodeAction::none;
  untouched.stays_behind = false;
  untouched.sha256_before = untouched.sha256_after = sha;
  untouched.after = is_old ? original.before : original.after;
  untouched.before = untouched.after;
  if (original.action == NodeAction::none) {  // that run never changed it, whatever became of it since
    bool was_as_planned = original.sha256_before == original.sha256_after;
    untouched.stays_behind = was_as_planned ? !original.stays_behind : !is_old;
    untouched.gates = {{"GET", "/readyz", facts::Credentials::admin, facts::Purpose::ready, {200}}};
    return untouched;
  }
  if (!is_old && !is_new) {
    return fail(codes::not_ours_anymore,
                fmt::format("{}: {} is {} now; run {} wrote {}", facts.name, facts.manifest_path,
                            short_hash(sha), run, short_hash(original.sha256_after)));
  }
  // A plan file may come from anywhere: its splices are not applied before they were seen to lie in the
  // bytes.
  bool applicable = is_old || manifest::fit(original.undo, today.size());
  std::string old_bytes = is_old || !applicable ? today : manifest::apply(today, original.undo);
  if (!applicable || sha256_hex(old_bytes) != original.sha256_before) {
    return fail(codes::plan_edited,
                fmt::format("{}: the plan's way back does not lead to the old bytes", facts.name));
  }
  NL_ASSIGN(NodePlan back, turn_around(original, facts, old_bytes));
  if (left_in_midrun(facts, run)) {
    // The node's own run directory holds the backup; sha256_before stays what that run found.
    back.action = NodeAction::finish_restore;
    back.previous_run = run;
    std::swap(back.sha256_before, back.sha256_after);
    return back;
  }
  if (is_old) {
    untouched.gates = back.gates;
    return untouched;
  }
  back.action = NodeAction::swap;
  bytes = {today, old_bytes, {}, manifest::unified_diff(today, back.splices, facts.manifest_path)};
  return back;
}

// S2: what the old bytes would do again. A node in mid-change is put back to them all the same.
std::optional<Error> loops_again(const NodePlan& back, const std::string& old_bytes) {
  if (back.action != NodeAction::swap) return std::nullopt;
  std::optional<std::string> why;
  if (back.after.state == access::ExposureState::will_not_start) {
    why = "it would not start: " + back.after.why;
  } else if (auto pod = manifest::read_api_server_pod(old_bytes, back.manifest_path)) {
    why = refused_probe(back.after, *pod);
  }
  if (!why) return std::nullopt;
  return refusal(codes::back_to_broken, fmt::format("{}: {}", back.name, *why));
}

// A node in mid-run may be the one that is away: it goes first, while the others are still ready.
int rank(const NodePlan& node) {
  switch (node.action) {
    case NodeAction::finish_restore:
      return 0;
    case NodeAction::swap:
      return 1;
    case NodeAction::none:
      break;
  }
  return 2;
}

}  // namespace

bool left_in_midrun(const NodeFacts& facts, const std::string& run) {
  constexpr std::array in_midrun{"staged", "armed", "swapped", "restarted", "gated", "soaked", "restoring"};
  if (facts.runs.empty() || facts.runs.front().run != run) return false;
  const facts::NodeRun& last = facts.runs.front();
  bool ungated = last.step == "restored" && !last.note.empty();
  return ungated || std::find(in_midrun.begin(), in_midrun.end(), last.step) != in_midrun.end();
}

PlanOutcome make_rollback(const Plan& original, const std::string& run, const PlanRequest& request) {
  PlanOutcome outcome;
  Plan plan;
  plan.direction = original.direction == Direction::apply ? Direction::rollback : Direction::apply;
  plan.cluster = original.cluster;
  plan.endpoint = original.endpoint;
  plan.kube_system_uid = original.kube_system_uid;
  plan.of_run = run;
  plan.playbook = original.playbook;
  if (request.facts.api && request.facts.api->kube_system_uid != original.kube_system_uid) {
    outcome.refusals.push_back(
        refusal(codes::wrong_cluster, fmt::format("run {} was of another cluster", run)));
  }
  for (const NodePlan& node : original.nodes) {
    auto facts = std::find_if(request.facts.nodes.begin(), request.facts.nodes.end(),
                              [&](const NodeFacts& one) { return one.name == node.name; });
    if (facts == request.facts.nodes.end()) {
      outcome.refusals.push_back(
          refusal(codes::node_unreadable, fmt::format("{} could not be read", node.name)));
      continue;
    }
    for (Error& broken : check_node(*facts)) {
      bool this_run = broken.code.number == codes::run_unfinished.number && facts->runs.front().run == run;
      if (!this_run) outcome.refusals.push_back(std::move(broken));
    }
    NodeBytes bytes;
    auto back = roll_back_node(node, *facts, run, bytes);
    if (!back) {
      outcome.refusals.push_back(std::move(back).error());
      continue;
    }
    auto broken = loops_again(*back, bytes.manifest_after);
    if (broken && !request.to_broken) outcome.refusals.push_back(*std::move(broken));
    outcome.bytes[node.name] = std::move(bytes);
    plan.nodes.push_back(std::move(*back));
  }
  std::optional<std::string> config;
  if (request.facts.api) config = request.facts.api->kubeadm_config;
  KubeadmOutcome kubeadm = turn_kubeadm_change(original.kubeadm_config, config, run);
  if (!outcome.refusals.empty()) return outcome;
  plan.kubeadm_config = std::move(kubeadm.change);
  outcome.kubeadm_diff = std::move(kubeadm.diff);
  if (kubeadm.check) plan.checks.push_back(*std::move(kubeadm.check));
  std::stable_sort(plan.nodes.begin(), plan.nodes.end(),
                   [](const NodePlan& a, const NodePlan& b) { return rank(a) < rank(b); });
  for (const NodePlan& node : plan.nodes) {
    plan.order_reasons.emplace_back(node.action == NodeAction::finish_restore ? "left in mid-change: first"
                                    : node.action == NodeAction::none         ? "nothing to undo"
                                                                              : "");
  }
  seal(plan);
  outcome.plan = std::move(plan);
  return outcome;
}

}  // namespace nightlatch::plan
