// What an API server must answer under a given exposure: the gates of a roll.
#pragma once

#include <string>
#include <vector>

#include "access/exposure.hpp"
#include "facts/probe.hpp"
#include "manifest/api_server_pod.hpp"

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

}  // namespace nightlatch::plan
