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
  std::vector<std::pair<std::string, std::string>> environment;  // beside our own
  std::string interactive_mode;
  std::string install_hint;
  bool provide_cluster_info = false;
};

// What the plugin is told of the cluster, when it asks for it.
struct ExecCluster {
  std::string server;
  std::string tls_server_name;
  std::string ca;  // PEM
};

inline constexpr std::chrono::milliseconds exec_plugin_limit{std::chrono::seconds(30)};

// Runs it without a shell, stdin empty, stderr ours; ends it and its children after `limit`. An error never
// repeats what the plugin wrote.
[[nodiscard]] Result<Credentials> run_exec_plugin(const ExecPlugin& plugin, const ExecCluster& cluster,
                                                  std::chrono::milliseconds limit = exec_plugin_limit);

}  // namespace nightlatch::api
