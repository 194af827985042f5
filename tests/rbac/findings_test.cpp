#include "rbac/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rbac/finding_codes.hpp"
#include "rbac/rbac_text.hpp"

namespace nightlatch::rbac {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string binding(std::string_view rule) {
  return fmt::format(R"(- kind: ClusterRole
  metadata: {{name: r}}
  rules: [{}]
- kind: ClusterRoleBinding
  metadata: {{name: b}}
  roleRef: {{kind: ClusterRole, name: r}}
  subjects: [{{kind: User, name: "system:anonymous"}}]
)",
                     rule);
}

// "NL6105 high ClusterRoleBinding b lets …"
std::vector<std::string> found(std::string_view items,
                               const std::optional<std::vector<std::string>>& paths = {}) {
  std::vector<std::string> lines;
  for (const ListFinding& finding : findings_of(list(read_or_fail(with(items)), paths)))
    lines.push_back(fmt::format("NL{} {} {}", finding.code.number, name(finding.severity), finding.message));
  return lines;
}

int code_of(std::string_view rule) {
  std::vector<ListFinding> findings = findings_of(list(read_or_fail(with(binding(rule))), {}));
  if (findings.size() != 1) ADD_FAILURE() << rule << ": " << findings.size();
  return findings.empty() ? 0 : findings[0].code.number;
}

TEST(Findings, AreNoneOnADefaultCluster) {
  EXPECT_THAT(found(""), IsEmpty());
}

TEST(Findings, SayWhatABindingAllows) {
  EXPECT_THAT(
      found(ci_temp),
      ElementsAre(
          "NL6101 critical ClusterRoleBinding ci-temp lets requests without credentials do everything with "
          "every object, as cluster-admin may",
          "NL6106 critical ClusterRoleBinding ci-temp lets requests without credentials read memory "
          "profiles (/debug/pprof); read or change debug flags (/debug/flags); read the logs of the node "
          "(/logs); read the configuration (/configz); read the flags (/flagz); read the state of the "
          "process (/statusz); read /metrics; read /metrics/slis",
          "NL6107 medium ClusterRoleBinding ci-temp lets requests without credentials read the OpenAPI "
          "documents (/openapi); list the resources of the API (/api); list the groups of the API (/apis); "
          "read the issuer of service account tokens (/.well-known/openid-configuration); read the keys of "
          "service account tokens (/openid/v1/jwks); read /version; ask for single health checks "
          "(/livez/…); ask for single health checks (/readyz/…); ask for single health checks "
          "(/healthz/…)"));
  std::vector<ListFinding> findings = findings_of(list(read_or_fail(with(ci_temp)), {}));
  EXPECT_THAT(findings[0].details,
              ElementsAre("role: ClusterRole cluster-admin",
                          "subjects: User system:anonymous, ServiceAccount ci/deployer"));
}

TEST(Findings, HaveACodeForEachKindOfGrant) {
  EXPECT_EQ(code_of("{verbs: [get], apiGroups: [''], resources: [secrets]}"),
            rbac_findings::reads_secrets.number);
  EXPECT_EQ(code_of("{verbs: [create], apiGroups: [batch], resources: [jobs]}"),
            rbac_findings::runs_programs.number);
  EXPECT_EQ(code_of("{verbs: [delete], apiGroups: [''], resources: [services]}"),
            rbac_findings::writes.number);
  EXPECT_EQ(code_of("{verbs: [list], apiGroups: [''], resources: [nodes]}"), rbac_findings::reads.number);
  EXPECT_EQ(code_of("{verbs: [get], nonResourceURLs: [/metrics]}"), rbac_findings::sees_internals.number);
  EXPECT_EQ(code_of("{verbs: [get], nonResourceURLs: [/api]}"), rbac_findings::sees_discovery.number);
}

TEST(Findings, SayWhatIsWrongWithABinding) {
  std::string gone = R"(- kind: ClusterRoleBinding
  metadata: {name: old}
  roleRef: {kind: ClusterRole, name: nobody-has-it}
  subjects: [{kind: User, name: "system:anonymous"}]
)";
  EXPECT_THAT(found(gone),
              ElementsAre(fmt::format("NL{} medium ClusterRoleBinding old names ClusterRole nobody-has-it, "
                                      "which does not exist",
                                      rbac_findings::dangling.number)));
  EXPECT_THAT(found(R"(- kind: RoleBinding
  metadata: {name: m, namespace: web}
  roleRef: {kind: ClusterRole, name: cluster-admin}
  subjects: [{kind: Group, name: "system:anonymous"}]
)"),
              ElementsAre(fmt::format(
                  "NL{} low RoleBinding web/m names Group system:anonymous, which no request without "
                  "credentials has",
                  rbac_findings::misnamed.number)));
  EXPECT_THAT(found(R"(- kind: ClusterRole
  metadata: {name: "system:discovery"}
  rules: [{verbs: [get], nonResourceURLs: [/api, /apis, /version]}]
- kind: ClusterRoleBinding
  metadata: {name: "system:discovery"}
  roleRef: {kind: ClusterRole, name: "system:discovery"}
  subjects: [{kind: Group, name: "system:unauthenticated"}]
)"),
              ElementsAre(fmt::format("NL{} medium ClusterRoleBinding system:discovery still has the group "
                                      "system:unauthenticated, as Kubernetes before 1.14 made it",
                                      rbac_findings::left_from_old_version.number)));
  EXPECT_THAT(found("", std::vector<std::string>{"/livez", "/metrics"}),
              ElementsAre(fmt::format(
                  "NL{} medium /metrics is open without credentials, but no binding grants it: requests "
                  "get 403",
                  rbac_findings::open_but_not_granted.number)));
}

// What kubectl get clusterrolebindings,rolebindings prints has no role at all.
TEST(Findings, WithoutRolesOnlyClusterAdminIsKnown) {
  std::string head = "kind: List\nitems:\n";
  std::string other = ci_temp;
  other.replace(other.find("name: cluster-admin"), 19, "name: view");
  Listing listing = list(read_or_fail(head + other), {});
  EXPECT_TRUE(is_incomplete(listing));
  std::vector<ListFinding> findings = findings_of(listing);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code.number, rbac_findings::roles_unread.number);
  EXPECT_EQ(findings[0].message,
            "ClusterRoleBinding ci-temp reaches requests without credentials, and what ClusterRole view "
            "grants was not read");
  listing = list(read_or_fail(head + ci_temp), {});
  findings = findings_of(listing);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code.number, rbac_findings::leads_to_admin.number);
  EXPECT_FALSE(is_incomplete(list(read_or_fail(kubeadm_cluster), {})));
}

}  // namespace
}  // namespace nightlatch::rbac
