// Nodes, clock and scheduler of one simulated roll, and the invariants that are checked after every event.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plan/planner.hpp"
#include "rollout/run.hpp"
#include "sim/random.hpp"
#include "sim/sim_node.hpp"

namespace nightlatch::sim {

enum class Fault {
  none,
  config_refused,
  probe_unauthorized,
  path_stays_open,
  never_ready,
  link_cut,
  stranger_edits,
  api_server_killed,
  slow_kubelet,
  interruption,
  person_declines,
  workstation_lost,
  node_reboots,
  clock_jumps,
  kubelet_late,
  lease_late,
};
[[nodiscard]] std::string_view name(Fault fault);

class World {
 public:
  explicit World(std::uint64_t seed);

  // Runs the plan until the run ends or, where the seed says so, nightlatch is killed.
  void roll();
  // A new workstation undoes what is there, with no further faults.
  void roll_back_from_another_workstation();
  // A new workstation puts back what is in mid-change and goes on with the rest; the seed's API servers
  // behave as before.
  void resume_from_another_workstation();
  // Lets requests that are still under way arrive and guards act, then judges the end.
  void settle();
  // nightlatch was killed, and nobody comes.
  [[nodiscard]] bool abandoned() const { return crashed_ && fault_ == Fault::workstation_lost; }

  [[nodiscard]] bool crashed() const { return crashed_; }
  [[nodiscard]] bool stranger_was_here() const { return stranger_was_here_; }
  [[nodiscard]] const rollout::RunResult& result() const { return result_; }
  [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }
  [[nodiscard]] const std::vector<rollout::Record>& journal() const { return journal_; }
  [[nodiscard]] std::string fault_text() const;
  [[nodiscard]] int events() const { return events_; }
  [[nodiscard]] int guard_restores() const;

 private:
  using Task = std::function<void()>;

  void at(Millis when, Task task);
  void another_workstation_comes();
  void step_once();
  void drive(rollout::Run& run, std::vector<rollout::Record>& journal);
  void drive_plan(const plan::Plan& plan, const char* id, std::vector<rollout::Record>& journal);
  void deliver(rollout::Run& run, std::vector<rollout::Record>& journal, rollout::Event event);
  void carry_out(rollout::Run& run, std::vector<rollout::Record>& journal, const rollout::Command& command);
  void call_node(rollout::Run& run, std::vector<rollout::Record>& journal, const rollout::CallNode& call);
  void persist(rollout::Run& run, std::vector<rollout::Record>& journal,
               const rollout::PersistConfig& config);
  void schedule_faults(rollout::Run& run, std::vector<rollout::Record>& journal);
  [[nodiscard]] bool link_is_cut(std::size_t node) const;
  [[nodiscard]] facts::ClusterSight sight() const;
  void let_pass(Millis time);
  void check_invariants();
  void check_kubeadm_config(const std::string& after);
  void check_beginning(std::size_t node);
  void check_guards();
  void check_end(const rollout::RunResult& result);
  void broke(std::string what);

  Random random_;
  std::map<std::string, Behaviour> behaviours_;
  std::vector<std::unique_ptr<SimNode>> nodes_;
  std::string kubeadm_config_;
  plan::Plan plan_;
  std::map<std::string, plan::NodeBytes> bytes_;

  std::multimap<Millis, Task> queue_;  // equal times keep the order of insertion
  Millis now_{0};
  std::uint64_t life_ = 0;  // a workstation's life: what was meant for an earlier one is dropped
  int events_ = 0;

  Fault fault_ = Fault::none;
  std::size_t victim_ = 0;
  Millis cut_from_{-1};
  Millis cut_until_{-1};
  Millis leaderless_from_{-1};
  Millis leaderless_until_{-1};
  int crash_after_ = -1;  // events; -1: never
  bool lossy_ = true;
  bool crashed_ = false;
  bool finished_ = false;
  bool stranger_was_here_ = false;
  const SimNode* edited_ = nullptr;  // by the stranger; its bytes stay (S1)

  rollout::RunResult result_;
  std::vector<rollout::Record> journal_;
  std::vector<std::string> broken_;
  std::vector<bool> begun_;  // by this run, in the plan's order
};

}  // namespace nightlatch::sim
