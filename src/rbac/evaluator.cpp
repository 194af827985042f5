#include "rbac/evaluator.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "access/go_text.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

bool has_or_all(const std::vector<std::string>& all, std::string_view one) {
  return is_among("*", all) || is_among(one, all);
}

bool covers_resource(const PolicyRule& rule, const Request& request) {
  if (request.subresource.empty()) return has_or_all(rule.resources, request.resource);
  return has_or_all(rule.resources, request.resource + "/" + request.subresource) ||
         is_among("*/" + request.subresource, rule.resources);
}

bool is_about(const Subject& subject, const Requester& who, const std::string& name_space_of_binding) {
  if (subject.kind == "User") return subject.name == who.name;
  if (subject.kind == "Group") return is_among(subject.name, who.groups);
  if (subject.kind != "ServiceAccount") return false;
  const std::string& name_space = subject.name_space.empty() ? name_space_of_binding : subject.name_space;
  return !name_space.empty() &&
         who.name == fmt::format("{}{}:{}", service_account_prefix, name_space, subject.name);
}

bool holds(const LabelRequirement& requirement, const std::map<std::string, std::string>& labels) {
  auto label = labels.find(requirement.key);
  bool there = label != labels.end();
  if (requirement.op == "Exists") return there;
  if (requirement.op == "DoesNotExist") return !there;
  if (requirement.op == "In") return there && is_among(label->second, requirement.values);
  if (requirement.op == "NotIn") return !there || !is_among(label->second, requirement.values);
  return false;
}

void add_missing(std::vector<PolicyRule>& into, const std::vector<PolicyRule>& rules) {
  for (const PolicyRule& rule : rules) {
    if (std::find(into.begin(), into.end(), rule) == into.end()) into.push_back(rule);
  }
}

}  // namespace

bool covers_path(std::string_view url, std::string_view path) {
  if (url == "*" || url == path) return true;
  if (!url.ends_with('*')) return false;
  while (url.ends_with('*')) url.remove_suffix(1);
  return path.starts_with(url);
}

bool covers(const PolicyRule& rule, const Request& request) {
  if (!has_or_all(rule.verbs, request.verb)) return false;
  if (request.kind == RequestKind::non_resource) {
    return std::any_of(rule.non_resource_urls.begin(), rule.non_resource_urls.end(),
                       [&](const std::string& url) { return covers_path(url, request.path); });
  }
  return has_or_all(rule.api_groups, request.api_group) && covers_resource(rule, request) &&
         (rule.resource_names.empty() || is_among(request.name, rule.resource_names));
}

std::optional<std::size_t> subject_for(const Binding& binding, const Requester& who) {
  for (std::size_t i = 0; i < binding.subjects.size(); ++i) {
    if (is_about(binding.subjects[i], who, binding.name_space)) return i;
  }
  return std::nullopt;
}

bool selects(const LabelSelector& selector, const std::map<std::string, std::string>& labels) {
  bool equal =
      std::all_of(selector.match_labels.begin(), selector.match_labels.end(), [&](const auto& wanted) {
        auto label = labels.find(wanted.first);
        return label != labels.end() && label->second == wanted.second;
      });
  return equal && std::all_of(selector.match_expressions.begin(), selector.match_expressions.end(),
                              [&](const LabelRequirement& one) { return holds(one, labels); });
}

std::string Allowed::reason() const {
  const Subject& who = binding->subjects[subject];
  std::string name = binding->name;
  std::string subject_name = who.name;
  if (binding->scope == Scope::name_space) name += "/" + binding->name_space;
  if (who.kind == "ServiceAccount")
    subject_name += "/" + (who.name_space.empty() ? binding->name_space : who.name_space);
  return fmt::format("RBAC: allowed by {} {} of {} {} to {} {}", kind_of(*binding), access::go_quoted(name),
                     binding->role.kind, access::go_quoted(binding->role.name), who.kind,
                     access::go_quoted(subject_name));
}

Evaluator::Evaluator(const Objects& objects) : objects_(objects) {
  for (const Role& role : objects.roles) roles_[{role.scope, role.name_space, role.name}] = &role;
  aggregate(objects);
}

// The controller gives a role the rules of those it selects, again and again until nothing changes
// (pkg/controller/clusterroleaggregation). That is every role that can be reached by selecting.
void Evaluator::aggregate(const Objects& objects) {
  std::map<std::string_view, std::vector<const Role*>> selected;  // of each role with an aggregationRule
  for (const Role& role : objects.roles) {
    if (role.aggregates.empty()) continue;
    std::vector<const Role*>& chosen = selected[role.name];
    for (const Role& other : objects.roles) {
      bool wanted = std::any_of(role.aggregates.begin(), role.aggregates.end(),
                                [&](const LabelSelector& one) { return selects(one, other.labels); });
      if (other.scope == Scope::cluster && wanted) chosen.push_back(&other);
    }
  }
  for (const auto& [name, direct] : selected) {
    std::set<std::string_view> met{name};
    std::vector<const Role*> open{roles_.at({Scope::cluster, "", std::string(name)})};
    std::vector<PolicyRule>& rules = aggregated_[std::string(name)];
    while (!open.empty()) {
      const Role* role = open.back();
      open.pop_back();
      add_missing(rules, role->rules);
      auto further = selected.find(role->name);
      if (further == selected.end()) continue;
      for (const Role* next : further->second) {
        if (met.insert(next->name).second) open.push_back(next);
      }
    }
  }
}

const std::vector<PolicyRule>* Evaluator::rules_of(const Binding& binding) const {
  bool is_cluster_role = binding.role.kind == "ClusterRole";
  if (!is_cluster_role && binding.role.kind != "Role") return nullptr;
  // A ClusterRoleBinding that names a Role looks for one without a namespace, and there is none.
  Key key{is_cluster_role ? Scope::cluster : Scope::name_space, is_cluster_role ? "" : binding.name_space,
          binding.role.name};
  auto role = roles_.find(key);
  if (role == roles_.end()) return nullptr;
  if (role->second->aggregates.empty()) return &role->second->rules;
  return &aggregated_.at(role->second->name);
}

std::optional<Allowed> Evaluator::allows(const Requester& who, const Request& request) const {
  auto search = [&](Scope scope) -> std::optional<Allowed> {
    for (const Binding& binding : objects_.bindings) {
      if (binding.scope != scope) continue;
      if (scope == Scope::name_space && binding.name_space != request.name_space) continue;
      auto subject = subject_for(binding, who);
      const std::vector<PolicyRule>* rules = subject ? rules_of(binding) : nullptr;
      if (rules == nullptr) continue;
      bool allowed = std::any_of(rules->begin(), rules->end(),
                                 [&](const PolicyRule& rule) { return covers(rule, request); });
      if (allowed) return Allowed{&binding, *subject};
    }
    return std::nullopt;
  };
  auto found = search(Scope::cluster);
  if (found || request.name_space.empty()) return found;
  return search(Scope::name_space);
}

}  // namespace nightlatch::rbac
