#include "plan/plan.hpp"

#include <algorithm>
#include <utility>

#include "plan/planner.hpp"

namespace nightlatch::plan {

Plan rehearsal_of(const Plan& plan) {
  Plan rehearsal = plan;
  rehearsal.rehearsal = true;
  rehearsal.kubeadm_config.reset();
  bool found = false;
  for (NodePlan& node : rehearsal.nodes) {
    if (node.action == NodeAction::swap && !std::exchange(found, true)) continue;
    node.action = NodeAction::none;
    node.sha256_after = node.sha256_before;
    node.after = node.before;
    node.opens.clear();
    node.splices.clear();
    node.undo.clear();
    node.config_path.clear();
    node.config_sha256.clear();
  }
  seal(rehearsal);
  return rehearsal;
}

std::size_t Plan::changing_nodes() const {
  return static_cast<std::size_t>(std::count_if(
      nodes.begin(), nodes.end(), [](const NodePlan& node) { return node.action != NodeAction::none; }));
}

}  // namespace nightlatch::plan
