#include "rbac/defaults.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "rbac/request.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

// Lists of words, with a blank between two. A rule is about resources, or about paths.
struct Row {
  Known known;
  std::string_view name;        // of the binding and of its role
  std::string_view name_space;  // of a RoleBinding and its Role; empty: cluster-wide
  std::string_view subjects;
  std::string_view verb;
  std::string_view api_group;
  std::string_view resources;
  std::string_view name_of_resource;
  std::string_view paths;
};

constexpr std::string_view all_groups = "Group/system:authenticated Group/system:unauthenticated";
constexpr std::string_view whoever_logged_in = "Group/system:authenticated";
constexpr std::string_view authorization = "authorization.k8s.io";

// A binding with several kinds of rules has a row for each.
constexpr std::array rows{
    Row{Known::as_shipped, "system:public-info-viewer", "", all_groups, "get", "", "", "",
        "/livez /readyz /healthz /version /version/"},
    Row{Known::as_shipped, "system:discovery", "", whoever_logged_in, "get", "", "", "",
        "/livez /readyz /healthz /version /version/ /openapi /openapi/* /api /api/* /apis /apis/*"},
    Row{Known::as_shipped, "system:basic-user", "", whoever_logged_in, "create", authorization,
        "selfsubjectaccessreviews selfsubjectrulesreviews", "", ""},
    Row{Known::as_shipped, "system:basic-user", "", whoever_logged_in, "create", "authentication.k8s.io",
        "selfsubjectreviews", "", ""},
    Row{Known::as_shipped, "kubeadm:bootstrap-signer-clusterinfo", "kube-public", "User/system:anonymous",
        "get", "", "configmaps", "cluster-info", ""},
    Row{Known::left_from_before, "system:discovery", "", all_groups, "get", "", "", "",
        "/livez /readyz /healthz /version /version/ /openapi /openapi/* /api /api/* /apis /apis/* "
        "/swagger.json /swaggerapi /swaggerapi/* /swagger-2.0.0.pb-v1"},
    Row{Known::left_from_before, "system:basic-user", "", all_groups, "create", authorization,
        "selfsubjectaccessreviews selfsubjectrulesreviews", "", ""},
    Row{Known::left_from_before, "system:basic-user", "", all_groups, "create", "authentication.k8s.io",
        "selfsubjectreviews", "", ""},
};

bool all_among(const std::vector<std::string>& words, std::string_view known) {
  std::vector<std::string> among = split(known, ' ');
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return is_among(word, among); });
}

bool is_of(const Row& row, const Binding& binding) {
  bool in_a_namespace = !row.name_space.empty();
  bool same_place =
      binding.name_space == row.name_space && (binding.scope == Scope::name_space) == in_a_namespace;
  return same_place && binding.name == row.name && binding.role.name == row.name &&
         binding.role.kind == (in_a_namespace ? "Role" : "ClusterRole");
}

bool has_its_subjects(const Row& row, const Binding& binding) {
  std::vector<std::string> subjects;
  for (const Subject& subject : binding.subjects) subjects.push_back(subject.kind + "/" + subject.name);
  return all_among(subjects, row.subjects);
}

// A rule that is shipped so, or less than it.
bool is_of(const Row& row, const PolicyRule& rule) {
  if (!all_among(rule.verbs, row.verb)) return false;
  if (!rule.non_resource_urls.empty())
    return rule.resources.empty() && all_among(rule.non_resource_urls, row.paths);
  bool same_names = row.name_of_resource.empty()
                        ? rule.resource_names.empty()
                        : rule.resource_names.size() == 1 && rule.resource_names[0] == row.name_of_resource;
  return rule.api_groups == std::vector<std::string>{std::string(row.api_group)} && same_names &&
         all_among(rule.resources, row.resources);
}

bool is_known_as(Known known, const Binding& binding, const std::vector<PolicyRule>& rules) {
  auto applies = [&](const Row& row) {
    return row.known == known && is_of(row, binding) && has_its_subjects(row, binding);
  };
  if (std::none_of(rows.begin(), rows.end(), applies)) return false;
  return std::all_of(rules.begin(), rules.end(), [&](const PolicyRule& rule) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](const Row& row) { return applies(row) && is_of(row, rule); });
  });
}

}  // namespace

Known known(const Binding& binding, const std::vector<PolicyRule>& rules) {
  for (Known kind : {Known::as_shipped, Known::left_from_before}) {
    if (is_known_as(kind, binding, rules)) return kind;
  }
  return Known::no;
}

}  // namespace nightlatch::rbac
