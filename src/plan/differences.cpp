#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "plan/errors.hpp"
#include "plan/planner.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

void compare(std::vector<std::string>& found, const std::string& what, const std::string& reviewed,
             const std::string& now) {
  if (reviewed != now) found.push_back(fmt::format("{}: was {}, is {}", what, reviewed, now));
}

void compare_nodes(std::vector<std::string>& found, const NodePlan& reviewed, const NodePlan& now) {
  const std::string& name = reviewed.name;
  compare(found, name + " host", reviewed.host, now.host);
  compare(found, name + " machine id", reviewed.machine_id, now.machine_id);
  compare(found, name + " host key", reviewed.host_key, now.host_key);
  compare(found, name + " version", reviewed.version, now.version);
}

std::string config_of(const Plan& plan, const NodePlan& node) {
  const ManifestChange* change = plan.change_of(node);
  return change == nullptr ? std::string{} : short_hash(change->config_sha256);
}

void compare_manifests(std::vector<std::string>& found, const Plan& reviewed, const NodePlan& reviewed_node,
                       const Plan& now, const NodePlan& now_node) {
  const std::string& name = reviewed_node.name;
  compare(found, fmt::format("{} {}", name, reviewed_node.manifest_path),
          short_hash(reviewed.sha256_at_start(reviewed_node)), short_hash(now.sha256_at_start(now_node)));
  compare(found, name + " planned manifest", short_hash(reviewed.sha256_at_end(reviewed_node)),
          short_hash(now.sha256_at_end(now_node)));
  compare(found, name + " config file", config_of(reviewed, reviewed_node), config_of(now, now_node));
}

void compare_objects(std::vector<std::string>& found, const Plan& reviewed, const Plan& now) {
  std::set<facts::ObjectReference> objects;
  for (const Plan& plan : {std::cref(reviewed), std::cref(now)}) {
    for (const Plan::ObjectTurn& turn : plan.object_changes()) objects.insert(turn.change->object);
  }
  auto text = [](const ObjectChange* change, std::optional<std::string> ObjectChange::* sha256) {
    return change == nullptr ? std::string("no change") : facts::describe_text(change->*sha256);
  };
  for (const facts::ObjectReference& object : objects) {
    const ObjectChange* was = reviewed.change_of(object);
    const ObjectChange* is = now.change_of(object);
    compare(found, object.text(), text(was, &ObjectChange::sha256_before),
            text(is, &ObjectChange::sha256_before));
    compare(found, "planned " + object.text(), text(was, &ObjectChange::sha256_after),
            text(is, &ObjectChange::sha256_after));
  }
}

std::string paths_of(const spec::Playbook& playbook) {
  std::vector<std::string> paths;
  for (const spec::ExtraPath& path : playbook.paths) paths.push_back(path.path);
  return join(paths, " ");
}

void compare_playbooks(std::vector<std::string>& found, const spec::Playbook& reviewed,
                       const spec::Playbook& now) {
  auto seconds = [](std::chrono::seconds value) { return fmt::format("{} s", value.count()); };
  compare(found, "playbook", reviewed.name, now.name);
  compare(found, "spec.profile", join(reviewed.profiles, " "), join(now.profiles, " "));
  compare(found, "spec.paths", paths_of(reviewed), paths_of(now));
  compare(found, "spec.authenticationConfig.directory", reviewed.config_directory, now.config_directory);
  auto word = [](bool value) { return std::string(value ? "true" : "false"); };
  compare(found, "spec.persist.kubeadmConfig", word(reviewed.persist_kubeadm_config),
          word(now.persist_kubeadm_config));
  auto oidc = [](const spec::Playbook& playbook) {
    return std::string(playbook.kubeadm_oidc == spec::KubeadmOidc::drop ? "drop" : "refuse");
  };
  compare(found, "spec.persist.kubeadmOidc", oidc(reviewed), oidc(now));
  compare(found, "spec.gates.readyz.consecutive", std::to_string(reviewed.gates.consecutive),
          std::to_string(now.gates.consecutive));
  compare(found, "spec.gates.readyz.interval", seconds(reviewed.gates.interval), seconds(now.gates.interval));
  compare(found, "spec.gates.soak", seconds(reviewed.gates.soak), seconds(now.gates.soak));
  compare(found, "spec.gates.canarySoak", seconds(reviewed.gates.canary_soak),
          seconds(now.gates.canary_soak));
  compare(found, "spec.gates.timeout", seconds(reviewed.gates.timeout), seconds(now.gates.timeout));
  compare(found, "spec.approvals.required", std::to_string(reviewed.approvals.required),
          std::to_string(now.approvals.required));
  if (reviewed.window != now.window) found.emplace_back("spec.window: it has changed");
  compare(found, "spec.approvals.allowedSigners", reviewed.approvals.allowed_signers,
          now.approvals.allowed_signers);
}

}  // namespace

