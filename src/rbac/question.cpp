// The half of explain.hpp that answers before anything was refused: --can.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "rbac/errors.hpp"
#include "rbac/explain.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

tl::unexpected<Error> no_question(std::string message) {
  return fail(rbac_errors::not_a_question, std::move(message));
}

Result<Requester> requester_of(const std::string& word) {
  constexpr std::string_view group = "group:";
  if (word == "anonymous" || word == "group:system:unauthenticated") return anonymous_requester();
  if (word.starts_with(group)) return Requester{"", {word.substr(group.size())}};
  std::vector<std::string> parts = split(word, '/');
  bool empty = std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); });
  if (empty || parts.size() > 2)
    return no_question(fmt::format("\"{}\" is nobody: who is asked about?", word));
  if (parts.size() == 2)
    return requester_named(fmt::format("{}{}:{}", service_account_prefix, parts[0], parts[1]), {});
  return requester_named(word, {});
}

// The method whose requests have this verb.
std::string method_of(std::string_view verb) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> methods{
      {{"create", "POST"},
       {"update", "PUT"},
       {"patch", "PATCH"},
       {"delete", "DELETE"},
       {"deletecollection", "DELETE"}}};
  auto found =
      std::find_if(methods.begin(), methods.end(), [&](const auto& one) { return one.first == verb; });
  return found == methods.end() ? "GET" : std::string(found->second);
}

// "deployments.apps/scale", or a path.
Result<Request> request_for(const std::string& verb, const std::string& what, const std::string& name_space) {
  if (what.starts_with('/')) {
    Request request = request_of(method_of(verb), what);
    bool is_list = request.kind == RequestKind::resource && verb == "get";  // get of a list is list
    if (!is_list) request.verb = verb;
    return request;
  }
  std::size_t slash = what.find('/');
  std::string resource = what.substr(0, slash);
  std::size_t dot = resource.find('.');
  Request request{.kind = RequestKind::resource, .verb = verb};
  request.resource = resource.substr(0, dot);
  if (dot != std::string::npos) request.api_group = resource.substr(dot + 1);
  if (slash != std::string::npos) request.subresource = what.substr(slash + 1);
  request.name_space = name_space;
  if (request.resource.empty())
    return no_question(fmt::format("\"{}\" is neither a path nor a resource", what));
  return request;
}

Allows by_conditions(const Question& question, const Surroundings& known) {
  if (question.who.name != anonymous_user) return Allows::yes;
  int status = known.status_without_credentials;
  if (!known.open_paths && status != 0) return status == 401 ? Allows::no : Allows::yes;
  if (!known.open_paths) return Allows::unknown;
  // A resource has many paths, and conditions name single ones.
  if (question.request.path.empty()) return known.open_paths->empty() ? Allows::no : Allows::unknown;
  return is_among(question.request.path, *known.open_paths) ? Allows::yes : Allows::no;
}

void tell_conditions(const Question& question, const Surroundings& known, CanExplanation& made) {
  std::vector<std::string>& why = made.explanation.why;
  if (question.who.name != anonymous_user) {
    why.emplace_back(
        "By authentication: yes, as soon as valid credentials are sent. Conditions are about requests "
        "without "
        "credentials only.");
    return;
  }
  if (int status = known.status_without_credentials; !known.open_paths && status != 0) {
    why.push_back(
        fmt::format("By authentication: {}. The API server answered GET {} without credentials with {}.",
                    status == 401 ? "no, 401" : "yes", question.request.path, status));
    return;
  }
  if (!known.open_paths) {
    why.emplace_back(
        "By authentication: not known. Give a playbook (-p) or an AuthenticationConfiguration "
        "(--authentication-config), or name a cluster (-i, --context); without conditions every path is let "
        "in.");
    return;
  }
  std::string paths = known.open_paths->empty() ? "none" : join(*known.open_paths, ", ");
  if (made.conditions == Allows::unknown) {
    why.push_back(fmt::format("By authentication: it depends on the path. By {} these are open: {}.",
                              known.open_paths_from, paths));
    return;
  }
  bool yes = made.conditions == Allows::yes;
  why.push_back(fmt::format("By authentication: {}. By {} these paths are open without credentials: {}.",
                            yes ? "yes" : "no, 401", known.open_paths_from, paths));
}

void tell_rbac(const Question& question, const Surroundings& known, CanExplanation& made) {
  std::vector<std::string>& why = made.explanation.why;
  if (known.objects == nullptr && known.review_allows) {
    made.rbac = *known.review_allows ? Allows::yes : Allows::no;
    why.push_back(fmt::format("By authorization: {}. kube-apiserver says so itself.",
                              *known.review_allows ? "yes" : "no, 403"));
    return;
  }
  if (known.objects == nullptr) {
    why.emplace_back(
        "By RBAC: not known. Give the objects of RBAC (--from), or name a cluster (-i, --context).");
    return;
  }
  auto allowed = Evaluator(*known.objects).allows(question.who, question.request);
  made.rbac = allowed ? Allows::yes : Allows::no;
  if (allowed) {
    constexpr std::string_view source = "RBAC: ";
    why.push_back(fmt::format("By RBAC: yes, {}.", allowed->reason().substr(source.size())));
    return;
  }
  std::string unread =
      known.objects->seen.cluster_roles
          ? ""
          : fmt::format(" {} has no ClusterRole at all, so this may be wrong.", known.objects_file);
  if (!unread.empty()) made.rbac = Allows::unknown;
  why.push_back(fmt::format("By RBAC: {}. No binding in {} gives this right.{}",
                            unread.empty() ? "no, 403" : "not known", known.objects_file, unread));
}

void conclude(const Question& question, CanExplanation& made) {
  Explanation& told = made.explanation;
  bool is_anonymous = told.identity == Identity::anonymous;
  if (made.conditions == Allows::no) {
    told.code = 401;
    told.cause = Cause::conditions;
    told.fixes = fixes_for_conditions(told.path);
  } else if (made.conditions == Allows::yes && made.rbac == Allows::no) {
    told.code = 403;
    told.cause = Cause::authorization;
    told.fixes =
        is_anonymous ? fixes_for_anonymous(question.request) : fixes_for_user(question.request, told.user);
  } else if (made.conditions == Allows::yes && made.rbac == Allows::yes) {
    told.code = 200;
  }
}

}  // namespace

Result<Question> read_question(const std::vector<std::string>& words, const std::string& name_space) {
  if (words.size() != 3)
    return no_question(fmt::format("three words are expected behind --can, not {}", words.size()));
  Question question;
  NL_ASSIGN(question.who, requester_of(words[0]));
  NL_ASSIGN(question.request, request_for(words[1], words[2], name_space));
  return question;
}

CanExplanation explain(const Question& question, const Surroundings& known) {
  CanExplanation made;
  Explanation& told = made.explanation;
  const std::string& user = question.who.name;
  told.user = user.empty() && !question.who.groups.empty() ? question.who.groups.front() : user;
  told.identity = identity_of(user);
  const Request& request = question.request;
  told.path = request.path;
  if (request.kind == RequestKind::resource)
    told.resource =
        request.subresource.empty() ? request.resource : request.resource + "/" + request.subresource;
  made.conditions = by_conditions(question, known);
  tell_conditions(question, known, made);
  tell_rbac(question, known, made);
  conclude(question, made);
  std::string answer = told.code == 0     ? "not known"
                       : told.code == 200 ? "yes"
                                          : fmt::format("no, {}", told.code);
  told.title = fmt::format("May {} {}? {}", told.user, request_text(request), answer);
  told.reviews = known.reviews;
  return made;
}

}  // namespace nightlatch::rbac
