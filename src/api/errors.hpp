// Error codes of this room.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::api_errors {

inline constexpr ErrorCode kubeconfig_missing{1401, Exit::usage,
                                              "there is no kubeconfig, or it cannot be read",
                                              "name one with --kubeconfig FILE or $KUBECONFIG"};
inline constexpr ErrorCode kubeconfig_malformed{1402, Exit::usage,
                                                "a kubeconfig is not what kubectl would accept",
                                                "compare it with: kubectl config view"};
inline constexpr ErrorCode context_unknown{1403, Exit::usage, "the kubeconfig has no such context",
                                           "name one with --context; kubectl config get-contexts lists them"};
inline constexpr ErrorCode kubeconfig_unsafe{
    1404, Exit::refused, "the kubeconfig would send credentials to a server that is not verified",
    "give the cluster an https server and its certificate-authority"};
inline constexpr ErrorCode kubeconfig_unsupported{
    1405, Exit::refused, "the kubeconfig uses a setting that is not supported",
    "use a context with a client certificate, a token or an exec plugin"};
inline constexpr ErrorCode exec_plugin_failed{1406, Exit::refused,
                                              "the kubeconfig's exec plugin gave no credentials",
                                              "run the plugin by hand, log in, and try again"};
inline constexpr ErrorCode address_malformed{1407, Exit::usage,
                                             "the address of an API server is not https://host:port",
                                             "write it as https://host:port; an IPv6 address in brackets"};
inline constexpr ErrorCode unreachable{
    1410, Exit::coverage, "an API server gave no answer",
    "check the address, the network and that the API server runs; where only the "
    "load balancer is out, a kubeconfig that names one node leads past it"};
inline constexpr ErrorCode untrusted{
    1411, Exit::refused, "an API server's certificate does not fit the cluster's CA",
    "check that the kubeconfig and the address belong to the same cluster, and this machine's clock"};
inline constexpr ErrorCode credentials_unusable{1412, Exit::refused, "the client credentials cannot be used",
                                                "check client certificate and key of the kubeconfig's user"};
inline constexpr ErrorCode denied{1413, Exit::coverage, "the API server refused an administrator's question",
                                  "use a context whose user may read nodes and ConfigMaps of kube-system"};
inline constexpr ErrorCode answer_unexpected{1414, Exit::coverage,
                                             "an API server's answer cannot be understood",
                                             "check that the address is a Kubernetes API server"};
inline constexpr ErrorCode credentials_unverified{1415, Exit::refused,
                                                  "credentials are not sent to a server that is not verified",
                                                  "give the cluster's certificate-authority"};
inline constexpr ErrorCode lease_conflict{1416, Exit::locked,
                                          "somebody else wrote the cluster's lock at the same time",
                                          "nightlatch status --lock, then again"};

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
