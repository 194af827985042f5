// The four kinds of RBAC as values (k8s.io/api/rbac/v1). Of metadata only what decides is kept.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nightlatch::rbac {

// The group of the API, in roleRef and subjects.
inline constexpr std::string_view rbac_api = "rbac.authorization.k8s.io";
// What the name of a ServiceAccount's user begins with; namespace and name follow, with a colon between.
inline constexpr std::string_view service_account_prefix = "system:serviceaccount:";

struct PolicyRule {
  std::vector<std::string> verbs{};
  std::vector<std::string> api_groups{};
  std::vector<std::string> resources{};
  std::vector<std::string> resource_names{};
  std::vector<std::string> non_resource_urls{};

  auto operator<=>(const PolicyRule&) const = default;
};

// One requirement of a label selector.
struct LabelRequirement {
  std::string key{};
  std::string op{};  // In, NotIn, Exists, DoesNotExist
  std::vector<std::string> values{};

  bool operator==(const LabelRequirement&) const = default;
};

// metav1.LabelSelector: labels and requirements must all hold. An empty one selects everything.
struct LabelSelector {
  std::map<std::string, std::string> match_labels{};
  std::vector<LabelRequirement> match_expressions{};

  bool operator==(const LabelSelector&) const = default;
};

enum class Scope { cluster, name_space };

// A ClusterRole, or a Role in its namespace.
struct Role {
  Scope scope = Scope::cluster;
  std::string name_space{};
  std::string name{};
  std::map<std::string, std::string> labels{};
  std::vector<PolicyRule> rules{};
  std::vector<LabelSelector> aggregates{};  // of aggregationRule.clusterRoleSelectors

  bool operator==(const Role&) const = default;
};

struct Subject {
  std::string kind{};  // User, Group, ServiceAccount
  std::string api_group{};
  std::string name{};
  std::string name_space{};

  bool operator==(const Subject&) const = default;
};

struct RoleReference {
  std::string kind{};  // ClusterRole, Role
  std::string name{};

  bool operator==(const RoleReference&) const = default;
};

// A ClusterRoleBinding, or a RoleBinding in its namespace.
struct Binding {
  Scope scope = Scope::cluster;
  std::string name_space{};
  std::string name{};
  std::vector<Subject> subjects{};
  RoleReference role{};

  bool operator==(const Binding&) const = default;
};

[[nodiscard]] inline const char* kind_of(const Binding& binding) {
  return binding.scope == Scope::cluster ? "ClusterRoleBinding" : "RoleBinding";
}
[[nodiscard]] inline const char* kind_of(const Role& role) {
  return role.scope == Scope::cluster ? "ClusterRole" : "Role";
}

// Which kinds an input holds: without any ClusterRole in it, a missing one was perhaps just not asked for.
struct Seen {
  bool cluster_roles = false;
  bool roles = false;
  bool cluster_role_bindings = false;
  bool role_bindings = false;
};

struct Objects {
  std::vector<Role> roles{};        // in the order of the input
  std::vector<Binding> bindings{};  // in the order of the input
  Seen seen{};
  std::size_t others = 0;  // objects of other kinds, which say nothing about RBAC
};

}  // namespace nightlatch::rbac
