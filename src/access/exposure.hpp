// The effective anonymous state of an API server, computed from what decides it. Pure.
// Source of the rules: pkg/kubeapiserver/options/authentication.go of each minor, and runs of the binaries.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/version.hpp"

namespace nightlatch::access {

enum class ExposureState { open, restricted, closed, will_not_start, unknown };

struct Exposure {
  ExposureState state = ExposureState::unknown;
  std::vector<std::string> paths;  // of `restricted`, sorted; empty otherwise
  std::string why;                 // one line; names the rule
  // Of will_not_start: what this version of kube-apiserver logs when it exits, its misspellings included; a
  // part of the line that is sure to be there. Empty where the words are not known.
  std::string refusal{};

  bool operator==(const Exposure&) const = default;
};

[[nodiscard]] std::string_view name(
    ExposureState state);  // open, restricted, closed, will-not-start, unknown
[[nodiscard]] std::optional<ExposureState> exposure_state(std::string_view name);

struct ExposureInputs {
  Version version;
  bool anonymous_flag_present = false;
  std::optional<std::string> anonymous_flag;  // its last value; nullopt with present = bare
  bool oidc_flag_present = false;
  bool config_flag_present = false;
  std::optional<std::string> config;              // bytes of the file it names; nullopt: not known or missing
  std::optional<std::string> authorization_mode;  // absent without a configuration file: AlwaysAllow
  bool authorization_config_present = false;      // --authorization-config: the modes are in a file
  std::optional<std::string> feature_gates;
  std::optional<std::string> emulated_version;
};

[[nodiscard]] Exposure judge(const ExposureInputs& inputs);

// A request for the path, whatever its query, is let in without credentials.
[[nodiscard]] bool lets_in(const Exposure& exposure, std::string_view path);

// The feature gate AnonymousAuthConfigurableEndpoints as this API server has it.
enum class AnonymousGate {
  absent,  // 1.30: the field does not exist
  off,     // 1.31's default, switched off, or an emulated version before 1.32
  on,
  refused,  // the --feature-gates value stops kube-apiserver
};
inline constexpr std::string_view anonymous_gate_name = "AnonymousAuthConfigurableEndpoints";
[[nodiscard]] AnonymousGate anonymous_gate(const ExposureInputs& inputs);

// Authorization lets every request pass: then a condition is the only lock on its path.
[[nodiscard]] bool always_allows(const ExposureInputs& inputs);

// after ⊆ before. An unknown state is contained in nothing, and contains nothing but itself.
[[nodiscard]] bool contains(const Exposure& outer, const Exposure& inner);

}  // namespace nightlatch::access
