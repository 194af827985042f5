#include "plan/kubeadm_config.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "access/exposure.hpp"
#include "manifest/argv.hpp"
#include "manifest/command_line_edit.hpp"
#include "manifest/kubeadm_config_edit.hpp"
#include "plan/detect_errors.hpp"
#include "plan/rewrite_errors.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {
namespace {

// Flags with one value that decide which requests are let in, and for which user.
constexpr std::array<std::string_view, 10> deciding{
    "anonymous-auth",      "authentication-config", "oidc-ca-file",    "oidc-client-id",
    "oidc-groups-claim",   "oidc-groups-prefix",    "oidc-issuer-url", "oidc-signing-algs",
    "oidc-username-claim", "oidc-username-prefix"};

// The directory of the configuration file as the pod mounts it.
Result<std::optional<manifest::DirectoryMount>> mount_of(const manifest::ApiServerPod& pod) {
  std::string path = pod.flag("authentication-config").value_or("");
  const manifest::HostPathMount* mount = pod.mount_holding(path);
  if (mount == nullptr) return std::nullopt;
  if (mount->mount_path == path || !mount->keeps_path()) {
    return fail(plan_rewrite_errors::mount_not_persistable,
                fmt::format("{} is not mounted with its directory, at the node's own path", path));
  }
  return manifest::DirectoryMount{mount->volume, mount->mount_path};
}

// Whether the probes that kubeadm writes would be answered 401: they are httpGet probes without credentials,
// whatever this manifest has.
bool shuts_everybody_out(const manifest::ApiServerPod& pod) {
  return pod.has_flag("anonymous-auth") &&
         !manifest::parse_bool(pod.flag("anonymous-auth").value_or("")).value_or(true);
}

}  // namespace

Result<manifest::Edit> persist(std::string_view bytes, std::string_view file,
                               const manifest::ApiServerPod& pod) {
  manifest::Intent intent;
  for (std::string_view name : deciding) {
    if (pod.has_flag(name)) {
      intent.set_flags.emplace_back(name, pod.flag(name).value_or(""));
    } else {
      intent.remove_flags.emplace_back(name);
    }
  }
  // --oidc-required-claim may be repeated, so it is not set here. Without --oidc-issuer-url it has no effect.
  if (!pod.has_flag("oidc-issuer-url")) intent.remove_flags.emplace_back("oidc-required-claim");
  for (const manifest::GateSetting& gate : manifest::gate_settings(pod.feature_gates().value_or(""))) {
    if (gate.name == access::anonymous_gate_name) {
      intent.feature_gates.push_back(fmt::format("{}={}", gate.name, gate.value));
    }
  }
  NL_ASSIGN(intent.mount, mount_of(pod));
  NL_ASSIGN(manifest::Edit edit, manifest::edit_kubeadm_config(bytes, file, intent));
  if (edit.changed() && shuts_everybody_out(pod)) {
    return fail(plan_rewrite_errors::probes_not_persistable,
                "kubeadm writes probes without credentials, which would be answered 401");
  }
  return edit;
}

// After a roll all nodes need the same change, which is then one finding.
std::vector<Error> find_kubeadm_drift(std::string_view config, const std::vector<NodeDetection>& nodes) {
  std::map<std::string, std::vector<std::string>> names;
  std::map<std::string, std::vector<std::string>> unlike;  // nodes by the reason why no edit can be made
  for (const NodeDetection& node : nodes) {
    if (config.empty() || !node.pod || node.owner != "kubeadm") continue;
    auto edit = persist(config, "kubeadm-config", *node.pod);
    if (!edit) {
      unlike[edit.error().message].push_back(node.name);
    } else if (edit->changed()) {
      names[in_words(*edit)].push_back(node.name);
    }
  }
  std::vector<Error> findings;
  for (const auto& [words, alike] : names) {
    findings.push_back(
        Error{plan_detect_errors::kubeadm_drift,
              fmt::format("ConfigMap kubeadm-config: kubeadm upgrade would bring other flags to {}; "
                          "to keep theirs: {}",
                          join(alike, " and "), words),
              {},
              {},
              {},
              {}});
  }
  for (const auto& [why, alike] : unlike) {
    findings.push_back(
        Error{plan_detect_errors::kubeadm_drift,
              fmt::format("ConfigMap kubeadm-config: kubeadm upgrade would not keep the flags of {}: {}",
                          join(alike, " and "), why),
              {},
              {},
              "apply again after each kubeadm upgrade",
              {}});
  }
  return findings;
}

std::vector<std::string> config_files_named(std::string_view cluster_configuration) {
  constexpr std::string_view separators = " \t\r\n,=\"'[]{}";
  std::vector<std::string> files;
  for (std::size_t at = 0; at < cluster_configuration.size();) {
    std::size_t end =
        std::min(cluster_configuration.find_first_of(separators, at), cluster_configuration.size());
    std::string_view word = cluster_configuration.substr(at, end - at);
    if (word.find("authn-") != std::string_view::npos) files.emplace_back(word);
    at = end + 1;
  }
  return files;
}

std::string in_words(const manifest::Edit& edit) {
  std::vector<std::string> reasons;
  for (const manifest::Splice& splice : edit.splices) reasons.push_back(splice.reason);
  return join(reasons, ", ");
}

}  // namespace nightlatch::plan
