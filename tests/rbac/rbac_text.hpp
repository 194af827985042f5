// RBAC objects as kubectl prints them, shortened to what counts.
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "rbac/read_objects.hpp"

namespace nightlatch::rbac {

inline Objects read_or_fail(std::string_view text) {
  auto objects = read_objects(text, "rbac.yaml");
  if (!objects) ADD_FAILURE() << objects.error().message;
  return objects ? *objects : Objects{};
}

// What a cluster made by kubeadm has about everybody, and one binding that somebody added.
inline const std::string kubeadm_cluster = R"(apiVersion: v1
kind: List
items:
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRole
  metadata: {name: cluster-admin}
  rules:
  - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
  - {nonResourceURLs: ["*"], verbs: ["*"]}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRole
  metadata: {name: "system:public-info-viewer"}
  rules:
  - {nonResourceURLs: [/healthz, /livez, /readyz, /version, /version/], verbs: [get]}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRole
  metadata: {name: "system:basic-user"}
  rules:
  - {apiGroups: [authorization.k8s.io], resources: [selfsubjectaccessreviews, selfsubjectrulesreviews], verbs: [create]}
  - {apiGroups: [authentication.k8s.io], resources: [selfsubjectreviews], verbs: [create]}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: Role
  metadata: {name: "kubeadm:bootstrap-signer-clusterinfo", namespace: kube-public}
  rules:
  - {apiGroups: [""], resourceNames: [cluster-info], resources: [configmaps], verbs: [get]}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRoleBinding
  metadata: {name: cluster-admin}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
  subjects:
  - {apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:masters"}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRoleBinding
  metadata: {name: "system:public-info-viewer"}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:public-info-viewer"}
  subjects:
  - {apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:authenticated"}
  - {apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:unauthenticated"}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRoleBinding
  metadata: {name: "system:basic-user"}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:basic-user"}
  subjects:
  - {apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:authenticated"}
- apiVersion: rbac.authorization.k8s.io/v1
  kind: RoleBinding
  metadata: {name: "kubeadm:bootstrap-signer-clusterinfo", namespace: kube-public}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: "kubeadm:bootstrap-signer-clusterinfo"}
  subjects:
  - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "system:anonymous"}
)";

// More items behind it.
inline std::string with(std::string_view items) {
  return kubeadm_cluster + std::string(items);
}

inline const std::string ci_temp = R"(- apiVersion: rbac.authorization.k8s.io/v1
  kind: ClusterRoleBinding
  metadata: {name: ci-temp}
  roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
  subjects:
  - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "system:anonymous"}
  - {kind: ServiceAccount, name: deployer, namespace: ci}
)";

}  // namespace nightlatch::rbac
