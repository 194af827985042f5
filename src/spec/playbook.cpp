#include "spec/playbook.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "access/profile.hpp"
#include "spec/errors.hpp"
#include "spec/section.hpp"
#include "spec/window.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view playbook_closed;
extern const std::string_view playbook_health_only;
extern const std::string_view playbook_kubeadm_join;
extern const std::string_view playbook_metrics;
extern const std::string_view playbook_oidc_discovery;
extern const std::string_view playbook_rbac_only;
}  // namespace nightlatch::embedded

namespace nightlatch::spec {

namespace {

// "plans/eu.yaml" is called eu.
std::string stem(std::string_view file) {
  std::string_view name = file.substr(file.rfind('/') + 1);
  std::size_t dot = name.rfind('.');
  return std::string(dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot));
}

Result<std::vector<ExtraPath>> read_paths(const Section& root) {
  std::vector<ExtraPath> paths;
  std::set<std::string> seen;
  for (const Section& item : root.sections("spec.paths")) {
    ExtraPath path{.path = item.text("path"),
                   .owner = item.text("owner"),
                   .reason = item.text("reason"),
                   .expires = item.text("expires")};
    if (!seen.insert(path.path).second) {
      return fail(Error{.code = spec_errors::listed_twice,
                        .message = fmt::format("the path {} is listed twice", path.path),
                        .place = item.place("path")});
    }
    paths.push_back(std::move(path));
  }
  return paths;
}

Result<std::vector<std::string>> read_order(const Section& root) {
  std::vector<std::string> order = root.texts("spec.order");
  if (order == std::vector<std::string>{"auto"}) return std::vector<std::string>{};
  std::set<std::string> seen;
  for (const std::string& node : order) {
    if (!seen.insert(node).second) {
      return fail(Error{.code = spec_errors::listed_twice,
                        .message = fmt::format("the node {} is listed twice in spec.order", node),
                        .place = root.place("spec.order")});
    }
  }
  return order;
}

// access::combine knows which profiles exclude each other; the error gets the position in this file.
Status check_combination(const Playbook& playbook, const Section& root) {
  std::vector<std::string> extra;
  for (const ExtraPath& path : playbook.paths) extra.push_back(path.path);
  auto combined = access::combine(playbook.profiles, extra);
  if (combined) return {};
  Error error = std::move(combined).error();
  error.place = root.place("spec.profile");
  return fail(std::move(error));
}

// A lease is renewed at most once a round of the gates.
Status check_lease(const Playbook& playbook, const Section& root) {
  if (playbook.rollback.lease >= 3 * playbook.gates.interval) return {};
  Error error{
      spec_errors::bad_value,
      fmt::format("spec.rollback.lease is {}, three rounds of the gates take {}",
                  human_duration(playbook.rollback.lease), human_duration(3 * playbook.gates.interval)),
      {},
      {},
      {},
      root.place("spec.rollback.lease")};
  return fail(std::move(error));
}

bool is_in(std::string_view path, std::string_view directory) {
  return path == directory || (path.starts_with(directory) && path.substr(directory.size()).starts_with('/'));
}

// The directory is mounted into the pod whole, and the kubelet takes every file of its manifests directory
// for a pod.
Status check_directory(const Playbook& playbook, const Section& root) {
  const std::string& directory = playbook.config_directory;
  if (is_in(directory, Playbook{}.config_directory)) return {};
  constexpr std::array of_others{"/etc/kubernetes/manifests", "/etc/kubernetes/nightlatch"};
  constexpr std::array of_the_kernel{"/proc", "/sys", "/dev", "/run"};
  bool is_taken = std::any_of(of_others.begin(), of_others.end(), [&](const char* other) {
    return is_in(directory, other) || is_in(other, directory);
  });
  bool is_lost_at_a_boot = std::any_of(of_the_kernel.begin(), of_the_kernel.end(),
                                       [&](const char* other) { return is_in(directory, other); });
  if (!is_taken && !is_lost_at_a_boot) return {};
  const char* why = is_taken
                        ? "holds, or lies in, the manifests directory or what nightlatch keeps on the node"
                        : "is not on a disk";
  Error error{spec_errors::bad_value,
              fmt::format("spec.authenticationConfig.directory is {}, which {}", directory, why),
              {},
              {},
              {},
              root.place("spec.authenticationConfig.directory")};
  return fail(std::move(error));
}

}  // namespace

Result<Playbook> parse_playbook(std::string_view bytes, std::string_view file) {
  NL_ASSIGN(Document document, parse_document(bytes, file));
  NL_TRY(check(document, playbook_form()));
  Section root(document, playbook_form());

  Playbook playbook;
  playbook.name = root.has("metadata.name") ? root.text("metadata.name") : stem(file);
  playbook.profiles = root.texts("spec.profile");
  NL_ASSIGN(playbook.paths, read_paths(root));
  playbook.config_directory = root.text("spec.authenticationConfig.directory");
  if (root.text("spec.probes") == "tcpSocket") playbook.probes = RefusedProbes::tcp_socket;
  playbook.persist_kubeadm_config = root.boolean("spec.persist.kubeadmConfig");
  if (root.text("spec.persist.kubeadmOidc") == "drop") playbook.kubeadm_oidc = KubeadmOidc::drop;
  NL_ASSIGN(playbook.order, read_order(root));
  playbook.gates.consecutive = root.integer("spec.gates.readyz.consecutive");
  playbook.gates.interval = root.duration("spec.gates.readyz.interval");
  playbook.gates.soak = root.duration("spec.gates.soak");
  playbook.gates.canary_soak = root.duration("spec.gates.canarySoak");
  playbook.gates.timeout = root.duration("spec.gates.timeout");
  playbook.rollback.lease = root.duration("spec.rollback.lease");
  if (root.has("spec.rollback.ceiling") && root.text("spec.rollback.ceiling") != "auto")
    playbook.rollback.ceiling = root.duration("spec.rollback.ceiling");
  playbook.approvals = read_approvals(root, "spec.approvals");
  NL_ASSIGN(playbook.window, read_window(root));
  NL_ASSIGN(playbook.hooks, read_hooks(root));
  NL_TRY(check_combination(playbook, root));
  NL_TRY(check_lease(playbook, root));
  NL_TRY(check_directory(playbook, root));
  return playbook;
}

Playbook opening_playbook() {
  Playbook playbook;
  playbook.name = open_profile;
  playbook.profiles = {std::string(open_profile)};
  return playbook;
}

const std::vector<ShippedPlaybook>& shipped_playbooks() {
  static const std::vector<ShippedPlaybook> all{
      {"closed", embedded::playbook_closed},
      {"health-only", embedded::playbook_health_only},
      {"kubeadm-join", embedded::playbook_kubeadm_join},
      {"metrics", embedded::playbook_metrics},
      {"oidc-discovery", embedded::playbook_oidc_discovery},
      {"rbac-only", embedded::playbook_rbac_only},
  };
  return all;
}

}  // namespace nightlatch::spec
