// What watches the API servers: rules, a scrape configuration and a dashboard for Prometheus and Grafana, and
// the same for Netdata. Rendered from templates/monitor/.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rbac/grant.hpp"
#include "util/result.hpp"

namespace nightlatch::monitor {

// Whether the name of a scrape job can stand in a query and in a file as it is. Error: bad_job.
[[nodiscard]] Status check_job(std::string_view job);

// The metrics of kube-apiserver that rules and dashboard ask for.
[[nodiscard]] std::span<const std::string_view> asked_metrics();

// `job` has passed check_job.
[[nodiscard]] std::string alert_rules(const std::string& job);
[[nodiscard]] std::string dashboard(const std::string& job);
// A prometheus.yml: the API servers as `request` says, and the textfiles of nightlatch.
[[nodiscard]] std::string scrape_config(const rbac::GrantRequest& request);

// A job of Netdata's collector for each target, and alerts. It logs in as `request` says. Error: bad_target,
// where a target is not HOST:PORT.
[[nodiscard]] Result<std::string> netdata(const rbac::GrantRequest& request);

}  // namespace nightlatch::monitor
