// plan.json: {schema, hash, decides, shown}. `decides` holds integers, booleans and strings only, so that its
// RFC 8785 form is what nlohmann's sorted, compact dump writes.
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "plan/change_json.hpp"
#include "plan/check_codes.hpp"
#include "plan/errors.hpp"
#include "plan/hooks_json.hpp"
#include "plan/plan.hpp"
#include "plan/window_json.hpp"
#include "util/hash.hpp"
#include "util/overloaded.hpp"
#include "util/text.hpp"
#include "util/whole_json.hpp"

namespace nightlatch::plan {

namespace {

using nlohmann::json;

constexpr std::string_view schema = "nightlatch.dev/plan/v1";

std::string_view name(Direction direction) {
  return direction == Direction::apply ? "apply" : "rollback";
}

std::string_view name(facts::Purpose purpose) {
  switch (purpose) {
    case facts::Purpose::kubelet_probe:
      return "kubelet_probe";
    case facts::Purpose::stays_open:
      return "stays_open";
    case facts::Purpose::must_be_closed:
      return "must_be_closed";
    case facts::Purpose::identity:  // no plan asks it
    case facts::Purpose::ready:
      break;
  }
  return "ready";
}

std::string_view name(PlanCheck::Grade grade) {
  switch (grade) {
    case PlanCheck::Grade::ok:
      return "ok";
    case PlanCheck::Grade::warning:
      return "warning";
    case PlanCheck::Grade::unknown:
      break;
  }
  return "unknown";
}

std::string_view name(spec::SelfApproval self) {
  return self == spec::SelfApproval::deny ? "deny" : "allow";
}

// The enumerator with the name that is in the file. Throws what from_json turns into not_a_plan.
template <class E, std::size_t N>
E named(const json& value, const E (&all)[N]) {
  auto text = value.get<std::string>();
  for (E candidate : all) {
    if (name(candidate) == text) return candidate;
  }
  throw json::other_error::create(501, fmt::format("unknown value \"{}\"", text), &value);
}

json to(const access::Exposure& exposure) {
  return {{"state", access::name(exposure.state)}, {"paths", exposure.paths}, {"why", exposure.why}};
}

access::Exposure exposure_from(const json& value) {
  access::Exposure exposure;
  auto state = access::exposure_state(value.at("state").get<std::string>());
  if (!state) throw json::other_error::create(501, "unknown exposure", &value);
  exposure.state = *state;
  exposure.paths = value.at("paths").get<std::vector<std::string>>();
  exposure.why = value.at("why").get<std::string>();
  return exposure;
}

json to(const std::vector<facts::Expectation>& gates) {
  json list = json::array();
  for (const auto& gate : gates) {
    list.push_back({{"method", gate.method},
                    {"path", gate.path},
                    {"credentials", gate.credentials == facts::Credentials::none ? "none" : "admin"},
                    {"purpose", name(gate.purpose)},
                    {"expected", gate.expected}});
  }
  return list;
}

std::vector<facts::Expectation> gates_from(const json& list) {
  constexpr facts::Purpose purposes[] = {facts::Purpose::kubelet_probe, facts::Purpose::stays_open,
                                         facts::Purpose::must_be_closed, facts::Purpose::ready};
  std::vector<facts::Expectation> gates;
  for (const json& value : list) {
    bool admin = value.at("credentials").get<std::string>() == "admin";
    gates.push_back({value.at("method").get<std::string>(), value.at("path").get<std::string>(),
                     admin ? facts::Credentials::admin : facts::Credentials::none,
                     named(value.at("purpose"), purposes), value.at("expected").get<std::vector<int>>()});
  }
  return gates;
}

json to(const NodePlan& node) {
  json value{{"name", node.name},
             {"host", node.host},
             {"machineId", node.machine_id},
             {"hostKey", node.host_key},
             {"version", node.version},
             {"manifest", {{"path", node.manifest_path}, {"sha256", node.manifest_sha256}}},
             {"exposure", {{"before", to(node.before)}, {"after", to(node.after)}}},
             {"opens", node.opens},
             {"api", {{"host", node.api_host}, {"port", node.api_port}}},
             {"gates", to(node.gates)},
             {"graceSeconds", node.grace_seconds}};
  if (node.stays_behind) value["staysBehind"] = true;
  if (!node.api_tls_name.empty()) value["api"]["tlsName"] = node.api_tls_name;
  return value;
}

NodePlan node_from(const json& value) {
  NodePlan node;
  value.at("name").get_to(node.name);
  value.at("host").get_to(node.host);
  value.at("machineId").get_to(node.machine_id);
  value.at("hostKey").get_to(node.host_key);
  value.at("version").get_to(node.version);
  node.stays_behind = value.value("staysBehind", false);
  value.at("manifest").at("path").get_to(node.manifest_path);
  value.at("manifest").at("sha256").get_to(node.manifest_sha256);
  node.before = exposure_from(value.at("exposure").at("before"));
  node.after = exposure_from(value.at("exposure").at("after"));
  value.at("opens").get_to(node.opens);
  value.at("api").at("host").get_to(node.api_host);
  value.at("api").at("port").get_to(node.api_port);
  node.api_tls_name = value.at("api").value("tlsName", "");
  node.gates = gates_from(value.at("gates"));
  value.at("graceSeconds").get_to(node.grace_seconds);
  return node;
}

json to(const std::vector<SkippedNode>& skipped) {
  json list = json::array();
  for (const SkippedNode& node : skipped) {
    list.push_back(
        {{"name", node.name}, {"manifest", {{"before", node.sha256_before}, {"after", node.sha256_after}}}});
  }
  return list;
}

std::vector<SkippedNode> skipped_from(const json& list) {
  std::vector<SkippedNode> skipped;
  for (const json& value : list) {
    const json& manifest = value.at("manifest");
    skipped.push_back({value.at("name").get<std::string>(), manifest.at("before").get<std::string>(),
                       manifest.at("after").get<std::string>()});
  }
  return skipped;
}

json to(const spec::Rollback& rollback) {
  json result{{"leaseSeconds", rollback.lease.count()}};
  if (rollback.ceiling) result["ceilingSeconds"] = rollback.ceiling->count();
  return result;
}

// kubeadmOidc is written where it is not the default: a plan without it says what it always said.
json persist_to(const spec::Playbook& playbook) {
  json persist{{"kubeadmConfig", playbook.persist_kubeadm_config}};
  if (playbook.kubeadm_oidc == spec::KubeadmOidc::drop) persist["kubeadmOidc"] = "drop";
  return persist;
}

json to(const spec::Approvals& approvals) {
  return {{"required", approvals.required},
          {"allowedSigners", approvals.allowed_signers},
          {"self", name(approvals.self)}};
}

spec::Approvals approvals_from(const json& value) {
  constexpr spec::SelfApproval words[] = {spec::SelfApproval::deny, spec::SelfApproval::allow};
  return {.required = value.at("required").get<int>(),
          .allowed_signers = value.at("allowedSigners").get<std::string>(),
          .self = named(value.at("self"), words)};
}

json to(const spec::Playbook& playbook) {
  json paths = json::array();
  for (const auto& path : playbook.paths) {
    paths.push_back(
        {{"path", path.path}, {"owner", path.owner}, {"reason", path.reason}, {"expires", path.expires}});
  }
  const spec::Gates& gates = playbook.gates;
  json value{{"name", playbook.name},
             {"profiles", playbook.profiles},
             {"paths", paths},
             {"configDirectory", playbook.config_directory},
             {"order", playbook.order},
             {"probes", playbook.probes == spec::RefusedProbes::refuse ? "refuse" : "tcpSocket"},
             {"gates",
              {{"consecutive", gates.consecutive},
               {"intervalSeconds", gates.interval.count()},
               {"soakSeconds", gates.soak.count()},
               {"canarySoakSeconds", gates.canary_soak.count()},
               {"timeoutSeconds", gates.timeout.count()}}},
             {"rollback", to(playbook.rollback)},
             {"persist", persist_to(playbook)}};
  if (playbook.approvals != spec::Approvals{}) value["approvals"] = to(playbook.approvals);
  if (playbook.window.is_stated()) value["window"] = to_json(playbook.window);
  if (playbook.hooks != spec::Hooks{}) value["hooks"] = to_json(playbook.hooks);
  return value;
}

spec::Playbook playbook_from(const json& value) {
  spec::Playbook playbook;
  value.at("name").get_to(playbook.name);
  value.at("profiles").get_to(playbook.profiles);
  for (const json& path : value.at("paths")) {
    playbook.paths.push_back({path.at("path").get<std::string>(), path.at("owner").get<std::string>(),
                              path.at("reason").get<std::string>(), path.at("expires").get<std::string>()});
  }
  value.at("configDirectory").get_to(playbook.config_directory);
  value.at("order").get_to(playbook.order);
  if (value.at("probes").get<std::string>() == "tcpSocket") playbook.probes = spec::RefusedProbes::tcp_socket;
  const json& gates = value.at("gates");
  auto seconds = [&](const char* key) { return std::chrono::seconds(gates.at(key).get<long>()); };
  gates.at("consecutive").get_to(playbook.gates.consecutive);
  playbook.gates.interval = seconds("intervalSeconds");
  playbook.gates.soak = seconds("soakSeconds");
  playbook.gates.canary_soak = seconds("canarySoakSeconds");
  playbook.gates.timeout = seconds("timeoutSeconds");
  const json& rollback = value.at("rollback");
  playbook.rollback.lease = std::chrono::seconds(rollback.at("leaseSeconds").get<long>());
  if (rollback.contains("ceilingSeconds"))
    playbook.rollback.ceiling = std::chrono::seconds(rollback.at("ceilingSeconds").get<long>());
  const json& persist = value.at("persist");
  persist.at("kubeadmConfig").get_to(playbook.persist_kubeadm_config);
  if (persist.value("kubeadmOidc", "refuse") == "drop") playbook.kubeadm_oidc = spec::KubeadmOidc::drop;
  if (value.contains("approvals")) playbook.approvals = approvals_from(value.at("approvals"));
  if (value.contains("window")) playbook.window = window_from_json(value.at("window"));
  if (value.contains("hooks")) playbook.hooks = hooks_from_json(value.at("hooks"));
  return playbook;
}

// Whether the names of the nodes, with the skipped ones, differ, the changes of manifests belong to these
// nodes and have their order, and no node or object is changed twice.
bool is_sound(const Plan& plan) {
  std::set<std::string> names;
  std::vector<std::string> changed;
  for (const NodePlan& node : plan.nodes) {
    if (!names.insert(node.name).second) return false;
    if (plan.is_changed(node)) changed.push_back(node.name);
  }
  for (const SkippedNode& node : plan.skipped) {
    if (!names.insert(node.name).second) return false;
  }
  std::vector<std::string> manifests;
  std::set<facts::ObjectReference> objects;
  bool once = true;
  auto look = overloaded{
      [&](const ManifestChange& change) { manifests.push_back(change.node); },
      [&](const ObjectChange& change) { once = objects.insert(change.object).second && once; },
  };
  for (const Change& change : plan.changes) std::visit(look, change);
  return once && manifests == changed;
}

// A plan that names a run says what it does about it.
Relation relation_from(const json& decided, const Plan& plan) {
  if (!decided.contains("relation")) return usual_relation(plan.direction, plan.of_run);
  auto relation = relation_named(decided.at("relation").get<std::string>());
  bool fits = relation && (*relation == Relation::none) == plan.of_run.empty();
  if (!fits) throw json::other_error::create(501, "unknown relation", &decided);
  return *relation;
}

json decides(const Plan& plan) {
  json nodes = json::array();
  for (const NodePlan& node : plan.nodes) nodes.push_back(to(node));
  json decided{{"direction", name(plan.direction)},
               {"cluster", plan.cluster},
               {"endpoint", plan.endpoint},
               {"kubeSystemUid", plan.kube_system_uid},
               {"ofRun", plan.of_run},
               {"playbook", to(plan.playbook)},
               {"nodes", nodes},
               {"changes", to_json(plan.changes)}};
  if (plan.opens_all()) decided["reason"] = plan.reason;
  if (plan.relation != usual_relation(plan.direction, plan.of_run)) decided["relation"] = name(plan.relation);
  if (plan.rehearsal) decided["rehearsal"] = true;
  if (plan.outside_window)
    decided["outsideWindow"] = {{"reason", plan.outside_window->reason},
                                {"ticket", plan.outside_window->ticket}};
  if (!plan.skipped.empty()) decided["skipped"] = to(plan.skipped);
  if (!plan.accepted.owners.empty()) decided["acceptedOwners"] = plan.accepted.owners;
  if (!plan.accepted.inputs.empty()) decided["acceptedInputs"] = plan.accepted.inputs;
  if (!plan.accepted.versions.empty()) decided["acceptedVersions"] = plan.accepted.versions;
  return decided;
}

// The code is written as "NL3302"; an empty subject is left out.
json to_json(const PlanCheck& check) {
  json value{{"grade", name(check.grade)}, {"text", check.text}};
  if (check.code != 0) value["code"] = code_name(check.code);
  json subject = json::object();
  if (!check.subject.node.empty()) subject["node"] = check.subject.node;
  if (!check.subject.path.empty()) subject["path"] = check.subject.path;
  if (!check.subject.object.empty()) subject["object"] = check.subject.object;
  if (!subject.empty()) value["subject"] = std::move(subject);
  return value;
}

PlanCheck check_from(const json& value) {
  constexpr PlanCheck::Grade grades[] = {PlanCheck::Grade::ok, PlanCheck::Grade::warning,
                                         PlanCheck::Grade::unknown};
  PlanCheck check{named(value.at("grade"), grades), value.at("text").get<std::string>(), 0, {}};
  std::string code = value.value("code", "");
  for (const ErrorCode& row : plan_checks::all) {
    if (code == code_name(row.number)) check.code = row.number;
  }
  if (!value.contains("subject")) return check;
  const json& subject = value.at("subject");
  check.subject = {subject.value("node", ""), subject.value("path", ""), subject.value("object", "")};
  return check;
}

}  // namespace

void seal(Plan& plan) {
  // A node may send bytes that are not UTF-8, and the dump must not throw because of them.
  plan.hash = sha256_hex(decides(plan).dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string to_json(const Plan& plan) {
  json checks = json::array();
  for (const PlanCheck& check : plan.checks) checks.push_back(to_json(check));
  nlohmann::ordered_json file;
  file["schema"] = schema;
  file["hash"] = plan.hash;
  file["decides"] = decides(plan);
  file["shown"] = {{"created", plan.created}, {"checks", checks}, {"order", plan.order_reasons}};
  return file.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<Plan> from_json(std::string_view bytes, std::string_view file) {
  constexpr Direction directions[] = {Direction::apply, Direction::rollback};
  try {
    json value = parse_whole_json(bytes);
    if (value.at("schema").get<std::string>() != schema) {
      return fail(plan_errors::not_a_plan,
                  fmt::format("{}: schema is {}, expected {}", file, value.at("schema").dump(), schema));
    }
    Plan plan;
    const json& decided = value.at("decides");
    plan.direction = named(decided.at("direction"), directions);
    decided.at("cluster").get_to(plan.cluster);
    decided.at("endpoint").get_to(plan.endpoint);
    decided.at("kubeSystemUid").get_to(plan.kube_system_uid);
    decided.at("ofRun").get_to(plan.of_run);
    plan.reason = decided.value("reason", "");
    plan.relation = relation_from(decided, plan);
    plan.rehearsal = decided.value("rehearsal", false);
    if (decided.contains("outsideWindow")) {
      const json& outside = decided.at("outsideWindow");
      plan.outside_window = {outside.at("reason").get<std::string>(),
                             outside.at("ticket").get<std::string>()};
    }
    plan.playbook = playbook_from(decided.at("playbook"));
    if (decided.contains("skipped")) plan.skipped = skipped_from(decided.at("skipped"));
    if (decided.contains("acceptedOwners")) decided.at("acceptedOwners").get_to(plan.accepted.owners);
    if (decided.contains("acceptedInputs")) decided.at("acceptedInputs").get_to(plan.accepted.inputs);
    if (decided.contains("acceptedVersions")) decided.at("acceptedVersions").get_to(plan.accepted.versions);
    for (const json& node : decided.at("nodes")) plan.nodes.push_back(node_from(node));
    plan.changes = changes_from_json(decided.at("changes"));
    for (const json& check : value.at("shown").at("checks")) {
      plan.checks.push_back(check_from(check));
    }
    value.at("shown").at("order").get_to(plan.order_reasons);
    value.at("shown").at("created").get_to(plan.created);
    if (!is_sound(plan))
      return fail(plan_errors::not_a_plan, fmt::format("{}: its changes do not match its nodes", file));
    seal(plan);
    if (plan.hash != value.at("hash").get<std::string>() || decides(plan) != decided) {
      return fail(plan_errors::plan_edited,
                  fmt::format("{}: its contents have the hash {}, the file says {}", file, plan.short_hash(),
                              value.at("hash").get<std::string>().substr(0, 8)));
    }
    return plan;
  } catch (const json::exception&) {
    return fail(plan_errors::not_a_plan, fmt::format("{}: not a plan of this version", file));
  }
}

}  // namespace nightlatch::plan
