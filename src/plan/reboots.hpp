// Which control-plane nodes may be restarted by somebody else while a roll is at work. Pure.
#pragma once

#include <vector>

#include "facts/cluster_facts.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// One warning (may_reboot) for each node that waits for a restart (/var/run/reboot-required), or for which
// kured holds its lock.
[[nodiscard]] std::vector<PlanCheck> reboot_checks(const facts::ClusterFacts& facts);

}  // namespace nightlatch::plan
