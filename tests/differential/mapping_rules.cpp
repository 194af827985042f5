#include <array>
#include <string>
#include <utility>

#include "differential/configuration_rules.hpp"

namespace nightlatch::differential {
namespace {

using Change = std::function<void(Json&, Random&)>;

Json& mappings(Json& configuration, Random& random) {
  return any_jwt(configuration, random)["claimMappings"];
}

// A change that sets a whole field of claimMappings to one of the values.
Change map(std::string_view field, std::vector<Json> values) {
  return [field, values = std::move(values)](Json& c, Random& r) { mappings(c, r)[field] = r.any(values); };
}
// The same for a list of an authenticator.
Change rules(std::string_view field, std::vector<Json> values) {
  return [field, values = std::move(values)](Json& c, Random& r) { any_jwt(c, r)[field] = r.any(values); };
}

Change extra_keys(std::vector<std::string> keys) {
  return [keys = std::move(keys)](Json& c, Random& r) {
    mappings(c, r)["extra"] =
        Json::array({{{"key", "example.org/first"}, {"valueExpression", "claims.tenant"}},
                     {{"key", r.any(keys)}, {"valueExpression", "claims.tenant"}}});
  };
}

Json object(const std::string& text) {
  return Json::parse(text);
}

std::vector<ConfigurationRule> claim_rules() {
  return {
      {"a rule has a claim or an expression, not both", "]: Invalid value",
       rules("claimValidationRules",
             {object(R"([{"claim":"a","expression":"true"}])"),
              object(R"([{"expression":"claims.a == 'b'","claim":"é\"","message":"m"}])")}),
       rules("claimValidationRules", {object(R"([{"claim":"a"},{"expression":"true"}])")})},
      {"a rule has a claim or an expression", "]: Required value: claim or expression is required",
       rules("claimValidationRules",
             {object("[{}]"), object("[null]"), object(R"([{"claim":"a"},{"requiredValue":"b"}])")}),
       rules("claimValidationRules",
             {object("[]"), object(R"([{"claim":"a","requiredValue":""}])"), Json(nullptr)})},
      {"no message beside a claim", ".message: Invalid value",
       rules("claimValidationRules", {object(R"([{"claim":"a","message":"m"}])")}),
       rules("claimValidationRules", {object(R"([{"claim":"a","message":""}])"),
                                      object(R"([{"expression":"true","message":"m"}])")})},
      {"a claim stands once", ".claim: Duplicate value",
       rules("claimValidationRules",
             {object(R"([{"claim":"a"},{"claim":"b"},{"claim":"a","requiredValue":"x"}])")}),
       rules("claimValidationRules", {object(R"([{"claim":"a"},{"claim":"A"}])")})},
      {"no requiredValue beside an expression", ".requiredValue: Invalid value",
       rules("claimValidationRules", {object(R"([{"expression":"true","requiredValue":"v"}])")}),
       rules("claimValidationRules", {object(R"([{"expression":"true","requiredValue":null}])")})},
      {"an expression stands once", "claimValidationRules[1].expression: Duplicate value",
       rules("claimValidationRules",
             {object(R"([{"expression":"true"},{"expression":"true","message":"m"}])")}),
       rules("claimValidationRules", {object(R"([{"expression":"true"},{"expression":" true"}])")})},
      {"a user rule has an expression", "].expression: Required value",
       rules("userValidationRules",
             {object("[{}]"), object(R"([{"message":"m"}])"), object(R"([{"expression":""}])")}),
       rules("userValidationRules", {object(R"([{"expression":"true"}])"), object("[]")})},
      {"an expression of a user rule stands once", "userValidationRules[1].expression: Duplicate value",
       rules("userValidationRules", {object(R"([{"expression":"true"},{"expression":"true"}])")}),
       rules("userValidationRules", {object(R"([{"expression":"true"},{"expression":"!false"}])")})},
  };
}

std::vector<ConfigurationRule> claim_mapping_rules() {
  return {
      {"username is required",
       ".username: Required value",
       map("username", {object("{}"), Json(nullptr), object(R"({"prefix":"a"})"), object(R"({"claim":""})")}),
       {}},
      {"username has a claim or an expression, not both", ".username: Invalid value",
       map("username", {object(R"({"claim":"a","expression":"claims.sub","prefix":""})"),
                        object(R"({"claim":"a","expression":"claims.sub"})")}),
       map("username", {object(R"({"claim":"sub","expression":"","prefix":""})")})},
      {"no prefix beside an expression", ".prefix: Invalid value",
       map("username", {object(R"({"expression":"claims.sub","prefix":"oidc:"})"),
                        object(R"({"expression":"claims.sub","prefix":""})")}),
       map("username", {object(R"({"expression":"claims.sub","prefix":null})")})},
      {"a prefix beside a claim", "prefix is required when claim is set",
       [](Json& c, Random& r) {
         mappings(c, r)[r.one_in(2) ? "username" : "groups"] = object(R"({"claim":"a","prefix":null})");
       },
       map("username",
           {object(R"({"claim":"sub","prefix":""})"), object(R"({"claim":"sub","prefix":"-"})")})},
      {"groups have a claim or an expression, not both", ".groups: Invalid value",
       map("groups", {object(R"({"claim":"a","expression":"claims.sub"})")}),
       map("groups", {object(R"({"prefix":"a"})"), object("{}"), Json(nullptr)})},
      {"uid has a claim or an expression, not both", ".uid: Invalid value",
       map("uid", {object(R"({"claim":"a","expression":"claims.sub"})")}),
       map("uid", {object(R"({"claim":"a"})"), object(R"({"expression":"claims.sub"})"), object("{}")})},
  };
}

std::vector<ConfigurationRule> extra_rules() {
  return {
      {"extra has a key", "].key: Required value", extra_keys({""}), extra_keys({"a/b"})},
      {"an extra key is a domain and a path", "must be a domain-prefixed path",
       extra_keys({"tenant", "/a", "example.org/", "/"}), extra_keys({"a.b/c/d", "localhost/x"})},
      {"an extra key begins with a DNS name", "a lowercase RFC 1123 subdomain must consist of",
       extra_keys({"Example.org/a", "-a/b", "a..b/c", "a_b/c", "a./b", ".a/b", "\xC3\xA9/b", " /b"}),
       extra_keys({"a-b.c9/d", "0/1"})},
      {"a DNS name has at most 253 characters", "must be no more than 253 characters",
       [](Json& c, Random& r) { extra_keys({std::string(254 + r.pick(9), 'a') + "/b"})(c, r); },
       [](Json& c, Random& r) { extra_keys({std::string(253, 'a') + "/b"})(c, r); }},
      {"an extra key ends with a path of a URL", "Invalid path",
       extra_keys({"a.b/c d", "a.b/c?d", "a.b/\xC3\xA9", "a.b/#", "a.b/c\n"}),
       extra_keys({"a.b/c%zz", "a.b/:;=,!*()'"})},
      {"an extra key is in lower case", "must be lowercase", extra_keys({"example.org/Tenant", "A.b/c"}),
       extra_keys({"example.org/tenant"})},
      {"domains of Kubernetes are reserved", "are reserved for Kubernetes use",
       extra_keys({"kubernetes.io/a", "x.k8s.io/a", "k8s.io/a/b", "a.kubernetes.io/b"}),
       extra_keys({"notk8s.io/a", "k8s.io.example/a", "kubernetes.iox/a"})},
      {"an extra key stands once", "].key: Duplicate value", extra_keys({"example.org/first"}),
       extra_keys({"example.org/second"})},
      {"extra has an expression", ".valueExpression: Required value",
       map("extra", {object(R"([{"key":"a/b"}])"), object(R"([{"key":"a/b","valueExpression":""}])")}),
       map("extra", {object(R"([{"key":"a/b","valueExpression":"'x'"}])"), object("[]")})},
      {"conditions need enabled: true", "enabled should be set to true when conditions are defined",
       [](Json& c, Random& r) {
         c["anonymous"] = {{"enabled", false}, {"conditions", Json::array({{{"path", "/livez\"<"}}})}};
         if (r.one_in(2)) c["anonymous"].erase("enabled");
         if (r.one_in(2)) c["anonymous"]["conditions"].push_back({{"path", "/readyz"}});
       },
       [](Json& c, Random& r) {
         c["anonymous"] = {{"enabled", true}, {"conditions", Json::array({{{"path", ""}}})}};
         if (r.one_in(2)) c["anonymous"] = {{"enabled", false}, {"conditions", Json::array()}};
       }},
  };
}

}  // namespace

const std::vector<ConfigurationRule>& mapping_rules() {
  static const std::vector<ConfigurationRule> all =
      joined({claim_rules(), claim_mapping_rules(), extra_rules()});
  return all;
}

}  // namespace nightlatch::differential
