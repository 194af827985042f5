#include "access/oidc.hpp"

#include <gtest/gtest.h>

#include "access/errors.hpp"

namespace nightlatch::access {
namespace {

std::vector<OidcFlag> with(std::vector<OidcFlag> more) {
  std::vector<OidcFlag> flags{{"oidc-issuer-url", "https://id.example"}, {"oidc-client-id", "kubernetes"}};
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

JwtAuthenticator read(std::vector<OidcFlag> more) {
  auto settings = read_oidc_flags(with(std::move(more)));
  EXPECT_TRUE(settings) << settings.error().message;
  return settings ? settings->authenticator : JwtAuthenticator{};
}

std::string problem(const std::vector<OidcFlag>& flags) {
  auto settings = read_oidc_flags(flags);
  if (settings) return "read";
  EXPECT_EQ(settings.error().code.number, access_errors::bad_oidc.number);
  return settings.error().message;
}

TEST(OidcFlags, TwoFlagsMeanTheSubjectPrefixedByTheIssuer) {
  JwtAuthenticator jwt = read({});
  EXPECT_EQ(jwt.issuer_url, "https://id.example");
  EXPECT_EQ(jwt.audience, "kubernetes");
  EXPECT_EQ(jwt.username_claim, "sub");
  EXPECT_EQ(jwt.username_prefix, "https://id.example#");
  EXPECT_EQ(jwt.groups_claim, "");
  EXPECT_TRUE(jwt.required_claims.empty());
}

// validated against ToAuthenticationConfig, row by row
TEST(OidcFlags, UsernamePrefixFollowsTheClaim) {
  struct Row {
    const char* claim;
    std::optional<std::string> prefix;
    const char* expected;
  };
  for (const Row& row :
       {Row{"sub", std::nullopt, "https://id.example#"}, Row{"sub", "", "https://id.example#"},
        Row{"sub", "-", ""}, Row{"sub", "oidc:", "oidc:"}, Row{"email", std::nullopt, ""},
        Row{"email", "", ""}, Row{"email", "-", ""}, Row{"email", "oidc:", "oidc:"}}) {
    std::vector<OidcFlag> flags{{"oidc-username-claim", row.claim}};
    if (row.prefix) flags.push_back({"oidc-username-prefix", row.prefix});
    EXPECT_EQ(read(flags).username_prefix, row.expected) << row.claim << " " << row.prefix.value_or("unset");
  }
}

TEST(OidcFlags, GroupsPrefixCountsOnlyWithAClaimAndDashIsADash) {
  EXPECT_EQ(read({{"oidc-groups-prefix", "oidc:"}}).groups_prefix, "");
  JwtAuthenticator jwt = read({{"oidc-groups-claim", "groups"}, {"oidc-groups-prefix", "-"}});
  EXPECT_EQ(jwt.groups_claim, "groups");
  EXPECT_EQ(jwt.groups_prefix, "-");
}

TEST(OidcFlags, RequiredClaimsAddUpAndSplitAtTheFirstEquals) {
  JwtAuthenticator jwt = read({{"oidc-required-claim", "hd=example.com"},
                               {"oidc-required-claim", " tier = a=b,c "},
                               {"oidc-required-claim", "hd=example.org"}});
  using Claims = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(jwt.required_claims, (Claims{{"hd", "example.org"}, {"tier", "a=b,c"}}));
}

TEST(OidcFlags, LastScalarWins) {
  EXPECT_EQ(read({{"oidc-client-id", "other"}}).audience, "other");
}

TEST(OidcFlags, AlgorithmsAreToldNotKept) {
  EXPECT_EQ(read_oidc_flags(with({}))->signing_algs, std::vector<std::string>{"RS256"});
  auto settings =
      read_oidc_flags(with({{"oidc-signing-algs", "RS256,ES256"}, {"oidc-signing-algs", "PS256"}}));
  EXPECT_EQ(settings->signing_algs, (std::vector<std::string>{"RS256", "ES256", "PS256"}));
  EXPECT_EQ(all_signing_algs().size(), 9U);
}

TEST(OidcFlags, CaFileIsNamedNotRead) {
  auto settings = read_oidc_flags(with({{"oidc-ca-file", "/etc/kubernetes/pki/id.crt"}}));
  EXPECT_EQ(settings->ca_file, "/etc/kubernetes/pki/id.crt");
  EXPECT_EQ(settings->authenticator.certificate_authority, "");
}

TEST(OidcFlags, WhatNoFileCanSayIsRefused) {
  EXPECT_EQ(problem({{"oidc-issuer-url", "https://id.example"}}),
            "--oidc-issuer-url and --oidc-client-id must both be set, or kube-apiserver does not start");
  EXPECT_EQ(problem({{"oidc-groups-claim", "groups"}}),
            "--oidc-issuer-url and --oidc-client-id must both be set, or kube-apiserver does not start");
  EXPECT_EQ(problem(with({{"oidc-client-id", std::nullopt}})), "--oidc-client-id has no value");
  EXPECT_EQ(problem(with({{"oidc-client-id", "$(ID)"}})),
            "--oidc-client-id contains a variable, which nobody would expand in a file: $(ID)");
  EXPECT_EQ(problem(with({{"oidc-client-secret", "x"}})), "kube-apiserver has no flag --oidc-client-secret");
  EXPECT_EQ(problem(with({{"oidc-required-claim", "hd"}})),
            "--oidc-required-claim must be CLAIM=VALUE, and is hd");
}

TEST(OidcFlags, WhatTheServerRefusesIsRefusedInItsWords) {
  const std::string head = "kube-apiserver does not start with these flags: jwt[0].";
  EXPECT_EQ(problem(with({{"oidc-issuer-url", "http://id.example"}})),
            head + "issuer.url: Invalid value: \"http://id.example\": URL scheme must be https");
  EXPECT_EQ(problem(with({{"oidc-issuer-url", "https://u@id.example"}})),
            head +
                "issuer.url: Invalid value: \"https://u@id.example\": URL must not contain a username or "
                "password");
  EXPECT_EQ(problem(with({{"oidc-username-claim", ""}})),
            head + "claimMappings.username: Required value: claim or expression is required");
}

TEST(OidcFlags, TheIssuerIsNoServiceAccountIssuer) {
  const ServerRules rules{.minor = 34,
                          .egress_selector = true,
                          .service_account_issuers = {"https://id.example", "https://a.example"}};
  EXPECT_EQ(oidc_refusal(with({{"oidc-issuer-url", "https://id.example"}}), rules),
            "jwt[0].issuer.url: Invalid value: \"https://id.example\": URL must not overlap with disallowed "
            "issuers: [https://a.example https://id.example]");
  EXPECT_EQ(oidc_refusal(with({{"oidc-issuer-url", "https://id.example/"}}), rules), std::nullopt);
}

TEST(OidcFlags, WhatCannotBeJudgedIsNoRefusal) {
  EXPECT_EQ(oidc_refusal({}, {}), std::nullopt);
  EXPECT_EQ(oidc_refusal(with({{"oidc-issuer-url", "$(ISSUER)"}}), {}), std::nullopt);
  EXPECT_EQ(oidc_refusal(std::vector<OidcFlag>{{"oidc-groups-claim", "groups"}}, {}),
            "oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set");
}

TEST(JwtItem, IsWrittenWithEveryValueInQuotes) {
  JwtAuthenticator jwt = read({{"oidc-username-claim", "a\"b\\c"}, {"oidc-username-prefix", "yes"}});
  jwt.certificate_authority = "-----BEGIN CERTIFICATE-----\nAA==\n\n# next\n-----END CERTIFICATE-----";
  EXPECT_EQ(render_jwt_item(jwt),
            "- issuer:\n    url: \"https://id.example\"\n    audiences:\n    - \"kubernetes\"\n"
            "    certificateAuthority: |-\n      -----BEGIN CERTIFICATE-----\n      AA==\n\n      # next\n"
            "      -----END CERTIFICATE-----\n"
            "  claimMappings:\n    username:\n      claim: \"a\\\"b\\\\c\"\n      prefix: \"yes\"\n");
}

TEST(JwtItem, OddCertificateFilesGoIntoOneLine) {
  JwtAuthenticator jwt = read({});
  jwt.certificate_authority = "A\r\n\tB\n\n";
  EXPECT_NE(render_jwt_item(jwt).find("certificateAuthority: \"A\\x0d\\n\\x09B\\n\\n\"\n"),
            std::string::npos);
}

}  // namespace
}  // namespace nightlatch::access
