// The one metric that proves which authentication configuration a process loaded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nightlatch::api {

// The `hash` label, "sha256:<64 hex digits>", of apiserver_authentication_config_controller_last_config_info
// in the text of GET /metrics. kube-apiserver exports it from 1.34 on, from its start; nullopt: not there, or
// not one value.
[[nodiscard]] std::optional<std::string> loaded_config_hash(std::string_view metrics);

}  // namespace nightlatch::api
