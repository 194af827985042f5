// Why nightlatch does not rewrite a manifest: 31xx.
#pragma once

#include <array>

#include "util/result.hpp"

namespace nightlatch::plan_rewrite_errors {

inline constexpr ErrorCode no_version{3101, Exit::refused, "the version of kube-apiserver is not known",
                                      "give the version: --kubernetes-version 1.34.4"};
inline constexpr ErrorCode version_out_of_range{3102, Exit::refused,
                                                "nightlatch does not know the rules of this version",
                                                "use nightlatch with Kubernetes 1.30 to 1.37"};
inline constexpr ErrorCode rbac_only{
    3103, Exit::refused, "the profile rbac-only changes no manifest",
    "choose the profile health-only; on Kubernetes 1.30 closed, with probes that need no anonymous access"};
inline constexpr ErrorCode oidc_flags{3104, Exit::refused,
                                      "the --oidc-* flags cannot be moved into a configuration file",
                                      "move them by hand into jwt of an AuthenticationConfiguration"};
inline constexpr ErrorCode always_allow{
    3105, Exit::refused, "the mode AlwaysAllow authorizes every request",
    "grant your users and controllers what they need by RBAC, set --authorization-mode=Node,RBAC, then try "
    "again"};
inline constexpr ErrorCode exposure_unknown{
    3106, Exit::refused, "the exposure before the change is not known",
    "give the file that the flag in the manifest names: --authentication-config FILE"};
inline constexpr ErrorCode jwt_present{3107, Exit::refused,
                                       "the profile closed would remove a file with jwt authenticators",
                                       "choose a profile that opens paths, which keeps the authenticators; "
                                       "or write anonymous: {enabled: false} into "
                                       "the file by hand"};
inline constexpr ErrorCode not_as_intended{3108, Exit::refused,
                                           "the change would not have the intended effect",
                                           "change the setting that the message names, then try again"};
inline constexpr ErrorCode bad_existing_config{
    3109, Exit::refused, "the present configuration file cannot be read",
    "correct the file, or remove --authentication-config from the manifest"};
inline constexpr ErrorCode no_conditions{
    3110, Exit::refused, "Kubernetes 1.30 cannot limit anonymous access to paths",
    "upgrade to 1.31 or later; or choose the profile closed, with probes that need no anonymous access "
    "(tcpSocket, exec)"};
inline constexpr ErrorCode config_differs{
    3111, Exit::refused, "the content of the configuration file does not match the hash in its name",
    "copy the file from another control-plane node, where the first 12 digits of its sha256sum are those of "
    "its name; or remove --authentication-config from the manifest by hand"};
inline constexpr ErrorCode probe_fails{3112, Exit::refused, "a probe of the kubelet would be answered 401",
                                       "open its path in the playbook (spec.paths), or set spec.probes: "
                                       "tcpSocket there; docs/probes.md compares "
                                       "the two"};
inline constexpr ErrorCode owned_by_product{3113, Exit::refused, "a product writes this manifest itself",
                                            "change the setting of the product that the message names"};

inline constexpr ErrorCode oidc_ca_unknown{
    3120, Exit::refused, "the CA file that --oidc-ca-file names is not known",
    "without a node, give the file: --oidc-ca-file FILE; on a node it must have the path that kube-apiserver "
    "sees"};
inline constexpr ErrorCode mount_not_persistable{
    3121, Exit::refused, "kubeadm's configuration cannot express a mount as a directory",
    "add the mount by hand to apiServer.extraVolumes in the ConfigMap kubeadm-config"};

inline constexpr ErrorCode probes_not_persistable{
    3122, Exit::refused, "the probes that kubeadm writes would make the kubelet kill the API server",
    "set spec.persist.kubeadmConfig: false in the playbook, and apply again after each kubeadm upgrade"};

inline constexpr ErrorCode oidc_ca_unusable{
    3123, Exit::refused, "the CA file that --oidc-ca-file names cannot go into the configuration file",
    "let --oidc-ca-file name a PEM file that has the certificates of the CA and nothing else"};

inline constexpr ErrorCode kubeadm_logins{
    3124, Exit::refused,
    "OIDC logins stand only in kubeadm's configuration, and the change would remove them",
    "put the arguments into the manifests of all nodes first, so that they move into the configuration file; "
    "or "
    "let them go: spec.persist.kubeadmOidc: drop in the playbook"};

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
                                probes_not_persistable,
                                oidc_ca_unusable,
                                kubeadm_logins};

}  // namespace nightlatch::plan_rewrite_errors
