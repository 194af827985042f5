#include "cluster/network.hpp"

#include <utility>

#include <fmt/format.h>

#include "api/lists.hpp"
#include "api/objects.hpp"
#include "api/write_object.hpp"
#include "cluster/node_curl.hpp"
#include "node/errors.hpp"
#include "node/remote_node.hpp"
#include "util/ip_address.hpp"

namespace nightlatch::cluster {

namespace {

node::Privilege privilege(spec::Become become) {
  switch (become) {
    case spec::Become::none:
      return node::Privilege::none;
    case spec::Become::doas:
      return node::Privilege::doas;
    case spec::Become::sudo:
      break;
  }
  return node::Privilege::sudo;
}

node::Endpoint endpoint_of(const spec::Ssh& ssh, const spec::Node& node) {
  node::Endpoint endpoint;
  endpoint.node = node.name;
  endpoint.host = node.host;
  endpoint.port = node.port;
  endpoint.user = ssh.user;
  endpoint.config = ssh.config;
  endpoint.identity_file = ssh.identity_file;
  endpoint.known_hosts = ssh.known_hosts;
  return endpoint;
}

// curl on the node: where its SSH server forbids forwarding. Certificates are not checked there, as by the
// kubelet.
api::NodeCurl node_curl(node::RemoteNode& remote) {
  return [&remote](const std::string& method, const std::string& url,
                   std::chrono::milliseconds timeout) -> Result<int> {
    node::Command command;
    command.line = node_curl_line(method, url, std::chrono::duration_cast<std::chrono::seconds>(timeout));
    command.timeout = timeout + std::chrono::seconds(5);
    NL_ASSIGN(node::Output output, remote.exec(command));
    return node_curl_status(output.out);
  };
}

class HttpsServer final : public ApiServer {
 public:
  explicit HttpsServer(api::AskerTarget target) : asker_(std::move(target)) {}

  facts::Seen ask(const facts::Expectation& question) override { return asker_.ask(question); }
  Result<std::optional<std::string>> loaded_config_hash() override { return asker_.loaded_config_hash(); }
  std::string address() const override { return asker_.address(); }

 private:
  api::Asker asker_;
};

class SshConnection final : public NodeConnection {
 public:
  explicit SshConnection(std::unique_ptr<node::RemoteNode> remote) : remote_(std::move(remote)) {}

  node::NodePort& port() override { return *remote_; }
  Result<facts::NodeFacts> gather(const node::FactsRequest& wanted) override {
    return remote_->gather(wanted);
  }
  std::shared_ptr<ApiServer> api_server(api::AskerTarget target) override {
    target.dialer = remote_->dialer();
    target.node_curl = node_curl(*remote_);
    return std::make_shared<HttpsServer>(std::move(target));
  }

 private:
  std::unique_ptr<node::RemoteNode> remote_;
};

class HttpsApi final : public ClusterApi {
 public:
  HttpsApi(api::Kubeconfig kubeconfig, std::string user_agent)
      : kubeconfig_(std::move(kubeconfig)), user_agent_(std::move(user_agent)) {}

  Result<facts::ApiFacts> read_facts() override { return api::read_api_facts(kubeconfig_, user_agent_); }
  facts::ClusterSight look() override { return api::look_at_cluster(kubeconfig_, user_agent_); }
  facts::ObjectWritten write_object(const facts::ObjectChange& change) override {
    return api::write_object(kubeconfig_, change, user_agent_);
  }
  Result<std::vector<std::string>> read_list(const std::string& path) override {
    return api::read_list(kubeconfig_, path, user_agent_);
  }
  Result<api::AccessAnswer> review_access(const api::AccessQuestion& question) override {
    return api::review_access(kubeconfig_, question, user_agent_);
  }
  Result<std::string> review_self() override { return api::review_self(kubeconfig_, user_agent_); }
  Result<std::optional<api::Lease>> read_lease() override {
    return api::read_lease(kubeconfig_, user_agent_);
  }
  Result<api::Lease> write_lease(const api::Lease& lease) override {
    return api::write_lease(kubeconfig_, lease, user_agent_);
  }
  Status delete_lease(const api::Lease& lease) override {
    return api::delete_lease(kubeconfig_, lease, user_agent_);
  }

 private:
  api::Kubeconfig kubeconfig_;
  std::string user_agent_;
};

class NetworkConnections final : public Connections {
 public:
  NetworkConnections(std::string user_agent, std::shared_ptr<node::BecomePassword> password)
      : Connections(std::move(user_agent)), password_(std::move(password)) {}

  Result<api::Kubeconfig> load_kubeconfig(const std::string& file, const std::string& context) override {
    return api::load_kubeconfig(file, context);
  }
  std::shared_ptr<ClusterApi> api(const api::Kubeconfig& kubeconfig, const std::string& user_agent) override {
    return std::make_shared<HttpsApi>(kubeconfig, user_agent);
  }
  Result<std::unique_ptr<NodeConnection>> node(const spec::Ssh& ssh, const spec::Node& node) override {
    if (password_ && ssh.become == spec::Become::doas) {
      return fail(
          node_errors::password_not_for_doas,
          fmt::format("{}: ssh.become is doas, which reads a password from a terminal alone", node.name));
    }
    node::Connector connector = [endpoint = endpoint_of(ssh, node)] { return node::connect(endpoint); };
    NL_ASSIGN(std::unique_ptr<node::Transport> transport, connector());
    return std::make_unique<SshConnection>(std::make_unique<node::RemoteNode>(
        node.name, node.host, std::move(transport),
        node::Becoming{.privilege = privilege(ssh.become), .wrapper = ssh.wrapper, .password = password_},
        std::move(connector)));
  }
  std::shared_ptr<ApiServer> api_server(api::AskerTarget target) override {
    return std::make_shared<HttpsServer>(std::move(target));
  }
  std::vector<std::string> resolve(const std::string& host) override { return nightlatch::resolve(host); }

 private:
  std::shared_ptr<node::BecomePassword> password_;
};

}  // namespace

std::unique_ptr<Connections> network_connections(std::string user_agent,
                                                 std::shared_ptr<node::BecomePassword> password) {
  return std::make_unique<NetworkConnections>(std::move(user_agent), std::move(password));
}

}  // namespace nightlatch::cluster
