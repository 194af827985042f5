#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "access/authentication_config.hpp"
#include "api/server_address.hpp"
#include "plan/estimate.hpp"
#include "report/exposure_text.hpp"
#include "report/plan_parts.hpp"
#include "report/runbook_values.hpp"
#include "util/hash.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using plan::ManifestChange;
using plan::NodePlan;
using plan::Plan;

std::string address_of(const NodePlan& node) {
  return api::ServerAddress{node.api_host.empty() ? node.host : node.api_host, node.api_port}.text();
}

// What an API server answers to GET without credentials; 0: RBAC decides, or nobody knows. Kubernetes grants
// these paths to everybody (the ClusterRole system:public-info-viewer).
int status_of(const access::Exposure& exposure, const std::string& path) {
  switch (exposure.state) {
    case access::ExposureState::open:
      return 200;
    case access::ExposureState::closed:
      return 401;
    case access::ExposureState::restricted:
      return is_among(path, exposure.paths) ? 200 : 401;
    case access::ExposureState::will_not_start:
    case access::ExposureState::unknown:
      break;
  }
  return 0;
}

// By one request it can be told which manifest an API server runs from.
void add_question(const NodePlan& node, RunbookValues& item) {
  for (const char* path : {"/version", "/livez", "/healthz", "/readyz"}) {
    int before = status_of(node.before, path);
    int after = status_of(node.after, path);
    if (before == after || before == 0 || after == 0) continue;
    put(item, "ASK", fmt::format("https://{}{}", address_of(node), path));
    put(item, "ASK_BEFORE", fmt::format("{}", before));
    put(item, "ASK_AFTER", fmt::format("{}", after));
    return;
  }
}

std::string does(const NodePlan& node, const ManifestChange& change) {
  switch (change.kind) {
    case ManifestChange::Kind::swap:
      return fmt::format(
          "nightlatch replaces the manifest, and the kubelet restarts the API server of {}. No other process "
          "of "
          "this node is restarted.",
          node.name);
    case ManifestChange::Kind::finish_restore:
      return fmt::format("Run {} left {} in mid-change. nightlatch puts back what that run found there.",
                         change.previous_run, node.name);
    case ManifestChange::Kind::finish_confirm:
      return fmt::format(
          "Run {} has changed {}, and waits for a confirmation. nightlatch asks the gates, and keeps what "
          "that "
          "run wrote.",
          change.previous_run, node.name);
    case ManifestChange::Kind::place:
      break;
  }
  return fmt::format("nightlatch writes the configuration file to {}. Nothing is restarted.", node.name);
}

std::string good(const NodePlan& node) {
  std::vector<std::string> answers;
  for (const facts::Expectation& gate : node.gates) {
    if (gate.credentials != facts::Credentials::none || gate.expected.empty()) continue;
    std::string text = fmt::format("{} {}: {}", gate.method, gate.path, fmt::join(gate.expected, " or "));
    if (!is_among(text, answers)) answers.push_back(std::move(text));
  }
  return join(answers, ", ");
}

RunbookValues machine(const Plan& plan, const NodePlan& node, const ManifestChange& change) {
  RunbookValues item;
  plan::Estimate time = plan::estimate_node(plan, node);
  put(item, "NODE", node.name);
  put(item, "HOST", node.host);
  put(item, "API", address_of(node));
  put(item, "MACHINE_ID", node.machine_id);
  put(item, "KUBERNETES", node.version);
  put(item, "TODAY", describe(node.before));
  put(item, "AFTERWARDS", describe(node.after));
  put(item, "MANIFEST", node.manifest_path);
  put(item, "NOW_HASH", node.manifest_sha256);
  put(item, "BEFORE", change.sha256_before);
  put(item, "AFTER", change.sha256_after);
  put(item, "CONFIG", change.config_path);
  put(item, "NODE_DOES", does(node, change));
  put(item, "NODE_USUAL", human_duration(time.usual));
  put(item, "NODE_WORST", human_duration(time.worst));
  put(item, "NODE_RESTART", human_duration(plan::shortest_restart(node)));
  put(item, "GOOD", good(node));
  if (change.kind == ManifestChange::Kind::swap) {
    item.values["DIFF"].blocks.emplace_back(diff_of_splices(change.splices, change.undo));
    add_question(node, item);
  }
  return item;
}

