// A cluster of three, and what happens to it.
#pragma once

#include <string>

#include "access/exposure.hpp"
#include "plan/check_codes.hpp"
#include "plan/plan.hpp"
#include "rollout/progress.hpp"
#include "rollout/run.hpp"

namespace nightlatch::report::samples {

inline access::Exposure open() {
  return {access::ExposureState::open, {}, "--anonymous-auth defaults to true; no --authentication-config"};
}
inline access::Exposure closed() {
  return {access::ExposureState::closed, {}, "--anonymous-auth=false"};
}
inline access::Exposure restricted() {
  return {access::ExposureState::restricted,
          {"/healthz", "/livez", "/readyz"},
          "conditions of the configuration file"};
}

inline plan::NodePlan node(const std::string& name, const std::string& host, access::Exposure before) {
  plan::NodePlan node;
  node.name = name;
  node.host = host;
  node.machine_id = std::string(32, 'a');
  node.version = "1.34.4";
  node.manifest_path = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  node.manifest_sha256 = std::string(64, '1');
  node.before = std::move(before);
  node.after = restricted();
  node.api_host = host;
  node.gates = {{"GET", "/livez", facts::Credentials::none, facts::Purpose::kubelet_probe, {200}}};
  return node;
}

inline plan::ManifestChange change(const std::string& node) {
  plan::ManifestChange change;
  change.node = node;
  change.sha256_before = std::string(64, '1');
  change.sha256_after = std::string(64, '2');
  change.splices = {
      {10, 30, "    - --authentication-config=/etc/kubernetes/nightlatch/config/authn-9d62abfc6a49.yaml\n",
       "add --authentication-config"}};
  change.undo = {{10, 90, "    - --anonymous-auth=false\n", "undo"}};
  change.config_path = "/etc/kubernetes/nightlatch/config/authn-9d62abfc6a49.yaml";
  change.config_sha256 = std::string(64, '3');
  return change;
}

// A write to the API.
inline plan::ObjectChange object_change(const std::string& name) {
  plan::ObjectChange change;
  change.object = {
      .group = {}, .version = "v1", .kind = "ConfigMap", .name_space = "kube-system", .name = name};
  change.field = "/data/text";
  change.sha256_before = std::string(64, '4');
  change.sha256_after = std::string(64, '5');
  change.splices = {{.begin = 3, .end = 6, .text = "new\n", .reason = "add new"}};
  change.undo = {{.begin = 3, .end = 7, .text = "old\n", .reason = "undo"}};
  return change;
}

inline plan::Plan plan() {
  plan::Plan plan;
  plan.cluster = "prod-eu1";
  plan.endpoint = "https://k8s.prod-eu1.example:6443";
  plan.kube_system_uid = "3f2c91aa-0000-4000-8000-000000000000";
  plan.playbook.name = "health-only";
  plan.nodes = {node("cp3", "10.0.0.13", closed()), node("cp1", "10.0.0.11", open()),
                node("cp2", "10.0.0.12", open())};
  for (const plan::NodePlan& one : plan.nodes) plan.changes.emplace_back(change(one.name));
  plan.nodes[0].opens = {"/healthz", "/livez", "/readyz"};
  plan.order_reasons = {"worst first", "", "serves this connection: last"};
  using Grade = plan::PlanCheck::Grade;
  plan.checks = {
      {Grade::ok, "probes: GET /livez and GET /readyz stay open"},
      {Grade::ok, "etcd: stacked on 3 nodes, has its quorum (GET /readyz/etcd)"},
      {Grade::ok,
       "a restart moves the leader leases of kube-controller-manager and kube-scheduler, and kubelets may be "
       "NotReady for a minute: the next node waits for both"},
      {Grade::unknown,
       "load balancer: its health check is not stated in the inventory",
       plan_checks::balancer_unknown.number,
       {.object = "load balancer"}},
      {Grade::warning,
       "kubeadm join by token stops working: add kubeadm-join, or join with a --discovery-file that holds "
       "the "
       "token",
       plan_checks::join_by_token.number,
       {.object = "ConfigMap kube-public/cluster-info"}}};
  plan::seal(plan);
  return plan;
}

inline void fold(rollout::RunProgress& progress, std::int64_t time_ms, const std::string& node,
                 const std::string& step, rollout::Phase phase,
                 std::map<std::string, std::string> data = {}) {
  rollout::Record record{0, time_ms, "20261122T0114-7f3a", node, step, phase, std::move(data)};
  progress.fold(record);
}

// A node from preflight to confirmed, with the times of the lab.
inline void fold_confirmed(rollout::RunProgress& progress, std::int64_t& now, const std::string& node) {
  auto step = [&](const char* name, std::int64_t took) {
    fold(progress, now, node, name, rollout::Phase::intend);
    now += took;
    fold(progress, now, node, name, rollout::Phase::done);
  };
  step("preflight", 300);
  step("staged", 200);
  step("armed", 200);
  step("swapped", 150);
  step("restarted", 38'050);
  step("gated", 4'100);
  step("soaked", 30'000);
  step("confirmed", 200);
}

}  // namespace nightlatch::report::samples
