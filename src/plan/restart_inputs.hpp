// What kube-apiserver reads when it starts, as it lies on the node today (S11).
#pragma once

#include <vector>

#include "facts/node_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// Whether the API server would start again: a refusal for each file or hostPath that the manifest names and
// the node has not, and for each certificate that has ended or will within 7 days of the node's clock. A path
// that the container sees elsewhere than the node has it is not judged.
[[nodiscard]] std::vector<Error> check_restart_inputs(const facts::NodeFacts& node,
                                                      const manifest::ApiServerPod& pod);

}  // namespace nightlatch::plan
