#include "rbac/listing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rbac/finding_codes.hpp"
#include "rbac/findings.hpp"
#include "rbac/rbac_text.hpp"

namespace nightlatch::rbac {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> names(const std::vector<BoundRole>& bound) {
  std::vector<std::string> all;
  for (const BoundRole& one : bound) all.push_back(text_of(one.binding));
  return all;
}

Listing listed(std::string_view items, const std::optional<std::vector<std::string>>& open_paths = {}) {
  return list(read_or_fail(with(items)), open_paths);
}

// What the only binding that somebody added comes to.
BoundRole only(std::string_view items) {
  Listing listing = listed(items);
  for (const BoundRole& bound : listing.anonymous) {
    if (bound.known == Known::no) return bound;
  }
  ADD_FAILURE() << "no such binding";
  return {};
}

std::string bound_to(std::string_view rule, std::string_view name_space = "") {
  bool cluster = name_space.empty();
  return fmt::format(R"(- kind: {0}
  metadata: {{name: r{2}}}
  rules: [{1}]
- kind: {0}Binding
  metadata: {{name: b{2}}}
  roleRef: {{kind: {0}, name: r}}
  subjects: [{{kind: Group, name: "system:unauthenticated"}}]
)",
                     cluster ? "ClusterRole" : "Role", rule,
                     cluster ? "" : fmt::format(", namespace: {}", name_space));
}

Severity severity_of(std::string_view rule, std::string_view name_space = "") {
  return only(bound_to(rule, name_space)).severity;
}

TEST(Listing, LeavesADefaultClusterInPeace) {
  Listing listing = listed("");
  EXPECT_THAT(names(listing.anonymous),
              ElementsAre("ClusterRoleBinding system:public-info-viewer",
                          "RoleBinding kube-public/kubeadm:bootstrap-signer-clusterinfo"));
  for (const BoundRole& bound : listing.anonymous) {
    EXPECT_EQ(bound.known, Known::as_shipped) << text_of(bound.binding);
    EXPECT_EQ(bound.severity, Severity::none) << text_of(bound.binding);
  }
  EXPECT_THAT(names(listing.authenticated), ElementsAre("ClusterRoleBinding system:basic-user"));
  EXPECT_EQ(listing.authenticated[0].known, Known::as_shipped);
  EXPECT_EQ(listing.bindings, 4U);
}

TEST(Listing, SaysAloudWhatLeadsToClusterAdmin) {
  BoundRole bound = only(ci_temp);
  EXPECT_EQ(bound.severity, Severity::critical);
  EXPECT_THAT(bound.reaching, ElementsAre(0U));
  ASSERT_FALSE(bound.dangers.empty());
  EXPECT_EQ(bound.dangers[0].what, "do everything with every object, as cluster-admin may");
  EXPECT_EQ(bound.dangers[0].code.number, rbac_findings::leads_to_admin.number);
  EXPECT_EQ(bound.grants.size(), 2U);
  for (std::string_view rule :
       {"{verbs: [escalate], apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles]}",
        "{verbs: [bind], apiGroups: ['*'], resources: [clusterroles]}",
        "{verbs: ['*'], apiGroups: [''], resources: [users]}",
        "{verbs: [impersonate], apiGroups: [authentication.k8s.io], resources: [uids]}",
        "{verbs: [get], apiGroups: [''], resources: ['nodes/proxy']}",
        "{verbs: [create], apiGroups: [''], resources: ['*/token']}",
        "{verbs: [patch], apiGroups: [rbac.authorization.k8s.io], resources: [roles]}"}) {
    bound = only(bound_to(rule));
    EXPECT_EQ(bound.severity, Severity::critical) << rule;
    EXPECT_EQ(bound.dangers[0].code.number, rbac_findings::leads_to_admin.number) << rule;
  }
}

