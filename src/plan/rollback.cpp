// The inverse of a plan that was carried out, as a plan of its own (S1).
#include <algorithm>
#include <map>
#include <optional>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "access/profile.hpp"
#include "facts/steps.hpp"
#include "manifest/splice.hpp"
#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "plan/expectations.hpp"
#include "plan/holder.hpp"
#include "plan/joined_nodes.hpp"
#include "plan/kubeadm_change.hpp"
#include "plan/obstacles.hpp"
#include "plan/planner.hpp"
#include "plan/preconditions.hpp"
#include "plan/refusal.hpp"
#include "plan/resume.hpp"
#include "plan/take_back.hpp"
#include "util/hash.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

namespace codes = plan_errors;
using facts::NodeFacts;

// Which of a run's changes are undone: all of them, or only what it left in mid-change.
enum class Part { all, in_midrun };

// A node of the plan that leads back; without a change there is nothing to undo.
struct Turned {
  NodePlan node;
  std::optional<ManifestChange> change;
  NodeBytes bytes;
  bool is_edited = false;  // somebody has edited the manifest since, and the edit stays
};

// A node that is left as it is: `is_old` by the bytes that it holds, where that run was to change it.
Turned left_alone(const NodePlan& original, const ManifestChange* change, const NodeFacts& facts) {
  Turned turned{.node = original, .change = {}, .bytes = {}};
  bool is_old = change != nullptr && facts.manifest.sha256 == change->sha256_before;
  NodePlan& node = turned.node;
  node.manifest_sha256 = facts.manifest.sha256;
  node.before = node.after = is_old ? original.before : original.after;
  node.opens.clear();
  node.stays_behind = change == nullptr ? !original.stays_behind : !is_old;
  node.gates = {{.method = "GET",
                 .path = "/readyz",
                 .credentials = facts::Credentials::admin,
                 .purpose = facts::Purpose::ready,
                 .expected = {200}}};
  return turned;
}

// The node as it is after the way back; `old_bytes` is what that run found there.
Result<NodePlan> turn_around(const NodePlan& original, const NodeFacts& facts, const std::string& old_bytes) {
  NodePlan node = original;
  node.manifest_sha256 = facts.manifest.sha256;
  node.stays_behind = false;
  std::swap(node.before, node.after);
  node.opens.clear();
  NL_ASSIGN(manifest::ApiServerPod pod,
            manifest::read_api_server_pod(old_bytes, fmt::format("{}:{}", facts.name, facts.manifest_path)));
  node.gates = gates_for(node.after, pod);
  return node;
}

// The bytes that the run found on the node. A plan file may come from anywhere: its splices are not applied
// before they were seen to lie in the bytes.
Result<std::string> old_bytes_of(const ManifestChange& change, const NodeFacts& facts) {
  const std::string& today = facts.manifest.bytes;
  bool is_old = facts.manifest.sha256 == change.sha256_before;
  bool applicable = is_old || manifest::fit(change.undo, today.size());
  std::string old_bytes = is_old || !applicable ? today : manifest::apply(today, change.undo);
  if (applicable && sha256_hex(old_bytes) == change.sha256_before) return old_bytes;
  return fail(codes::plan_edited,
              fmt::format("{}: the plan's way back does not lead to the old bytes", facts.name));
}

// The manifest is neither what the run wrote nor what it found.
Result<Turned> take_back_edited(const NodePlan& original, const ManifestChange& change,
                                const NodeFacts& facts, const std::string& run, const Accepted& accepted) {
  if (change.kind != ManifestChange::Kind::swap || left_in_midrun(facts, run)) {
    return fail(codes::not_ours_anymore,
                fmt::format("{}: {} is {} now; run {} wrote {}", facts.name, facts.manifest_path,
                            short_hash(facts.manifest.sha256), run, short_hash(change.sha256_after)));
  }
  NL_ASSIGN(TakenBack back, take_back(original, change, facts, run, accepted.versions));
  return Turned{.node = std::move(back.node),
                .change = std::move(back.change),
                .bytes = std::move(back.bytes),
                .is_edited = true};
}

