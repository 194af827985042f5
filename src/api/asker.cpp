#include "api/asker.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/credential_source.hpp"
#include "api/errors.hpp"
#include "api/metrics.hpp"
#include "api/self_review.hpp"
#include "api/server_address.hpp"
#include "util/text.hpp"

namespace nightlatch::api {
namespace {

constexpr std::size_t status_body_limit = 16U << 10U;  // bytes, enough for a Status object (S23)
constexpr std::size_t metrics_limit = 64U << 20U;

bool is_self_review(std::string_view path) {
  return path.starts_with("/apis/authentication.k8s.io/") && path.ends_with("/selfsubjectreviews");
}

// The body of /metrics is read only with credentials: without them only the status counts (S23).
bool asks_for_metrics(const facts::Expectation& expectation) {
  return expectation.path == "/metrics" && expectation.credentials == facts::Credentials::admin;
}

constexpr std::string_view self_review =
    R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})";

std::string one_line(const Error& error) {
  return error.details.empty() ? error.message : fmt::format("{} ({})", error.message, error.details.front());
}

}  // namespace

struct Asker::Reply {
  Answer answer{};  // status 0: none
  std::string asked_from{};
  std::optional<Error> error{};
  bool final = false;  // no other way is to be tried
};

std::string Asker::address() const {
  return ServerAddress{target_.host, target_.port}.text();
}

Question Asker::question(const facts::Expectation& expectation) const {
  Question out;
  out.method = expectation.method;
  out.host = target_.host;
  out.port = target_.port;
  out.path = expectation.path;
  out.tls_name = target_.tls_name;
  out.user_agent = target_.user_agent;
  out.timeout = target_.timeout;
  out.body_limit = status_body_limit;
  // The kubelet's probes do not verify; every other answer must come from the right server to prove anything.
  if (expectation.purpose != facts::Purpose::kubelet_probe) out.ca = target_.ca;
  if (expectation.credentials == facts::Credentials::admin) {
    out.ca = target_.ca;
    out.credentials = &target_.credentials;
  }
  if (expectation.credentials == facts::Credentials::login) {
    out.ca = target_.ca;
    out.credentials = &login_;
  }
  if (expectation.method == "POST") out.body = self_review;
  if (asks_for_metrics(expectation)) {
    out.body_limit = metrics_limit;
    out.compressible = true;
  }
  return out;
}

Asker::Reply Asker::by_tunnel(const Question& question) {
  Reply reply{.asked_from = fmt::format("{} through SSH", target_.node)};
  auto start = std::chrono::steady_clock::now();
  auto tunnel = target_.dialer(question.host, question.port);
  if (!tunnel) {
    reply.error = std::move(tunnel).error();
    return reply;
  }
  // SSH reaches the API server; whatever fails from here on is its own answer.
  anonymous_way_ = admin_way_ = Way::tunnel;
  reply.final = true;
  auto answer = ask_through(question, **tunnel);
  if (!answer) {
    reply.error = std::move(answer).error();
    return reply;
  }
  reply.answer = std::move(*answer);
  reply.answer.took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  return reply;
}

Asker::Reply Asker::by_node_curl(const Question& question) {
  Reply reply{.asked_from = fmt::format("curl on {}", target_.node)};
  auto start = std::chrono::steady_clock::now();
  auto status = target_.node_curl(question.method, url(question), question.timeout);
  reply.answer.took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  if (!status) {
    reply.error = std::move(status).error();
  } else if (*status < 100 || *status > 599) {
    reply.error = Error{.code = api_errors::unreachable,
                        .message = fmt::format("{}: curl on the node got no HTTP answer", address())};
  } else {
    reply.answer.status = *status;
  }
  return reply;
}

Asker::Reply Asker::directly(const Question& question) {
  Reply reply{.asked_from = "this workstation"};
  auto answer = api::ask(question, {});
  if (answer) {
    reply.answer = std::move(*answer);
  } else {
    reply.error = std::move(answer).error();
  }
  return reply;
}

