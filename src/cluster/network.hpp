// The real connections: libssh to the nodes, libcurl to the API servers.
#pragma once

#include <memory>
#include <string>

#include "cluster/connections.hpp"
#include "node/become_password.hpp"

namespace nightlatch::cluster {

// `password`: what sudo is given on a node where it asks; null: it must not ask.
[[nodiscard]] std::unique_ptr<Connections> network_connections(
    std::string user_agent, std::shared_ptr<node::BecomePassword> password = nullptr);

}  // namespace nightlatch::cluster
