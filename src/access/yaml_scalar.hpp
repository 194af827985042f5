// What kind of value a YAML scalar is for kube-apiserver: resolve() of go.yaml.in/yaml/v2, which follows YAML
// 1.1 with exceptions.
#pragma once

#include <string_view>

#include <tl/expected.hpp>

#include "access/config_tree.hpp"

namespace nightlatch::access {

// `tag` as libyaml reports it, empty for none; `plain`: without quotes, and no block. The result has no
// place. Error: the words of go-yaml, where the text does not fit its tag.
[[nodiscard]] tl::expected<ConfigValue, std::string> resolve_scalar(std::string_view tag,
                                                                    std::string_view text, bool plain);

}  // namespace nightlatch::access
