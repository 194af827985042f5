// What the API says about a cluster: its identity, its control-plane nodes, kubeadm's ConfigMap.
#pragma once

#include <string>

#include "api/kubeconfig.hpp"
#include "facts/cluster_facts.hpp"
#include "facts/cluster_sight.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

// Asks the kubeconfig's server from this workstation. Without kubeadm's ConfigMap, ApiFacts::kubeadm_config
// is empty. Errors: address_malformed; those of send(); denied; answer_unexpected.
[[nodiscard]] Result<facts::ApiFacts> read_api_facts(const Kubeconfig& kubeconfig,
                                                     const std::string& user_agent);

// The control-plane nodes and the leader leases of kubeadm's controllers, as they are now. Never fails: why
// something could not be read is in the result.
[[nodiscard]] facts::ClusterSight look_at_cluster(const Kubeconfig& kubeconfig,
                                                  const std::string& user_agent);

// The HTTP status of GET /readyz with credentials. Errors: address_malformed; those of send().
[[nodiscard]] Result<int> readyz(const Kubeconfig& kubeconfig, const std::string& user_agent);

}  // namespace nightlatch::api
