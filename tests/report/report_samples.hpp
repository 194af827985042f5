// Every report with something in it, made of the cluster in samples.hpp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "plan/detect_errors.hpp"
#include "report/confirm.hpp"
#include "report/detect.hpp"
#include "report/history.hpp"
#include "report/plan.hpp"
#include "report/prepare.hpp"
#include "report/run_report.hpp"
#include "report/samples.hpp"
#include "report/status.hpp"
#include "report/verify.hpp"
#include "rollout/errors.hpp"

namespace nightlatch::report::samples {

using rollout::ClusterState;
using rollout::NodeOutcome;
using rollout::Outcome;

inline facts::Seen seen(const std::string& path, int status) {
  facts::Seen seen;
  seen.question = {"GET", path, facts::Credentials::none, facts::Purpose::must_be_closed, {}};
  seen.status = status;
  seen.asked_from = "cp1 through SSH";
  return seen;
}

inline plan::NodeDetection detected(const std::string& name, access::Exposure exposure,
                                    std::vector<int> statuses) {
  plan::NodeDetection node;
  node.name = name;
  node.version = "1.34.4";
  node.owner = "kubeadm";
  node.anonymous_auth = exposure.state == access::ExposureState::closed ? "false" : "unset (on)";
  node.exposure = std::move(exposure);
  node.asked = {seen("/livez", statuses[0]), seen("/version", statuses[1]), seen("/api", statuses[2])};
  return node;
}

inline DetectReport detect_report() {
  DetectReport report;
  report.cluster = {"prod-eu1", "https://k8s.prod-eu1.example:6443", "3f2c91aa-0000"};
  report.nodes = {detected("cp1", open(), {200, 200, 403}), detected("cp2", restricted(), {200, 401, 401}),
                  detected("cp3", closed(), {401, 401, 401})};
  report.nodes[1].config_path = "/etc/kubernetes/nightlatch/config/authn-9d62abfc6a49.yaml";
  report.nodes[2].findings.push_back(Error{plan_detect_errors::probe_refused,
                                           "cp3: startup probe GET /livez gets 401: the kubelet kills this "
                                           "API server about 250 s after every start. "
                                           "It has restarted 214 times",
                                           {},
                                           {},
                                           {},
                                           {}});
  report.findings.push_back(Error{plan_detect_errors::drift, "cp2 and cp3 differ from cp1", {}, {}, {}, {}});
  return report;
}

inline std::map<std::string, plan::NodeBytes> diffs() {
  std::string diff =
      "--- /etc/kubernetes/manifests/kube-apiserver.yaml\n+++ /etc/kubernetes/manifests/kube-apiserver.yaml\n"
      "@@ -15,5 +15,5 @@\n     - --allow-privileged=true\n-    - --anonymous-auth=false\n"
      "+    - --authentication-config=/etc/kubernetes/nightlatch/config/authn-9d62abfc6a49.yaml\n"
      "     - --authorization-mode=Node,RBAC\n@@ -40,2 +40,5 @@\n     volumeMounts:\n+    - mountPath: "
      "/etc/kubernetes/nightlatch/config\n";
  std::map<std::string, plan::NodeBytes> bytes;
  for (const char* name : {"cp1", "cp2", "cp3"}) bytes[name].diff = diff;
  return bytes;
}

struct RunSample {
  plan::Plan plan = samples::plan();
  rollout::RunProgress progress;
  rollout::RunResult result;

