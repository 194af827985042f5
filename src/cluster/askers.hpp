// Who is asked in a cluster, and how: the API server of a node, the load balancer, the cluster's API.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/server_address.hpp"
#include "cluster/session.hpp"
#include "facts/cluster_sight.hpp"

namespace nightlatch::cluster {

// How and on whose behalf an API server is asked; each may be empty.
struct AskedBy {
  std::string run{};               // named in the User-Agent
  std::string login_token_file{};  // of a person whose login must stay the same (S18); read for each question
  std::string tls_name{};          // a name in the serving certificate, where the address is none
  std::chrono::milliseconds timeout{std::chrono::seconds(5)};
};

// Asks the API server of a node, from the node's own network place (S16). The member outlives the asker, and
// both are used by one thread at a time.
[[nodiscard]] std::shared_ptr<ApiServer> ask_node(const Session& session, const Member& member,
                                                  const api::ServerAddress& address, const AskedBy& by);

// The cluster's endpoint, from this workstation. An error: its address cannot be read.
[[nodiscard]] Result<std::shared_ptr<ApiServer>> ask_endpoint(const Session& session, const AskedBy& by = {});

// The endpoint, when a load balancer answers there. Null: the API is away, so that nothing can be seen
// through it; or the endpoint is one of `nodes`, the addresses of the nodes' own API servers.
[[nodiscard]] std::shared_ptr<ApiServer> ask_balancer(const Session& session,
                                                      const std::vector<api::ServerAddress>& nodes);

// Nodes and leader leases, for the waits between two nodes. May be called from any thread.
[[nodiscard]] std::function<facts::ClusterSight()> watch_cluster(const Session& session,
                                                                 const std::string& run);

}  // namespace nightlatch::cluster
