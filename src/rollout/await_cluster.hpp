// S19: a restart moves the leader leases of kubeadm's controllers, kubelets that talk to that API server may
// be NotReady for a minute, and its clients come over the others, which may turn some away. The next node
// waits until its predecessor's Node is Ready, the leases are renewed again, and no more requests are
// rejected than before.
//
// What is waited for is measured against a survey before the first node: a Node that was not Ready then, a
// lease that nobody renewed, is no matter of this roll. Clocks are not compared: a lease counts as renewed
// once its own word for that has changed before our eyes.
//
// The cluster is watched during the soak of the changed node already (ClusterWatch). This wait then looks
// once more, because a Node may turn NotReady late, and waits only for what was not seen by then.
//
// What cannot be read is unknown, and an apply goes no further then. A rollback does: it may be what brings
// the API back. Rejected requests are counted by those who may read /metrics; others are told that they are
// not, and nobody waits for them.
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

// What there was before the first node.
struct ClusterBaseline {
  std::set<std::string> unready;                // machine ids of Nodes that were not Ready
  std::set<std::string> kept;                   // leases that somebody renewed
  std::string unknown;                          // why they are not all known; empty: they are
  std::optional<double> rejected_per_second{};  // nullopt: not told

  // A watch for what is to be as it was.
  [[nodiscard]] ClusterWatch watch(const plan::Plan& plan) const {
    return {plan, rejected_per_second ? CountRejected::yes : CountRejected::no};
  }
};

class AwaitCluster {
 public:
  // The survey. `plan` outlives the step. `node`: the first to be changed, under whose name it is recorded.
  AwaitCluster(const plan::Plan& plan, std::size_t node)
      : plan_(&plan),
        node_(node),
        step_(plan.nodes[node].name, "surveyed", WhenInterrupted::leave),
        watch_(plan, CountRejected::yes) {}
  // After `node` was changed. `watch`: what was seen since its restart.
  AwaitCluster(const plan::Plan& plan, std::size_t node, ClusterBaseline before, ClusterWatch watch)
      : plan_(&plan),
        node_(node),
        before_(std::move(before)),
        step_(plan.nodes[node].name, "recovered", WhenInterrupted::leave),
        watch_(std::move(watch)) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return step_.finished(); }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  // Of a survey that has ended.
  [[nodiscard]] const ClusterBaseline& found() const { return found_; }

 private:
  void ask(Millis now, Outbox& out);
  void on_answer(const Answer& answer, Millis now, Outbox& out);
  void on_survey(const facts::ClusterSight& sight, Millis waited, Outbox& out);
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
  ClusterWatch watch_;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
