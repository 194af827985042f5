#include <map>
#include <tuple>

#include "report/audit_formats.hpp"
#include "report/gauges.hpp"

namespace nightlatch::report {

// The labels hold names of the taxonomy, and nothing that a client chose.
std::string audit_prometheus(const AuditReport& report) {
  std::map<std::tuple<std::string, std::string_view>, std::uint64_t> requests;
  for (const audit::Endpoint& row : report.verdict.endpoints)
    requests[{report.class_names.at(row.request_class), audit::name(row.outcome)}] += row.requests;
  Gauges metrics;
  metrics.begin("nightlatch_audit_requests", "Requests without accepted credentials in the audit log.");
  for (const auto& [key, count] : requests)
    metrics.sample("nightlatch_audit_requests",
                   gauge_labels({{"class", std::get<0>(key)}, {"outcome", std::get<1>(key)}}), count);
  metrics.begin("nightlatch_audit_requests_by_severity", "Those requests by severity.");
  for (std::size_t i = 0; i < audit::severity_names.size(); ++i)
    metrics.sample("nightlatch_audit_requests_by_severity",
                   gauge_labels({{"severity", audit::severity_names[i]}}),
                   report.verdict.totals.by_severity[i]);
  metrics.single("nightlatch_audit_worst_severity", "0 none, 1 info, 2 low, 3 medium, 4 high, 5 critical.",
                 "", static_cast<int>(report.verdict.worst));
  metrics.single("nightlatch_audit_impersonated",
                 "Requests of known users that impersonated system:anonymous.", "",
                 report.verdict.totals.posing);
  metrics.single("nightlatch_audit_log_sufficient", "Whether the log is enough to judge.", "",
                 report.verdict.too_little.empty() ? 1 : 0);
  metrics.single("nightlatch_audit_log_first_timestamp_seconds", "When the log begins.", "",
                 report.coverage.first_us / 1'000'000);
  metrics.single("nightlatch_audit_log_last_timestamp_seconds", "When the log ends.", "",
                 report.coverage.last_us / 1'000'000);
  return metrics.text();
}

}  // namespace nightlatch::report
