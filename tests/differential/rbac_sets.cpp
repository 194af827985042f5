#include "differential/rbac_sets.hpp"

#include <array>
#include <initializer_list>
#include <random>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace nightlatch::differential {

namespace {

using rbac::Requester;
using rbac::Scope;
using Words = std::vector<std::string>;

const Words verbs{"get", "list", "watch", "create", "delete", "*", "GET"};
const Words groups{"", "apps", "rbac.authorization.k8s.io", "*", "example.org"};
const Words resources{"pods",        "pods/log", "pods/exec", "*",  "*/log", "pods/*",
                      "deployments", "secrets",  "",          "*/", "log"};
const Words plain_resources{"pods", "deployments", "secrets", "namespaces"};
const Words subresources{"", "", "log", "exec", "status", "*"};
const Words object_names{"a", "b", "*", ""};
const Words urls{"/metrics", "/metrics/*", "/met*", "*",       "/logs**", "/logs*/",
                 "/healthz", "/*",         "",      "/api/v1", "/m*s"};
const Words paths{"/metrics", "/metrics/", "/metrics/slis", "/logs", "/logs*", "/logs/x",
                  "/healthz", "/",         "/met",          "",      "*"};
const Words namespaces{"one", "two"};
const Words users{"system:anonymous", "alice", "system:serviceaccount:one:app",
                  "system:serviceaccount:two:app", "app"};
const Words user_groups{"system:unauthenticated", "system:authenticated", "team", "alice"};
const Words accounts{"app", "default", "alice"};
const Words role_names{"r0", "r1", "r2", "r3"};
const Words keys{"k", "to"};
const Words values{"x", "y"};
const Words operators{"In", "NotIn", "Exists", "DoesNotExist"};
const Words methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
const Words targets{"/api/v1/namespaces/one/pods/a/log",
                    "/api/v1/namespaces/one/pods",
                    "/api/v1/namespaces/two/secrets/b",
                    "/api/v1/pods?watch=true",
                    "/api/v1/pods?watch=0&limit=5",
                    "/api/v1/namespaces",
                    "/api/v1/namespaces/one",
                    "/api/v1/namespaces/one/status",
                    "/api/v1/namespaces/one/finalize",
                    "/api/v1/watch/pods",
                    "/api/v1/watch/namespaces/one/pods/a",
                    "/api/v1/namespaces/one/pods?fieldSelector=metadata.name%3Da",
                    "/apis/apps/v1/namespaces/two/deployments/a",
                    "/apis/apps/v1",
                    "/apis/apps/v1/deployments",
                    "/apis/example.org/v1/pods//log",
                    "/api/v1",
                    "/api//v1/pods",
                    "/metrics?x=y",
                    "/met%72ics",
                    "/metrics/",
                    "/apis/rbac.authorization.k8s.io/v1/namespaces/one/secrets",
                    "//api/v1/pods/",
                    "/healthz"};

class Maker {
 public:
  explicit Maker(std::size_t number) : engine_(number) {}

  RoleSet make() {
    RoleSet set;
    for (std::size_t i = 0; i < 1 + pick(role_names.size()); ++i)
      add_cluster_role(set.objects, role_names[i]);
    for (std::size_t i = 0; i < pick(3); ++i) add_role(set.objects, role_names[i]);
    for (std::size_t i = 0; i < 1 + pick(3); ++i) add_binding(set.objects, i);
    for (int i = 0; i < 4; ++i) set.questions.push_back(one_in(4) ? question() : near_question(set.objects));
    return set;
  }

 private:
  std::size_t pick(std::size_t n) { return n == 0 ? 0 : engine_() % n; }
  bool one_in(std::size_t n) { return pick(n) == 0; }
  const std::string& any(const Words& words) { return words[pick(words.size())]; }
  Words some(const Words& words, std::size_t most) {
    Words chosen;
    for (std::size_t i = 0; i < 1 + pick(most); ++i) chosen.push_back(any(words));
    return chosen;
  }

  rbac::PolicyRule rule() {
    rbac::PolicyRule rule;
    rule.verbs = some(verbs, 2);
    if (one_in(3)) {
      rule.non_resource_urls = some(urls, 2);
      return rule;
    }
    rule.api_groups = some(groups, 2);
    rule.resources = some(resources, 2);
    if (one_in(4)) rule.resource_names = some(object_names, 2);
    return rule;
  }

