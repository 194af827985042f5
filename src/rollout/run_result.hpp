// What became of a run, of its nodes and of the cluster.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.hpp"
#include "rollout/trouble.hpp"
#include "util/exit.hpp"

namespace nightlatch::rollout {

enum class NodeOutcome { untouched, unchanged, confirmed, restored, foreign, unknown, needs_person };
[[nodiscard]] std::string_view name(NodeOutcome outcome);

enum class Outcome { done, rolled_back, stopped, needs_person, paused, interrupted };
[[nodiscard]] std::string_view name(Outcome outcome);

enum class ClusterState { old_state, new_state, mixed, unknown };  // "old", "new", "mixed", "unknown"
[[nodiscard]] std::string_view name(ClusterState state);

struct NodeResult {
  std::string node;
  NodeOutcome outcome = NodeOutcome::untouched;
  std::optional<Trouble> trouble;
};

struct RunResult {
  Outcome outcome = Outcome::done;
  ClusterState cluster = ClusterState::unknown;
  Exit exit = Exit::done;
  std::vector<NodeResult> nodes;                     // in the plan's order
  std::vector<facts::ObjectReference> objects_left;  // the plan changes them, and this run has not
  std::optional<Trouble> trouble;                    // of the run as a whole, when no node's tells it
};

// Why a run begins no other node.
struct Ending {
  bool stopped = false;      // by trouble, a person's no, or a lost lock
  bool interrupted = false;  // by a signal
  bool by_person = false;    // a person said no to a node
  bool lock_lost = false;
};

// S24: sets outcome, cluster and exit, which follow from the results of the nodes (in the plan's order), from
// the trouble, from the objects that were left, and from why the run ended.
void judge(RunResult& result, const plan::Plan& plan, const Ending& ending);

}  // namespace nightlatch::rollout
