// Results as the text format of Prometheus, for a file of node_exporter's textfile collector.
#pragma once

#include <string>

#include "report/rbac.hpp"
#include "report/verify.hpp"

namespace nightlatch::report {

// nightlatch_rbac_*: findings by severity, and the bindings that reach requests without credentials.
[[nodiscard]] std::string rbac_prometheus(const RbacReport& report);
// nightlatch_verify_*: answers by verdict, API servers that were not asked, and findings beside the matrix.
[[nodiscard]] std::string verify_prometheus(const VerifyReport& report);

}  // namespace nightlatch::report