  std::map<std::string, std::string> labels() {
    std::map<std::string, std::string> labels;
    for (std::size_t i = 0; i < pick(3); ++i) labels[any(keys)] = any(values);
    return labels;
  }

  rbac::LabelSelector selector() {
    rbac::LabelSelector selector;
    if (!one_in(3)) selector.match_labels[any(keys)] = any(values);
    if (one_in(2)) return selector;
    rbac::LabelRequirement requirement{any(keys), any(operators), {}};
    if (requirement.op.ends_with("In")) requirement.values = some(values, 2);
    selector.match_expressions.push_back(std::move(requirement));
    return selector;
  }

  // The controller has not yet written the rules of an aggregated one.
  void add_cluster_role(rbac::Objects& objects, const std::string& name) {
    rbac::Role role{Scope::cluster, "", name, labels(), {}, {}};
    if (one_in(4)) {
      for (std::size_t i = 0; i < 1 + pick(2); ++i) role.aggregates.push_back(selector());
    } else {
      for (std::size_t i = 0; i < 1 + pick(2); ++i) role.rules.push_back(rule());
    }
    objects.roles.push_back(std::move(role));
  }

  void add_role(rbac::Objects& objects, const std::string& name) {
    objects.roles.push_back({Scope::name_space, any(namespaces), name, {}, {rule()}, {}});
  }

  rbac::Subject subject() {
    if (one_in(3)) return {"User", "", any(users), ""};
    if (one_in(2)) return {"Group", "", any(user_groups), ""};
    if (one_in(8)) return {"Robot", "", any(users), ""};
    return {"ServiceAccount", "", any(accounts), one_in(2) ? any(namespaces) : ""};
  }

  // Mostly to a role that exists; the rest dangles.
  void add_binding(rbac::Objects& objects, std::size_t number) {
    const rbac::Role& role = objects.roles[pick(objects.roles.size())];
    bool is_role = role.scope == Scope::name_space;
    rbac::Binding binding;
    binding.scope = is_role || one_in(2) ? Scope::name_space : Scope::cluster;
    if (one_in(10)) binding.scope = Scope::cluster;
    if (binding.scope == Scope::name_space)
      binding.name_space = is_role && !one_in(5) ? role.name_space : any(namespaces);
    binding.name = fmt::format("b{}\"{}", number, one_in(5) ? "\\é" : "");
    binding.role = {is_role ? "Role" : "ClusterRole", role.name};
    if (one_in(8)) binding.role = {one_in(2) ? "Role" : "ClusterRole", any(role_names)};
    for (std::size_t i = 0; i < pick(4); ++i) binding.subjects.push_back(subject());
    objects.bindings.push_back(std::move(binding));
  }

  Question question() {
    Question question;
    question.who =
        one_in(3) ? rbac::anonymous_requester() : rbac::Requester{any(users), some(user_groups, 2)};
    if (one_in(4)) {
      question.method = any(methods);
      question.target = any(targets);
      question.request = rbac::request_of(question.method, question.target);
      return question;
    }
    rbac::Request& request = question.request;
    request.verb = any(verbs);
    if (one_in(3)) {
      request.path = any(paths);
      return question;
    }
    request.kind = rbac::RequestKind::resource;
    request.api_group = any(groups);
    request.resource = any(plain_resources);
    request.subresource = any(subresources);
    request.name = any(object_names);
    if (!one_in(4)) request.name_space = any(namespaces);
    return question;
  }

  Requester requester_of(const rbac::Binding& binding) {
    if (binding.subjects.empty()) return {any(users), some(user_groups, 2)};
    const rbac::Subject& subject = binding.subjects[pick(binding.subjects.size())];
    if (subject.kind == "Group") return {any(users), {any(user_groups), subject.name}};
    if (subject.kind != "ServiceAccount") return {subject.name, some(user_groups, 2)};
    const std::string& name_space = subject.name_space.empty() ? binding.name_space : subject.name_space;
    return {fmt::format("system:serviceaccount:{}:{}", name_space, subject.name), {}};
  }

  // A pattern as something that it covers, or nearly.
  std::string near(std::string pattern) {
    bool has_star = pattern.ends_with('*');
    while (pattern.ends_with('*')) pattern.pop_back();
    return has_star && one_in(2) ? pattern + "x" : pattern;
  }

