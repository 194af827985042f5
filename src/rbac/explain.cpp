#include "rbac/explain.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rbac/errors.hpp"
#include "rbac/explain_token.hpp"
#include "rbac/listing.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

constexpr std::array<std::string_view, 5> identities{"anonymous", "serviceaccount", "user", "node",
                                                     "unknown"};
constexpr std::array<std::string_view, 4> causes{"authentication", "authorization", "conditions", "unknown"};
constexpr std::array<std::string_view, 3> answers{"yes", "no", "unknown"};

bool is_aggregated(std::string_view api_group) {
  return api_group == "metrics.k8s.io" || api_group.ends_with(".metrics.k8s.io");
}

std::string who_text(const std::string& user) {
  if (user == anonymous_user) return "User system:anonymous or Group system:unauthenticated";
  return text_of(subject_named(user)) + ", or a group of it,";
}

// Who the request belongs to, and that authentication let it in.
void tell_identity(const Refusal& refusal, Explanation& made) {
  switch (made.identity) {
    case Identity::anonymous:
      made.why.emplace_back(
          "The request carried no credentials, so it became the user system:anonymous of the group "
          "system:unauthenticated. Authentication let it in.");
      break;
    case Identity::service_account: {
      Subject account = subject_named(made.user);
      made.why.push_back(
          fmt::format("The token was accepted: the request belongs to the service account {} of the "
                      "namespace {}.",
                      account.name, account.name_space));
      break;
    }
    case Identity::node:
      made.why.push_back(
          fmt::format("The credentials were accepted: the request belongs to the kubelet of the node {}. "
                      "The Node authorizer lets it reach only what its own pods use.",
                      made.user.substr(std::string_view("system:node:").size())));
      break;
    case Identity::user:
      made.why.push_back(
          fmt::format("The credentials were accepted: the request belongs to the user {}.", made.user));
      break;
    case Identity::unknown:
      break;
  }
  if (!refusal.impersonator.empty())
    made.why.push_back(fmt::format("{} asked for it by impersonation.", refusal.impersonator));
}

void tell_group(const Request& request, Explanation& made) {
  if (request.kind == RequestKind::non_resource || is_built_in(request.api_group)) return;
  std::string what = is_aggregated(request.api_group)
                         ? "It is an aggregated API: the server behind it"
                         : "It is a custom resource or an aggregated API; in that case the server behind it";
  made.why.push_back(
      fmt::format("kube-apiserver does not serve {} itself. {} may have answered. It believes "
                  "kube-apiserver who the user is and asks this cluster's RBAC, but whom it lets in when "
                  "it is reached directly is its own setting.",
                  request.api_group, what));
}

void tell_speaker(const Refusal& refusal, Explanation& made) {
  bool of_the_kubelet = refusal.request && refusal.request->resource == "nodes";
  if (refusal.speaker == Speaker::kubelet_or_proxy && of_the_kubelet) {
    made.why.emplace_back(
        "The kubelet answered. It asks this cluster's RBAC by SubjectAccessReview, and takes a path as "
        "a subresource of nodes.");
  } else if (refusal.speaker == Speaker::kubelet_or_proxy) {
    made.why.emplace_back(
        "kube-rbac-proxy answered, not kube-apiserver. It asks this cluster's RBAC by "
        "SubjectAccessReview.");
  } else if (refusal.speaker == Speaker::controller_runtime) {
    made.why.emplace_back(
        "The metrics filter of controller-runtime answered, not kube-apiserver. It asks this cluster's "
        "RBAC by SubjectAccessReview.");
  }
}

// What the conditions say of a request that authentication let in without credentials.
void tell_conditions_of_403(const Surroundings& known, Explanation& made) {
  if (made.identity != Identity::anonymous || !known.open_paths || made.path.empty()) return;
  bool open = is_among(made.path, *known.open_paths);
  made.why.push_back(
      open ? fmt::format("By {} the path is open without credentials, so only the grant is missing.",
                         known.open_paths_from)
           : fmt::format("By {} the path is closed without credentials, which would be a 401: the server "
                         "that answered has another configuration.",
                         known.open_paths_from));
}

void tell_objects(const Request& request, const Requester& who, const Surroundings& known,
                  Explanation& made) {
  if (known.objects == nullptr) return;
  Evaluator evaluator(*known.objects);
  if (auto allowed = evaluator.allows(who, request)) {
    made.why.push_back(
        fmt::format("The objects in {} allow it: {}. So they are of another cluster or of another time, or "
                    "an authorizer beside RBAC refused.",
                    known.objects_file, allowed->reason()));
    return;
  }
  std::size_t reaching = 0;
  std::vector<std::string> dangling;
  for (const Binding& binding : known.objects->bindings) {
    bool elsewhere = binding.scope == Scope::name_space && binding.name_space != request.name_space;
    if (elsewhere || !subject_for(binding, who)) continue;
    ++reaching;
    if (evaluator.rules_of(binding) == nullptr) dangling.push_back(text_of(binding));
  }
  made.why.push_back(
      fmt::format("The objects in {} say the same: {} {} this user there, and none gives this right.",
                  known.objects_file, reaching, reaching == 1 ? "binding reaches" : "bindings reach"));
  if (!dangling.empty())
    made.why.push_back(fmt::format("The role of {} is not in {}.", join(dangling, ", "), known.objects_file));
}

