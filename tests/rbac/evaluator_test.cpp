#include "rbac/evaluator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rbac/rbac_text.hpp"

namespace nightlatch::rbac {
namespace {

PolicyRule paths(std::vector<std::string> urls) {
  return {{"get"}, {}, {}, {}, std::move(urls)};
}

Request resource(const std::string& verb, const std::string& name, const std::string& subresource = "") {
  return {.kind = RequestKind::resource, .verb = verb, .resource = name, .subresource = subresource};
}

TEST(Evaluator, MatchesPathsAsRbacDoes) {
  EXPECT_TRUE(covers(paths({"/metrics"}), request_of("GET", "/metrics")));
  EXPECT_FALSE(covers(paths({"/metrics"}), request_of("GET", "/metrics/")));
  EXPECT_FALSE(covers(paths({"/metrics"}), request_of("POST", "/metrics")));
  EXPECT_TRUE(covers(paths({"*"}), request_of("GET", "/anything")));
  EXPECT_TRUE(covers_path("/metrics/*", "/metrics/slis"));
  EXPECT_FALSE(covers_path("/metrics/*", "/metrics"));
  EXPECT_TRUE(covers_path("/met*", "/metrics"));
  EXPECT_TRUE(covers_path("/logs***", "/logs"));
  EXPECT_FALSE(covers_path("/m*s", "/metrics"));
  EXPECT_FALSE(covers_path("", "/"));
}

TEST(Evaluator, MatchesResourcesAndSubresources) {
  PolicyRule rule{{"get"}, {""}, {"pods"}, {}, {}};
  EXPECT_TRUE(covers(rule, resource("get", "pods")));
  EXPECT_FALSE(covers(rule, resource("get", "pods", "log")));
  rule.resources = {"pods/log"};
  EXPECT_TRUE(covers(rule, resource("get", "pods", "log")));
  EXPECT_FALSE(covers(rule, resource("get", "pods")));
  rule.resources = {"*/log"};
  EXPECT_TRUE(covers(rule, resource("get", "deployments", "log")));
  EXPECT_FALSE(covers(rule, resource("get", "deployments", "scale")));
  rule.resources = {"*"};
  EXPECT_TRUE(covers(rule, resource("get", "pods", "exec")));
  rule.resources = {"pods/*"};
  EXPECT_FALSE(covers(rule, resource("get", "pods", "log")));
  rule = {{"get"}, {""}, {"pods"}, {"one"}, {}};
  EXPECT_FALSE(covers(rule, resource("get", "pods")));
  Request named = resource("get", "pods");
  named.name = "one";
  EXPECT_TRUE(covers(rule, named));
}

TEST(Evaluator, KnowsWhomASubjectMeans) {
  Binding binding{.scope = Scope::name_space, .name_space = "one", .name = "b", .subjects = {}, .role = {}};
  auto reaches = [&](const Subject& subject, const Requester& who) {
    binding.subjects = {subject};
    return subject_for(binding, who).has_value();
  };
  Requester app{"system:serviceaccount:one:app", {"system:serviceaccounts"}};
  EXPECT_TRUE(reaches({"User", "", "system:anonymous", ""}, anonymous_requester()));
  EXPECT_TRUE(reaches({"Group", "", "system:unauthenticated", ""}, anonymous_requester()));
  EXPECT_FALSE(reaches({"Group", "", "system:anonymous", ""}, anonymous_requester()));
  EXPECT_FALSE(reaches({"User", "", "*", ""}, anonymous_requester()));
  EXPECT_TRUE(reaches({"ServiceAccount", "", "app", ""}, app));
  EXPECT_TRUE(reaches({"ServiceAccount", "", "app", "one"}, app));
  EXPECT_FALSE(reaches({"ServiceAccount", "", "app", "two"}, app));
  binding.name_space.clear();
  EXPECT_FALSE(reaches({"ServiceAccount", "", "app", ""}, app));
}

TEST(Evaluator, NamesTheBindingAsTheAuditLogDoes) {
  Objects objects = read_or_fail(with(ci_temp));
  Evaluator evaluator(objects);
  auto allowed = evaluator.allows(anonymous_requester(), request_of("GET", "/version"));
  ASSERT_TRUE(allowed);
  EXPECT_EQ(allowed->reason(),
            R"(RBAC: allowed by ClusterRoleBinding "system:public-info-viewer" of ClusterRole )"
            R"("system:public-info-viewer" to Group "system:unauthenticated")");
  std::string cluster_info = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
  Objects plain = read_or_fail(kubeadm_cluster);
  Evaluator only_defaults(plain);
  allowed = only_defaults.allows(anonymous_requester(), request_of("GET", cluster_info));
  ASSERT_TRUE(allowed);
  EXPECT_EQ(allowed->reason(),
            R"(RBAC: allowed by RoleBinding "kubeadm:bootstrap-signer-clusterinfo/kube-public" of Role )"
            R"("kubeadm:bootstrap-signer-clusterinfo" to User "system:anonymous")");
  EXPECT_FALSE(only_defaults.allows(anonymous_requester(), request_of("POST", cluster_info)));
  EXPECT_FALSE(only_defaults.allows(anonymous_requester(), request_of("GET", "/metrics")));
}

TEST(Evaluator, AggregatesWhatTheControllerHasNotWrittenYet) {
  Objects objects = read_or_fail(R"(
kind: ClusterRole
metadata: {name: all}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: all}}]}
---
kind: ClusterRole
metadata: {name: some, labels: {to: all}}
aggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: to, operator: In, values: [some]}]}]}
---
kind: ClusterRole
metadata: {name: leaf, labels: {to: some}}
rules: [{apiGroups: [""], resources: [secrets], verbs: [list]}]
---
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {kind: ClusterRole, name: all}
subjects: [{kind: Group, name: "system:unauthenticated"}]
)");
  Evaluator evaluator(objects);
  EXPECT_TRUE(evaluator.allows(anonymous_requester(), request_of("GET", "/api/v1/secrets")));
  EXPECT_FALSE(evaluator.allows(anonymous_requester(), request_of("GET", "/api/v1/pods")));
}

