#include "cli/session.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/format.h>

#include "api/objects.hpp"
#include "api/server_address.hpp"
#include "cli/cluster_choice.hpp"
#include "node/errors.hpp"
#include "plan/holder.hpp"
#include "util/file.hpp"
#include "util/ip_address.hpp"
#include "util/pool.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

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

}  // namespace

Member meet(const spec::Cluster& cluster, const spec::Node& node) {
  Member member{node, nullptr, {}, {}};
  node::Connector connector = [endpoint = endpoint_of(cluster.ssh, node)] { return node::connect(endpoint); };
  auto transport = connector();
  if (!transport) {
    member.error = std::move(transport).error();
    return member;
  }
  member.remote = std::make_unique<node::RemoteNode>(node.name, node.host, *std::move(transport),
                                                     privilege(cluster.ssh.become), std::move(connector));
  auto facts = member.remote->gather();
  if (facts) {
    member.facts = *std::move(facts);
  } else {
    member.error = std::move(facts).error();
  }
  return member;
}

namespace {

// With an inventory a missing API is a thing to report; without one it is the end.
Status read_api(Session& session, const Options& options) {
  auto kubeconfig = choose_kubeconfig(options, session.cluster.kubeconfig);
  bool asked_for = !options.kubeconfig.empty() || !options.context.empty() || options.inventory.empty();
  if (!kubeconfig && asked_for) return fail(std::move(kubeconfig).error());
  if (!kubeconfig) {
    session.api_error = std::move(kubeconfig).error();
    return {};
  }
  session.kubeconfig = *std::move(kubeconfig);
  auto facts = api::read_api_facts(*session.kubeconfig, session.user_agent);
  if (!facts && options.inventory.empty()) return fail(std::move(facts).error());
  if (facts) {
    session.api = *std::move(facts);
  } else {
    session.api_error = std::move(facts).error();
  }
  return {};
}

// Of the kubeconfig, the inventory and kubeadm-config, which need not name the same one.
std::vector<std::string> read_endpoint_addresses(const Session& session) {
  std::set<std::string> hosts;
  std::vector<std::string> urls{session.cluster.endpoint};
  if (session.kubeconfig) urls.push_back(session.kubeconfig->server);
  for (const std::string& url : urls) {
    if (auto address = api::parse_server_address(url)) hosts.insert(address->host);
  }
  if (session.api) hosts.insert(plan::control_plane_endpoint_host(session.api->kubeadm_config));
  hosts.erase("");
  std::set<std::string> addresses;
  for (const std::string& host : hosts) {
    for (const std::string& address : resolve(host)) addresses.insert(address);
  }
  std::erase_if(addresses, [](const std::string& address) { return is_loopback_ip(address); });
  return {addresses.begin(), addresses.end()};
}

}  // namespace

Result<Session> Session::open(Console& console, const std::string& cluster) {
  const Options& options = console.options;
  Session session;
  session.user_agent = cli::user_agent();
  if (!options.inventory.empty()) {
    NL_ASSIGN(session.cluster, choose_cluster(options, cluster));
  }
  NL_TRY(read_api(session, options));
  if (options.inventory.empty()) session.cluster = discovered_cluster(*session.kubeconfig, *session.api);
  session.endpoint_addresses = read_endpoint_addresses(session);
  console.log(fmt::format("reading {} nodes of {}", session.cluster.nodes.size(), session.cluster.name));
  session.members = parallel_map(session.cluster.nodes,
                                 [&](const spec::Node& node) { return meet(session.cluster, node); });
  for (const Member& member : session.members) {
    if (member.facts)
      console.log(fmt::format("{}: read, by {}", member.node.name, member.facts->runtime_tool));
  }
  return session;
}

