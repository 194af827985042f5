// The config file onto every node that will need it, before any manifest names it (S20); or onto a host that
// is to join, and then that is all.
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

class PlaceConfig {
 public:
  // `plan` and `bytes` outlive the step.
  PlaceConfig(const plan::Plan& plan, const std::map<std::string, plan::NodeBytes>& bytes)
      : plan_(&plan), bytes_(&bytes) {}

  void start(Millis now, Outbox& out);
  void on(const Event& event, Outbox& out);

  [[nodiscard]] bool finished() const { return finished_; }
  [[nodiscard]] const std::optional<Trouble>& trouble() const { return trouble_; }
  // The nodes that have it, by their index in plan.nodes.
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
  std::size_t node_ = 0;  // the one being served
  std::vector<std::size_t> placed_;
  std::optional<SingleStep> step_;  // its own; nullopt before the first
  bool finished_ = false;
  std::optional<Trouble> trouble_;
};

}  // namespace nightlatch::rollout
