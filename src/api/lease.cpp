#include "api/lease.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/cluster_request.hpp"
#include "api/errors.hpp"

namespace nightlatch::api {
namespace {

using Json = nlohmann::json;

constexpr const char* leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
constexpr const char* lease_path = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/nightlatch";

// Kubernetes' MicroTime always has six digits behind the point (apimachinery/pkg/apis/meta/v1/micro_time.go);
// people see whole seconds.
std::string micro_time(const std::string& seconds) {
  return seconds.empty() ? seconds : seconds.substr(0, seconds.size() - 1) + ".000000Z";
}
std::string whole_seconds(const std::string& time) {
  std::size_t point = time.find('.');
  return point == std::string::npos ? time : time.substr(0, point) + "Z";
}

Json to_json(const Lease& lease) {
  Json json = {{"apiVersion", "coordination.k8s.io/v1"}, {"kind", "Lease"}};
  Json annotations = {{"nightlatch.dev/run", lease.run}, {"nightlatch.dev/process", lease.process}};
  if (!lease.broken.empty()) annotations["nightlatch.dev/broken"] = lease.broken;
  json["metadata"] = {{"name", "nightlatch"}, {"namespace", "kube-system"}, {"annotations", annotations}};
  if (!lease.resource_version.empty()) json["metadata"]["resourceVersion"] = lease.resource_version;
  json["spec"] = {{"holderIdentity", lease.holder},
                  {"leaseDurationSeconds", std::chrono::seconds(lease_ttl).count()}};
  if (!lease.acquired.empty()) json["spec"]["acquireTime"] = micro_time(lease.acquired);
  if (!lease.renewed.empty()) json["spec"]["renewTime"] = micro_time(lease.renewed);
  return json;
}

std::string text(const Json& object, const Json::json_pointer& at) {
  return object.contains(at) && object.at(at).is_string() ? object.at(at).get<std::string>() : std::string{};
}

Result<Lease> from_json(const std::string& body) {
  Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  Lease lease;
  lease.resource_version = text(json, Json::json_pointer("/metadata/resourceVersion"));
  if (lease.resource_version.empty())
    return fail(api_errors::answer_unexpected, fmt::format("{}: the answer is not a Lease", lease_path));
  lease.run = text(json, Json::json_pointer("/metadata/annotations/nightlatch.dev~1run"));
  lease.process = text(json, Json::json_pointer("/metadata/annotations/nightlatch.dev~1process"));
  lease.broken = text(json, Json::json_pointer("/metadata/annotations/nightlatch.dev~1broken"));
  lease.holder = text(json, Json::json_pointer("/spec/holderIdentity"));
  lease.acquired = whole_seconds(text(json, Json::json_pointer("/spec/acquireTime")));
  lease.renewed = whole_seconds(text(json, Json::json_pointer("/spec/renewTime")));
  return lease;
}

}  // namespace

Result<std::optional<Lease>> read_lease(const Kubeconfig& kubeconfig, const std::string& user_agent) {
  ClusterRequest request{.path = lease_path};
  NL_ASSIGN(Answer answer, send(kubeconfig, user_agent, request));
  if (answer.status == 404) return std::nullopt;
  if (answer.status != 200) return fail(refusal(kubeconfig, request, answer));
  NL_ASSIGN(Lease lease, from_json(answer.body));
  return lease;
}

Result<Lease> write_lease(const Kubeconfig& kubeconfig, const Lease& lease, const std::string& user_agent) {
  bool fresh = lease.resource_version.empty();
  ClusterRequest request{.method = fresh ? "POST" : "PUT",
                         .path = fresh ? leases : lease_path,
                         .body = to_json(lease).dump(-1, ' ', false, Json::error_handler_t::replace)};
  NL_ASSIGN(Answer answer, send(kubeconfig, user_agent, request));
  if (answer.status == 409 || (!fresh && answer.status == 404))
    return fail(api_errors::lease_conflict, fmt::format("{}: another client wrote it first", lease_path));
  if (answer.status != 200 && answer.status != 201) return fail(refusal(kubeconfig, request, answer));
  return from_json(answer.body);
}

Status delete_lease(const Kubeconfig& kubeconfig, const Lease& lease, const std::string& user_agent) {
  Json body = {{"apiVersion", "v1"},
               {"kind", "DeleteOptions"},
               {"preconditions", {{"resourceVersion", lease.resource_version}}}};
  ClusterRequest request{.method = "DELETE", .path = lease_path, .body = body.dump()};
  NL_ASSIGN(Answer answer, send(kubeconfig, user_agent, request));
  if (answer.status == 200 || answer.status == 202 || answer.status == 404 || answer.status == 409) return {};
  return fail(refusal(kubeconfig, request, answer));
}

}  // namespace nightlatch::api
