// S17: the node that holds the endpoint's address (keepalived, kube-vip) goes last. The address moves, most
// of all when an API server of ours restarts, so the nodes that are still to be begun are asked for their
// addresses before each of them. What cannot be seen changes nothing: the plan's order holds, and the run
// says so.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::rollout {

class FindHolder {
 public:
  // `candidates` are indices into plan.nodes, in the order in which they would be begun: two at least.
  FindHolder(const plan::Plan& plan, std::vector<std::size_t> candidates, std::vector<std::string> endpoint)
      : plan_(&plan), candidates_(std::move(candidates)), endpoint_(std::move(endpoint)) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return waiting_ == Waiting::nothing; }
  // What stops a roll is the preflight's to find.
  [[nodiscard]] static std::optional<Trouble> trouble() { return {}; }
  // Whom to begin, one of the candidates. Meaningful once finished.
  [[nodiscard]] std::size_t next() const { return next_; }

 private:
  enum class Waiting { intend, reply, pause, end, nothing };

  void look(Outbox& out);
  void on_reply(const node::Reply& reply, Millis now, Outbox& out);
  void choose(Outbox& out);
  void conclude(std::string note, Outbox& out);
  void record(rollout::Phase phase, std::map<std::string, std::string> data, Outbox& out);
  [[nodiscard]] const plan::NodePlan& candidate(std::size_t i) const { return plan_->nodes[candidates_[i]]; }

  const plan::Plan* plan_;
  std::vector<std::size_t> candidates_;
  std::vector<std::string> endpoint_;
  Waiting waiting_ = Waiting::intend;
  std::uint64_t record_ = 0;
  Id pending_ = 0;
  Millis deadline_{0};
  std::vector<std::vector<std::string>> addresses_;  // of the candidates that were asked
  std::vector<std::string> silent_;                  // by name, who did not tell
  bool first_struggles_ = false;
  bool interrupted_ = false;
  std::size_t next_ = 0;
};

}  // namespace nightlatch::rollout
