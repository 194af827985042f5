// The change of one node's manifest.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "facts/steps.hpp"
#include "plan/estimate.hpp"
#include "plan/plan.hpp"
#include "plan/planner.hpp"
#include "rollout/balancer_gate.hpp"
#include "rollout/cluster_watch.hpp"
#include "rollout/event.hpp"
#include "rollout/gates.hpp"
#include "rollout/node_hooks.hpp"
#include "rollout/preflight.hpp"
#include "rollout/run_result.hpp"
#include "rollout/single_step.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

// Whether the operator is asked before each node is changed (S26).
enum class Prompting { ask, assume_yes };

// Whether it is asked before a node is begun if it may be: approvals expire. With `nobody` it may.
enum class Asking { nobody, before_each_node };

// What is asked and watched while a node is changed.
struct SwapOptions {
  Prompting prompting = Prompting::ask;
  Asking to_begin = Asking::nobody;
  bool is_first = false;                           // no node of this run was begun before
  bool compares_login = false;                     // there is a token whose user must stay the same (S18)
  std::shared_ptr<const std::string> plan_file{};  // the plan's bytes; the node gets a copy
  std::optional<std::vector<std::string>> kubeadm_names{};  // the configuration files that kubeadm-config
                                                            // names (S3); nullopt: not known
  std::optional<ClusterWatch> watch{};     // looks at the cluster during the soak; nullopt: no node follows
  std::optional<BalancerGate> balancer{};  // nullopt: there is no load balancer, or it did not answer
};

// The change of one node's manifest, from the preflight check to confirmed or restored, or the end of what
// another run began there (finish_restore, finish_confirm). node_swap.cpp explains the phases. Errors: those
// of Preflight; declined, interrupted, preflight_lost, node_refused; 42xx after the swap; 43xx, where a
// person must look. An interruption before the swap backs out; later, the node is brought to its end. Its
// members stand beside what they are about, not in the order of their sizes: there is one at a time.
class NodeSwap {  // NOLINT(clang-analyzer-optin.performance.Padding)
 public:
  // `plan` and `bytes` outlive the step. `node` is an index in plan.nodes, as are those in `begun`: the nodes
  // that are as this plan wants them or were changed by this run. If it is empty, this node is the canary.
  NodeSwap(const plan::Plan& plan, const plan::NodeBytes& bytes, std::size_t node,
           std::set<std::size_t> begun, SwapOptions options);

