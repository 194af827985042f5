#include "api/config_map.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/cluster_request.hpp"
#include "api/errors.hpp"

namespace nightlatch::api {

namespace {

using Json = nlohmann::json;

constexpr const char* config_path = "/api/v1/namespaces/kube-system/configmaps/kubeadm-config";

}  // namespace

Result<std::optional<ClusterConfiguration>> read_cluster_configuration(const Kubeconfig& kubeconfig,
                                                                       const std::string& user_agent) {
  ClusterRequest request{.path = config_path};
  NL_ASSIGN(Answer answer, send(kubeconfig, user_agent, request));
  if (answer.status == 404) return std::nullopt;
  if (answer.status != 200) return fail(refusal(kubeconfig, request, answer));
  Json object = Json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  auto text = [&](const char* at) {
    Json::json_pointer pointer(at);
    bool there = object.contains(pointer) && object.at(pointer).is_string();
    return there ? object.at(pointer).get<std::string>() : std::string{};
  };
  ClusterConfiguration configuration{text("/data/ClusterConfiguration"), text("/metadata/resourceVersion")};
  if (configuration.resource_version.empty())
    return fail(api_errors::answer_unexpected, fmt::format("{}: no ConfigMap", config_path));
  if (configuration.bytes.empty()) return std::nullopt;
  return configuration;
}

Status write_cluster_configuration(const Kubeconfig& kubeconfig, const ClusterConfiguration& configuration,
                                   const std::string& user_agent) {
  // A merge patch names what it changes; with a resourceVersion the server refuses it where another write
  // came.
  Json patch = {{"metadata", {{"resourceVersion", configuration.resource_version}}},
                {"data", {{"ClusterConfiguration", configuration.bytes}}}};
  ClusterRequest request{"PATCH", config_path, patch.dump(-1, ' ', false, Json::error_handler_t::replace),
                         "application/merge-patch+json"};
  NL_ASSIGN(Answer answer, send(kubeconfig, user_agent, request));
  if (answer.status == 409)
    return fail(api_errors::config_conflict, fmt::format("{}: another write came first", config_path));
  if (answer.status != 200) return fail(refusal(kubeconfig, request, answer));
  return {};
}

}  // namespace nightlatch::api
