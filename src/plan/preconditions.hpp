// What must be true before a plan may exist (S9-S14): each broken one is a refusal of its own.
#pragma once

#include <string_view>
#include <vector>

#include "facts/cluster_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "spec/inventory.hpp"
#include "spec/playbook.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// The right cluster, the right machines (S9).
[[nodiscard]] std::vector<Error> check_identity(const facts::ClusterFacts& facts,
                                                const spec::Cluster& cluster);

// Would this node survive a restart today, and is nobody else at work on it? (S11, S12)
[[nodiscard]] std::vector<Error> check_node(const facts::NodeFacts& node);

// No upgrade is half done: kubeadm-config names the minor version that the API servers run (S12). An empty
// `kubeadm_config`, or one without a version, is not judged.
[[nodiscard]] std::vector<Error> check_kubeadm_version(std::string_view kubeadm_config,
                                                       std::string_view running);

// A file that the manifest names was read from the node at the path the container sees: that must be it.
[[nodiscard]] std::vector<Error> check_files_in_place(const facts::NodeFacts& node,
                                                      const manifest::ApiServerPod& pod);

// The extra paths of the playbook whose last day is over. `today`: YYYY-MM-DD.
[[nodiscard]] std::vector<Error> check_paths(const spec::Playbook& playbook, std::string_view today);

// The process runs with the arguments its manifest names (S11).
[[nodiscard]] std::vector<Error> check_pending_change(const facts::NodeFacts& node,
                                                      const manifest::ApiServerPod& pod);

}  // namespace nightlatch::plan
