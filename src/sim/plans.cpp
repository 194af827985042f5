// What the simulated rolls are about: three nodes, an old and a new manifest each.
#include <fmt/format.h>

#include "sim/world.hpp"
#include "util/hash.hpp"

namespace nightlatch::sim {

std::string old_manifest(std::size_t node) {
  return fmt::format("old manifest of cp{}", node + 1);
}
std::string new_manifest(std::size_t node) {
  return fmt::format("new manifest of cp{}", node + 1);
}

std::vector<facts::Expectation> gates_before() {
  using facts::Credentials;
  using facts::Purpose;
  return {{"GET", "/livez", Credentials::none, Purpose::kubelet_probe, {200}},
          {"GET", "/readyz", Credentials::none, Purpose::kubelet_probe, {200}},
          {"GET", "/readyz", Credentials::admin, Purpose::ready, {200}}};
}

plan::NodePlan node_plan(std::size_t index, const std::string& before, const std::string& after) {
  plan::NodePlan node;
  node.name = fmt::format("cp{}", index + 1);
  node.machine_id = "machine of " + node.name;
  node.version = "1.34.4";  // tells which configuration it has loaded
  node.manifest_path = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  node.manifest_sha256 = sha256_hex(before);
  node.gates = gates_before();
  node.grace_seconds = 5;
  bool closes = after == new_manifest(index);
  node.before.state =
      before == new_manifest(index) ? access::ExposureState::restricted : access::ExposureState::open;
  node.after.state = closes ? access::ExposureState::restricted : access::ExposureState::open;
  if (!closes) return node;
  node.gates.push_back({"GET", "/version", facts::Credentials::none, facts::Purpose::must_be_closed, {401}});
  return node;
}

plan::ManifestChange manifest_change(std::size_t index, const std::string& before, const std::string& after) {
  plan::ManifestChange change;
  change.node = fmt::format("cp{}", index + 1);
  change.sha256_before = sha256_hex(before);
  change.sha256_after = sha256_hex(after);
  if (after != new_manifest(index)) return change;
  change.config_path = "/etc/kubernetes/nightlatch/config/authn-0123456789ab.yaml";
  change.config_sha256 = sha256_hex(config_bytes);
  return change;
}

}  // namespace nightlatch::sim
