#include "api/access_review.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/cluster_request.hpp"
#include "api/errors.hpp"
#include "api/self_review.hpp"

namespace nightlatch::api {

namespace {

using Json = nlohmann::json;

// A review is answered with 201; nothing is stored.
Result<std::string> post(const Kubeconfig& kubeconfig, const std::string& user_agent, const std::string& path,
                         const Json& body) {
  ClusterRequest request{
      .method = "POST", .path = path, .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
  NL_ASSIGN(Answer answer, send(kubeconfig, user_agent, request));
  if (answer.status != 201) return fail(refusal(kubeconfig, request, answer));
  return std::move(answer.body);
}

Json attributes_of(const AccessQuestion& question) {
  if (!question.path.empty()) return {{"path", question.path}, {"verb", question.verb}};
  return {{"verb", question.verb},         {"group", question.api_group},
          {"resource", question.resource}, {"subresource", question.subresource},
          {"name", question.name},         {"namespace", question.name_space}};
}

}  // namespace

Result<AccessAnswer> review_access(const Kubeconfig& kubeconfig, const AccessQuestion& question,
                                   const std::string& user_agent) {
  const bool about_self = question.user.empty() && question.groups.empty();
  const std::string path =
      fmt::format("/apis/authorization.k8s.io/v1/{}subjectaccessreviews", about_self ? "self" : "");
  Json body{{"apiVersion", "authorization.k8s.io/v1"},
            {"kind", about_self ? "SelfSubjectAccessReview" : "SubjectAccessReview"}};
  const char* attributes = question.path.empty() ? "resourceAttributes" : "nonResourceAttributes";
  body["spec"] = {{attributes, attributes_of(question)}};
  if (!about_self) {
    body["spec"]["user"] = question.user;
    body["spec"]["groups"] = question.groups;
  }
  NL_ASSIGN(std::string text, post(kubeconfig, user_agent, path, body));
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  auto status = json.is_object() ? json.find("status") : json.end();
  bool well_formed = json.is_object() && status != json.end() && status->is_object() &&
                     status->contains("allowed") && (*status)["allowed"].is_boolean();
  if (!well_formed)
    return fail(api_errors::answer_unexpected,
                fmt::format("POST {}: the answer has no status.allowed", path));
  AccessAnswer answer{(*status)["allowed"].get<bool>(), {}};
  auto reason = status->find("reason");
  if (reason != status->end() && reason->is_string()) answer.reason = reason->get<std::string>();
  return answer;
}

Result<std::string> review_self(const Kubeconfig& kubeconfig, const std::string& user_agent) {
  const std::string path(self_review_path);
  Json body{{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "SelfSubjectReview"}};
  NL_ASSIGN(std::string text, post(kubeconfig, user_agent, path, body));
  std::string identity = identity_of(text);
  if (identity.empty())
    return fail(api_errors::answer_unexpected, fmt::format("POST {}: the answer names no user", path));
  return identity;
}

}  // namespace nightlatch::api