  // What a rule of the set grants to a subject of one of its bindings, often with one word changed.
  Question near_question(const rbac::Objects& objects) {
    const rbac::Binding& binding = objects.bindings[pick(objects.bindings.size())];
    Question question{requester_of(binding), {}, {}, {}};
    std::vector<rbac::PolicyRule> rules;
    for (const rbac::Role& role : objects.roles) {
      bool is_bound = role.name == binding.role.name && rbac::kind_of(role) == binding.role.kind;
      bool may_be_selected = !role.labels.empty() && one_in(3);
      if (is_bound || may_be_selected) rules.insert(rules.end(), role.rules.begin(), role.rules.end());
    }
    rbac::PolicyRule rule = rules.empty() ? this->rule() : rules[pick(rules.size())];
    rbac::Request& request = question.request;
    request.verb = any(rule.verbs) == "*" ? any(verbs) : any(rule.verbs);
    if (!rule.non_resource_urls.empty()) {
      request.path = one_in(4) ? any(paths) : near(any(rule.non_resource_urls));
      return question;
    }
    request.kind = rbac::RequestKind::resource;
    request.api_group = any(rule.api_groups) == "*" ? any(groups) : any(rule.api_groups);
    std::string resource = any(rule.resources);
    std::size_t slash = resource.find('/');
    request.resource =
        resource.starts_with('*') || resource.empty() ? any(plain_resources) : resource.substr(0, slash);
    if (slash != std::string::npos) request.subresource = near(resource.substr(slash + 1));
    if (!rule.resource_names.empty()) request.name = any(rule.resource_names);
    if (!one_in(4)) request.name_space = binding.name_space.empty() ? any(namespaces) : binding.name_space;
    change_one_word(request);
    if (one_in(4)) tell_as_http(question);
    return question;
  }

  void tell_as_http(Question& question) {
    static const std::map<std::string, std::string> methods_of{
        {"create", "POST"}, {"delete", "DELETE"}, {"watch", "GET"}, {"list", "GET"}, {"get", "GET"}};
    const rbac::Request& request = question.request;
    auto method = methods_of.find(request.verb);
    bool one_segment_each = request.name != "*" && !request.resource.empty() && request.api_group != "*";
    if (method == methods_of.end() || !one_segment_each) return;
    std::string target = request.api_group.empty() ? "/api/v1" : "/apis/" + request.api_group + "/v1";
    if (!request.name_space.empty()) target += "/namespaces/" + request.name_space;
    target += "/" + request.resource;
    if (!request.name.empty()) target += "/" + request.name;
    if (!request.name.empty() && !request.subresource.empty()) target += "/" + request.subresource;
    if (request.verb == "watch") target += "?watch=true";
    question.method = method->second;
    question.target = target;
    question.request = rbac::request_of(question.method, target);
  }

  void change_one_word(rbac::Request& request) {
    switch (pick(12)) {
      case 0:
        request.verb = any(verbs);
        break;
      case 1:
        request.api_group = any(groups);
        break;
      case 2:
        request.subresource = any(subresources);
        break;
      case 3:
        request.name = any(object_names);
        break;
      case 4:
        request.name_space = any(namespaces);
        break;
      default:
        break;
    }
  }

