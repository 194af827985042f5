// Error codes of this room: kubeconfigs, and requests to an API server.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::api_errors {

inline constexpr ErrorCode kubeconfig_missing{1401, Exit::usage,
                                              "there is no kubeconfig, or it cannot be read",
                                              "name one with --kubeconfig FILE or $KUBECONFIG"};
inline constexpr ErrorCode kubeconfig_malformed{
    1402, Exit::usage, "a kubeconfig is written in a way that kubectl would refuse",
    "correct the file at the place shown; kubectl config view shows it as kubectl reads it"};
inline constexpr ErrorCode context_unknown{
    1403, Exit::usage, "the kubeconfig has no such context",
    "name a context with --context; kubectl config get-contexts lists them"};
inline constexpr ErrorCode kubeconfig_unsafe{
    1404, Exit::refused, "with this kubeconfig credentials would go to a server that is not verified",
    "set an https server and its certificate-authority for the cluster in the kubeconfig"};
inline constexpr ErrorCode kubeconfig_unsupported{
    1405, Exit::refused, "the kubeconfig has a setting that nightlatch does not support",
    "use a context with a client certificate, a token or an exec plugin"};
inline constexpr ErrorCode exec_plugin_failed{1406, Exit::refused,
                                              "the kubeconfig's exec plugin gave no credentials",
                                              "run the plugin by hand, log in, then try again"};
inline constexpr ErrorCode address_malformed{
    1407, Exit::usage, "the address of an API server is not https://host:port",
    "write the address as https://host:port, an IPv6 address in brackets"};
inline constexpr ErrorCode unreachable{1410, Exit::coverage, "an API server gave no answer",
                                       "check the address, the network and that the API server runs; where "
                                       "only the load balancer is down, use a "
                                       "kubeconfig that names one node"};
inline constexpr ErrorCode untrusted{
    1411, Exit::refused, "an API server's certificate was not issued by the cluster's CA for this name",
    "check that the kubeconfig and the address belong to the same cluster, and that this machine's clock is "
    "right"};
inline constexpr ErrorCode credentials_unusable{
    1412, Exit::refused, "the client credentials cannot be used",
    "check the client certificate and the key of the kubeconfig's user"};
inline constexpr ErrorCode denied{
    1413, Exit::coverage, "the API server refused a request of the kubeconfig's user",
    "use a context whose user may read Nodes and the ConfigMaps of kube-system"};
inline constexpr ErrorCode answer_unexpected{1414, Exit::coverage,
                                             "an API server's answer is not what Kubernetes answers",
                                             "check that the address is a Kubernetes API server"};
inline constexpr ErrorCode credentials_unverified{
    1415, Exit::refused, "nightlatch sends no credentials to a server that it cannot verify",
    "set certificate-authority for the cluster in the kubeconfig"};
inline constexpr ErrorCode lease_conflict{1416, Exit::locked,
                                          "somebody else changed the cluster's lock at the same time",
                                          "look at it with nightlatch status --lock, then try again"};

inline constexpr ErrorCode write_conflict{1417, Exit::refused,
                                          "somebody else wrote the object at the same time",
                                          "see what it says now; then plan again"};

inline constexpr std::array all{kubeconfig_missing,
                                kubeconfig_malformed,
                                context_unknown,
                                kubeconfig_unsafe,
                                kubeconfig_unsupported,
                                exec_plugin_failed,
                                address_malformed,
                                unreachable,
                                untrusted,
                                credentials_unusable,
                                denied,
                                answer_unexpected,
                                credentials_unverified,
                                lease_conflict,
                                write_conflict};

}  // namespace nightlatch::api_errors
