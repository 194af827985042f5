// The results of a run, of its nodes and of the cluster (S24).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.hpp"
#include "rollout/trouble.hpp"
#include "util/exit.hpp"

namespace nightlatch::rollout {

// untouched: the plan changes the node, and this run did not, or left it to its guard. unchanged: the plan
// does not change it. confirmed: it has what the plan leads to. restored: it has its old manifest and answers
// as before, or it was disarmed before its swap. foreign: somebody else changed the manifest (S1). unknown:
// which manifest it has is not known. needs_person: it could not be restored to what it was.
enum class NodeOutcome { untouched, unchanged, confirmed, restored, foreign, unknown, needs_person };
// As in the journal and in JSON: "untouched", "needs_person" and so on.
[[nodiscard]] std::string_view name(NodeOutcome outcome);
// nullopt: none has this name, as "skipped".
[[nodiscard]] std::optional<NodeOutcome> node_outcome_named(std::string_view name);

// done: all is as planned. rolled_back: a node was restored, and no other has changed. stopped: by an error
// or a lost lock. paused: a person said no to a node, or the node might not be begun at that moment.
enum class Outcome { done, rolled_back, stopped, needs_person, paused, interrupted };
// As in the journal and in JSON: "done", "rolled_back" and so on.
[[nodiscard]] std::string_view name(Outcome outcome);

// Of all nodes. Old and new as an apply says it: a rollback leads from new to old.
enum class ClusterState { old_state, new_state, mixed, unknown };
// "old", "new", "mixed", "unknown".
[[nodiscard]] std::string_view name(ClusterState state);

struct NodeResult {
  std::string node;
  NodeOutcome outcome = NodeOutcome::untouched;
  std::optional<Trouble> trouble;
};

// Of an object that the plan changes. changed: it has the planned text. left: this run did not write it.
// unknown: a write went out, and its answer never came.
enum class ObjectOutcome { changed, left, unknown };
// As in the journal and in JSON: "changed", "left", "unknown".
[[nodiscard]] std::string_view name(ObjectOutcome outcome);

struct RunResult {
  Outcome outcome = Outcome::done;
  ClusterState cluster = ClusterState::unknown;
  Exit exit = Exit::done;
  std::vector<NodeResult> nodes;                     // in the plan's order
  std::vector<facts::ObjectReference> objects_left;  // objects that the plan changes and this run has not
  std::vector<facts::ObjectReference>
      objects_unknown;             // those of them that may have been written all the same
  std::optional<Trouble> trouble;  // of the run as a whole; failures of nodes are in `nodes`
};

[[nodiscard]] ObjectOutcome outcome_of(const RunResult& result, const facts::ObjectReference& object);

// Why a run begins no other node.
struct Ending {
  bool stopped = false;      // by an error, by a person who said no, or by a lost lock
  bool interrupted = false;  // by a signal
  bool by_person = false;    // a person said no to a node
  // A node might not be begun at that moment; the exit of the reason.
  std::optional<Exit> held_back{};
  bool lock_lost = false;
};

// Sets outcome, cluster and exit (S24), which follow from the other members of `result`, with `nodes` in the
// order of plan.nodes, and from why the run ended. A rollback that has skipped a node ends stopped and mixed
// at best. Exit: done 0, refused 3, rolled_back 4, needs_person 5,
// locked 9, mixed 10, interrupted 130.
void judge(RunResult& result, const plan::Plan& plan, const Ending& ending);

}  // namespace nightlatch::rollout