Asker::Reply Asker::put(const Question& question, Way& settled) {
  std::vector<Reply> failed;
  auto tried = [&](Reply reply, Way way) -> std::optional<Reply> {
    if (reply.answer.status != 0) settled = way;
    if (reply.answer.status != 0 || reply.final || settled == way) return reply;
    failed.push_back(std::move(reply));
    return std::nullopt;
  };
  auto open = [&](Way way) { return settled == Way::undecided || settled == way; };

  if (target_.dialer && open(Way::tunnel)) {
    if (auto reply = tried(by_tunnel(question), Way::tunnel)) return std::move(*reply);
  }
  if (target_.node_curl && question.credentials == nullptr && open(Way::node_curl)) {
    if (auto reply = tried(by_node_curl(question), Way::node_curl)) return std::move(*reply);
  }
  // A loopback address means the node; from this workstation it would be another machine.
  bool elsewhere = target_.dialer && is_loopback(question.host);
  if (!elsewhere && open(Way::direct)) {
    if (auto reply = tried(directly(question), Way::direct)) return std::move(*reply);
  }
  if (failed.empty()) {
    return {.asked_from = "nowhere",
            .error = Error{.code = api_errors::unreachable,
                           .message = address() + ": a loopback address can only be asked from the node"},
            .final = true};
  }
  Reply first = std::move(failed.front());
  for (std::size_t i = 1; i < failed.size(); ++i) {
    first.error->details.push_back(fmt::format("{}: {}", failed[i].asked_from, one_line(*failed[i].error)));
  }
  return first;
}

facts::Seen Asker::ask(const facts::Expectation& expectation) {
  facts::Seen seen;
  seen.question = expectation;
  bool admin = expectation.credentials == facts::Credentials::admin;
  if (expectation.method != "GET" && !(expectation.method == "POST" && is_self_review(expectation.path))) {
    seen.asked_from = "nowhere";
    seen.why = "nightlatch sends only GET, and POST to self-reviews";
    return seen;
  }
  if (admin && target_.credentials.client_certificate.empty() && target_.credentials.token.empty()) {
    seen.asked_from = "nowhere";
    seen.why = "the kubeconfig has no credentials for this question";
    return seen;
  }
  if (expectation.credentials == facts::Credentials::login) {
    auto token = target_.login_token ? target_.login_token() : Result<std::string>(std::string{});
    if (!token || token->empty()) {
      seen.asked_from = "nowhere";
      seen.why = token ? "the file with the token is empty or was not given" : one_line(token.error());
      return seen;
    }
    login_.token = *std::move(token);
  }
  bool anonymous = expectation.credentials == facts::Credentials::none;
  CredentialSource* renewal = admin ? target_.renewal.get() : nullptr;
  Reply reply = ask_renewing(
      target_.credentials, renewal,
      [&] { return put(question(expectation), anonymous ? anonymous_way_ : admin_way_); },
      [](const Reply& one) { return one.answer.status == 401; });
  if (renewal != nullptr && reply.answer.status == 401) seen.why = renewal->failure();
  if (!reply.answer.certificate_sha256.empty()) certificate_sha256_ = reply.answer.certificate_sha256;
  seen.status = reply.answer.status;
  seen.certificate = reply.answer.certificate_sha256;
  if (expectation.purpose == facts::Purpose::identity && seen.status == 201)
    seen.identity = identity_of(reply.answer.body);
  if (asks_for_metrics(expectation) && seen.status == 200) {
    seen.loaded_config = api::loaded_config_hash(reply.answer.body).value_or("");
    if (!reply.answer.truncated) seen.rejected = rejected_requests(reply.answer.body);
  }
  seen.asked_from = std::move(reply.asked_from);
  seen.took = reply.answer.took;
  if (reply.error) seen.why = message_and_details(*reply.error, "; ");
  return seen;
}

Result<std::optional<std::string>> Asker::loaded_config_hash() {
  facts::Expectation expectation{.method = "GET",
                                 .path = "/metrics",
                                 .credentials = facts::Credentials::admin,
                                 .purpose = facts::Purpose::ready,
                                 .expected = {200}};
  facts::Seen seen = ask(expectation);
  if (seen.status == 0) return fail(api_errors::unreachable, seen.why);
  if (seen.status != 200) {
    return fail(api_errors::denied,
                fmt::format("{}: GET /metrics was answered with {}, not with 200", address(), seen.status));
  }
  if (seen.loaded_config.empty()) return std::nullopt;
  return seen.loaded_config;
}

}  // namespace nightlatch::api
