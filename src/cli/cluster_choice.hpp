// Which cluster the options mean (S10).
#pragma once

#include "api/kubeconfig.hpp"
#include "cli/console.hpp"
#include "facts/cluster_facts.hpp"
#include "spec/inventory.hpp"

namespace nightlatch::cli {

// From the inventory; `fallback` is meant where --cluster is not given. Errors: the file; several clusters
// and no --cluster; no such cluster.
[[nodiscard]] Result<spec::Cluster> choose_cluster(const Options& options, const std::string& fallback = {});

// Without an inventory: the control-plane nodes that the API names, reached by their InternalIP.
[[nodiscard]] spec::Cluster discovered_cluster(const api::Kubeconfig& kubeconfig,
                                               const facts::ApiFacts& facts);

// The kubeconfig of the options, else the cluster's, else kubectl's.
[[nodiscard]] Result<api::Kubeconfig> choose_kubeconfig(const Options& options,
                                                        const std::string& of_cluster);

// Of the cluster that the options mean, with no node asked.
[[nodiscard]] Result<api::Kubeconfig> kubeconfig_of(const Options& options, const std::string& fallback = {});

// Safe as the name of a directory.
[[nodiscard]] std::string directory_name(std::string_view cluster);

}  // namespace nightlatch::cli
