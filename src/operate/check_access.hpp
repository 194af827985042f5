// detect --check-access: whether what a roll needs is allowed, on the nodes and by the API.
#pragma once

#include "operate/outcome.hpp"
#include "operate/ports.hpp"
#include "report/access.hpp"

namespace nightlatch::operate {

// Becomes root on every node and reads it, and asks the API about each right of the operator
// (rbac/operator_role.hpp). Changes nothing. Error: the cluster is not known.
[[nodiscard]] Outcome<report::AccessReport> check_access(Ports& ports, const cluster::Selection& selection);

// 0; 3 where something is missing without which a roll is refused; 2 or 3 where a node cannot be read; 7
// where the API did not say.
[[nodiscard]] Exit exit_of(const report::AccessReport& report);

}  // namespace nightlatch::operate
