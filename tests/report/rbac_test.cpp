// The page, the JSON and the findings for other programs of `rbac list`, and the page of `explain`.
#include "report/rbac.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "rbac/rbac_text.hpp"
#include "report/explain.hpp"
#include "report/grant.hpp"
#include "report/schema_check.hpp"
#include "report/screen.hpp"
#include "util/errors.hpp"

namespace nightlatch::report {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

RbacReport report_of(std::string_view text, const std::optional<std::vector<std::string>>& paths = {}) {
  RbacReport report;
  report.file = "rbac.yaml";
  report.listing = rbac::list(rbac::read_or_fail(text), paths);
  report.findings = rbac::findings_of(report.listing);
  return report;
}

const std::string metrics = R"(- kind: ClusterRole
  metadata: {name: metrics}
  rules: [{verbs: [get], nonResourceURLs: [/metrics]}]
- kind: ClusterRoleBinding
  metadata: {name: open-metrics}
  roleRef: {kind: ClusterRole, name: metrics}
  subjects: [{kind: User, name: "system:anonymous"}]
- kind: ClusterRoleBinding
  metadata: {name: old}
  roleRef: {kind: ClusterRole, name: nobody-has-it}
  subjects: [{kind: User, name: "system:anonymous"}]
)";

TEST(RbacScreen, IsTheGolden) {
  RbacReport report = report_of(rbac::with(metrics), std::vector<std::string>{"/livez", "/openid/v1/jwks"});
  expect_screen("rbac", [&](Out& out) { write_text(report, out); });
}

TEST(RbacScreen, OfAClusterNamesIt) {
  RbacReport report = report_of(rbac::kubeadm_cluster);
  report.cluster = {"prod-eu1", "https://k8s.example:6443", ""};
  std::string text = screen(plain(), [&](Out& out) { write_text(report, out); });
  EXPECT_THAT(text, HasSubstr("cluster prod-eu1"));
  EXPECT_THAT(text, HasSubstr("2 of 4 bindings reach requests without credentials"));
}

TEST(RbacJson, FitsItsSchema) {
  RbacReport report = report_of(rbac::with(metrics), std::vector<std::string>{"/livez", "/openid/v1/jwks"});
  EXPECT_THAT(schema_faults(rbac_json(report)), IsEmpty());
  json document = json::parse(rbac_json(report));
  EXPECT_EQ(document["schema"], "nightlatch.dev/rbac/v1");
  ASSERT_EQ(document["bindings"].size(), 4U);
  const json& worst = document["bindings"][0];
  EXPECT_EQ(worst["kind"], "ClusterRoleBinding");
  EXPECT_EQ(worst["namespace"], "");
  EXPECT_EQ(worst["name"], "open-metrics");
  EXPECT_EQ(worst["subjects"], json::parse(R"([{"kind": "User", "name": "system:anonymous"}])"));
  EXPECT_EQ(worst["role"], json::parse(R"({"kind": "ClusterRole", "name": "metrics"})"));
  EXPECT_EQ(worst["default"], false);
  EXPECT_EQ(worst["severity"], "high");
  EXPECT_EQ(worst["grants"],
            json::parse(R"([{"verbs": ["get"], "apiGroups": [], "resources": [], "resourceNames": [],
                                            "nonResourceURLs": ["/metrics"], "namespace": ""}])"));
  EXPECT_TRUE(worst["used"].is_null());
  const json& gone = document["bindings"][1];
  EXPECT_EQ(gone["dangling"], true);
  EXPECT_EQ(gone["grants"], json::array());
  EXPECT_EQ(document["bindings"][2]["default"], true);
  EXPECT_EQ(document["bindings"][2]["severity"], "none");
  EXPECT_EQ(document["authenticated"][0]["name"], "system:basic-user");
  EXPECT_EQ(document["openPaths"][1], json::parse(R"({"path": "/openid/v1/jwks", "grantedBy": ""})"));
}

