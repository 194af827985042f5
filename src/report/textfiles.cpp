#include "report/textfiles.hpp"

#include <algorithm>
#include <array>

#include "report/gauges.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

std::string rbac_prometheus(const RbacReport& report) {
  const std::string& cluster = report.cluster.name;
  Gauges gauges;
  gauges.begin("nightlatch_rbac_findings", "What RBAC lets requests without credentials do, by severity.");
  for (auto severity :
       {rbac::Severity::low, rbac::Severity::medium, rbac::Severity::high, rbac::Severity::critical}) {
    auto same = std::count_if(report.findings.begin(), report.findings.end(),
                              [&](const rbac::ListFinding& one) { return one.severity == severity; });
    gauges.sample("nightlatch_rbac_findings",
                  gauge_labels({{"cluster", cluster}, {"severity", name(severity)}}), same);
  }
  std::string labels = gauge_labels({{"cluster", cluster}});
  gauges.single("nightlatch_rbac_bindings", "Bindings that reach requests without credentials.", labels,
                report.listing.anonymous.size());
  gauges.single("nightlatch_rbac_complete", "Whether every role of these bindings was read.", labels,
                rbac::is_incomplete(report.listing) ? 0 : 1);
  return gauges.text();
}

std::string verify_prometheus(const VerifyReport& report) {
  using verify::Verdict;
  const std::string& cluster = report.cluster.name;
  Gauges gauges;
  gauges.begin("nightlatch_verify_answers", "Answers of API servers and load balancer, by verdict.");
  for (Verdict verdict : {Verdict::as_planned, Verdict::reported, Verdict::contradiction, Verdict::unknown}) {
    gauges.sample("nightlatch_verify_answers",
                  gauge_labels({{"cluster", cluster}, {"verdict", verify::name(verdict)}}),
                  report.matrix.count(verdict));
  }
  std::string labels = gauge_labels({{"cluster", cluster}});
  gauges.single("nightlatch_verify_unread", "API servers that could not be asked.", labels,
                report.unread.size());
  gauges.single("nightlatch_verify_findings",
                "Findings beside the answers, such as another configuration that is loaded.", labels,
                report.findings.size());
  return gauges.text();
}

}  // namespace nightlatch::report
