// Which object of the cluster's API is meant.
#pragma once

#include <compare>
#include <optional>
#include <string>

namespace nightlatch::facts {

struct ObjectReference {
  std::string group;  // empty: the core group
  std::string version;
  std::string kind;
  std::string name_space;  // empty: the object is the cluster's own
  std::string name;

  auto operator<=>(const ObjectReference&) const = default;

  // For people: "ConfigMap kube-system/kubeadm-config".
  [[nodiscard]] std::string text() const;
};

// Where the API serves the object: "/api/v1/namespaces/kube-system/configmaps/kubeadm-config". nullopt: its
// kind is none that nightlatch writes, or a name could not stand in a path.
[[nodiscard]] std::optional<std::string> path_of(const ObjectReference& object);

}  // namespace nightlatch::facts
