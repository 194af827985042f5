// Nodes, clock and scheduler of one simulated roll, and the invariants that are checked after every event.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "plan/planner.hpp"
#include "rollout/run.hpp"
#include "sim/balancer.hpp"
#include "sim/fault.hpp"
#include "sim/random.hpp"
#include "sim/sim_node.hpp"

namespace nightlatch::sim {

// What the simulated plan is about (plans.cpp).
inline constexpr std::size_t node_count = 3;
inline constexpr std::string_view old_object = "old object";
inline constexpr std::string_view new_object = "new object";
inline constexpr std::string_view endpoint_address = "10.0.0.100";
inline constexpr std::string_view strangers_manifest = "manifest of kubeadm upgrade";
inline constexpr std::string_view config_bytes = "config";
// Whose bytes a manifest holds.
enum class Origin { nobody, before, planned, stranger };
[[nodiscard]] std::string old_manifest(std::size_t node);
[[nodiscard]] std::string new_manifest(std::size_t node);
[[nodiscard]] std::vector<facts::Expectation> gates_before();
[[nodiscard]] plan::NodePlan node_plan(std::size_t index, const std::string& before,
                                       const std::string& after);
[[nodiscard]] plan::ManifestChange manifest_change(std::size_t index, const std::string& before,
                                                   const std::string& after);
// Of the object that follows the nodes: it is new when every node is.
[[nodiscard]] plan::ObjectChange object_change(std::string_view before, std::string_view after);

// A workstation at which one run is carried out.
struct Desk {
  std::uint64_t life = 0;
  plan::Plan plan;
  std::map<std::string, plan::NodeBytes> bytes;
  std::vector<SimNode*> nodes;  // in the plan's order
  std::vector<rollout::Record> journal;
  std::unique_ptr<rollout::Run> run;
  SimNode* at_hand = nullptr;  // the node that was spoken to last
  Millis lock_lost_at{-1};
  Millis heard_at{0};                          // when its own client was heard last
  Millis turn_asked_at{-1};                    // when it last looked for the holder of the endpoint's address
  std::map<std::string, Millis> restarted_at;  // by node: when this run saw its new API server
  std::map<std::string, bool> led_back;  // by node: whether the wait for the load balancer ended rightly
  bool journal_is_full = false;
  std::set<std::string> hooks_owed;  // nodes for which beforeNode was called, and afterNode was not
  std::size_t losses_before_hook = 0;
  bool finished = false;
};

class World {
 public:
  explicit World(std::uint64_t seed);

  // Runs the plan until the run ends or, where the seed says so, nightlatch is killed or taken over.
  void roll();
  // A new workstation undoes what is there, with no further faults.
  void roll_back_from_another_workstation();
  // A new workstation puts back what is in mid-change and goes on with the rest; the seed's API servers
  // behave as before.
  void resume_from_another_workstation();
  // A new workstation confirms what waits for that.
  void confirm_from_another_workstation();
  // Lets requests that are still under way arrive and guards act, then judges the end.
  void settle();

  [[nodiscard]] bool crashed() const { return crashed_; }
  // nightlatch was killed, and nobody comes.
  [[nodiscard]] bool abandoned() const { return abandoned_; }
  // Another workstation comes although the run lives.
  [[nodiscard]] bool taken_over() const { return taken_over_; }
  [[nodiscard]] bool contested() const { return taken_over_ || rival_ != nullptr; }
  [[nodiscard]] bool stranger_was_here() const { return !edited_.empty(); }
  // The run has stopped between two nodes, because its window had ended.
  [[nodiscard]] bool paused() const;
  [[nodiscard]] bool confirmed_by_another() const { return confirmed_by_another_; }
  // Of every run that came to an end, in that order.
  [[nodiscard]] const std::vector<rollout::RunResult>& ends() const { return ends_; }
  [[nodiscard]] const std::vector<std::string>& broken() const { return broken_; }
  [[nodiscard]] const std::vector<rollout::Record>& journal() const { return desks_.front()->journal; }
  [[nodiscard]] const std::vector<Strike>& strikes() const { return strikes_; }
  [[nodiscard]] std::string fault_text() const;
  [[nodiscard]] int events() const { return events_; }
  [[nodiscard]] int guard_restores() const;

