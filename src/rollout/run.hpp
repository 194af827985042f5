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
#include "rollout/next_step.hpp"
#include "rollout/node_swap.hpp"
#include "rollout/place_config.hpp"
#include "rollout/run_result.hpp"
#include "rollout/write_object.hpp"

namespace nightlatch::rollout {

// Whether a run waits for what a restart moves beside its API server.
enum class Collateral { ignored, awaited };

// What a run is told beside its plan.
struct RunOptions {
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
      Prompting prompting, std::string started_by, RunOptions options = {});

  [[nodiscard]] std::vector<Command> on(const Event& event);

  [[nodiscard]] bool finished() const { return stage_ == Stage::finished; }
  // Meaningful once finished.
  [[nodiscard]] const RunResult& result() const { return result_; }
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  using Step =
      std::variant<AwaitCluster, PlaceConfig, FindHolder, NodeSwap, AwaitBalancer, WriteObject, FinalCheck>;
  enum class Stage { opening, steps, closing, finished };

  void on_started();
  void on_record_failed(const std::string& why);
  void on_recorded(const Event& event, std::uint64_t seq);
  void on_lock_lost(const std::string& why, Millis now);
  void to_step(const Event& event);
  void go_on(Millis now);
  [[nodiscard]] std::optional<Step> begin(const NextStep& next);
  [[nodiscard]] Step begin_node(std::size_t node);
  [[nodiscard]] bool another_follows() const;
  void note_end_of_step();
  void note_object(const WriteObject& write);
  void note_placed(const PlaceConfig& place);
  void note_trouble(const std::optional<Trouble>& trouble);
  void after_swap(NodeSwap& swap);
  void close();

  std::string id_;
  const plan::Plan* plan_;
  const std::map<std::string, plan::NodeBytes>* bytes_;
  Prompting prompting_;
  std::string started_by_;
  RunOptions options_;
  std::vector<plan::Plan::ObjectTurn> objects_;  // of the plan
  Outbox out_;
  Stage stage_ = Stage::opening;
  std::uint64_t record_ = 0;  // the run's own first or last one, until it is durable
  Planned planned_;
  Done done_;
  Ending ending_;
  std::optional<Step> step_;
  std::optional<ClusterBaseline> baseline_;  // once surveyed
  std::optional<ClusterWatch> watch_;        // of the node that was changed last
  std::optional<Millis> held_since_;         // the same node's gates
  RunResult result_;
};

}  // namespace nightlatch::rollout
