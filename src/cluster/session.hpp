// A cluster as a command sees it: which one it is, its kubeconfig, a connection to every node, and what was
// read from nodes and API.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/kubeconfig.hpp"
#include "cluster/choice.hpp"
#include "cluster/connections.hpp"
#include "facts/cluster_facts.hpp"
#include "spec/inventory.hpp"

namespace nightlatch::cluster {

// One node, as far as it could be reached.
struct Member {
  spec::Node node;
  std::unique_ptr<NodeConnection> connection{};  // null: there is none
  std::optional<facts::NodeFacts> facts{};
  std::optional<Error> error{};
};

// Connects to a host with the cluster's SSH settings and reads its facts.
[[nodiscard]] Member connect_and_read(Connections& connections, const spec::Cluster& cluster,
                                      const spec::Node& node, node::SwapTrial trial);

using Log = std::function<void(const std::string&)>;

struct Session {
  Connections* connections = nullptr;  // outlives the session
  spec::Cluster cluster;
  std::optional<api::Kubeconfig> kubeconfig;
  std::optional<facts::ApiFacts> api;
  std::optional<Error> api_error;               // of the kubeconfig or of the API
  std::vector<Member> members;                  // in the inventory's order
  std::vector<std::string> endpoint_addresses;  // what the endpoint's hosts resolve to, but loopbacks

  // Connects and reads everything at once; `log` is told what is read. `trial`: whether a swap is tried on
  // every node. An error: not even the cluster could be told. What is wrong with a single node or with the
  // API is kept beside it.
  [[nodiscard]] static Result<Session> open(Connections& connections, const Selection& selection,
                                            node::SwapTrial trial, const Log& log);

  [[nodiscard]] facts::ClusterFacts facts() const;
  // Of nodes first, then of the API.
  [[nodiscard]] std::vector<Error> errors() const;
  [[nodiscard]] const Member* find(const std::string& name) const;
  // The cluster's API, as asked by a run; `run` may be empty. Null: there is no kubeconfig.
  [[nodiscard]] std::shared_ptr<ClusterApi> cluster_api(const std::string& run) const;
};

}  // namespace nightlatch::cluster
