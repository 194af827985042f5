// What an API server must answer under a given exposure: the gates of a roll.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/exposure.hpp"
#include "facts/probe.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// Where probes and gates ask: the probes' own host where they name one, else the advertised address.
struct ApiAddress {
  std::string host;
  std::uint16_t port = 6443;
};
[[nodiscard]] ApiAddress api_address(const manifest::ApiServerPod& pod, const std::string& node_host);

// The manifest's own probes without credentials, the health paths that stay open, readiness with credentials,
// and paths that must answer 401.
[[nodiscard]] std::vector<facts::Expectation> gates_for(const access::Exposure& exposure,
                                                        const manifest::ApiServerPod& pod);

// The first of the manifest's probes that such an API server answers 401, and what the kubelet makes of it:
// "startup probe GET /livez gets 401: the kubelet kills this API server about 250 s after every start".
[[nodiscard]] std::optional<std::string> refused_probe(const access::Exposure& exposure,
                                                       const manifest::ApiServerPod& pod);

// The question whose answer tells which authentication configuration the process has loaded: kube-apiserver
// says it from 1.34 on. nullopt: it does not, or the plan placed no file.
[[nodiscard]] std::optional<facts::Expectation> loaded_config_question(const NodePlan& node,
                                                                       const ManifestChange& change);

}  // namespace nightlatch::plan
