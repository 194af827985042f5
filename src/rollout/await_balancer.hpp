// S17: between two nodes, wait until new connections through the load balancer reach the changed node again,
// told by its serving certificate. kubeadm gives each API server one of its own.
//
// Some balancers hide their nodes: they end TLS themselves, lead a client to the same node each time, or the
// nodes share a certificate. Then the wait is a time, long enough for their health checks. Where answers of
// several nodes are seen and this one's never, it is not back: the roll stops there.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "rollout/event.hpp"
#include "rollout/node_swap.hpp"

namespace nightlatch::rollout {

class AwaitBalancer {
 public:
  // `node` is an index into plan.nodes; `settle` the time for a balancer that hides it.
  AwaitBalancer(const plan::Plan& plan, std::size_t node, std::chrono::seconds settle)
      : plan_(&plan), node_(node), settle_(settle) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return waiting_ == Waiting::nothing; }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }

 private:
  enum class Waiting { intend, certificates, balancer, pause, end, nothing };

  void ask_next_node(Outbox& out);
  void on_seen(const facts::Seen& seen, Millis now, Outbox& out);
  void record(rollout::Phase phase, std::map<std::string, std::string> data, Outbox& out);
  void conclude(std::string note, Outbox& out);
  void leave(Outbox& out);
  [[nodiscard]] bool can_be_told() const;

  const plan::Plan* plan_;
  std::size_t node_;
  std::chrono::seconds settle_;
  Waiting waiting_ = Waiting::intend;
  std::uint64_t record_ = 0;
  Id pending_ = 0;
  Millis began_{0};
  std::vector<std::string> certificates_;  // of the nodes, in the plan's order
  std::set<std::string> others_seen_;      // through the balancer
  bool interrupted_ = false;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