Result<Turned> roll_back_node(const NodePlan& original, const ManifestChange* change, const NodeFacts& facts,
                              const std::string& run, const Accepted& accepted) {
  if (facts.machine_id != original.machine_id) {
    return fail(codes::not_a_member,
                fmt::format("{} is another machine than the one run {} changed", facts.name, run));
  }
  // That run never changed it, whatever became of it since.
  if (change == nullptr) return left_alone(original, change, facts);
  const std::string& sha = facts.manifest.sha256;
  bool is_old = sha == change->sha256_before;
  if (!is_old && sha != change->sha256_after)
    return take_back_edited(original, *change, facts, run, accepted);
  NL_ASSIGN(std::string old_bytes, old_bytes_of(*change, facts));
  NL_ASSIGN(NodePlan node, turn_around(original, facts, old_bytes));
  Turned turned{.node = std::move(node), .change = inverse(*change), .bytes = {}};
  if (left_in_midrun(facts, run)) {
    // The node's own run directory holds the backup. The bytes go along in case it was damaged.
    turned.bytes.manifest_after = std::move(old_bytes);
    turned.change->kind = ManifestChange::Kind::finish_restore;
    turned.change->previous_run = run;
    return turned;
  }
  if (is_old) {
    turned.change.reset();
    turned.node.before = turned.node.after;
    return turned;
  }
  const std::string& today = facts.manifest.bytes;
  turned.bytes = {.manifest_before = today,
                  .manifest_after = std::move(old_bytes),
                  .config = {},
                  .diff = manifest::unified_diff(today, turned.change->splices, facts.manifest_path)};
  return turned;
}

// S2: what the old bytes would do again. A node in mid-change is put back to them all the same.
std::optional<Error> loops_again(const Turned& back) {
  if (!back.change || back.change->kind != ManifestChange::Kind::swap) return std::nullopt;
  const NodePlan& node = back.node;
  std::optional<std::string> why;
  if (node.after.state == access::ExposureState::will_not_start) {
    why = "it would not start: " + node.after.why;
  } else if (auto pod = manifest::read_api_server_pod(back.bytes.manifest_after, node.manifest_path)) {
    why = refused_probe(node.after, *pod);
  }
  if (!why) return std::nullopt;
  return refusal(codes::back_to_broken, fmt::format("{}: {}", node.name, *why));
}

// Where a node has its turn, and what is said of that. The rest is the list's own order, reversed.
struct Rank {
  int rank = 0;
  std::string reason;
};
Rank rank_of(const Plan& plan, const NodePlan& node) {
  const ManifestChange* change = plan.change_of(node);
  if (change == nullptr) return {.rank = 3, .reason = "nothing to undo"};
  // It may be the one that is away: it goes first, while the others are still ready.
  if (change->kind == ManifestChange::Kind::finish_restore)
    return {.rank = 0, .reason = "left in mid-change: first"};
  bool is_last = plan.playbook.order.empty() && serves_endpoint(plan.endpoint, node);
  return is_last ? Rank{.rank = 2, .reason = "serves this connection: last"} : Rank{.rank = 1, .reason = {}};
}

void put_in_order(Plan& plan) {
  std::stable_sort(plan.nodes.begin(), plan.nodes.end(), [&](const NodePlan& a, const NodePlan& b) {
    return rank_of(plan, a).rank < rank_of(plan, b).rank;
  });
  for (const NodePlan& node : plan.nodes) plan.order_reasons.push_back(rank_of(plan, node).reason);
  plan.follow_nodes();
}

SkippedNode skip(const Plan& original, const NodePlan& node) {
  return {node.name, original.sha256_at_end(node), original.sha256_at_start(node)};
}

