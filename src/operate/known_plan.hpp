// A run's plan, from this workstation's state or, when another began it, from the nodes.
#pragma once

#include <string>

#include "cluster/session.hpp"
#include "plan/plan.hpp"

namespace nightlatch::operate {

struct KnownPlan {
  std::string run;
  plan::Plan plan;
};

// The newest run that any node knows; ids begin with their time. Empty: none.
[[nodiscard]] std::string newest_run(const cluster::Session& session);

[[nodiscard]] Result<KnownPlan> plan_of_run(const std::string& run, const cluster::Session& session);

// The newest run that changed a node and was not undone.
[[nodiscard]] Result<KnownPlan> plan_to_undo(const cluster::Session& session);

}  // namespace nightlatch::operate
