// Whether the files that kube-apiserver reads at its start are on the node today (S11).
#pragma once

#include <vector>

#include "facts/node_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// input_missing for each hostPath volume of a type that must exist (pkg/volume/hostpath/host_path.go) and
// each file of a flag that the manifest names and the node does not have. certificate_ends for each
// certificate file that has expired or expires within 7 days by the node's clock: a certificate counts by
// the first certificate in its file, a CA bundle by its last to expire. Not judged: a file that the
// container sees at another path than the node, a flag's earlier values where it is repeated, and
// certificates where the node's clock is not known.
[[nodiscard]] std::vector<Error> check_restart_inputs(const facts::NodeFacts& node,
                                                      const manifest::ApiServerPod& pod);

}  // namespace nightlatch::plan
