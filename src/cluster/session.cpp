#include "cluster/session.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "api/control_plane_endpoint.hpp"
#include "api/server_address.hpp"
#include "util/ip_address.hpp"
#include "util/pool.hpp"

namespace nightlatch::cluster {

Member connect_and_read(Connections& connections, const spec::Cluster& cluster, const spec::Node& node,
                        node::SwapTrial trial) {
  Member member{node};
  auto connection = connections.node(cluster.ssh, node);
  if (!connection) {
    member.error = std::move(connection).error();
    return member;
  }
  member.connection = *std::move(connection);
  auto facts = member.connection->gather({.trial = trial});
  if (facts) {
    member.facts = *std::move(facts);
  } else {
    member.error = std::move(facts).error();
  }
  return member;
}

namespace {

// With an inventory a missing API is a thing to report; without one it is the end.
Status read_api(Session& session, const Selection& selection) {
  auto kubeconfig = choose_kubeconfig(*session.connections, selection, session.cluster.kubeconfig);
  bool asked_for = !selection.kubeconfig.empty() || !selection.context.empty() || selection.inventory.empty();
  if (!kubeconfig && asked_for) return fail(std::move(kubeconfig).error());
  if (!kubeconfig) {
    session.api_error = std::move(kubeconfig).error();
    return {};
  }
  session.kubeconfig = *std::move(kubeconfig);
  auto facts = session.cluster_api({})->read_facts();
  if (!facts && selection.inventory.empty()) return fail(std::move(facts).error());
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
  if (session.api) hosts.insert(api::control_plane_endpoint_host(session.api->kubeadm_config));
  hosts.erase("");
  std::set<std::string> addresses;
  for (const std::string& host : hosts) {
    for (const std::string& address : session.connections->resolve(host)) addresses.insert(address);
  }
  std::erase_if(addresses, [](const std::string& address) { return is_loopback_ip(address); });
  return {addresses.begin(), addresses.end()};
}

// What is said on the command line counts before the inventory.
void state_balancer_probe(const Selection& selection, spec::Cluster& cluster) {
  if (selection.balancer_probe.empty()) return;
  if (!cluster.load_balancer) cluster.load_balancer.emplace();
  bool is_tcp = selection.balancer_probe == "tcp";
  cluster.load_balancer->probe_tcp = is_tcp;
  cluster.load_balancer->probe_path = is_tcp ? std::string{} : selection.balancer_probe;
}

}  // namespace

Result<Session> Session::open(Connections& connections, const Selection& selection, node::SwapTrial trial,
                              const Log& log) {
  Session session;
  session.connections = &connections;
  NL_ASSIGN(session.cluster, cluster_of_inventory(selection));
  NL_TRY(read_api(session, selection));
  if (selection.inventory.empty()) session.cluster = discovered_cluster(*session.kubeconfig, *session.api);
  state_balancer_probe(selection, session.cluster);
  session.endpoint_addresses = read_endpoint_addresses(session);
  log(fmt::format("reading {} nodes of {}", session.cluster.nodes.size(), session.cluster.name));
  session.members = parallel_map(session.cluster.nodes, [&](const spec::Node& node) {
    return connect_and_read(connections, session.cluster, node, trial);
  });
  for (const Member& member : session.members) {
    if (member.facts) log(fmt::format("{}: read, by {}", member.node.name, member.facts->runtime_tool));
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

const Member* Session::find(const std::string& name) const {
  auto found =
      std::find_if(members.begin(), members.end(), [&](const Member& one) { return one.node.name == name; });
  return found == members.end() ? nullptr : &*found;
}

std::shared_ptr<ClusterApi> Session::cluster_api(const std::string& run) const {
  return kubeconfig ? connections->api(*kubeconfig, connections->user_agent(run)) : nullptr;
}

}  // namespace nightlatch::cluster
