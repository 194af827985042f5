#include "operate/rbac_list.hpp"

#include "operate/operate_bench.hpp"
#include "rbac/errors.hpp"
#include "rbac/finding_codes.hpp"
#include "rbac/rbac_text.hpp"

namespace nightlatch::operate {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class RbacList : public Bench {
 protected:
  // The objects as the API has them: a list of each kind, whose items name no kind.
  void SetUp() override {
    give("clusterroles",
         {R"({"metadata":{"name":"system:public-info-viewer"},"rules":[{"verbs":["get"],)"
          R"("nonResourceURLs":["/healthz","/livez","/readyz","/version","/version/"]}]})",
          R"({"metadata":{"name":"metrics"},"rules":[{"verbs":["get"],"nonResourceURLs":["/metrics"]}]})"});
    give("clusterrolebindings",
         {R"({"metadata":{"name":"system:public-info-viewer"},"roleRef":{"kind":"ClusterRole","name":)"
          R"("system:public-info-viewer"},"subjects":[{"kind":"Group","name":"system:unauthenticated"}]})"});
    give("roles", {});
    give("rolebindings", {});
  }

  void give(const std::string& kind, const std::vector<std::string>& items) {
    std::map<std::string, std::string> kinds{{"clusterroles", "ClusterRole"},
                                             {"clusterrolebindings", "ClusterRoleBinding"},
                                             {"roles", "Role"},
                                             {"rolebindings", "RoleBinding"}};
    auto& pages = cluster.cluster_api->lists["/apis/rbac.authorization.k8s.io/v1/" + kind];
    pages = {page(kinds.at(kind), {})};
    for (const std::string& item : items) pages.push_back(page(kinds.at(kind), item));
  }

  Outcome<report::RbacReport> run(const RbacListInput& input = {}) {
    Ports all = ports();
    return rbac_list(all, selection(), input);
  }

 private:
  static std::string page(const std::string& kind, const std::string& item) {
    return R"({"kind":")" + kind + R"(List","apiVersion":"rbac.authorization.k8s.io/v1","items":[)" + item +
           "]}";
  }
};

constexpr std::string_view open_metrics =
    R"({"metadata":{"name":"open-metrics"},"roleRef":{"kind":"ClusterRole","name":"metrics"},)"
    R"("subjects":[{"kind":"User","name":"system:anonymous"}]})";

TEST_F(RbacList, ReadsEveryPageOfTheApi) {
  auto report = run();
  ASSERT_TRUE(report) << report.error().errors[0].message;
  EXPECT_EQ(report->cluster.name, "prod-eu1");
  EXPECT_EQ(report->cluster.endpoint, "https://k8s.example:6443");
  ASSERT_THAT(report->listing.anonymous, SizeIs(1));
  EXPECT_THAT(report->findings, IsEmpty());
  EXPECT_EQ(exit_of(*report), Exit::done);
}

TEST_F(RbacList, AFindingAtTheThresholdIsExit6) {
  give("clusterrolebindings", {std::string(open_metrics)});
  auto report = run();
  ASSERT_TRUE(report);
  ASSERT_THAT(report->findings, SizeIs(1));
  EXPECT_EQ(report->findings[0].code.number, rbac_findings::sees_internals.number);
  EXPECT_EQ(exit_of(*report), Exit::findings);
  EXPECT_EQ(exit_of(*run({.fail_on = rbac::Severity::critical})), Exit::done);
  EXPECT_EQ(exit_of(*run({.fail_on = std::nullopt})), Exit::done);
}

TEST_F(RbacList, ComparesWithAPlaybook) {
  auto report = run({.playbook = "metrics"});
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->listing.open_paths);
  ASSERT_THAT(report->findings, SizeIs(1));
  EXPECT_EQ(report->findings[0].subject, "/metrics");
  EXPECT_EQ(report->findings[0].code.number, rbac_findings::open_but_not_granted.number);
  EXPECT_FALSE(run({.playbook = "rbac-only"})->listing.open_paths);
  EXPECT_EQ(run({.playbook = "nobody-has-it"}).error().exit, Exit::usage);
}

TEST_F(RbacList, WhatMayNotBeReadIsExit7) {
  cluster.cluster_api->lists.erase("/apis/rbac.authorization.k8s.io/v1/roles");
  auto report = run();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().exit, Exit::coverage);
  EXPECT_EQ(report.error().errors[0].next,
            "use a context whose user may list the objects of RBAC: kubectl auth can-i list roles");
  take_api_away();
  EXPECT_EQ(run().error().exit, Exit::coverage);
}

TEST_F(RbacList, ReadsAFileAndAsksNoApi) {
  take_api_away();
  std::string file = (directory / "rbac.yaml").string();
  ASSERT_TRUE(write_file_durably(file, rbac::with(rbac::ci_temp)));
  auto report = rbac_list_of_file({.from = file});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->file, file);
  EXPECT_EQ(exit_of(*report), Exit::findings);
  ASSERT_TRUE(write_file_durably(file, "kind: Pod\n"));
  report = rbac_list_of_file({.from = file});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().exit, Exit::usage);
  EXPECT_EQ(report.error().errors[0].code.number, rbac_errors::no_objects.number);
  EXPECT_EQ(rbac_list_of_file({.from = file + ".gone"}).error().exit, Exit::usage);
}

TEST_F(RbacList, WithoutTheRolesItSaysSoAndEndsWith7) {
  std::string file = (directory / "bindings.yaml").string();
  std::string text = rbac::ci_temp;
  text.replace(text.find("name: cluster-admin"), 19, "name: view");
  ASSERT_TRUE(write_file_durably(file, text));
  auto report = rbac_list_of_file({.from = file});
  ASSERT_TRUE(report);
  EXPECT_EQ(exit_of(*report), Exit::coverage);
}

}  // namespace
}  // namespace nightlatch::operate
