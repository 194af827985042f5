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

// at_the_start: a person may be asked something on this process's stderr, and the plugin gets 30 s.
// in_between: while a command goes on; what it says comes back in the error, and it gets 10 s.
enum class PluginRun { at_the_start, in_between };

// Runs the plugin without a shell, with empty stdin, and kills it and its children after `limit`. Error:
// exec_plugin_failed, which never contains what the plugin printed on stdout; in_between it ends with the
// last line of its stderr, tokens masked.
[[nodiscard]] Result<Credentials> run_exec_plugin(const ExecPlugin& plugin, const ExecCluster& cluster,
                                                  PluginRun how, std::chrono::milliseconds limit);
[[nodiscard]] Result<Credentials> run_exec_plugin(const ExecPlugin& plugin, const ExecCluster& cluster,
                                                  PluginRun how = PluginRun::at_the_start);

}  // namespace nightlatch::api
