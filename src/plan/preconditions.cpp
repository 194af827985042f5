#include "plan/preconditions.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "access/profile.hpp"
#include "access/version.hpp"
#include "facts/steps.hpp"
#include "plan/errors.hpp"
#include "plan/products.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

namespace codes = plan_errors;
using facts::NodeFacts;

constexpr std::uint64_t needed_bytes =
    16U << 20U;  // manifests, backups, a journal; and room for the kubelet's own

void refuse(std::vector<Error>& refusals, const ErrorCode& code, std::string message,
            std::vector<std::string> details = {}) {
  refusals.push_back(Error{code, std::move(message), std::move(details), {}, {}, {}});
}

// The node may trust further ones, as while a CA is replaced. Nothing is known of a set that was not read.
bool has_ca_of(const std::set<std::string>& kubeconfig, const std::set<std::string>& node) {
  return !kubeconfig.empty() && std::includes(node.begin(), node.end(), kubeconfig.begin(), kubeconfig.end());
}

std::string told(const std::set<std::string>& certificates) {
  std::vector<std::string> words;
  for (const std::string& one : certificates) words.push_back("sha256:" + short_hash(one));
  return words.empty() ? "no certificate, or a damaged one" : join(words, " ");
}

void check_members(const facts::ClusterFacts& facts, const spec::Cluster& cluster,
                   std::vector<Error>& refusals) {
  std::set<std::string> in_inventory;
  for (const NodeFacts& node : facts.nodes) {
    auto member = std::find_if(facts.api->control_plane.begin(), facts.api->control_plane.end(),
                               [&](const auto& one) { return one.machine_id == node.machine_id; });
    if (member == facts.api->control_plane.end()) {
      refuse(refusals, codes::not_a_member,
             fmt::format("{}: machine id {} is no control-plane Node of this cluster", node.name,
                         node.machine_id));
    }
    in_inventory.insert(node.machine_id);
  }
  if (facts.nodes.size() < cluster.nodes.size()) return;  // what could not be read is not missing
  for (const facts::ApiNode& member : facts.api->control_plane) {
    if (!in_inventory.contains(member.machine_id)) {
      refuse(refusals, codes::node_missing,
             fmt::format("control-plane node {} ({}) is not in the inventory and would stay open",
                         member.name, member.internal_ip));
    }
  }
}

// "Node cp2 (10.0.0.12)" where the API has a control-plane Node with one of the machine's addresses.
std::string node_at(const NodeFacts& machine, const facts::ApiFacts& api) {
  for (const facts::ApiNode& node : api.control_plane) {
    bool is_here = node.internal_ip == machine.host ||
                   std::find(machine.addresses.begin(), machine.addresses.end(), node.internal_ip) !=
                       machine.addresses.end();
    if (!node.internal_ip.empty() && is_here) return fmt::format("Node {} ({})", node.name, node.internal_ip);
  }
  return fmt::format("{} ({})", machine.name, machine.host);
}

// Interfaces tell two machines apart even where one was cloned from the other, with its host key and its id.
bool is_same_machine(const NodeFacts& one, const NodeFacts& other) {
  if (one.addresses.empty() || other.addresses.empty()) return one.hostname == other.hostname;
  std::set<std::string> here(one.addresses.begin(), one.addresses.end());
  std::set<std::string> there(other.addresses.begin(), other.addresses.end());
  auto holds = [](const auto& all, const auto& some) {
    return std::includes(all.begin(), all.end(), some.begin(), some.end());
  };
  return holds(here, there) || holds(there, here);  // an address may move between the two readings
}

Error machine_twice(const NodeFacts& first, const NodeFacts& second, const facts::ApiFacts& api) {
  Error error{codes::machine_twice};
  if (is_same_machine(first, second)) {
    error.message =
        fmt::format("{} and {} are one machine (machine id {})", first.name, second.name, second.machine_id);
    return error;
  }
  error.code = codes::machine_cloned;
  std::string clone = node_at(second, api);
  error.message =
      fmt::format("{} and {} are two machines with one machine id ({}): one is a clone of the other",
                  node_at(first, api), clone, second.machine_id);
  error.details = {fmt::format("on {}, as root:", clone), "rm -f /etc/machine-id /var/lib/dbus/machine-id",
                   "systemd-machine-id-setup", "reboot"};
  error.next = fmt::format(
      "give {} a machine id of its own, as above. After the reboot its kubelet writes the new id into "
      "status.nodeInfo.machineID of the Node; then plan again. The node stays in the inventory",
      clone);
  return error;
}

}  // namespace