void explain_403(const Refusal& refusal, const Surroundings& known, Explanation& made) {
  made.cause = Cause::authorization;
  tell_identity(refusal, made);
  tell_speaker(refusal, made);
  if (!refusal.request) {
    made.why.push_back(
        fmt::format("Authorization refused {}. The answer does not say what was asked for: give the URL, "
                    "too.",
                    made.user.empty() ? "the request" : made.user));
    return;
  }
  const Request& request = *refusal.request;
  std::string whom = made.user.empty() ? "the user" : who_text(made.user);
  made.why.push_back(fmt::format("Authorization refused it: no binding gives {} the right to {}.", whom,
                                 request_text(request)));
  bool is_path = request.kind == RequestKind::non_resource && !request.path.empty();
  if (is_path)
    made.why.push_back(
        fmt::format("A Role cannot give it, because {} belongs to no namespace: it takes a ClusterRole and "
                    "a ClusterRoleBinding.",
                    request.path));
  if (!refusal.missing_role.empty())
    made.why.push_back(
        fmt::format("RBAC has a binding for this user whose role does not exist: {}.", refusal.missing_role));
  tell_group(request, made);
  tell_conditions_of_403(known, made);
  tell_objects(request, requester_named(made.user, refusal.groups), known, made);
  if (made.identity == Identity::anonymous) {
    made.fixes = fixes_for_anonymous(request);
  } else if (!made.user.empty() && made.identity != Identity::node) {
    made.fixes = fixes_for_user(request, made.user);
  }
}

void explain_401(const Refusal& refusal, const Surroundings& known, Explanation& made) {
  made.cause = Cause::authentication;
  made.identity = Identity::unknown;
  made.why.emplace_back("Authentication refused the request before RBAC was asked, so no role changes it.");
  if (tell_token(refusal, known, made)) return;
  bool knows = known.open_paths && !made.path.empty();
  if (knows && !is_among(made.path, *known.open_paths)) {
    made.cause = Cause::conditions;
    made.why.push_back(
        fmt::format("By {} these paths are open without credentials: {}. {} is none of them, so a request "
                    "without credentials is answered 401 there, whatever RBAC grants.",
                    known.open_paths_from, known.open_paths->empty() ? "none" : join(*known.open_paths, ", "),
                    made.path));
    made.fixes = fixes_for_conditions(made.path);
    return;
  }
  if (knows) {
    made.why.push_back(
        fmt::format("By {} the path is open without credentials. So a credential was sent, and the API "
                    "server does not know it: a token that is not valid gets 401 even where no token at "
                    "all gets 200.",
                    known.open_paths_from));
  } else {
    made.why.emplace_back(
        "Either no credentials were sent and the path is closed without them, or those that were sent "
        "are not valid here: a token that has expired, is for another audience, or is of another "
        "cluster. The answer is the same.");
  }
  if (refusal.request) tell_group(*refusal.request, made);
  made.fixes = fixes_for_credentials(known);
  if (!knows && !made.path.empty()) {
    std::vector<Fix> more = fixes_for_conditions(made.path);
    made.fixes.insert(made.fixes.end(), more.begin() + 1, more.end());
  }
}

void explain_other(const Refusal& refusal, Explanation& made) {
  tell_identity(refusal, made);
  bool passed = made.code != 0 && made.code < 500;
  if (!refusal.reason.empty()) made.why.push_back(fmt::format("It was allowed. {}.", refusal.reason));
  if (passed && refusal.reason.empty())
    made.why.push_back(
        fmt::format("{} is no refusal: authentication and authorization let the request pass.", made.code));
  if (made.code >= 500)
    made.why.push_back(fmt::format(
        "{} is no refusal: the server failed before it could decide. Its log says why.", made.code));
  if (made.code == 0) made.why.emplace_back("The status of the answer is not known.");
}

std::string title_of(const Explanation& made, const std::optional<Request>& request) {
  std::string title = made.code == 0 ? "an answer" : fmt::format("{}", made.code);
  if (!made.user.empty()) title += " for " + made.user;
  if (request) title += " on " + request_text(*request);
  return title;
}

}  // namespace

std::string_view name(Identity identity) {
  return identities.at(static_cast<std::size_t>(identity));
}
std::string_view name(Cause cause) {
  return causes.at(static_cast<std::size_t>(cause));
}
std::string_view name(Allows allows) {
  return answers.at(static_cast<std::size_t>(allows));
}

Identity identity_of(const std::string& user) {
  if (user.empty()) return Identity::unknown;
  if (user == anonymous_user) return Identity::anonymous;
  if (user.starts_with("system:node:")) return Identity::node;
  return subject_named(user).kind == "ServiceAccount" ? Identity::service_account : Identity::user;
}

Requester requester_named(const std::string& user, std::vector<std::string> groups) {
  Requester who{user, std::move(groups)};
  auto add = [&](std::string group) {
    if (!is_among(group, who.groups)) who.groups.push_back(std::move(group));
  };
  Identity identity = identity_of(user);
  if (identity == Identity::unknown) return who;
  add(std::string(identity == Identity::anonymous ? unauthenticated_group : authenticated_group));
  if (identity == Identity::node) add("system:nodes");
  if (identity != Identity::service_account) return who;
  add("system:serviceaccounts");
  add("system:serviceaccounts:" + subject_named(user).name_space);
  return who;
}

Explanation explain(const Refusal& refusal, const Surroundings& known) {
  Explanation made{.identity = identity_of(refusal.user), .user = refusal.user, .code = refusal.code};
  if (refusal.request) {
    const Request& request = *refusal.request;
    made.path = request.path;
    if (request.kind == RequestKind::resource)
      made.resource =
          request.subresource.empty() ? request.resource : request.resource + "/" + request.subresource;
  }
  if (made.code == 401) {
    explain_401(refusal, known, made);
  } else if (made.code == 403) {
    explain_403(refusal, known, made);
  } else {
    explain_other(refusal, made);
  }
  made.title = title_of(made, refusal.request);
  made.reviews = known.reviews;
  return made;
}

}  // namespace nightlatch::rbac
