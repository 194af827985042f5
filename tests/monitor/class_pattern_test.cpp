// The expressions that go to engines say of every path what `nightlatch audit` says.
#include "monitor/class_pattern.hpp"

#include <algorithm>
#include <cstdlib>
#include <regex>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightlatch::monitor {
namespace {

using testing::IsEmpty;

// A class with its expressions compiled, as an engine holds them.
struct Compiled {
  struct Rule {
    std::vector<std::pair<std::regex, Match>> paths;
    std::vector<std::string> verbs;
  };
  std::string name;
  std::vector<Rule> rules;
};

std::vector<Compiled> compiled(const audit::Taxonomy& taxonomy) {
  std::vector<Compiled> classes;
  for (std::size_t i = 0; i + 2 < taxonomy.classes.size(); ++i) {
    Compiled one{taxonomy.classes[i].name, {}};
    for (const audit::MatchRule& rule : taxonomy.classes[i].rules) {
      ClassRule asked = class_rule(rule);
      Compiled::Rule kept{{}, asked.verbs};
      for (const PathTest& test : asked.paths)
        kept.paths.emplace_back(std::regex(test.expression, std::regex::optimize), test.match);
      one.rules.push_back(std::move(kept));
    }
    classes.push_back(std::move(one));
  }
  return classes;
}

bool matches(const Compiled::Rule& rule, const std::string& path, const std::string& verb) {
  if (!rule.verbs.empty() && std::find(rule.verbs.begin(), rule.verbs.end(), verb) == rule.verbs.end())
    return false;
  return std::all_of(rule.paths.begin(), rule.paths.end(), [&](const auto& test) {
    return std::regex_match(path, test.first) == (test.second == Match::whole);
  });
}

class PatternMatcher {
 public:
  std::string class_of(const std::string& uri, const std::string& verb) const {
    std::string path = uri.substr(0, uri.find_first_of("?#"));
    if (std::regex_match(path, disguised_)) return "encoded-twin";
    for (const Compiled& one : classes_) {
      if (std::any_of(one.rules.begin(), one.rules.end(),
                      [&](const Compiled::Rule& rule) { return matches(rule, path, verb); }))
        return one.name;
    }
    return "none";
  }

