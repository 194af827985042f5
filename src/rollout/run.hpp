// One carrying-out of a plan, as a function of events (A2). It owns no clock, no thread, no socket: the real
// driver and the simulator feed it the same way, and what it asks for leaves only after its journal record is
// durable.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plan/planner.hpp"
#include "rollout/await_balancer.hpp"
#include "rollout/await_cluster.hpp"
#include "rollout/event.hpp"
#include "rollout/final_check.hpp"
#include "rollout/find_holder.hpp"
#include "rollout/node_swap.hpp"
#include "rollout/persist_object.hpp"
#include "rollout/place_config.hpp"
#include "util/exit.hpp"

namespace nightlatch::rollout {

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

// Whether a run waits for what a restart moves beside its API server.
enum class Collateral { ignored, awaited };

// What a run is told beside its plan.
struct Surroundings {
  // Set: a load balancer leads to the nodes, and where it hides them this is how long one needs to be back.
  std::optional<std::chrono::seconds> balancer_settle;
  bool login = false;  // a person's token can be asked with: who it is must not change (S18)
  std::string lock{};  // what keeps others away, for the first record
  Collateral collateral = Collateral::ignored;
  // What the endpoint's host resolves to: the node that holds one of these goes last (S17).
  std::vector<std::string> endpoint_addresses{};
  // The config files that kubeadm-config names: they stay on the nodes (S3). nullopt: not known.
  std::optional<std::vector<std::string>> kubeadm_names{};
};

class Run {
 public:
  // `plan` and `bytes` outlive the run. `id` as in 20261122T0114-7f3a.
  Run(std::string id, const plan::Plan& plan, const std::map<std::string, plan::NodeBytes>& bytes,
      Prompting prompting, std::string started_by, Surroundings surroundings = {});

  [[nodiscard]] std::vector<Command> on(const Event& event);

  [[nodiscard]] bool finished() const { return stage_ == Stage::finished; }
  // Meaningful once finished.
  [[nodiscard]] const RunResult& result() const { return result_; }
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  using Step =
      std::variant<AwaitCluster, PlaceConfig, FindHolder, NodeSwap, AwaitBalancer, PersistObject, FinalCheck>;
  enum class Stage { opening, steps, closing, finished };

  std::vector<Command> on_lock_lost(const std::string& why, Millis now);
  [[nodiscard]] bool watches_cluster() const;
  [[nodiscard]] std::optional<Step> before_next_node();
  [[nodiscard]] std::optional<Step> whose_turn();
  void take_first(std::size_t node);
  void next_step(Millis now);
  void choose_step();
  void after_step(Millis now);
  void after_swap(const NodeSwap& swap);
  [[nodiscard]] bool is_objects_turn() const;
  void note_object();
  void close();
  void judge();

  std::string id_;
  const plan::Plan* plan_;
  const std::map<std::string, plan::NodeBytes>* bytes_;
  Prompting prompting_;
  std::string started_by_;
  Surroundings surroundings_;
  Outbox out_;
  Stage stage_ = Stage::opening;
  std::uint64_t record_ = 0;
  std::vector<std::size_t> order_;  // indices into the plan's nodes, as they are begun
  std::size_t turn_ = 0;            // the place in it of the node to be begun next
  std::size_t asked_for_turn_ = 0;  // places whose turn is settled
  std::size_t at_hand_ = 0;         // the node that was begun last, by its index in the plan
  std::optional<Step> step_;
  std::optional<Bearings> bearings_;  // once surveyed
  bool config_placed_ = false;
  std::vector<plan::Plan::ObjectTurn> objects_;  // of the plan
  std::size_t next_object_ = 0;                  // of those, the first that was not tried
  bool await_balancer_ = false;                  // a node was changed, and another is to be
  bool await_cluster_ = false;                   // the same
  bool stop_ = false;
  bool by_person_ = false;
  bool interrupted_ = false;
  bool lock_lost_ = false;
  RunResult result_;
};

}  // namespace nightlatch::rollout
