#include "plan/planner.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "access/oidc.hpp"
#include "access/version.hpp"
#include "manifest/splice.hpp"
#include "plan/check_codes.hpp"
#include "plan/cluster_checks.hpp"
#include "plan/errors.hpp"
#include "plan/expectations.hpp"
#include "plan/exposure_inputs.hpp"
#include "plan/holder.hpp"
#include "plan/image.hpp"
#include "plan/kubeadm_change.hpp"
#include "plan/kubeadm_patches.hpp"
#include "plan/obstacles.hpp"
#include "plan/order.hpp"
#include "plan/own_address.hpp"
#include "plan/owners.hpp"
#include "plan/preconditions.hpp"
#include "plan/product_advice.hpp"
#include "plan/reboots.hpp"
#include "plan/restart_inputs.hpp"
#include "plan/rewrite.hpp"
#include "plan/time_limits.hpp"
#include "plan/unknown_keys.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {

namespace {

namespace codes = plan_errors;
using facts::NodeFacts;

constexpr const char* cluster_info_path = "/api/v1/namespaces/kube-public/configmaps/cluster-info";

template <class T>
void append(std::vector<T>& all, std::vector<T> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

int grace_seconds(const manifest::ApiServerPod& pod) {
  return static_cast<int>(pod.grace_period_seconds.value_or(30));
}

NodePlan describe(const NodeFacts& facts) {
  NodePlan node;
  node.name = facts.name;
  node.host = facts.host;
  node.machine_id = facts.machine_id;
  node.host_key = facts.host_key;
  node.manifest_path = facts.manifest_path;
  node.manifest_sha256 = facts.manifest.sha256;
  return node;
}

ManifestChange swap(const NodeFacts& facts, const Rewrite& rewrite) {
  ManifestChange change;
  change.node = facts.name;
  change.sha256_before = facts.manifest.sha256;
  change.sha256_after = rewrite.edit.sha256_after;
  change.splices = rewrite.edit.splices;
  change.undo = manifest::inverse(facts.manifest.bytes, rewrite.edit.splices);
  if (rewrite.config) {
    change.config_path = rewrite.config->path;
    change.config_sha256 = rewrite.config->sha256;
  }
  return change;
}

PlannedNode plan_node(const NodeFacts& facts, const Rewrite& rewrite, const PlanRequest& request,
                      NodeBytes& bytes) {
  PlannedNode planned;
  NodePlan& node = planned.node;
  node = describe(facts);
  node.version = version_of(rewrite.pod, std::nullopt).value_or(rewrite.version).text();
  node.before = rewrite.before;
  node.after = rewrite.after;
  node.opens = rewrite.opens;
  planned.asked_at = own_address(rewrite.pod, facts, request.facts);
  const ApiAddress& address = planned.asked_at.address;
  node.api_host = address.host;
  node.api_port = address.port;
  node.api_tls_name = address.tls_name;
  auto after = manifest::read_api_server_pod(rewrite.edit.after, facts.manifest_path);
  planned.pod_after = after ? *std::move(after) : rewrite.pod;  // the proof of the edit read it, too
  node.gates = gates_for(rewrite.after, planned.pod_after);
  node.grace_seconds = grace_seconds(rewrite.pod);
  if (rewrite.changed) {
    planned.change = swap(facts, rewrite);
    bytes = {facts.manifest.bytes, rewrite.edit.after, rewrite.config ? rewrite.config->bytes : std::string{},
             manifest::unified_diff(facts.manifest.bytes, rewrite.edit.splices, facts.manifest_path)};
  }
  planned.moved_oidc = rewrite.moved_oidc;
  planned.logins = known_logins(rewrite);
  planned.struggling = is_struggling(rewrite.before, facts.pod);
  planned.talked_through = serves_endpoint(request.facts.api->endpoint, node);
  return planned;
}

// A health check of the load balancer that nobody stated is unknown, never ok (S17).
void check_balancer(const PlanRequest& request, const std::vector<PlannedNode>& nodes, PlanOutcome& outcome,
                    Plan& plan) {
  const auto& balancer = request.cluster.load_balancer;
  bool closed = std::any_of(nodes.begin(), nodes.end(), [](const PlannedNode& one) {
    return one.node.after.state == access::ExposureState::closed;
  });
  if (balancer && balancer->probe_tcp && balancer->probe_path.empty()) {
    plan.checks.push_back({PlanCheck::Grade::ok,
                           "load balancer: it opens connections, and asks no path",
                           0,
                           {.object = "load balancer"}});
    return;
  }
  if (!balancer || balancer->probe_path.empty()) {
    if (closed) {
      outcome.refusals.push_back(
          Error{codes::balancer_probe,
                "the inventory states no health check of the load balancer, and no path would stay open",
                {},
                {},
                "state it in the inventory: loadBalancer.probe",
                {}});
    }
    plan.checks.push_back({PlanCheck::Grade::unknown,
                           "load balancer: its health check is not stated in the inventory",
                           plan_checks::balancer_unknown.number,
                           {.object = "load balancer"}});
    return;
  }
  bool expects_refusal =
      std::find(balancer->expect.begin(), balancer->expect.end(), 401) != balancer->expect.end();
  for (const PlannedNode& one : nodes) {
    if (access::lets_in(one.node.after, balancer->probe_path) || expects_refusal) continue;
    outcome.refusals.push_back(
        Error{codes::balancer_probe,
              fmt::format("{}: the load balancer asks GET {}, which would be answered 401", one.node.name,
                          balancer->probe_path),
              {},
              {},
              {},
              {}});
    return;
  }
  plan.checks.push_back({PlanCheck::Grade::ok,
                         fmt::format("load balancer: GET {} stays open", balancer->probe_path),
                         0,
                         {.path = balancer->probe_path, .object = "load balancer"}});
}

// /readyz says nothing about logins (S18), so a plan that moves OIDC flags says that no login was tested.
// Only the first node is named: all nodes of a cluster usually have one issuer.
void add_oidc_checks(const std::vector<PlannedNode>& nodes, Plan& plan) {
  auto mover = std::find_if(nodes.begin(), nodes.end(),
                            [](const PlannedNode& one) { return one.moved_oidc.has_value(); });
  if (mover == nodes.end()) return;
  const MovedOidc& moved = *mover->moved_oidc;
  plan.checks.push_back(
      {PlanCheck::Grade::unknown,
       fmt::format(
           "SSO not tested by this plan: the logins of {} move into the configuration file. With "
           "--oidc-token-file FILE, nightlatch apply compares the user of that token before and after "
           "the change of each node",
           moved.issuer),
       plan_checks::login_untested.number,
       {.object = moved.issuer}});
  if (moved.signing_algs.size() >= access::all_signing_algs().size()) return;
  plan.checks.push_back(
      {PlanCheck::Grade::warning,
       fmt::format("after the change kube-apiserver accepts tokens of {} that are signed with {}, not only "
                   "{}: the configuration file has no setting for it",
                   moved.issuer, join(access::all_signing_algs(), ", "), join(moved.signing_algs, ", ")),
       plan_checks::more_algorithms.number,
       {.object = moved.issuer}});
}

// kubeadm join writes a manifest that names the configuration file, but does not write that file (S20).
void add_join_check(const std::vector<PlannedNode>& nodes, Plan& plan) {
  bool named = std::any_of(nodes.begin(), nodes.end(), [](const PlannedNode& one) {
    return one.pod_after.has_flag("authentication-config");
  });
  if (!named) return;
  plan.checks.push_back({PlanCheck::Grade::warning,
                         "before a new control-plane node joins: nightlatch node prepare HOST",
                         plan_checks::new_node_unprepared.number,
                         {}});
}

// Who opens everything again is not held up by what only the next upgrade reads: it is said instead.
void stay_as_it_is(KubeadmOutcome& kubeadm) {
  for (const Error& error : kubeadm.refusals) {
    kubeadm.check =
        PlanCheck{PlanCheck::Grade::warning,
                  fmt::format("kubeadm-config stays unchanged, and kubeadm upgrade will close the "
                              "nodes again: {}. Change the ConfigMap by hand",
                              error.message),
                  plan_checks::kubeadm_reopens.number,
                  {.object = kubeadm_config().text()}};
  }
  kubeadm.refusals.clear();
}

// The change of the ConfigMap from which kubeadm writes manifests at an upgrade or a join (S20).
void add_kubeadm_change(const PlanRequest& request, const std::vector<PlannedNode>& nodes,
                        PlanOutcome& outcome, Plan& plan) {
  std::vector<PersistedServer> servers;
  servers.reserve(nodes.size());
  for (const PlannedNode& one : nodes) servers.push_back({one.pod_after, one.logins});
  KubeadmOutcome kubeadm = plan_kubeadm_change(request.facts.api->kubeadm_config, servers, request.playbook);
  if (plan.opens_all()) {
    stay_as_it_is(kubeadm);
  } else {
    append(outcome.refusals, std::move(kubeadm.refusals));
  }
  if (kubeadm.check) plan.checks.push_back(*std::move(kubeadm.check));
  if (kubeadm.change) outcome.object_diffs[kubeadm_config()] = std::move(kubeadm.diff);
  if (kubeadm.change) plan.changes.emplace_back(*std::move(kubeadm.change));
  const auto& profiles = request.playbook.profiles;
  bool closed = std::find(profiles.begin(), profiles.end(), "closed") != profiles.end();
  bool handed =
      request.playbook.persist_kubeadm_config && !closed && !request.facts.api->kubeadm_config.empty();
  PatchOutcome patches =
      judge_kubeadm_patches(request.facts.nodes, handed ? HandedToKubeadm::yes : HandedToKubeadm::no);
  append(outcome.refusals, std::move(patches.refusals));
  for (PlanCheck& check : patches.checks) plan.checks.push_back(std::move(check));
}

void add_cluster_checks(const PlanRequest& request, const std::vector<PlannedNode>& nodes, Plan& plan) {
  std::vector<ApiServer> servers;
  for (const PlannedNode& one : nodes) {
    servers.push_back({&facts_of(one, request), &one.pod_after});
  }
  for (PlanCheck& check : etcd_checks(servers, request.facts.api->etcd_status))
    plan.checks.push_back(std::move(check));
  auto changing = std::count_if(nodes.begin(), nodes.end(),
                                [](const PlannedNode& one) { return one.change.has_value(); });
  if (changing > 0) plan.checks.push_back(collateral_check(static_cast<std::size_t>(changing)));
}

PlanCheck running_check(const PlanRequest& request) {
  std::vector<std::string> down;
  for (const NodeFacts& node : request.facts.nodes) {
    if (!node.pod.running) down.push_back(node.name);
  }
  std::size_t all = request.facts.nodes.size();
  return {down.empty() ? PlanCheck::Grade::ok : PlanCheck::Grade::warning,
          fmt::format("{} of {} API servers run", all - down.size(), all),
          down.empty() ? 0 : plan_checks::api_server_down.number,
          {.node = join(down, " ")}};
}

void add_checks(const PlanRequest& request, const std::vector<PlannedNode>& nodes, Plan& plan) {
  add_oidc_checks(nodes, plan);
  std::set<std::string> probe_paths;
  for (const PlannedNode& one : nodes) {
    for (const facts::Expectation& gate : one.node.gates) {
      if (gate.purpose == facts::Purpose::kubelet_probe) probe_paths.insert("GET " + gate.path);
    }
  }
  std::vector<std::string> paths(probe_paths.begin(), probe_paths.end());
  if (!paths.empty()) {
    plan.checks.push_back(
        {PlanCheck::Grade::ok, fmt::format("probes: {} stay open", join(paths, " and ")), 0, {}});
  }
  for (const NodeFacts& node : request.facts.nodes) {
    if (auto check = image_check(node)) plan.checks.push_back(*std::move(check));
    if (auto check = unknown_keys_check(node)) plan.checks.push_back(*std::move(check));
  }
  for (PlanCheck& check : reboot_checks(request.facts)) plan.checks.push_back(std::move(check));
  plan.checks.push_back(running_check(request));
  auto joins = [&](access::Exposure NodePlan::* when) {
    return std::any_of(nodes.begin(), nodes.end(), [&](const PlannedNode& one) {
      return access::lets_in(one.node.*when, cluster_info_path);
    });
  };
  if (joins(&NodePlan::before) && !joins(&NodePlan::after)) {
    plan.checks.push_back({PlanCheck::Grade::warning,
                           "kubeadm join by token stops working: add kubeadm-join, or join with a "
                           "--discovery-file that holds the token",
                           plan_checks::join_by_token.number,
                           {.path = cluster_info_path, .object = "ConfigMap kube-public/cluster-info"}});
  }
  add_cluster_checks(request, nodes, plan);
  add_join_check(nodes, plan);
}

std::vector<Error> about_node(std::vector<Error> errors, const std::string& node) {
  for (Error& error : errors) {
    if (!error.message.starts_with(node)) error.message = fmt::format("{}: {}", node, error.message);
  }
  return errors;
}

// All API servers must run the same minor version (S12).
std::vector<Error> check_versions(const std::vector<PlannedNode>& nodes) {
  std::set<std::string> minors;
  std::vector<std::string> details;
  for (const PlannedNode& one : nodes) {
    minors.insert(one.node.version.substr(0, one.node.version.rfind('.')));
    details.push_back(fmt::format("{}  {}", one.node.name, one.node.version));
  }
  if (minors.size() <= 1) return {};
  return {Error{codes::versions_differ, "the API servers run different minor versions", details, {}, {}, {}}};
}

// Gates that another API server answers say nothing about the node (S16).
std::vector<Error> check_addresses(const std::vector<PlannedNode>& nodes) {
  std::vector<Error> refusals;
  std::vector<Advertised> advertised;
  for (const PlannedNode& one : nodes) {
    append(advertised, advertised_by(one.node.name, one.pod_after, one.asked_at.address));
    if (one.asked_at.why_not.empty()) continue;
    refusals.push_back(Error{.code = codes::address_not_own,
                             .message = fmt::format("{}: {}", one.node.name, one.asked_at.why_not),
                             .next = one.asked_at.next});
  }
  append(refusals, check_shared_addresses(advertised));
  return refusals;
}

void note_opening(Plan& plan) {
  if (!plan.opens_all()) return;
  plan.checks.push_back({PlanCheck::Grade::warning,
                         fmt::format("every path is opened to anonymous requests: {}", plan.reason),
                         plan_checks::opens_every_path.number,
                         {}});
}

// What is planned for the nodes, and what else was found on them.
struct Survey {
  std::vector<PlannedNode> nodes;     // those that can be planned for
  std::map<std::string, int> losses;  // Rewrite::losses of all nodes: code by text
  std::vector<Owner> owners;
  std::vector<AcceptedInput> inputs;
};

Survey survey_nodes(const PlanRequest& request, PlanOutcome& outcome) {
  Survey survey;
  for (const NodeFacts& facts : request.facts.nodes) {
    append(outcome.refusals, check_node(facts, paths_asked(request.playbook)));
    if (facts.manifest_path.empty()) continue;
    std::optional<std::string> config;
    if (facts.authentication_config) config = facts.authentication_config->bytes;
    std::optional<std::string> oidc_ca;
    if (facts.oidc_ca && !facts.oidc_ca->sha256.empty()) oidc_ca = facts.oidc_ca->bytes;
    RewriteOutcome rewritten = rewrite({facts.manifest.bytes,
                                        fmt::format("{}:{}", facts.name, facts.manifest_path),
                                        request.playbook,
                                        {},
                                        config,
                                        oidc_ca,
                                        request.accepted.versions});
    append(outcome.refusals, about_node(std::move(rewritten.refusals), facts.name));
    if (!rewritten.rewrite || !request.facts.api) continue;
    if (rewritten.rewrite->changed) append(outcome.refusals, check_obstacle(facts));
    append(outcome.refusals, check_pending_change(facts, rewritten.rewrite->pod));
    append(outcome.refusals, check_files_in_place(facts, rewritten.rewrite->pod));
    append(outcome.refusals, check_restart_inputs(facts, rewritten.rewrite->pod));
    InputFindings content = check_input_content(facts, rewritten.rewrite->pod, request.accepted.inputs);
    append(outcome.refusals, std::move(content.refusals));
    survey.inputs.insert(survey.inputs.end(), content.accepted.begin(), content.accepted.end());
    append(outcome.refusals, check_image(facts, rewritten.rewrite->pod));
    std::vector<Owner> of_node = owners_of(facts, rewritten.rewrite->pod);
    survey.owners.insert(survey.owners.end(), of_node.begin(), of_node.end());
    for (const Note& loss : rewritten.rewrite->losses) survey.losses[loss.text] = loss.code;
    NodeBytes bytes;
    survey.nodes.push_back(plan_node(facts, *rewritten.rewrite, request, bytes));
    outcome.bytes[facts.name] = std::move(bytes);
  }
  return survey;
}

}  // namespace

PlanOutcome make_plan(const PlanRequest& request) {
  PlanOutcome outcome;
  append(outcome.refusals, check_identity(request.facts, request.cluster));
  append(outcome.refusals, check_paths(request.playbook, request.today));
  if (request.facts.nodes.size() == 1 && request.accept_outage == AcceptOutage::no) {
    outcome.refusals.push_back(
        Error{codes::one_api_server,
              fmt::format("{} is the only API server: its restart leaves the cluster about {} without an API",
                          request.facts.nodes.front().name, human_duration(std::chrono::seconds(45))),
              {},
              {},
              {},
              {}});
  }
  Survey survey = survey_nodes(request, outcome);
  std::vector<PlannedNode>& nodes = survey.nodes;
  append(outcome.refusals, check_owners(survey.owners, request.accepted.owners));
  append(outcome.refusals, check_versions(nodes));
  append(outcome.refusals, check_addresses(nodes));
  if (request.facts.api && !nodes.empty())
    append(outcome.refusals,
           check_kubeadm_version(request.facts.api->kubeadm_config, nodes.front().node.version));
  append(outcome.refusals, check_timeout(request.playbook.gates.timeout, nodes));
  Plan plan;
  plan.direction = request.open_because.empty() ? Direction::apply : Direction::rollback;
  plan.reason = request.open_because;
  plan.outside_window = request.outside_window;
  plan.cluster = request.cluster.name;
  plan.playbook = request.playbook;
  find_holders(request, nodes);
  if (request.playbook.order.empty()) {
    order_automatically(nodes);
  } else if (nodes.size() == request.facts.nodes.size()) {  // else a refusal is about the missing node
    append(outcome.refusals, order_as_told(nodes, request.playbook.order));
  }
  check_balancer(request, nodes, outcome, plan);
  if (!outcome.refusals.empty()) return outcome;
  plan.endpoint = request.facts.api->endpoint;
  plan.kube_system_uid = request.facts.api->kube_system_uid;
  note_opening(plan);
  record_owners(survey.owners, plan);
  record_inputs(survey.inputs, plan);
  record_version(nodes.front().node.version, plan);
  for (const auto& [text, code] : survey.losses)
    plan.checks.push_back({PlanCheck::Grade::warning, text, code, {}});
  for (PlanCheck& check : check_holder(nodes, request.playbook.order))
    plan.checks.push_back(std::move(check));
  add_checks(request, nodes, plan);
  for (const PlannedNode& one : nodes) {
    plan.order_reasons.push_back(order_reason(one));
    plan.nodes.push_back(one.node);
    if (one.change) plan.changes.emplace_back(*one.change);
  }
  add_kubeadm_change(request, nodes, outcome, plan);  // after the changes of all nodes (S20)
  append(outcome.refusals, check_ceiling(plan));
  if (!outcome.refusals.empty()) return outcome;
  seal(plan);
  outcome.plan = std::move(plan);
  return outcome;
}

}  // namespace nightlatch::plan
