// The configuration file onto one host, read back afterwards.
#pragma once

#include <functional>
#include <string>

#include "facts/node_facts.hpp"
#include "node/protocol.hpp"
#include "report/prepare.hpp"
#include "report/run_report.hpp"
#include "util/result.hpp"

namespace nightlatch::operate {

struct HostWays {
  node::NodePort* port;
  std::function<Result<facts::NodeFacts>()> gather;  // with the path of the file
};

// Errors: another file is there; the host refused it, or it is not there afterwards (not_placed).
[[nodiscard]] Result<report::Prepared> place_config(const HostWays& ways, const std::string& host,
                                                    const facts::FileFacts& config, report::DryRun dry_run);

}  // namespace nightlatch::operate
