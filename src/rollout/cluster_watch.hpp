// What is seen of the cluster after an API server was restarted (S19): which leader leases are renewed, and
// how many requests are rejected. A value that is fed twice: during the soak of the changed node, beside its
// rounds, and then by the wait between two nodes, which asks only for what was not seen yet.
//
// Why the soak counts: it begins after the node's gates have held, so every answer that is fed here was given
// after the restart. A lease counts as renewed once its own word for that has changed between two such
// answers, and a rate of rejected requests lies between two such rounds. Nothing is kept from before the
// restart.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/rejections.hpp"

namespace nightlatch::rollout {

enum class CountRejected { yes, no };

class ClusterWatch {
 public:
  // `plan` outlives the watch.
  ClusterWatch(const plan::Plan& plan, CountRejected count) : count_(count), rejections_(plan) {}

  // --- for a step that does nothing else: it asks this, and passes the answer on.
  // First the counters that are due, of one API server after the other, then Nodes and leases.
  [[nodiscard]] Question next_question(Millis now);
  // The look at Nodes and leases; nullopt: the answer was a counter.
  [[nodiscard]] std::optional<facts::ClusterSight> on_answer(const Answer& answer, Millis now);

  // --- beside a step that has questions of its own
  // Asks what is due, unless a question of this watch is open. Call it only while no record of the run is
  // waiting to be durable.
  void ask_beside(Millis now, Outbox& out);
  // Whether the event was the answer to the question asked beside; it is taken then.
  [[nodiscard]] bool take(const Event& event);
  // An answer that is still to come counts no more.
  void hand_over() { open_ = 0; }

  // --- what was seen
  [[nodiscard]] bool is_renewed(const std::string& lease) const { return renewed_.contains(lease); }
  [[nodiscard]] const std::set<std::string>& renewed() const { return renewed_; }
  [[nodiscard]] bool counts_rejected() const { return count_ == CountRejected::yes; }
  [[nodiscard]] const Rejections& rejections() const { return rejections_; }

 private:
  void look_at_leases(const facts::ClusterSight& sight);

  CountRejected count_;
  Rejections rejections_;
  std::optional<std::string> counter_of_;  // the node whose counter was asked; nullopt: the cluster
  std::optional<Millis> looked_;           // when Nodes and leases were asked for last
  std::map<std::string, std::string> first_renewal_;  // by lease, as this watch first saw it
  std::set<std::string> renewed_;                     // since then
  Id open_ = 0;                                       // asked beside a step; 0: none
};

}  // namespace nightlatch::rollout
