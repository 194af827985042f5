#include "api/objects.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/cluster_request.hpp"
#include "api/errors.hpp"
#include "api/server_address.hpp"
#include "util/certificate.hpp"
#include "util/hash.hpp"
#include "util/text.hpp"

namespace nightlatch::api {
namespace {

using Json = nlohmann::json;

class ObjectReader {
 public:
  ObjectReader(const Kubeconfig& kubeconfig, ServerAddress address, std::string user_agent)
      : kubeconfig_(kubeconfig), address_(std::move(address)), user_agent_(std::move(user_agent)) {}

  [[nodiscard]] Result<Answer> get(const std::string& path) const;
  // The JSON object at `path`; an error for every status but 200.
  [[nodiscard]] Result<Json> object(const std::string& path) const;
  // The same; JSON null for 404.
  [[nodiscard]] Result<Json> object_if_there(const std::string& path) const;

 private:
  [[nodiscard]] Result<Json> parse(const std::string& path, const Answer& answer) const;

  const Kubeconfig& kubeconfig_;
  ServerAddress address_;
  std::string user_agent_;
};

Result<Answer> ObjectReader::get(const std::string& path) const {
  return send(kubeconfig_, user_agent_, {.path = path});
}

std::string text(const Json& object, std::initializer_list<const char*> path) {
  const Json* at = &object;
  for (const char* key : path) {
    auto found = at->is_object() ? at->find(key) : at->end();
    if (!at->is_object() || found == at->end()) return {};
    at = &*found;
  }
  return at->is_string() ? at->get<std::string>() : std::string{};
}

Result<Json> ObjectReader::parse(const std::string& path, const Answer& answer) const {
  std::string where = fmt::format("{}{}", address_.url(), path);
  Json body = Json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  if (answer.status == 401 || answer.status == 403) {
    Error error = refusal(kubeconfig_, {.path = path}, answer);
    error.message = fmt::format("GET {} was answered with {} for the context \"{}\"", where, answer.status,
                                kubeconfig_.context);
    return fail(std::move(error));
  }
  if (answer.status != 200) {
    return fail(api_errors::answer_unexpected,
                fmt::format("GET {} was answered with {}, not with 200", where, answer.status));
  }
  if (answer.truncated)
    return fail(api_errors::answer_unexpected, fmt::format("GET {}: the answer is larger than 8 MiB", where));
  if (!body.is_object())
    return fail(api_errors::answer_unexpected, fmt::format("GET {}: the answer is not a JSON object", where));
  return body;
}

Result<Json> ObjectReader::object(const std::string& path) const {
  NL_ASSIGN(Answer answer, get(path));
  return parse(path, answer);
}

Result<Json> ObjectReader::object_if_there(const std::string& path) const {
  NL_ASSIGN(Answer answer, get(path));
  if (answer.status == 404) return Json();
  return parse(path, answer);
}

std::string internal_ip(const Json& node) {
  auto status = node.find("status");
  if (status == node.end() || !status->is_object()) return {};
  auto addresses = status->find("addresses");
  if (addresses == status->end() || !addresses->is_array()) return {};
  for (const Json& address : *addresses) {
    if (text(address, {"type"}) == "InternalIP") return text(address, {"address"});
  }
  return {};
}

// nullptr: the kubelet has not reported yet.
const Json* ready_condition(const Json& node) {
  auto status = node.find("status");
  if (status == node.end() || !status->is_object()) return nullptr;
  auto conditions = status->find("conditions");
  if (conditions == status->end() || !conditions->is_array()) return nullptr;
  auto ready = std::find_if(conditions->begin(), conditions->end(),
                            [](const Json& condition) { return text(condition, {"type"}) == "Ready"; });
  return ready == conditions->end() ? nullptr : &*ready;
}

bool is_ready(const Json& node) {
  const Json* ready = ready_condition(node);
  return ready != nullptr && text(*ready, {"status"}) == "True";
}

// The kubelet sets lastTransitionTime when it makes the Node, and again only when the status changes
// (pkg/kubelet/nodestatus/setters.go, ReadyCondition). Two clocks are compared, the kubelet's and the API
// server's, so a few seconds are allowed. A Node that has been Ready changed its condition at least twice,
// and the last time long after it was made.
bool was_never_ready(const Json& node) {
  constexpr std::chrono::seconds between_clocks{5};
  if (is_ready(node)) return false;
  const Json* ready = ready_condition(node);
  if (ready == nullptr) return false;
  auto made = parse_utc_timestamp(text(node, {"metadata", "creationTimestamp"}));
  auto changed = parse_utc_timestamp(text(*ready, {"lastTransitionTime"}));
  return made && changed && *changed <= *made + between_clocks;
}

Result<std::vector<facts::ApiNode>> control_plane(const ObjectReader& reader) {
  const std::string path = "/api/v1/nodes?labelSelector=node-role.kubernetes.io%2Fcontrol-plane";
  NL_ASSIGN(Json list, reader.object(path));
  auto items = list.find("items");
  if (items == list.end() || !items->is_array()) {
    return fail(api_errors::answer_unexpected, path + ": the answer is not a list");
  }
  std::vector<facts::ApiNode> nodes;
  for (const Json& item : *items) {
    if (!item.is_object())
      return fail(api_errors::answer_unexpected, path + ": an item of the list is not an object");
    facts::ApiNode node{.name = text(item, {"metadata", "name"}),
                        .internal_ip = internal_ip(item),
                        .machine_id = text(item, {"status", "nodeInfo", "machineID"}),
                        .ready = is_ready(item),
                        .never_ready = was_never_ready(item)};
    if (node.name.empty())
      return fail(api_errors::answer_unexpected, path + ": a Node of the list has no name");
    nodes.push_back(std::move(node));
  }
  std::sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return nodes;
}

Result<std::string> required(const ObjectReader& reader, const std::string& path,
                             std::initializer_list<const char*> key) {
  NL_ASSIGN(Json object, reader.object(path));
  std::string value = text(object, key);
  if (value.empty())
    return fail(api_errors::answer_unexpected,
                fmt::format("{}: the answer has no {}", path, *(key.end() - 1)));
  return value;
}

Result<ObjectReader> make_reader(const Kubeconfig& kubeconfig, const std::string& user_agent) {
  NL_ASSIGN(ServerAddress address, parse_server_address(kubeconfig.server));
  return ObjectReader(kubeconfig, std::move(address), user_agent);
}

// The Nodes in the lock of kured, which it keeps in an annotation of its DaemonSet:
// {"nodeID": …}, or with --concurrency {"locks": [{"nodeID": …}, …]} (pkg/daemonsetlock/daemonsetlock.go).
// The namespaces are those of its manifest and of its chart. A login that may not read it sees none.
std::vector<std::string> kured_lock(const ObjectReader& reader) {
  std::vector<std::string> nodes;
  for (const char* name_space : {"kube-system", "kured"}) {
    auto set =
        reader.object_if_there(fmt::format("/apis/apps/v1/namespaces/{}/daemonsets/kured", name_space));
    std::string lock = set ? text(*set, {"metadata", "annotations", "weave.works/kured-node-lock"}) : "";
    Json held = Json::parse(lock, nullptr, /*allow_exceptions=*/false);
    if (std::string node = text(held, {"nodeID"}); !node.empty()) nodes.push_back(std::move(node));
    auto locks = held.is_object() ? held.find("locks") : held.end();
    if (!held.is_object() || locks == held.end() || !locks->is_array()) continue;
    for (const Json& one : *locks) {
      if (std::string node = text(one, {"nodeID"}); !node.empty()) nodes.push_back(std::move(node));
    }
  }
  return nodes;
}

// nullopt: there is none.
Result<std::optional<facts::LeaseSight>> leader_lease(const ObjectReader& reader, const std::string& name) {
  std::string path = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/" + name;
  NL_ASSIGN(Json lease, reader.object_if_there(path));
  if (lease.is_null()) return std::nullopt;
  return facts::LeaseSight{.name = name,
                           .renewal = text(lease, {"spec", "renewTime"}),
                           .holder = text(lease, {"spec", "holderIdentity"})};
}

}  // namespace

Result<facts::ApiFacts> read_api_facts(const Kubeconfig& kubeconfig, const std::string& user_agent) {
  NL_ASSIGN(ObjectReader reader, make_reader(kubeconfig, user_agent));
  facts::ApiFacts out;
  out.endpoint = kubeconfig.server;
  out.ca = certificates_in(kubeconfig.ca);
  NL_ASSIGN(out.kube_system_uid, required(reader, "/api/v1/namespaces/kube-system", {"metadata", "uid"}));
  NL_ASSIGN(out.server_version, required(reader, "/version", {"gitVersion"}));
  NL_ASSIGN(out.control_plane, control_plane(reader));
  NL_ASSIGN(Json config, reader.object_if_there("/api/v1/namespaces/kube-system/configmaps/kubeadm-config"));
  out.kubeadm_config = text(config, {"data", "ClusterConfiguration"});
  out.kured_lock = kured_lock(reader);
  if (auto etcd = reader.get("/readyz/etcd")) out.etcd_status = etcd->status;
  if (!out.kubeadm_config.empty()) out.kubeadm_config_sha256 = sha256_hex(out.kubeadm_config);
  return out;
}

facts::ClusterSight look_at_cluster(const Kubeconfig& kubeconfig, const std::string& user_agent) {
  facts::ClusterSight sight;
  auto reader = make_reader(kubeconfig, user_agent);
  auto nodes = reader ? control_plane(*reader) : fail(reader.error());
  if (!nodes) {
    sight.nodes_unknown = nodes.error().message;
    bool nobody_answers = nodes.error().code.number == api_errors::unreachable.number;
    if (!reader || nobody_answers) {
      sight.leases_unknown = sight.nodes_unknown;
      return sight;
    }
  } else {
    sight.control_plane = *std::move(nodes);
  }
  for (const char* name : {"kube-controller-manager", "kube-scheduler"}) {
    auto lease = leader_lease(*reader, name);
    if (!lease) {
      sight.leases_unknown = lease.error().message;
      break;
    }
    if (*lease) sight.leases.push_back(**lease);
  }
  return sight;
}

Result<int> readyz(const Kubeconfig& kubeconfig, const std::string& user_agent) {
  NL_ASSIGN(ObjectReader reader, make_reader(kubeconfig, user_agent));
  NL_ASSIGN(Answer answer, reader.get("/readyz"));
  return answer.status;
}

}  // namespace nightlatch::api
