#include <array>
#include <string>

#include <fmt/format.h>

#include "differential/configuration_rules.hpp"

namespace nightlatch::differential {
namespace {

const std::string certificate = R"(-----BEGIN CERTIFICATE-----
MIIBjDCCATGgAwIBAgIUF6b5ojbhFyVPmH6EWaPIF3rHVvMwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPbmlnaHRsYXRjaCB0ZXN0MCAXDTI2MTEyNzEyMjc0OVoYDzIx
MjYxMTAzMTIyNzQ5WjAaMRgwFgYDVQQDDA9uaWdodGxhdGNoIHRlc3QwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQBT5ud+N3mCJZ01FVZj3VT3xlJMFY+USigwWNV
vQ5Ma3KjPZWUyNMa88dpGwpXxjINL6BKSuUPIgtBwTppQXXdo1MwUTAdBgNVHQ4E
FgQUXRoWerH63ERtJSDMJ5/xi7ZXFp0wHwYDVR0jBBgwFoAUXRoWerH63ERtJSDM
J5/xi7ZXFp0wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAvw9v
u95iISlBkznLZhlqDyuaVq6L4XqDh9edsfNH/ewCIQDDpYg5sol0VbxY7WqqT7jh
w8vSdQi9D9y8WahhBShq5w==
-----END CERTIFICATE-----
)";

Json& issuer(Json& configuration, Random& random) {
  return any_jwt(configuration, random)["issuer"];
}

void set_authenticators(Json& configuration, Random& random, std::size_t count) {
  configuration["jwt"] = Json::array();
  for (std::size_t i = 0; i < count; ++i) configuration["jwt"].push_back(valid_authenticator(random, i));
}

// A change that sets one field of an issuer to one of the texts.
template <std::size_t N>
auto set(std::string_view field, const std::array<std::string_view, N>& texts) {
  return [field, texts](Json& c, Random& r) { issuer(c, r)[field] = r.any(texts); };
}

constexpr auto urls(auto... texts) {
  return std::array<std::string_view, sizeof...(texts)>{texts...};
}

// A certificate and what people put around it; all of it holds a certificate.
std::string good_bundle(Random& random) {
  switch (random.pick(5)) {
    case 0:
      return "# the CA of the identity provider\n" + certificate;
    case 1:
      return certificate + certificate;
    case 2:
      return "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n" + certificate;
    case 3:
      return "-----BEGIN CERTIFICATE-----\nbroken\n" + certificate + "trailing words";
    default:
      return certificate;
  }
}

std::string bad_bundle(Random& random) {
  switch (random.pick(8)) {
    case 0:
      return "/etc/kubernetes/keycloak-ca.crt";
    case 1:
      return certificate.substr(0, certificate.size() / 2);
    case 2:
      return "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    case 3:
      return "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    case 4:
      return "-----BEGIN CERTIFICATE-----\nProc-Type: 4\n\n" + certificate.substr(28);
    case 5:
      return "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==";
    case 6:
      return " " + certificate;
    default: {
      std::string changed = certificate;
      changed[40 + random.pick(100)] = 'A';
      return certificate + changed.erase(60, 4);
    }
  }
}

void add_second_audience(Json& one, std::string_view policy) {
  one["audiences"] = Json::array({"kubernetes", "kubectl"});
  one["audienceMatchPolicy"] = policy;
}

std::vector<ConfigurationRule> count_rules() {
  return {
      {"at most 64 authenticators", "Too many",
       [](Json& c, Random& r) { set_authenticators(c, r, 65 + r.pick(3)); },
       [](Json& c, Random& r) { set_authenticators(c, r, 63 + r.pick(2)); }},
      {"one issuer.url once", ".issuer.url: Duplicate value",
       [](Json& c, Random& r) {
         set_authenticators(c, r, 2 + r.pick(2));
         c["jwt"].back()["issuer"]["url"] = c["jwt"][0]["issuer"]["url"];
       },
       [](Json& c, Random& r) {
         set_authenticators(c, r, 2);
         c["jwt"][0]["issuer"]["url"] = "https://id.example.org";
         c["jwt"][1]["issuer"]["url"] = "https://id.example.org/";
       }},
      {"one discoveryURL once", ".discoveryURL: Duplicate value",
       [](Json& c, Random& r) {
         set_authenticators(c, r, 2);
         for (Json& jwt : c["jwt"]) jwt["issuer"]["discoveryURL"] = "https://id.internal/d";
       },
       [](Json& c, Random& r) {
         set_authenticators(c, r, 2);
         c["jwt"][0]["issuer"]["discoveryURL"] = "https://id.internal/d";
         c["jwt"][1]["issuer"]["discoveryURL"] = "https://id.internal/D";
       }},
      {"issuer.url is required",
       ".issuer.url: Required value",
       [](Json& c, Random& r) {
         Json& one = issuer(c, r);
         if (r.one_in(2)) {
           one.erase("url");
         } else {
           one["url"] = r.one_in(2) ? Json("") : Json(nullptr);
         }
       },
       {}},
      {"no service account issuer", "URL must not overlap with disallowed issuers",
       set("url", urls("https://kubernetes.default.svc.cluster.local", "https://second.example.org")),
       set("url", urls("https://kubernetes.default.svc.cluster.local/", "https://kubernetes.default.svc"))},
  };
}

std::vector<ConfigurationRule> url_rules() {
  return {
      {"url can be parsed", ": parse ",
       set("url", urls("https://a b", "https://[::1", "https://id:8o/", "https://%zz", "https://a/%z",
                       "https://a%20b", "https://a\x7F", "https://us er@a", "https://[1.2.3.4]/", ":a",
                       "a:b:c/d", "https://a#%", "https://a%", "1:2", "https://a\tb", "https://x[y]",
                       "https://[::1]x", "https://u:%g@a", "https://\xC3\xA9\" ", "%")),
       set("url", urls("https://[::1]:6443/x", "https://id:8443", "https://a/%20b", "https://[fe80::1%25en0]",
                       "https://\xC3\xA9.example", "https://a/b c", "https://id:", "https://a/<b>",
                       "https:///x", "https:x", "https://a:1:2"))},
      {"url is https", "URL scheme must be https",
       set("url",
           urls("http://id.example.org", "id.example.org", "//id.example.org", "ldaps://id", "*", "/x")),
       set("url", urls("HTTPS://id.example.org", "hTTps://id"))},
      {"url has no user", "URL must not contain a username or password",
       set("url",
           urls("https://user@id.example.org", "https://u:p@id.example.org", "https://@id", "https://a@b@c")),
       set("url", urls("https://id.example.org/@user", "https://id/a:b@c"))},
      {"url has no query", "URL must not contain a query",
       set("url", urls("https://id.example.org?tenant=1", "https://id/?a#b", "https://id??", "https:x?y")),
       set("url", urls("https://id.example.org?", "https://id.example.org/?"))},
      {"url has no fragment", "URL must not contain a fragment",
       set("url", urls("https://id.example.org#a", "https://id/?#b", "https://id##")),
       set("url", urls("https://id.example.org#", "https://id.example.org/#"))},
  };
}

std::vector<ConfigurationRule> audience_rules() {
  return {
      {"discoveryURL differs from url", "discoveryURL must be different from URL",
       [](Json& c, Random& r) {
         Json& one = issuer(c, r);
         one["url"] = "https://id.example.org/x" + std::string(r.pick(3), '/');
         one["discoveryURL"] = "https://id.example.org/x" + std::string(r.pick(3), '/');
       },
       set("discoveryURL", urls("https://id.example.org/.well-known/openid-configuration", "https://x//"))},
      {"discoveryURL follows the rules of a URL", ".discoveryURL: Invalid value",
       set("discoveryURL",
           urls("http://id.example.org", "https://u@id", "https://id?q", "https://id#f", "::")),
       set("discoveryURL", urls("", "https://kubernetes.default.svc.cluster.local"))},
      {"an audience is required",
       ".audiences: Required value",
       [](Json& c, Random& r) {
         Json& one = issuer(c, r);
         if (r.one_in(2)) {
           one.erase("audiences");
         } else {
           one["audiences"] = r.one_in(2) ? Json::array() : Json(nullptr);
         }
       },
       {}},
      {"an audience is not empty", "]: Required value",
       [](Json& c, Random& r) {
         Json& one = issuer(c, r);
         add_second_audience(one, "MatchAny");
         one["audiences"][r.pick(2)] = r.one_in(2) ? Json("") : Json(nullptr);
       },
       [](Json& c, Random& r) { issuer(c, r)["audiences"][0] = " "; }},
      {"an audience stands once", "]: Duplicate value",
       [](Json& c, Random& r) {
         Json& one = issuer(c, r);
         add_second_audience(one, "MatchAny");
         one["audiences"].push_back(one["audiences"][r.pick(2)]);
       },
       [](Json& c, Random& r) {
         Json& one = issuer(c, r);
         add_second_audience(one, "MatchAny");
         one["audiences"].push_back("Kubernetes");
       }},
  };
}

std::vector<ConfigurationRule> other_issuer_rules() {
  return {
      {"several audiences need MatchAny", "audienceMatchPolicy must be MatchAny for multiple audiences",
       [](Json& c, Random& r) { add_second_audience(issuer(c, r), r.one_in(2) ? "" : "MatchAll"); },
       [](Json& c, Random& r) { add_second_audience(issuer(c, r), "MatchAny"); }},
      {"one audience takes MatchAny or nothing", "audienceMatchPolicy must be empty or MatchAny",
       [](Json& c, Random& r) {
         Json& one = issuer(c, r);
         one["audiences"] = Json::array({"kubernetes"});
         one["audienceMatchPolicy"] = r.one_in(2) ? "matchany" : "MatchAll";
       },
       [](Json& c, Random& r) {
         Json& one = issuer(c, r);
         one["audiences"] = Json::array({"kubernetes"});
         one["audienceMatchPolicy"] = r.one_in(2) ? Json("MatchAny") : Json(nullptr);
       }},
      {"certificateAuthority is PEM", ".certificateAuthority: Invalid value",
       [](Json& c, Random& r) { issuer(c, r)["certificateAuthority"] = bad_bundle(r); },
       [](Json& c, Random& r) { issuer(c, r)["certificateAuthority"] = good_bundle(r); }},
      {"egressSelectorType is known", "egress selector must be either controlplane or cluster",
       set("egressSelectorType", urls("etcd", "Cluster", "controlPlane", " ")),
       set("egressSelectorType", urls("controlplane", "cluster", ""))},
  };
}

}  // namespace

const std::vector<ConfigurationRule>& issuer_rules() {
  static const std::vector<ConfigurationRule> all =
      joined({count_rules(), url_rules(), audience_rules(), other_issuer_rules()});
  return all;
}

}  // namespace nightlatch::differential
