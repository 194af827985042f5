// A host that is to join as a control-plane node: kubeadm writes the manifest of the others there, and the
// API server does not start without the configuration file that it names (S20). Pure.
#pragma once

#include <optional>
#include <vector>

#include "facts/node_facts.hpp"
#include "plan/planner.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// The file that the manifests of all nodes name: path, bytes, owner and mode are the same. nullopt: no
// manifest names one. Errors (plan_errors): they differ; a manifest or its file could not be read.
[[nodiscard]] Result<std::optional<facts::FileFacts>> common_config(
    const std::vector<facts::NodeFacts>& nodes);

// Why this host is none that is still to join.
[[nodiscard]] std::vector<Error> check_new_node(const facts::NodeFacts& host,
                                                const std::vector<facts::NodeFacts>& nodes);

// `config` onto the host and nothing else. `request` is of the cluster that it is to join, whose API was
// read.
[[nodiscard]] PlanOutcome plan_new_node(const PlanRequest& request, const facts::NodeFacts& host,
                                        const facts::FileFacts& config);

enum class Presence { absent, there };
// Of `config` on a host whose facts were gathered with its path. Error: something else is there.
[[nodiscard]] Result<Presence> find_config(const facts::NodeFacts& host, const facts::FileFacts& config);

}  // namespace nightlatch::plan
