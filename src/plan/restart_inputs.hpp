// Whether the files that kube-apiserver reads at its start are on the node today (S11).
#pragma once

#include <vector>

#include "facts/node_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// input_missing for each file or hostPath that the manifest names and the node does not have;
// certificate_ends for each certificate that has expired or will expire within 7 days by the node's clock. A
// path that is another one inside the container is not judged.
[[nodiscard]] std::vector<Error> check_restart_inputs(const facts::NodeFacts& node,
                                                      const manifest::ApiServerPod& pod);

}  // namespace nightlatch::plan
