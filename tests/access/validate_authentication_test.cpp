#include "access/validate_authentication.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/authentication_config.hpp"
#include "access/decode_authentication.hpp"

namespace nightlatch::access {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string authentication_head =
    "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\n";
const std::string issuer = "- issuer: {url: \"https://id\", audiences: [a]}\n";
const std::string username = "  claimMappings: {username: {claim: sub, prefix: \"\"}}\n";

// What the server says about `jwt`, the lines below "jwt:".
std::vector<std::string> words(const std::string& jwt, const ServerRules& rules = {}) {
  auto config = decode_authentication(authentication_head + "jwt:\n" + jwt, rules);
  if (!config) return {config.error().words};
  std::vector<std::string> all;
  for (const TextProblem& problem : validate_authentication(*config, rules)) all.push_back(problem.words);
  return all;
}

TEST(ValidateAuthentication, AnOrdinaryFileIsAccepted) {
  EXPECT_THAT(words(issuer + username), IsEmpty());
}

TEST(ValidateAuthentication, IssuersStandOnce) {
  EXPECT_THAT(words(issuer + username + issuer + username),
              ElementsAre("jwt[1].issuer.url: Duplicate value: \"https://id\""));
}

TEST(ValidateAuthentication, SeveralProblemsAreNamedInTheOrderOfTheServer) {
  EXPECT_THAT(
      words("- issuer: {url: \"http://u@id?a#b\"}\n"),
      ElementsAre("jwt[0].issuer.url: Invalid value: \"http://u@id?a#b\": URL scheme must be https",
                  "jwt[0].issuer.url: Invalid value: \"http://u@id?a#b\": URL must not contain a username or "
                  "password",
                  "jwt[0].issuer.url: Invalid value: \"http://u@id?a#b\": URL must not contain a query",
                  "jwt[0].issuer.url: Invalid value: \"http://u@id?a#b\": URL must not contain a fragment",
                  "jwt[0].issuer.audiences: Required value: at least one jwt[0].issuer.audiences is required",
                  "jwt[0].claimMappings.username: Required value: claim or expression is required"));
}

TEST(ValidateAuthentication, WordsAreThoseOfTheVersion) {
  const std::string jwt = "- issuer: {audiences: [a]}\n" + username;
  EXPECT_THAT(words(jwt, {.minor = 33, .service_account_issuers = {}}),
              ElementsAre("jwt[0].issuer.url: Required value: URL is required"));
  EXPECT_THAT(words(jwt, {.minor = 34, .service_account_issuers = {}}),
              ElementsAre("jwt[0].issuer.url: Required value"));
}

TEST(ValidateAuthentication, RulesAreThoseOfTheVersion) {
  const std::string reserved = issuer + "  claimMappings:\n    username: {claim: sub, prefix: \"\"}\n" +
                               "    extra: [{key: k8s.io/a, valueExpression: claims.a}]\n";
  EXPECT_THAT(words(reserved, {.minor = 31, .service_account_issuers = {}}), IsEmpty());
  EXPECT_THAT(
      words(reserved, {.minor = 32, .service_account_issuers = {}}),
      ElementsAre("jwt[0].claimMappings.extra[0].key: Invalid value: \"k8s.io/a\": k8s.io, kubernetes.io "
                  "and their subdomains are reserved for Kubernetes use"));
  const std::string egress =
      "- issuer: {url: \"https://id\", audiences: [a], egressSelectorType: cluster}\n" + username;
  EXPECT_THAT(words(egress, {.minor = 33, .service_account_issuers = {}}),
              ElementsAre("strict decoding error: unknown field \"jwt[0].issuer.egressSelectorType\""));
  EXPECT_THAT(words(egress), IsEmpty());
  EXPECT_THAT(
      words(egress, {.minor = 34, .egress_selector = false, .service_account_issuers = {}}),
      ElementsAre("jwt[0].issuer.egressSelectorType: Invalid value: \"cluster\": egress selector is not "
                  "supported when StructuredAuthenticationConfigurationEgressSelector feature gate is "
                  "disabled"));
}

TEST(ValidateAuthentication, TheVersionDecidesWhichFilesAreRead) {
  const std::string v1 = "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n";
  EXPECT_TRUE(parse_authentication_config(v1, "f"));
  auto old = parse_authentication_config(v1, "f", {.minor = 33, .service_account_issuers = {}});
  ASSERT_FALSE(old);
  EXPECT_EQ(
      old.error().message,
      "f: no kind \"AuthenticationConfiguration\" is registered for version \"apiserver.config.k8s.io/v1\"");
  auto oldest = parse_authentication_config(authentication_head + "anonymous: {enabled: true}\n", "f",
                                            {.minor = 30, .service_account_issuers = {}});
  ASSERT_FALSE(oldest);
  EXPECT_EQ(oldest.error().message, "f: strict decoding error: unknown field \"anonymous\"");
}

TEST(ValidateAuthentication, FurtherProblemsAreDetailsWithTheirPlaces) {
  auto config = parse_authentication_config(
      authentication_head + "jwt:\n" + issuer +
          "  claimMappings:\n    username: {claim: sub}\n    uid: {claim: a, expression: b}\n",
      "authn.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(
      config.error().message,
      "authn.yaml: jwt[0].claimMappings.username.prefix: Required value: prefix is required when claim is "
      "set. It can be set to an empty string to disable prefixing");
  EXPECT_EQ(config.error().place->line, 6U);
  EXPECT_EQ(config.error().place->column, 15U);
  EXPECT_THAT(
      config.error().details,
      ElementsAre("authn.yaml:7:10: jwt[0].claimMappings.uid: Invalid value: \"\": claim and expression "
                  "can't both be set"));
}

TEST(ValidateAuthentication, ExpressionsAreListedWithTheirPlaces) {
  const std::string text = authentication_head + "jwt:\n" + issuer +
                           "  claimMappings: {username: {expression: \"claims.sub\"}}\n"
                           "  userValidationRules: [{expression: \"true\"}]\n";
  auto config = parse_authentication_config(text, "authn.yaml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_THAT(places_of_unjudged(*config, text, "authn.yaml"),
              ElementsAre("authn.yaml:5:42: jwt[0].claimMappings.username.expression",
                          "authn.yaml:6:38: jwt[0].userValidationRules[0].expression"));
}

}  // namespace
}  // namespace nightlatch::access
