// Credentials from a kubeconfig's exec plugin (client.authentication.k8s.io/v1 and v1beta1).
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/kubeconfig.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

struct ExecPlugin {
  std::string api_version;
  std::string command;  // a name looked up in $PATH, or a path
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>>
      environment;               // name and value, added to this process's own
  std::string interactive_mode;  // "Never", "IfAvailable", "Always"; empty: not set
  std::string install_hint;      // the kubeconfig's text for a missing plugin
  bool provide_cluster_info = false;
};

// What the plugin learns about the cluster when ExecPlugin::provide_cluster_info is set.
struct ExecCluster {
  std::string server;
  std::string tls_server_name;
  std::string ca;  // PEM
};

inline constexpr std::chrono::milliseconds exec_plugin_limit{std::chrono::seconds(30)};

// Runs the plugin without a shell, with empty stdin and this process's stderr, and kills it and its children
// after `limit`. Error: exec_plugin_failed, which never contains what the plugin printed.
[[nodiscard]] Result<Credentials> run_exec_plugin(const ExecPlugin& plugin, const ExecCluster& cluster,
                                                  std::chrono::milliseconds limit = exec_plugin_limit);

}  // namespace nightlatch::api
