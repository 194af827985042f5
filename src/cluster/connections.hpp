// How a cluster is reached: its API, its nodes, the API server of each node. network.hpp has the real
// connections, by libssh and libcurl; the tests of operate/ answer from a scripted cluster instead.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/access_review.hpp"
#include "api/asker.hpp"
#include "api/kubeconfig.hpp"
#include "api/lease.hpp"
#include "facts/cluster_facts.hpp"
#include "facts/cluster_sight.hpp"
#include "facts/object_change.hpp"
#include "facts/probe.hpp"
#include "node/protocol.hpp"
#include "spec/inventory.hpp"
#include "util/result.hpp"

namespace nightlatch::cluster {

// One API server that is asked questions. One thread at a time uses it: the one that owns the connection to
// the node through which it is asked.
class ApiServer {
 public:
  ApiServer() = default;
  virtual ~ApiServer() = default;
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  // Status 0 is no answer, with the reason: unknown, never closed.
  [[nodiscard]] virtual facts::Seen ask(const facts::Expectation& question) = 0;
  // "sha256:…" of the authentication configuration that the process says it has loaded; nullopt: it does not
  // say. An error: no answer, or not 200.
  [[nodiscard]] virtual Result<std::optional<std::string>> loaded_config_hash() = 0;
  // host:port
  [[nodiscard]] virtual std::string address() const = 0;
};

// A connection to one control-plane node. One thread at a time uses it.
class NodeConnection {
 public:
  NodeConnection() = default;
  virtual ~NodeConnection() = default;
  NodeConnection(const NodeConnection&) = delete;
  NodeConnection& operator=(const NodeConnection&) = delete;

  // The node's side of the protocol; lives as long as the connection.
  [[nodiscard]] virtual node::NodePort& port() = 0;
  // Reads the node's facts. Errors: node_errors.
  [[nodiscard]] virtual Result<facts::NodeFacts> gather(const node::FactsRequest& wanted) = 0;
  // The API server at the target's address as this node sees it (S16). The connection outlives it.
  [[nodiscard]] virtual std::shared_ptr<ApiServer> api_server(api::AskerTarget target) = 0;
};

// The API of the cluster through the kubeconfig's server, from this workstation. Any thread may use it, and
// several at a time. Errors are those of api_errors.
class ClusterApi {
 public:
  ClusterApi() = default;
  virtual ~ClusterApi() = default;
  ClusterApi(const ClusterApi&) = delete;
  ClusterApi& operator=(const ClusterApi&) = delete;

  [[nodiscard]] virtual Result<facts::ApiFacts> read_facts() = 0;
  // Nodes and leader leases. What cannot be read is said in the answer.
  [[nodiscard]] virtual facts::ClusterSight look() = 0;
  // Writes a plan's change of one object, as api/write_object.hpp describes.
  [[nodiscard]] virtual facts::ObjectWritten write_object(const facts::ObjectChange& change) = 0;
  // The pages of a list, as api/lists.hpp describes.
  [[nodiscard]] virtual Result<std::vector<std::string>> read_list(const std::string& path) = 0;
  // As api/access_review.hpp describes.
  [[nodiscard]] virtual Result<api::AccessAnswer> review_access(const api::AccessQuestion& question) = 0;
  [[nodiscard]] virtual Result<std::string> review_self() = 0;

  // The cluster's lock, as api/lease.hpp describes.
  [[nodiscard]] virtual Result<std::optional<api::Lease>> read_lease() = 0;
  [[nodiscard]] virtual Result<api::Lease> write_lease(const api::Lease& lease) = 0;
  [[nodiscard]] virtual Status delete_lease(const api::Lease& lease) = 0;
};

// Makes the connections to a cluster.
class Connections {
 public:
  // `user_agent` is sent with each request: nightlatch/0.1.0.
  explicit Connections(std::string user_agent) : user_agent_(std::move(user_agent)) {}
  virtual ~Connections() = default;
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // Errors as of api::load_kubeconfig; file and context may be empty.
  [[nodiscard]] virtual Result<api::Kubeconfig> load_kubeconfig(const std::string& file,
                                                                const std::string& context) = 0;
  // Opens nothing yet: each question connects anew.
  [[nodiscard]] virtual std::shared_ptr<ClusterApi> api(const api::Kubeconfig& kubeconfig,
                                                        const std::string& user_agent) = 0;
  // Connects to a host by SSH. Errors: node_errors.
  [[nodiscard]] virtual Result<std::unique_ptr<NodeConnection>> node(const spec::Ssh& ssh,
                                                                     const spec::Node& node) = 0;
  // The API server, or load balancer, at the target's address, from this workstation.
  [[nodiscard]] virtual std::shared_ptr<ApiServer> api_server(api::AskerTarget target) = 0;
  // What a host's name resolves to here, each address once. May take seconds.
  [[nodiscard]] virtual std::vector<std::string> resolve(const std::string& host) = 0;

  // With the run's id, when there is one: "nightlatch/0.1.0 run/20261122T0114-7f3a".
  [[nodiscard]] std::string user_agent(const std::string& run) const {
    return run.empty() ? user_agent_ : user_agent_ + " run/" + run;
  }

 private:
  std::string user_agent_;
};

}  // namespace nightlatch::cluster
