#include "spec/ansible.hpp"

#include <array>
#include <set>

#include <fmt/format.h>

#include "spec/errors.hpp"
#include "spec/words.hpp"
#include "util/text.hpp"

namespace nightlatch::spec {

namespace {

using Kind = Value::Kind;

// kubespray's name today and before 2021, then those of other playbooks. The first group that has hosts is
// used.
constexpr std::array<std::string_view, 9> control_plane_groups{
    "kube_control_plane", "kube-master", "kube_master", "control_plane", "controlplane",
    "control-plane",      "k8s_masters", "masters",     "master"};

Error error_at(const Document& document, const ErrorCode& code, const Value& at, std::string message) {
  return Error{.code = code, .message = std::move(message), .place = document.place(at)};
}

class AnsibleReader {
 public:
  explicit AnsibleReader(const Document& document) : document_(document), root_(document.root) {}

  Result<Inventory> read() {
    std::vector<const Value*> hosts = find_hosts();
    if (hosts.empty()) return fail(no_group());
    Cluster cluster;
    cluster.name = "default";
    for (const Value* host : hosts) {
      const Value* variables = variables_of(host->text);
      NL_ASSIGN(Node node, read_node(*host, variables));
      NL_ASSIGN(Ssh ssh, read_ssh(*host, variables));
      NL_TRY(same_way(cluster, ssh, *host));
      cluster.nodes.push_back(std::move(node));
      read_cluster(variables, cluster);
    }
    return Inventory{.file = document_.file, .clusters = {std::move(cluster)}};
  }

 private:
  void collect(std::string_view group, std::vector<const Value*>& hosts, std::set<std::string>& seen) const {
    const Value* found = root_.find(group);
    if (found == nullptr || found->kind != Kind::object || !seen.insert("group " + std::string(group)).second)
      return;
    if (const Value* list = found->find("hosts"); list != nullptr) {
      for (const Value& host : list->items) {
        if (seen.insert(host.text).second) hosts.push_back(&host);
      }
    }
    if (const Value* children = found->find("children"); children != nullptr) {
      for (const Value& child : children->items) collect(child.text, hosts, seen);
    }
  }

  std::vector<const Value*> find_hosts() const {
    for (std::string_view group : control_plane_groups) {
      std::vector<const Value*> hosts;
      std::set<std::string> seen;
      collect(group, hosts, seen);
      if (!hosts.empty()) return hosts;
    }
    return {};
  }

  Error no_group() const {
    std::vector<std::string> groups;
    for (const Value& key : root_.keys) {
      if (key.text != "_meta" && key.text != "all") groups.push_back(key.text);
    }
    Error error = error_at(document_, spec_errors::no_control_plane_group, root_,
                           "no group of this Ansible inventory has a name of a control-plane group");
    error.details.push_back(fmt::format("its groups: {}", join(groups, ", ")));
    error.details.push_back(fmt::format(
        "control-plane groups: {}",
        join(std::vector<std::string>(control_plane_groups.begin(), control_plane_groups.end()), ", ")));
    return error;
  }

  const Value* variables_of(const std::string& host) const {
    const Value* meta = root_.find("_meta");
    const Value* all = meta == nullptr ? nullptr : meta->find("hostvars");
    const Value* found = all == nullptr ? nullptr : all->find(host);
    return found != nullptr && found->kind == Kind::object ? found : nullptr;
  }

  // The first of these variables that has a value; nullptr: none has.
  static const Value* variable(const Value* variables, std::initializer_list<std::string_view> names) {
    if (variables == nullptr) return nullptr;
    for (std::string_view name : names) {
      const Value* found = variables->find(name);
      if (found != nullptr && found->kind == Kind::scalar && !found->text.empty()) return found;
    }
    return nullptr;
  }

  Error unusable(const Value& at, std::string_view what) const {
    return error_at(document_, spec_errors::bad_value, at, fmt::format("{:?} cannot be {}", at.text, what));
  }

  Result<Node> read_node(const Value& host, const Value* variables) const {
    if (!is_name(host.text)) return fail(unusable(host, "the name of a node"));
    Node node{.name = host.text, .host = host.text};
    if (const Value* address = variable(variables, {"ansible_host", "ansible_ssh_host", "access_ip", "ip"})) {
      if (!is_host(address->text)) return fail(unusable(*address, "a host; a template must be resolved"));
      node.host = address->text;
    }
    if (const Value* port = variable(variables, {"ansible_port", "ansible_ssh_port"})) {
      long number = read_integer(port->text).value_or(0);
      if (number < 1 || number > 65535) return fail(unusable(*port, "a port"));
      node.port = static_cast<std::uint16_t>(number);
    }
    return node;
  }

  Result<Ssh> read_ssh(const Value& host, const Value* variables) const {
    Ssh ssh;
    auto text = [&](std::initializer_list<std::string_view> names) {
      const Value* found = variable(variables, names);
      return found == nullptr ? std::string() : found->text;
    };
    ssh.user = text({"ansible_user", "ansible_ssh_user"});
    ssh.identity_file = text({"ansible_ssh_private_key_file", "ansible_private_key_file"});
    if (!ssh.user.empty() && !is_name(ssh.user))
      return fail(unusable(host, "reached: its ansible_user is not a user name"));
    std::string method = text({"ansible_become_method"});
    if (method == "doas") ssh.become = Become::doas;
    if (ssh.user == "root") ssh.become = Become::none;
    return ssh;
  }

  Status same_way(Cluster& cluster, const Ssh& ssh, const Value& host) const {
    if (cluster.nodes.empty()) cluster.ssh = ssh;
    const Ssh& first = cluster.ssh;
    if (first.user == ssh.user && first.identity_file == ssh.identity_file && first.become == ssh.become)
      return {};
    return fail(error_at(
        document_, spec_errors::bad_value, host,
        fmt::format("{} is not reached in the same way as {}: ansible_user, the private key and the become "
                    "method must be equal on all control-plane nodes",
                    host.text, cluster.nodes.front().name)));
  }

  // kubespray's variables.
  static void read_cluster(const Value* variables, Cluster& cluster) {
    const Value* name = variable(variables, {"cluster_name"});
    if (name != nullptr && is_name(name->text)) cluster.name = name->text;
    const Value* balancer = variables == nullptr ? nullptr : variables->find("loadbalancer_apiserver");
    if (balancer == nullptr || balancer->kind != Kind::object) return;
    const Value* address = variable(balancer, {"address"});
    const Value* port = variable(balancer, {"port"});
    if (address == nullptr || port == nullptr) return;
    bool v6 = address->text.find(':') != std::string::npos;
    std::string host = v6 ? fmt::format("[{}]", address->text) : address->text;
    std::string url = fmt::format("https://{}:{}", host, port->text);
    if (is_https_url(url)) cluster.endpoint = url;
  }

  const Document& document_;
  const Value& root_;
};

}  // namespace

bool is_ansible_inventory(const Document& document) {
  return document.root.kind == Kind::object && document.root.find("_meta") != nullptr &&
         document.root.find("apiVersion") == nullptr;
}

Result<Inventory> read_ansible_inventory(const Document& document) {
  return AnsibleReader(document).read();
}

}  // namespace nightlatch::spec
