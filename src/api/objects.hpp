// What the API itself says of a cluster: its identity, its control plane, kubeadm's ConfigMap.
#pragma once

#include <string>

#include "api/kubeconfig.hpp"
#include "facts/cluster_facts.hpp"
#include "facts/cluster_sight.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

// Asks the kubeconfig's server, from here. Errors are of api_errors: unreachable, denied, answer_unexpected …
// A cluster without kubeadm's ConfigMap is no error: kubeadm_config is empty then.
[[nodiscard]] Result<facts::ApiFacts> read_api_facts(const Kubeconfig& kubeconfig,
                                                     const std::string& user_agent);

// Nodes of the control plane and the leases of kubeadm's leaders, as they are now. What cannot be read is
// said in the answer.
[[nodiscard]] facts::ClusterSight look_at_cluster(const Kubeconfig& kubeconfig,
                                                  const std::string& user_agent);

// The HTTP status of GET /readyz with credentials.
[[nodiscard]] Result<int> readyz(const Kubeconfig& kubeconfig, const std::string& user_agent);

}  // namespace nightlatch::api