void keep_order(Plan& now, const Plan& reviewed) {
  auto place = [](const Plan& plan, const std::string& name) {
    return std::find_if(plan.nodes.begin(), plan.nodes.end(),
                        [&](const NodePlan& one) { return one.name == name; }) -
           plan.nodes.begin();
  };
  auto kind_of = [](const Plan& plan, const NodePlan& node) {
    const ManifestChange* change = plan.change_of(node);
    return change == nullptr ? std::nullopt : std::optional(change->kind);
  };
  auto same_kind = [&](const NodePlan& node) {
    auto here = static_cast<std::size_t>(place(now, node.name));
    auto there = static_cast<std::size_t>(place(reviewed, node.name));
    return there < reviewed.nodes.size() && kind_of(reviewed, reviewed.nodes[there]) == kind_of(now, node) &&
           (reviewed.order_reasons[there] == worst_first) == (now.order_reasons[here] == worst_first);
  };
  bool whole =
      now.order_reasons.size() == now.nodes.size() && reviewed.order_reasons.size() == reviewed.nodes.size();
  if (!whole || !std::all_of(now.nodes.begin(), now.nodes.end(), same_kind)) return;
  Plan kept = now;
  kept.nodes.clear();
  kept.order_reasons.clear();
  for (const NodePlan& node : reviewed.nodes) {
    auto here = static_cast<std::size_t>(place(now, node.name));
    if (here == now.nodes.size()) return;
    kept.nodes.push_back(now.nodes[here]);
    kept.order_reasons.push_back(now.order_reasons[here]);
  }
  now = std::move(kept);
  now.follow_nodes();
  seal(now);
}

std::vector<std::string> differences(const Plan& reviewed, const Plan& now) {
  std::vector<std::string> found;
  if (reviewed.hash == now.hash) return found;
  compare(found, "cluster", reviewed.cluster, now.cluster);
  compare(found, "endpoint", reviewed.endpoint, now.endpoint);
  compare(found, "kube-system UID", reviewed.kube_system_uid, now.kube_system_uid);
  for (const NodePlan& node : reviewed.nodes) {
    auto other = std::find_if(now.nodes.begin(), now.nodes.end(),
                              [&](const NodePlan& one) { return one.name == node.name; });
    if (other == now.nodes.end()) {
      found.push_back(
          fmt::format("{}: was part of the reviewed plan, is not part of the plan now", node.name));
    } else {
      compare_nodes(found, node, *other);
      compare_manifests(found, reviewed, node, now, *other);
    }
  }
  for (const NodePlan& node : now.nodes) {
    bool known = std::any_of(reviewed.nodes.begin(), reviewed.nodes.end(),
                             [&](const NodePlan& one) { return one.name == node.name; });
    if (!known) found.push_back(fmt::format("{}: was not part of the reviewed plan", node.name));
  }
  auto order = [](const Plan& plan) {
    std::string names;
    for (const NodePlan& node : plan.nodes) names += names.empty() ? node.name : ", " + node.name;
    return names;
  };
  compare(found, "order", order(reviewed), order(now));
  compare_objects(found, reviewed, now);
  const Accepted& then = reviewed.accepted;
  compare(found, "accepted owners", join(then.owners, ", "), join(now.accepted.owners, ", "));
  compare(found, "accepted inputs", join(then.inputs, ", "), join(now.accepted.inputs, ", "));
  compare(found, "accepted versions", join(then.versions, ", "), join(now.accepted.versions, ", "));
  auto past = [](const Plan& plan) {
    return plan.outside_window
               ? fmt::format("{} ({})", plan.outside_window->reason, plan.outside_window->ticket)
               : std::string("the window counts");
  };
  compare(found, "outside the window", past(reviewed), past(now));
  compare_playbooks(found, reviewed.playbook, now.playbook);
  if (found.empty())
    found.emplace_back(
        "a difference in gates, exposures or playbook settings that are not compared one by one");
  return found;
}

Status check_unchanged(const Plan& reviewed, const Plan& now, std::string_view file) {
  std::vector<std::string> found = differences(reviewed, now);
  if (found.empty()) return {};
  return fail(plan_errors::plan_outdated, fmt::format("{}: something changed since this plan was made", file),
              std::move(found));
}

}  // namespace nightlatch::plan
