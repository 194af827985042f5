// node prepare: writes the configuration file onto a host that is to join as a control-plane node (S20).
#pragma once

#include <string>
#include <vector>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/prepare.hpp"
#include "report/run_report.hpp"

namespace nightlatch::operate {

struct PrepareInput {
  std::string host;  // its address, or its name in the inventory
  report::DryRun dry_run = report::DryRun::no;
};

// The report also says where the manifests name no file and nothing is to be done. Errors: those of permit;
// the host cannot be read; those of plan::check_new_node and check_identity; those of plan::common_config,
// such as nodes with different files; other_file; not_placed, where the host does not have the file after
// the run.
[[nodiscard]] Outcome<report::PrepareReport> prepare_host(Ports& ports, const cluster::Selection& selection,
                                                          const PrepareInput& input);

// What kubeadm would write otherwise than the nodes have it: it writes the manifest of a new node from the
// ConfigMap.
[[nodiscard]] std::vector<Error> find_drift(const facts::ClusterFacts& facts);

}  // namespace nightlatch::operate