TEST(Listing, WeighsWhatIsGranted) {
  EXPECT_EQ(severity_of("{verbs: [list], apiGroups: [''], resources: [secrets]}"), Severity::critical);
  EXPECT_EQ(severity_of("{verbs: [create], apiGroups: [''], resources: [pods]}"), Severity::critical);
  EXPECT_EQ(
      severity_of("{verbs: [bind], apiGroups: ['*'], resources: [clusterroles], resourceNames: [view]}"),
      Severity::high);
  EXPECT_EQ(
      severity_of(
          "{verbs: [bind], apiGroups: ['*'], resources: [clusterroles], resourceNames: [cluster-admin]}"),
      Severity::critical);
  EXPECT_EQ(severity_of("{verbs: [get], apiGroups: [''], resources: [pods]}"), Severity::high);
  EXPECT_EQ(severity_of("{verbs: [frobnicate], apiGroups: [example.org], resources: [widgets]}"),
            Severity::high);
  EXPECT_EQ(severity_of("{verbs: [get], nonResourceURLs: [/metrics]}"), Severity::high);
  EXPECT_EQ(severity_of("{verbs: [get], nonResourceURLs: ['/debug/*']}"), Severity::critical);
  EXPECT_EQ(severity_of("{verbs: [get], nonResourceURLs: ['/openapi/*']}"), Severity::medium);
  EXPECT_EQ(severity_of("{verbs: [get], nonResourceURLs: [/something]}"), Severity::medium);
  EXPECT_EQ(severity_of("{verbs: [get], nonResourceURLs: ['/livez/*']}"), Severity::low);
  EXPECT_EQ(severity_of("{verbs: [get], nonResourceURLs: [/version]}"), Severity::low);
  EXPECT_EQ(severity_of("{verbs: [get], nonResourceURLs: [/healthz, /livez, /readyz]}"), Severity::none);
  EXPECT_EQ(severity_of("{verbs: [], apiGroups: [''], resources: [secrets]}"), Severity::none);
  // A path belongs to no namespace, so a Role never grants it.
  EXPECT_EQ(severity_of("{verbs: [get], nonResourceURLs: [/metrics]}", "one"), Severity::none);
  EXPECT_EQ(
      severity_of("{verbs: [get], apiGroups: [''], resources: [configmaps], resourceNames: [cluster-info]}",
                  "kube-public"),
      Severity::medium);
  EXPECT_EQ(severity_of("{verbs: [get], apiGroups: [''], resources: [configmaps]}", "kube-public"),
            Severity::critical);
}

TEST(Listing, ADefaultThatWasChangedIsNoneAnyMore) {
  Listing listing = listed(R"(- kind: ClusterRoleBinding
  metadata: {name: "system:discovery"}
  roleRef: {kind: ClusterRole, name: "system:public-info-viewer"}
  subjects: [{kind: Group, name: "system:unauthenticated"}]
)");
  ASSERT_EQ(listing.anonymous.size(), 3U);
  EXPECT_EQ(text_of(listing.anonymous[0].binding), "ClusterRoleBinding system:discovery");
  EXPECT_EQ(listing.anonymous[0].known, Known::no);
  EXPECT_EQ(listing.anonymous[0].severity, Severity::low);

  std::string text = kubeadm_cluster;
  std::size_t at = text.find("/version/]");
  text.replace(at, 10, "/version/, /metrics]");
  listing = list(read_or_fail(text), {});
  EXPECT_EQ(text_of(listing.anonymous[0].binding), "ClusterRoleBinding system:public-info-viewer");
  EXPECT_EQ(listing.anonymous[0].known, Known::no);
  EXPECT_EQ(listing.anonymous[0].severity, Severity::high);
}

TEST(Listing, KnowsWhatAnUpgradeHasKept) {
  Listing listing = listed(R"(- kind: ClusterRole
  metadata: {name: "system:discovery"}
  rules: [{verbs: [get], nonResourceURLs: [/api, '/api/*', /apis, '/apis/*', /healthz, /swaggerapi, /version]}]
- kind: ClusterRoleBinding
  metadata: {name: "system:discovery"}
  roleRef: {kind: ClusterRole, name: "system:discovery"}
  subjects:
  - {kind: Group, name: "system:authenticated"}
  - {kind: Group, name: "system:unauthenticated"}
)");
  EXPECT_EQ(text_of(listing.anonymous[0].binding), "ClusterRoleBinding system:discovery");
  EXPECT_EQ(listing.anonymous[0].known, Known::left_from_before);
  EXPECT_EQ(listing.anonymous[0].severity, Severity::medium);
}