  RunReport report() const {
    return {"20261122T0114-7f3a",
            plan,
            result,
            progress,
            "/home/ana/.local/state/nightlatch/prod-eu1/runs/x",
            DryRun::no};
  }
};

inline RunSample done_run() {
  RunSample sample;
  std::int64_t now = 1'000'000;
  for (const char* name : {"cp3", "cp1", "cp2"}) {
    fold_confirmed(sample.progress, now, name);
    sample.result.nodes.push_back({name, NodeOutcome::confirmed, {}});
  }
  sample.result.cluster = ClusterState::new_state;
  return sample;
}

inline RunSample mixed_run() {
  RunSample sample;
  std::int64_t now = 1'000'000;
  fold_confirmed(sample.progress, now, "cp3");
  rollout::Trouble trouble{
      rollout_errors::api_server_exited.number,
      "cp1: the new kube-apiserver ended with exit code 1",
      {"\"anonymous: Forbidden: --anonymous-auth flag cannot be set when anonymous field is configured\""}};
  sample.result.nodes = {{"cp3", NodeOutcome::confirmed, {}},
                         {"cp1", NodeOutcome::restored, trouble},
                         {"cp2", NodeOutcome::untouched, {}}};
  for (const char* step : {"preflight", "staged", "armed", "swapped"}) {
    fold(sample.progress, now, "cp1", step, rollout::Phase::intend);
    fold(sample.progress, now += 200, "cp1", step, rollout::Phase::done);
  }
  fold(sample.progress, now, "cp1", "restarted", rollout::Phase::intend);
  fold(sample.progress, now += 41'000, "cp1", "restarted", rollout::Phase::failed);
  fold(sample.progress, now, "cp1", "back", rollout::Phase::intend);
  fold(sample.progress, now + 44'000, "cp1", "back", rollout::Phase::done);
  sample.result.outcome = Outcome::stopped;
  sample.result.cluster = ClusterState::mixed;
  sample.result.exit = Exit::mixed;
  return sample;
}

// A rollback that left cp3, which did not answer.
inline RunSample skipping_run() {
  RunSample sample;
  sample.plan.direction = plan::Direction::rollback;
  sample.plan.of_run = "20261122T0101-1c2d";
  sample.plan.relation = plan::Relation::undoes;
  sample.plan.nodes.erase(sample.plan.nodes.begin());
  sample.plan.changes.erase(sample.plan.changes.begin());
  sample.plan.order_reasons = {"", ""};
  sample.plan.skipped = {{"cp3", std::string(64, '2'), std::string(64, '1')}};
  plan::seal(sample.plan);
  std::int64_t now = 1'000'000;
  for (const char* name : {"cp1", "cp2"}) {
    fold_confirmed(sample.progress, now, name);
    sample.result.nodes.push_back({name, NodeOutcome::confirmed, {}});
  }
  rollout::judge(sample.result, sample.plan, {});
  return sample;
}

inline verify::CheckResult check(const std::string& node, facts::Purpose purpose, const std::string& path,
                                 int expected, int status) {
  verify::CheckResult result;
  result.node = node;
  result.address = node + ":6443";
  result.question = {"GET", path, facts::Credentials::none, purpose, {expected}};
  result.seen.question = result.question;
  result.seen.status = status;
  result.seen.asked_from = node + " through SSH";
  if (status == 0) result.seen.why = "connection refused";
  return result;
}

inline VerifyReport verify_report() {
  VerifyReport report;
  report.cluster = {"prod-eu1", "https://k8s.prod-eu1.example:6443", "3f2c91aa-0000"};
  report.playbook = "health-only";
  report.columns = {"cp1", "cp2", "load balancer"};
  for (const std::string& node : report.columns) {
    report.matrix.checks.push_back(check(node, facts::Purpose::stays_open, "/livez", 200, 200));
    report.matrix.checks.push_back(check(node, facts::Purpose::must_be_closed, "/version", 401, 401));
    report.matrix.checks.push_back(check(node, facts::Purpose::must_be_closed, "/api", 401, 401));
  }
  return report;
}

inline StatusReport status_report() {
  StatusReport report;
  report.cluster = {"prod-eu1", "https://k8s.prod-eu1.example:6443", "3f2c91aa-0000"};
  report.run = "20261122T0114-7f3a";
  report.nodes = {{"cp1", "restored", "2026-11-22T01:22:40Z", "old", open(), true, {}, {}, {}, {}},
                  {"cp2", "swapped", "2026-11-22T01:24:02Z", "new", restricted(), true, {}, {}, {}, {}},
                  {"cp3", "confirmed", "2026-11-22T01:16:02Z", "new", restricted(), true, {}, {}, {}, {}}};
  return report;
}

inline StatusReport guarded_report() {
  StatusReport report = status_report();
  report.nodes[0].note = "not-gated";
  report.nodes[1].guard_seconds = 83;
  return report;
}

inline ConfirmReport confirm_report() {
  return {{"prod-eu1", "https://k8s.prod-eu1.example:6443", "3f2c91aa-0000"}, "20261122T0114-7f3a", {"cp2"}};
}

inline PrepareReport prepare_report() {
  PrepareReport report{{"prod-eu1", "https://k8s.prod-eu1.example:6443", "3f2c91aa-0000"},
                       "cp4",
                       Prepared::placed,
                       facts::FileFacts{"/etc/kubernetes/nightlatch/config/authn-9d62abfc6a49.yaml", "0:0",
                                        "640", std::string(64, '3'), "kind: AuthenticationConfiguration\n"},
                       {"cp1", "cp2", "cp3"},
                       {}};
  report.findings.push_back(
      Error{plan_detect_errors::kubeadm_drift,
            "ConfigMap kubeadm-config: kubeadm upgrade would bring other flags to cp1 and cp2",
            {},
            {},
            {},
            {}});
  return report;
}

inline PastRun past_run() {
  PastRun run{"20261122T0114-7f3a", "prod-eu1", "/home/ana/runs/20261122T0114-7f3a", {}, plan(), {}};
  std::int64_t now = 1'795'310'040'000;
  fold(run.progress, now, "", "run", rollout::Phase::intend,
       {{"plan", run.plan->hash}, {"direction", "apply"}, {"by", "ana@bastion2"}});
  for (const char* name : {"cp3", "cp1", "cp2"}) fold_confirmed(run.progress, now, name);
  fold(run.progress, now, "", "run", rollout::Phase::done,
       {{"outcome", "done"},
        {"cluster", "new"},
        {"exit", "0"},
        {"node.cp1", "confirmed"},
        {"node.cp2", "confirmed"},
        {"node.cp3", "confirmed"}});
  return run;
}

}  // namespace nightlatch::report::samples
