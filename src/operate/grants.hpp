// What RBAC must allow for the paths that a playbook opens, asked of an API server before anything is
// changed.
#pragma once

#include "cluster/session.hpp"
#include "plan/planner.hpp"

namespace nightlatch::operate {

// Where the plan leaves /metrics open to requests without credentials, asks the first node that changes
// whether RBAC lets them get it. Refusal, which takes the plan away: metrics_ungranted, when the answer is
// 403. Where /metrics is shut today, the API server answers 401 and nothing can be told of RBAC: the plan
// keeps the check metrics_need_a_grant.
void look_for_metrics_grant(const cluster::Session& session, plan::PlanOutcome& outcome);

}  // namespace nightlatch::operate