// What stands against leaving the named nodes as they are. A node that answers is never left new by a slip,
// and the last API server is not restarted without a word about the outage (S14).
std::vector<Error> check_skipped(const Plan& original, const PlanRequest& request) {
  std::vector<Error> refusals;
  for (const std::string& name : request.skipped) {
    auto has_name = [&](const auto& one) { return one.name == name; };
    if (std::none_of(original.nodes.begin(), original.nodes.end(), has_name))
      refusals.push_back(
          refusal(codes::skip_unknown, fmt::format("--skip {}: the run has no such node", name)));
    if (std::any_of(request.facts.nodes.begin(), request.facts.nodes.end(), has_name))
      refusals.push_back(refusal(codes::skip_answers, fmt::format("{} answers, so it is not skipped", name)));
  }
  std::vector<std::string> left;
  for (const NodePlan& node : original.nodes) {
    if (!is_among(node.name, request.skipped)) left.push_back(node.name);
  }
  if (!refusals.empty() || request.skipped.empty()) return refusals;
  if (left.empty()) {
    refusals.push_back(refusal(codes::skip_all, "every node of the run would be skipped"));
  } else if (left.size() == 1 && request.accept_outage == AcceptOutage::no) {
    refusals.push_back(refusal(
        codes::one_api_server,
        fmt::format("{} is the only API server that is left: its restart leaves the cluster without an API",
                    left.front())));
    refusals.back().next = "roll back again with --accept-outage beside --skip";
  }
  return refusals;
}

PlanCheck skipped_check(const SkippedNode& node, const std::string& run) {
  return {PlanCheck::Grade::warning,
          fmt::format("{} is left as it is (--skip): it does not answer, and what run {} wrote there stays",
                      node.name, run),
          plan_checks::node_skipped.number,
          {.node = node.name}};
}

Plan head_of(const Plan& original, const std::string& run, Part part) {
  Plan plan;
  plan.direction = original.direction == Direction::apply ? Direction::rollback : Direction::apply;
  plan.cluster = original.cluster;
  plan.endpoint = original.endpoint;
  plan.kube_system_uid = original.kube_system_uid;
  plan.of_run = run;
  plan.relation = part == Part::all ? Relation::undoes : Relation::puts_back;
  plan.playbook = original.playbook;
  // Of a rollback that is gone on with: what it has skipped. A roll forward would have to read the node
  // first.
  if (plan.direction == Direction::rollback) plan.skipped = original.skipped;
  return plan;
}

// A node that `run` was putting back for the run that it undoes is still at work in that one. Nothing of
// `run` itself is to be put back there; whoever goes on with `run` ends it.
bool is_known_here(const Plan& original, const std::string& at_work, const std::string& run, Part part) {
  bool is_undoing = part == Part::in_midrun && original.relation == Relation::undoes;
  return at_work == run || (is_undoing && at_work == original.of_run);
}

// Every node of the original as it is after the way back, by name; what cannot be undone is refused.
std::map<std::string, Turned> turn_nodes(const Plan& original, const std::string& run,
                                         const PlanRequest& request, Part part, PlanOutcome& outcome) {
  std::map<std::string, Turned> turned;
  for (const NodePlan& node : original.nodes) {
    if (is_among(node.name, request.skipped)) continue;
    auto facts = std::find_if(request.facts.nodes.begin(), request.facts.nodes.end(),
                              [&](const NodeFacts& one) { return one.name == node.name; });
    if (facts == request.facts.nodes.end()) {
      outcome.refusals.push_back(
          refusal(codes::node_unreadable, fmt::format("{} could not be read", node.name)));
      if (part == Part::all) outcome.refusals.back().next = way_past(node.name, run, request.skipped);
      continue;
    }
    for (Error& broken : check_node(*facts, access::find_profile("health-only")->paths)) {
      bool known = broken.code.number == codes::run_unfinished.number &&
                   is_known_here(original, facts->runs.front().run, run, part);
      if (!known) outcome.refusals.push_back(std::move(broken));
    }
    const ManifestChange* change = original.change_of(node);
    bool is_left_alone = part == Part::in_midrun && !left_in_midrun(*facts, run);
    Result<Turned> back = is_left_alone ? Result<Turned>(left_alone(node, change, *facts))
                                        : roll_back_node(node, change, *facts, run, request.accepted);
    if (!back) {
      outcome.refusals.push_back(std::move(back).error());
      continue;
    }
    if (back->change) {
      for (Error& obstacle : check_obstacle(*facts)) outcome.refusals.push_back(std::move(obstacle));
    }
    auto broken = loops_again(*back);
    if (broken && !request.to_broken) outcome.refusals.push_back(*std::move(broken));
    turned.emplace(node.name, *std::move(back));
  }
  return turned;
}

