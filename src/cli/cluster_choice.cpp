#include "cli/cluster_choice.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/errors.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::cli {

namespace {

std::vector<std::string> names_of(const spec::Inventory& inventory) {
  std::vector<std::string> names;
  for (const spec::Cluster& cluster : inventory.clusters) names.push_back(cluster.name);
  return names;
}

}  // namespace

Result<spec::Cluster> choose_cluster(const Options& options, const std::string& fallback) {
  NL_ASSIGN(std::string bytes, read_file(expand_home(options.inventory)));
  NL_ASSIGN(spec::Inventory inventory, spec::parse_inventory(bytes, options.inventory));
  std::vector<std::string> names = names_of(inventory);
  const std::string& wanted = options.cluster.empty() ? fallback : options.cluster;
  if (wanted.empty()) {
    if (inventory.clusters.size() == 1) return std::move(inventory.clusters.front());
    return fail(cli_errors::cluster_ambiguous,
                fmt::format("{} has {} clusters: one at a time", options.inventory, names.size()), names);
  }
  auto found = std::find_if(inventory.clusters.begin(), inventory.clusters.end(),
                            [&](const spec::Cluster& cluster) { return cluster.name == wanted; });
  if (found != inventory.clusters.end()) return std::move(*found);
  Error error{cli_errors::cluster_unknown,
              fmt::format("{} has no cluster \"{}\"", options.inventory, wanted),
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

Result<api::Kubeconfig> choose_kubeconfig(const Options& options, const std::string& of_cluster) {
  std::string file = options.kubeconfig.empty() ? of_cluster : options.kubeconfig;
  return api::load_kubeconfig(file.empty() ? file : expand_home(file).string(), options.context);
}

Result<api::Kubeconfig> kubeconfig_of(const Options& options, const std::string& fallback) {
  spec::Cluster cluster;
  if (!options.inventory.empty()) {
    NL_ASSIGN(cluster, choose_cluster(options, fallback));
  }
  return choose_kubeconfig(options, cluster.kubeconfig);
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

}  // namespace nightlatch::cli
