// A host that is to join as a control-plane node. kubeadm writes the same manifest there as on the other
// nodes, and the API server does not start without the configuration file that the manifest names (S20).
// Pure.
#pragma once

#include <optional>
#include <vector>

#include "facts/node_facts.hpp"
#include "plan/planner.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// The configuration file that the manifests of all nodes name, with the same path, bytes, owner and mode on
// each of them. nullopt: no manifest names one. Errors (plan_errors): config_differs, where the nodes
// differ; config_unread, where a manifest or its file could not be read whole; file_elsewhere, where a
// manifest mounts this file or that of --oidc-ca-file at another path than on the node.
[[nodiscard]] Result<std::optional<facts::FileFacts>> common_config(
    const std::vector<facts::NodeFacts>& nodes);

// Why `host` cannot be prepared: not_new, where it is one of `nodes` by its machine id or has a
// kube-apiserver manifest; wrong_cluster, where it has the CA of another cluster. At most one refusal. A
// host without a CA file may belong to any cluster.
[[nodiscard]] std::vector<Error> check_new_node(const facts::NodeFacts& host,
                                                const std::vector<facts::NodeFacts>& nodes);

// A plan that writes `config` onto `host`, with its owner and mode, and changes nothing else. `request`
// describes the cluster that the host is to join; its facts of the API must be set. Always has a plan,
// without a creation time.
[[nodiscard]] PlanOutcome plan_new_node(const PlanRequest& request, const facts::NodeFacts& host,
                                        const facts::FileFacts& config);

enum class Presence { absent, there };
// Whether `config` is on `host`, with the same bytes, owner and mode. The facts must have been gathered with
// the path of `config` (NodeFacts::asked_file). Error: other_file, where a file with other contents, owner
// or mode is there.
[[nodiscard]] Result<Presence> find_config(const facts::NodeFacts& host, const facts::FileFacts& config);

}  // namespace nightlatch::plan
