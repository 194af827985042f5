// An inventory: the clusters, their control-plane nodes, and how to reach them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/approvals.hpp"
#include "util/result.hpp"

namespace nightlatch::spec {

enum class Become { none, sudo, doas };

struct Ssh {
  std::string user;  // empty: ssh_config's, then the local user's
  Become become = Become::sudo;
  std::string wrapper;        // the path of the one command that may run as root; empty: /bin/sh
  std::string config;         // empty: ~/.ssh/config if it exists
  std::string identity_file;  // empty: agent and the default keys
  std::string known_hosts;    // empty: ssh's default
};

struct LoadBalancer {
  std::string kind;        // "haproxy" and so on; for people
  std::string probe_path;  // empty: it asks no path, or nobody says
  bool probe_tcp = false;  // it opens connections and asks nothing; where a path is given, the path counts
  std::vector<int> expect{200};
  std::chrono::seconds interval{0};
  int rise = 0;
  int fall = 0;
  std::chrono::seconds settle{0};

  [[nodiscard]] bool states_probe() const { return probe_tcp || !probe_path.empty(); }
};

struct Node {
  std::string name;
  std::string host;
  std::uint16_t port = 22;
};

struct Cluster {
  std::string name;
  std::string endpoint;  // https://host:port, the load balancer; empty: the kubeconfig's server
  std::string kubeconfig;
  std::optional<LoadBalancer> load_balancer;
  Ssh ssh;
  Approvals approvals;
  std::vector<Node> nodes;
};

struct Inventory {
  std::string file;  // where it was read, for messages
  std::vector<Cluster> clusters;
};

// Reads an inventory of nightlatch or the JSON of `ansible-inventory --list`. `file` is for messages. Errors,
// each with line and column: those of parse_document, check (section.hpp) and read_ansible_inventory;
// listed_twice.
[[nodiscard]] Result<Inventory> parse_inventory(std::string_view bytes, std::string_view file);

}  // namespace nightlatch::spec
