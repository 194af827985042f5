#include "access/exposure.hpp"

#include <gtest/gtest.h>

#include "access/authentication_config.hpp"

namespace nightlatch::access {
namespace {

const std::string scoped = render_authentication_config({"/livez"});
const std::string config_head =
    "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\n";

ExposureInputs at(std::string_view version) {
  ExposureInputs inputs;
  inputs.version = parse_version(version).value();
  inputs.authorization_mode = "Node,RBAC";
  return inputs;
}

ExposureInputs with_file(std::string_view version, const std::string& config) {
  ExposureInputs inputs = at(version);
  inputs.config_flag_present = true;
  inputs.config = config;
  return inputs;
}

ExposureInputs with_flag(ExposureInputs inputs, std::optional<std::string> value) {
  inputs.anonymous_flag_present = true;
  inputs.anonymous_flag = std::move(value);
  return inputs;
}

std::string state(const ExposureInputs& inputs) {
  return std::string(name(judge(inputs).state));
}

TEST(Exposure, NothingSaidIsOpen) {
  EXPECT_EQ(state(at("1.34.4")), "open");
}

TEST(Exposure, FlagGovernsWithoutAFile) {
  EXPECT_EQ(state(with_flag(at("1.34.4"), "false")), "closed");
  EXPECT_EQ(state(with_flag(at("1.34.4"), "True")), "open");
  EXPECT_EQ(state(with_flag(at("1.34.4"), std::nullopt)), "open");
  EXPECT_EQ(state(with_flag(at("1.34.4"), "no")), "will-not-start");
  EXPECT_EQ(state(with_flag(at("1.34.4"), "")), "will-not-start");
}

TEST(Exposure, ScopedFileRestrictsFrom132On) {
  for (const char* version : {"1.32.0", "1.32.3", "1.33.13", "1.34.4", "1.35.0", "1.36.3", "1.37.0-beta.0"}) {
    Exposure exposure = judge(with_file(version, scoped));
    EXPECT_EQ(exposure.state, ExposureState::restricted) << version;
    EXPECT_EQ(exposure.paths, std::vector<std::string>{"/livez"}) << version;
  }
}

TEST(Exposure, ScopedFileOn130DoesNotStart) {
  EXPECT_EQ(state(with_file("1.30.14", scoped)), "will-not-start");
}

TEST(Exposure, ScopedFileOn131NeedsTheGate) {
  ExposureInputs inputs = with_file("1.31.0", scoped);
  EXPECT_EQ(state(inputs), "will-not-start");
  inputs.feature_gates = "A=true,AnonymousAuthConfigurableEndpoints=true";
  EXPECT_EQ(state(inputs), "restricted");
  inputs.feature_gates = "kube:AnonymousAuthConfigurableEndpoints=true";
  EXPECT_EQ(state(inputs), "restricted");
}

TEST(Exposure, EmulatedVersionTakesTheGateBack) {
  ExposureInputs inputs = with_file("1.33.0", scoped);
  inputs.emulated_version = "1.31";
  EXPECT_EQ(state(inputs), "will-not-start");
  inputs.emulated_version = "kube=1.32";
  EXPECT_EQ(state(inputs), "restricted");
  inputs.emulated_version = "latest";
  EXPECT_EQ(state(inputs), "unknown");
}

TEST(Exposure, EmulationGoesBackThreeMinors) {
  ExposureInputs inputs = with_file("1.36.3", scoped);
  inputs.emulated_version = "1.32";
  EXPECT_EQ(judge(inputs).refusal, "emulation version 1.32 is not between [1.33, ");
  inputs.emulated_version = "1.33";
  EXPECT_EQ(state(inputs), "restricted");
  inputs.emulated_version = "1.37";
  EXPECT_EQ(state(inputs), "will-not-start");
}

TEST(Exposure, GateIsLockedFrom134AndGoneIn137) {
  ExposureInputs inputs = with_file("1.33.0", scoped);
  inputs.feature_gates = "AnonymousAuthConfigurableEndpoints=false";
  EXPECT_EQ(anonymous_gate(inputs), AnonymousGate::off);
  inputs.version = parse_version("1.34.0").value();
  EXPECT_EQ(anonymous_gate(inputs), AnonymousGate::refused);
  inputs.feature_gates = "AnonymousAuthConfigurableEndpoints=true";
  EXPECT_EQ(anonymous_gate(inputs), AnonymousGate::on);
  inputs.version = parse_version("1.37.0").value();
  EXPECT_EQ(anonymous_gate(inputs), AnonymousGate::refused);
}

TEST(Exposure, FlagBesideASectionStopsTheServer) {
  for (const char* version : {"1.32.3", "1.33.0", "1.34.4", "1.36.3"}) {
    EXPECT_EQ(state(with_flag(with_file(version, scoped), "true")), "will-not-start") << version;
    EXPECT_EQ(state(with_flag(with_file(version, scoped), "false")), "will-not-start") << version;
  }
}

TEST(Exposure, FlagBesideASectionIsIgnoredFrom1320To1322) {
  for (const char* version : {"1.32.0", "1.32.1", "1.32.2"}) {
    Exposure exposure = judge(with_flag(with_file(version, scoped), "false"));
    EXPECT_EQ(exposure.state, ExposureState::restricted) << version;
    EXPECT_EQ(
        exposure.why,
        "the configuration file opens these paths; kube-apiserver 1.32.0 to 1.32.2 ignores --anonymous-auth "
        "beside the file");
  }
}

TEST(Exposure, OidcFlagsBesideAFileStopTheServerButNotFrom1320To1322) {
  ExposureInputs inputs = with_file("1.34.4", scoped);
  inputs.oidc_flag_present = true;
  EXPECT_EQ(state(inputs), "will-not-start");
  inputs.version = parse_version("1.32.2").value();
  EXPECT_EQ(state(inputs), "restricted");
}

TEST(Exposure, FileWithoutASectionLeavesTheFlagToGovern) {
  EXPECT_EQ(state(with_file("1.34.4", config_head)), "open");
  EXPECT_EQ(state(with_flag(with_file("1.34.4", config_head), "false")), "closed");
  EXPECT_EQ(state(with_file("1.30.0", config_head)), "open");
}

TEST(Exposure, EnabledWithoutConditionsIsOpen) {
  EXPECT_EQ(state(with_file("1.34.4", config_head + "anonymous: {enabled: true}\n")), "open");
  EXPECT_EQ(state(with_file("1.34.4", config_head + "anonymous: {enabled: true, conditions: []}\n")), "open");
}

TEST(Exposure, DisabledIsClosedAndTakesNoConditions) {
  EXPECT_EQ(state(with_file("1.34.4", config_head + "anonymous: {enabled: false}\n")), "closed");
  EXPECT_EQ(state(with_file("1.34.4", config_head + "anonymous: {}\n")), "closed");
  EXPECT_EQ(
      state(with_file("1.34.4", config_head + "anonymous: {enabled: false, conditions: [{path: /livez}]}\n")),
      "will-not-start");
}

TEST(Exposure, ApiVersionV1NeedsAtLeast134) {
  std::string config =
      "apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous: {enabled: "
      "false}\n";
  EXPECT_EQ(state(with_file("1.33.13", config)), "will-not-start");
  EXPECT_EQ(state(with_file("1.34.0", config)), "closed");
}

TEST(Exposure, FileThatWasNotReadIsUnknown) {
  ExposureInputs inputs = at("1.34.4");
  inputs.config_flag_present = true;
  EXPECT_EQ(state(inputs), "unknown");
}

TEST(Exposure, BrokenFileStopsTheServer) {
  EXPECT_EQ(state(with_file("1.34.4", "")), "will-not-start");
}

TEST(Exposure, StructuredConfigurationCanBeOffUpTo133) {
  ExposureInputs inputs = with_file("1.33.0", scoped);
  inputs.feature_gates = "StructuredAuthenticationConfiguration=false";
  EXPECT_EQ(state(inputs), "will-not-start");
}

TEST(Exposure, StructuredConfigurationIsLockedOnFrom134) {
  ExposureInputs inputs = at("1.34.4");
  inputs.feature_gates = "StructuredAuthenticationConfiguration=false";
  EXPECT_EQ(
      judge(inputs).refusal,
      "cannot set feature gate StructuredAuthenticationConfiguration to false, feature is locked to true");
  inputs.emulated_version = "1.33";
  EXPECT_EQ(state(inputs), "open");
  inputs.config_flag_present = true;
  inputs.config = scoped;
  EXPECT_EQ(state(inputs), "will-not-start");
}

TEST(Exposure, AlwaysAllowClosesTheFlagButNotTheFile) {
  ExposureInputs inputs = at("1.34.4");
  inputs.authorization_mode = "Node,AlwaysAllow";
  EXPECT_EQ(state(inputs), "closed");
  inputs.config_flag_present = true;
  inputs.config = scoped;
  EXPECT_EQ(state(inputs), "restricted");
  EXPECT_NE(judge(inputs).why.find("administrator"), std::string::npos);
}

TEST(Exposure, NoAuthorizationModeIsAlwaysAllow) {
  ExposureInputs inputs = at("1.34.4");
  inputs.authorization_mode.reset();
  EXPECT_TRUE(always_allows(inputs));
  inputs.authorization_config_present = true;
  EXPECT_FALSE(always_allows(inputs));
}

// The words are those of the binaries; integration/controlplane/exposure compares them with running ones.
TEST(Exposure, TellsTheRefusalInTheWordsOfTheVersion) {
  EXPECT_EQ(judge(with_flag(with_file("1.33.13", scoped), "false")).refusal,
            "anonymous: Forbidden: --anonynous-auth flag cannot be set when anonymous field is configured in "
            "authentication configuration file");
  EXPECT_EQ(judge(with_flag(with_file("1.34.4", scoped), "false")).refusal,
            "anonymous: Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured in "
            "authentication configuration file");
  EXPECT_EQ(
      judge(with_file("1.31.0", scoped)).refusal,
      "anonymous: Forbidden: anonymous is not supported when AnonymousAuthConfigurableEnpoints feature gate "
      "is disabled");
  ExposureInputs gate = at("1.34.4");
  gate.feature_gates = "AnonymousAuthConfigurableEndpoints=false";
  EXPECT_EQ(judge(gate).refusal,
            "cannot set feature gate AnonymousAuthConfigurableEndpoints to false, feature is locked to true");
  gate.version = parse_version("1.37.0").value();
  EXPECT_EQ(judge(gate).refusal, "unrecognized feature gate: AnonymousAuthConfigurableEndpoints");
  EXPECT_EQ(judge(with_file("1.34.4", scoped)).refusal, "");
}

TEST(Exposure, UnknownMinorIsUnknown) {
  EXPECT_EQ(state(at("1.29.9")), "unknown");
  EXPECT_EQ(state(at("1.38.0")), "unknown");
}

TEST(Exposure, StateNamesRoundTrip) {
  for (auto value : {ExposureState::open, ExposureState::restricted, ExposureState::closed,
                     ExposureState::will_not_start, ExposureState::unknown}) {
    EXPECT_EQ(exposure_state(name(value)), value);
  }
  EXPECT_EQ(exposure_state("ajar"), std::nullopt);
}

TEST(Contains, IsTheSubsetOfPaths) {
  const Exposure open{ExposureState::open, {}, ""};
  const Exposure closed{ExposureState::closed, {}, ""};
  const Exposure one{ExposureState::restricted, {"/livez"}, ""};
  const Exposure two{ExposureState::restricted, {"/livez", "/readyz"}, ""};
  const Exposure unknown{ExposureState::unknown, {}, ""};
  const Exposure stopped{ExposureState::will_not_start, {}, ""};
  EXPECT_TRUE(contains(open, two) && contains(two, one) && contains(one, closed) &&
              contains(closed, stopped));
  EXPECT_FALSE(contains(one, two) || contains(two, open) || contains(closed, one) || contains(stopped, one));
  EXPECT_TRUE(contains(unknown, unknown));
  EXPECT_FALSE(contains(open, unknown) || contains(unknown, closed));
}

TEST(LetsIn, AsksForThePathWithoutItsQuery) {
  const Exposure restricted{ExposureState::restricted, {"/livez", "/readyz"}, ""};
  EXPECT_TRUE(lets_in(restricted, "/livez"));
  EXPECT_TRUE(lets_in(restricted, "/readyz?verbose"));
  EXPECT_FALSE(lets_in(restricted, "/livez/etcd"));
  EXPECT_TRUE(lets_in({ExposureState::open, {}, ""}, "/version"));
  for (ExposureState state : {ExposureState::closed, ExposureState::will_not_start, ExposureState::unknown})
    EXPECT_FALSE(lets_in({state, {"/livez"}, ""}, "/livez"));
}

}  // namespace
}  // namespace nightlatch::access
