#include "report/hook_event.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "rollout/run.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;

ordered_json node_json(const plan::NodePlan& node) {
  return {{"name", node.name}, {"host", node.host}, {"apiHost", node.api_host}, {"apiPort", node.api_port}};
}

}  // namespace

std::string hook_event_json(const HookEventReport& report) {
  const plan::Plan& plan = report.plan;
  const rollout::CallHook& call = report.call;
  ordered_json json;
  json["schema"] = "nightlatch.dev/hook/v1";
  json["event"] = plan::name(call.event);
  json["action"] = rollout::action_of(plan);
  json["time"] = report.time;
  json["timeoutSeconds"] = call.limit.count();
  json["run"] = report.run;
  if (!plan.of_run.empty()) json["of"] = plan.of_run;
  json["plan"] = plan.hash;
  json["playbook"] = plan.playbook.name;
  json["cluster"] = {{"name", plan.cluster}, {"endpoint", plan.endpoint}, {"uid", plan.kube_system_uid}};
  json["nodes"] = ordered_json::array();
  for (const plan::NodePlan& node : plan.nodes) {
    ordered_json entry = node_json(node);
    entry["changes"] = plan.is_changed(node);
    entry["done"] = plan.is_changed(node) ? is_among(node.name, call.done) : !node.stays_behind;
    json["nodes"].push_back(std::move(entry));
    if (node.name != call.node) continue;
    json["node"] = node_json(node);
    if (!call.outcome.empty()) json["node"]["outcome"] = call.outcome;
  }
  if (!call.node.empty() || call.outcome.empty()) return dump(json);
  json["outcome"] = call.outcome;
  json["state"] = call.cluster;
  if (call.code != 0) json["trouble"] = {{"code", code_name(call.code)}, {"why", call.why}};
  return dump(json);
}

}  // namespace nightlatch::report
