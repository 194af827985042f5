#include "manifest/reversal.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#include "manifest/api_server_pod.hpp"
#include "manifest/document.hpp"
#include "manifest/errors.hpp"
#include "manifest/manifest_text.hpp"
#include "manifest/random_layout.hpp"

namespace nightlatch::manifest {
namespace {

constexpr std::string_view probe =
    "    livenessProbe:\n      failureThreshold: 8\n      httpGet:\n        host: 10.0.0.1\n        path: "
    "/livez\n"
    "        port: 6443\n        scheme: HTTPS\n      periodSeconds: 10\n";
constexpr std::string_view mounts =
    "    volumeMounts:\n    - mountPath: /pki\n      name: pki\n      readOnly: true\n";
constexpr std::string_view volumes =
    "  volumes:\n  - hostPath:\n      path: /pki\n      type: Directory\n    name: pki\n";

// What a run of a restricting profile does to a manifest, with the probes as TCP.
Intent lockdown() {
  return {.remove_flags = {"anonymous-auth"},
          .set_flags = {{"authentication-config", "/etc/kubernetes/nightlatch/a.yaml"}},
          .feature_gates = {"Gate=true"},
          .mount = DirectoryMount{"nightlatch-authn", "/etc/kubernetes/nightlatch"},
          .tcp_probes = {"livenessProbe"}};
}

std::string written(const std::string& found, const Intent& intent) {
  auto edited = edit(found, "m.yaml", intent);
  EXPECT_TRUE(edited) << edited.error().message;
  return edited ? edited->after : std::string();
}

std::string taken_back(const std::string& today, const std::string& found, const std::string& wrote) {
  auto result = take_back(today, "m.yaml", {.found = found, .wrote = wrote});
  return result ? result->after
                : "NL" + std::to_string(result.error().code.number) + " " + result.error().message;
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::string found_pod(const std::vector<std::string>& words) {
  return pod_with(words, std::string(mounts) + std::string(probe), volumes);
}

TEST(Reversal, WhatARunWroteGoesByteForByte) {
  std::string found = found_pod({"--anonymous-auth=true", "--v=2"});
  std::string wrote = written(found, lockdown());
  ASSERT_NE(wrote, found);
  EXPECT_EQ(taken_back(wrote, found, wrote), found);
}

TEST(Reversal, WhatSomebodyAddedSinceStays) {
  std::string found = found_pod({"--anonymous-auth=true", "--v=2"});
  std::string wrote = written(found, lockdown());
  std::string today = with(with(wrote, "--v=2", "--v=4"), "v1.34.4", "v1.34.5");
  EXPECT_EQ(taken_back(today, found, wrote), with(with(found, "--v=2", "--v=4"), "v1.34.4", "v1.34.5"));
}

TEST(Reversal, WhatSomebodyHasTakenOutStaysOut) {
  std::string found = found_pod({"--v=2"});
  std::string wrote = written(found, lockdown());
  std::string today = with(wrote, "    - --feature-gates=Gate=true\n", "");
  EXPECT_EQ(taken_back(today, found, wrote), found);
  EXPECT_EQ(taken_back(found, found, wrote), found);
}

TEST(Reversal, ListsThatTheRunMadeGoWithTheirKeys) {
  std::string found = pod_with({"--v=2"});
  std::string wrote =
      written(found, {.remove_flags = {},
                      .set_flags = {},
                      .feature_gates = {},
                      .mount = DirectoryMount{"nightlatch-authn", "/etc/kubernetes/nightlatch"}});
  EXPECT_EQ(taken_back(with(wrote, "--v=2", "--v=3"), found, wrote), with(found, "--v=2", "--v=3"));
}

TEST(Reversal, ABareFlagThatNeedsNoValueComesBackAsTrue) {
  std::string found = pod_with({"--anonymous-auth", "--v=2"});
  std::string wrote = written(
      found,
      {.remove_flags = {}, .set_flags = {{"anonymous-auth", "false"}}, .feature_gates = {}, .mount = {}});
  EXPECT_EQ(taken_back(wrote, found, wrote), pod_with({"--anonymous-auth=true", "--v=2"}));
}

struct Refused {
  std::string name;
  std::string from;
  std::string to;
  std::string said;
};

class ReversalRefuses : public testing::TestWithParam<Refused> {};

TEST_P(ReversalRefuses, WhatItCannotTell) {
  std::string found = found_pod({"--v=2"});
  std::string wrote = written(found, lockdown());
  std::string result = taken_back(with(wrote, GetParam().from, GetParam().to), found, wrote);
  EXPECT_EQ(result.substr(0, 6), "NL1344") << result;
  EXPECT_NE(result.find(GetParam().said), std::string::npos) << result;
}

INSTANTIATE_TEST_SUITE_P(
    All, ReversalRefuses,
    testing::Values(
        Refused{"another_file", "nightlatch/a.yaml", "nightlatch/b.yaml",
                "--authentication-config is neither"},
        Refused{"more_gates", "Gate=true", "Gate=true,Other=true", "--feature-gates is neither"},
        Refused{"a_file_below", "- --v=2", "- --audit-policy-file=/etc/kubernetes/nightlatch/p.yaml",
                "--audit-policy-file names a file in /etc/kubernetes/nightlatch"},
        Refused{"another_directory", "path: /etc/kubernetes/nightlatch", "path: /srv/nightlatch",
                "is not the directory /etc/kubernetes/nightlatch any more"},
        Refused{"another_mount", "mountPath: /pki\n      name: pki",
                "mountPath: /pki\n      name: nightlatch-authn", "mounted at another path"},
        Refused{"another_container", "  hostNetwork: true\n",
                "  - image: x\n    name: x\n    volumeMounts:\n    - mountPath: /x\n      name: "
                "nightlatch-authn\n"
                "  hostNetwork: true\n",
                "another container mounts"},
        Refused{"another_port", "        port: 6443\n", "        port: 6444\n", "livenessProbe is not as"}),
    [](const auto& test) { return test.param.name; });

TEST(Reversal, AFlagThatStoodThereSeveralTimesIsRefused) {
  std::string found = pod_with({"--anonymous-auth=true", "--v=2", "--anonymous-auth=false"});
  std::string wrote =
      written(found, {.remove_flags = {"anonymous-auth"}, .set_flags = {}, .feature_gates = {}, .mount = {}});
  EXPECT_NE(taken_back(wrote, found, wrote).find("stood there 2 times"), std::string::npos);
}

// Any layout: what was written over it, and edited since, is taken back to what was found with the edit.
TEST(ReversalProperty, EveryLayoutIsTakenBack) {
  std::size_t taken = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Layout layout(seed);
    std::string found = layout.manifest();
    std::string wrote = written(found, layout.intent());
    std::string today = written(
        wrote, {.remove_flags = {}, .set_flags = {{"zz-since", "1"}}, .feature_gates = {}, .mount = {}});
    auto result = take_back(today, "m", {.found = found, .wrote = wrote});
    if (!result && result.error().code.number == manifest_errors::not_reversible.number) continue;
    if (!result && result.error().code.number == manifest_errors::layout.number) continue;
    ASSERT_TRUE(result) << "seed " << seed << ": " << result.error().message << "\n"
                        << found << "\n"
                        << today;
    auto before = read_api_server_pod(found, "m");
    auto after = read_api_server_pod(result->after, "m");
    ASSERT_TRUE(before && after);
    ASSERT_EQ(after->flag("zz-since"), "1");
    for (const Flag& flag : before->flags) {
      bool is_bare_true = !before->flag(flag.name) || before->flag(flag.name)->empty();
      if (is_bare_true) continue;
      ASSERT_EQ(after->flag(flag.name), before->flag(flag.name)) << "seed " << seed;
    }
    for (const Flag& flag : after->flags)
      ASSERT_TRUE(flag.name == "zz-since" || before->has_flag(flag.name))
          << "seed " << seed << " " << flag.name;
    ASSERT_EQ(after->mounts.size(), before->mounts.size()) << "seed " << seed;
    ++taken;
  }
  EXPECT_GT(taken, 400U);
}

}  // namespace
}  // namespace nightlatch::manifest
