// Places the configuration file on every node that needs it, before any manifest names it (S20). For a host
// that is to join the cluster, this is the whole change (`nightlatch node prepare`).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plan/planner.hpp"
#include "rollout/event.hpp"
#include "rollout/single_step.hpp"
#include "rollout/trouble.hpp"

namespace nightlatch::rollout {

// It asks the nodes one by one, each for at most 60 s, and stops at the first that fails. Errors:
// preflight_lost, node_refused. An interruption ends it after the present node. It has one record for each
// node.
class PlaceConfig {
 public:
  // `plan` and `bytes` outlive the step. `bytes`, by the names of the nodes, has each node that needs the
  // file.
  PlaceConfig(const plan::Plan& plan, const std::map<std::string, plan::NodeBytes>& bytes)
      : plan_(&plan), bytes_(&bytes) {}

  // The four functions of a step: rollout/single_step.hpp. It is finished at once when no node needs the
  // file.
  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  // The nodes that have the file now, as indices in plan.nodes.
  [[nodiscard]] const std::vector<std::size_t>& placed() const { return placed_; }

 private:
  void next(Millis now, Outbox& out);
  void call(Outbox& out);
  void on_reply(const node::Reply& reply, Outbox& out);
  void after_node(Millis now, Outbox& out);
  [[nodiscard]] const plan::NodePlan& self() const { return plan_->nodes[node_]; }
  [[nodiscard]] const plan::ManifestChange& change() const { return *plan_->change_of(self()); }

  const plan::Plan* plan_;
  const std::map<std::string, plan::NodeBytes>* bytes_;
  std::size_t node_ = 0;  // index of the present node
  std::vector<std::size_t> placed_;
  std::optional<SingleStep> step_;  // of the present node; nullopt: before the first
  bool finished_ = false;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