 private:
  std::vector<Compiled> classes_ = compiled(audit::shipped_taxonomy());
  std::regex disguised_{disguise_expression(), std::regex::optimize};
};

std::string class_by_audit(const std::string& uri, const std::string& verb) {
  const audit::Taxonomy& taxonomy = audit::shipped_taxonomy();
  audit::RequestPath path = audit::read_path(uri);
  return taxonomy.classes[path.is_disguised ? taxonomy.encoded_twin() : taxonomy.class_of(path, verb)].name;
}

// Paths that clients and scanners send, and what differs from them by a slash, an escape or a segment.
std::vector<std::string> paths() {
  std::vector<std::string> plain{"",
                                 "/",
                                 "/livez",
                                 "/readyz/etcd",
                                 "/healthz/poststarthook/rbac/bootstrap-roles",
                                 "/version",
                                 "/api",
                                 "/api/v1",
                                 "/apis",
                                 "/apis/apps",
                                 "/apis/apps/v1",
                                 "/openapi/v2",
                                 "/openapi/v3/apis/apps/v1",
                                 "/openid/v1/jwks",
                                 "/openid/v1",
                                 "/.well-known/openid-configuration",
                                 "/.well-known/oauth-authorization-server",
                                 "/xwell-known/openid-configuration",
                                 "/metrics",
                                 "/metrics/slis",
                                 "/metricsx",
                                 "/debug/pprof/heap",
                                 "/logs",
                                 "/swagger.json",
                                 "/swagger-ui/index.html",
                                 "/swaggerxjson",
                                 "/wp-login.php",
                                 "/cgi-bin/luci",
                                 "/apisx/apps",
                                 "/clusters/a/api/v1/pods",
                                 "/apis/metrics.k8s.io/v1beta1/nodes"};
  for (const char* before :
       {"/api/v1", "/apis/apps/v1", "/apis/rbac.authorization.k8s.io/v1", "/apis/certificates.k8s.io/v1",
        "/apis/authorization.k8s.io/v1", "/apis/apiregistration.k8s.io/v1", "/apis/coordination.k8s.io/v1"}) {
    for (const char* place :
         {"", "/namespaces/a", "/namespaces/kube-public", "/namespaces/kube-system", "/watch",
          "/watch/namespaces/a", "/proxy", "/namespaces", "/namespaces/a/status", "/namespaces/a/finalize"}) {
      for (const char* resource : {"", "/pods", "/secrets", "/configmaps", "/services", "/nodes", "/leases",
                                   "/clusterrolebindings", "/certificatesigningrequests",
                                   "/selfsubjectaccessreviews", "/tokenreviews", "/serviceaccounts"}) {
        std::string path = std::string(before) + place + resource;
        plain.push_back(path);
        if (*resource == '\0') continue;
        for (const char* behind : {"/x", "/cluster-info", "/x/status", "/x/exec", "/x/proxy/a/b", "/x/token",
                                   "/x/approval", "/system:node:b"})
          plain.push_back(path + behind);
      }
    }
  }
  std::vector<std::string> all;
  for (const std::string& path : plain) {
    all.push_back(path);
    all.push_back(path + "/");
    all.push_back(path + "?limit=500&pretty=/livez");
  }
  for (std::size_t i = 0; i < plain.size(); i += 7) {
    const std::string& path = plain[i];
    for (const char* raw :
         {"%2F", "%6c", "%7E", "%20", "%3A", "%40", "%5C", "%25", "\\", "/./", "/../x", "//"}) {
      std::size_t at = (i * 13) % (path.size() + 1);
      all.push_back(path.substr(0, at) + raw + path.substr(at));
      all.push_back(path + raw);
      all.push_back(raw + path);
    }
  }
  return all;
}

// std::regex is slow: with `./dev test --all` all of them, else one of 37.
std::size_t stride() {
  constexpr std::size_t usual = 37;
  constexpr long many = 100'000;
  const char* cases = std::getenv("NIGHTLATCH_PROPERTY_CASES");
  return cases != nullptr && std::strtol(cases, nullptr, 10) >= many ? 1 : usual;
}

TEST(ClassPattern, SaysOfEachPathWhatTheAuditSays) {
  PatternMatcher engine;
  std::vector<std::string> wrong;
  std::size_t compared = 0;
  std::vector<std::string> all = paths();
  for (std::size_t i = 0; i < all.size(); i += stride()) {
    const std::string& path = all[i];
    for (const char* verb : {"get", "list", "create", "delete"}) {
      std::string by_audit = class_by_audit(path, verb);
      std::string by_engine = engine.class_of(path, verb);
      ++compared;
      if (by_audit != by_engine)
        wrong.push_back(fmt::format("{} {}: {} and not {}", verb, path, by_audit, by_engine));
    }
  }
  EXPECT_GT(compared, 500U);
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(ClassPattern, EveryCharacterOfALiteralStandsForItself) {
  for (const std::string text :
       {"/a.b", "/a+b", "/a(b)", "/a\\b", "/a^b", "/a[b]", "/a{2}", "/a|b", "/a@b", "/a~b&<>"}) {
    std::regex expression(literal_expression(text));
    EXPECT_TRUE(std::regex_match(text, expression)) << text;
    EXPECT_FALSE(std::regex_match(text + "b", expression)) << text;
    EXPECT_FALSE(std::regex_match("/axb", expression)) << text;
  }
  EXPECT_TRUE(std::regex_match("/a%3ab", std::regex(literal_expression("/a:b"))));
}

}  // namespace
}  // namespace nightlatch::monitor
