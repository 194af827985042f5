#include "spec/playbook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/profile.hpp"
#include "spec/field.hpp"
#include "spec/told.hpp"

namespace nightlatch::spec {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view head = "apiVersion: nightlatch.dev/v1\nkind: Playbook\n";

std::string with_head(std::string_view rest) {
  return std::string(head) + std::string(rest);
}

Result<Playbook> parse(std::string_view spec) {
  return parse_playbook(with_head(spec), "x.yaml");
}
std::string error_of(std::string_view spec) {
  return told(parse(spec));
}

TEST(Playbook, EveryShippedOneParsesAndNamesItself) {
  for (const ShippedPlaybook& shipped : shipped_playbooks()) {
    auto playbook = parse_playbook(shipped.bytes, shipped.name);
    ASSERT_TRUE(playbook) << told(playbook);
    EXPECT_EQ(playbook->name, shipped.name);
    EXPECT_THAT(playbook->profiles, ElementsAre(std::string(shipped.name)));
    EXPECT_THAT(std::string(shipped.bytes), StartsWith("# "));
  }
}

TEST(Playbook, EveryProfileShipsAsAPlaybookAndIsAChoice) {
  std::vector<std::string> profiles;
  for (const access::Profile& profile : access::profiles()) profiles.emplace_back(profile.name);
  std::ranges::sort(profiles);
  std::vector<std::string> shipped;
  for (const ShippedPlaybook& playbook : shipped_playbooks()) shipped.emplace_back(playbook.name);
  EXPECT_EQ(shipped, profiles);
  std::vector<std::string> choices;
  for (std::string_view name : playbook_form().find("spec.profile")->choices) choices.emplace_back(name);
  EXPECT_EQ(choices, profiles);
}

TEST(Playbook, WhatIsNotWrittenHasTheDefaultsOfTheStruct) {
  auto playbook = parse("spec: {}\n");
  ASSERT_TRUE(playbook) << told(playbook);
  Playbook defaults;
  EXPECT_EQ(playbook->name, "x");
  EXPECT_EQ(playbook->profiles, defaults.profiles);
  EXPECT_THAT(playbook->paths, IsEmpty());
  EXPECT_EQ(playbook->config_directory, defaults.config_directory);
  EXPECT_THAT(playbook->order, IsEmpty());
  EXPECT_EQ(playbook->gates.consecutive, defaults.gates.consecutive);
  EXPECT_EQ(playbook->gates.interval, defaults.gates.interval);
  EXPECT_EQ(playbook->gates.soak, defaults.gates.soak);
  EXPECT_EQ(playbook->gates.canary_soak, defaults.gates.canary_soak);
  EXPECT_EQ(playbook->gates.timeout, defaults.gates.timeout);
}

TEST(Playbook, EverySupportedKeyIsRead) {
  auto playbook = parse(
      "metadata: {name: eu}\n"
      "spec:\n"
      "  profile: [health-only, metrics]\n"
      "  paths:\n"
      "  - {path: /version, owner: platform, reason: old scanner, expires: 2027-03-31}\n"
      "  authenticationConfig: {directory: /srv/nightlatch}\n"
      "  order: [cp3, cp1]\n"
      "  gates: {readyz: {consecutive: 5, interval: 2s}, soak: 1m, canarySoak: 10m, timeout: 1h}\n");
  ASSERT_TRUE(playbook) << told(playbook);
  EXPECT_EQ(playbook->name, "eu");
  EXPECT_THAT(playbook->profiles, ElementsAre("health-only", "metrics"));
  ASSERT_EQ(playbook->paths.size(), 1U);
  EXPECT_EQ(playbook->paths[0].path, "/version");
  EXPECT_EQ(playbook->paths[0].owner, "platform");
  EXPECT_EQ(playbook->paths[0].reason, "old scanner");
  EXPECT_EQ(playbook->paths[0].expires, "2027-03-31");
  EXPECT_EQ(playbook->config_directory, "/srv/nightlatch");
  EXPECT_THAT(playbook->order, ElementsAre("cp3", "cp1"));
  EXPECT_EQ(playbook->gates.consecutive, 5);
  EXPECT_EQ(playbook->gates.interval, seconds{2});
  EXPECT_EQ(playbook->gates.soak, seconds{60});
  EXPECT_EQ(playbook->gates.canary_soak, seconds{600});
  EXPECT_EQ(playbook->gates.timeout, seconds{3600});
}

TEST(Playbook, RefusedProbesStayAsTheyAreUnlessToldOtherwise) {
  EXPECT_EQ(parse("spec: {}\n")->probes, RefusedProbes::refuse);
  EXPECT_EQ(parse("spec: {probes: tcpSocket}\n")->probes, RefusedProbes::tcp_socket);
  EXPECT_THAT(error_of("spec: {probes: tcpSockte}\n"), testing::HasSubstr("did you mean \"tcpSocket\"?"));
}

TEST(Playbook, AnUnknownProfileIsToldWordForWord) {
  EXPECT_EQ(told(parse_playbook("# Europe\napiVersion: nightlatch.dev/v1\nkind: Playbook\nmetadata: {name: "
                                "eu}\n\nspec:\n  profile: health\n",
                                "playbooks/eu.yaml")),
            "NL1102 exit 2 playbooks/eu.yaml:7:12: unknown profile \"health\"\n"
            "  profile: health\n"
            "           ^^^^^^ did you mean \"health-only\"?\n"
            "known: closed, health-only, kubeadm-join, metrics, oidc-discovery, rbac-only\n");
  EXPECT_THAT(error_of("spec:\n  profile: [metrics, prometheus]\n"),
              StartsWith("NL1102 exit 2 x.yaml:4:22: unknown profile \"prometheus\"\n"));
}

TEST(Playbook, AnUnknownKeyGetsACaretAndTheLikelyWord) {
  EXPECT_EQ(error_of("spec:\n  profiles: metrics\n"),
            "NL1103 exit 2 x.yaml:4:3: unknown key \"spec.profiles\"\n"
            "  profiles: metrics\n"
            "  ^^^^^^^^ did you mean \"profile\"?\n"
            "known: profile, paths, authenticationConfig, probes, persist, order, gates, rollback, "
            "approvals, rbac, hooks, window\n");
  EXPECT_THAT(error_of("spec: {gates: {readyz: {consecutiv: 2}}}\n"),
              StartsWith("NL1103 exit 2 x.yaml:3:25: unknown key \"spec.gates.readyz.consecutiv\"\n"));
  EXPECT_THAT(error_of("spec: {paths: [{path: /version, ownr: me}]}\n"),
              testing::HasSubstr("did you mean \"owner\"?"));
  EXPECT_THAT(error_of("spec: {hooks: {befor: /bin/true}}\n"), StartsWith("NL1103"));
}

TEST(Playbook, AWrongTypeIsToldWithWhatWasExpected) {
  EXPECT_EQ(error_of("spec:\n  gates: {readyz: {consecutive: \"3\"}}\n"),
            "NL1104 exit 2 x.yaml:4:33: \"spec.gates.readyz.consecutive\" cannot be \"3\"\n"
            "  gates: {readyz: {consecutive: \"3\"}}\n"
            "                                ^^^\n"
            "expected  a whole number from 1 to 20\n");
  EXPECT_THAT(error_of("spec: []\n"), StartsWith("NL1104 exit 2 x.yaml:3:7: \"spec\" cannot be a list\n"));
  EXPECT_THAT(error_of("spec:\n  profile:\n"),
              StartsWith("NL1104 exit 2 x.yaml:4:3: \"spec.profile\" cannot be nothing\n"));
  EXPECT_THAT(error_of("spec: {profile: {name: metrics}}\n"), StartsWith("NL1104"));
  EXPECT_THAT(error_of("spec: {paths: /version}\n"), StartsWith("NL1104"));
  EXPECT_THAT(error_of("spec: {paths: [/version]}\n"), StartsWith("NL1104"));
  EXPECT_THAT(error_of("spec: {order: worst}\n"),
              StartsWith("NL1104 exit 2 x.yaml:3:15: \"spec.order\" cannot be \"worst\"\n"));
}

TEST(Playbook, AValueOutOfRangeIsToldWithItsRange) {
  EXPECT_EQ(error_of("spec: {gates: {soak: 2h}}\n"),
            "NL1105 exit 2 x.yaml:3:22: \"spec.gates.soak\" cannot be \"2h\"\n"
            "spec: {gates: {soak: 2h}}\n"
            "                     ^^\n"
            "expected  a duration from 0s to 1h, written like 90s, 5m or 1h30m\n");
  EXPECT_THAT(error_of("spec: {gates: {soak: 30}}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("spec: {gates: {soak: 500ms}}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("spec: {gates: {timeout: 29s}}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("spec: {gates: {readyz: {consecutive: 0}}}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("spec: {gates: {readyz: {consecutive: 21}}}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("spec: {paths: [{path: version}]}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("spec: {paths: [{path: /version, expires: 2026-02-30}]}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("spec: {authenticationConfig: {directory: nightlatch}}\n"), StartsWith("NL1105"));
  for (const char* taken :
       {"/etc/kubernetes/manifests", "/etc/kubernetes/manifests/x", "/etc/kubernetes", "/etc",
        "/etc/kubernetes/nightlatch", "/etc/kubernetes/nightlatch/runs", "/proc/1", "/run/x"}) {
    EXPECT_THAT(error_of(fmt::format("spec: {{authenticationConfig: {{directory: {}}}}}\n", taken)),
                StartsWith("NL1105"))
        << taken;
  }
  for (const char* free : {"/etc/kubernetes/nightlatch/config", "/etc/kubernetes/authn", "/srv/nightlatch"}) {
    EXPECT_TRUE(parse(fmt::format("spec: {{authenticationConfig: {{directory: {}}}}}\n", free))) << free;
  }
  EXPECT_THAT(error_of("metadata: {name: ../x}\nspec: {}\n"), StartsWith("NL1105"));
  EXPECT_THAT(error_of("spec: {profile: []}\n"),
              StartsWith("NL1105 exit 2 x.yaml:3:8: \"spec.profile\" is empty\n"));
  EXPECT_THAT(error_of("spec: {order: []}\n"), StartsWith("NL1105"));
}

TEST(Playbook, AMissingKeyIsNamedWithItsType) {
  EXPECT_EQ(error_of("spec:\n  paths:\n  - {owner: me}\n"),
            "NL1106 exit 2 x.yaml:5:5: \"spec.paths[].path\" is missing\n"
            "  - {owner: me}\n"
            "    ^\n"
            "expected  path: an exact path that starts with \"/\", without query and wildcard\n");
  EXPECT_THAT(error_of("metadata: {name: x}\n"),
              StartsWith("NL1106 exit 2 x.yaml:1:1: \"spec\" is missing\n"));
}

TEST(Playbook, AnotherKindOfFileIsToldFirst) {
  EXPECT_EQ(told(parse_playbook("apiVersion: nightlatch.dev/v1\nkind: Inventory\nclusters: []\n", "x.yaml")),
            "NL1110 exit 2 x.yaml:2:7: kind is \"Inventory\"\n"
            "kind: Inventory\n"
            "      ^^^^^^^^^\n"
            "expected  kind: Playbook\n");
  EXPECT_THAT(told(parse_playbook("apiVersion: v1\nkind: Pod\n", "x.yaml")),
              StartsWith("NL1110 exit 2 x.yaml:1:13: apiVersion is \"v1\"\n"));
  EXPECT_THAT(told(parse_playbook("spec: {}\n", "x.yaml")),
              StartsWith("NL1110 exit 2 x.yaml:1:1: \"apiVersion\" is missing\n"));
  EXPECT_THAT(told(parse_playbook("just words\n", "x.yaml")), StartsWith("NL1104"));
}

TEST(Playbook, APathListedTwiceIsRefused) {
  EXPECT_THAT(error_of("spec: {paths: [{path: /version}, {path: /version}]}\n"),
              StartsWith("NL1111 exit 2 x.yaml:3:41: the path /version is listed twice\n"));
  EXPECT_THAT(error_of("spec: {order: [cp1, cp2, cp1]}\n"), StartsWith("NL1111"));
}

TEST(Playbook, ProfilesThatDoNotCombineAreRefusedAtTheirPlace) {
  EXPECT_THAT(error_of("spec:\n  profile: [closed, metrics]\n"), testing::HasSubstr("x.yaml:4:12: "));
  EXPECT_THAT(error_of("spec:\n  profile: [rbac-only, metrics]\n"), testing::HasSubstr("x.yaml:4:12: "));
  EXPECT_EQ(error_of("spec: {profile: rbac-only, paths: [{path: /version}]}\n"), "no error\n");
}

TEST(Playbook, TheGuardsLeaseAndCeilingAreRead) {
  auto plain = parse("spec: {}\n");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->rollback.lease, seconds{120});
  EXPECT_EQ(plain->rollback.ceiling, std::nullopt);
  auto wished = parse("spec: {rollback: {lease: 45s, ceiling: 20m}}\n");
  ASSERT_TRUE(wished);
  EXPECT_EQ(wished->rollback.lease, seconds{45});
  EXPECT_EQ(wished->rollback.ceiling, seconds{1200});
  EXPECT_THAT(error_of("spec: {rollback: {lease: 29s}}\n"), StartsWith("NL1105"));
}

TEST(Playbook, ALeaseIsAtLeastThreeRoundsOfTheGates) {
  EXPECT_THAT(
      error_of("spec:\n  gates: {readyz: {interval: 20s}}\n  rollback: {lease: 50s}\n"),
      StartsWith(
          "NL1105 exit 2 x.yaml:5:21: spec.rollback.lease is 50 s, three rounds of the gates take 1 min"));
}

TEST(Playbook, AReservedKeyIsRefusedUnlessItSaysTheDefault) {
  EXPECT_THAT(error_of("spec:\n  rbac: {prune: [x]}\n"),
              StartsWith("NL1108 exit 3 x.yaml:4:3: \"spec.rbac\" is reserved for a later version\n"
                         "  rbac: {prune: [x]}\n"
                         "  ^^^^\n"));
  EXPECT_THAT(error_of("spec: {persist: {kubeadmOidc: keep}}\n"), StartsWith("NL1"));
  auto drops = parse_playbook(
      "apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec: {persist: {kubeadmOidc: drop}}\n", "p");
  ASSERT_TRUE(drops) << drops.error().message;
  EXPECT_EQ(drops->kubeadm_oidc, KubeadmOidc::drop);
  EXPECT_EQ(error_of("spec:\n  persist: {kubeadmConfig: false, kubeadmOidc: refuse}\n  order: auto\n  "
                     "rollback: {lease: 120s, "
                     "ceiling: auto}\n"
                     "  rbac: {}\n  hooks: {}\n  window: {allow: [], deny: []}\n  paths: []\n"),
            "no error\n");
}

}  // namespace
}  // namespace nightlatch::spec
