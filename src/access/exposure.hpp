// What an API server lets in without credentials, computed from the settings that decide it. Pure.
//
// Source of the rules: pkg/kubeapiserver/options/authentication.go of each minor from 1.30 to 1.37, KEP-4633,
// and runs of the binaries (integration/controlplane/exposure).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/authentication_types.hpp"
#include "access/oidc.hpp"
#include "access/version.hpp"

namespace nightlatch::access {

enum class ExposureState {
  open,            // every path
  restricted,      // some paths
  closed,          // no path
  will_not_start,  // kube-apiserver exits with these settings
  unknown,         // a setting is not known, or the rules of the version are not
};

struct Exposure {
  ExposureState state = ExposureState::unknown;
  std::vector<std::string> paths;  // of `restricted`, sorted; empty otherwise
  std::string why;  // one line: the setting that decides, or FILE:LINE:COLUMN and what is wrong there
  // Of will_not_start: a part of the line that this version of kube-apiserver logs when it exits, its
  // misspellings included. Empty where the text is not known.
  std::string refusal{};

  bool operator==(const Exposure&) const = default;
};

// "open", "restricted", "closed", "will-not-start", "unknown".
[[nodiscard]] std::string_view name(ExposureState state);
// The state of that name; nullopt for every other text.
[[nodiscard]] std::optional<ExposureState> exposure_state(std::string_view name);

struct ExposureInputs {
  Version version;
  bool anonymous_flag_present = false;
  std::optional<std::string> anonymous_flag;  // its last value; nullopt with present = bare
  bool oidc_flag_present = false;
  std::vector<OidcFlag> oidc_flags{};  // in the order of the command line
  bool config_flag_present = false;
  std::optional<std::string> config;  // bytes of the file that it names; nullopt: not read, or missing
  std::string config_file{};          // the name of that file, for Exposure::why
  std::vector<std::string> service_account_issuers{};  // of --service-account-issuer
  std::optional<std::string>
      authorization_mode;  // nullopt: not set, which means AlwaysAllow without the next one
  bool authorization_config_present = false;  // --authorization-config: the modes are in a file
  std::optional<std::string> feature_gates;
  std::optional<std::string> emulated_version;

  bool operator==(const ExposureInputs&) const = default;
};

// Never fails: what cannot be judged is `unknown`, with the reason in Exposure::why.
[[nodiscard]] Exposure judge(const ExposureInputs& inputs);

// How this API server judges an AuthenticationConfiguration.
[[nodiscard]] ServerRules server_rules(const ExposureInputs& inputs);

// Whether authentication lets a request for the path in without credentials. The query is ignored; the path
// is compared exactly, as kube-apiserver compares it. RBAC may still refuse the request with 403.
[[nodiscard]] bool lets_in(const Exposure& exposure, std::string_view path);

// The feature gate AnonymousAuthConfigurableEndpoints (KEP-4633) as this API server has it.
enum class AnonymousGate {
  absent,  // 1.30: the field does not exist
  off,     // 1.31's default, switched off, or an emulated version before 1.32
  on,
  refused,  // kube-apiserver exits because of what --feature-gates says about it
};
inline constexpr std::string_view anonymous_gate_name = "AnonymousAuthConfigurableEndpoints";
[[nodiscard]] AnonymousGate anonymous_gate(const ExposureInputs& inputs);

// Whether the authorization mode AlwaysAllow is on: then whoever authentication lets in is an administrator.
[[nodiscard]] bool always_allows(const ExposureInputs& inputs);

// Whether `inner` lets in nothing that `outer` does not. An unknown exposure contains only an equal one, and
// is contained in nothing else.
[[nodiscard]] bool contains(const Exposure& outer, const Exposure& inner);

}  // namespace nightlatch::access
