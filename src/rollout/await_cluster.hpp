// S19: the restart of an API server moves the leader leases of kube-controller-manager and kube-scheduler,
// kubelets that talk to it may be NotReady for a minute, and its clients move to the other API servers, which
// may reject some requests. The next node waits until the Node of the changed one is Ready, the leases are
// renewed, and no more requests are rejected than before.
//
// A survey before the first node says what was well then. A Node that was not Ready, or a lease that nobody
// renewed, is not waited for. Clocks are not compared: a lease counts as renewed when the run has seen its
// renewTime change.
//
// ClusterWatch looks at the cluster already during the soak of the changed node. This step looks once more,
// because a Node may become NotReady late, and waits only for what was not seen by then.
//
// Where Nodes or leases cannot be read, an apply stops. A rollback goes on and notes it, because it may be
// what makes the API readable again. Where the counters of /metrics cannot be read before the first node, a
// note says so, and rejected requests are not waited for.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.hpp"
#include "rollout/cluster_watch.hpp"
#include "rollout/event.hpp"
#include "rollout/single_step.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

// The state of the cluster before the first node.
struct ClusterBaseline {
  std::set<std::string> unready;                // machine ids of the plan's nodes whose Node was not Ready
  std::set<std::string> kept;                   // names of the leases that were renewed
  std::string unknown;                          // why Nodes or leases could not be read; empty: they were
  std::optional<double> rejected_per_second{};  // by all API servers, with 429; nullopt: not counted

  // A watch after a restart. It counts rejected requests only where there is a rate to compare with.
  [[nodiscard]] ClusterWatch watch(const plan::Plan& plan) const {
    return {plan, rejected_per_second ? CountRejected::yes : CountRejected::no};
  }
};

class AwaitCluster {
 public:
  // The survey before the first node. `plan` outlives the step. `node` is the index in plan.nodes of the
  // first node to be changed, which names the records. It waits 15 s for leases and counters, and 60 s for a
  // Node that may become Ready again; longer only where API servers that do not answer take longer. Error, of
  // an apply: cluster_unseen.
  AwaitCluster(const plan::Plan& plan, std::size_t node)
      : plan_(&plan),
        node_(node),
        step_(plan.nodes[node].name, facts::name(facts::JournalStep::surveyed), WhenInterrupted::leave),
        watch_(plan, CountRejected::yes) {}
  // The wait after `node` was changed: at most 3 min. `before` is found() of the survey, `watch` has seen
  // only what came after the restart. Error: not_recovered. A rollback waits 15 s for what cannot be read,
  // and 60 s where the survey could not read it, and then goes on with a note.
  AwaitCluster(const plan::Plan& plan, std::size_t node, ClusterBaseline before, ClusterWatch watch)
      : plan_(&plan),
        node_(node),
        before_(std::move(before)),
        step_(plan.nodes[node].name, facts::name(facts::JournalStep::recovered), WhenInterrupted::leave),
        watch_(std::move(watch)) {}

  // The four functions of a step: rollout/single_step.hpp. An interruption ends the step at once, without an
  // error.
  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return step_.finished(); }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  // The result of a survey. Meaningful once it is finished without having been interrupted.
  [[nodiscard]] const ClusterBaseline& found() const { return found_; }

 private:
  void ask(Millis now, Outbox& out);
  void on_answer(const Answer& answer, Millis now, Outbox& out);
  struct SurveyTime {
    Millis waited;   // since the survey began
    Millis watched;  // since the first look at Nodes and leases
  };
  void on_survey(const facts::ClusterSight& sight, SurveyTime time, Outbox& out);
  void on_sight(const facts::ClusterSight& sight, Millis waited, Outbox& out);
  [[nodiscard]] std::vector<std::string> missing(const facts::ClusterSight& sight) const;
  [[nodiscard]] std::optional<std::string> too_many_rejected() const;
  void again(Outbox& out);
  void stop(const ErrorCode& code, std::string why, Outbox& out);
  void conclude(std::string note, Outbox& out);
  [[nodiscard]] bool goes_back() const { return plan_->direction == plan::Direction::rollback; }

  const plan::Plan* plan_;
  std::size_t node_;
  std::optional<ClusterBaseline> before_;  // nullopt: this is the survey
  ClusterBaseline found_;
  SingleStep step_;
  Millis began_{0};
  std::optional<Millis> first_look_;  // of the survey
  ClusterWatch watch_;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