facts::ClusterFacts Session::facts() const {
  facts::ClusterFacts facts;
  facts.cluster = cluster.name;
  facts.api = api;
  if (facts.api) facts.api->endpoint_addresses = endpoint_addresses;
  if (api_error) facts.api_unreadable = api_error->message;
  for (const Member& member : members) {
    if (member.facts) facts.nodes.push_back(*member.facts);
  }
  std::sort(facts.nodes.begin(), facts.nodes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return facts;
}

std::vector<Error> Session::errors() const {
  std::vector<Error> errors;
  for (const Member& member : members) {
    if (member.error) errors.push_back(*member.error);
  }
  if (api_error) errors.push_back(*api_error);
  return errors;
}

report::ClusterHeader Session::header() const {
  std::string endpoint = cluster.endpoint;
  if (kubeconfig) endpoint = kubeconfig->server;
  return {cluster.name, endpoint, api ? api->kube_system_uid : std::string{}};
}

const Member* Session::find(const std::string& name) const {
  auto found =
      std::find_if(members.begin(), members.end(), [&](const Member& one) { return one.node.name == name; });
  return found == members.end() ? nullptr : &*found;
}

namespace {

// curl on the node: where its SSH server forbids forwarding. Certificates are not checked there, as by the
// kubelet.
api::NodeCurl node_curl(node::RemoteNode& remote) {
  return [&remote](const std::string& method, const std::string& url,
                   std::chrono::milliseconds timeout) -> Result<int> {
    node::Command command;
    command.line = fmt::format(
        "curl --silent --insecure --globoff --output /dev/null --write-out '%{{http_code}}' "
        "--max-time {} --request {} -- {}",
        std::max<long>(1, static_cast<long>(timeout.count() / 1000)), shell_quote(method), shell_quote(url));
    command.timeout = timeout + std::chrono::seconds(5);
    NL_ASSIGN(node::Output output, remote.exec(command));
    int status = 0;
    std::from_chars(output.out.data(), output.out.data() + output.out.size(), status);
    return status;
  };
}

Result<std::string> read_token(const std::string& file) {
  constexpr std::size_t longest = 1U << 20U;
  NL_ASSIGN(std::string token, read_file(file, longest));
  return std::string(trim(token));
}

void add_trust(const Session& session, api::AskerTarget& target) {
  if (!session.kubeconfig) return;
  target.ca = session.kubeconfig->ca;
  target.credentials = session.kubeconfig->credentials;
}

}  // namespace

std::shared_ptr<api::Asker> ask_node(const Session& session, const Member& member,
                                     const plan::ApiAddress& address, const std::string& run,
                                     const std::string& login_token_file) {
  api::AskerTarget target;
  target.node = member.node.name;
  target.host = address.host;
  target.port = address.port;
  add_trust(session, target);
  if (member.remote) {
    target.dialer = member.remote->dialer();
    target.node_curl = node_curl(*member.remote);
  }
  if (!login_token_file.empty())
    target.login_token = [login_token_file] { return read_token(login_token_file); };
  target.user_agent = run.empty() ? session.user_agent : fmt::format("{} run/{}", session.user_agent, run);
  return std::make_shared<api::Asker>(std::move(target));
}

Result<std::shared_ptr<api::Asker>> ask_endpoint(const Session& session) {
  std::string url = session.cluster.endpoint;
  if (url.empty() && session.kubeconfig) url = session.kubeconfig->server;
  NL_ASSIGN(api::ServerAddress address, api::parse_server_address(url));
  api::AskerTarget target;
  target.host = address.host;
  target.port = address.port;
  add_trust(session, target);
  if (session.kubeconfig && session.kubeconfig->server == url)
    target.tls_name = session.kubeconfig->tls_server_name;
  target.user_agent = session.user_agent;
  return std::make_shared<api::Asker>(std::move(target));
}

namespace {

bool is_usage(const Error& error) {
  return error.code.exit == Exit::usage;
}

bool is_other_host(const Error& error) {
  return error.code.number == node_errors::host_key_mismatch.number ||
         error.code.number == node_errors::host_key_unknown.number;
}

}  // namespace

Exit exit_of_reading(const std::vector<Error>& errors) {
  if (errors.empty()) return Exit::done;
  return std::any_of(errors.begin(), errors.end(), is_usage) ? Exit::usage : Exit::coverage;
}

Exit exit_of_planning(const std::vector<Error>& errors) {
  if (errors.empty()) return Exit::done;
  bool other_host = std::any_of(errors.begin(), errors.end(), is_other_host);
  bool only_usage = std::all_of(errors.begin(), errors.end(), is_usage);
  return other_host || only_usage ? Exit::usage : Exit::refused;
}

}  // namespace nightlatch::cli
