// Who may do what by RBAC: the authorizer of Kubernetes over objects that were read
// (plugin/pkg/auth/authorizer/rbac, pkg/registry/rbac/validation/rule.go, and the helpers of
// pkg/apis/rbac/v1). integration/controlplane/authorizing compares it with Kubernetes' own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "rbac/objects.hpp"
#include "rbac/request.hpp"

namespace nightlatch::rbac {

// Whether the rule allows the request.
[[nodiscard]] bool covers(const PolicyRule& rule, const Request& request);

// Whether a rule's nonResourceURL covers a path: equal, or a prefix where it ends in *. Every * at its end is
// cut, so "/logs**" is "/logs*".
[[nodiscard]] bool covers_path(std::string_view url, std::string_view path);

// The subject's position among those of the binding; nullopt: it is about none of them.
[[nodiscard]] std::optional<std::size_t> subject_for(const Binding& binding, const Requester& who);

[[nodiscard]] bool selects(const LabelSelector& selector, const std::map<std::string, std::string>& labels);

// What let a request in.
struct Allowed {
  const Binding* binding = nullptr;
  std::size_t subject = 0;

  // As the audit log writes it: "RBAC: allowed by ClusterRoleBinding \"a\" of ClusterRole \"b\" to …".
  [[nodiscard]] std::string reason() const;
};

class Evaluator {
 public:
  // The objects must outlive the evaluator.
  explicit Evaluator(const Objects& objects);

  // Cluster-wide bindings first, then those of the request's namespace, each in the order of the input. A
  // binding whose role is missing gives nothing. nullopt: nothing allows it.
  [[nodiscard]] std::optional<Allowed> allows(const Requester& who, const Request& request) const;

  // The rules of the role that the binding names; nullptr: there is no such role. For a ClusterRole with an
  // aggregationRule these are its own and those of every ClusterRole that it selects, directly or through
  // another such role, each once: what the controller has written into it, or writes next.
  [[nodiscard]] const std::vector<PolicyRule>* rules_of(const Binding& binding) const;

 private:
  using Key = std::tuple<Scope, std::string, std::string>;

  void aggregate(const Objects& objects);

  const Objects& objects_;
  std::map<Key, const Role*> roles_;
  std::map<std::string, std::vector<PolicyRule>> aggregated_;  // by the name of the ClusterRole
};

}  // namespace nightlatch::rbac
