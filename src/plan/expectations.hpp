// What an API server must answer under a given exposure: the gates of a roll. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/exposure.hpp"
#include "facts/probe.hpp"
#include "manifest/api_server_pod.hpp"
#include "plan/plan.hpp"

namespace nightlatch::plan {

// The address to which probes and gates send their requests, as the node sees it.
struct ApiAddress {
  std::string host;
  std::uint16_t port = 6443;
};
// The host that the manifest's probes name, else --advertise-address, else `node_host`; the port is
// --secure-port, 6443 when absent.
[[nodiscard]] ApiAddress api_address(const manifest::ApiServerPod& pod, const std::string& node_host);

// The questions that must be answered as expected before a node counts as good: the manifest's own probes
// without credentials, the health paths that stay open, GET /readyz with credentials, and paths that must
// answer 401.
[[nodiscard]] std::vector<facts::Expectation> gates_for(const access::Exposure& exposure,
                                                        const manifest::ApiServerPod& pod);

// The first of the manifest's probes that the API server answers with 401, and what the kubelet does then:
// "the startup probe GET /livez gets 401: the kubelet kills this API server about 250 s after every start".
// nullopt: there is no such probe.
[[nodiscard]] std::optional<std::string> refused_probe(const access::Exposure& exposure,
                                                       const manifest::ApiServerPod& pod);

// The question whose answer says which authentication configuration the process uses. nullopt: kube-apiserver
// before 1.34 does not say it, or the plan has no configuration file for the node.
[[nodiscard]] std::optional<facts::Expectation> loaded_config_question(const NodePlan& node,
                                                                       const ManifestChange& change);

}  // namespace nightlatch::plan
