// Which cluster a command means (S10).
#pragma once

#include <string>

#include "api/kubeconfig.hpp"
#include "cluster/connections.hpp"
#include "facts/cluster_facts.hpp"
#include "spec/inventory.hpp"

namespace nightlatch::cluster {

// How a person names a cluster; each may be empty.
struct Selection {
  std::string inventory{};   // a file; empty: the kubeconfig's cluster
  std::string cluster{};     // one of the inventory's
  std::string kubeconfig{};  // a file; empty: the inventory's, else kubectl's
  std::string context{};
  // What the load balancer's health check asks: a path, or "tcp". Empty: what the inventory says.
  std::string balancer_probe{};
  std::string planned_cluster{};  // of a plan file; meant where `cluster` is empty
};

// From the inventory. Errors: the file; several clusters and none named; no such cluster.
[[nodiscard]] Result<spec::Cluster> choose_cluster(const Selection& selection);

// The same, or an empty cluster where no inventory is given. Error: a cluster is named without an inventory,
// which would otherwise reach the kubeconfig's current context (docs/safety.md, S10).
[[nodiscard]] Result<spec::Cluster> cluster_of_inventory(const Selection& selection);

// Without an inventory: the control-plane nodes that the API names, reached by their InternalIP.
[[nodiscard]] spec::Cluster discovered_cluster(const api::Kubeconfig& kubeconfig,
                                               const facts::ApiFacts& facts);

// The kubeconfig of the selection, else the cluster's, else kubectl's.
[[nodiscard]] Result<api::Kubeconfig> choose_kubeconfig(Connections& connections, const Selection& selection,
                                                        const std::string& of_cluster);

// The API of the selected cluster, with no node asked. Errors: those of the cluster and of its kubeconfig.
[[nodiscard]] Result<std::shared_ptr<ClusterApi>> api_of(Connections& connections,
                                                         const Selection& selection);

// Safe as the name of a directory.
[[nodiscard]] std::string directory_name(std::string_view cluster);

}  // namespace nightlatch::cluster
