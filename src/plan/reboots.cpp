#include "plan/reboots.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "plan/check_codes.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

// kured knows the node by the name of its Node, which the inventory need not use.
bool is_locked(const facts::NodeFacts& node, const facts::ApiFacts& api) {
  return std::any_of(api.control_plane.begin(), api.control_plane.end(), [&](const facts::ApiNode& one) {
    return one.machine_id == node.machine_id && is_among(one.name, api.kured_lock);
  });
}

// Whoever holds the lock of kured keeps it from every other node; a person may take it as well.
std::string who_restarts(const facts::NodeFacts& node, const facts::ClusterFacts& facts) {
  bool is_kept_off = facts.api && !facts.api->kured_lock.empty();
  if (is_kept_off) return "unattended-upgrades may";
  return node.kured_running ? "kured will" : "kured or unattended-upgrades may";
}

}  // namespace

std::vector<PlanCheck> reboot_checks(const facts::ClusterFacts& facts) {
  std::vector<PlanCheck> checks;
  for (const facts::NodeFacts& node : facts.nodes) {
    std::string why;
    if (facts.api && is_locked(node, *facts.api)) {
      why = "kured holds its lock for this node, to restart it";
    } else if (!node.reboot_required.empty()) {
      why = fmt::format("{} is there, and {} restart the node for it", node.reboot_required,
                        who_restarts(node, facts));
    } else {
      continue;
    }
    checks.push_back({PlanCheck::Grade::warning,
                      fmt::format("{} may be restarted in mid-roll: {}", node.name, why),
                      plan_checks::may_reboot.number,
                      {.node = node.name, .path = node.reboot_required}});
  }
  return checks;
}

}  // namespace nightlatch::plan