 private:
  using Task = std::function<void()>;
  static constexpr std::uint64_t nobody = 0;

  // A fault that the seed has chosen: at a time, or when its node has reached a step.
  struct Planned {
    Fault fault = Fault::killed;
    std::size_t victim = 0;
    std::optional<node::Step> at;
    Millis delay{0};
    bool is_scheduled = false;
  };
  struct Scheduled {
    std::uint64_t life = nobody;  // of whom it was at whose desk it was meant
    Task task;
  };

  // --- scheduler (world.cpp)
  void at(Millis when, Task task);
  void step_once();
  void let_pass(Millis time);
  Desk& sit_down(const char* run, plan::Plan plan, std::map<std::string, plan::NodeBytes> bytes,
                 rollout::Prompting prompting);
  void drive(Desk& desk);
  void tell(Desk& desk, rollout::Event event);
  void finish();
  void deliver(Desk& desk, rollout::Event event);
  void carry_out(Desk& desk, const rollout::Command& command);
  void write(Desk& desk, const rollout::Record& record);

  // --- answers, one for each kind of question (answers.cpp). A kind without one does not compile.
  void ask(Desk& desk, rollout::Id id, const rollout::CallNode& question);
  void ask(Desk& desk, rollout::Id id, const rollout::AskApiServer& question);
  void ask(Desk& desk, rollout::Id id, const rollout::AskBalancer& question);
  void ask(Desk& desk, rollout::Id id, const rollout::LookAtCluster& question);
  void ask(Desk& desk, rollout::Id id, const rollout::PutObject& question);
  void ask(Desk& desk, rollout::Id id, const rollout::Pause& question);
  void ask(Desk& desk, rollout::Id id, const rollout::HearClient& question);
  void ask(Desk& desk, rollout::Id id, const rollout::AskOperator& question);
  void ask(Desk& desk, rollout::Id id, const rollout::AskToBegin& question);
  void ask(Desk& desk, rollout::Id id, const rollout::CallHook& question);
  // After this delay, unless the run has died.
  void answer(Desk& desk, rollout::Id id, Millis delay, std::function<rollout::Answer()> with);
  [[nodiscard]] bool happens_to_message(Fault fault, int percent, const SimNode& node);
  [[nodiscard]] Desk& desk() { return *desks_[life_ - 1]; }
  [[nodiscard]] Desk& first() { return *desks_.front(); }
  // --- what the API tells and keeps (cluster.cpp)
  [[nodiscard]] facts::ClusterSight sight(const Desk& desk) const;
  void move_address();
  void choose_balancer();
  // Clocks of nodes, address and load balancer come to `now_`.
  void advance_all();
  void put(const rollout::PutObject& question);
  void check_object(const facts::ObjectReference& object, std::string_view after);
  [[nodiscard]] const std::string& following_object() const;
  [[nodiscard]] SimNode& node_named(const std::string& name);
  [[nodiscard]] bool link_is_cut(const SimNode& node) const;

  // --- faults (world_faults.cpp)
  void plan_faults();
  [[nodiscard]] Behaviour behaviour_of_new(std::size_t node);
  void plan_silent_metrics(std::uint64_t seed);
  void plan_hooks(std::uint64_t seed, plan::Plan& plan);
  void plan_window(std::uint64_t seed);
  void plan_fault(Fault fault, std::size_t victim);
  void plan_cause_of(node::Step step, std::size_t victim);
  void schedule_faults();
  void strike(Fault fault, std::size_t victim);
  void end_login(const SimNode& node);
  [[nodiscard]] bool login_is_over() const { return login_ends_ >= Millis(0) && now_ < login_is_back_; }
  void strike_balancer(Fault fault, const SimNode& node);
  void strike_run(Fault fault);
  void struck(Fault fault, const SimNode& node) { strikes_.push_back({fault, node.state().step}); }
  void begin_rival();
  [[nodiscard]] int some_step_of_writing();
  [[nodiscard]] bool is_planned(Fault fault, std::size_t victim) const;

