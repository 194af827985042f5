// What a person who runs nightlatch needs of the API, each right with what it is needed for, and the role
// that grants just that (templates/rbac/operator.yaml).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rbac/objects.hpp"
#include "rbac/request.hpp"
#include "util/result.hpp"

namespace nightlatch::rbac {

// What a run comes to without a right.
enum class Without { refused, less_seen };

struct OperatorRight {
  Request request;
  std::string_view needed_for;
  Without without;
  std::string_view consequence;  // a whole sentence
};

// In the order in which a run asks.
[[nodiscard]] std::span<const OperatorRight> operator_rights();
// "list nodes", "patch configmaps kube-system/kubeadm-config", "get /metrics".
[[nodiscard]] std::string right_text(const Request& request);

// "user", NAME; "group", NAME; "serviceaccount", "NS/NAME". Error: not_a_grantee.
[[nodiscard]] Result<Subject> read_operator(const std::vector<std::string>& words);

struct OperatorRole {
  Subject to{};
  std::string binding{};  // the name of both bindings
  std::string yaml{};     // a ClusterRole, a Role in kube-system, and their bindings
};

[[nodiscard]] OperatorRole operator_role(const Subject& to);

}  // namespace nightlatch::rbac
