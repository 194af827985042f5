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
  EXPECT_FALSE(config->has_jwt);
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
  EXPECT_TRUE(parse_authentication_config(head + "jwt:\n- issuer: {}\n", "f")->has_jwt);
  EXPECT_FALSE(parse_authentication_config(head + "jwt: []\n", "f")->has_jwt);
}

TEST(AuthenticationConfig, JsonIsReadToo) {
  EXPECT_EQ(problem(R"({"apiVersion":"apiserver.config.k8s.io/v1","kind":"AuthenticationConfiguration"})"),
            "read");
}

TEST(AuthenticationConfig, DecodesStrictly) {
  EXPECT_EQ(problem(head + "anonymus: {}\n"), "authn.yaml: unknown field \"anonymus\" in the configuration");
  EXPECT_EQ(problem(head + "anonymous: {enabled: true, paths: []}\n"),
            "authn.yaml: unknown field \"paths\" in anonymous");
  EXPECT_EQ(problem(head + "anonymous: {conditions: [{path: /a, method: GET}]}\n"),
            "authn.yaml: unknown field \"method\" in a condition");
  EXPECT_EQ(problem(head + "anonymous: {}\nanonymous: {}\n"),
            "authn.yaml: the key \"anonymous\" is written twice");
  EXPECT_EQ(problem(head + "anonymous: {enabled: \"true\"}\n"),
            "authn.yaml: anonymous.enabled must be true or false");
  EXPECT_EQ(problem(head + "anonymous: {conditions: [/livez]}\n"),
            "authn.yaml: a condition must be a mapping");
  EXPECT_EQ(problem(head + "anonymous: {conditions: /livez}\n"),
            "authn.yaml: anonymous.conditions must be a list");
  EXPECT_EQ(problem(head + "jwt: {}\n"), "authn.yaml: jwt must be a list");
}

TEST(AuthenticationConfig, OtherFilesAreNamed) {
  EXPECT_EQ(problem(" \n"), "authn.yaml: the file is empty");
  EXPECT_EQ(problem("kind: AuthenticationConfiguration\n"), "authn.yaml: apiVersion is missing");
  EXPECT_NE(problem("apiVersion: v1\nkind: Pod\n").find("expected an AuthenticationConfiguration"),
            std::string::npos);
  EXPECT_EQ(problem("[]\n"), "authn.yaml: the configuration must be a mapping");
  EXPECT_NE(problem("a: [\n").find("not YAML"), std::string::npos);
}

// Seen on 1.34.4: it starts, and the first document counts.
TEST(AuthenticationConfig, OnlyTheFirstDocumentCounts) {
  auto config = parse_authentication_config(
      head + "anonymous: {enabled: false}\n---\n" + head + "anonymous: {enabled: true}\n", "authn.yaml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->anonymous->enabled);
}

TEST(AuthenticationConfig, TextThatNeverEndsForYamlCppIsRefused) {
  EXPECT_EQ(problem("&\"apiVersio.\":\"apiserver\",\"kind\":g.k8s.io/v1\",\"figr.\n"),
            "authn.yaml: the configuration must be a mapping");
}

TEST(AuthenticationConfig, ErrorsPointAtTheLine) {
  auto config = parse_authentication_config(head + "anonymous:\n  enabld: true\n", "authn.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().place->line, 4U);
  EXPECT_EQ(config.error().place->column, 3U);
}

}  // namespace
}  // namespace nightlatch::access