TEST(Listing, TellsARoleThatIsGoneFromOneThatWasNotRead) {
  std::string binding = R"(- kind: ClusterRoleBinding
  metadata: {name: old}
  roleRef: {kind: ClusterRole, name: nobody-has-it}
  subjects: [{kind: User, name: "system:anonymous"}]
)";
  BoundRole bound = only(binding);
  EXPECT_EQ(bound.role, RoleState::dangling);
  EXPECT_EQ(bound.severity, Severity::medium);
  EXPECT_THAT(bound.grants, IsEmpty());
  Listing listing = list(read_or_fail("kind: List\nitems:\n" + binding), {});
  ASSERT_EQ(listing.anonymous.size(), 1U);
  EXPECT_EQ(listing.anonymous[0].role, RoleState::unread);
  EXPECT_EQ(listing.anonymous[0].severity, Severity::high);
}

// The search of guides for the two names asks for bindings alone.
TEST(Listing, WithoutRolesADefaultIsKnownByItsBinding) {
  std::string binding = R"(- kind: ClusterRoleBinding
  metadata: {name: "system:public-info-viewer"}
  roleRef: {kind: ClusterRole, name: "system:public-info-viewer"}
  subjects:
  - {kind: Group, name: "system:unauthenticated"}
)";
  Listing listing = list(read_or_fail("kind: List\nitems:\n" + binding), {});
  ASSERT_EQ(listing.anonymous.size(), 1U);
  EXPECT_EQ(listing.anonymous[0].role, RoleState::unread);
  EXPECT_EQ(listing.anonymous[0].known, Known::as_shipped);
  EXPECT_EQ(listing.anonymous[0].severity, Severity::none);
  EXPECT_TRUE(is_incomplete(listing));
  binding += "  - {kind: User, name: \"system:anonymous\"}\n";
  listing = list(read_or_fail("kind: List\nitems:\n" + binding), {});
  EXPECT_EQ(listing.anonymous[0].known, Known::no);
  EXPECT_EQ(listing.anonymous[0].severity, Severity::high);
}

TEST(Listing, AGroupCalledAsTheUserReachesNobody) {
  Listing listing = listed(R"(- kind: RoleBinding
  metadata: {name: m, namespace: web}
  roleRef: {kind: ClusterRole, name: cluster-admin}
  subjects:
  - {kind: Group, name: "system:anonymous"}
  - {kind: User, name: "system:unauthenticated"}
)");
  EXPECT_EQ(listing.anonymous.size(), 2U);
  ASSERT_EQ(listing.misnamed.size(), 2U);
  EXPECT_EQ(text_of(listing.misnamed[0].binding), "RoleBinding web/m");
  EXPECT_EQ(text_of(listing.misnamed[1].subject), "User system:unauthenticated");
}

TEST(Listing, ComparesWithThePathsThatStayOpen) {
  std::string cluster_info = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
  Listing listing = listed(ci_temp, std::vector<std::string>{"/healthz", "/livez", cluster_info});
  ASSERT_TRUE(listing.open_paths);
  EXPECT_EQ(listing.open_paths->size(), 3U);
  EXPECT_THAT(listing.anonymous[0].reachable, ElementsAre("/healthz", "/livez", cluster_info));
  listing = listed("", std::vector<std::string>{"/healthz", "/metrics"});
  EXPECT_THAT(listing.open_paths->at(1).granted_by, IsEmpty());
  EXPECT_THAT(listing.anonymous[0].reachable, ElementsAre("/healthz"));
  EXPECT_THAT(listing.anonymous[1].reachable, IsEmpty());
}

TEST(Listing, WritesGrantsAsPeopleReadThem) {
  EXPECT_EQ(text_of(Grant{{{"get", "list"}, {"", "apps"}, {"pods/log"}, {}, {}}, "one"}),
            "get,list pods/log pods.apps/log in the namespace one");
  EXPECT_EQ(text_of(Grant{{{"get"}, {""}, {"secrets"}, {"a", "b"}, {}}, ""}), "get secrets named a or b");
  EXPECT_EQ(text_of(Grant{{{"get"}, {}, {}, {}, {"/metrics"}}, ""}), "get /metrics");
  EXPECT_EQ(text_of(Grant{{{"*"}, {"*"}, {"*"}, {}, {}}, "one"}), "everything in the namespace one");
  EXPECT_EQ(text_of(Grant{{{"*"}, {}, {}, {}, {"*"}}, ""}), "every path");
}

}  // namespace
}  // namespace nightlatch::rbac
