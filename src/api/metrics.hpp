// What a roll reads in the text of GET /metrics, which kube-apiserver writes in Prometheus' exposition
// format.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "facts/probe.hpp"

namespace nightlatch::api {

// The `hash` label, "sha256:<64 hex digits>", of apiserver_authentication_config_controller_last_config_info:
// the one metric that proves which authentication configuration a process loaded. kube-apiserver exports it
// from 1.34 on, from its start; nullopt: not there, or not one value.
[[nodiscard]] std::optional<std::string> loaded_config_hash(std::string_view metrics);

// How often apiserver_request_terminations_total counts a 429: of priority and fairness, or of the limit on
// requests in flight where that is switched off. A 429 of an eviction's budget, or of a cache that still
// fills, is none. A counter that was never raised is not exported, so the text must be whole. nullopt: it is
// not, or does not say when the process began.
[[nodiscard]] std::optional<facts::Rejected> rejected_requests(std::string_view metrics);

}  // namespace nightlatch::api
