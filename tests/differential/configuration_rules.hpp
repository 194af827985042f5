// Each rule of the validation of an AuthenticationConfiguration, as a change that breaks it and one that
// comes near and keeps it.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "differential/configuration_text.hpp"

namespace nightlatch::differential {

struct ConfigurationRule {
  std::string_view name;
  std::string_view words;  // a part of what kube-apiserver says when the rule is broken
  std::function<void(Json&, Random&)> break_it;
  std::function<void(Json&, Random&)> keep_it;  // empty: every valid configuration keeps it
};

// The tables behind one another.
[[nodiscard]] inline std::vector<ConfigurationRule> joined(
    std::vector<std::vector<ConfigurationRule>> tables) {
  std::vector<ConfigurationRule> all;
  for (std::vector<ConfigurationRule>& table : tables) all.insert(all.end(), table.begin(), table.end());
  return all;
}

[[nodiscard]] const std::vector<ConfigurationRule>& issuer_rules();
[[nodiscard]] const std::vector<ConfigurationRule>& mapping_rules();
// What the strict decoder looks at.
[[nodiscard]] const std::vector<ConfigurationRule>& decoding_rules();

// One authenticator of the configuration.
inline Json& any_jwt(Json& configuration, Random& random) {
  return random.any(configuration["jwt"]);
}

}  // namespace nightlatch::differential
