// The audit's report for other programs: code scanning, test reports, Prometheus' textfile collector, and one
// line a request.
#pragma once

#include <string>
#include <vector>

#include "audit/tally.hpp"
#include "report/audit.hpp"

namespace nightlatch::report {

// SARIF 2.1.0: one result for each endpoint that has a severity. Its fingerprint stays the same from run to
// run.
[[nodiscard]] std::string audit_sarif(const AuditReport& report);
// JUnit XML: one test case a class, which fails where it has a finding as severe as --fail-on; and one that
// says whether the log is enough to judge.
[[nodiscard]] std::string audit_junit(const AuditReport& report);
// The text format of Prometheus, for a file of node_exporter's textfile collector.
[[nodiscard]] std::string audit_prometheus(const AuditReport& report);

// One request as one line of JSON (nightlatch.dev/request/v1). Its query is left away.
[[nodiscard]] std::string request_line(const audit::Judged& request,
                                       const std::vector<std::string>& class_names);

}  // namespace nightlatch::report
