// What a plan says of the cluster around the API servers: etcd (S14), and what a restart moves (S19).
#pragma once

#include <cstddef>
#include <vector>

#include "facts/cluster_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

struct ApiServer {
  const facts::NodeFacts* node = nullptr;
  const manifest::ApiServerPod* pod = nullptr;
};

// Whether etcd has its quorum, and how many machines it may lose where its members run beside the API
// servers. `etcd_status` as in facts::ApiFacts.
[[nodiscard]] std::vector<PlanCheck> etcd_checks(const std::vector<ApiServer>& servers, int etcd_status);

// What is announced: leader leases and kubelets, and that the next node waits for them.
[[nodiscard]] PlanCheck collateral_check(std::size_t changing_nodes);

}  // namespace nightlatch::plan
