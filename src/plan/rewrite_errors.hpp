// Why one manifest is not rewritten: 31xx.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::plan_rewrite_errors {

inline constexpr ErrorCode no_version{3101, Exit::refused, "the version of kube-apiserver is not known",
                                      "give it: --kubernetes-version 1.34.4"};
inline constexpr ErrorCode version_out_of_range{3102, Exit::refused, "a version whose rules are not known",
                                                "nightlatch knows 1.30 to 1.37"};
inline constexpr ErrorCode rbac_only{3103, Exit::refused, "the profile rbac-only changes no manifest",
                                     "use health-only, or closed, to change the manifest"};
inline constexpr ErrorCode oidc_flags{3104, Exit::refused, "--oidc-* flags that cannot be moved into a file",
                                      "move them into jwt: of an AuthenticationConfiguration by hand"};
inline constexpr ErrorCode always_allow{3105, Exit::refused, "AlwaysAllow authorizes every request",
                                        "set --authorization-mode=Node,RBAC first"};
inline constexpr ErrorCode exposure_unknown{3106, Exit::refused,
                                            "the exposure before the change is not known",
                                            "give the file that --authentication-config names"};
inline constexpr ErrorCode jwt_present{
    3107, Exit::refused, "closed would drop a file with jwt authenticators",
    "use a profile that opens paths, which keeps them; or write anonymous: {enabled: false} into the file"};
inline constexpr ErrorCode not_as_intended{3108, Exit::refused,
                                           "the change would not have the intended effect",
                                           "change what the message names, then try again"};
inline constexpr ErrorCode bad_existing_config{3109, Exit::refused,
                                               "the present configuration file cannot be read",
                                               "repair it, or take --authentication-config away"};
inline constexpr ErrorCode no_conditions{
    3110, Exit::refused, "Kubernetes 1.30 knows no paths for anonymous access",
    "upgrade to 1.31 or later; or use closed, with probes that need no anonymous "
    "access (tcpSocket, exec)"};
inline constexpr ErrorCode config_differs{
    3111, Exit::refused, "the configuration file is not what its name says",
    "put its old content back, or remove --authentication-config by hand"};
inline constexpr ErrorCode probe_fails{
    3112, Exit::refused, "a probe of the kubelet would be answered 401",
    "open its path in the playbook, or set spec.probes: tcpSocket in it (a "
    "token could be read by many: docs/probes.md)"};
inline constexpr ErrorCode owned_by_product{3113, Exit::refused, "a product writes this manifest by itself",
                                            "change the setting that the message names"};

inline constexpr ErrorCode oidc_ca_unknown{
    3120, Exit::refused, "the CA that --oidc-ca-file names is not known",
    "offline give it: --oidc-ca-file FILE; on a node it must lie at the path that kube-apiserver sees"};
inline constexpr ErrorCode mount_not_persistable{
    3121, Exit::refused, "a mount that kubeadm's configuration cannot be given as a directory",
    "add the mount to apiServer.extraVolumes of the ConfigMap kubeadm-config by hand"};

inline constexpr ErrorCode probes_not_persistable{
    3122, Exit::refused, "kubeadm would write an API server that its own probes kill",
    "leave kubeadm-config as it is, and apply again after each kubeadm upgrade"};

inline constexpr std::array all{no_version,
                                version_out_of_range,
                                rbac_only,
                                oidc_flags,
                                always_allow,
                                exposure_unknown,
                                jwt_present,
                                not_as_intended,
                                bad_existing_config,
                                no_conditions,
                                config_differs,
                                probe_fails,
                                owned_by_product,
                                oidc_ca_unknown,
                                mount_not_persistable,
                                probes_not_persistable};

}  // namespace nightlatch::plan_rewrite_errors
