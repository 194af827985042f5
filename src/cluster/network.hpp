// The real connections: libssh to the nodes, libcurl to the API servers.
#pragma once

#include <memory>
#include <string>

#include "cluster/connections.hpp"

namespace nightlatch::cluster {

[[nodiscard]] std::unique_ptr<Connections> network_connections(std::string user_agent);

}  // namespace nightlatch::cluster
