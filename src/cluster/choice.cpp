#include "cluster/choice.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cluster/errors.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::cluster {

namespace {

std::vector<std::string> names_of(const spec::Inventory& inventory) {
  std::vector<std::string> names;
  for (const spec::Cluster& cluster : inventory.clusters) names.push_back(cluster.name);
  return names;
}

}  // namespace

Result<spec::Cluster> choose_cluster(const Selection& selection) {
  NL_ASSIGN(std::string bytes, read_file(expand_home(selection.inventory)));
  NL_ASSIGN(spec::Inventory inventory, spec::parse_inventory(bytes, selection.inventory));
  std::vector<std::string> names = names_of(inventory);
  const std::string& wanted = selection.cluster.empty() ? selection.planned_cluster : selection.cluster;
  if (wanted.empty()) {
    if (inventory.clusters.size() == 1) return std::move(inventory.clusters.front());
    return fail(cluster_errors::cluster_ambiguous,
                fmt::format("{} has {} clusters: one at a time", selection.inventory, names.size()), names);
  }
  auto found = std::find_if(inventory.clusters.begin(), inventory.clusters.end(),
                            [&](const spec::Cluster& cluster) { return cluster.name == wanted; });
  if (found != inventory.clusters.end()) return std::move(*found);
  Error error{cluster_errors::cluster_unknown,
              fmt::format("{} has no cluster \"{}\"", selection.inventory, wanted),
              {},
              {},
              {},
              {}};
  error.details.push_back(fmt::format("known: {}", join(names, ", ")));
  if (auto close = did_you_mean(wanted, names)) error.hint = fmt::format("did you mean \"{}\"?", *close);
  return fail(std::move(error));
}

spec::Cluster discovered_cluster(const api::Kubeconfig& kubeconfig, const facts::ApiFacts& facts) {
  spec::Cluster cluster;
  cluster.name = directory_name(kubeconfig.context.empty() ? "default" : kubeconfig.context);
  cluster.endpoint = kubeconfig.server;
  for (const facts::ApiNode& node : facts.control_plane)
    cluster.nodes.push_back({node.name, node.internal_ip, 22});
  return cluster;
}

Result<api::Kubeconfig> choose_kubeconfig(Connections& connections, const Selection& selection,
                                          const std::string& of_cluster) {
  std::string file = selection.kubeconfig.empty() ? of_cluster : selection.kubeconfig;
  return connections.load_kubeconfig(file.empty() ? file : expand_home(file).string(), selection.context);
}

Result<spec::Cluster> cluster_of_inventory(const Selection& selection) {
  if (!selection.inventory.empty()) return choose_cluster(selection);
  if (!selection.cluster.empty())
    return fail(cluster_errors::cluster_without_inventory,
                fmt::format("--cluster {} is given without an inventory", selection.cluster));
  return spec::Cluster{};
}

Result<std::shared_ptr<ClusterApi>> api_of(Connections& connections, const Selection& selection) {
  NL_ASSIGN(spec::Cluster cluster, cluster_of_inventory(selection));
  NL_ASSIGN(api::Kubeconfig kubeconfig, choose_kubeconfig(connections, selection, cluster.kubeconfig));
  return connections.api(kubeconfig, connections.user_agent({}));
}

std::string directory_name(std::string_view cluster) {
  std::string name(cluster);
  for (char& c : name) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                 c == '_' || c == '.';
    if (!plain) c = '-';
  }
  while (name.starts_with('.')) name.erase(0, 1);
  return name.empty() ? "default" : name;
}

}  // namespace nightlatch::cluster