Error no_nodes(const spec::Cluster& cluster, const facts::ApiFacts* api) {
  if (auto service = service_of(cluster, api))
    return refuse_product(codes::no_nodes, *service, access::find_profile("health-only")->paths);
  return {.code = codes::no_nodes, .message = fmt::format("cluster {}: no nodes", cluster.name)};
}

std::vector<Error> check_identity(const facts::ClusterFacts& facts, const spec::Cluster& cluster) {
  std::vector<Error> refusals;
  if (cluster.nodes.empty()) refusals.push_back(no_nodes(cluster, facts.api ? &*facts.api : nullptr));
  for (const spec::Node& wanted : cluster.nodes) {
    bool read = std::any_of(facts.nodes.begin(), facts.nodes.end(),
                            [&](const NodeFacts& node) { return node.name == wanted.name; });
    if (!read) refuse(refusals, codes::node_unreadable, fmt::format("{} could not be read", wanted.name));
  }
  if (!facts.api) {
    refuse(refusals, codes::api_needed, fmt::format("the API of {} could not be read", cluster.name),
           {facts.api_unreadable});
    return refusals;
  }
  std::map<std::string, const NodeFacts*> machines;
  for (const NodeFacts& node : facts.nodes) {
    if (!has_ca_of(facts.api->ca, node.ca)) {
      refuse(refusals, codes::wrong_cluster,
             fmt::format("{}: {} does not hold the CA of the kubeconfig", node.name, node.ca_path),
             {"node        " + told(node.ca), "kubeconfig  " + told(facts.api->ca)});
    }
    auto [other, first] = machines.emplace(node.machine_id, &node);
    if (!first) refusals.push_back(machine_twice(*other->second, node, *facts.api));
  }
  check_members(facts, cluster, refusals);
  return refusals;
}

namespace {

// Nobody is at work there. A step of another version of nightlatch is not at rest: it cannot be judged.
bool is_at_rest(const std::string& step) {
  const facts::ProtocolStepRow* row = facts::find_protocol_step(step);
  return step.empty() || (row != nullptr && !row->is_mid_change);
}

}  // namespace

std::vector<Error> check_node(const NodeFacts& node, std::vector<std::string> paths) {
  std::vector<Error> refusals;
  auto product = product_of(node);
  if (product) refusals.push_back(refuse_product(codes::owned_by_other, *product, std::move(paths)));
  // A product may start kube-apiserver and the kubelet without a manifest and without a unit of that name.
  bool starts_them_itself = product && node.manifest_path.empty();
  if (node.manifest_path.empty() && !product) {
    refuse(refusals, codes::no_manifest,
           fmt::format("{}: no kube-apiserver manifest in {}", node.name, node.static_pod_path));
  }
  if (!node.other_manifests.empty()) {
    refuse(refusals, codes::second_manifest,
           fmt::format("{}: {} also holds a kube-apiserver pod", node.name, node.other_manifests.front()),
           node.other_manifests);
  }
  if (node.kubeadm_running)
    refuse(refusals, codes::upgrade_running, fmt::format("{}: kubeadm is running", node.name));
  if (!node.kubelet_running && !starts_them_itself) {
    refuse(refusals, codes::kubelet_down, fmt::format("{}: the kubelet does not run", node.name));
  }
  if (!node.missing_tools.empty()) {
    refuse(refusals, codes::tools_missing,
           fmt::format("{}: not found: {}", node.name, join(node.missing_tools, ", ")));
  }
  if (node.free_bytes < needed_bytes) {
    refuse(refusals, codes::disk_full,
           fmt::format("{}: {} KiB are free under /etc/kubernetes, {} MiB are needed", node.name,
                       node.free_bytes >> 10U, needed_bytes >> 20U));
  }
  if (!node.runs.empty() && !is_at_rest(node.runs.front().step)) {
    refuse(refusals, codes::run_unfinished,
           fmt::format("{}: run {} is at {}", node.name, node.runs.front().run, node.runs.front().step));
    refusals.back().next =
        fmt::format("nightlatch resume {0}, or nightlatch rollback {0}", node.runs.front().run);
  }
  return refusals;
}

