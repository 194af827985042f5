// A run carries out a plan, as a function of events (A2). It owns no clock, no thread and no socket: the
// driver and the simulator send it events in the same way, and carry out its commands.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plan/planner.hpp"
#include "rollout/await_cluster.hpp"
#include "rollout/client_watch.hpp"
#include "rollout/event.hpp"
#include "rollout/final_check.hpp"
#include "rollout/find_holder.hpp"
#include "rollout/hook_step.hpp"
#include "rollout/next_step.hpp"
#include "rollout/node_swap.hpp"
#include "rollout/place_config.hpp"
#include "rollout/run_result.hpp"
#include "rollout/survey_balancer.hpp"
#include "rollout/write_object.hpp"

namespace nightlatch::rollout {

// Whether a run waits for Nodes, leader leases and rejected requests between two nodes (S19).
enum class Collateral { ignored, awaited };

// Whether there is a client of the run's own, which is heard about the cluster's endpoint.
enum class OwnClient { none, heard };

// What a run needs to know beside its plan.
struct RunOptions {
  std::optional<BalancerFacts> balancer{};  // nullopt: there is no load balancer (S17)
  bool login = false;                       // there is a token whose user must not change (S18)
  std::string lock{};                // what keeps other runs away, for the first record; empty: not recorded
  Asking to_begin = Asking::nobody;  // whether each node needs a permission
  std::map<std::string, std::string> record{};  // more data of the first record
  Collateral collateral = Collateral::ignored;
  OwnClient client = OwnClient::none;
  // The addresses of the endpoint: the node that holds one of them goes last (S17). Empty: it is not looked
  // up.
  std::vector<std::string> endpoint_addresses{};
  // The configuration files that kubeadm-config names, which stay on the nodes (S3); nullopt: not known.
  std::optional<std::vector<std::string>> kubeadm_names{};
  // The nodes for which an earlier run called the hook beforeNode and never afterNode.
  std::vector<std::string> hooks_owed{};
};

// As the first record of a run and the events of its hooks have it: "apply", "rollback", "rehearsal",
// "confirm", "prepare".
[[nodiscard]] std::string_view action_of(const plan::Plan& plan);

class Run {
 public:
  // `plan` and `bytes` outlive the run. `id`: 20261122T0114-7f3a. `bytes`: by name, for each node that is
  // changed. `started_by`: who started the run, for the first record.
  Run(std::string id, const plan::Plan& plan, const std::map<std::string, plan::NodeBytes>& bytes,
      Prompting prompting, std::string started_by, RunOptions options = {});

  // Takes one event and returns the commands that follow from it, to be carried out in this order. The first
  // event is Started. No Ask is returned while a record of a step waits to be durable (A2).
  [[nodiscard]] std::vector<Command> on(const Event& event);

  // Whether Finish was returned; later events do nothing.
  [[nodiscard]] bool finished() const { return stage_ == Stage::finished; }
  // Meaningful once finished.
  [[nodiscard]] const RunResult& result() const { return result_; }
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  using Step = std::variant<SurveyBalancer, AwaitCluster, PlaceConfig, FindHolder, NodeSwap, WriteObject,
                            FinalCheck, HookStep>;
  // hearing: the run has come to its end, and its client is heard a last time.
  enum class Stage { opening, steps, hearing, closing, finished };

  void on_started();
  void on_record_failed(const std::string& why, Millis now);
  void on_recorded(const Event& event, std::uint64_t seq);
  [[nodiscard]] std::string guard_of_present_node(Millis now) const;
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
  [[nodiscard]] std::optional<Step> last_hook();
  void close();
  void append_end();

  std::string id_;
  const plan::Plan* plan_;
  const std::map<std::string, plan::NodeBytes>* bytes_;
  Prompting prompting_;
  std::string started_by_;
  RunOptions options_;
  std::shared_ptr<const std::string> plan_file_;  // the plan's bytes, of which each node gets a copy
  std::vector<plan::Plan::ObjectTurn> objects_;   // the plan's writes to the API
  Outbox out_;
  Stage stage_ = Stage::opening;
  std::uint64_t record_ = 0;  // seq of the first or last record of the run, until it is durable
  Planned planned_;
  Done done_;
  Ending ending_;
  std::optional<Step> step_;
  std::optional<ClientWatch> client_;         // nullopt: there is no client
  std::optional<BalancerBaseline> balancer_;  // nullopt: there was no survey of the load balancer
  std::optional<ClusterBaseline> baseline_;   // nullopt: there was no survey of the cluster
  std::optional<ClusterWatch> watch_;         // from the soak of the node that was changed last
  bool is_judged_ = false;                    // and the hook that is told of it has begun
  RunResult result_;
};

}  // namespace nightlatch::rollout
