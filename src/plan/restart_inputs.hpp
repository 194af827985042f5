// Whether the files that kube-apiserver reads at its start are on the node today (S11).
#pragma once

#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"
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

// A file that --accept-input names and that would be refused without it.
struct AcceptedInput {
  std::string node;
  std::string path;
};

struct InputFindings {
  std::vector<Error> refusals;
  std::vector<AcceptedInput> accepted;
};

// Whether the next start can read what the files of those flags hold. input_broken: a PEM file with a block
// that is not whole or without a block of its kind; a file without secrets that is no YAML. input_changed: a
// file that a running server does not read again, and that was changed or moved after the process began, by
// the file's ctime: a copy that keeps its mtime would hide another content. A file in `accepted` is not
// refused. Not judged: the text of files that may hold secrets, such as
// --encryption-provider-config, because it stays on the node.
[[nodiscard]] InputFindings check_input_content(const facts::NodeFacts& node,
                                                const manifest::ApiServerPod& pod,
                                                const std::vector<std::string>& accepted);

// Writes the paths into Plan::accepted.inputs, and adds one warning (input_accepted) for each path.
void record_inputs(const std::vector<AcceptedInput>& accepted, Plan& plan);

}  // namespace nightlatch::plan
