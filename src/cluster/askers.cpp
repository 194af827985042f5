#include "cluster/askers.hpp"

#include <algorithm>

#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::cluster {

namespace {

Result<std::string> read_token(const std::string& file) {
  constexpr std::size_t longest = 1U << 20U;
  NL_ASSIGN(std::string token, read_file(file, longest));
  return std::string(trim(token));
}

void add_trust(const Session& session, api::AskerTarget& target) {
  if (!session.kubeconfig) return;
  target.ca = session.kubeconfig->ca;
  target.credentials = session.kubeconfig->credentials;
  target.renewal = session.kubeconfig->renewal;
}

}  // namespace

std::shared_ptr<ApiServer> ask_node(const Session& session, const Member& member,
                                    const api::ServerAddress& address, const AskedBy& by) {
  api::AskerTarget target;
  target.node = member.node.name;
  target.host = address.host;
  target.port = address.port;
  target.tls_name = by.tls_name;
  add_trust(session, target);
  if (!by.login_token_file.empty())
    target.login_token = [file = by.login_token_file] { return read_token(file); };
  target.user_agent = session.connections->user_agent(by.run);
  target.timeout = by.timeout;
  return member.connection ? member.connection->api_server(std::move(target))
                           : session.connections->api_server(std::move(target));
}

Result<std::shared_ptr<ApiServer>> ask_endpoint(const Session& session, const AskedBy& by) {
  std::string url = session.cluster.endpoint;
  if (url.empty() && session.kubeconfig) url = session.kubeconfig->server;
  NL_ASSIGN(api::ServerAddress address, api::parse_server_address(url));
  api::AskerTarget target;
  target.host = address.host;
  target.port = address.port;
  add_trust(session, target);
  if (session.kubeconfig && session.kubeconfig->server == url)
    target.tls_name = session.kubeconfig->tls_server_name;
  target.user_agent = session.connections->user_agent(by.run);
  target.timeout = by.timeout;
  return session.connections->api_server(std::move(target));
}

std::shared_ptr<ApiServer> ask_balancer(const Session& session,
                                        const std::vector<api::ServerAddress>& nodes) {
  if (!session.api) return nullptr;
  auto endpoint = ask_endpoint(session);
  if (!endpoint) return nullptr;
  std::string address = (*endpoint)->address();
  bool is_a_node = std::any_of(nodes.begin(), nodes.end(),
                               [&](const api::ServerAddress& node) { return node.text() == address; });
  return is_a_node ? nullptr : *endpoint;
}

std::function<facts::ClusterSight()> watch_cluster(const Session& session, const std::string& run) {
  std::shared_ptr<ClusterApi> api = session.cluster_api(run);
  if (api) return [api] { return api->look(); };
  std::string why = session.api_error ? session.api_error->message : "there is no kubeconfig";
  return [why] { return facts::ClusterSight{why, {}, why, {}}; };
}

}  // namespace nightlatch::cluster
