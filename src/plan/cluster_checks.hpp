// Checks of the cluster around the API servers: etcd (S14), and what a restart disturbs (S19). Pure.
#pragma once

#include <cstddef>
#include <vector>

#include "facts/cluster_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// An API server as it will be after the roll; both pointers are set.
struct ApiServer {
  const facts::NodeFacts* node = nullptr;
  const manifest::ApiServerPod* pod = nullptr;
};

// The first check says whether etcd has its quorum, by `etcd_status`, the HTTP status of GET /readyz/etcd:
// 200 is ok, 500 and above is etcd_without_quorum, anything else, and 0 for no answer, is
// etcd_quorum_unknown. Where --etcd-servers of every API server names its own node (stacked etcd), two
// warnings may follow: etcd_member_missing for nodes without a running member, and etcd_no_spare with fewer
// than 3 API servers.
[[nodiscard]] std::vector<PlanCheck> etcd_checks(const std::vector<ApiServer>& servers, int etcd_status);

// Announces what the restarts disturb (S19): a warning (leases_move) when one node changes; ok when several
// do, since the roll then waits before each next node. `changing_nodes` is at least 1.
[[nodiscard]] PlanCheck collateral_check(std::size_t changing_nodes);

}  // namespace nightlatch::plan
