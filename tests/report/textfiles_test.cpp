// The files for node_exporter of rbac list and verify, and the document of monitor.
#include "report/textfiles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rbac/finding_codes.hpp"
#include "report/gauges.hpp"
#include "report/monitor.hpp"
#include "report/schema_check.hpp"
#include "verify/errors.hpp"

namespace nightlatch::report {
namespace {

using testing::IsEmpty;

TEST(Textfiles, OfRbacListCountFindingsBySeverityAndBindings) {
  RbacReport report;
  report.cluster.name = "prod \"eu\"";
  report.listing.anonymous.resize(2);
  report.findings.resize(3);
  report.findings[0].severity = rbac::Severity::critical;
  report.findings[1].severity = rbac::Severity::low;
  report.findings[2].severity = rbac::Severity::low;
  EXPECT_EQ(rbac_prometheus(report),
            R"(# HELP nightlatch_rbac_findings What RBAC lets requests without credentials do, by severity.
# TYPE nightlatch_rbac_findings gauge
nightlatch_rbac_findings{cluster="prod \"eu\"",severity="low"} 2
nightlatch_rbac_findings{cluster="prod \"eu\"",severity="medium"} 0
nightlatch_rbac_findings{cluster="prod \"eu\"",severity="high"} 0
nightlatch_rbac_findings{cluster="prod \"eu\"",severity="critical"} 1
# HELP nightlatch_rbac_bindings Bindings that reach requests without credentials.
# TYPE nightlatch_rbac_bindings gauge
nightlatch_rbac_bindings{cluster="prod \"eu\""} 2
# HELP nightlatch_rbac_complete Whether every role of these bindings was read.
# TYPE nightlatch_rbac_complete gauge
nightlatch_rbac_complete{cluster="prod \"eu\""} 1
)");
  report.listing.anonymous[0].role = rbac::RoleState::unread;
  EXPECT_THAT(rbac_prometheus(report),
              testing::HasSubstr("nightlatch_rbac_complete{cluster=\"prod \\\"eu\\\"\"} 0\n"));
  report.cluster.name.clear();
  EXPECT_THAT(rbac_prometheus(report), testing::HasSubstr("\nnightlatch_rbac_bindings 2\n"));
}

TEST(Textfiles, OfVerifyCountAnswersByVerdict) {
  VerifyReport report;
  report.matrix.checks.resize(2);
  report.matrix.checks[0].question.expected = {401};
  report.matrix.checks[0].seen.status = 200;
  report.matrix.checks[1].question.expected = {401};
  report.matrix.checks[1].seen.status = 401;
  report.unread.resize(1);
  report.findings.resize(2);
  std::string text = verify_prometheus(report);
  EXPECT_THAT(text, testing::HasSubstr("\nnightlatch_verify_answers{verdict=\"as-planned\"} 1\n"));
  EXPECT_THAT(text, testing::HasSubstr("\nnightlatch_verify_answers{verdict=\"contradiction\"} 1\n"));
  EXPECT_THAT(text, testing::HasSubstr("\nnightlatch_verify_answers{verdict=\"unknown\"} 0\n"));
  EXPECT_THAT(text, testing::HasSubstr("\nnightlatch_verify_unread 1\n"));
  EXPECT_THAT(text, testing::HasSubstr("\nnightlatch_verify_findings 2\n"));
}

TEST(Textfiles, ALabelEndsWhereItsValueEnds) {
  EXPECT_EQ(gauge_labels({{"a", "x\"y\\z\nw"}, {"b", ""}}), "{a=\"x\\\"y\\\\z w\"}");
  EXPECT_EQ(gauge_labels({{"a", ""}}), "");
}

TEST(MonitorJson, FitsItsSchema) {
  EXPECT_THAT(schema_faults(monitor_json({.text = "a"})), IsEmpty());
  EXPECT_THAT(schema_faults(monitor_json(
                  {.kind = MonitorKind::queries, .engine = "loki", .file = "a.logql", .text = "a\n"})),
              IsEmpty());
}

}  // namespace
}  // namespace nightlatch::report