  std::mt19937_64 engine_;
};

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

template <class All, class Each>
std::string list_of(const All& all, Each each) {
  std::string out = "[";
  for (const auto& one : all) {
    if (out.size() > 1) out += ',';
    out += each(one);
  }
  return out + ']';
}

std::string texts(const Words& words) {
  return list_of(words, json_quoted);
}

std::string map_json(const std::map<std::string, std::string>& map) {
  std::string out = "{";
  for (const auto& [key, value] : map) {
    if (out.size() > 1) out += ',';
    out += json_quoted(key) + ':' + json_quoted(value);
  }
  return out + '}';
}

std::string rule_json(const rbac::PolicyRule& rule) {
  std::string out = "{\"verbs\":" + texts(rule.verbs);
  if (!rule.api_groups.empty()) out += ",\"apiGroups\":" + texts(rule.api_groups);
  if (!rule.resources.empty()) out += ",\"resources\":" + texts(rule.resources);
  if (!rule.resource_names.empty()) out += ",\"resourceNames\":" + texts(rule.resource_names);
  if (!rule.non_resource_urls.empty()) out += ",\"nonResourceURLs\":" + texts(rule.non_resource_urls);
  return out + '}';
}

std::string selector_json(const rbac::LabelSelector& selector) {
  std::string expressions = list_of(selector.match_expressions, [](const rbac::LabelRequirement& one) {
    return fmt::format(R"({{"key":{},"operator":{},"values":{}}})", json_quoted(one.key), json_quoted(one.op),
                       texts(one.values));
  });
  return fmt::format(R"({{"matchLabels":{},"matchExpressions":{}}})", map_json(selector.match_labels),
                     expressions);
}

std::string head_json(std::string_view kind, std::string_view name, std::string_view name_space,
                      const std::map<std::string, std::string>& labels) {
  std::string place = name_space.empty() ? "" : ",\"namespace\":" + json_quoted(name_space);
  if (!labels.empty()) place += ",\"labels\":" + map_json(labels);
  return fmt::format(R"({{"kind":"{}","metadata":{{"name":{}{}}})", kind, json_quoted(name), place);
}

std::string role_json(const rbac::Role& role) {
  std::string out = head_json(kind_of(role), role.name, role.name_space, role.labels);
  if (!role.rules.empty()) out += ",\"rules\":" + list_of(role.rules, rule_json);
  if (!role.aggregates.empty())
    out += ",\"aggregationRule\":{\"clusterRoleSelectors\":" + list_of(role.aggregates, selector_json) + "}";
  return out + '}';
}

std::string subject_json(const rbac::Subject& subject) {
  return fmt::format(R"({{"kind":{},"name":{},"namespace":{}}})", json_quoted(subject.kind),
                     json_quoted(subject.name), json_quoted(subject.name_space));
}

std::string binding_json(const rbac::Binding& binding) {
  return fmt::format(R"({},"subjects":{},"roleRef":{{"kind":{},"name":{}}}}})",
                     head_json(kind_of(binding), binding.name, binding.name_space, {}),
                     list_of(binding.subjects, subject_json), json_quoted(binding.role.kind),
                     json_quoted(binding.role.name));
}

std::string question_json(const Question& question) {
  std::string who =
      fmt::format(R"("user":{},"groups":{})", json_quoted(question.who.name), texts(question.who.groups));
  if (!question.target.empty())
    return fmt::format(R"({{{},"method":{},"target":{}}})", who, json_quoted(question.method),
                       json_quoted(question.target));
  const rbac::Request& request = question.request;
  return fmt::format(
      R"({{{},"verb":{},"path":{},"apiGroup":{},"resource":{},"subresource":{},"name":{},"namespace":{}}})",
      who, json_quoted(request.verb), json_quoted(request.path), json_quoted(request.api_group),
      json_quoted(request.resource), json_quoted(request.subresource), json_quoted(request.name),
      json_quoted(request.name_space));
}

}  // namespace

RoleSet role_set(std::size_t number) {
  return Maker(number).make();
}

std::string list_json(const rbac::Objects& objects) {
  std::string roles = list_of(objects.roles, role_json);
  std::string bindings = list_of(objects.bindings, binding_json);
  return fmt::format(R"({{"apiVersion":"v1","items":[{},{}],"kind":"List"}})",
                     roles.substr(1, roles.size() - 2), bindings.substr(1, bindings.size() - 2));
}

std::string line_json(const RoleSet& set) {
  auto of = [](const auto& all, Scope scope, auto each) {
    std::string list = "[";
    for (const auto& one : all) {
      if (one.scope != scope) continue;
      if (list.size() > 1) list += ',';
      list += each(one);
    }
    return list + ']';
  };
  const rbac::Objects& objects = set.objects;
  return fmt::format(
      R"({{"clusterRoles":{},"roles":{},"clusterRoleBindings":{},"roleBindings":{},"requests":{}}})",
      of(objects.roles, Scope::cluster, role_json), of(objects.roles, Scope::name_space, role_json),
      of(objects.bindings, Scope::cluster, binding_json),
      of(objects.bindings, Scope::name_space, binding_json), list_of(set.questions, question_json));
}

}  // namespace nightlatch::differential
