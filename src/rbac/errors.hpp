// Error codes of this room: RBAC objects and refused answers that cannot be read.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::rbac_errors {

inline constexpr ErrorCode not_readable{
    6001, Exit::usage, "an input with RBAC objects is neither JSON nor YAML",
    "write it again: kubectl get clusterroles,clusterrolebindings,roles,rolebindings -A -o json"};
inline constexpr ErrorCode wrong_type{
    6002, Exit::usage, "a field of an RBAC object has another type than in Kubernetes",
    "correct the object at the place shown; kubectl explain clusterrole, and so on, names the types"};
inline constexpr ErrorCode no_objects{
    6003, Exit::usage, "an input holds no RBAC objects",
    "write it again: kubectl get clusterroles,clusterrolebindings,roles,rolebindings -A -o json"};
inline constexpr ErrorCode two_versions{6004, Exit::usage,
                                        "an RBAC object stands twice in an input, differently",
                                        "keep the one that the cluster has"};

inline constexpr ErrorCode not_a_refusal{
    6005, Exit::usage, "an input says nothing of a request that was refused",
    "give the body of the answer, kubectl's line, a line of the audit log, or the status and the URL: "
    "curl -sk -w '%{http_code} %{url}' URL"};
inline constexpr ErrorCode not_a_question{
    6006, Exit::usage, "what is asked with --can cannot be understood",
    "write who, the verb and what: anonymous get /metrics; monitoring/prometheus list pods"};
inline constexpr ErrorCode code_unknown{6007, Exit::usage, "nightlatch has no such code",
                                        "docs/errors.md lists every code"};
inline constexpr ErrorCode conditions_unread{
    6008, Exit::usage, "the conditions of an AuthenticationConfiguration cannot be told as a list",
    "give the file that kube-apiserver reads; nightlatch detect judges it together with the flags"};

inline constexpr ErrorCode not_a_grantee{
    6009, Exit::usage, "whom to grant something to cannot be understood",
    "write --to anonymous, --to serviceaccount NAMESPACE/NAME, or --to group NAME"};

inline constexpr std::array all{not_readable,   wrong_type,   no_objects,        two_versions, not_a_refusal,
                                not_a_question, code_unknown, conditions_unread, not_a_grantee};

}  // namespace nightlatch::rbac_errors
