#include "access/authentication_config.hpp"

#include <gtest/gtest.h>

#include "access/errors.hpp"
#include "util/hash.hpp"

namespace nightlatch::access {
namespace {

const std::string head = "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\n";

std::string problem(const std::string& bytes) {
  auto config = parse_authentication_config(bytes, "authn.yaml");
  if (config) return "read";
  EXPECT_EQ(config.error().code.number, access_errors::bad_config.number);
  return config.error().message;
}

TEST(AuthenticationConfig, RenderedBytesAreStable) {
  EXPECT_EQ(
      render_authentication_config({"/healthz", "/livez", "/readyz"}),
      "# Written by nightlatch. The paths that kube-apiserver answers without credentials, compared "
      "exactly.\n"
      "# kube-apiserver reads this section only at its start: a change here needs a new file and a restart.\n"
      "apiVersion: apiserver.config.k8s.io/v1beta1\n"
      "kind: AuthenticationConfiguration\n"
      "anonymous:\n"
      "  enabled: true\n"
      "  conditions:\n"
      "  - path: /healthz\n"
      "  - path: /livez\n"
      "  - path: /readyz\n");
}

TEST(AuthenticationConfig, RenderedFileReadsBack) {
  const std::vector<std::string> paths{"/a b", "/it's", "/livez", "/x: y #z"};
  auto config = parse_authentication_config(render_authentication_config(paths), "f");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->anonymous->enabled);
  EXPECT_EQ(config->anonymous->paths, paths);
  EXPECT_FALSE(config->has_jwt());
}

TEST(AuthenticationConfig, NoPathsAreNeverRenderedAsEnabled) {
  auto config = parse_authentication_config(render_authentication_config({}), "f");
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->anonymous->enabled);
}

TEST(AuthenticationConfig, NameCarriesTheHashOfTheBytes) {
  EXPECT_EQ(authentication_config_name("abc"), "authn-" + sha256_hex("abc").substr(0, 12) + ".yaml");
}

TEST(AuthenticationConfig, JwtIsSeen) {
  const std::string jwt =
      "jwt:\n- issuer: {url: \"https://id\", audiences: [a]}\n  claimMappings: {username: {claim: sub, "
      "prefix: "
      "\"\"}}\n";
  auto config = parse_authentication_config(head + jwt, "f");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->has_jwt());
  EXPECT_FALSE(parse_authentication_config(head + "jwt: []\n", "f")->has_jwt());
}

TEST(AuthenticationConfig, JsonIsReadToo) {
  EXPECT_EQ(problem(R"({"apiVersion":"apiserver.config.k8s.io/v1","kind":"AuthenticationConfiguration"})"),
            "read");
}

TEST(AuthenticationConfig, DecodesStrictlyAndSaysWhatTheServerSays) {
  EXPECT_EQ(problem(head + "anonymus: {}\n"),
            "authn.yaml: strict decoding error: unknown field \"anonymus\"");
  EXPECT_EQ(problem(head + "anonymous: {enabled: true, paths: []}\n"),
            "authn.yaml: strict decoding error: unknown field \"anonymous.paths\"");
  EXPECT_EQ(problem(head + "anonymous: {conditions: [{path: /a, method: GET}]}\n"),
            "authn.yaml: strict decoding error: unknown field \"anonymous.conditions[0].method\"");
  EXPECT_EQ(
      problem(head + "anonymous: {}\nanonymous: {}\n"),
      "authn.yaml: strict decoding error: yaml: unmarshal errors: line 4: key \"anonymous\" already set in "
      "map");
  EXPECT_EQ(problem(head + "anonymous: {enabled: \"true\"}\n"),
            "authn.yaml: json: cannot unmarshal string into Go struct field "
            "AnonymousAuthConfig.anonymous.enabled of type bool");
  EXPECT_EQ(problem(head + "anonymous: {conditions: [/livez]}\n"),
            "authn.yaml: json: cannot unmarshal string into Go struct field "
            "AnonymousAuthConfig.anonymous.conditions of type v1beta1.AnonymousAuthCondition");
  EXPECT_EQ(problem(head + "anonymous: {conditions: /livez}\n"),
            "authn.yaml: json: cannot unmarshal string into Go struct field "
            "AnonymousAuthConfig.anonymous.conditions of type []v1beta1.AnonymousAuthCondition");
  EXPECT_EQ(
      problem(head + "jwt: {}\n"),
      "authn.yaml: json: cannot unmarshal object into Go struct field AuthenticationConfiguration.jwt of "
      "type []v1beta1.JWTAuthenticator");
}

TEST(AuthenticationConfig, OtherFilesAreNamed) {
  EXPECT_EQ(problem(""), "authn.yaml: empty config data");
  EXPECT_EQ(problem(" \n"), "authn.yaml: Object 'Kind' is missing in '…");
  EXPECT_EQ(problem("kind: AuthenticationConfiguration\n"),
            "authn.yaml: Object 'apiVersion' is missing in '…");
  EXPECT_EQ(problem("apiVersion: v1\nkind: Pod\n"),
            "authn.yaml: no kind \"Pod\" is registered for version \"v1\"");
  EXPECT_EQ(problem("apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n"),
            "authn.yaml: expected AuthenticationConfiguration, got *apiserver.EncryptionConfiguration");
  EXPECT_NE(problem("[]\n").find("json parse error: json: cannot unmarshal array into Go value"),
            std::string::npos);
  EXPECT_EQ(problem("a: [\n"), "authn.yaml: yaml: line 1: did not find expected node content");
  EXPECT_EQ(problem(std::string((1U << 20U) + 1, ' ')), "authn.yaml: the file is larger than 1 MiB");
}

// Seen on 1.34.4: it starts, and the first document counts.
TEST(AuthenticationConfig, OnlyTheFirstDocumentCounts) {
  auto config = parse_authentication_config(
      head + "anonymous: {enabled: false}\n---\n" + head + "anonymous: {enabled: true}\n", "authn.yaml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->anonymous->enabled);
}

TEST(AuthenticationConfig, ErrorsPointAtTheLine) {
  auto config = parse_authentication_config(head + "anonymous:\n  enabld: true\n", "authn.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().place->line, 4U);
  EXPECT_EQ(config.error().place->column, 3U);
}

}  // namespace
}  // namespace nightlatch::access
