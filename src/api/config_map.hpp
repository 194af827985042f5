// kubeadm's ConfigMap, kube-system/kubeadm-config: of its data only ClusterConfiguration is read and written.
#pragma once

#include <optional>
#include <string>

#include "api/kubeconfig.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

struct ClusterConfiguration {
  std::string bytes;
  std::string resource_version;  // of what was read
};

// nullopt: there is no such ConfigMap, or it has no ClusterConfiguration.
[[nodiscard]] Result<std::optional<ClusterConfiguration>> read_cluster_configuration(
    const Kubeconfig& kubeconfig, const std::string& user_agent);

// Replaces that one key and leaves all else. config_conflict: another write came after the one that was read.
[[nodiscard]] Status write_cluster_configuration(const Kubeconfig& kubeconfig,
                                                 const ClusterConfiguration& configuration,
                                                 const std::string& user_agent);

}  // namespace nightlatch::api
