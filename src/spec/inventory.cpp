#include "spec/inventory.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "spec/ansible.hpp"
#include "spec/errors.hpp"
#include "spec/section.hpp"
#include "spec/words.hpp"

namespace nightlatch::spec {

namespace {

// Finds names and addresses that are listed twice.
class Listed {
 public:
  explicit Listed(std::string_view noun) : noun_(noun) {}

  Status add(const std::string& what, const Section& item, std::string_view key) {
    SourcePlace place = item.place(key);
    auto [first, fresh] = lines_.try_emplace(what, place.line);
    if (fresh) return {};
    return fail(Error{.code = spec_errors::listed_twice,
                      .message = fmt::format("the {} {} is listed twice", noun_, what),
                      .details = {fmt::format("first on line {}", first->second)},
                      .place = std::move(place)});
  }

 private:
  std::string_view noun_;
  std::map<std::string, std::size_t> lines_;
};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

Ssh read_ssh(const Section& cluster) {
  Ssh ssh;
  ssh.user = cluster.text("ssh.user");
  std::string become = cluster.text("ssh.become");
  ssh.become = become == "none" ? Become::none : become == "doas" ? Become::doas : Become::sudo;
  ssh.wrapper = cluster.text("ssh.wrapper");
  ssh.config = cluster.text("ssh.config");
  ssh.identity_file = cluster.text("ssh.identityFile");
  ssh.known_hosts = cluster.text("ssh.knownHosts");
  return ssh;
}

LoadBalancer read_load_balancer(const Section& cluster) {
  LoadBalancer balancer;
  balancer.kind = cluster.text("loadBalancer.kind");
  balancer.probe_path = cluster.text("loadBalancer.probe.path");
  balancer.probe_tcp = cluster.boolean("loadBalancer.probe.tcp");
  balancer.expect.clear();
  for (const std::string& status : cluster.texts("loadBalancer.probe.expect")) {
    balancer.expect.push_back(static_cast<int>(read_integer(status).value_or(0)));
  }
  balancer.interval = cluster.duration("loadBalancer.interval");
  balancer.rise = cluster.integer("loadBalancer.rise");
  balancer.fall = cluster.integer("loadBalancer.fall");
  balancer.settle = cluster.duration("loadBalancer.settle");
  return balancer;
}

// A machine may be listed once (S9): compared by address and port here, and by machine-id in the plan.
Result<std::vector<Node>> read_nodes(const Section& cluster, Listed& addresses) {
  std::vector<Node> nodes;
  Listed names("node");
  for (const Section& item : cluster.sections("nodes")) {
    Node node{.name = item.text("name"),
              .host = item.text("host"),
              .port = static_cast<std::uint16_t>(item.integer("port"))};
    NL_TRY(names.add(node.name, item, "name"));
    NL_TRY(addresses.add(fmt::format("{} port {}", lower(node.host), node.port), item, "host"));
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace

Result<Inventory> parse_inventory(std::string_view bytes, std::string_view file) {
  NL_ASSIGN(Document document, parse_document(bytes, file));
  if (is_ansible_inventory(document)) return read_ansible_inventory(document);
  NL_TRY(check(document, inventory_form()));
  Section root(document, inventory_form());

  Inventory inventory{.file = std::string(file), .clusters = {}};
  Listed names("cluster");
  Listed addresses("host");
  for (const Section& item : root.sections("clusters")) {
    Cluster cluster;
    cluster.name = item.text("name");
    NL_TRY(names.add(cluster.name, item, "name"));
    cluster.endpoint = item.text("endpoint");
    cluster.kubeconfig = item.text("kubeconfig");
    if (item.has("loadBalancer")) cluster.load_balancer = read_load_balancer(item);
    cluster.ssh = read_ssh(item);
    cluster.approvals = read_approvals(item, "approvals");
    NL_ASSIGN(cluster.nodes, read_nodes(item, addresses));
    inventory.clusters.push_back(std::move(cluster));
  }
  return inventory;
}

}  // namespace nightlatch::spec
