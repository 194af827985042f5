// A healthy cluster of three kubeadm nodes as facts, for a test to spoil.
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "manifest/api_server_pod.hpp"
#include "places.hpp"
#include "plan/planner.hpp"
#include "util/hash.hpp"

namespace nightlatch::plan {

inline std::string kubeadm_manifest() {
  std::ifstream in(golden_directory() / "rewrite/kubeadm-1.34/input.yaml", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

inline void set_manifest(facts::NodeFacts& node, const std::string& bytes) {
  node.manifest.bytes = bytes;
  node.manifest.sha256 = sha256_hex(bytes);
  auto pod = manifest::read_api_server_pod(bytes, "manifest");
  if (!pod) return;
  node.running_argv = pod->argv;
  node.images = {pod->image};
}

inline facts::NodeFacts healthy_node(int number) {
  facts::NodeFacts node;
  node.name = fmt::format("cp{}", number);
  node.host = fmt::format("10.0.0.1{}", number);
  node.machine_id = fmt::format("machine-{}", number);
  node.host_key = fmt::format("SHA256:key{}", number);
  node.static_pod_path = "/etc/kubernetes/manifests";
  node.manifest_path = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  set_manifest(node, replaced(kubeadm_manifest(), "10.77.0.12", node.host));
  node.ca_path = "/etc/kubernetes/pki/ca.crt";
  node.ca = {sha256_hex("ca")};
  node.pod.sandbox = "s";
  node.pod.running = true;
  node.systemd = true;
  node.kubelet_running = true;
  node.free_bytes = 1U << 30U;
  return node;
}

inline PlanRequest healthy_request(int nodes = 3) {
  PlanRequest request;
  request.cluster.name = "prod-eu1";
  request.cluster.load_balancer.emplace();
  request.cluster.load_balancer->probe_path = "/healthz";
  request.playbook.name = "health-only";
  request.today = "2026-11-22";
  facts::ApiFacts api;
  api.endpoint = "https://k8s.example:6443";
  api.kube_system_uid = "0f3c-uid";
  api.ca = {sha256_hex("ca")};
  for (int i = 1; i <= nodes; ++i) {
    facts::NodeFacts node = healthy_node(i);
    request.cluster.nodes.push_back({node.name, node.host, 22});
    api.control_plane.push_back({node.name, node.host, node.machine_id, true});
    request.facts.nodes.push_back(std::move(node));
  }
  request.facts.cluster = "prod-eu1";
  request.facts.api = std::move(api);
  return request;
}

// What the nodes hold after the plan was carried out on those of `names`.
inline void carry_out(PlanRequest& request, const PlanOutcome& outcome,
                      const std::vector<std::string>& names) {
  for (facts::NodeFacts& node : request.facts.nodes) {
    for (const std::string& name : names) {
      if (node.name != name) continue;
      const NodeBytes& bytes = outcome.bytes.at(name);
      set_manifest(node, bytes.manifest_after);
      for (const NodePlan& planned : outcome.plan->nodes) {
        const ManifestChange* change = outcome.plan->change_of(planned);
        if (planned.name == name && change != nullptr && !change->config_path.empty()) {
          node.authentication_config =
              facts::FileFacts{change->config_path, "0:0", "600", change->config_sha256, bytes.config};
        }
      }
    }
  }
}

// The change of a node's manifest, for a test to spoil.
inline ManifestChange& change_at(Plan& plan, const std::string& node) {
  for (Change& change : plan.changes) {
    auto* manifest = std::get_if<ManifestChange>(&change);
    if (manifest != nullptr && manifest->node == node) return *manifest;
  }
  throw std::out_of_range(node);
}

inline std::vector<int> codes_of(const std::vector<Error>& refusals) {
  std::vector<int> codes;
  for (const Error& error : refusals) codes.push_back(error.code.number);
  return codes;
}

}  // namespace nightlatch::plan