std::vector<Error> check_kubeadm_version(std::string_view kubeadm_config, std::string_view running) {
  constexpr std::string_view key = "kubernetesVersion:";
  std::vector<Error> refusals;
  for (const std::string& line : split(kubeadm_config, '\n')) {
    if (!line.starts_with(key)) continue;
    std::string_view word = trim(std::string_view(line).substr(key.size()));
    while (!word.empty() && (word.front() == '"' || word.front() == '\'')) word.remove_prefix(1);
    while (!word.empty() && (word.back() == '"' || word.back() == '\'')) word.remove_suffix(1);
    auto named = access::parse_version(word);
    auto images = access::parse_version(running);
    if (!named || !images || named->minor_text() == images->minor_text()) continue;
    refuse(refusals, codes::upgrade_unfinished,
           fmt::format("ConfigMap kubeadm-config says {}, the API servers run {}", named->text(),
                       images->text()));
  }
  return refusals;
}

std::vector<Error> check_files_in_place(const NodeFacts& node, const manifest::ApiServerPod& pod) {
  std::vector<Error> refusals;
  for (std::string_view flag : {"authentication-config", "oidc-ca-file", "client-ca-file"}) {
    std::string path = pod.flag(flag).value_or("");
    const manifest::HostPathMount* mount = pod.mount_holding(path);
    if (mount == nullptr || mount->keeps_path()) continue;
    refuse(refusals, codes::file_elsewhere,
           fmt::format("{}: --{} names {}, which is {}{} on the node", node.name, flag, path,
                       mount->host_path, path.substr(mount->mount_path.size())));
  }
  return refusals;
}

std::vector<Error> check_paths(const spec::Playbook& playbook, std::string_view today) {
  std::vector<Error> refusals;
  for (const spec::ExtraPath& path : playbook.paths) {
    if (path.expires.empty() || path.expires >= today) continue;
    refuse(refusals, codes::path_expired,
           fmt::format("spec.paths: {} expired on {} (owner {})", path.path, path.expires, path.owner));
  }
  return refusals;
}

std::vector<Error> check_pending_change(const NodeFacts& node, const manifest::ApiServerPod& pod) {
  std::vector<Error> refusals;
  if (node.running_argv.empty()) return refusals;  // not running: nothing is pending, it is simply down
  // Wrappers in front of the binary (/go-runner --log-file=…) are not in the process's own command line.
  auto from_binary = [](const std::vector<std::string>& argv) {
    auto binary = std::find_if(argv.begin(), argv.end(), [](const std::string& word) {
      return word == "kube-apiserver" || word.ends_with("/kube-apiserver");
    });
    return std::vector<std::string>(binary == argv.end() ? argv.begin() : binary + 1, argv.end());
  };
  std::vector<std::string> wanted = from_binary(pod.argv);
  std::vector<std::string> running = from_binary(node.running_argv);
  // The kubelet has put a value in the place of $(NAME); which one is not for us to guess.
  auto alike = [](const std::string& word, const std::string& seen) {
    return word == seen || word.find("$(") != std::string::npos;
  };
  if (std::equal(wanted.begin(), wanted.end(), running.begin(), running.end(), alike)) return refusals;
  std::vector<std::string> details;
  for (const std::string& word : wanted) {
    if (std::find(running.begin(), running.end(), word) == running.end())
      details.push_back("manifest  " + word);
  }
  for (const std::string& word : running) {
    if (std::find(wanted.begin(), wanted.end(), word) == wanted.end()) details.push_back("running   " + word);
  }
  refuse(refusals, codes::pending_change,
         fmt::format("{}: kube-apiserver runs with other arguments than its manifest names", node.name),
         std::move(details));
  return refusals;
}

}  // namespace nightlatch::plan
