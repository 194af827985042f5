// What must be true before a plan may exist (docs/safety.md, S9, S11, S12). Each function returns one
// refusal of plan_errors for each rule that is broken, and none when all hold. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "facts/cluster_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "spec/inventory.hpp"
#include "spec/playbook.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// Why a cluster has no node to read: a managed service shows none, and is told what can be set there; else
// no_nodes without more.
[[nodiscard]] Error no_nodes(const spec::Cluster& cluster, const facts::ApiFacts* api);

// Whether this is the right cluster and these are the right machines (S9): no_nodes; node_unreadable, for a
// node of the inventory without facts; api_needed, and then nothing else is judged; wrong_cluster, where the
// file of a node's --client-ca-file does not hold every certificate of the kubeconfig's CA; machine_twice,
// for one machine that is listed twice, or machine_cloned, for two machines with one id; not_a_member, where
// a machine id is no control-plane Node's; node_missing, where a control-plane Node is not in the inventory
// (judged only when every node of the inventory was read).
[[nodiscard]] std::vector<Error> check_identity(const facts::ClusterFacts& facts,
                                                const spec::Cluster& cluster);

// Whether the node can be changed now: owned_by_other, no_manifest, second_manifest, upgrade_running (S12),
// kubelet_down, tools_missing, disk_full (less than 16 MiB free under /etc/kubernetes), and run_unfinished,
// where the newest run on the node has not come to its end there.
// Where another product starts kube-apiserver without a manifest, that alone is said, and neither no_manifest
// nor kubelet_down. `paths`: what is to be open, for the advice about that product.
[[nodiscard]] std::vector<Error> check_node(const facts::NodeFacts& node, std::vector<std::string> paths);

// Whether an upgrade is half done: upgrade_unfinished, where kubeadm-config names another minor version than
// the API servers run (S12). `kubeadm_config`: the ClusterConfiguration; empty, or without a version that
// can be read, it is not judged. `running`: a version such as "1.34.4".
[[nodiscard]] std::vector<Error> check_kubeadm_version(std::string_view kubeadm_config,
                                                       std::string_view running);

// file_elsewhere for --authentication-config, --oidc-ca-file and --client-ca-file, where the container sees
// the file at another path than it has on the node: the facts were read at the path that the flag names, so
// they are about another file. A path that no hostPath volume holds is not judged.
[[nodiscard]] std::vector<Error> check_files_in_place(const facts::NodeFacts& node,
                                                      const manifest::ApiServerPod& pod);

// path_expired for each path of spec.paths whose last day is before `today` (YYYY-MM-DD).
[[nodiscard]] std::vector<Error> check_paths(const spec::Playbook& playbook, std::string_view today);

// pending_change, where the process does not run with the arguments that its manifest names (S11). A wrapper
// in front of the binary is ignored, and an argument with a variable, $(NAME), equals any text. A process
// that does not run is not judged.
[[nodiscard]] std::vector<Error> check_pending_change(const facts::NodeFacts& node,
                                                      const manifest::ApiServerPod& pod);

}  // namespace nightlatch::plan