  // --- other workstations (world_after.cpp)
  void another_workstation_comes();
  void end_of_faults();
  void settle_guards();
  void roll_back_once(const char* run);
  void check_confirmation(const Desk& second);
  [[nodiscard]] static bool ended_well(const Desk& desk);
  [[nodiscard]] bool all_are_old() const;

  // --- hooks and windows (hooks.cpp)
  [[nodiscard]] bool strikes_hook(Fault fault, const rollout::CallHook& question, const SimNode& node);
  void note_hook(Desk& desk, const rollout::CallHook& question);
  void check_window(const Desk& desk, const rollout::Record& record);
  void check_hooks(const Desk& desk);
  void check_lease(Desk& desk, const rollout::Record& record);
  [[nodiscard]] std::size_t losses() const;

  // --- what must hold between two nodes of a run (between_nodes.cpp)
  void check_turn(const Desk& desk, const rollout::Record& record);
  void note_way(Desk& desk, const rollout::Record& record);
  [[nodiscard]] bool is_led_back(const Desk& desk, const SimNode& node) const;
  void check_balanced(const Desk& desk, const rollout::Record& record);

  // --- invariants (invariants.cpp)
  void look();
  void check_nodes();
  void check_transition(const SimNode& node, const Transition& transition);
  void check_swap(const SimNode& node, const std::string& run);
  void check_confirmed(const SimNode& node);
  void check_record(Desk& desk, const rollout::Record& record);
  void check_guards();
  void check_end(const Desk& desk);
  void check_kept(const rollout::RunResult& result);
  void check_reasons(const Desk& desk);
  [[nodiscard]] static bool knew_a_calm_cluster(const Desk& desk);
  [[nodiscard]] Origin origin_of(const SimNode& node) const;
  [[nodiscard]] bool is_explained(const SimNode& node, node::Step step) const;
  void broke(std::string what);

  Random random_;
  std::map<std::string, Behaviour> behaviours_;
  std::unordered_map<std::string, Origin> manifests_;  // every one that somebody wrote, by its bytes
  std::vector<std::unique_ptr<SimNode>> nodes_;
  std::map<facts::ObjectReference, std::string> objects_;  // the API's: what the edited field of each says
  Balancer balancer_;
  rollout::BalancerFacts told_;                 // what the runs are told of it
  bool has_window_ = false;                     // the first run needs a permission for each node
  Millis window_ended_{-1};                     // negative: it is open
  std::optional<plan::HookEvent> struck_hook_;  // of the faults of hooks
  bool login_ = false;                          // the runs have a person's token
  SimNode* holder_ = nullptr;  // of the endpoint's address; nullptr: this cluster has none that moves
  Millis held_since_{0};
  std::vector<std::unique_ptr<Desk>> desks_;  // the one of life n at n - 1
  std::set<std::uint64_t> alive_;
  std::uint64_t life_ = nobody;  // at whose desk something happens now; what is meant for the dead is dropped

  std::multimap<Millis, Scheduled> queue_;  // equal times keep the order of insertion
  Millis now_{0};
  int events_ = 0;

  std::vector<Planned> faults_;
  bool faults_are_over_ = false;
  bool confirmed_by_another_ = false;
  bool lossy_ = true;
  Millis login_ends_{-1};    // the administrators' login, not the person's token; negative: it does not
  Millis login_is_back_{0};  // somebody has logged in again
  const SimNode* cut_off_ = nullptr;
  Millis cut_until_{-1};
  bool crashed_ = false;
  bool abandoned_ = false;
  bool taken_over_ = false;
  Desk* rival_ = nullptr;
  std::set<const SimNode*> edited_;  // by the stranger; their bytes stay (S1)

  std::map<std::pair<const SimNode*, std::string>, int> swaps_;  // by node and run
  std::set<std::pair<std::string, std::string>> reached_;        // node and step
  // By node, since when it is ready: as it was when its gates were asked last, and when, after that, it had
  // soaked or was restored. An end between that answer and the mark is one that no run can see.
  std::map<std::string, Millis> ready_when_asked_;
  std::map<std::string, Millis> ready_since_;
  std::vector<Strike> strikes_;
  std::vector<rollout::RunResult> ends_;
  std::vector<std::string> broken_;
};

}  // namespace nightlatch::sim