void add_step(RunbookValues& values, std::array<std::string, 5> cells) {
  constexpr std::array names{"AT", "WHERE", "WHAT", "TAKES", "TAKES_AT_WORST"};
  RunbookValues& item = values.lists["STEPS"].emplace_back();
  for (std::size_t i = 0; i < names.size(); ++i) put(item, names.at(i), std::move(cells.at(i)));
}

void add_object_steps(const Plan& plan, std::size_t manifests, const std::string& at, RunbookValues& values) {
  for (const Plan::ObjectTurn& turn : plan.object_changes()) {
    if (turn.after_manifests != manifests) continue;
    add_step(values, {at, "Kubernetes API", turn.change->object.text() + " is changed", "some seconds", ""});
  }
}

void add_nodes(const Runbook& runbook, RunbookValues& values) {
  const Plan& plan = runbook.plan;
  RunbookClock clock(runbook.window);
  std::chrono::seconds passed{0};
  std::size_t manifests = 0;
  add_step(values, {clock.at(passed), "every node",
                    "nightlatch reads every node again, compares with the plan, and writes the configuration "
                    "file. Nothing is restarted",
                    "some seconds", ""});
  add_object_steps(plan, 0, clock.at(passed), values);
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    const NodePlan& node = plan.nodes[i];
    const ManifestChange* change = plan.change_of(node);
    if (change == nullptr) continue;
    RunbookValues item = machine(plan, node, *change);
    put(item, "NUMBER", fmt::format("{}", ++manifests));
    put(item, "ORDER_REASON", i < plan.order_reasons.size() ? plan.order_reasons[i] : "");
    put(item, "NODE_AT", clock.at(passed));
    plan::Estimate time = plan::estimate_node(plan, node);
    bool swaps = change->kind == ManifestChange::Kind::swap;
    add_step(values,
             {clock.at(passed), node.name,
              swaps ? "its API server is restarted with the new manifest, and watched" : does(node, *change),
              human_duration(time.usual), human_duration(time.worst)});
    values.lists["NODES"].push_back(std::move(item));
    passed += time.usual;
    add_object_steps(plan, manifests, clock.at(passed), values);
  }
  add_step(values, {clock.at(passed), "every node", "nightlatch asks every API server once more, and ends",
                    "some seconds", ""});
}

void add_objects(const Plan& plan, RunbookValues& values) {
  for (const Plan::ObjectTurn& turn : plan.object_changes()) {
    const facts::ObjectReference& object = turn.change->object;
    RunbookValues& item = values.lists["OBJECTS"].emplace_back();
    put(item, "OBJECT", object.text());
    put(item, "OBJECT_TURN", turn_text(turn, plan.changing_nodes()));
    std::string kind = object.kind;
    std::transform(kind.begin(), kind.end(), kind.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string within = object.name_space.empty() ? "" : " -n " + shell_word(object.name_space);
    put(item, "OBJECT_EDIT",
        fmt::format("kubectl{} edit {} {}", within, shell_word(kind), shell_word(object.name)));
    item.values["OBJECT_DIFF"].blocks.emplace_back(diff_of_splices(turn.change->splices, turn.change->undo));
  }
}

// A plan holds the hash of the file and not the file. Where it is the one that the paths give, it is that
// one.
void add_config_text(const Plan& plan, RunbookValues& values) {
  for (const NodePlan& node : plan.nodes) {
    const ManifestChange* change = plan.change_of(node);
    if (change == nullptr || change->config_sha256.empty()) continue;
    std::string text = access::render_authentication_config(node.after.paths);
    if (sha256_hex(text) == change->config_sha256)
      values.values["CONFIG_TEXT"].blocks.emplace_back(CodeBlock{change->config_path, std::move(text)});
    return;
  }
}

}  // namespace

void add_machines(const Runbook& runbook, RunbookValues& values) {
  add_nodes(runbook, values);
  add_objects(runbook.plan, values);
  for (const NodePlan& node : runbook.plan.nodes) {
    if (node.opens.empty()) continue;
    RunbookValues& item = values.lists["OPENED"].emplace_back();
    put(item, "OPENED_NODE", node.name);
    put(item, "OPENED_PATHS", join(node.opens, " "));
  }
  add_config_text(runbook.plan, values);
}

}  // namespace nightlatch::report