  // The four functions of a step: rollout/single_step.hpp. trouble() is the failure that decides the outcome:
  // one while a manifest is put back replaces the first one, and names it. One while only staged files are
  // taken away does not.
  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return outcome_.has_value(); }
  // Meaningful once finished.
  [[nodiscard]] NodeOutcome outcome() const { return outcome_.value_or(NodeOutcome::untouched); }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  // Whether the operator agreed to this node and to all that follow.
  [[nodiscard]] bool said_all() const { return said_all_; }
  // Hands over the watch with what it saw during the soak; nullopt: there is none.
  [[nodiscard]] std::optional<ClusterWatch> take_watch();
  // In how long the node's guard puts the old manifest back if nobody renews its lease, on the clock of
  // Event::now; at most by how long a request took too short. nullopt: this run has not armed it, or the node
  // has said since that nothing waits for a confirmation.
  [[nodiscard]] std::optional<Millis> guard_acts_in(Millis now) const;
  // Whether the login of the kubeconfig was refused here and on another node: the gates could not see all
  // (node_login.cpp). nullopt: it was not.
  [[nodiscard]] const std::optional<std::string>& login_ended() const { return login_ended_; }
  // What went wrong with the hook afterNode, where that stops the roll; empty: nothing.
  [[nodiscard]] std::string hook_trouble() const {
    return plan::hooks_stop(*plan_) ? hooks_.after_problem() : std::string();
  }
  // Whether the operator said no, or an interruption came before the swap.
  [[nodiscard]] bool stopped_by_person() const { return stopped_by_person_; }
  // Why the node might not be begun; nullopt: it might, or was not asked for.
  [[nodiscard]] const std::optional<ErrorCode>& held_back() const { return held_back_; }

 private:
  // A phase is one step in the journal; rollout::Phase is that of a record.
  using Phase = facts::JournalStep;

  // how a phase begins and ends; each phase is a SingleStep
  void begin(Phase phase, Millis now, Outbox& out);
  void act(Millis now, Outbox& out);
  void complete(Outbox& out);
  void fail(const ErrorCode& code, std::string why, Outbox& out);
  void advance(Millis now, Outbox& out);
  void after_soak(Millis now, Outbox& out);
  void recover(Millis now, Outbox& out);
  [[nodiscard]] std::map<std::string, std::string> gate_data() const;

  // answers
  void on_interrupted(const Event& event, Outbox& out);
  void on_answer(const Answer& answer, Millis now, Outbox& out);
  void on_ended(rollout::Phase phase, Millis now, Outbox& out);
  void on_answers(const ApiServerAnswers& answers, Millis now, Outbox& out);
  void on_reply(const node::Reply& reply, Millis now, Outbox& out);
  void on_lost(Outbox& out);
  void on_refused(const node::Reply& reply, Outbox& out);
  [[nodiscard]] bool guard_was_first(const node::Reply& reply) const;
  [[nodiscard]] bool was_typed(const node::Reply& reply) const;
  void fail_for_restore(const node::Reply& reply, Outbox& out);
  void note_guard(const node::Reply& reply);
  void on_preflight_state(const node::Reply& reply, Millis now, Outbox& out);
  void on_preflight_answers(const ApiServerAnswers& answers, Outbox& out);
  void fail_for_exit(const facts::PodView& pod, Outbox& out);
  void on_new_pod(const node::Reply& reply, Millis now, Outbox& out);
  void on_watched_pod(const node::Reply& reply, Millis now, Outbox& out);
  [[nodiscard]] bool restart_is_due(const facts::PodView& pod) const;
  void on_due_restart(const facts::PodView& pod, Millis now, Outbox& out);
  void on_round(const std::vector<facts::Seen>& seen, Millis now, Outbox& out);
  void on_judged(const Round& round, Millis now, Outbox& out);
  void ask_what_is_left(Millis now, Outbox& out);
  void on_login(const facts::Seen& seen, Millis now, Outbox& out);
  void on_loaded_config(const facts::Seen& seen, Millis now, Outbox& out);
  void on_silent_metrics(const std::string& why, Millis now, Outbox& out);
  void begin_soak(Millis now);
  [[nodiscard]] bool is_enough(RoundResult result, Millis now) const;
  void ask_balancer(Outbox& out);
  void on_balancer(const facts::Seen& seen, Millis now, Outbox& out);
  void go_on_with_balancer(Millis now, Outbox& out);
  void watch_beside(Millis now, Outbox& out);
  void pause_round(Millis now, Outbox& out);
  void pass_round(Millis now, Outbox& out);
  void on_person(Choice choice, Outbox& out);
  void on_permission(const Permission& permission, Outbox& out);

  // the hooks of the playbook (node_hooks.cpp)
  void on_before_node(const HookEnded& ended, Outbox& out);
  void call_hook(Millis now, Outbox& out);
  void on_after_node(Outbox& out);
  void end(NodeOutcome outcome, Millis now, Outbox& out);

  // a restored node that a person must look at (node_unhealthy.cpp)
  void fail_for_exits(const facts::PodView& pod, Outbox& out);
  void fail_for_no_return(const facts::PodView& pod, Outbox& out);
  void fail_for_old_gates(const Round& round, Outbox& out);
  void fail_for_refused_restore(const std::string& why, Outbox& out);

  // a login that is refused (node_login.cpp)
  [[nodiscard]] std::optional<std::size_t> next_witness() const;
  void ask_witness(Round round, std::size_t witness, Outbox& out);
  void on_witness(const ApiServerAnswers& answers, Millis now, Outbox& out);

  // a node that waits for the confirmation of a lost run (node_take_over.cpp)
  void on_state_left_behind(const node::Reply& reply, Outbox& out);
  void take_over(Millis now, Outbox& out);
  [[nodiscard]] Phase after_take_over() const;
  [[nodiscard]] NodeOutcome left_to_its_guard() const;

  // requests
  [[nodiscard]] node::Request request(node::Verb verb) const;
  [[nodiscard]] node::Request stage_request() const;
  [[nodiscard]] node::Request restore_request() const;
  [[nodiscard]] node::Request arm_request() const;
  [[nodiscard]] node::Request renewal() const;
  [[nodiscard]] bool renewal_is_due(Millis now) const;
  void call(node::Request request, Millis now, Outbox& out);
  void ask(std::vector<facts::Expectation> questions, Outbox& out);
  void resume(Millis now, Outbox& out);
  void look_for_preflight(Millis now, Outbox& out);
  void ask_for_preflight(Outbox& out);
  void watch_round(Millis now, Outbox& out);
  void await_pod(Millis now, Outbox& out);
  void look_for_pod(Millis now, Outbox& out);

  [[nodiscard]] const std::vector<facts::Expectation>& gates_at_hand() const;
  [[nodiscard]] bool before_swap() const { return phase_ <= Phase::rehearsed; }
  [[nodiscard]] bool confirms() const { return plan_->finishes_confirm(self()); }
  // Whether this run ends what another run began on the node, under the id of that run.
  [[nodiscard]] bool takes_over() const { return confirms() || plan_->finishes_restore(self()); }
  [[nodiscard]] Millis limit() const;
  [[nodiscard]] Millis soak_time() const;
  void set_deadline(Millis now);
  [[nodiscard]] const plan::NodePlan& self() const { return plan_->nodes[node_]; }
  [[nodiscard]] const plan::ManifestChange& change() const { return *plan_->change_of(self()); }
  [[nodiscard]] plan::Turn turn() const { return begun_.empty() ? plan::Turn::first : plan::Turn::later; }

  const plan::Plan* plan_;
  const plan::NodeBytes* bytes_;
  std::size_t node_;
  std::set<std::size_t> begun_;
  Prompting prompting_;
  Asking to_begin_;
  bool is_first_;
  bool login_;
  std::shared_ptr<const std::string> plan_file_;
  std::optional<std::vector<std::string>> kubeadm_names_;

  Phase phase_ = Phase::preflight;
  SingleStep step_;  // of the present phase
  bool asks_person_ = false;
  node::Request last_request_;
  Millis deadline_{0};  // of the present phase
  Millis swapped_at_{0};
  Millis soak_until_{0};
  // Since when the gates have held without a break; at the earliest since the soak began.
  std::optional<Millis> held_since_;
  std::optional<ClusterWatch> watch_;
  std::optional<BalancerGate> balancer_;
  Millis balancer_since_{0};  // when the balancer's gate began
  Millis looked_at_{0};       // when it began, or when the last round of the other gates ended
  Millis ceiling_ends_{0};    // of the guard, at the earliest
  int rounds_passed_ = 0;
  int rounds_leaking_ = 0;
  int restarts_undoing_ = 0;    // of the API server, while the gates of a restored node are asked
  bool answered_last_ = false;  // it answered something in the last round
  Millis called_at_{0};         // when the last request was sent
  Millis leased_until_{0};      // until when the guard's lease lasts at least: counted from called_at_
  enum class Asked { no, now, before };
  Asked loaded_config_ = Asked::no;     // the question which configuration the new process has loaded
  int metrics_unanswered_ = 0;          // how often that question got no answer
  Asked who_it_is_ = Asked::no;         // the question which user the token belongs to
  std::optional<Round> blind_round_;    // another node is asked whether it takes the login
  std::optional<std::size_t> witness_;  // the node that was asked last
  std::optional<std::string> login_ended_;
  bool login_disputed_ = false;  // that node has just taken the login, and this one is asked again
  std::map<std::string, std::string> told_;  // for the data of the next record
  std::string first_answers_;                // of the gates in this phase; empty: none were asked
  std::string last_answers_;
  bool restart_expected_ = false;               // the kubelet has seen the new manifest, or may have
  node::Step step_on_node_ = node::Step::idle;  // in the last reply of the node
  std::string staged_run_;                      // the run that is staged on the node, by its reply
  bool was_armed_ = false;                      // finish_restore: the node was armed by the run that ended
  std::uint64_t epoch_ = 0;  // newer than that of a run or a person that this run takes over from; 0: of none
  bool awaits_restart_ = false;  // finish_confirm: the lost run had not seen the new pod
  bool person_agreed_ = false;
  bool said_all_ = false;
  bool interrupted_ = false;
  bool stopped_by_person_ = false;
  std::optional<ErrorCode> held_back_;

  NodeHooks hooks_;
  std::optional<NodeOutcome> ended_as_;  // the node has ended, and afterNode is called still
  Preflight preflight_;
  facts::PodView pod_;  // the pod that is being watched
  std::optional<Trouble> trouble_;
  std::optional<NodeOutcome> outcome_;  // nullopt: the step goes on
};

}  // namespace nightlatch::rollout