TEST(RbacSarif, HasARuleForEachCodeAndAResultForEachFinding) {
  RbacReport report = report_of(rbac::with(metrics));
  json run = json::parse(sarif(findings_document(report, "0.1.0")))["runs"][0];
  EXPECT_EQ(run["tool"]["driver"]["name"], "nightlatch");
  ASSERT_EQ(run["results"].size(), 2U);
  const json& first = run["results"][0];
  EXPECT_EQ(first["ruleId"], "NL6106");
  EXPECT_EQ(first["level"], "error");
  EXPECT_EQ(first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "rbac.yaml");
  EXPECT_EQ(first["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
            "ClusterRoleBinding open-metrics");
  EXPECT_EQ(run["results"][1]["level"], "warning");
  EXPECT_EQ(run["tool"]["driver"]["rules"].size(), 2U);
}

TEST(RbacJunit, FailsWhatCountsAndEscapesNames) {
  std::string evil = metrics;
  evil.replace(evil.find("name: open-metrics"), 18, "name: 'a<b&\"c'");
  RbacReport report = report_of(rbac::with(evil));
  std::string xml = junit(findings_document(report, "0.1.0"));
  EXPECT_THAT(xml, HasSubstr("tests=\"4\" failures=\"1\""));
  EXPECT_THAT(xml, HasSubstr("name=\"NL6106 ClusterRoleBinding a&lt;b&amp;&quot;c\""));
  EXPECT_THAT(
      xml, HasSubstr("<failure type=\"high\" message=\"ClusterRoleBinding a&lt;b&amp;&quot;c lets requests"));
  EXPECT_THAT(xml, HasSubstr("name=\"ClusterRoleBinding system:public-info-viewer\"/>"));
  report.fail_on = std::nullopt;
  EXPECT_THAT(junit(findings_document(report, "0.1.0")), HasSubstr("failures=\"0\""));
}

ExplainReport explained(std::string_view text) {
  return {.explanation = rbac::explain(rbac::read_refusal(text, "answer").value(), {})};
}

TEST(ExplainScreen, IsTheGolden) {
  ExplainReport report = explained(R"(forbidden: User "system:anonymous" cannot get path "/metrics")");
  report.explanation.reviews = {{"SubjectAccessReview for system:anonymous", "not allowed"}};
  expect_screen("explain", [&](Out& out) { write_text(report, out); });
}

TEST(ExplainJson, FitsItsSchema) {
  for (std::string_view text :
       {R"(forbidden: User "system:anonymous" cannot get path "/metrics")",
        R"(User "ana" cannot list resource "pods" in API group "" at the cluster scope)",
        "401 https://10.0.0.11:6443/version", "404 https://10.0.0.11:6443/x"}) {
    EXPECT_THAT(schema_faults(explain_json(explained(text))), IsEmpty()) << text;
  }
  json document = json::parse(explain_json(explained(R"(User "system:node:n1" cannot get path "/metrics")")));
  EXPECT_EQ(document["identity"], "node");
  EXPECT_EQ(document["user"], "system:node:n1");
  EXPECT_EQ(document["cause"], "authorization");
  EXPECT_EQ(document["code"], 403);
  EXPECT_EQ(document["path"], "/metrics");
  EXPECT_EQ(document["resource"], "");
  ExplainReport code{.explanation = {}, .can = {}, .code = util_errors::no_room};
  EXPECT_THAT(schema_faults(explain_json(code)), IsEmpty());
  EXPECT_THAT(screen(plain(), [&](Out& out) { write_text(code, out); }), HasSubstr("NL1003"));
  rbac::Question question{rbac::anonymous_requester(), rbac::request_of("GET", "/metrics")};
  ExplainReport asked{.explanation = rbac::explain(question, {}).explanation,
                      .can = rbac::explain(question, {})};
  EXPECT_THAT(schema_faults(explain_json(asked)), IsEmpty());
}

rbac::GrantRequest request_for(const std::vector<std::string>& words) {
  return {.to = rbac::read_grantee(words).value(), .targets = {"10.0.0.11:6443", "10.0.0.12:6443"}};
}

TEST(GrantScreen, IsTheGolden) {
  rbac::GrantRequest request = request_for({"anonymous"});
  rbac::PathGrant grant = rbac::grant_of(request);
  expect_screen("grant", [&](Out& out) { write_terminal(page_of(request, grant), out); });
}

TEST(GrantScreen, NamesTheNextCommandsOfAGroupQuoted) {
  rbac::GrantRequest request = request_for({"group", "night shift"});
  request.paths = rbac::GrantedPaths::oidc_discovery;
  rbac::PathGrant grant = rbac::grant_of(request);
  std::string text = screen(plain(), [&](Out& out) { write_terminal(page_of(request, grant), out); });
  EXPECT_THAT(
      text, HasSubstr("nightlatch rbac grant-metrics --to group 'night shift' --paths oidc-discovery -o yaml "
                      "| kubectl apply -f -"));
  EXPECT_THAT(text, HasSubstr("--as=system:anonymous --as-group='night shift'"));
  EXPECT_THAT(text, testing::Not(HasSubstr("nightlatch plan")));
}

TEST(GrantJson, FitsItsSchema) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"anonymous"}, {"group", "g"}, {"serviceaccount", "a/b"}}) {
    rbac::PathGrant grant = rbac::grant_of(request_for(words));
    EXPECT_THAT(schema_faults(grant_json(grant)), IsEmpty());
    json document = json::parse(grant_json(grant));
    EXPECT_EQ(document["yaml"], grant.yaml);
    EXPECT_EQ(document["paths"], (std::vector<std::string>{"/metrics", "/metrics/slis"}));
    // kubectl reads what -o yaml prints as the two objects alone.
    rbac::Objects objects = rbac::read_or_fail(grant_yaml(grant));
    EXPECT_EQ(objects.roles.size() + objects.bindings.size(), 2U);
    EXPECT_THAT(grant_yaml(grant), HasSubstr("# - job_name: \"kube-apiserver\"\n"));
  }
}

}  // namespace
}  // namespace nightlatch::report
