// The two metrics that a roll reads in the answer to GET /metrics, text in Prometheus' exposition format.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "facts/probe.hpp"

namespace nightlatch::api {

// The `hash` label, "sha256:<64 hex digits>", of apiserver_authentication_config_controller_last_config_info:
// the one metric that shows which authentication configuration the process uses. kube-apiserver exports it
// from 1.34 on (KEP-3331, k8s.io/apiserver/pkg/server/options/authenticationconfig/metrics). nullopt: the
// metric is missing, or has several values.
[[nodiscard]] std::optional<std::string> loaded_config_hash(std::string_view metrics);

// How many requests apiserver_request_terminations_total counts with code 429: those that priority and
// fairness rejected, or the limit on requests in flight where that is switched off. It does not count a 429
// for an eviction or for a cache that is still filling. A counter that is 0 is not exported, so the text must
// be complete. nullopt: it is not complete, or does not say when the process started.
[[nodiscard]] std::optional<facts::Rejected> rejected_requests(std::string_view metrics);

}  // namespace nightlatch::api
