#include "api/cluster_request.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/credential_source.hpp"
#include "api/errors.hpp"
#include "api/server_address.hpp"

namespace nightlatch::api {

namespace {

constexpr std::chrono::seconds request_limit{10};

}  // namespace

Result<Answer> send(const Kubeconfig& kubeconfig, const std::string& user_agent,
                    const ClusterRequest& request) {
  NL_ASSIGN(ServerAddress address, parse_server_address(kubeconfig.server));
  Question question;
  question.method = request.method;
  question.host = address.host;
  question.port = address.port;
  question.path = request.path;
  question.tls_name = kubeconfig.tls_server_name;
  question.ca = kubeconfig.ca;
  Credentials credentials = kubeconfig.credentials;
  question.credentials = &credentials;
  question.body = request.body;
  question.content_type = request.content_type;
  question.user_agent = user_agent;
  question.timeout = request_limit;
  return ask_renewing(
      credentials, kubeconfig.renewal.get(), [&] { return ask(question, {}); },
      [](const Result<Answer>& answer) { return answer && answer->status == 401; });
}

Error refusal(const Kubeconfig& kubeconfig, const ClusterRequest& request, const Answer& answer) {
  bool denied = answer.status == 401 || answer.status == 403;
  Error error{.code = denied ? api_errors::denied : api_errors::answer_unexpected,
              .message = fmt::format("{} {} was answered with {} for the context \"{}\"", request.method,
                                     request.path, answer.status, kubeconfig.context)};
  auto body = nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  auto message = body.is_object() ? body.find("message") : body.end();
  bool has_words = body.is_object() && message != body.end() && message->is_string();
  std::string words = has_words ? message->get<std::string>() : std::string{};
  if (!words.empty()) error.details.push_back(std::move(words));
  if (answer.status == 401 && kubeconfig.renewal && !kubeconfig.renewal->failure().empty())
    error.details.push_back(kubeconfig.renewal->failure());
  return error;
}

}  // namespace nightlatch::api
