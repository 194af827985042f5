#include "rbac/listing.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "rbac/evaluator.hpp"
#include "rbac/finding_codes.hpp"
#include "rbac/request.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

bool is_anonymous(const Subject& subject) {
  return (subject.kind == "User" && subject.name == anonymous_user) ||
         (subject.kind == "Group" && subject.name == unauthenticated_group);
}

bool is_authenticated(const Subject& subject) {
  return subject.kind == "Group" && subject.name == authenticated_group;
}

bool is_misnamed(const Subject& subject) {
  return !is_anonymous(subject) && (subject.name == anonymous_user || subject.name == unauthenticated_group);
}

template <class Is>
std::vector<std::size_t> positions(const Binding& binding, Is is) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    if (is(binding.subjects[i])) found.push_back(i);
  }
  return found;
}

RoleState state_of(const Objects& objects, const Binding& binding, const std::vector<PolicyRule>* rules) {
  if (rules != nullptr) return RoleState::read;
  bool any_read = binding.role.kind == "Role" ? objects.seen.roles : objects.seen.cluster_roles;
  bool impossible = binding.role.kind == "Role" && binding.scope == Scope::cluster;
  return any_read || impossible ? RoleState::dangling : RoleState::unread;
}

void add_dangers(std::vector<Danger>& all, std::vector<Danger> more) {
  for (Danger& danger : more) {
    bool there =
        std::any_of(all.begin(), all.end(), [&](const Danger& one) { return one.what == danger.what; });
    if (!there) all.push_back(std::move(danger));
  }
}

// A default is no finding. What Kubernetes before 1.14 granted should go, but it is no intrusion.
Severity severity_of(const BoundRole& bound) {
  if (bound.role == RoleState::dangling) return Severity::medium;
  if (bound.known == Known::as_shipped) return Severity::none;
  bool is_unread = bound.role == RoleState::unread && bound.dangers.empty();
  if (bound.dangers.empty() && !is_unread) return Severity::none;
  Severity worst = is_unread ? Severity::high : bound.dangers.front().severity;
  return bound.known == Known::left_from_before ? std::min(worst, Severity::medium) : worst;
}

BoundRole judge(const Objects& objects, const Evaluator& evaluator, const Binding& binding,
                std::vector<std::size_t> reaching) {
  BoundRole bound{.binding = binding,
                  .reaching = std::move(reaching),
                  .role = RoleState::read,
                  .known = Known::no,
                  .severity = Severity::none,
                  .grants = {},
                  .dangers = {}};
  const std::vector<PolicyRule>* rules = evaluator.rules_of(binding);
  bound.role = state_of(objects, binding, rules);
  if (rules != nullptr) {
    for (const PolicyRule& rule : *rules) {
      bound.grants.push_back({rule, binding.name_space});
      add_dangers(bound.dangers, dangers_of(rule, binding.name_space));
    }
  }
  // Of an unread role the binding alone tells. The role may have been widened: the listing is incomplete.
  if (bound.role != RoleState::dangling)
    bound.known = known(binding, rules == nullptr ? std::vector<PolicyRule>{} : *rules);
  // The API server makes this role again at each start, so its name says what it grants.
  if (bound.role == RoleState::unread && binding.role.name == "cluster-admin")
    bound.dangers = dangers_of({{"*"}, {"*"}, {"*"}, {}, {}}, binding.name_space);
  std::stable_sort(bound.dangers.begin(), bound.dangers.end(),
                   [](const Danger& a, const Danger& b) { return a.severity > b.severity; });
  bound.severity = severity_of(bound);
  return bound;
}

void sort_by_severity(std::vector<BoundRole>& all) {
  auto rank = [](const BoundRole& one) {
    return std::tuple(-static_cast<int>(one.severity), std::string_view(one.binding.name_space),
                      std::string_view(one.binding.name));
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const BoundRole& a, const BoundRole& b) { return rank(a) < rank(b); });
}

bool grants(const BoundRole& bound, const Request& request) {
  return std::any_of(bound.grants.begin(), bound.grants.end(), [&](const Grant& grant) {
    return (grant.name_space.empty() || grant.name_space == request.name_space) &&
           covers(grant.rule, request);
  });
}

void compare(Listing& listing, const Evaluator& evaluator, const std::vector<std::string>& paths) {
  std::vector<OpenPath>& open = listing.open_paths.emplace();
  for (const std::string& path : paths) {
    Request request = request_of("GET", path);
    auto allowed = evaluator.allows(anonymous_requester(), request);
    open.push_back({path, allowed ? allowed->reason() : ""});
    for (BoundRole& bound : listing.anonymous) {
      if (grants(bound, request)) bound.reachable.push_back(path);
    }
  }
}

}  // namespace

Listing list(const Objects& objects, const std::optional<std::vector<std::string>>& open_paths) {
  Listing listing;
  listing.seen = objects.seen;
  listing.bindings = objects.bindings.size();
  Evaluator evaluator(objects);
  for (const Binding& binding : objects.bindings) {
    auto reaching = positions(binding, is_anonymous);
    auto logged_in = positions(binding, is_authenticated);
    if (!reaching.empty()) {
      listing.anonymous.push_back(judge(objects, evaluator, binding, std::move(reaching)));
    } else if (!logged_in.empty()) {
      listing.authenticated.push_back(judge(objects, evaluator, binding, std::move(logged_in)));
    }
    for (std::size_t i : positions(binding, is_misnamed))
      listing.misnamed.push_back({binding, binding.subjects[i]});
  }
  sort_by_severity(listing.anonymous);
  sort_by_severity(listing.authenticated);
  if (open_paths) compare(listing, evaluator, *open_paths);
  return listing;
}

std::string text_of(const Binding& binding) {
  std::string above = binding.name_space.empty() ? "" : binding.name_space + "/";
  return fmt::format("{} {}{}", kind_of(binding), above, binding.name);
}

std::string text_of(const Subject& subject) {
  std::string above = subject.name_space.empty() ? "" : subject.name_space + "/";
  return fmt::format("{} {}{}", subject.kind, above, subject.name);
}

std::string text_of(const Grant& grant) {
  const PolicyRule& rule = grant.rule;
  const std::vector<std::string> all{"*"};
  bool every_verb = rule.verbs == all && rule.resource_names.empty();
  if (every_verb && rule.api_groups == all && rule.resources == all)
    return "everything" + (grant.name_space.empty() ? "" : " in the namespace " + grant.name_space);
  if (every_verb && rule.non_resource_urls == all) return "every path";
  std::vector<std::string> what = rule.non_resource_urls;
  for (const std::string& resource : rule.resources) {
    for (const std::string& group : rule.api_groups) {
      std::size_t slash = resource.find('/');
      std::string text = resource.substr(0, slash);
      if (!group.empty()) text += "." + group;
      if (slash != std::string::npos) text += resource.substr(slash);
      what.push_back(std::move(text));
    }
  }
  std::string text = fmt::format("{} {}", join(rule.verbs, ","), join(what, " "));
  if (!rule.resource_names.empty()) text += fmt::format(" named {}", join(rule.resource_names, " or "));
  if (!grant.name_space.empty()) text += fmt::format(" in the namespace {}", grant.name_space);
  return text;
}

}  // namespace nightlatch::rbac
