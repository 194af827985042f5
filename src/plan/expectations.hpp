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

// The address to which probes and gates send their requests, from the node's place in the network.
struct ApiAddress {
  std::string host;
  std::uint16_t port = 6443;
  std::string tls_name{};  // a name in the serving certificate, where host is none; empty: host
};
// The host: the one that the manifest's probes without credentials name, else --advertise-address, else
// `node_host`. The port: --secure-port, or 6443 when the flag is absent or no number.
[[nodiscard]] ApiAddress api_address(const manifest::ApiServerPod& pod, const std::string& node_host);

// The questions of the gates, each with the one status that it must get: the manifest's probes that send no
// credentials (200, or 401 where `exposure` closes their path), the health paths that `exposure` leaves open
// (200), GET /readyz with credentials (200), and, under a restricted or closed exposure, paths outside it
// (401). Each path is asked at most once with and once without credentials. `pod` is the pod after the
// change.
[[nodiscard]] std::vector<facts::Expectation> gates_for(const access::Exposure& exposure,
                                                        const manifest::ApiServerPod& pod);

// The first of the manifest's probes that the API server answers with 401, and what the kubelet does then:
// "the startup probe GET /livez gets 401: the kubelet kills this API server about 250 s after every start".
// The seconds are initialDelaySeconds + periodSeconds * failureThreshold. nullopt: there is no such probe, or
// `exposure` is neither restricted nor closed.
[[nodiscard]] std::optional<std::string> refused_probe(const access::Exposure& exposure,
                                                       const manifest::ApiServerPod& pod);

// GET /metrics with credentials, whose answer has the hash of the authentication configuration that the
// process uses. nullopt: `change` places no configuration file, or `node` runs kube-apiserver before 1.34,
// which does not report the hash.
[[nodiscard]] std::optional<facts::Expectation> loaded_config_question(const NodePlan& node,
                                                                       const ManifestChange& change);
// Whether the plan names /metrics among the paths that it keeps open on this node, so that it must answer
// there.
[[nodiscard]] bool promises_metrics(const NodePlan& node);

}  // namespace nightlatch::plan
