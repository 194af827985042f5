#include "rollout/run_result.hpp"

#include <algorithm>
#include <array>

#include "rollout/errors.hpp"

namespace nightlatch::rollout {

namespace {

constexpr std::array<std::string_view, 7> node_outcomes{"untouched", "unchanged", "confirmed",   "restored",
                                                        "foreign",   "unknown",   "needs_person"};

// How many nodes have which manifest, and what this run has done.
struct Tally {
  std::size_t moved = 0;      // nodes that are as the plan wants them
  std::size_t at_start = 0;   // nodes that are still, or again, as they were
  std::size_t behind = 0;     // nodes that this plan leaves as they were (NodePlan::stays_behind)
  bool unknown = false;       // the manifest of a node is not known, or is somebody else's
  bool guarded = false;       // a node was left to its guard, which decides its manifest
  bool person = false;        // a node needs a person
  bool restored = false;      // a change of this run was undone
  bool some_changed = false;  // this run has brought a node to what the plan wants
  bool skipped = false;       // a node that did not answer keeps what the plan would have changed (--skip)
};

void count(Tally& tally, const plan::Plan& plan, const plan::NodePlan& node, NodeOutcome outcome) {
  bool asked_to_restore = plan.finishes_restore(node);
  switch (outcome) {
    case NodeOutcome::untouched:
      ++tally.at_start;
      tally.guarded = tally.guarded || plan.finishes_confirm(node);
      break;
    case NodeOutcome::unchanged:
      ++(node.stays_behind ? tally.behind : tally.moved);
      break;
    case NodeOutcome::confirmed:
      ++tally.moved;
      tally.some_changed = true;
      break;
    case NodeOutcome::restored:
      ++(asked_to_restore ? tally.moved : tally.at_start);
      tally.restored = tally.restored || !asked_to_restore;
      tally.some_changed = tally.some_changed || asked_to_restore;
      break;
    case NodeOutcome::foreign:
    case NodeOutcome::unknown:
      tally.unknown = true;
      break;
    case NodeOutcome::needs_person:
      tally.person = true;
      break;
  }
}

ClusterState cluster_of(const Tally& tally, const plan::Plan& plan) {
  if (tally.unknown || tally.guarded) return ClusterState::unknown;
  bool changes_no_manifest = plan.rehearsal || plan.has(plan::ManifestChange::Kind::place);
  if (changes_no_manifest && !tally.person) return ClusterState::old_state;
  std::size_t left = tally.at_start + tally.behind + (tally.skipped ? 1 : 0);
  if (tally.person || (tally.moved > 0 && left > 0)) return ClusterState::mixed;
  bool back = plan.direction == plan::Direction::rollback;
  return (left == 0) != back ? ClusterState::new_state : ClusterState::old_state;
}

struct End {
  Outcome outcome;
  Exit exit;
};

// The end of a run in which no node needs a person.
End end_of(const Tally& tally, bool object_left, const Ending& ending) {
  bool something_left = tally.at_start > 0 || object_left;
  End whole = tally.skipped ? End{Outcome::stopped, Exit::mixed} : End{Outcome::done, Exit::done};
  if (!ending.stopped && !ending.interrupted) return object_left ? End{Outcome::stopped, Exit::mixed} : whole;
  if (ending.interrupted && something_left) return {Outcome::interrupted, Exit::interrupted};
  // The interruption or the loss of the lock came when nothing was left to do.
  if (ending.interrupted || (ending.lock_lost && !something_left)) return whole;
  Outcome stopped = ending.by_person || ending.held_back ? Outcome::paused : Outcome::stopped;
  if (tally.some_changed) return {stopped, Exit::mixed};
  if (tally.restored && !ending.lock_lost) return {Outcome::rolled_back, Exit::rolled_back};
  return {stopped, ending.lock_lost ? Exit::locked : ending.held_back.value_or(Exit::refused)};
}

}  // namespace

std::string_view name(Outcome outcome) {
  constexpr std::array<std::string_view, 6> names{"done",         "rolled_back", "stopped",
                                                  "needs_person", "paused",      "interrupted"};
  return names[static_cast<std::size_t>(outcome)];
}

std::string_view name(NodeOutcome outcome) {
  return node_outcomes[static_cast<std::size_t>(outcome)];
}

std::optional<NodeOutcome> node_outcome_named(std::string_view name) {
  const auto* found = std::find(node_outcomes.begin(), node_outcomes.end(), name);
  if (found == node_outcomes.end()) return std::nullopt;
  return static_cast<NodeOutcome>(found - node_outcomes.begin());
}

std::string_view name(ObjectOutcome outcome) {
  constexpr std::array<std::string_view, 3> names{"changed", "left", "unknown"};
  return names[static_cast<std::size_t>(outcome)];
}

ObjectOutcome outcome_of(const RunResult& result, const facts::ObjectReference& object) {
  auto is_in = [&](const std::vector<facts::ObjectReference>& objects) {
    return std::find(objects.begin(), objects.end(), object) != objects.end();
  };
  if (!is_in(result.objects_left)) return ObjectOutcome::changed;
  return is_in(result.objects_unknown) ? ObjectOutcome::unknown : ObjectOutcome::left;
}

std::string_view name(ClusterState state) {
  constexpr std::array<std::string_view, 4> names{"old", "new", "mixed", "unknown"};
  return names[static_cast<std::size_t>(state)];
}

void judge(RunResult& result, const plan::Plan& plan, const Ending& ending) {
  Tally tally;
  for (std::size_t i = 0; i < result.nodes.size(); ++i)
    count(tally, plan, plan.nodes[i], result.nodes[i].outcome);
  tally.skipped = plan.leaves_a_node();
  result.cluster = cluster_of(tally, plan);
  bool final_failed = result.trouble && result.trouble->code == rollout_errors::final_difference.number;
  bool for_a_person = tally.unknown || tally.person || final_failed;
  End end = for_a_person ? End{Outcome::needs_person, Exit::needs_person}
                         : end_of(tally, !result.objects_left.empty(), ending);
  result.outcome = end.outcome;
  result.exit = end.exit;
}

}  // namespace nightlatch::rollout
