// Which class a request is of.
#include "audit/taxonomy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/errors.hpp"

namespace nightlatch::audit {
namespace {

std::string class_of(const std::string& uri, const std::string& verb = "get") {
  const Taxonomy& taxonomy = shipped_taxonomy();
  RequestPath path = read_path(uri);
  return taxonomy.classes[path.is_disguised ? taxonomy.encoded_twin() : taxonomy.class_of(path, verb)].name;
}

struct Case {
  const char* uri;
  const char* verb;
  const char* expected;
};

TEST(Taxonomy, ClassesOfPathsAndVerbs) {
  const Case cases[] = {
      {"/livez", "get", "health"},
      {"/readyz?verbose", "get", "health"},
      {"/livez/", "get", "health-detail"},
      {"//livez", "get", "health-detail"},
      {"/livez/etcd", "get", "health-detail"},
      {"/livez", "post", "health-detail"},
      {"/version", "get", "version"},
      {"/", "get", "discovery"},
      {"/api", "get", "discovery"},
      {"/apis/apps", "get", "discovery"},
      {"/apis/apps/v1?timeout=32s", "get", "discovery"},
      {"/openapi/v3/apis/apps/v1", "get", "openapi"},
      {"/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "create", "self-review"},
      {"/api/v1/namespaces/kube-public/configmaps/cluster-info", "get", "cluster-info"},
      {"/api/v1/namespaces/kube-public/configmaps/other", "get", "secrets-read"},
      {"/openid/v1/jwks", "get", "oidc-discovery"},
      {"/.well-known/oauth-authorization-server", "get", "oauth-discovery"},
      {"/metrics", "get", "metrics"},
      {"/metrics/slis", "get", "metrics"},
      {"/debug/pprof/heap", "get", "debug"},
      {"/api/v1/pods", "list", "read-inventory"},
      {"/api/v1/pods?watch=true", "watch", "read-inventory"},
      {"/apis/example.com/v1/widgets", "list", "read-inventory"},
      {"/api/v1/secrets", "list", "secrets-read"},
      {"/api/v1/namespaces/a/secrets/b", "delete", "workload-write"},
      {"/api/v1/namespaces/a/serviceaccounts/b/token", "create", "identity"},
      {"/api/v1/namespaces/a/pods/b/exec?command=sh", "get", "exec"},
      {"/api/v1/namespaces/a/pods/b/exec?command=sh", "create", "exec"},
      {"/api/v1/namespaces/a/services/b/proxy/path/below", "get", "exec"},
      {"/api/v1/namespaces/a/pods", "create", "workload-write"},
      {"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "create", "rbac"},
      {"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "list", "rbac-read"},
      {"/apis/certificates.k8s.io/v1/certificatesigningrequests", "create", "identity"},
      {"/apis/apiregistration.k8s.io/v1/apiservices/x", "patch", "admission"},
      {"/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/x", "update", "admission"},
      {"/phpinfo.php", "get", "scanner-noise"},
      {"/.git/config", "get", "scanner-noise"},
      {"/cgi-bin/x.sh", "post", "scanner-noise"},
      {"/%6Civez", "get", "encoded-twin"},
      {"/api/v1/../v1/secrets", "list", "encoded-twin"},
      {"/healthz%00", "get", "encoded-twin"},
      {"/livez%2F", "get", "encoded-twin"},
      {"/api/v1/namespaces/a/pods/x%3Ay", "get", "read-inventory"},
  };
  for (const Case& one : cases)
    EXPECT_EQ(class_of(one.uri, one.verb), one.expected) << one.verb << " " << one.uri;
}

TEST(RequestPaths, AreDecodedOnceAndGetAShapeWithoutNames) {
  RequestPath path = read_path("/%6Civez?verbose#x");
  EXPECT_EQ(path.path, "/livez");
  EXPECT_TRUE(path.is_disguised);
  EXPECT_EQ(read_path("/%256Civez").path, "/%6Civez");
  EXPECT_EQ(read_path("/livez;x").path, "/livez;x");
  EXPECT_EQ(read_path("/livez/").path, "/livez/");
  EXPECT_EQ(read_path("/api/v1/namespaces/a/pods/b/log").shape,
            "/api/v1/namespaces/{namespace}/pods/{name}/log");
  EXPECT_EQ(read_path("/api/v1/namespaces/a").shape, "/api/v1/namespaces/{namespace}");
  EXPECT_EQ(read_path("/api/v1/namespaces/a/status").shape, "/api/v1/namespaces/{namespace}/status");
  EXPECT_EQ(read_path("/apis/apps/v1/deployments").shape, "/apis/apps/v1/deployments");
  EXPECT_EQ(read_path("/api/v1/watch/namespaces/a/pods").resource, "pods");
  EXPECT_EQ(read_path("").shape, "/");
}

TEST(Taxonomy, OfAnotherFileIsRefusedWithItsPlace) {
  auto error_of = [](const std::string& yaml) {
    auto taxonomy = parse_taxonomy(yaml, "t.yaml");
    EXPECT_FALSE(taxonomy.has_value()) << yaml;
    if (taxonomy) return std::string();
    EXPECT_EQ(taxonomy.error().code.number, audit_errors::bad_taxonomy.number);
    return taxonomy.error().message;
  };
  EXPECT_EQ(error_of("kind: Playbook"), "kind: AuditTaxonomy and classes are expected");
  EXPECT_EQ(error_of("kind: AuditTaxonomy\nclasses: [{name: a, match: [{path: [x]}]}]"),
            "the key \"path\" is not known");
  EXPECT_EQ(error_of("kind: AuditTaxonomy\nclasses: [{name: a}]"), "a class needs a name and a match");
  EXPECT_EQ(error_of("kind: AuditTaxonomy\nclasses: [{name: a, match: [{}], severity: {allowed: bad}}]"),
            "a severity is one of none, info, low, medium, high, critical");
  EXPECT_EQ(error_of("kind: AuditTaxonomy\nclasses: [{name: a, match: [{}], severity: {open: high}}]"),
            "there is no outcome \"open\"");
  EXPECT_NE(error_of("{"), "");
  EXPECT_TRUE(parse_taxonomy("kind: AuditTaxonomy\nclasses: [{name: a, match: [{}]}]", "t.yaml").has_value());
}

}  // namespace
}  // namespace nightlatch::audit
