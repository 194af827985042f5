#include "plan/plan.hpp"

#include <algorithm>

namespace nightlatch::plan {

std::size_t Plan::changing_nodes() const {
  return static_cast<std::size_t>(std::count_if(
      nodes.begin(), nodes.end(), [](const NodePlan& node) { return node.action != NodeAction::none; }));
}

}  // namespace nightlatch::plan
