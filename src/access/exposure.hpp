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

  bool operator==(const Exposure&) const = default;
};

[[nodiscard]] std::string_view name(ExposureState state);  // open, restricted, closed, will-not-start, unknown
[[nodiscard]] std::optional<ExposureState> exposure_state(std::string_view name);

struct ExposureInputs {
  Version version;
  bool anonymous_flag_present = false;
  std::optional<std::string> anonymous_flag;  // its last value; nullopt with present = bare
  bool oidc_flag_present = false;
  bool config_flag_present = false;
  std::optional<std::string> config;  // bytes of the file it names; nullopt: not known or missing
  std::optional<std::string> authorization_mode;
  std::optional<std::string> feature_gates;
  std::optional<std::string> emulated_version;
};

[[nodiscard]] Exposure judge(const ExposureInputs& inputs);

// after ⊆ before. An unknown state is contained in nothing, and contains nothing but itself.
[[nodiscard]] bool contains(const Exposure& outer, const Exposure& inner);

}  // namespace nightlatch::access
