// What `rbac grant-metrics` renders, word for word, and that it grants what it says and no more.
#include "rbac/grant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rbac/errors.hpp"
#include "rbac/evaluator.hpp"
#include "rbac/explain.hpp"
#include "rbac/rbac_text.hpp"

namespace nightlatch::rbac {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

Subject grantee(const std::vector<std::string>& words) {
  auto subject = read_grantee(words);
  if (!subject) ADD_FAILURE() << subject.error().message;
  return subject ? *subject : Subject{};
}

PathGrant grant_for(const std::vector<std::string>& words) {
  return grant_of({.to = grantee(words)});
}

TEST(Grant, ToAServiceAccount) {
  PathGrant made = grant_for({"serviceaccount", "monitoring/prometheus"});
  EXPECT_EQ(made.yaml, R"(# Lets "ServiceAccount monitoring/prometheus" get /metrics and /metrics/slis,
# from every API that asks this cluster's RBAC about these paths.
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: "nightlatch:metrics"
  labels: {app.kubernetes.io/managed-by: nightlatch}
rules:
- nonResourceURLs: ["/metrics", "/metrics/slis"]
  verbs: ["get"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: "nightlatch:metrics:serviceaccount:monitoring:prometheus"
  labels: {app.kubernetes.io/managed-by: nightlatch}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: "nightlatch:metrics"
subjects:
- kind: ServiceAccount
  name: "prometheus"
  namespace: "monitoring"
)");
  EXPECT_EQ(made.scrape, R"(- job_name: "kube-apiserver"
  scheme: https
  metrics_path: /metrics
  authorization:
    type: Bearer
    credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token
  tls_config:
    ca_file: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
  static_configs:
  # One for each API server.
  - targets: ["kubernetes.default.svc:443"]
)");
  EXPECT_THAT(
      made.notes,
      ElementsAre(
          "A ClusterRole has no place: the grant holds for every API that asks this cluster's RBAC about "
          "/metrics and /metrics/slis, such as aggregated APIs and controllers behind kube-rbac-proxy.",
          "kubernetes.default.svc:443 leads to one API server, and to another one each time. Name each API "
          "server with --target HOST:PORT."));
}

// Every form, read as the API server reads it.
TEST(Grant, GrantsThesePathsToTheGranteeAlone) {
  struct Case {
    std::vector<std::string> words;
    Requester who;
  };
  for (const Case& one :
       {Case{{"anonymous"}, anonymous_requester()},
        Case{{"serviceaccount", "a/b.c"}, requester_named("system:serviceaccount:a:b.c", {})},
        Case{{"group", "ops \"night\"/@SUBJECT@: x"}, {"ana", {"ops \"night\"/@SUBJECT@: x"}}}}) {
    for (GrantedPaths paths : {GrantedPaths::metrics, GrantedPaths::oidc_discovery}) {
      PathGrant made = grant_of({.to = grantee(one.words), .paths = paths});
      Objects objects = read_or_fail(made.yaml);
      ASSERT_EQ(objects.bindings.size(), 1U);
      EXPECT_EQ(objects.bindings[0].name, made.binding);
      Evaluator evaluator(objects);
      for (const std::string& path : made.paths) {
        EXPECT_TRUE(evaluator.allows(one.who, request_of("GET", path))) << made.yaml;
        EXPECT_FALSE(evaluator.allows(one.who, request_of("POST", path)));
        EXPECT_FALSE(evaluator.allows({"eve", {"system:authenticated"}}, request_of("GET", path)));
        EXPECT_FALSE(evaluator.allows(one.who, request_of("GET", path + "/more")));
      }
      EXPECT_FALSE(evaluator.allows(one.who, request_of("GET", "/debug/pprof/heap")));
    }
  }
}

TEST(Grant, ToEverybodyNeedsAnOpenPathToo) {
  PathGrant made = grant_for({"anonymous"});
  EXPECT_EQ(made.binding, "nightlatch:metrics:anonymous");
  EXPECT_EQ(made.open_with, "metrics");
  EXPECT_EQ(
      made.notes.at(1),
      "Everybody who reaches the port of an API server may read /metrics and /metrics/slis then. The path "
      "must "
      "be open without credentials as well, or the answer stays 401: the playbook metrics opens /metrics.");
  EXPECT_THAT(made.scrape, Not(HasSubstr("credentials_file")));
  made = grant_of({.to = grantee({"anonymous"}), .paths = GrantedPaths::oidc_discovery});
  EXPECT_EQ(made.open_with, "oidc-discovery");
  EXPECT_EQ(made.scrape, "");
  EXPECT_THAT(grant_for({"group", "system:unauthenticated"}).notes, SizeIs(3));
}

TEST(Grant, TheScrapeJobVerifiesUnlessItIsTold) {
  GrantRequest request{.to = grantee({"group", "monitoring"}),
                       .targets = {"10.0.0.11:6443", "[fd00::1]:6443"}};
  PathGrant made = grant_of(request);
  EXPECT_THAT(made.scrape, HasSubstr("  - targets: [\"10.0.0.11:6443\", \"[fd00::1]:6443\"]\n"));
  EXPECT_THAT(made.scrape, HasSubstr("    ca_file: "));
  EXPECT_THAT(made.scrape, Not(HasSubstr("insecure")));
  request.tls = TlsCheck::skip;
  made = grant_of(request);
  EXPECT_THAT(made.scrape, HasSubstr("    insecure_skip_verify: true\n"));
  EXPECT_THAT(made.scrape, Not(HasSubstr("ca_file")));
  EXPECT_THAT(made.scrape, Not(HasSubstr("ca.crt")));
  EXPECT_THAT(made.notes.back(), StartsWith("Prometheus does not verify whom it asks"));
}

TEST(Grant, NamesOfGroupsAreToldApart) {
  EXPECT_EQ(grant_for({"group", "dev"}).binding, "nightlatch:metrics:group:dev");
  std::string slash = grant_for({"group", "a/b"}).binding;
  EXPECT_THAT(slash, StartsWith("nightlatch:metrics:group:a-b-"));
  EXPECT_NE(slash, grant_for({"group", "a%b"}).binding);
}

TEST(Grant, WhoIsNobody) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"everybody"},
                                                {"anonymous", "x"},
                                                {"serviceaccount"},
                                                {"serviceaccount", "prometheus"},
                                                {"serviceaccount", "a/b/c"},
                                                {"serviceaccount", "A/b"},
                                                {"serviceaccount", "a/"},
                                                {"group", ""}}) {
    auto refused = read_grantee(words);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code.number, rbac_errors::not_a_grantee.number);
  }
  EXPECT_EQ(read_grantee({"serviceaccount", "x"}).error().message,
            "\"x\" is not NAMESPACE/NAME of a service account");
  EXPECT_EQ(read_grantee({"everybody"}).error().message, "--to everybody names nobody");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"anonymous"}, {"group", "dev"}, {"serviceaccount", "a/b"}})
    EXPECT_EQ(grantee_words(grantee(words)), words.size() == 1 ? words[0] : words[0] + " " + words[1]);
}

}  // namespace
}  // namespace nightlatch::rbac
