#include "access/config_tree.hpp"

#include <gtest/gtest.h>

#include "access/go_text.hpp"
#include "access/go_url.hpp"
#include "access/pem_bundle.hpp"
#include "certificate.hpp"

namespace nightlatch::access {
namespace {

using Kind = ConfigValue::Kind;

// The value of the only key of the text.
ConfigValue only(const std::string& text) {
  auto tree = read_config_tree(text);
  EXPECT_TRUE(tree) << tree.error().words;
  return tree && tree->root.members.size() == 1 ? tree->root.members[0].value : ConfigValue{};
}

std::string refusal(const std::string& text) {
  auto tree = read_config_tree(text);
  return tree ? "read" : tree.error().words;
}

TEST(ConfigTree, PlainTextHasTheTypesOfYaml11) {
  EXPECT_EQ(only("a: y\n").kind, Kind::boolean);
  EXPECT_EQ(only("a: Off\n").kind, Kind::boolean);
  EXPECT_EQ(only("a: 0x1F\n").kind, Kind::number);
  EXPECT_EQ(only("a: 1_000\n").kind, Kind::number);
  EXPECT_EQ(only("a: 08\n").kind, Kind::number);
  EXPECT_EQ(only("a: 1e3\n").kind, Kind::number);
  EXPECT_EQ(only("a: 1e999\n").kind, Kind::string);
  EXPECT_EQ(only("a: 2026-11-27\n").kind, Kind::string);
  EXPECT_EQ(only("a: ~\n").kind, Kind::null);
  EXPECT_EQ(only("a: 'y'\n").kind, Kind::string);
  EXPECT_EQ(only("a: !!str y\n").kind, Kind::string);
  EXPECT_EQ(only("a: !!binary Zm9v\n").text, "foo");
}

TEST(ConfigTree, WhatJsonCannotWriteIsRefused) {
  EXPECT_EQ(refusal("a: .inf\n"), "json: unsupported value: +Inf");
  EXPECT_EQ(refusal("? [a]\n: b\n"), "yaml: invalid map key");
  EXPECT_EQ(refusal("a: !!int b\n"), "yaml: cannot decode !!str `b` as a !!int");
}

TEST(ConfigTree, AliasesAndMergedKeysAreFollowed) {
  EXPECT_EQ(only("a: &x {b: c}\n").members.size(), 1U);
  auto tree = read_config_tree("a: &x {b: c}\nd:\n  e: f\n  <<: *x\n");
  ASSERT_TRUE(tree) << tree.error().words;
  EXPECT_EQ(tree->root.members[1].value.members.size(), 2U);
  EXPECT_EQ(refusal("a: &x [*x]\n"), "yaml: anchor 'x' value contains itself");
  EXPECT_EQ(refusal("a: *x\n"), "yaml: unknown anchor 'x' referenced");
  EXPECT_EQ(refusal("<<: a\n"), "yaml: map merge requires map or sequence of maps as the value");
}

TEST(ConfigTree, ASmallFileDoesNotExpandToALargeOne) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k) text += ", " + before;
    text += "]\n";
  }
  EXPECT_EQ(refusal(text), "yaml: document contains excessive aliasing");
  EXPECT_EQ(refusal(std::string(2000, '[')), "yaml: exceeded max depth");
}

TEST(ConfigTree, TheLastOfEqualKeysCountsAndBothAreTold) {
  auto tree = read_config_tree("a: 1\nb: 2\na: x\n");
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->repeated.size(), 1U);
  EXPECT_EQ(tree->repeated[0].words, "line 3: key \"a\" already set in map");
  EXPECT_EQ(tree->root.members[0].value.text, "x");
}

TEST(ConfigTree, TextThatBeginsWithABraceIsJson) {
  EXPECT_EQ(only("{\"a\": \"\\u00e9\\ud83d\\ude00\\ud800\"}").text, "\u00e9\U0001F600\uFFFD");
  EXPECT_EQ(refusal("{a: b}\n"),
            "couldn't get version/kind; json parse error: invalid character 'a' looking for beginning of "
            "object key "
            "string");
  EXPECT_EQ(refusal("{\"a\": 1,}"),
            "couldn't get version/kind; json parse error: invalid character '}' looking for beginning of "
            "object key "
            "string");
  EXPECT_EQ(refusal("{\"a\": tru"),
            "couldn't get version/kind; json parse error: unexpected end of JSON input");
}

TEST(GoText, IsQuotedAsGoQuotesIt) {
  EXPECT_EQ(go_quoted("a\"\\\n\x01\x7F\u00e9\u00a0\xFF"), "\"a\\\"\\\\\\n\\x01\\x7f\u00e9\\u00a0\\xff\"");
  EXPECT_EQ(go_json_string("</\x02\""), "\"\\u003c/\\u0002\\\"\"");
}

TEST(GoUrl, ErrorsAreThoseOfGo) {
  EXPECT_EQ(parse_go_url("https://a b").error(),
            "parse \"https://a b\": invalid character \" \" in host name");
  EXPECT_EQ(parse_go_url("https://id:8o").error(),
            "parse \"https://id:8o\": invalid port \":8o\" after host");
  EXPECT_EQ(parse_go_url("https://a/%z").error(), "parse \"https://a/%z\": invalid URL escape \"%z\"");
  EXPECT_EQ(parse_go_url(":a").error(), "parse \":a\": missing protocol scheme");
  auto url = parse_go_url("HTTPS://u@id/?q#f");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_TRUE(url->has_user && url->has_query && url->has_fragment);
  EXPECT_FALSE(parse_go_url("https://id/?#")->has_query || parse_go_url("https://id/?#")->has_fragment);
}

TEST(PemBundle, NeedsOneCertificateThatCanBeRead) {
  const std::string ca = certificate_until(4'000'000'000);
  EXPECT_EQ(certificate_problem("words\n" + ca), std::nullopt);
  EXPECT_EQ(certificate_problem(" " + ca), "data does not contain any valid RSA or ECDSA certificates");
  EXPECT_EQ(certificate_problem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "x509: malformed certificate");
  EXPECT_FALSE(has_private_key(ca));
  EXPECT_TRUE(has_private_key(ca + "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
}

}  // namespace
}  // namespace nightlatch::access
