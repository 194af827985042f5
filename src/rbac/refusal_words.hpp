// The sentences with which Kubernetes and its companions refuse a request.
#pragma once

#include <string_view>

#include "rbac/refusal.hpp"

namespace nightlatch::rbac {

// forbiddenMessage of k8s.io/apiserver/pkg/endpoints/handlers/responsewriters: User "a" cannot get path "/b",
// or resource "pods" in API group "" in the namespace "c", or at the cluster scope. A name may stand before
// it, and what RBAC could not find behind it. false: there is no such sentence.
bool read_forbidden_words(std::string_view text, Refusal& refusal);

// Text that is no JSON: kubectl, kube-apiserver's log, the kubelet, kube-rbac-proxy and controller-runtime.
void read_plain_words(std::string_view text, Refusal& refusal);

}  // namespace nightlatch::rbac
