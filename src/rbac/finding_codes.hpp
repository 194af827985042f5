// Findings of `nightlatch rbac list`: 61xx.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::rbac_findings {

inline constexpr ErrorCode leads_to_admin{
    6101, Exit::findings, "a binding leads to cluster-admin",
    "take the subject out of the binding now, and look for what was done with it in the audit log",
    "Whoever reaches the API server can take the whole cluster over."};
inline constexpr ErrorCode reads_secrets{
    6102, Exit::findings, "a binding lets Secrets or ConfigMaps be read",
    "take the subject out of the binding, then change the Secrets that it covered",
    "list and watch return every value, and a token that was read stays valid."};
inline constexpr ErrorCode runs_programs{
    6103, Exit::findings, "a binding lets programs run in the cluster",
    "take the subject out of the binding now, and look for pods that nobody knows",
    "A pod may use any service account of its namespace; this is how cryptocurrency miners come in."};
inline constexpr ErrorCode writes{6104, Exit::findings, "a binding lets objects be written",
                                  "take the subject out of the binding",
                                  "Objects that strangers write cannot be trusted, and may fill etcd."};
inline constexpr ErrorCode reads{6105, Exit::findings, "a binding lets objects be read",
                                 "take the subject out of the binding",
                                 "It shows what runs where, which an attack needs first."};
inline constexpr ErrorCode sees_internals{
    6106, Exit::findings, "a binding shows the inside of the API server",
    "give /metrics to the service account of the monitoring instead, and /debug and /logs to nobody",
    "Metrics name objects and versions; profiles and logs hold what the process has in its memory."};
inline constexpr ErrorCode sees_discovery{6107, Exit::findings, "a binding shows versions, resources or keys",
                                          "take the subject out of the binding, unless somebody relies on it",
                                          "It tells which software and which extensions to attack."};
inline constexpr ErrorCode dangling{
    6108, Exit::findings, "a binding names a role that does not exist",
    "delete the binding, or write down what its role is for",
    "It grants nothing today. Whoever makes a role of this name grants it to everybody."};
inline constexpr ErrorCode misnamed{
    6109, Exit::findings, "a binding names the anonymous user as a group, or its group as a user",
    "correct the kind of the subject, or delete the binding",
    "It does not reach requests without credentials, although whoever wrote it perhaps meant to."};
inline constexpr ErrorCode left_from_old_version{
    6110, Exit::findings, "a default of Kubernetes before 1.14 is still there",
    "take the group system:unauthenticated out of the binding, and keep the binding",
    "An upgrade keeps the old subjects, so discovery stays open to everybody."};
inline constexpr ErrorCode roles_unread{
    6111, Exit::coverage, "what a binding grants is not known, because its role was not read",
    "give the roles, too: kubectl get clusterroles,clusterrolebindings,roles,rolebindings -A -o json",
    "A binding may be harmless or lead to cluster-admin; only its role tells."};
inline constexpr ErrorCode open_but_not_granted{
    6112, Exit::findings, "a path is open without credentials, but RBAC does not allow it",
    "grant it to the group system:unauthenticated, or take the path out of the playbook",
    "Requests pass authentication and are answered 403."};

inline constexpr std::array all{leads_to_admin, reads_secrets,         runs_programs,  writes,
                                reads,          sees_internals,        sees_discovery, dangling,
                                misnamed,       left_from_old_version, roles_unread,   open_but_not_granted};

}  // namespace nightlatch::rbac_findings
