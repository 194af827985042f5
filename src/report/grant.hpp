// `nightlatch rbac grant-metrics`: the objects of a grant, and what Prometheus needs;
// nightlatch.dev/grant/v1.
#pragma once

#include <string>

#include "rbac/grant.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

[[nodiscard]] Page page_of(const rbac::GrantRequest& request, const rbac::PathGrant& grant);
[[nodiscard]] std::string grant_json(const rbac::PathGrant& grant);
// For kubectl apply: the objects, and the scrape job behind them as a comment.
[[nodiscard]] std::string grant_yaml(const rbac::PathGrant& grant);

}  // namespace nightlatch::report
