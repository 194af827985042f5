#include "api/lease.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/errors.hpp"
#include "api/http.hpp"
#include "api/server_address.hpp"

namespace nightlatch::api {
namespace {

using Json = nlohmann::json;

constexpr const char* leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
constexpr const char* lease_path = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/nightlatch";
constexpr std::chrono::seconds patience{10};
constexpr std::size_t body_limit = 1U << 20U;

Result<Answer> send(const Kubeconfig& kubeconfig, const std::string& user_agent, std::string method,
                    std::string path, std::string body) {
  NL_ASSIGN(ServerAddress address, parse_server_address(kubeconfig.server));
  Question question;
  question.method = std::move(method);
  question.host = address.host;
  question.port = address.port;
  question.path = std::move(path);
  question.tls_name = kubeconfig.tls_server_name;
  question.ca = kubeconfig.ca;
  question.credentials = &kubeconfig.credentials;
  question.body = std::move(body);
  question.user_agent = user_agent;
  question.timeout = patience;
  question.body_limit = body_limit;
  return ask(question, {});
}

// Kubernetes' MicroTime has six digits behind the point, always; people have no use for them.
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
    return fail(api_errors::answer_unexpected, fmt::format("{}: no Lease", lease_path));
  lease.run = text(json, Json::json_pointer("/metadata/annotations/nightlatch.dev~1run"));
  lease.process = text(json, Json::json_pointer("/metadata/annotations/nightlatch.dev~1process"));
  lease.broken = text(json, Json::json_pointer("/metadata/annotations/nightlatch.dev~1broken"));
  lease.holder = text(json, Json::json_pointer("/spec/holderIdentity"));
  lease.acquired = whole_seconds(text(json, Json::json_pointer("/spec/acquireTime")));
  lease.renewed = whole_seconds(text(json, Json::json_pointer("/spec/renewTime")));
  return lease;
}

tl::unexpected<Error> refused(const Kubeconfig& kubeconfig, const std::string& verb, const Answer& answer) {
  std::string message =
      text(Json::parse(answer.body, nullptr, /*allow_exceptions=*/false), Json::json_pointer("/message"));
  std::vector<std::string> details;
  if (!message.empty()) details.push_back(std::move(message));
  bool denied = answer.status == 401 || answer.status == 403;
  return fail(
      denied ? api_errors::denied : api_errors::answer_unexpected,
      fmt::format("{} {}: {} for context \"{}\"", verb, lease_path, answer.status, kubeconfig.context),
      std::move(details));
}

}  // namespace

Result<std::optional<Lease>> read_lease(const Kubeconfig& kubeconfig, const std::string& user_agent) {
  NL_ASSIGN(Answer answer, send(kubeconfig, user_agent, "GET", lease_path, {}));
  if (answer.status == 404) return std::nullopt;
  if (answer.status != 200) return refused(kubeconfig, "GET", answer);
  NL_ASSIGN(Lease lease, from_json(answer.body));
  return lease;
}

Result<Lease> write_lease(const Kubeconfig& kubeconfig, const Lease& lease, const std::string& user_agent) {
  bool fresh = lease.resource_version.empty();
  std::string body = to_json(lease).dump(-1, ' ', false, Json::error_handler_t::replace);
  NL_ASSIGN(Answer answer, send(kubeconfig, user_agent, fresh ? "POST" : "PUT", fresh ? leases : lease_path,
                                std::move(body)));
  if (answer.status == 409 || (!fresh && answer.status == 404))
    return fail(api_errors::lease_conflict, fmt::format("{}: another write came first", lease_path));
  if (answer.status != 200 && answer.status != 201)
    return refused(kubeconfig, fresh ? "POST" : "PUT", answer);
  return from_json(answer.body);
}

Status delete_lease(const Kubeconfig& kubeconfig, const Lease& lease, const std::string& user_agent) {
  Json body = {{"apiVersion", "v1"},
               {"kind", "DeleteOptions"},
               {"preconditions", {{"resourceVersion", lease.resource_version}}}};
  NL_ASSIGN(Answer answer, send(kubeconfig, user_agent, "DELETE", lease_path, body.dump()));
  if (answer.status == 200 || answer.status == 202 || answer.status == 404 || answer.status == 409) return {};
  return refused(kubeconfig, "DELETE", answer);
}

}  // namespace nightlatch::api
