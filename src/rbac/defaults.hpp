// The bindings of Kubernetes and kubeadm that reach everybody on every cluster.
#pragma once

#include <vector>

#include "rbac/objects.hpp"

namespace nightlatch::rbac {

enum class Known {
  no,
  as_shipped,        // it is as Kubernetes makes it today
  left_from_before,  // as Kubernetes before 1.14 made it; an upgrade keeps it
};

// What is known of a binding that grants `rules`. A binding with another subject, or a role with another
// right, than it was shipped with is not known. Source: bootstrappolicy/policy.go, whose words about these
// bindings are the same from 1.30 to 1.36, and before that of 1.13; kubeadm's clusterinfo.go.
[[nodiscard]] Known known(const Binding& binding, const std::vector<PolicyRule>& rules);

}  // namespace nightlatch::rbac
