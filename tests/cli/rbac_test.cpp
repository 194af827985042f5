// rbac list and explain, as scripts call them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/process.hpp"
#include "rbac/rbac_text.hpp"

namespace nightlatch::cli {
namespace {

using testing::HasSubstr;

TEST(RbacCommand, ReadsAFileOrStdinAndEndsWith6OnFindings) {
  Sandbox sandbox;
  static_cast<void>(sandbox.write("rbac.yaml", rbac::with(rbac::ci_temp)));
  static_cast<void>(sandbox.write("default.yaml", rbac::kubeadm_cluster));
  Finished finished = sandbox.run("rbac list --from rbac.yaml -o json");
  EXPECT_EQ(finished.exit, 6) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("\"schema\": \"nightlatch.dev/rbac/v1\""));
  EXPECT_EQ(sandbox.shell("cat rbac.yaml | nightlatch rbac list --from - -o json").exit, 6);
  EXPECT_EQ(sandbox.run("rbac list --from rbac.yaml --fail-on never").exit, 0);
  EXPECT_EQ(sandbox.run("rbac list --from default.yaml").exit, 0);
  EXPECT_EQ(sandbox.run("rbac list --from default.yaml -p metrics --fail-on medium").exit, 6);
  for (const std::string format : {"md", "html", "sarif", "junit"})
    EXPECT_EQ(sandbox.run("rbac list --from rbac.yaml -o " + format).exit, 6) << format;
}

TEST(RbacCommand, PointsAtWhatItCannotRead) {
  Sandbox sandbox;
  static_cast<void>(sandbox.write("bad.yaml", "kind: ClusterRole\nmetadata:\n  name: a\nrules: 7\n"));
  Finished finished = sandbox.run("rbac list --from bad.yaml");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("error NL6002  bad.yaml:4:8: rules is a number, and must be a list"));
  EXPECT_THAT(finished.err, HasSubstr("     4 | rules: 7\n       |        ^"));
  EXPECT_EQ(sandbox.shell("nightlatch rbac list --from - </dev/null").exit, 2);
  EXPECT_EQ(sandbox.run("rbac list --fail-on loud --from bad.yaml").exit, 2);
  EXPECT_EQ(sandbox.run("rbac").exit, 2);
}

TEST(RbacCommand, PrintsAGrant) {
  Sandbox sandbox;
  Finished finished = sandbox.run("rbac grant-metrics --to serviceaccount monitoring/prometheus");
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("Nothing was changed."));
  finished = sandbox.run("rbac grant-metrics --to anonymous -o json --target 10.0.0.11:6443");
  EXPECT_THAT(finished.out, HasSubstr("\"schema\": \"nightlatch.dev/grant/v1\""));
  // What it grants is what rbac list finds.
  finished =
      sandbox.shell("nightlatch rbac grant-metrics --to anonymous -o yaml | nightlatch rbac list --from -");
  EXPECT_EQ(finished.exit, 6) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("read /metrics; read /metrics/slis (NL6106)"));
  finished = sandbox.shell(
      "nightlatch rbac grant-metrics --to group dev -o yaml | nightlatch explain --can group:dev get "
      "/metrics "
      "--from -");
  EXPECT_THAT(finished.out, HasSubstr("May dev get /metrics? yes"));
  finished = sandbox.run("rbac grant-metrics --to everybody");
  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, HasSubstr("error NL6009"));
  EXPECT_EQ(sandbox.run("rbac grant-metrics").exit, 2);
}

TEST(ExplainCommand, ReadsStdinAFileOrACode) {
  Sandbox sandbox;
  static_cast<void>(sandbox.write("rbac.yaml", rbac::kubeadm_cluster));
  std::string echo = R"(echo 'forbidden: User "system:anonymous" cannot get path "/metrics"')";
  Finished finished = sandbox.shell(echo + " | nightlatch explain");
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("403 for system:anonymous on get /metrics"));
  EXPECT_EQ(sandbox.shell(echo + " | nightlatch explain - -o json").exit, 0);
  EXPECT_THAT(sandbox.run("explain NL6101").out, HasSubstr("a binding leads to cluster-admin"));
  EXPECT_EQ(sandbox.run("explain NL9999").exit, 2);
  EXPECT_EQ(sandbox.shell("echo hello | nightlatch explain").exit, 2);
  finished = sandbox.run("explain --can anonymous get /metrics --from rbac.yaml -p metrics");
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("May system:anonymous get /metrics? no, 403"));
  EXPECT_EQ(sandbox.run("explain --can anonymous get /metrics").exit, 7);
  EXPECT_EQ(sandbox.run("explain rbac.yaml --can anonymous get /metrics").exit, 2);
}

}  // namespace
}  // namespace nightlatch::cli