TEST(Evaluator, SelectsAsLabelSelectorsDo) {
  std::map<std::string, std::string> labels{{"a", "1"}};
  auto one = [](std::string op, std::vector<std::string> values, std::string key = "a") {
    return LabelSelector{{}, {{std::move(key), std::move(op), std::move(values)}}};
  };
  EXPECT_TRUE(selects({}, labels));
  EXPECT_TRUE(selects({{{"a", "1"}}, {}}, labels));
  EXPECT_FALSE(selects({{{"a", "2"}}, {}}, labels));
  EXPECT_TRUE(selects(one("In", {"0", "1"}), labels));
  EXPECT_FALSE(selects(one("In", {"0"}), labels));
  EXPECT_TRUE(selects(one("NotIn", {"0"}), labels));
  EXPECT_TRUE(selects(one("NotIn", {"0"}, "b"), labels));
  EXPECT_TRUE(selects(one("Exists", {}), labels));
  EXPECT_TRUE(selects(one("DoesNotExist", {}, "b"), labels));
  EXPECT_FALSE(selects(one("Near", {}), labels));
}

TEST(Evaluator, ARoleThatIsGoneGrantsNothing) {
  Objects objects = read_or_fail(with(R"(- kind: ClusterRoleBinding
  metadata: {name: gone}
  roleRef: {kind: ClusterRole, name: nobody-has-it}
  subjects: [{kind: User, name: "system:anonymous"}]
- kind: ClusterRoleBinding
  metadata: {name: of-a-role}
  roleRef: {kind: Role, name: "kubeadm:bootstrap-signer-clusterinfo"}
  subjects: [{kind: User, name: "system:anonymous"}]
)"));
  Evaluator evaluator(objects);
  for (const Binding& binding : objects.bindings) {
    bool dangles = binding.name == "gone" || binding.name == "of-a-role";
    EXPECT_EQ(evaluator.rules_of(binding) == nullptr, dangles) << binding.name;
  }
}

TEST(Request, IsWhatKubeApiserverMakesOfIt) {
  Request pods = request_of("GET", "/api/v1/namespaces/one/pods/a/log?follow=true");
  EXPECT_EQ(pods, (Request{RequestKind::resource, "get", "/api/v1/namespaces/one/pods/a/log", "", "pods",
                           "log", "a", "one"}));
  EXPECT_EQ(request_of("GET", "/apis/apps/v1/deployments?watch=1").verb, "watch");
  EXPECT_EQ(request_of("GET", "/apis/apps/v1/deployments").verb, "list");
  EXPECT_EQ(request_of("DELETE", "/api/v1/namespaces/one/pods").verb, "deletecollection");
  EXPECT_EQ(request_of("HEAD", "/api/v1/namespaces/one").name, "one");
  EXPECT_EQ(request_of("HEAD", "/livez").verb, "head");
  EXPECT_EQ(request_of("GET", "/apis/apps/v1").kind, RequestKind::non_resource);
  EXPECT_EQ(request_of("GET", "/api/v1/pods?fieldSelector=metadata.name%3Da").name, "a");
  EXPECT_EQ(resource_text(request_of("GET", "/apis/apps/v1/namespaces/a/deployments/b/scale")),
            "deployments.apps/scale");
}

}  // namespace
}  // namespace nightlatch::rbac
