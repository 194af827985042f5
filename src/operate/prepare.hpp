// node prepare: the configuration file onto a host that is to join as a control-plane node.
#pragma once

#include <string>

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/prepare.hpp"
#include "report/run_report.hpp"

namespace nightlatch::operate {

struct PrepareInput {
  std::string host;  // its address, or its name in the inventory
  report::DryRun dry_run = report::DryRun::no;
};

// Errors: another run holds the cluster's lock; the host cannot be reached; it is no fresh host; the
// cluster's nodes differ, so that it is not known what the host should get; the host did not take the file.
[[nodiscard]] Outcome<report::PrepareReport> prepare_host(Ports& ports, const cluster::Selection& selection,
                                                          const PrepareInput& input);

}  // namespace nightlatch::operate
