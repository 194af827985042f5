// The glue between the options and a cluster: which one, its kubeconfig, a connection to every node, the
// facts of all of them, and an asker for each API server.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/asker.hpp"
#include "api/kubeconfig.hpp"
#include "cli/console.hpp"
#include "facts/cluster_facts.hpp"
#include "node/remote_node.hpp"
#include "plan/expectations.hpp"
#include "report/detect.hpp"
#include "spec/inventory.hpp"
#include "verify/matrix.hpp"

namespace nightlatch::cli {

// One node, as far as it could be reached.
struct Member {
  spec::Node node;
  std::unique_ptr<node::RemoteNode> remote;  // null: no connection
  std::optional<facts::NodeFacts> facts;
  std::optional<Error> error;
};

// Connects to a host with the cluster's SSH settings and reads its facts.
[[nodiscard]] Member meet(const spec::Cluster& cluster, const spec::Node& node);

struct Session {
  spec::Cluster cluster;
  std::optional<api::Kubeconfig> kubeconfig;
  std::optional<facts::ApiFacts> api;
  std::optional<Error> api_error;               // of the kubeconfig or of the API
  std::vector<Member> members;                  // in the inventory's order
  std::vector<std::string> endpoint_addresses;  // what the endpoint's hosts resolve to, but loopbacks
  std::string user_agent;

  // Connects and reads everything at once. An error: not even the cluster could be told. What is wrong with a
  // single node or with the API is kept beside it. `cluster` counts where the options name none.
  [[nodiscard]] static Result<Session> open(Console& console, const std::string& cluster = {});

  [[nodiscard]] facts::ClusterFacts facts() const;
  // Of nodes first, then of the API.
  [[nodiscard]] std::vector<Error> errors() const;
  [[nodiscard]] report::ClusterHeader header() const;
  [[nodiscard]] const Member* find(const std::string& name) const;
};

// Asks the API server of a node, from the node's own network place (S16). The member outlives the asker, and
// both are used by one thread at a time. `login_token_file` is read anew for each question that wants it.
[[nodiscard]] std::shared_ptr<api::Asker> ask_node(const Session& session, const Member& member,
                                                   const plan::ApiAddress& address,
                                                   const std::string& run = {},
                                                   const std::string& login_token_file = {});
// Through the load balancer, from here.
[[nodiscard]] Result<std::shared_ptr<api::Asker>> ask_endpoint(const Session& session);

// What a reading command makes of an error: not seeing enough is 7, a host key mismatch stays 2.
[[nodiscard]] Exit exit_of_reading(const std::vector<Error>& errors);
// What plan and apply make of it: 3, but what cannot be read or is no host's key is 2.
[[nodiscard]] Exit exit_of_planning(const std::vector<Error>& errors);

}  // namespace nightlatch::cli
