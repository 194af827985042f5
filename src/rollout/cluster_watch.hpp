// What a run sees of the cluster after it restarted an API server (S19): which leader leases are renewed, and
// how many requests are rejected. It is used twice: beside the rounds of the changed node's soak, and then by
// AwaitCluster, which waits only for what was not seen by then.
//
// Answers during the soak count, because the soak begins after the node's gates have held: every answer was
// given after the restart. A lease counts as renewed when its renewTime differs between two such answers and
// somebody holds it; a rate of rejected requests needs two rounds of counters. Nothing from before the
// restart is kept.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/rejections.hpp"

namespace nightlatch::rollout {

// Whether the counters of rejected requests are asked for (Rejections).
enum class CountRejected { yes, no };

class ClusterWatch {
 public:
  // `plan` outlives the watch.
  ClusterWatch(const plan::Plan& plan, CountRejected count) : count_(count), rejections_(plan) {}

  // --- for a step that asks nothing else
  // The next question: the counter of one API server while a round of them is due, else Nodes and leases.
  [[nodiscard]] Question next_question(Millis now);
  // Takes the answer to next_question() and returns what it says of Nodes and leases; nullopt: it was a
  // counter.
  [[nodiscard]] std::optional<facts::ClusterSight> on_answer(const Answer& answer, Millis now);

  // --- beside a step that has questions of its own
  // Asks what is due, unless a question of this watch is open: Nodes and leases 1 s after the last time, the
  // counters when Rejections says so. Call it only while no record of the run waits to be durable (A2).
  void ask_beside(Millis now, Outbox& out);
  // Takes the event if it is the answer to the question of ask_beside(), and returns whether it was.
  [[nodiscard]] bool take(const Event& event);
  // Forgets the open question: its answer counts no more.
  void hand_over() { open_ = 0; }

  // --- what was seen; a lease that was renewed once stays so
  [[nodiscard]] bool is_renewed(const std::string& lease) const { return renewed_.contains(lease); }
  [[nodiscard]] const std::set<std::string>& renewed() const { return renewed_; }
  [[nodiscard]] bool counts_rejected() const { return count_ == CountRejected::yes; }
  [[nodiscard]] const Rejections& rejections() const { return rejections_; }

 private:
  void look_at_leases(const facts::ClusterSight& sight);

  CountRejected count_;
  Rejections rejections_;
  std::optional<std::string> counter_of_;  // whose counter was asked for last; nullopt: Nodes and leases were
  std::optional<Millis> looked_;           // when Nodes and leases were asked for last
  std::map<std::string, std::string> first_renewal_;  // renewTime by lease, as this watch first saw it
  std::set<std::string> renewed_;                     // leases whose renewTime has changed since then
  Id open_ = 0;                                       // the open question of ask_beside(); 0: none
};

}  // namespace nightlatch::rollout