// The way back of each object is told by whoever planned its change: a row for each.
KubeadmOutcome way_back(const ObjectChange& original, const std::string& run,
                        const facts::ClusterFacts& facts) {
  if (original.object == kubeadm_config()) {
    std::optional<std::string> today;
    if (facts.api) today = facts.api->kubeadm_config;
    return turn_kubeadm_change(original, today, run);
  }
  KubeadmOutcome unknown;
  unknown.check =
      PlanCheck{.grade = PlanCheck::Grade::unknown,
                .text = fmt::format("{} was part of run {}. This version of nightlatch cannot put it "
                                    "back: compare it by hand",
                                    original.object.text(), run),
                .code = plan_checks::object_not_put_back.number,
                .subject = {.object = original.object.text()}};
  return unknown;
}

void turn_object(const ObjectChange& original, const std::string& run, const PlanRequest& request, Plan& plan,
                 PlanOutcome& outcome) {
  KubeadmOutcome back = way_back(original, run, request.facts);
  if (back.check) plan.checks.push_back(*std::move(back.check));
  if (!back.change) return;
  outcome.object_diffs[original.object] = std::move(back.diff);
  plan.changes.emplace_back(*std::move(back.change));
}

PlanOutcome roll_back(const Plan& original, const std::string& run, const PlanRequest& request, Part part) {
  PlanOutcome outcome;
  Plan plan = head_of(original, run, part);
  if (request.facts.api && request.facts.api->kube_system_uid != original.kube_system_uid) {
    outcome.refusals.push_back(
        refusal(codes::wrong_cluster, fmt::format("run {} was of another cluster", run)));
  }
  for (Error& refused : check_skipped(original, request)) outcome.refusals.push_back(std::move(refused));
  for (const NodePlan& node : original.nodes) {
    if (is_among(node.name, request.skipped)) plan.skipped.push_back(skip(original, node));
  }
  for (const SkippedNode& node : plan.skipped) plan.checks.push_back(skipped_check(node, run));
  if (part == Part::all) {
    for (PlanCheck& check : joined_checks(original, run, request.facts))
      plan.checks.push_back(std::move(check));
  }
  std::map<std::string, Turned> turned = turn_nodes(original, run, request, part, outcome);
  for (const auto& [name, node] : turned) {
    outcome.bytes[name] = node.bytes;
    if (node.is_edited) plan.checks.push_back(edit_kept(node.node, run));
  }
  if (!outcome.refusals.empty()) return outcome;
  for (const NodePlan& node : std::views::reverse(original.nodes)) {
    if (auto back = turned.find(node.name); back != turned.end()) plan.nodes.push_back(back->second.node);
  }
  // Nothing of an object is ever in mid-change.
  auto turn_back = overloaded{[&](const ManifestChange& change) {
                                auto back = turned.find(change.node);
                                if (back != turned.end() && back->second.change)
                                  plan.changes.emplace_back(*back->second.change);
                              },
                              [&](const ObjectChange& change) {
                                if (part == Part::all) turn_object(change, run, request, plan, outcome);
                              }};
  for (const Change& change : std::views::reverse(original.changes)) std::visit(turn_back, change);
  put_in_order(plan);
  seal(plan);
  outcome.plan = std::move(plan);
  return outcome;
}

}  // namespace

std::string way_past(const std::string& node, const std::string& run, std::vector<std::string> skipped) {
  skipped.insert(skipped.begin(), node);
  std::string options;
  for (const std::string& name : skipped) options += " --skip " + name;
  return fmt::format("bring {} back, then roll back again; or leave it as it is: nightlatch rollback {}{}",
                     node, run, options);
}

bool left_in_midrun(const NodeFacts& facts, const std::string& run) {
  if (facts.runs.empty() || facts.runs.front().run != run) return false;
  const facts::NodeRun& last = facts.runs.front();
  bool ungated = last.step == "restored" && !last.note.empty();
  const facts::ProtocolStepRow* step = facts::find_protocol_step(last.step);
  return ungated || (step != nullptr && step->is_mid_change);
}

PlanOutcome make_rollback(const Plan& original, const std::string& run, const PlanRequest& request) {
  return roll_back(original, run, request, Part::all);
}

PlanOutcome make_finish(const Plan& original, const std::string& run, const PlanRequest& request) {
  return roll_back(original, run, request, Part::in_midrun);
}

}  // namespace nightlatch::plan
